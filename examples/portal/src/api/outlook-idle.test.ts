import { join } from 'node:path'
import { DatabaseSync, StatementSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { z } from 'zod'
import { openTestPortal, type TestClient, type TestPortal } from '../test/open-test-portal.ts'
import type * as schemas from './schemas.ts'

type Calendar = z.output<typeof schemas.Calendar>
type Connection = z.output<typeof schemas.OutlookConnection>

const password = 'secret-password'
const work = [
  ...['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Test//EN', 'BEGIN:VEVENT', 'UID:a@work'],
  ...['DTSTAMP:20261101T000000Z', 'DTSTART:20261123T090000', 'DTEND:20261123T100000', 'SUMMARY:Планёрка'],
  ...['END:VEVENT', 'END:VCALENDAR', ''],
].join('\r\n')
const seed = {
  users: [
    {
      login: 'anna',
      password,
      name: 'Анна',
      timeZone: 'Europe/Moscow',
      admin: true,
      calendars: [{ name: 'Работа', access: [{ login: 'office', level: 'read' as const }], ics: 'work' }],
    },
    { login: 'igor', password, name: 'Игорь' },
    { login: 'desk', password, name: 'Стол', kind: 'group' as const, members: ['igor'] },
    { login: 'office', password, name: 'Контора', kind: 'group' as const, members: ['desk'] },
  ],
}

let world: TestPortal
let anna: TestClient
let igor: TestClient
let calendar: Calendar
beforeEach(async () => {
  world = await openTestPortal(seed, { work })
  anna = await world.signedIn('anna', password)
  igor = await world.signedIn('igor', password)
  calendar = (await anna.json<Calendar[]>('GET', '/api/calendars')).find(({ name }) => name === 'Работа')!
})
afterEach(async () => {
  vi.restoreAllMocks()
  await world.close()
})

/** An Outlook that has everything; `sync` asks with its newest token. */
const connected = async (who: TestClient) => {
  const describeList = vi.spyOn(world.portal.parts.outlookLists, 'describe')
  const made = await who.json<Connection>(
    'POST',
    '/api/outlook-connections',
    { calendar: calendar.id, name: 'PC' },
    201,
  )
  await Promise.all(describeList.mock.results.map(({ value }) => value))
  describeList.mockRestore()
  const guid = /guid=%7B([^&]*)%7D/.exec(made.link ?? '')?.[1]?.replaceAll('%2D', '-') ?? ''
  let token = ''
  const sync = async () => {
    const response = await world.portal.fetch(
      new Request(`${made.url}/_vti_bin/lists.asmx`, {
        method: 'POST',
        headers: { 'content-type': 'text/xml; charset=utf-8' },
        body:
          '<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"><Body><GetListItemChangesSinceToken' +
          ` xmlns="http://schemas.microsoft.com/sharepoint/soap/"><listName>{${guid}}</listName>` +
          '<queryOptions><QueryOptions><DateInUtc>TRUE</DateInUtc></QueryOptions></queryOptions>' +
          `${token === '' ? '' : `<changeToken>${token}</changeToken>`}</GetListItemChangesSinceToken></Body></Envelope>`,
      }),
    )
    const text = await response.text()
    token = /LastChangeToken="([^"]*)"/.exec(text)?.[1] ?? token
    return { status: response.status, text }
  }
  await sync()
  // The first sync writes its time down after it has answered.
  await expect
    .poll(async () => (await who.json<Connection[]>('GET', '/api/outlook-connections'))[0]?.state)
    .toBe('works')
  return { id: made.id, sync }
}

/** What is asked of SQLite while `work` runs. */
const statementsOf = async (run: () => Promise<unknown>): Promise<string[]> => {
  const asked: string[] = []
  for (const name of ['get', 'all', 'run', 'iterate'] as const) {
    const real = StatementSync.prototype[name] as (this: StatementSync, ...values: never[]) => unknown
    vi.spyOn(StatementSync.prototype, name).mockImplementation(function (this: StatementSync, ...values: unknown[]) {
      asked.push(this.sourceSQL)
      return real.apply(this, values as never[]) as never
    })
  }
  await run()
  vi.restoreAllMocks()
  return asked
}

describe('a sync of Outlook without changes, through the portal', () => {
  it('is one statement, whose every step searches an index', async () => {
    for (const who of [anna, igor]) {
      const { sync } = await connected(who)
      let text = ''
      const asked = await statementsOf(async () => {
        text = (await sync()).text
      })
      expect(text).toContain('ItemCount="0"')
      expect(asked).toHaveLength(1)
      const database = new DatabaseSync(join(world.dataDir, 'dayport.sqlite'), { readOnly: true })
      const plan = database.prepare(`EXPLAIN QUERY PLAN ${asked[0]}`).all('x')
      database.close()
      const steps = plan.map(({ detail }) => String(detail)).filter((detail) => !/SCALAR SUBQUERY \d+$/.test(detail))
      const searches = steps.filter((detail) => /^SEARCH \S+ USING (PRIMARY KEY|(COVERING )?INDEX )/.test(detail))
      expect(searches.map((detail) => detail.split(' ')[1])).toEqual([
        ...['dayport_outlook_connection', 'dayport_calendar', 'dayport_outlook_list', 'portal_people', 'portal_people'],
      ])
      expect(steps).toEqual(searches)
    }
  })

  it('sees a change through another door at once', async () => {
    const { sync } = await connected(igor)
    const data = work.replaceAll('a@work', 'b@work').replace('Планёрка', 'Обед')
    const put = await world.basic('anna', password)('PUT', `${new URL(calendar.caldavUrl).pathname}b.ics`, data)
    expect(put.status).toBe(201)
    expect((await sync()).text).toContain('ows_Title="Обед"')
  })

  it('sees at once that a link was revoked, a person left, a door was closed, or is for others only', async () => {
    const { people, doors } = world.portal.parts
    const idOf = (login: string) => people.findByLogin(login)!.id
    const { id, sync } = await connected(igor)
    await doors.set({ outlook: false })
    expect((await sync()).status).toBe(404)
    await doors.set({ outlook: true })
    await doors.setPeople({ outlook: [idOf('anna')] })
    expect((await sync()).status).toBe(404)
    await doors.setPeople({ outlook: [idOf('office')] })
    expect((await sync()).status).toBe(200)
    const other = await connected(igor)
    await igor.json('DELETE', `/api/outlook-connections/${id}`, undefined, 204)
    expect((await sync()).status).toBe(404)
    expect((await other.sync()).status).toBe(200)
    await people.leave(idOf('igor'))
    expect((await other.sync()).status).toBe(404)
  })

  it('sees at once that a person is no longer in the group, nor the group in the one that may read', async () => {
    const { people } = world.portal.parts
    const idOf = (login: string) => people.findByLogin(login)!.id
    const { sync } = await connected(igor)
    await people.setMembers(idOf('office'), [])
    expect((await sync()).text).toContain('0x82000006')
    await people.setMembers(idOf('office'), [idOf('desk')])
    expect((await sync()).status).toBe(200)
    await people.setMembers(idOf('desk'), [])
    expect((await sync()).text).toContain('0x82000006')
  })

  it('sees at once that the rights have become others', async () => {
    const { sync } = await connected(igor)
    const office = calendar.access.find(({ level }) => level === 'read')!
    await anna.json('PATCH', `/api/calendars/${calendar.id}`, {
      access: [{ principal: office.principal, level: 'write' }],
    })
    expect((await sync()).text).toContain('EffectivePermMask="FullMask"')
    await anna.json('PATCH', `/api/calendars/${calendar.id}`, { access: [] })
    expect((await sync()).text).toContain('0x82000006')
  })

  it('sees at once that the owner lives in another time zone', async () => {
    const { sync } = await connected(igor)
    await world.portal.parts.people.update(calendar.owner.id, { timeZone: 'Asia/Tokyo' })
    expect((await sync()).text).toContain('ows_EventDate="2026-11-23T00:00:00Z"')
  })
})
