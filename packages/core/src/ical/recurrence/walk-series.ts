import { expansionLimits } from '../../limits.ts'
import type { InstantRange } from '../../time.ts'
import type { LocalMs, TimeZone } from '../zones/model.ts'
import { firstDateFrom, type SeriesParts } from './compile-series.ts'
import { dayMs, maxDay, minDay } from './days.ts'
import { createExclusion } from './exclusion.ts'
import { utcZone } from './frame.ts'
import type { FutureOverride } from './overrides.ts'
import type { SpanLength } from './span-length.ts'

/**
 * One instance as numbers: the key of its original start, where it is now, and whose content it has. `offsetMs` is the zone's
 * offset, when it is known to be the same for hours before and after the start; NaN otherwise.
 */
export type Visit = (
  key: number,
  startLocal: LocalMs,
  startMs: number,
  endMs: number,
  override: number | null,
  length: SpanLength,
  offsetMs: number,
) => void

/** Whether an instance overlaps: half-open, one of no length by its start. RFC 4791 §9.9. */
export const overlaps = (startMs: number, endMs: number, range: InstantRange): boolean =>
  startMs < range.endMs && (endMs > range.startMs || (endMs <= startMs && startMs >= range.startMs))

const earliest: LocalMs = minDay * dayMs
const latest: LocalMs = (maxDay + 1) * dayMs - 1

/** A stretch of the series that one THISANDFUTURE, or none, governs. Wall-clock ends are inclusive. */
interface Segment {
  readonly from: LocalMs
  readonly to: LocalMs
  readonly deltaMs: number
  readonly length: SpanLength
  readonly override: number | null
}

/** What to walk over. */
export interface Walk {
  readonly range: InstantRange
  /** Where floating values are read. */
  readonly floatingZone: TimeZone
  /** Most instances wanted of each rule. */
  readonly most: number
  readonly visit: Visit
}

const { freeVisits } = expansionLimits

/** What the start of a walk over one rule costs, in instances. */
const walkCost = 5

/**
 * Visits the instances that overlap the range, those of each rule ascending; overrides are visited last. An instance can be
 * visited twice when two rules name it: its key tells, and the first visit counts.
 *
 * @returns true when instances are missing: a rule had more than `most`, or the work budget ended.
 */
export const walkSeries = (parts: SeriesParts, walk: Walk): boolean => {
  const { frame, startLocal, overrides } = parts
  const budget = { left: freeVisits + walk.most * 4 }
  let cut = false
  if (startLocal !== null) {
    for (const segment of segmentsOf(parts)) if (walkSegment(parts, startLocal, segment, walk, budget)) cut = true
  }
  for (const { index, key, start, end, length } of overrides.shown) {
    const zone = frame.isFixed(start)
      ? zoneOfTime(parts, start.kind === 'zoned' ? start.tzid : null)
      : walk.floatingZone
    const startMs = frame.instantOf(start, walk.floatingZone)
    const startsAt = zone.toLocal(startMs)
    const given = end === null || start.kind === 'date' ? null : frame.instantOf(end, walk.floatingZone)
    const endMs = given === null ? endOf(startsAt, startMs, length, zone) : Math.max(startMs, given)
    if (overlaps(startMs, endMs, walk.range)) walk.visit(key, startsAt, startMs, endMs, index, length, Number.NaN)
  }
  return cut
}

const zoneOfTime = (parts: SeriesParts, tzid: string | null): TimeZone =>
  (tzid === null ? null : parts.zones.resolve(tzid)) ?? utcZone

const segmentsOf = ({ length, overrides }: SeriesParts): Segment[] => {
  const changes: readonly (FutureOverride | null)[] = [null, ...overrides.future]
  return changes.map((change, index) => ({
    from: change?.local ?? earliest,
    to: (changes[index + 1]?.local ?? latest + 1) - 1,
    deltaMs: change?.deltaMs ?? 0,
    length: change?.length ?? length,
    override: change?.index ?? null,
  }))
}

const endOf = (startLocal: LocalMs, startMs: number, { days, ms }: SpanLength, zone: TimeZone): number =>
  (days === 0 ? startMs : zone.toInstant(startLocal + days * dayMs)) + ms

const walkSegment = (
  parts: SeriesParts,
  firstLocal: LocalMs,
  segment: Segment,
  { range, floatingZone, most, visit }: Walk,
  budget: { left: number },
): boolean => {
  const zone = parts.frame.floating ? floatingZone : parts.frame.zone
  const { frame, exkeys, exdays, overrides } = parts
  const exclusions = parts.exrules.map(createExclusion)
  const { deltaMs } = segment
  const to = Math.min(segment.to, latestLocal(zone, range.endMs) - deltaMs)
  const fromFor = (length: SpanLength): LocalMs =>
    Math.max(segment.from, earliestLocal(zone, range.startMs - reachOf(length)) - deltaMs)
  const from = fromFor(segment.length)
  const datesFrom = fromFor(longerOf(segment.length, parts.longestDate))
  if (from > to && datesFrom > to) return false
  let found = 0

  /** Offset around the last `keyOf`, NaN near a change of clocks. */
  let steadyMs = Number.NaN
  const keyOf = (local: LocalMs): number => {
    if (frame.floating) return local
    // Offsets are less than a day and do not change twice in two: equal on both sides, they hold between.
    const offset = zone.offsetAt(local - dayMs)
    steadyMs = offset === zone.offsetAt(local + dayMs) ? offset * 1000 : Number.NaN
    return Number.isNaN(steadyMs) ? zone.toInstant(local) : local - steadyMs
  }
  const charge = (work: number): void => {
    budget.left -= work
  }
  const consider = (local: LocalMs, key: number, length: SpanLength): void => {
    budget.left -= 1 + exclusions.length
    if (exkeys.size > 0 && exkeys.has(key)) return
    if (exdays.size > 0 && exdays.has(Math.floor(local / dayMs) * dayMs)) return
    if (overrides.keys.size > 0 && overrides.keys.has(key)) return
    const startLocal = local + deltaMs
    const startMs = deltaMs === 0 && !frame.floating ? key : zone.toInstant(startLocal)
    const endMs = endOf(startLocal, startMs, length, zone)
    if (!overlaps(startMs, endMs, range)) return
    for (const exclusion of exclusions) if (exclusion.has(local, key, charge)) return
    found++
    visit(key, startLocal, startMs, endMs, segment.override, length, deltaMs === 0 ? steadyMs : Number.NaN)
  }

  const considerOwn = (local: LocalMs, key: number): void => {
    if (periodKeys.size === 0 || !periodKeys.has(key)) consider(local, key, segment.length)
  }
  const { dates, periodKeys } = parts
  for (let i = firstDateFrom(dates, datesFrom); i < dates.length && dates[i]!.local <= to; i++) {
    steadyMs = Number.NaN
    consider(dates[i]!.local, dates[i]!.key, dates[i]!.length ?? segment.length)
  }
  if (firstLocal >= from && firstLocal <= to) considerOwn(firstLocal, keyOf(firstLocal))
  let cut = false
  for (const rule of parts.rules) {
    found = 0
    charge(walkCost)
    if (budget.left <= 0) return true
    const cursor = rule.cursor({ from, to })
    let buffer = new Float64Array(8) // most windows hold few instances
    let length = cursor.fill(buffer)
    for (; length > 0 && found <= most && budget.left > 0; length = cursor.fill(buffer)) {
      for (let i = 0; i < length; i++) {
        const local = buffer[i]!
        const key = keyOf(local)
        if (rule.untilMs === null || key <= rule.untilMs) considerOwn(local, key)
      }
      if (length === 8) buffer = new Float64Array(128)
    }
    if (length > 0 || cursor.overBudget()) cut = true
  }
  return cut
}

const reachOf = ({ days, ms }: SpanLength): number => ms + (days === 0 ? 0 : (days + 1) * dayMs)

const longerOf = (first: SpanLength, second: SpanLength | null): SpanLength =>
  second !== null && reachOf(second) > reachOf(first) ? second : first

/** No instance at or after the instant has an earlier wall-clock time, whatever the clocks do within a day of it. */
const earliestLocal = (zone: TimeZone, instantMs: number): LocalMs => {
  if (instantMs <= earliest) return earliest
  if (instantMs >= latest) return latest
  const offset = Math.min(zone.offsetAt(instantMs - dayMs), zone.offsetAt(instantMs), zone.offsetAt(instantMs + dayMs))
  return instantMs + offset * 1000
}

/** No instance before the instant has a later wall-clock time. */
const latestLocal = (zone: TimeZone, instantMs: number): LocalMs => {
  if (instantMs <= earliest) return earliest
  if (instantMs >= latest) return latest
  const offset = Math.max(zone.offsetAt(instantMs - dayMs), zone.offsetAt(instantMs), zone.offsetAt(instantMs + dayMs))
  return instantMs + offset * 1000
}
