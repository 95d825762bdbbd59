import { CalendarError, type PeerChange } from '@dayport/core'
import { describe, expect, it } from 'vitest'
import { createGraphClient } from './client.ts'
import { readFeed } from './feed.ts'
import { at, openTestGraph, type TestGraph, user } from './test-graph.ts'

const day = 86_400_000
const window = { startMs: Date.UTC(2026, 0, 1), endMs: Date.UTC(2026, 2, 1) }

const round = async (test: TestGraph, since: string | null, calendar = 'calendar', limit = 50) => {
  const changes: PeerChange[] = []
  let token = since
  for (let more = true; more; ) {
    const options = { client: test.client, user, calendar, now: () => test.clock.ms }
    const page = await readFeed(options, token, { window, limit })
    changes.push(...page.changes)
    token = page.token
    more = page.more
  }
  return { changes, token: token!, names: [...new Set(changes.map((change) => change.name))] }
}

const weekly = {
  pattern: { type: 'weekly', interval: 1, daysOfWeek: ['monday'], firstDayOfWeek: 'monday' },
  range: { type: 'noEnd', startDate: '2026-01-05' },
} as const

describe('the change feed of a calendar', () => {
  it('names series, never their occurrences, and single events with their etag', async () => {
    const test = openTestGraph()
    const hand = test.graph.mailbox(user)
    const single = hand.create({ ...at('2026-01-12T09:00'), subject: 'One' })
    const series = hand.create({ ...at('2026-01-05T09:00'), recurrence: weekly })
    hand.create(at('2027-01-12T09:00'))
    const { changes, names } = await round(test, null, 'calendar', 3)
    expect(names.sort()).toEqual([series, single].sort())
    expect(changes.find((change) => change.name === single)?.etag).toMatch(/^"[^"~]+"$/)
    expect(changes.filter((change) => change.name === series).every((change) => change.etag?.endsWith('~"'))).toBe(true)
  })

  it('tells the service’s clock with each page, whatever ours says (sync-engine.md §6, clock guard)', async () => {
    const test = openTestGraph()
    const options = { client: test.client, user, calendar: 'calendar', now: () => 0 }
    const page = await readFeed(options, null, { window })
    expect(page.serverMs).toBe(Math.floor(test.clock.ms / 1000) * 1000)
    expect((await readFeed(options, page.token)).serverMs).toBe(page.serverMs)
  })

  it('goes on with its preferences where the last round ended, and is quiet when nothing happened', async () => {
    const test = openTestGraph()
    const hand = test.graph.mailbox(user)
    hand.create(at('2026-01-12T09:00'))
    const first = await round(test, null)
    test.clock.ms += 300_000
    expect((await round(test, first.token)).changes).toEqual([])
    const second = hand.create(at('2026-01-13T09:00'))
    const { names } = await round(test, first.token)
    expect(names).toEqual([second])
    for (const request of test.graph.requests) expect(request.prefer).toContain('IdType="ImmutableId"')
  })

  it('tells of a deleted occurrence, which the service does not, by the series that was touched (microsoft-graph-docs 4501)', async () => {
    const test = openTestGraph()
    const hand = test.graph.mailbox(user)
    const series = hand.create({ ...at('2026-01-05T09:00'), recurrence: weekly })
    const first = await round(test, null)
    test.clock.ms += 3_600_000
    hand.deleteOccurrence(series, '2026-01-19')
    const { names } = await round(test, first.token)
    expect(names).toEqual([series])
  })

  it('does without the search for touched series where a server does not know its filter', async () => {
    const test = openTestGraph()
    test.graph.mailbox(user).create(at('2026-01-12T09:00'))
    const first = await round(test, null)
    test.graph.faults = ({ path }) =>
      path.endsWith('/events') ? { kind: 'status', status: 400, code: 'ErrorInvalidUrlQueryFilter' } : null
    const second = await round(test, first.token)
    expect(second.changes).toEqual([])
    expect((await round(test, second.token)).changes).toEqual([])
  })

  it('tells an event as gone that was deleted, and one that was only touched outside of the window alike', async () => {
    const test = openTestGraph()
    const hand = test.graph.mailbox(user)
    const deleted = hand.create(at('2026-01-12T09:00'))
    const outside = hand.create(at('2027-01-12T09:00'))
    const first = await round(test, null)
    test.clock.ms += day
    hand.delete(deleted)
    hand.touch(outside)
    const { changes } = await round(test, first.token)
    expect(changes).toEqual([
      { name: deleted, etag: null, origin: null },
      { name: outside, etag: null, origin: null },
    ])
  })

  it('survives repeated events and empty pages with more to come', async () => {
    const test = openTestGraph({ traits: { repeats: true, emptyFirstPage: true } })
    const hand = test.graph.mailbox(user)
    const ids = Array.from({ length: 7 }, () => hand.create(at('2026-01-12T09:00')))
    const { names } = await round(test, null, 'calendar', 3)
    expect(names.sort()).toEqual(ids.sort())
  })

  it.each(['SyncStateNotFound', 'resyncRequired', 'SyncStateInvalid'])(
    'asks for a new listing when the service answers 410 %s',
    async (code) => {
      const test = openTestGraph()
      const first = await round(test, null)
      test.graph.expireFeeds(code)
      await expect(round(test, first.token)).rejects.toSatisfy((error) => CalendarError.is(error, 'invalid-sync-token'))
      expect((await round(test, null)).changes).toEqual([])
    },
  )

  it('refuses a token of another calendar, and any other text', async () => {
    const test = openTestGraph()
    const other = test.graph.addCalendar(user, 'Second')
    const { token } = await round(test, null)
    for (const wrong of [token.replace('"calendar"', `"${other}"`), 'graph1:{}', '17-work', '']) {
      const refused = round(test, wrong, wrong.includes(other) ? 'calendar' : other)
      await expect(refused).rejects.toSatisfy((error) => CalendarError.is(error, 'invalid-sync-token'))
    }
  })

  it('gives the same changes again for an older token, so that a page that was not stored is not lost', async () => {
    const test = openTestGraph()
    const hand = test.graph.mailbox(user)
    const first = await round(test, null)
    test.clock.ms += day
    const id = hand.create(at('2026-01-12T09:00'))
    expect((await round(test, first.token)).names).toEqual([id])
    expect((await round(test, first.token)).names).toEqual([id])
  })

  it('asks for half of the rows when a page takes the service too long (exchange.md §8)', async () => {
    const test = openTestGraph()
    const hand = test.graph.mailbox(user)
    const ids = Array.from({ length: 9 }, () => hand.create(at('2026-01-12T09:00')))
    let refused = 0
    test.graph.faults = ({ path }) => {
      if (!path.endsWith('/delta') || refused >= 2) return null
      refused += 1
      return { kind: 'status', status: 504, code: 'UnknownError' }
    }
    const { names } = await round(test, null, 'calendar', 8)
    expect(names.sort()).toEqual(ids.sort())
    const sizes = test.graph.requests.map(({ prefer }) => /maxpagesize=(\d+)/.exec(prefer)?.[1])
    expect(sizes.slice(0, 3)).toEqual(['8', '4', '2'])
  })

  it('does not follow a link that leads elsewhere, with our token', async () => {
    const asked: string[] = []
    const test = openTestGraph()
    const client = createGraphClient({
      tokens: { token: async () => 'secret-token' },
      now: () => test.clock.ms,
      newId: () => 'id',
      baseUrl: test.graph.baseUrl,
      fetch: async (input) => {
        asked.push(String(input))
        return Response.json({ value: [], '@odata.nextLink': 'https://evil.example/v1.0/next' })
      },
    })
    await expect(round({ ...test, client }, null)).rejects.toMatchObject({ kind: 'configuration' })
    expect(asked).toHaveLength(1)
  })
})
