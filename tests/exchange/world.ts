import type { CalendarPeer, DayportStore } from '@dayport/core'
import { createMemoryStore } from '@dayport/core/memory'
import { createCalendarService } from '@dayport/core/service'
import {
  createMemorySync,
  createSyncEngine,
  defaultSyncPolicy,
  peerFromStore,
  type SyncLimits,
  type SyncStateStore,
} from '@dayport/sync-engine'

export const user = 'anna@example.com'
export const who = { id: 'anna', groups: [] }
const empty = { token: null, listed: false, audit: false }

/** What a history does to requests, whatever the protocol. `conflict`: somebody touches the item right before it is written. */
export type Trouble =
  | 'lost-answer'
  | 'lost-request'
  | 'truncated'
  | 'throttled'
  | 'busy'
  | 'timed-out'
  | 'login-page'
  | 'half-batch'
  | 'conflict'

/** An item as a history sees it. */
export interface HandItem {
  readonly id: string
  readonly title: string
  /** Day of its start, in Moscow. */
  readonly day: string
  readonly isSeries: boolean
  /** In the calendar that is synchronised. */
  readonly isJoined: boolean
}

/** A person at the mailbox, whatever serves it. Times are Moscow's. */
export interface Hand {
  readonly items: readonly HandItem[]
  create(local: string, title: string): string
  rename(id: string, title: string): void
  delete(id: string): void
  /** To the calendar that is not synchronised, or back. */
  move(id: string): void
  copy(id: string): void
  touch(id: string): void
  /** Ids that searches miss, though views and look-ups find them. */
  readonly unsearched: Set<string>
  renameOccurrence(id: string, day: string, title: string): void
  deleteOccurrence(id: string, day: string): void
  /** Original days of the changed and of the deleted occurrences. */
  exceptionsOf(id: string): { readonly changed: readonly string[]; readonly deleted: readonly string[] }
}

/** The other side: a fake server, a peer over it, and what can go wrong there. */
export interface Side {
  readonly remote: CalendarPeer
  /** A peer of a process that has just begun: it remembers nothing. */
  reopen(): CalendarPeer
  /** The process that the peers are in. */
  readonly process: MortalProcess
  readonly hand: Hand
  /** Decides for each request; `null` none fails. */
  trouble: ((seen: number) => Trouble | null) | null
  /** Requests that were seen, without parts of batches; and those of them that write. */
  requests(): number
  writes(): number
  /** Empties the server's own list of requests, which counts for the writes alone. */
  forgetLog(): void
  mails(): number
  /** The feed's tokens are worth nothing any more. */
  expireFeeds(): void
}

export interface Clock {
  ms: number
}

/** A server is never answered within the same turn of the event loop; only between turns is memory given back that weak references held. */
export const answeredLater =
  (serve: typeof fetch): typeof fetch =>
  async (input, init) => {
    await new Promise((resolve) => setImmediate(resolve))
    return serve(input, init)
  }

/** A process that may die at a request: what it sends then, or had sent, is not answered any more. */
export const createMortalProcess = (serve: typeof fetch) => {
  let dead = new AbortController()
  let seen = 0
  let death: { readonly at: number; readonly isDone: boolean } | null = null
  const never = new Promise<Response>(() => undefined)
  return {
    fetch: (async (input, init) => {
      const { signal } = dead
      if (signal.aborted) return never
      seen += 1
      const isLast = seen === death?.at
      if (isLast && !death!.isDone) {
        dead.abort()
        return never
      }
      const answer = await serve(input, init)
      if (isLast) dead.abort()
      return signal.aborted ? never : answer
    }) satisfies typeof fetch,
    /** Dies at that request, before it is sent or after it is done. */
    dieAt: (at: number, isDone: boolean): void => {
      death = { at, isDone }
    },
    /** Requests that were sent. */
    sent: (): number => seen,
    /** Begins anew; `false` when it was alive. */
    revive: (): boolean => {
      if (!dead.signal.aborted) return false
      dead = new AbortController()
      return true
    },
    /** Comes when it dies. */
    died: (): Promise<null> =>
      new Promise((resolve) => {
        if (dead.signal.aborted) resolve(null)
        else dead.signal.addEventListener('abort', () => resolve(null), { once: true })
      }),
  }
}

export type MortalProcess = ReturnType<typeof createMortalProcess>

/** Ids in their order. */
export const countedIds = () => {
  let ids = 0
  return (): string => {
    ids += 1
    return `id-${String(ids).padStart(6, '0')}`
  }
}

const inMemory = (parts: { readonly now: () => number; readonly newId: () => string }) =>
  createMemorySync(createMemoryStore(parts))

/** Anna's calendar here, one that a server has, and the engine between them. */
export const openWorld = async <S extends Side>(
  openSide: (parts: { readonly clock: Clock; readonly newId: () => string }) => S,
  options: {
    /** Builds the peer wrongly. */
    readonly broken?: ((peer: CalendarPeer) => CalendarPeer) | undefined
    readonly limits?: Partial<SyncLimits>
    /** Keeps calendars and state. Default: in memory. */
    readonly openStore?: (parts: { readonly now: () => number; readonly newId: () => string }) => {
      readonly store: DayportStore
      readonly state: SyncStateStore
    }
  } = {},
) => {
  const { broken = (peer: CalendarPeer) => peer, limits = {}, openStore = inMemory } = options
  const clock: Clock = { ms: Date.UTC(2026, 0, 10, 12) }
  const newId = countedIds()
  const now = () => clock.ms
  const side = openSide({ clock, newId })
  const { store, state } = openStore({ now, newId })
  const service = createCalendarService({ store, authorize: async () => true, now, newId })
  const calendar = await store.createCalendar({ owner: 'anna', name: 'work' })
  const portal = peerFromStore({ service, calendar: calendar.id, who, connection: 'c1', newId })
  const storage = { state, transaction: service.transaction }
  await service.transaction(async (tx) => {
    await state.putConnection(
      { id: 'c1', backend: 'exchange', settings: '{}', policy: defaultSyncPolicy, enabled: true, createdMs: 0 },
      { tx },
    )
    await state.createBinding(
      {
        id: 'b1',
        connection: 'c1',
        principal: 'anna',
        calendar: calendar.id,
        mailbox: user,
        remote: `${user} calendar`,
        enabled: true,
        createdMs: 0,
        phase: 'initial',
        generation: 1,
        portalCursor: empty,
        remoteCursor: empty,
        window: null,
        waiting: null,
        confirmed: null,
        error: null,
        lastSuccessMs: null,
        lastChanges: 0,
      },
      { tx },
    )
  })
  const createEngine = () =>
    createSyncEngine({
      storage,
      now,
      newId,
      random: () => 0,
      limits,
      onError: (error) => {
        throw error
      },
    })
  let engine = createEngine()
  let remote = broken(side.remote)
  const run = async (afterMs = 120_000) => {
    clock.ms += afterMs
    if (side.process.revive()) {
      engine = createEngine()
      remote = broken(side.reopen())
    }
    return Promise.race([engine.run('b1', { portal, remote }, { trigger: 'interval' }), side.process.died()])
  }
  /** Runs until both sides rest. */
  const settle = async () => {
    for (let i = 0; i < 5; i += 1) await run()
  }
  const put = (name: string, lines: readonly string[]) =>
    service.putObject(
      who,
      { calendar: calendar.id, name },
      new TextEncoder().encode(
        ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//P//P//EN', ...lines, 'END:VCALENDAR', ''].join('\r\n'),
      ),
    )
  const drop = (name: string) => service.deleteObject(who, { calendar: calendar.id, name })
  const texts = async () => {
    const found = new Map<string, string>()
    for await (const { name, data } of store.findObjects(calendar.id, {}))
      found.set(name, new TextDecoder().decode(data))
    return found
  }
  /** Lets what waits for somebody's word go on. */
  const confirm = () =>
    service.transaction(async (tx) => {
      const binding = (await state.getBinding('b1', { tx }))!
      await state.putBinding({ ...binding, confirmed: binding.waiting, waiting: null }, { tx })
    })
  return { side, clock, confirm, run, settle, put, drop, texts, service, state, calendar: calendar.id }
}

export type World<S extends Side = Side> = Awaited<ReturnType<typeof openWorld<S>>>

export const event = (uid: string, ...lines: readonly string[]) => [
  'BEGIN:VEVENT',
  `UID:${uid}`,
  'DTSTAMP:20260101T000000Z',
  ...lines,
  'END:VEVENT',
]
export const nine = ['DTSTART;TZID=Europe/Moscow:20260112T090000', 'DTEND;TZID=Europe/Moscow:20260112T100000']
export const weekly = [...nine, 'RRULE:FREQ=WEEKLY;BYDAY=MO', 'SUMMARY:Stand-up']
