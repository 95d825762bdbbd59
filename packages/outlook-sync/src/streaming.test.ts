import { parseXml } from '@dayport/core/xml'
import { describe, expect, it } from 'vitest'
import type { ListChanges, ListRow } from './list-service.ts'
import { envelope, findAll, openOutlook } from './test-outlook.ts'

const row = (id: number): ListRow => ({
  id,
  version: 1,
  uniqueId: '00000000-0000-4000-8000-000000000000',
  seriesGuid: null,
  masterId: null,
  createdMs: 0,
  modifiedMs: 0,
  bag: {},
  item: {
    key: 'event',
    kind: 'single',
    title: `Event ${id}`,
    location: '',
    description: 'x'.repeat(500),
    start: '2026-03-02T11:00:00Z',
    end: '2026-03-02T12:00:00Z',
    allDay: false,
    durationSeconds: 3600,
    recurrenceId: null,
    recurrenceData: null,
    timeZoneXml: null,
    categories: [],
    busyStatus: 2,
    intendedBusyStatus: -1,
    priority: 0,
    attachments: [],
  },
})

async function* one(rows: AsyncIterable<ListRow>): AsyncGenerator<readonly ListRow[]> {
  for await (const each of rows) yield [each]
}

/** A list of many rows, which says how far it was read. */
const openLong = async (count: number, failAt = Number.POSITIVE_INFINITY) => {
  const state = { read: 0, ended: false }
  async function* rows(): AsyncGenerator<ListRow> {
    try {
      for (let id = 1; id <= count; id++) {
        if (id === failAt) throw new Error('the store went away')
        state.read = id
        yield row(id)
      }
    } finally {
      state.ended = true
    }
  }
  const { lists } = await openOutlook()
  const kit = await openOutlook({
    lists: {
      ...lists,
      identify: async () => ({ guid: kit.guid, title: 'Work', mayWrite: true, timeZone: 'UTC' }),
      changes: async (): Promise<ListChanges> => ({
        token: '1;3;x;1;1',
        deleted: [],
        restored: [],
        rowCount: count,
        rows: rows(),
        kept: one(rows()),
        more: false,
        nextPosition: null,
      }),
    },
  })
  const ask = () =>
    kit.post(envelope('GetListItemChangesSinceToken', `<listName>${kit.guid}</listName><changeToken>t</changeToken>`))
  return { ...kit, state, ask }
}

describe('an answer of many rows', () => {
  it('is read from the list only as fast as the client takes it', async () => {
    const { ask, state } = await openLong(10_000)
    const response = await ask()
    expect(state.read).toBe(0)
    const reader = response.body!.getReader()
    await reader.read()
    expect(state.read).toBeGreaterThan(0)
    expect(state.read).toBeLessThan(200)
    await reader.cancel()
    expect(state.ended).toBe(true)
    expect(state.read).toBeLessThan(400)
  })

  it('arrives whole and well-formed', async () => {
    const { ask } = await openLong(1_000)
    const rows = findAll(parseXml(await (await ask()).text()), 'row')
    expect(rows).toHaveLength(1_000)
    expect(rows[999]!.attributes.get('ows_Title')).toBe('Event 1000')
  })

  it('breaks off when the store does, so that no client takes a part for the whole, and the host hears of it', async () => {
    const { ask, errors } = await openLong(1_000, 500)
    const response = await ask()
    await expect(response.text()).rejects.toThrow('the store went away')
    expect(errors).toHaveLength(1)
  })
})
