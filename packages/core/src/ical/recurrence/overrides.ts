import type { CalendarTime } from '../../time.ts'
import type { LocalMs } from '../zones/model.ts'
import { dayMs } from './days.ts'
import type { Frame } from './frame.ts'
import { createTimeWriter } from './local-time.ts'
import type { SeriesOverride } from './model.ts'
import { lengthOf, type SpanLength } from './span-length.ts'

/** An override with its place in the series found. */
export interface PlacedOverride {
  /** Index into SeriesFacts.overrides. */
  readonly index: number
  /** Key of the instance that it stands for. */
  readonly key: number
  readonly start: CalendarTime
  /** As given; `null` when the length decides. */
  readonly end: CalendarTime | null
  readonly length: SpanLength
}

/** From here on later instances start `deltaMs` of wall-clock time off and last as long as this override. RFC 5545 §3.2.13. */
export interface FutureOverride extends PlacedOverride {
  readonly local: LocalMs
  readonly deltaMs: number
}

export interface PlacedOverrides {
  /** All that are shown for themselves, a THISANDFUTURE one for its own instance too. */
  readonly shown: readonly PlacedOverride[]
  /** Keys that the series itself must not show. */
  readonly keys: ReadonlySet<number>
  /** Ascending. */
  readonly future: readonly FutureOverride[]
}

/**
 * Places the overrides of a series. They are matched by instant; one whose RECURRENCE-ID is a DATE in a series of times takes the
 * first instance of that day, which `firstOfDay` finds. Of several for one instance the highest SEQUENCE, then the latest
 * DTSTAMP, then the last one wins (RFC 5546 §2.1.5). One that matches no instance stays: servers send such, and it is the only
 * trace of an event that somebody meant.
 */
export const placeOverrides = (
  overrides: readonly SeriesOverride[],
  frame: Frame,
  masterLength: SpanLength,
  firstOfDay: (day: LocalMs) => LocalMs | null,
): PlacedOverrides => {
  const keyOf = ({ recurrenceId }: SeriesOverride): number => {
    if (frame.form.kind === 'date') return Math.floor(frame.keyOf(recurrenceId) / dayMs) * dayMs
    if (recurrenceId.kind !== 'date') return frame.keyOf(recurrenceId)
    const day = frame.localOfKey(frame.keyOf(recurrenceId))
    const local = firstOfDay(Math.floor(day / dayMs) * dayMs)
    if (local === null) return frame.keyOf(recurrenceId)
    return frame.floating ? local : frame.zone.toInstant(local)
  }
  const single = new Map<number, PlacedOverride>()
  const future = new Map<number, PlacedOverride>()
  overrides.forEach((override, index) => {
    const key = keyOf(override)
    const group = override.thisAndFuture ? future : single
    const rival = group.get(key)
    if (rival !== undefined && isNewer(overrides[rival.index]!, override)) return
    const start = override.start ?? instanceStart(override.recurrenceId, key, frame)
    const own = override.start !== null || override.end !== null || override.duration !== null
    const length = own ? lengthOf({ ...override, start }, frame) : masterLength
    group.set(key, { index, key, start, end: override.end, length })
  })
  const shown = [...single.values(), ...[...future.values()].filter(({ key }) => !single.has(key))]
  return {
    shown,
    keys: new Set(shown.map(({ key }) => key)),
    future: [...future.values()]
      .map((placed) => shiftOf(placed, frame))
      .sort((first, second) => first.key - second.key),
  }
}

/** The start of an instance as its RECURRENCE-ID says it; one that says it in another form than the series is read as the series. */
const instanceStart = (id: CalendarTime, key: number, frame: Frame): CalendarTime => {
  const isOwn = frame.floating ? id.kind === frame.form.kind && id.kind !== 'zoned' : frame.isFixed(id)
  return isOwn ? id : createTimeWriter(frame.form)(frame.localOfKey(key))
}

const isNewer = (first: SeriesOverride, second: SeriesOverride): boolean =>
  first.sequence !== second.sequence ? first.sequence > second.sequence : first.stamp > second.stamp

const shiftOf = (placed: PlacedOverride, frame: Frame): FutureOverride => {
  const local = frame.localOfKey(placed.key)
  return { ...placed, local, deltaMs: frame.localOfKey(frame.keyOf(placed.start)) - local }
}
