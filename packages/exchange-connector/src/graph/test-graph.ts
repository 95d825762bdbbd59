import { createFakeGraph, type FakeGraph, type FakeGraphOptions } from '@dayport/testkit'
import { createGraphClient, type GraphClient, type GraphClientOptions } from './client.ts'
import { createClientCredentials } from './tokens.ts'

export const user = 'anna@example.com'

/** A fake Graph with Anna's mailbox, a clock that the test moves, and a client that signs in by client credentials. */
export interface TestGraph {
  readonly graph: FakeGraph
  readonly client: GraphClient
  readonly clock: { ms: number }
  /** Waits that the client asked for, in ms; each moves the clock. */
  readonly waits: number[]
}

export const openTestGraph = (
  options: Partial<FakeGraphOptions> = {},
  clientOptions: Partial<GraphClientOptions> = {},
): TestGraph => {
  const clock = { ms: Date.UTC(2026, 0, 10, 12) }
  const waits: number[] = []
  const graph = createFakeGraph({ now: () => clock.ms, ...options })
  graph.mailbox(user)
  let ids = 0
  const tokens = createClientCredentials({
    tenant: 'example.com',
    clientId: 'app',
    clientSecret: 'secret',
    fetch: graph.fetch,
    now: () => clock.ms,
    authority: 'http://127.0.0.1',
  })
  const client = createGraphClient({
    tokens,
    fetch: graph.fetch,
    now: () => clock.ms,
    newId: () => {
      ids += 1
      return `00000000-0000-4000-8000-${String(ids).padStart(12, '0')}`
    },
    baseUrl: graph.baseUrl,
    wait: async (ms) => {
      waits.push(ms)
      clock.ms += ms
    },
    ...clientOptions,
  })
  return { graph, client, clock, waits }
}

/** Start and end of a meeting of an hour, in UTC unless said otherwise. */
export const at = (local: string, timeZone = 'UTC') => ({
  start: { dateTime: `${local}:00`, timeZone },
  end: { dateTime: `${new Date(Date.parse(`${local}:00Z`) + 3_600_000).toISOString().slice(0, 16)}:00`, timeZone },
})
