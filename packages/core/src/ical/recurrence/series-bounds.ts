import type { CalendarTime } from '../../time.ts'
import type { SeriesParts } from './compile-series.ts'
import { dayMs } from './days.ts'
import { utcZone } from './frame.ts'
import type { FutureOverride } from './overrides.ts'
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
  const shifts = shiftsOf(parts.overrides.future)
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
    let change: Shift | undefined
    for (let low = 0, high = shifts.length; low < high; ) {
      const middle = (low + high) >>> 1
      if (shifts[middle]!.key > key) high = middle
      else {
        change = shifts[middle]
        low = middle + 1
      }
    }
    if (change === undefined) return
    include(key + change.least, key + Math.max(change.most + reachOf(own), change.mostEnd), !frame.floating)
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

/** How far the overrides up to and with this one can move an instance, and how far its end; ms. */
interface Shift {
  readonly key: number
  readonly least: number
  readonly most: number
  readonly mostEnd: number
}

/** Summed up along the overrides, which ascend: dates are many, and so may be overrides. */
const shiftsOf = (future: readonly FutureOverride[]): readonly Shift[] => {
  let least = Number.POSITIVE_INFINITY
  let most = Number.NEGATIVE_INFINITY
  let mostEnd = Number.NEGATIVE_INFINITY
  return future.map(({ key, deltaMs, length }) => {
    const room = deltaMs === 0 ? 0 : dayMs
    least = Math.min(least, deltaMs - room)
    most = Math.max(most, deltaMs + room)
    mostEnd = Math.max(mostEnd, deltaMs + room + reachOf(length))
    return { key, least, most, mostEnd }
  })
}

/** Days can be longer than 24 hours. */
const reachOf = ({ days, ms }: SpanLength): number => ms + (days === 0 ? 0 : days * dayMs + 3 * 3_600_000)
