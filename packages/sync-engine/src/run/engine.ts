import { CalendarError, RemoteError } from '@dayport/core'
import {
  type MailboxState,
  noCounts,
  type SyncBinding,
  type SyncError,
  type SyncErrorKind,
  type SyncRun,
  type SyncTrigger,
} from '../state/records.ts'
import type { SyncStorage } from '../state/store.ts'
import { createRunContext, SwitchedOffError, type SyncPeers } from './context.ts'
import type { PlanSummary } from './counting.ts'
import { failureOf } from './errors.ts'
import { acquireLease, freshMailbox, LeaseLostError, releaseLease } from './lease.ts'
import { defaultSyncLimits, type SyncLimits } from './limits.ts'
import { straightPause } from './straighten.ts'
import { runSteps } from './sync-run.ts'

export interface SyncEngineOptions {
  /** The state, and the units of work that it shares with the calendars: the service's `transaction`. */
  readonly storage: SyncStorage
  /** Default: `defaultSyncLimits`. */
  readonly limits?: Partial<SyncLimits>
  /** ms since the Unix epoch. Default: the system clock. */
  readonly now?: () => number
  /** Default: random UUIDs. At most 64 characters of `A–Z a–z 0–9 - _`. */
  readonly newId?: () => string
  /** 0 to 1, for the jitter of pauses. Default: `Math.random`. */
  readonly random?: () => number
  /**
   * Whether the clocks of both sides agree within two minutes: only then does `newest` decide by time. Where the other side tells its
   * clock, that must agree as well. Default: what the other side's clock says, and no while it says nothing.
   */
  readonly clocksTrusted?: (binding: SyncBinding) => boolean
  /** Hears of errors of our own. Default: nobody does. */
  readonly onError?: (error: unknown) => void
}

export interface RunOptions {
  readonly trigger: SyncTrigger
  /** Ends the run between two events; what is done is kept. */
  readonly signal?: AbortSignal
  /** Id of the run. Default: a new one. */
  readonly runId?: string
  /** Plans, and writes nothing on either side. */
  readonly dryRun?: boolean
  /** Hears of each event that is done. */
  readonly onProgress?: (done: number, total: number) => void
}

/** How a run ended. `busy`: another worker has the mailbox; `paused`: the other side asked to wait until then. */
export type RunResult =
  | { readonly kind: 'busy' }
  | { readonly kind: 'paused'; readonly untilMs: number }
  | { readonly kind: 'off' }
  | {
      readonly kind: 'run'
      readonly run: SyncRun
      readonly plan: PlanSummary | null
      /** When something that was left is to be looked at again, ms since the Unix epoch; `null` when nothing was. */
      readonly againMs: number | null
    }

export interface SyncEngine {
  /**
   * Brings the two sides of one binding together. One at a time for a mailbox, whoever asks and wherever. Failures of either side end
   * in the result; what is thrown is ours.
   *
   * @throws {CalendarError} `not-found` when there is no such binding.
   */
  run(bindingId: string, peers: SyncPeers, options: RunOptions): Promise<RunResult>
}

export const createSyncEngine = (options: SyncEngineOptions): SyncEngine => {
  const { storage } = options
  const { state } = storage
  const limits = { ...defaultSyncLimits, ...options.limits }
  const now = options.now ?? Date.now
  const newId = options.newId ?? (() => crypto.randomUUID())
  const random = options.random ?? Math.random
  const report = options.onError ?? (() => {})

  return {
    run: async (bindingId, peers, runOptions) => {
      const binding = await state.getBinding(bindingId)
      if (binding === null) throw new CalendarError('not-found', 'there is no such binding')
      const connection = await state.getConnection(binding.connection)
      if (connection === null || !connection.enabled || !binding.enabled) return { kind: 'off' }
      const known = (await state.getMailbox(binding.mailbox)) ?? freshMailbox(binding.mailbox)
      const before = await straightPause(storage, known, now())
      if (before.pausedUntilMs > now() && (before.pausedByServer || runOptions.trigger !== 'manual')) {
        return { kind: 'paused', untilMs: before.pausedUntilMs }
      }
      const id = runOptions.runId ?? newId()
      const lease = await acquireLease(storage, binding.mailbox, id, now(), limits.leaseMs)
      if (lease === null) return { kind: 'busy' }

      const started: SyncRun = {
        id,
        binding: binding.id,
        trigger: runOptions.trigger,
        startedMs: now(),
        endedMs: null,
        outcome: 'running',
        error: null,
        counts: noCounts,
      }
      const context = createRunContext({
        storage,
        peers,
        limits,
        policy: connection.policy,
        signal: runOptions.signal,
        run: started,
        binding,
        lease,
        clocksTrusted: options.clocksTrusted?.(binding) ?? null,
        now,
        newId,
        report,
      })
      const end = async (
        patch: Pick<SyncRun, 'outcome' | 'error'>,
        mailbox: Parameters<typeof releaseLease>[2],
        bindingPatch: Partial<SyncBinding>,
      ): Promise<SyncRun> => {
        const run: SyncRun = { ...started, ...patch, counts: { ...context.counts }, endedMs: now() }
        await storage.transaction(async (tx) => {
          const current = await state.getBinding(binding.id, { tx })
          if (current === null) return
          await state.putRun(run, { tx })
          if (Object.keys(bindingPatch).length > 0) await state.putBinding({ ...current, ...bindingPatch }, { tx })
        })
        await releaseLease(storage, context.lease(), mailbox)
        return run
      }

      const rested = { failures: 0, pausedUntilMs: 0, pausedByServer: false, stopped: false }
      try {
        await context.write((tx) => state.putRun(started, { tx }))
        const { outcome, plan, againMs } = await runSteps(context, {
          dryRun: runOptions.dryRun === true,
          onProgress: runOptions.onProgress ?? (() => {}),
        })
        const error: SyncError | null =
          outcome === 'confirmation' ? sameSince(context.binding.error, 'confirmation', now(), null) : null
        const dueMs = Math.min(againMs ?? Number.POSITIVE_INFINITY, now() + connection.policy.intervalMs)
        const run = await end({ outcome, error }, { ...rested, dueMs }, outcome === 'confirmation' ? { error } : {})
        return { kind: 'run', run, plan, againMs }
      } catch (error) {
        if (error instanceof LeaseLostError) {
          return { kind: 'run', run: { ...started, outcome: 'failed', endedMs: now() }, plan: null, againMs: null }
        }
        if (runOptions.signal?.aborted === true || error instanceof SwitchedOffError) {
          const run = await end(
            { outcome: 'stopped', error: null },
            { ...rested, dueMs: now() + connection.policy.intervalMs },
            {},
          )
          return { kind: 'run', run, plan: null, againMs: null }
        }
        const { kind, mailbox } = afterFailure(error, before, { limits, nowMs: now(), random: random() })
        if (kind === 'internal') report(error)
        const known = (await state.getBinding(binding.id))?.error ?? null
        const found = sameSince(known, kind, now(), error)
        const run = await end({ outcome: 'failed', error: found }, mailbox, { error: found })
        return { kind: 'run', run, plan: null, againMs: mailbox.dueMs }
      }
    },
  }
}

/** The error of this run; one that goes on is told since when. */
const sameSince = (known: SyncError | null, kind: SyncErrorKind, nowMs: number, error: unknown): SyncError => ({
  kind,
  sinceMs: known?.kind === kind ? known.sinceMs : nowMs,
  code: RemoteError.is(error) ? error.code : null,
  requestId: RemoteError.is(error) ? error.requestId : null,
})

/** What becomes of the mailbox. A pause that the other side has asked for is kept to the millisecond; jitter only makes it longer. */
const afterFailure = (
  error: unknown,
  before: MailboxState,
  { limits, nowMs, random }: { readonly limits: SyncLimits; readonly nowMs: number; readonly random: number },
): {
  readonly kind: SyncErrorKind
  readonly mailbox: Pick<
    MailboxState,
    'pausedUntilMs' | 'pausedAtMs' | 'pausedByServer' | 'failures' | 'stopped' | 'dueMs'
  >
} => {
  const failure = failureOf(error)
  const failures = before.failures + 1
  const own = Math.min(limits.maxPauseMs, limits.pauseMs * 2 ** Math.min(before.failures, 20))
  const isRun = failure?.scope === 'run'
  const asked = isRun ? failure.retryAfterMs : null
  const kind: SyncErrorKind = isRun ? failure.kind : CalendarError.is(error, 'not-found') ? 'configuration' : 'internal'
  const pausedUntilMs = nowMs + (asked ?? own) + Math.floor(random * Math.min(1_000, (asked ?? own) / 10))
  return {
    kind,
    mailbox: {
      failures,
      pausedUntilMs,
      pausedAtMs: nowMs,
      pausedByServer: kind === 'throttled',
      stopped: isRun && failure.stops,
      dueMs: pausedUntilMs,
    },
  }
}
