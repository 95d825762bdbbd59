import type { CalendarId, CalendarPeer, Principal } from '@dayport/core'
import { createMemoryStore } from '@dayport/core/memory'
import { type CalendarService, createAuthorize, createCalendarService } from '@dayport/core/service'
import {
  createMemorySync,
  defaultSyncPolicy,
  type HistoryEntry,
  type SyncLimits,
  type SyncPolicy,
  type SyncStorage,
} from '@dayport/sync-engine'
import { createLedger, type Ledger, originsIn, type SimulatedSide } from './ledger.ts'
import { createRandom, pickOf } from './random.ts'
import { createSimulatedMailbox, type MailboxFault, type SimulatedMailbox } from './simulated-mailbox.ts'
import { bindingOf, connectionOf } from './sync-records.ts'

/** What the engine is given. */
export interface SimulatedParts {
  readonly storage: SyncStorage
  readonly remote: CalendarPeer
}

export interface SimulationOptions {
  readonly seed: number
  readonly policy?: Partial<SyncPolicy>
  readonly limits?: Partial<SyncLimits>
  /** Breaks the engine on purpose: the checks must find it. */
  readonly sabotage?: (parts: SimulatedParts) => SimulatedParts
}

type Memory = ReturnType<typeof createMemorySync<ReturnType<typeof createMemoryStore>>>

/** A portal and a mailbox under one clock and one stream of chance, and what the simulation knows about them. */
export interface SimulatedWorld {
  readonly options: SimulationOptions
  readonly policy: SyncPolicy
  readonly limits: Partial<SyncLimits>
  /** The portal's clock, ms since the Unix epoch. */
  nowMs: number
  /** How far the mailbox's clock is ahead. */
  skewMs: number
  /** 0–3: how often calls go wrong. Only while a history is played. */
  trouble: number
  readonly calendar: CalendarId
  /** Its id; another one once it was bound anew. */
  binding: string
  /** The portal's database; a restored backup is another one. */
  memory: Memory
  service: CalendarService
  readonly mailbox: SimulatedMailbox
  readonly ownUids: boolean
  readonly hiddenMs: number
  readonly ledger: Ledger
  readonly violations: string[]
  /** Whether the worker that writes now has looked at the item right before. */
  isJustRead: (name: string) => boolean
  readonly random: () => number
  readonly chance: (share: number) => boolean
  /** As `chance`, of a stream that histories of earlier days have not used. */
  readonly chanceLately: (share: number) => boolean
  readonly now: () => number
  readonly newId: () => string
  /** Whether both clocks have disagreed all the time. */
  isMisled: boolean
  readonly backups: {
    portal?: { readonly memory: Memory; readonly binding: string }
    remote?: ReturnType<SimulatedMailbox['snapshot']>
  }
  /** Events whose portal end had something to say when it was backed up. */
  readonly unsettledThen: Set<string>
  /** Whether the mailbox has kept something to itself that only the next day's listing tells. */
  mayMissUntilNextDay: boolean
  /** Whether the mailbox has answered for another folder: nobody can have heard of all that happened. */
  isMisinformed: boolean
  /** Whether the portal's clock was ever set back: then something may wait for some minutes more. */
  wasSetBack: boolean
  /** Whether the portal has forgotten what it did, and nobody has looked since. */
  hasForgotten: boolean
  /** Backups that were restored. */
  restored: number
  /** Whether somebody has switched the connection off, and the writes to the mailbox since. */
  off: { writes: number } | null
  /** Goes on with another database. */
  replaceMemory(memory: Memory): void
}

export const simulatedPerson: Principal = { id: 'ann', groups: [] }

const startMs = Date.UTC(2026, 2, 10)

export const createSimulatedWorld = async (options: SimulationOptions): Promise<SimulatedWorld> => {
  const random = createRandom(options.seed)
  const chance = (share: number): boolean => random() < share
  let ids = 0
  const newId = (): string => {
    ids += 1
    return `i${String(ids).padStart(6, '0')}`
  }
  const now = (): number => state.nowMs
  // What came to the simulation later has a stream of its own, so that the histories of earlier days stay what they were.
  const random2 = createRandom(options.seed ^ 0x5bd1e995)
  const chance2 = (share: number): boolean => random2() < share
  const random3 = createRandom(options.seed ^ 0x1b873593)
  const random4 = createRandom(options.seed ^ 0x2c1b3c6d)
  const hourMs = 3_600_000
  const skewMs = chance2(0.5) ? 0 : Math.round((random2() - 0.5) * 48) * hourMs
  const state: Pick<SimulatedWorld, 'nowMs' | 'skewMs' | 'trouble' | 'isJustRead'> = {
    nowMs: startMs,
    skewMs,
    trouble: 0,
    isJustRead: () => false,
  }

  const faultFor = (call: string): MailboxFault => {
    if (state.trouble === 0) return 'none'
    const isWrite = call === 'put' || call === 'delete'
    if (!chance(state.trouble * 0.04)) return isWrite && random4() < state.trouble * 0.01 ? 'twice' : 'none'
    const kinds: readonly MailboxFault[] = isWrite
      ? ['lost-request', 'lost-answer', 'lost-answer', 'late-request', 'throttled', 'transient']
      : ['lost-request', 'throttled', 'transient', 'expired-cursor']
    return kinds[Math.floor(random() * kinds.length)] ?? 'none'
  }

  const memory = createMemorySync(createMemoryStore({ now, newId }))
  const serviceOver = ({ store }: Memory) =>
    createCalendarService({ store, authorize: createAuthorize(store), now, newId })
  const service = serviceOver(memory)
  const ledger = createLedger()
  const calendar = (await service.createCalendar(simulatedPerson, { owner: 'ann', name: 'work' })).id
  const hiddenMs = chance(0.3) ? 20_000 : 0
  const deduplicates = chance(0.5)
  const ownUids = chance(0.3)
  const mailbox = createSimulatedMailbox({
    now: () => state.nowMs + state.skewMs,
    fault: faultFor,
    hiddenMs,
    deduplicates,
    ownUids,
    ...(chance(0.5) ? { batchSize: 2 } : {}),
    pageSize: 2 + Math.floor(random() * 5),
    messy: () => state.trouble > 0 && chance(0.1),
    partial: () => (state.trouble === 0 || !chance2(0.1) ? 'whole' : chance2(0.5) ? 'left-out' : 'not-processed'),
    ignoresCondition: (item) => {
      if (state.trouble === 0 || !chance2(0.5)) return false
      // Nobody can save what came in after a last look right before the write.
      if (state.isJustRead(item.name)) ledger.replace(item.data, null)
      return true
    },
  })
  const conflicts = pickOf(
    ['organizer', 'remote-wins', 'portal-wins', 'newest', 'ask'] as const,
    Math.floor(random() * 5),
  )
  const policy: SyncPolicy = { ...defaultSyncPolicy, conflicts: conflicts ?? 'organizer', ...options.policy }
  await memory.state.putConnection(connectionOf('c1', { policy }))
  await memory.state.createBinding(bindingOf('b1', calendar))
  const limits: Partial<SyncLimits> = { feedSize: 5, pageSize: 5, readSize: 3, ...options.limits }
  const world: SimulatedWorld = Object.assign(state, {
    options,
    policy,
    limits,
    calendar,
    binding: 'b1',
    memory,
    service,
    mailbox,
    ownUids,
    hiddenMs,
    ledger,
    violations: [],
    random,
    chance,
    chanceLately: (share: number) => random3() < share,
    now,
    newId,
    isMisled: skewMs !== 0,
    backups: {},
    unsettledThen: new Set<string>(),
    mayMissUntilNextDay: false,
    isMisinformed: false,
    hasForgotten: false,
    wasSetBack: false,
    restored: 0,
    off: null,
    replaceMemory: (next: Memory) => {
      world.memory = next
      world.service = serviceOver(next)
    },
  })
  return world
}

export const portalNames = async ({ memory, calendar }: SimulatedWorld): Promise<string[]> => {
  const page = await memory.store.changes(calendar, null)
  return page.changes.map(({ name }) => name).sort()
}

export const portalBytes = async ({ memory, calendar }: SimulatedWorld, name: string): Promise<Uint8Array | null> =>
  (await memory.store.getObject({ calendar, name }))?.data ?? null

export const eventsHere = async (world: SimulatedWorld): Promise<Uint8Array[]> => {
  const found = await Promise.all((await portalNames(world)).map((name) => portalBytes(world, name)))
  return found.filter((data) => data !== null)
}

export const itemsThere = ({ mailbox }: Pick<SimulatedWorld, 'mailbox'>): Uint8Array[] =>
  [...mailbox.items.values()].map(({ data }) => data)

/** Whether none of these comes from the same event as that one. */
export const isAlone = (data: Uint8Array, others: readonly Uint8Array[]): boolean => {
  const origins = originsIn(data)
  return others.every((other) => !originsIn(other).some((origin) => origins.includes(origin)))
}

/** Whether the engine knows that the two sides' events are one; after a restored backup it may not. */
export const isLinked = async (
  world: SimulatedWorld,
  side: SimulatedSide,
  name: string,
  data: Uint8Array,
): Promise<boolean> => {
  const others = side === 'portal' ? itemsThere(world) : await eventsHere(world)
  return isAlone(data, others) || (await world.memory.state.findLink(world.binding, side, name)) !== null
}

export const historyHere = async ({ memory, binding }: SimulatedWorld): Promise<HistoryEntry[]> => {
  const runs = await memory.state.listRuns(binding, 1_000)
  const pages = await Promise.all(runs.map(({ id }) => memory.state.listHistory(binding, { run: id }, 1_000)))
  return pages.flat()
}
