import { CalendarError, RemoteError } from '@dayport/core'
import { describe, expect, it } from 'vitest'
import { at, openTestGraph, user } from './test-graph.ts'
import { createClientCredentials } from './tokens.ts'

const calendars = { method: 'GET', path: `/users/${user}/calendars` } as const

const failureOf = async (work: Promise<unknown>): Promise<unknown> => {
  try {
    await work
  } catch (error) {
    return error
  }
  throw new Error('expected a failure')
}

describe('a request to Graph', () => {
  it('asks for ids that outlive a move, for UTC, and names itself, every time', async () => {
    const { graph, client } = openTestGraph()
    await client.send(user, calendars)
    await client.sendAll(user, [calendars, calendars])
    const seen = graph.requests.filter((request) => request.path !== '/$batch')
    expect(seen).toHaveLength(3)
    for (const request of seen) {
      expect(request.prefer).toContain('IdType="ImmutableId"')
      expect(request.prefer).toContain('outlook.timezone="UTC"')
    }
    expect(graph.requests[0]?.clientRequestId).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('signs in once for many requests, and anew shortly before the token ends (RFC 6749 §4.4)', async () => {
    let signIns = 0
    const { client, clock } = openTestGraph({
      beforeRequest: async (request) => {
        if (request.url.includes('/oauth2/')) signIns += 1
      },
    })
    await Promise.all([client.send(user, calendars), client.send(user, calendars)])
    expect(signIns).toBe(1)
    clock.ms += 56 * 60_000
    await client.send(user, calendars)
    expect(signIns).toBe(2)
  })

  it('signs in anew once when the token is refused, and then gives up (exchange.md §8)', async () => {
    const { graph, client } = openTestGraph()
    await client.send(user, calendars)
    graph.expireTokens()
    await expect(client.send(user, calendars)).resolves.toMatchObject({ status: 200 })
    graph.faults = () => ({ kind: 'status', status: 401, code: 'InvalidAuthenticationToken' })
    const before = graph.requests.length
    expect(await failureOf(client.send(user, calendars))).toMatchObject({ kind: 'credentials', retryable: false })
    expect(graph.requests.length - before).toBe(2)
  })

  it('tells a wrong secret as credentials, and puts it in no text', async () => {
    const { graph } = openTestGraph()
    const tokens = createClientCredentials({
      tenant: 'example.com',
      clientId: 'app',
      clientSecret: 'hunter2-hunter2',
      fetch: graph.fetch,
      now: () => 0,
      authority: 'http://127.0.0.1',
    })
    const error = await failureOf(tokens.token())
    expect(error).toMatchObject({ kind: 'credentials', code: 'invalid_client', status: 401 })
    expect(`${String(error)} ${JSON.stringify(error)}`).not.toContain('hunter2')
  })

  it.each([
    [403, 'ErrorAccessDenied', { kind: 'rights', retryable: false }],
    [404, 'MailboxNotEnabledForRESTAPI', { kind: 'mailbox' }],
    [429, 'ApplicationThrottled', { kind: 'throttled', retryable: true, retryAfterMs: 7000 }],
    [503, 'ErrorServerBusy', { kind: 'throttled', retryAfterMs: 7000 }],
    [504, 'UnknownError', { kind: 'transient', retryable: true }],
    [500, 'ErrorMailboxStoreUnavailable', { kind: 'transient', retryable: true }],
    [502, 'BadGateway', { kind: 'transient' }],
    [400, 'ErrorInvalidRequest', { kind: 'request', retryable: false }],
    [507, 'ErrorQuotaExceeded', { kind: 'item', retryable: false }],
  ])('tells status %i with %s by its class (exchange.md §8)', async (status, code, expected) => {
    const { graph, client } = openTestGraph()
    graph.faults = () => ({ kind: 'status', status, code, retryAfter: 7 })
    const error = await failureOf(client.send(user, calendars))
    expect(RemoteError.is(error)).toBe(true)
    expect(error).toMatchObject({ service: 'graph', code, status, ...expected })
  })

  it.each([
    [410, 'SyncStateNotFound', 'invalid-sync-token'],
    [410, 'resyncRequired', 'invalid-sync-token'],
    [400, 'SyncStateInvalid', 'invalid-sync-token'],
    [412, 'ErrorIrresolvableConflict', 'precondition-failed'],
    [404, 'ErrorItemNotFound', 'not-found'],
    [400, 'ErrorOccurrenceCrossingBoundary', 'unrepresentable'],
    [500, 'ErrorItemCorrupt', 'invalid-calendar-data'],
  ] as const)('tells status %i with %s in the terms of calendars', async (status, code, expected) => {
    const { graph, client } = openTestGraph()
    graph.faults = () => ({ kind: 'status', status, code })
    const error = await failureOf(client.send(user, calendars))
    expect(CalendarError.is(error, expected)).toBe(true)
  })

  it('does not know what became of a write without an answer, and does know it of a read', async () => {
    const { graph, client } = openTestGraph()
    const create = {
      method: 'POST',
      path: `/users/${user}/calendars/calendar/events`,
      body: at('2026-01-12T09:00'),
    } as const
    graph.faults = () => ({ kind: 'lost-answer' })
    expect(await failureOf(client.send(user, create))).toMatchObject({ kind: 'unknown-outcome' })
    expect(graph.mailbox(user).events).toHaveLength(1)
    expect(await failureOf(client.send(user, calendars))).toMatchObject({ kind: 'unreachable' })
    graph.faults = () => ({ kind: 'truncated' })
    expect(await failureOf(client.send(user, create))).toMatchObject({ kind: 'unknown-outcome' })
    graph.faults = () => ({ kind: 'status', status: 504, code: 'UnknownError' })
    expect(await failureOf(client.send(user, create))).toMatchObject({ kind: 'unknown-outcome' })
  })

  it('takes a sign-in page under status 200 for a wrong address, not for an empty calendar', async () => {
    const { graph, client } = openTestGraph()
    graph.faults = () => ({ kind: 'login-page' })
    expect(await failureOf(client.send(user, calendars))).toMatchObject({ kind: 'configuration' })
  })

  it('never has more than four requests at once for one mailbox, and a batch counts as four (exchange.md §8)', async () => {
    const held: (() => void)[] = []
    const { graph, client } = openTestGraph({
      beforeRequest: () => new Promise<void>((resolve) => held.push(resolve)),
    })
    const all = Promise.all([
      ...Array.from({ length: 9 }, () => client.send(user, calendars)),
      client.sendAll(user, [calendars]),
    ])
    let done = false
    void all.then(() => {
      done = true
    })
    let most = 0
    while (!done) {
      most = Math.max(most, held.length)
      for (const go of held.splice(0)) go()
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(most).toBe(4)
    expect(graph.peak).toBeLessThanOrEqual(4)
  })

  it('uses a link only when it stays at the configured address', () => {
    const { client, graph } = openTestGraph()
    expect(client.pathOf(`${graph.baseUrl}/users/a/calendarView/delta?$skiptoken=x`)).toBe(
      '/users/a/calendarView/delta?$skiptoken=x',
    )
    for (const link of [
      'https://evil.example/v1.0/users',
      'http://127.0.0.1.evil.example/v1.0/users',
      'http://127.0.0.1@evil.example/v1.0/users',
      'http://127.0.0.1/beta/users',
      '/v1.0/users',
    ]) {
      expect(() => client.pathOf(link)).toThrow(RemoteError)
    }
  })
})

describe('a batch', () => {
  it('has at most twenty parts, and answers in the order of the requests', async () => {
    const { graph, client } = openTestGraph()
    const hand = graph.mailbox(user)
    const ids = Array.from({ length: 45 }, (_, i) =>
      hand.create({ ...at('2026-01-12T09:00'), subject: `Meeting ${i}` }),
    )
    const answers = await client.sendAll(
      user,
      ids.map((id) => ({ method: 'GET', path: `/users/${user}/calendars/calendar/events/${encodeURIComponent(id)}` })),
    )
    expect(answers.map((answer) => ('body' in answer ? (answer.body as { subject: string }).subject : null))).toEqual(
      ids.map((_, i) => `Meeting ${i}`),
    )
    expect(graph.requests.filter((request) => request.path === '/$batch')).toHaveLength(3)
  })

  it('asks only its throttled parts again, after the wait that they name', async () => {
    const { graph, client, waits } = openTestGraph()
    const hand = graph.mailbox(user)
    const ids = Array.from({ length: 10 }, () => hand.create(at('2026-01-12T09:00')))
    let refused = 0
    graph.faults = ({ part }) => {
      if (part === null || part < 4 || refused >= 6) return null
      refused += 1
      return { kind: 'status', status: 429, code: 'ApplicationThrottled', retryAfter: 3 }
    }
    const answers = await client.sendAll(
      user,
      ids.map((id) => ({ method: 'GET', path: `/users/${user}/calendars/calendar/events/${encodeURIComponent(id)}` })),
    )
    expect(answers.every((answer) => 'body' in answer)).toBe(true)
    expect(waits).toEqual([3000])
    expect(graph.requests.filter((request) => request.part !== null)).toHaveLength(16)
  })

  it('leaves a part that is throttled for long to its caller, and the others have their answers', async () => {
    const { graph, client, waits } = openTestGraph()
    const id = graph.mailbox(user).create(at('2026-01-12T09:00'))
    graph.faults = ({ part }) =>
      part === 1 ? { kind: 'status', status: 429, code: 'ApplicationThrottled', retryAfter: 300 } : null
    const get = { method: 'GET', path: `/users/${user}/calendars/calendar/events/${encodeURIComponent(id)}` } as const
    const [first, second] = await client.sendAll(user, [get, get])
    expect(first).toMatchObject({ status: 200 })
    expect(second).toMatchObject({ kind: 'throttled', retryAfterMs: 300_000 })
    expect(waits).toEqual([])
  })

  it('is halved when it takes the service too long, down to one part', async () => {
    const { graph, client } = openTestGraph()
    const id = graph.mailbox(user).create(at('2026-01-12T09:00'))
    let batches = 0
    graph.faults = ({ path }) => {
      if (path !== '/$batch') return null
      batches += 1
      return batches <= 2 ? { kind: 'status', status: 504, code: 'UnknownError' } : null
    }
    const get = { method: 'GET', path: `/users/${user}/calendars/calendar/events/${encodeURIComponent(id)}` } as const
    const answers = await client.sendAll(user, [get, get, get, get])
    expect(answers).toHaveLength(4)
    expect(answers.every((answer) => 'body' in answer)).toBe(true)
    expect(batches).toBe(5)
  })
})
