import { createAuthorize } from '@dayport/core/service'
import { createSubscriptions, type SubscriptionRecord } from '@dayport/ical-export/subscription'
import { codeOf } from '@dayport/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openSqliteStore, type SqliteStore } from './open-sqlite-store.ts'

let store: SqliteStore
beforeEach(() => {
  store = openSqliteStore(':memory:')
})
afterEach(() => store.close())

let names = 0
const subscription = async (id: string, more: Partial<SubscriptionRecord> = {}): Promise<SubscriptionRecord> => {
  names += 1
  const calendar = await store.createCalendar({ owner: 'ann', name: `calendar ${names}`, readOnly: true })
  return {
    id,
    principal: 'ann',
    calendar: calendar.id,
    url: 'https://example.com/Ferien ü.ics?key=1',
    createdMs: 1_000,
    refreshMinutes: null,
    etag: null,
    lastModified: null,
    askedMinutes: null,
    lastFetchMs: 1_000,
    lastSuccessMs: 1_000,
    nextFetchMs: 2_000,
    failures: 0,
    lastError: null,
    refused: 0,
    ...more,
  }
}

describe('subscriptions in SQLite', () => {
  it('are kept whole, found by id and listed for their subscriber, oldest first', async () => {
    const recent = await subscription('new', {
      createdMs: 2_000,
      refreshMinutes: 30,
      etag: 'W/"1"',
      lastModified: 'Sun, 01 Mar 2026 00:00:00 GMT',
      askedMinutes: 720,
      failures: 3,
      lastError: { code: 'gone', message: 'There is no calendar at the address any more' },
      refused: 2,
    })
    const old = await subscription('old')
    for (const record of [recent, old, await subscription('other', { principal: 'ben' })]) {
      await store.subscriptions.create(record)
    }
    expect(await store.subscriptions.get('new')).toEqual(recent)
    expect(await store.subscriptions.get('absent')).toBeNull()
    expect(await store.subscriptions.list('ann')).toEqual([old, recent])
    expect(await codeOf(store.subscriptions.create({ ...old, calendar: recent.calendar }))).toBe('already-exists')
    expect(await codeOf(store.subscriptions.create({ ...old, id: 'x' }))).toBe('already-exists')
  })

  it('change their state and nothing else, and go by remove', async () => {
    const record = await subscription('a')
    await store.subscriptions.create(record)
    const state = {
      failures: 1,
      lastError: { code: 'busy' as const, message: 'The server is busy' },
      nextFetchMs: 9_000,
    }
    await store.subscriptions.update('a', { ...record, ...state, principal: 'ben', url: 'x' } as SubscriptionRecord)
    expect(await store.subscriptions.get('a')).toEqual({ ...record, ...state })
    await store.subscriptions.update('absent', record)
    await store.subscriptions.remove('a')
    await store.subscriptions.remove('absent')
    expect(await store.subscriptions.list('ann')).toEqual([])
  })

  it('go with their calendar', async () => {
    const record = await subscription('a')
    await store.subscriptions.create(record)
    await store.deleteCalendar(record.calendar)
    expect(await store.subscriptions.get('a')).toBeNull()
  })

  it('are taken when they are due, the longest due first, and by one taker only', async () => {
    for (const [id, nextFetchMs] of [
      ['c', 3_000],
      ['a', 1_000],
      ['b', 2_000],
      ['d', 3_001],
    ] as const) {
      await store.subscriptions.create(await subscription(id, { nextFetchMs }))
    }
    const take = (nowMs: number, limit: number) => store.subscriptions.takeDue({ nowMs, untilMs: nowMs + 500, limit })
    const [first, second] = await Promise.all([take(3_000, 2), take(3_000, 2)])
    expect([first, second].map((records) => records.map(({ id }) => id))).toEqual([['a', 'b'], ['c']])
    expect(await take(3_000, 9)).toEqual([])
    expect((await take(3_500, 9)).map(({ id }) => id)).toEqual(['d', 'a', 'b', 'c'])
  })

  it('join units of work', async () => {
    const record = await subscription('a')
    const work = store.transaction(async (tx) => {
      await store.subscriptions.create(record, { tx })
      expect(await store.subscriptions.list('ann', { tx })).toEqual([record])
      expect(await store.subscriptions.list('ann')).toEqual([])
      throw new Error('boom')
    })
    await expect(work).rejects.toThrow('boom')
    expect(await store.subscriptions.get('a')).toBeNull()
  })
})

describe('an outside calendar in SQLite', () => {
  it('is subscribed, refreshed and given up, each in one unit of work with its record', async () => {
    let nowMs = Date.UTC(2026, 2, 1)
    let ids = 0
    let summary = 'One'
    const subscriptions = createSubscriptions({
      store,
      subscriptions: store.subscriptions,
      authorize: createAuthorize(store),
      fetch: async () => {
        const lines = [
          'BEGIN:VCALENDAR',
          'VERSION:2.0',
          'PRODID:-//x//EN',
          'BEGIN:VEVENT',
          'UID:a',
          `DTSTAMP:${stamp()}`,
        ]
        return new Response(
          [...lines, 'DTSTART:20260302', `SUMMARY:${summary}`, 'END:VEVENT', 'END:VCALENDAR'].join('\r\n'),
        )
      },
      now: () => nowMs,
      random: () => 0,
      newId: () => `id-${++ids}`,
      onError: (error) => {
        throw error
      },
    })
    const stamp = () => new Date(nowMs).toISOString().replace(/[-:]|\.\d+/g, '')
    const ann = { id: 'ann', groups: [] }
    const { id, calendar } = await subscriptions.subscribe(ann, { url: 'https://example.com/a.ics' })
    expect(await store.getCalendar(calendar)).toMatchObject({ readOnly: true, displayName: 'example.com', revision: 1 })
    for (const [next, revision] of [
      ['One', 1],
      ['Two', 2],
    ] as const) {
      summary = next
      nowMs += 3_600_000
      expect(await subscriptions.runDue()).toEqual({ refreshed: 1, failed: 0 })
      expect((await store.getCalendar(calendar))?.revision).toBe(revision)
    }
    expect(await store.subscriptions.get(id)).toMatchObject({ lastFetchMs: nowMs, nextFetchMs: nowMs + 3_600_000 })
    expect(await subscriptions.unsubscribe(ann, id)).toBe(true)
    expect([await store.getCalendar(calendar), await store.subscriptions.get(id)]).toEqual([null, null])
  })
})
