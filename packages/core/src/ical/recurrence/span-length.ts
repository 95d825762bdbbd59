import type { CalendarTime } from '../../time.ts'
import { parseDuration } from '../text/values-duration.ts'
import { dayMs } from './days.ts'
import { type Frame, utcZone } from './frame.ts'
import { localOf } from './local-time.ts'

/** How long an instance lasts: calendar days first, then exact time. Never negative. RFC 5545 §3.3.6. */
export interface SpanLength {
  readonly days: number
  readonly ms: number
}

/** The values that say how long; `null` and absent are the same. */
export interface SpanSource {
  readonly start: CalendarTime
  readonly end?: CalendarTime | null
  readonly duration?: string | null
}

/**
 * DTEND fixes the exact length, in days between DATEs; DURATION counts days and weeks by the calendar, the rest exactly.
 * Without both a DATE lasts its day and a time no time at all (RFC 5545 §3.6.1). An end before the start is read as none, and
 * a DATE lasts one day at least: producers write DTEND equal to DTSTART.
 */
export const lengthOf = ({ start, end, duration }: SpanSource, frame: Frame): SpanLength => {
  const length = end ? between(start, end, frame) : readDuration(duration ?? null)
  if (start.kind !== 'date') return length ?? { days: 0, ms: 0 }
  return { days: Math.max(1, (length?.days ?? 1) + Math.ceil((length?.ms ?? 0) / dayMs)), ms: 0 }
}

const between = (start: CalendarTime, end: CalendarTime, frame: Frame): SpanLength | null => {
  const fixed = frame.isFixed(start) && frame.isFixed(end)
  const ms = fixed ? frame.instantOf(end, utcZone) - frame.instantOf(start, utcZone) : localOf(end) - localOf(start)
  if (ms < 0) return null
  return start.kind === 'date' ? { days: Math.ceil(ms / dayMs), ms: 0 } : { days: 0, ms }
}

const readDuration = (text: string | null): SpanLength | null => {
  const duration = text === null ? null : parseDuration(text)
  if (duration === null || duration.days < 0 || duration.seconds < 0) return null
  return { days: duration.days, ms: duration.seconds * 1000 }
}
