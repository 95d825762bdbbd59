import type { SyncClock } from '../state/records.ts'
import type { RunContext } from './context.ts'

const minute = 60_000

/** Clocks that differ by more than this decide nothing by time, sync-engine.md §4. */
const trustedMs = 2 * minute

/** Clocks that differ by more than this are told to a person, sync-engine.md §6. */
const warnedMs = 5 * minute

/**
 * How far the other side's clock is ahead of ours, ms, by an answer that it dated `serverMs` and that was asked for and got then by ours.
 * 0 where it lies between the two; the header counts whole seconds.
 */
export const clockOffset = (serverMs: number, askedMs: number, answeredMs: number): number => {
  if (serverMs < askedMs - 1_000) return serverMs - askedMs
  return serverMs > answeredMs ? serverMs - answeredMs : 0
}

/** Now by the other side's clock; `null` while it has not said. */
export const nowThere = ({ clock, now }: Pick<RunContext, 'clock' | 'now'>): number | null =>
  clock.offsetMs === null ? null : now() + clock.offsetMs

/** Whether stamps of both sides may be compared: the host says no, or the other side's own clock does. What nobody knows is no. */
export const isClockTrusted = ({ clocksTrusted, clock }: RunContext): boolean => {
  if (clock.offsetMs === null) return clocksTrusted === true
  return clocksTrusted !== false && Math.abs(clock.offsetMs) <= trustedMs
}

/** What is kept of the difference: nothing while it is small, and what was known while nothing new is. */
export const clockOf = ({ clock, binding, now }: RunContext): SyncClock | null => {
  const known = binding.clock ?? null
  if (clock.offsetMs === null) return known
  return Math.abs(clock.offsetMs) > warnedMs ? { offsetMs: clock.offsetMs, sinceMs: known?.sinceMs ?? now() } : null
}
