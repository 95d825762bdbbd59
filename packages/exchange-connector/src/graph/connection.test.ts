import { describe, expect, it } from 'vitest'
import { type GraphStepResult, testGraphConnection } from './connection-test.ts'
import { listGraphCalendars, translateEwsIds } from './mailbox.ts'
import { at, openTestGraph, user } from './test-graph.ts'

const results = async (steps: AsyncIterable<GraphStepResult>) => {
  const list: string[] = []
  for await (const { step, error } of steps) list.push(`${step} ${error === null ? 'ok' : error.message}`)
  return list
}

describe('a connection to Exchange Online', () => {
  it('is tried step by step, writes only when asked to, and leaves nothing', async () => {
    const { graph, client, clock } = openTestGraph()
    const now = () => clock.ms
    expect(await results(testGraphConnection({ client, user, now }))).toEqual(['connect ok', 'rights ok', 'changes ok'])
    expect(graph.requests.every(({ method }) => method === 'GET')).toBe(true)
    const testWrite = { subject: 'Connection test' }
    expect(await results(testGraphConnection({ client, user, now, testWrite }))).toContain('write ok')
    expect(graph.mailbox(user).events).toEqual([])
    expect(graph.mails).toEqual([])
  })

  it('stops at the step that fails, and says why', async () => {
    const { graph, client, clock } = openTestGraph()
    const now = () => clock.ms
    const shared = graph.addCalendar(user, 'Read only', false)
    const steps = testGraphConnection({ client, user, calendar: shared, now })
    expect(await results(steps)).toEqual(['connect ok', 'rights The calendar may not be written to'])
    expect(await results(testGraphConnection({ client, user, calendar: 'x', now }))).toEqual([
      'connect The mailbox has no such calendar',
    ])
    expect(await results(testGraphConnection({ client, user: 'nobody@example.com', now }))).toEqual([
      'connect There is no such mailbox in Exchange Online (ErrorInvalidUser)',
    ])
    graph.faults = () => ({ kind: 'status', status: 403, code: 'ErrorAccessDenied' })
    expect(await results(testGraphConnection({ client, user, now }))).toEqual([
      'connect The application may not do this in the mailbox (ErrorAccessDenied)',
    ])
  })

  it('lists the calendars of a mailbox', async () => {
    const { graph, client } = openTestGraph()
    const id = graph.addCalendar(user, 'Second')
    expect(await listGraphCalendars(client, user)).toEqual([
      { id: 'calendar', name: 'Calendar', canEdit: true, isDefault: true, owner: user },
      { id, name: 'Second', canEdit: true, isDefault: false, owner: user },
    ])
  })

  it('translates ids of EWS in requests of at most 1 000, and leaves out those that are not known (exchange.md §4)', async () => {
    const { graph, client } = openTestGraph()
    const ids = Array.from({ length: 1_500 }, (_, i) => `ews:${i}`)
    const translated = await translateEwsIds(client, user, [...ids, 'unknown'])
    expect(translated.size).toBe(1_500)
    expect(translated.get('ews:1499')).toBe('1499')
    expect(translated.has('unknown')).toBe(false)
    expect(graph.requests).toHaveLength(2)
  })
})

describe('many mailboxes', () => {
  it('do not wait for one that is throttled (issue 5)', async () => {
    const { graph, client } = openTestGraph({}, { wait: () => new Promise<void>(() => undefined) })
    const users = Array.from({ length: 200 }, (_, i) => `user${i}@example.com`)
    const ids = users.map((one) => graph.mailbox(one).create(at('2026-01-12T09:00')))
    graph.faults = ({ path }) =>
      path.includes('/user7%40') ? { kind: 'status', status: 429, code: 'ApplicationThrottled', retryAfter: 10 } : null
    const read = (i: number) =>
      client.sendAll(users[i]!, [
        {
          method: 'GET',
          path: `/users/${encodeURIComponent(users[i]!)}/calendars/calendar/events/${encodeURIComponent(ids[i]!)}`,
        },
      ])
    // The seventh waits as it was told to; this one never ends.
    let ended = false
    void read(7).then(() => {
      ended = true
    })
    const others = await Promise.all(users.flatMap((_, i) => (i === 7 ? [] : [read(i)])))
    expect(others.every(([answer]) => answer !== undefined && 'body' in answer)).toBe(true)
    expect(ended).toBe(false)
  })
})
