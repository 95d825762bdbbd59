import { CalendarError, type CalendarPeer, type InstantRange, type Transaction } from '@dayport/core'
import type {
  HistoryEntry,
  InboxRow,
  RunCounts,
  Side,
  SyncBinding,
  SyncLink,
  SyncPolicy,
  SyncRun,
} from '../state/records.ts'
import type { SyncStateStore, SyncStorage } from '../state/store.ts'
import { assertLease, type Lease, renewLease } from './lease.ts'
import type { SyncLimits } from './limits.ts'

/** Both sides of a binding. */
export interface SyncPeers {
  readonly portal: CalendarPeer
  readonly remote: CalendarPeer
}

/** What the steps of one run share. */
export interface RunContext {
  readonly state: SyncStateStore
  readonly peers: SyncPeers
  readonly limits: SyncLimits
  readonly policy: SyncPolicy
  readonly signal: AbortSignal | undefined
  readonly run: SyncRun
  readonly counts: { -readonly [Name in keyof RunCounts]: RunCounts[Name] }
  /** As it was read or written last. */
  binding: SyncBinding
  /** Links with a write whose outcome is not known yet: nothing is started for them. */
  readonly blocked: Set<string>
  /** Names of remote objects that this run has read: none of them has got another name that this run has heard of. */
  readonly there: Set<string>
  /**
   * Remote objects read, those that could not be, and those that were told to be there and are not, in this run; when its listing of them
   * was begun; whether any that was heard of is still to be read, or may not have been told.
   */
  readonly reads: { all: number; unreadable: number; strange: number; listedMs: number; isPartial: boolean }
  /** What the host knows of the clocks; `null` when it does not say. */
  readonly clocksTrusted: boolean | null
  /** How far the other side's clock is ahead of ours, by its latest answer in this run; `null` while it has not said. */
  readonly clock: { offsetMs: number | null }
  now(): number
  newId(): string
  report(error: unknown): void
  /** A unit of work under the lease. */
  write<T>(work: (tx: Transaction) => Promise<T>): Promise<T>
  /** Makes sure that the lease outlasts a request. @throws {SwitchedOffError} as {@link assertOn}. */
  holdLease(): Promise<void>
  /** @throws {SwitchedOffError} when the binding is gone or switched off by now. */
  assertOn(): Promise<void>
  /** @throws {DOMException} when the run was cancelled: between two events nothing is half done. */
  checkCancelled(): void
  patchBinding(patch: Partial<SyncBinding>, tx: Transaction): Promise<void>
  note(entry: Pick<HistoryEntry, 'link' | 'action'> & Partial<HistoryEntry>, tx: Transaction): Promise<void>
}

/** The binding was switched off, or taken away, while its run was under way: that ends between two events. */
export class SwitchedOffError extends Error {
  constructor() {
    super('the binding was switched off')
    this.name = 'SwitchedOffError'
  }
}

export const createRunContext = (parts: {
  readonly storage: SyncStorage
  readonly peers: SyncPeers
  readonly limits: SyncLimits
  readonly policy: SyncPolicy
  readonly signal: AbortSignal | undefined
  readonly run: SyncRun
  readonly binding: SyncBinding
  readonly lease: Lease
  readonly clocksTrusted: boolean | null
  readonly now: () => number
  readonly newId: () => string
  readonly report: (error: unknown) => void
}): RunContext & { readonly lease: () => Lease } => {
  const { storage, now, newId, limits, signal, run } = parts
  let lease = parts.lease
  const renew = async (leastMs: number): Promise<void> => {
    const leftMs = lease.untilMs - now()
    // A clock that was set back makes it look long.
    if (leftMs < leastMs || leftMs > limits.leaseMs) lease = await renewLease(storage, lease, now(), limits.leaseMs)
  }
  const assertOn = async (): Promise<void> => {
    const { id, connection } = parts.binding
    if ((await storage.state.getBinding(id))?.enabled !== true) throw new SwitchedOffError()
    if ((await storage.state.getConnection(connection))?.enabled !== true) throw new SwitchedOffError()
  }
  const context: RunContext & { readonly lease: () => Lease } = {
    state: storage.state,
    peers: parts.peers,
    limits,
    policy: parts.policy,
    signal,
    run,
    counts: { ...run.counts },
    binding: parts.binding,
    blocked: new Set(),
    there: new Set(),
    reads: { all: 0, unreadable: 0, strange: 0, listedMs: now(), isPartial: false },
    clocksTrusted: parts.clocksTrusted,
    clock: { offsetMs: null },
    lease: () => lease,
    now,
    newId,
    report: parts.report,
    write: async (work) => {
      await renew(limits.leaseMs / 3)
      return storage.transaction(async (tx) => {
        await assertLease(storage, lease, now(), tx)
        if ((await storage.state.getBinding(parts.binding.id, { tx })) === null) throw new SwitchedOffError()
        return work(tx)
      })
    },
    holdLease: async () => {
      await assertOn()
      await renew(limits.requestTimeoutMs)
    },
    assertOn,
    checkCancelled: () => signal?.throwIfAborted(),
    patchBinding: async (patch, tx) => {
      const known = await storage.state.getBinding(context.binding.id, { tx })
      if (known === null) throw new CalendarError('not-found', 'the binding is gone')
      context.binding = { ...known, ...patch }
      await storage.state.putBinding(context.binding, { tx })
    },
    note: (entry, tx) =>
      storage.state.putHistory(
        [
          {
            id: newId(),
            binding: context.binding.id,
            run: run.id,
            atMs: now(),
            side: null,
            groups: [],
            reason: null,
            kept: null,
            ...entry,
          },
        ],
        { tx },
      ),
  }
  return context
}

const dayMs = 86_400_000

/** The window as the policy has it now. */
export const windowAt = ({ pastDays, futureDays }: SyncPolicy, nowMs: number): InstantRange => ({
  startMs: nowMs - pastDays * dayMs,
  endMs: nowMs + futureDays * dayMs,
})

/** An inbox row of a change that was heard of now. */
export const heardOf = (
  { binding, now }: Pick<RunContext, 'binding' | 'now'>,
  side: Side,
  name: string,
  etag: string | null,
  byUser: boolean,
): InboxRow => ({
  binding: binding.id,
  side,
  name,
  etag,
  state: 'listed',
  generation: binding.generation,
  seenMs: now(),
  notBeforeMs: 0,
  attempts: 0,
  goneRun: null,
  byUser,
  uid: null,
  digest: null,
  operationId: null,
  data: null,
  modifiedMs: null,
  isOrganizer: null,
})

/**
 * An inbox row of an object that we have made there. Its feed tells it once more, and the row ends with that; one that is deleted before
 * is told by no feed, which knows nothing of what came and went, and so it is looked up.
 */
export const untilTold = (
  context: Pick<RunContext, 'binding' | 'now' | 'limits'>,
  name: string,
  etag: string,
): InboxRow => ({
  ...heardOf(context, 'remote', name, etag, false),
  notBeforeMs: context.now() + context.limits.settleMs,
})

export const isLiving = (link: SyncLink | null): link is SyncLink => link !== null && link.state !== 'tombstone'
