import type {
  MailboxState,
  PlannedCounts,
  SyncBinding,
  SyncClock,
  SyncConnection,
  SyncErrorKind,
} from '../state/records.ts'

/** Events that wait for somebody, by reason. They turn nothing red: the others go on. */
export interface EventProblems {
  readonly quarantined: number
  readonly unsupported: number
  readonly conflicts: number
}

/** `late`: nothing failed, and nothing succeeded for three intervals either. */
export type StatusErrorKind = SyncErrorKind | 'late'

/** What a person, and an administrator, is told about one binding. sync-engine.md §8. Times are ms since the Unix epoch. */
export type SyncStatus =
  /** The host has not installed it, or it is switched off. */
  | { readonly state: 'not-available' }
  | { readonly state: 'not-configured' }
  | {
      readonly state: 'connected'
      readonly lastSuccessMs: number
      readonly lastChanges: number
      readonly problems: EventProblems
      /** Clocks that disagree, for a warning; `null` while they agree, or nobody knows. */
      readonly clock: SyncClock | null
    }
  /** A run is under way, or the first one is still to come. */
  | { readonly state: 'syncing'; readonly done: number; readonly total: number; readonly lastSuccessMs: number | null }
  | {
      readonly state: 'error'
      readonly kind: StatusErrorKind
      readonly sinceMs: number
      readonly lastSuccessMs: number | null
      /** When it goes on by itself; `null` when it does not, or does at once. */
      readonly pausedUntilMs: number | null
      readonly code: string | null
      readonly requestId: string | null
      /** Of `confirmation`: what waits for somebody's word. */
      readonly waiting: PlannedCounts | null
      readonly problems: EventProblems
      /** As of `connected`. */
      readonly clock: SyncClock | null
    }

/** The facts that a status follows. */
export interface StatusFacts {
  /** Whether the host offers the door at all. */
  readonly available: boolean
  readonly connection: SyncConnection | null
  readonly binding: SyncBinding | null
  readonly mailbox: MailboxState | null
  /** Of a run that is under way; `null` when none is. */
  readonly progress: { readonly done: number; readonly total: number } | null
  readonly problems: EventProblems
  readonly nowMs: number
}

export const statusOf = (facts: StatusFacts): SyncStatus => {
  const { available, connection, binding, mailbox, progress, problems, nowMs } = facts
  if (!available) return { state: 'not-available' }
  if (connection === null || !connection.enabled || binding === null || !binding.enabled) {
    return { state: 'not-configured' }
  }
  const { lastSuccessMs, error } = binding
  const clock = binding.clock ?? null
  if (progress !== null) return { state: 'syncing', ...progress, lastSuccessMs }
  if (error !== null) {
    const pausedUntilMs = mailbox !== null && mailbox.pausedUntilMs > nowMs ? mailbox.pausedUntilMs : null
    const { kind, sinceMs, code, requestId } = error
    const waiting = kind === 'confirmation' ? binding.waiting : null
    return { state: 'error', kind, sinceMs, lastSuccessMs, pausedUntilMs, code, requestId, waiting, problems, clock }
  }
  const freshMs = lastSuccessMs ?? binding.createdMs
  const staleMs = freshMs + 3 * connection.policy.intervalMs
  if (nowMs > staleMs) {
    return {
      state: 'error',
      kind: 'late',
      sinceMs: staleMs,
      lastSuccessMs,
      pausedUntilMs: null,
      code: null,
      requestId: null,
      waiting: null,
      problems,
      clock,
    }
  }
  if (lastSuccessMs === null) return { state: 'syncing', done: 0, total: 0, lastSuccessMs }
  return { state: 'connected', lastSuccessMs, lastChanges: binding.lastChanges, problems, clock }
}

/** Which states may follow which. Set-up and its end may come at any time; what runs ends well or not. */
export const statusTransitions: Readonly<Record<SyncStatus['state'], readonly SyncStatus['state'][]>> = {
  'not-available': ['not-configured', 'syncing', 'connected', 'error'],
  'not-configured': ['not-available', 'syncing', 'connected', 'error'],
  connected: ['syncing', 'error', 'not-configured', 'not-available'],
  syncing: ['connected', 'error', 'not-configured', 'not-available'],
  error: ['syncing', 'connected', 'not-configured', 'not-available'],
}
