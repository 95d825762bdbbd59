import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { CalendarPeer } from '@dayport/core'
import { createCalendarService } from '@dayport/core/service'
import { createEwsClient, createEwsPeer } from '@dayport/exchange-connector/ews'
import { createClientCredentials, createGraphClient, createGraphPeer } from '@dayport/exchange-connector/graph'
import { toNodeListener } from '@dayport/http/node'
import { openSqliteStore } from '@dayport/storage-sql/sqlite'
import { createSyncService, defaultSyncPolicy, type SyncRun } from '@dayport/sync-engine'
import { createFakeEws, createFakeGraph } from '@dayport/testkit'

export type BackEnd = 'Exchange Server' | 'Exchange Online'

/** A fake of Exchange over real HTTP. */
export interface FakeExchange {
  readonly address: string
  /** A token of Graph; of no use to EWS. */
  token(): Promise<string>
  /** Requests that were seen, batches as one. */
  requests(): number
  add(mailbox: string, index: number): void
  /** From now on that mailbox is asked to wait a minute, each time. */
  throttle(mailbox: string): void
  openPeer(mailbox: string): CalendarPeer
  close(): Promise<void>
}

const hour = 3_600_000
const newId = () => crypto.randomUUID()
const origin = 'bench'

/** Hours in the weeks around now. */
const startOf = (index: number): number => Math.floor(Date.now() / hour) * hour + ((index % 500) - 50) * 12 * hour

/** Some words more than fit a line. */
const textOf = (index: number): string =>
  `Event ${index}: agenda, minutes and decisions of the last meeting, and who is to do what`

const listen = async (handle: (request: Request) => Promise<Response>) => {
  const server = createServer(toNodeListener(handle))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { address: `http://127.0.0.1:${port}`, close }
}

export const openEws = async (): Promise<FakeExchange> => {
  const boxes = new Map<string, ReturnType<typeof createFakeEws>>()
  const boxOf = (mailbox: string) => {
    const known = boxes.get(mailbox) ?? createFakeEws({ now: Date.now, mailbox })
    boxes.set(mailbox, known)
    return known
  }
  let seen = 0
  const { address, close } = await listen((request) => {
    seen += 1
    const box = boxOf(request.headers.get('X-AnchorMailbox') ?? '')
    box.requests.length = 0 // a list of all bodies would be the memory that is measured
    return box.handle(request)
  })
  return {
    address,
    token: async () => '',
    requests: () => seen,
    add: (mailbox, index) => {
      const startMs = startOf(index)
      boxOf(mailbox).hand.add({ subject: textOf(index), startMs, endMs: startMs + hour })
    },
    throttle: (mailbox) => {
      boxOf(mailbox).faults = () => ({ kind: 'fault', code: 'ErrorServerBusy', backOffMs: 60_000 })
    },
    openPeer: (mailbox) =>
      createEwsPeer({
        client: createEwsClient({
          url: `${address}/EWS/Exchange.asmx`,
          auth: { kind: 'basic', user: 'svc', password: 'secret' },
          fetch,
          newId,
          now: Date.now,
          impersonate: mailbox,
        }),
        folder: { distinguished: 'calendar' },
        origin,
        singles: { pastDays: 31, futureDays: 366, now: Date.now },
      }),
    close,
  }
}

export const openGraph = async (): Promise<FakeExchange> => {
  let graph: ReturnType<typeof createFakeGraph> | null = null
  let seen = 0
  const { address, close } = await listen((request) => {
    if (!request.url.includes('/oauth2/')) seen += 1
    graph!.requests.length = 0
    return graph!.handle(request)
  })
  const fake = createFakeGraph({ now: Date.now, baseUrl: `${address}/v1.0` })
  graph = fake
  const throttled = new Set<string>()
  fake.faults = ({ path }) =>
    [...throttled].some((mailbox) => path.includes(encodeURIComponent(mailbox)) || path.includes(mailbox))
      ? { kind: 'status', status: 429, code: 'ApplicationThrottled', retryAfter: 60 }
      : null
  const tokens = createClientCredentials({
    tenant: 'example.com',
    clientId: 'app',
    clientSecret: 'secret',
    fetch,
    now: Date.now,
    authority: address,
  })
  const client = createGraphClient({ tokens, fetch, now: Date.now, newId, baseUrl: fake.baseUrl })
  return {
    address,
    token: () => tokens.token(),
    requests: () => seen,
    add: (mailbox, index) => {
      const time = (ms: number) => ({ dateTime: new Date(ms).toISOString().slice(0, 19), timeZone: 'UTC' })
      const startMs = startOf(index)
      fake.mailbox(mailbox).create({ start: time(startMs), end: time(startMs + hour), subject: textOf(index) })
    },
    throttle: (mailbox) => void throttled.add(mailbox),
    openPeer: (mailbox) => {
      fake.mailbox(mailbox)
      return createGraphPeer({
        client,
        user: mailbox,
        calendar: 'calendar',
        origin,
        now: Date.now,
        singles: { pastDays: 31, futureDays: 366, now: Date.now },
      })
    },
    close,
  }
}

/** How a park of mailboxes came to be connected. */
export interface ParkResult {
  /** Of all mailboxes but those that are throttled, from the first binding on. */
  readonly seconds: number
  readonly requests: number
  /** Largest heap after collection above that before, MB; 0 where garbage cannot be collected. */
  readonly peakMb: number
  /** Runs of the throttled mailbox. */
  readonly throttledRuns: readonly SyncRun[]
  /** Events that came here, over all mailboxes. */
  readonly events: number
}

/**
 * Connects so many mailboxes of so many events each, over HTTP on loopback, with the real connector, engine, scheduler and SQLite, and
 * waits until all are in step that can be.
 */
export const connectMailboxes = async (
  backEnd: BackEnd,
  options: { readonly mailboxes: number; readonly events: number; readonly throttled: number },
): Promise<ParkResult> => {
  const exchange = backEnd === 'Exchange Server' ? await openEws() : await openGraph()
  const store = openSqliteStore(':memory:')
  const service = createCalendarService({ store, authorize: async () => true })
  const names = Array.from({ length: options.mailboxes }, (_, i) => `person${i}@example.com`)
  const throttled = new Set(names.slice(0, options.throttled))
  for (const name of names) for (let i = 0; i < options.events; i += 1) exchange.add(name, i)
  for (const name of throttled) exchange.throttle(name)

  const heapMb = (): number => {
    globalThis.gc?.()
    return process.memoryUsage().heapUsed / 1024 / 1024
  }
  const before = heapMb()
  let peakMb = 0
  // Seldom: a collection takes as long as hundreds of events.
  const watch = setInterval(() => {
    if (globalThis.gc !== undefined) peakMb = Math.max(peakMb, heapMb() - before)
  }, 2_000)

  const done = new Set<string>()
  const throttledRuns: SyncRun[] = []
  const mailboxOf = new Map<string, string>()
  let finish: (error?: unknown) => void = () => {}
  const finished = new Promise<void>((resolve, reject) => {
    finish = (error) => (error === undefined ? resolve() : reject(error))
  })
  const sync = createSyncService({
    state: store.syncState,
    service,
    openRemote: async ({ mailbox }) => exchange.openPeer(mailbox),
    limits: { readSize: 100, maxFirstCreates: options.events },
    onRun: (run) => {
      const mailbox = mailboxOf.get(run.binding) ?? ''
      if (throttled.has(mailbox)) throttledRuns.push(run)
      else if (run.outcome === 'done') done.add(mailbox)
      else finish(new Error(`a run of ${mailbox} ended as ${run.outcome}: ${run.error?.kind ?? ''}`))
      if (done.size === names.length - throttled.size) finish()
    },
    onError: (error) => finish(error),
  })
  await sync.start()
  await sync.putConnection({
    id: 'exchange',
    backend: 'bench',
    settings: '{}',
    policy: defaultSyncPolicy,
    enabled: true,
  })
  const begun = performance.now()
  const sent = exchange.requests()
  try {
    for (const mailbox of names) {
      const calendar = await store.createCalendar({ owner: mailbox, name: 'work' })
      const binding = await sync.bind({
        connection: 'exchange',
        principal: mailbox,
        calendar: calendar.id,
        mailbox,
        remote: `${mailbox} calendar`,
      })
      mailboxOf.set(binding.id, mailbox)
    }
    await finished
    const seconds = (performance.now() - begun) / 1000
    const requests = exchange.requests() - sent
    let events = 0
    for (const name of names) {
      for (const { id } of await store.listCalendars({ id: name, groups: [] })) {
        for await (const _object of store.findObjects(id, {})) events += 1
      }
    }
    return { seconds, requests, peakMb, throttledRuns, events }
  } finally {
    clearInterval(watch)
    await sync.stop()
    await exchange.close()
    await store.close()
  }
}
