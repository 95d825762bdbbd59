import type { CalendarTime } from '../../time.ts'
import type { SeriesParts } from './compile-series.ts'
import { dayMs } from './days.ts'
import { utcZone } from './frame.ts'
import type { SpanLength } from './span-length.ts'

/** Where a series begins and ends, ms since the epoch. */
export interface SeriesBounds {
  readonly firstStartMs: number
  readonly lastEndMs: number
}

/**
 * The earliest start and the latest end of a prepared series: never too narrow, but the end may lie late where an UNTIL is after the
 * last instance or dates are excluded. Widened by a day where values are floating. A COUNT gives its true end; one that takes
 * too much work to count ends with the calendar.
 */
export const boundsOf = (parts: SeriesParts): SeriesBounds => {
  const { frame, startLocal, length, overrides } = parts
  let firstStartMs = Number.POSITIVE_INFINITY
  let lastEndMs = Number.NEGATIVE_INFINITY
  const include = (startMs: number, endMs: number, fixed: boolean): void => {
    const room = fixed ? 0 : dayMs
    firstStartMs = Math.min(firstStartMs, startMs - room)
    lastEndMs = Math.max(lastEndMs, endMs + room)
  }
  /** An instance as it can be by the THISANDFUTURE overrides up to it; the room is for clocks that change on the way. */
  const includeShifted = (key: number, own: SpanLength): void => {
    include(key, key + reachOf(own), !frame.floating)
    for (const change of overrides.future) {
      if (change.key > key) break
      const room = change.deltaMs === 0 ? 0 : dayMs
      const longest = Math.max(reachOf(own), reachOf(change.length))
      include(key + change.deltaMs - room, key + change.deltaMs + longest + room, !frame.floating)
    }
  }
  if (startLocal !== null) {
    const keyOf = (local: number): number => (frame.floating ? local : frame.zone.toInstant(local))
    includeShifted(keyOf(startLocal), length)
    for (const { lastLocal } of parts.rules) {
      if (lastLocal === Number.POSITIVE_INFINITY) lastEndMs = lastLocal
      if (lastLocal < startLocal || lastLocal === Number.POSITIVE_INFINITY) continue
      includeShifted(keyOf(lastLocal), length)
    }
  }
  for (const date of parts.dates) includeShifted(date.key, date.length ?? length)
  for (const { start, end, length: own } of overrides.shown) {
    const startMs = frame.instantOf(start, utcZone)
    const endMs = end === null ? startMs : frame.instantOf(end, utcZone)
    const isFixed = (time: CalendarTime | null): boolean => time === null || frame.isFixed(time)
    include(startMs, Math.max(endMs, startMs + reachOf(own)), isFixed(start) && isFixed(end))
  }
  if (firstStartMs > lastEndMs) return { firstStartMs: Number.NEGATIVE_INFINITY, lastEndMs: Number.POSITIVE_INFINITY }
  return { firstStartMs, lastEndMs }
}

/** Days can be longer than 24 hours. */
const reachOf = ({ days, ms }: SpanLength): number => ms + (days === 0 ? 0 : days * dayMs + 3 * 3_600_000)
