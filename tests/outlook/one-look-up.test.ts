import { StatementSync } from 'node:sqlite'
import { createAuthorize, createCalendarService, detailOf } from '@dayport/core/service'
import { createListService, createOutlookConnections, createOutlookHandler } from '@dayport/outlook-sync'
import { openSqliteStore } from '@dayport/storage-sql/sqlite'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { ann, objectOf } from './list-kit.ts'

afterEach(() => vi.restoreAllMocks())

/** What is asked of SQLite while `work` runs. */
const statementsOf = async (work: () => Promise<unknown>): Promise<string[]> => {
  const asked: string[] = []
  for (const name of ['get', 'all', 'run', 'iterate'] as const) {
    const real = StatementSync.prototype[name] as (this: StatementSync, ...values: never[]) => unknown
    vi.spyOn(StatementSync.prototype, name).mockImplementation(function (this: StatementSync, ...values: unknown[]) {
      asked.push(this.sourceSQL)
      return real.apply(this, values as never[]) as never
    })
  }
  await work()
  vi.restoreAllMocks()
  return asked
}

const open = async () => {
  let nowMs = Date.UTC(2026, 2, 1, 12)
  const now = (): number => nowMs
  const store = openSqliteStore(':memory:', { now })
  const authorize = createAuthorize(store)
  const service = createCalendarService({ store, authorize, detailOf })
  const newId = () => crypto.randomUUID()
  const onError = (error: unknown): void => expect.unreachable(String(error))
  const lists = createListService({
    service,
    authorize,
    detailOf,
    bindings: store.outlookBindings,
    now,
    newId,
    onError,
  })
  const connections = createOutlookConnections({ store: store.outlookConnections, key: new Uint8Array(32), now, newId })
  const principals = { principalOf: async (id: string) => ({ id, groups: [] }) }
  const handler = createOutlookHandler({ lists, connections, principals, now, onError })
  const access = [{ principal: 'bob', level: 'read' as const }]
  const calendar = (await store.createCalendar({ owner: 'ann', name: 'work', access })).id
  for (let i = 0; i < 20; i++) {
    const data = objectOf(`${i}`, ['DTSTART:20260310T100000Z', 'SUMMARY:One'])
    await service.putObject(ann, { calendar, name: `${i}.ics` }, data)
  }
  const connect = async (principal: string) => {
    const connection = await connections.create({ principal, calendar, name: 'PC' })
    const url = `http://localhost/outlook/${await connections.address(connection)}/_vti_bin/Lists.asmx`
    const who = { principal: { id: principal, groups: [] }, calendar, connection: null }
    const guid = (await lists.identify(who))?.guid
    const sync = async (
      token = '',
    ): Promise<{ readonly status: number; readonly text: string; readonly token: string }> => {
      const body =
        '<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"><Body><GetListItemChangesSinceToken' +
        ` xmlns="http://schemas.microsoft.com/sharepoint/soap/"><listName>{${guid}}</listName>` +
        `${token === '' ? '' : `<changeToken>${token}</changeToken>`}</GetListItemChangesSinceToken></Body></Envelope>`
      const response = await handler(
        new Request(url, { method: 'POST', headers: { 'content-type': 'text/xml' }, body }),
      )
      const text = await response.text()
      return { status: response.status, text, token: /LastChangeToken="([^"]*)"/.exec(text)?.[1] ?? '' }
    }
    return { connection, sync }
  }
  const advance = (ms: number): void => {
    nowMs += ms
  }
  return { store, service, connections, calendar, connect, advance }
}

describe('a sync without changes', () => {
  it('is one look-up by indexes: secret, rights, list and revision, for who writes and for who reads', async () => {
    const { store, connect, advance } = await open()
    for (const who of ['ann', 'bob']) {
      const { sync } = await connect(who)
      const { token } = await sync()
      advance(60_000)
      let answer = { text: '' }
      const asked = await statementsOf(async () => {
        answer = await sync(token)
      })
      expect(answer.text).toContain('ItemCount="0"')
      expect(asked).toHaveLength(1)
      const plan = store.database.read.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${asked[0]}`, 'x')
      expect(plan.filter(({ detail }) => detail.startsWith('SCAN'))).toEqual([])
    }
    await store.close()
  })

  it('writes its time down at most every five minutes', async () => {
    const { store, connect, advance } = await open()
    const { sync } = await connect('ann')
    const { token } = await sync()
    const writes = async (): Promise<number> =>
      (await statementsOf(() => sync(token))).filter((text) => text.startsWith('UPDATE')).length
    advance(299_000)
    expect(await writes()).toBe(0)
    advance(1_000)
    expect(await writes()).toBe(1)
    await store.close()
  })

  it('sees what was changed, taken away or revoked before it', async () => {
    const { store, service, connections, calendar, connect } = await open()
    const mine = await connect('ann')
    const theirs = await connect('bob')
    const { token } = await mine.sync()
    const shown = await theirs.sync()
    expect(shown.text).not.toContain('EffectivePermMask="FullMask"')
    const data = objectOf('new', ['DTSTART:20260310T100000Z', 'SUMMARY:Two'])
    await service.putObject(ann, { calendar, name: 'new.ics' }, data)
    expect((await mine.sync(token)).text).toContain('ItemCount="1"')
    expect((await theirs.sync(shown.token)).text).toContain('ItemCount="1"')
    await store.updateCalendar(calendar, { access: [] })
    expect((await theirs.sync(shown.token)).text).toContain('0x82000006')
    await connections.revoke('ann', mine.connection.id)
    expect((await mine.sync(token)).status).toBe(404)
    await store.close()
  })
})
