import type { RunResult } from '../run/engine.ts'
import type { SyncTrigger } from '../state/records.ts'
import type { Timers } from './timers.ts'

/** What is to be run, and what it shares with others. */
export interface ScheduledBinding {
  readonly id: string
  /** One run at a time. */
  readonly mailbox: string
  /** Of one connection, at most so many at once. */
  readonly connection: string
  readonly intervalMs: number
}

export interface SchedulerOptions {
  /** Runs a binding. Must not throw: what it throws goes to `onError`, and the binding comes again after its interval. */
  readonly run: (
    id: string,
    options: { trigger: SyncTrigger; runId: string; signal: AbortSignal },
  ) => Promise<RunResult>
  readonly timers: Timers
  /** ms since the Unix epoch. */
  readonly now: () => number
  readonly newId: () => string
  /** 0 to 1. */
  readonly random: () => number
  /** Runs at once, over all connections. Default 8. */
  readonly maxRuns?: number
  /** Runs at once over one connection: what its server is asked at once. Default 4. */
  readonly maxRunsPerConnection?: number
  /** How long a hint from the other side is waited upon, so that several are one. Default 10 s. */
  readonly hintDelayMs?: number
  /** The same after a change here. Default 5 s. */
  readonly changeDelayMs?: number
  readonly onError?: (error: unknown) => void
}

/** A run that was asked for. */
export interface RequestedRun {
  readonly runId: string
  /** Whether it was under way already. */
  readonly joined: boolean
  readonly done: Promise<RunResult>
}

/** Decides when each binding runs. It knows time and fairness, and nothing of what a run does. */
export interface SyncScheduler {
  /** Adds a binding, or changes what is known of it. `dueMs`: not before; default: spread over the interval. */
  add(binding: ScheduledBinding, dueMs?: number): void
  remove(id: string): void
  /** Runs it before all others, or joins the run that is under way. */
  runNow(id: string, trigger: SyncTrigger): RequestedRun
  /** The other side says that something has changed. */
  hint(id: string): void
  /** Something has changed here. */
  changed(id: string): void
  /** Ends the run of a binding between two events. False when none is under way. */
  cancel(id: string): boolean
  /** Id of the run under way; `null` when none is. */
  running(id: string): string | null
  /** Ends all runs between two events, and begins no other. */
  stop(): Promise<void>
}

interface Waiting {
  readonly binding: ScheduledBinding
  dueMs: number
  trigger: SyncTrigger
  /** Somebody waits for this very run. */
  requested: {
    readonly runId: string
    readonly resolve: (result: RunResult) => void
    readonly done: Promise<RunResult>
  } | null
  /** Order of asking among those that are due. */
  turn: number
}

interface Running {
  readonly binding: ScheduledBinding
  readonly runId: string
  readonly abort: AbortController
  readonly done: Promise<RunResult>
  /** Something happened while it ran: it comes again soon. */
  again: { readonly trigger: SyncTrigger; readonly delayMs: number } | null
}

const busyRetryMs = 5_000

export const createSyncScheduler = (options: SchedulerOptions): SyncScheduler => {
  const { timers, now, newId, random } = options
  const maxRuns = options.maxRuns ?? 8
  const maxRunsPerConnection = options.maxRunsPerConnection ?? 4
  const waiting = new Map<string, Waiting>()
  const running = new Map<string, Running>()
  let turns = 0
  let stopped = false
  let cancelTimer: (() => void) | null = null

  const nextTurn = (): number => {
    turns += 1
    return turns
  }

  const wait = (binding: ScheduledBinding, dueMs: number, trigger: SyncTrigger): void => {
    const known = waiting.get(binding.id)
    if (known === undefined) waiting.set(binding.id, { binding, dueMs, trigger, requested: null, turn: nextTurn() })
    else if (dueMs < known.dueMs) {
      known.dueMs = dueMs
      known.trigger = known.requested === null ? trigger : known.trigger
    }
  }

  const isFree = ({ binding }: Waiting): boolean => {
    let ofConnection = 0
    for (const other of running.values()) {
      if (other.binding.mailbox === binding.mailbox) return false
      if (other.binding.connection === binding.connection) ofConnection += 1
    }
    return ofConnection < maxRunsPerConnection
  }

  /** Those that somebody waits for, then those that have waited longest. */
  const order = (a: Waiting, b: Waiting): number =>
    Number(b.requested !== null) - Number(a.requested !== null) || a.dueMs - b.dueMs || a.turn - b.turn

  const fill = (): void => {
    if (stopped) return
    const due = [...waiting.values()].filter(({ dueMs }) => dueMs <= now()).sort(order)
    for (const entry of due) {
      if (running.size >= maxRuns) break
      if (isFree(entry)) start(entry)
    }
    arm()
  }

  const arm = (): void => {
    cancelTimer?.()
    cancelTimer = null
    // Those that are due already wait for a run to end, not for time.
    const times = [...waiting.values()].map(({ dueMs }) => dueMs).filter((dueMs) => dueMs > now())
    if (times.length === 0 || stopped) return
    cancelTimer = timers.after(Math.min(...times) - now(), fill)
  }

  const start = (entry: Waiting): void => {
    const { binding, trigger, requested } = entry
    waiting.delete(binding.id)
    const abort = new AbortController()
    const runId = requested?.runId ?? newId()
    const done = options.run(binding.id, { trigger, runId, signal: abort.signal })
    const run: Running = { binding, runId, abort, done: requested?.done ?? done, again: null }
    running.set(binding.id, run)
    done.then(
      (result) => {
        requested?.resolve(result)
        ended(run, dueAfter(run, result))
      },
      (error: unknown) => {
        options.onError?.(error)
        requested?.resolve({ kind: 'off' })
        ended(run, now() + jittered(binding.intervalMs))
      },
    )
  }

  const jittered = (intervalMs: number): number => Math.round(intervalMs * (0.9 + random() * 0.2))

  /** `null`: not by itself. */
  const dueAfter = ({ binding, runId }: Running, result: RunResult): number | null => {
    switch (result.kind) {
      case 'busy':
        return now() + busyRetryMs
      case 'paused':
        return result.untilMs
      case 'off':
        return null
      default: {
        const regular = now() + jittered(binding.intervalMs)
        if (result.againMs === null || result.run.id !== runId) return regular
        return result.run.outcome === 'failed' ? result.againMs : Math.min(result.againMs, regular)
      }
    }
  }

  const ended = (run: Running, dueMs: number | null): void => {
    if (running.get(run.binding.id) === run) running.delete(run.binding.id)
    const { binding, again } = run
    if (known.has(binding.id)) {
      const latest = known.get(binding.id)!
      if (dueMs !== null) wait(latest, dueMs, 'interval')
      if (again !== null && dueMs !== null) wait(latest, now() + again.delayMs, again.trigger)
    }
    fill()
  }

  /** Everything that was added and not removed. */
  const known = new Map<string, ScheduledBinding>()

  const soon = (id: string, trigger: SyncTrigger, delayMs: number): void => {
    const binding = known.get(id)
    const run = running.get(id)
    if (run !== undefined) run.again = { trigger, delayMs }
    else if (binding !== undefined) wait(binding, now() + delayMs, trigger)
    arm()
  }

  return {
    add: (binding, dueMs) => {
      known.set(binding.id, binding)
      if (!running.has(binding.id)) {
        const before = waiting.get(binding.id)
        waiting.delete(binding.id)
        const at = dueMs ?? before?.dueMs ?? now() + Math.round(random() * binding.intervalMs)
        waiting.set(binding.id, {
          binding,
          dueMs: at,
          trigger: before?.trigger ?? 'interval',
          requested: before?.requested ?? null,
          turn: before?.turn ?? nextTurn(),
        })
      }
      fill()
    },
    remove: (id) => {
      known.delete(id)
      waiting.get(id)?.requested?.resolve({ kind: 'off' })
      waiting.delete(id)
      running.get(id)?.abort.abort()
      arm()
    },
    runNow: (id, trigger) => {
      const run = running.get(id)
      if (run !== undefined) return { runId: run.runId, joined: true, done: run.done }
      const binding = known.get(id)
      if (binding === undefined) return { runId: newId(), joined: false, done: Promise.resolve({ kind: 'off' }) }
      const before = waiting.get(id)
      if (before?.requested !== null && before?.requested !== undefined) {
        return { runId: before.requested.runId, joined: true, done: before.requested.done }
      }
      let resolve: (result: RunResult) => void = () => {}
      const done = new Promise<RunResult>((settle) => {
        resolve = settle
      })
      const requested = { runId: newId(), resolve, done }
      waiting.set(id, { binding, dueMs: now(), trigger, requested, turn: nextTurn() })
      fill()
      return { runId: requested.runId, joined: false, done }
    },
    hint: (id) => soon(id, 'hint', options.hintDelayMs ?? 10_000),
    changed: (id) => soon(id, 'local-change', options.changeDelayMs ?? 5_000),
    cancel: (id) => {
      const run = running.get(id)
      run?.abort.abort()
      return run !== undefined
    },
    running: (id) => running.get(id)?.runId ?? null,
    stop: async () => {
      stopped = true
      cancelTimer?.()
      for (const { requested } of waiting.values()) requested?.resolve({ kind: 'off' })
      waiting.clear()
      const runs = [...running.values()]
      for (const { abort } of runs) abort.abort()
      await Promise.allSettled(runs.map(({ done }) => done))
    },
  }
}
