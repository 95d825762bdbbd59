import { expansionLimits } from '../../limits.ts'
import type { CalendarTime, InstantRange } from '../../time.ts'
import type { LocalMs, TimeZone, ZoneResolver } from '../zones/model.ts'
import { prepareSeries, type SeriesParts } from './compile-series.ts'
import { dayMs } from './days.ts'
import { utcZone } from './frame.ts'
import { createTimeWriter } from './local-time.ts'
import type { ExpandOptions, Expansion, RecurrenceInstance, SeriesFacts } from './model.ts'
import { boundsOf, type SeriesBounds } from './series-bounds.ts'
import type { SpanLength } from './span-length.ts'
import { type Visit, walkSeries } from './walk-series.ts'

/** A series made ready once and asked many times. Immutable. */
export interface CompiledSeries {
  expand(options: ExpandOptions): Expansion
  /**
   * Start and end of each instance that overlaps, in ms and in no order; for one that does not need them as values. An
   * instance may come twice.
   *
   * @returns true when some are missing: more than `most`, or over the work budget.
   */
  visit(range: InstantRange, most: number, each: (startMs: number, endMs: number) => void): boolean
  /** Whether its values need a floating zone to be instants; `visit` reads them in UTC then. */
  readonly floating: boolean
  readonly bounds: SeriesBounds
}

export interface CompileSeriesOptions {
  /** Default: known names, then the VTIMEZONEs in the facts. */
  readonly zones?: ZoneResolver
}

/**
 * Makes a series ready to be expanded.
 *
 * @throws {CalendarError} `invalid-calendar-data` when a time in the facts names no day or no time. A rule that cannot be read
 * is left out with a warning in each expansion.
 */
export const compileSeries = (facts: SeriesFacts, options: CompileSeriesOptions = {}): CompiledSeries => {
  const parts = prepareSeries(facts, options.zones)
  let bounds: SeriesBounds | null = null
  return {
    floating:
      parts.frame.floating || facts.overrides.some(({ start }) => start !== null && !parts.frame.isFixed(start)),
    get bounds() {
      bounds ??= boundsOf(parts) // counting a COUNT to its end is work that an expansion may not need
      return bounds
    },
    expand: (wanted) => expand(facts, parts, wanted),
    visit: (range, most, each) =>
      walkSeries(parts, {
        range,
        floatingZone: utcZone,
        most,
        visit: (_key, _startLocal, startMs, endMs) => each(startMs, endMs),
      }),
  }
}

/**
 * The instances of a series that overlap a range: RRULEs and RDATEs without EXDATEs and EXRULEs, keyed by instant, with the
 * overrides in their places. RFC 5545 §3.8.5, RFC 4791 §9.9. DTSTART is an instance and counts in COUNT, matching or not.
 *
 * Wall-clock times that a zone skips are taken with the offset before the gap, those that come twice are the first, for every
 * FREQ (§3.3.10 says both this and that they are ignored; losing a meeting is worse than moving it). Two that become the same
 * instant are one instance. EXDATEs match by instant, as DATEs by local day. An override that matches no instance, also a
 * removed one, is shown for itself.
 *
 * @throws {CalendarError} `invalid-calendar-data` when a time in the facts names no day or no time.
 */
export const expandSeries = (facts: SeriesFacts, options: ExpandOptions): Expansion => {
  let compiled = compiledFacts.get(facts)
  if (compiled === undefined) {
    compiled = compileSeries(facts)
    compiledFacts.set(facts, compiled)
  }
  return compiled.expand(options)
}

/** The same facts are often asked for several windows in a row. */
const compiledFacts = new WeakMap<SeriesFacts, CompiledSeries>()

const expand = (facts: SeriesFacts, parts: SeriesParts, options: ExpandOptions): Expansion => {
  const { range, floatingZone, maxInstances = expansionLimits.maxInstances } = options
  const warnings = [...parts.warnings]
  const zone = floatingZone === undefined ? utcZone : parts.zones.resolve(floatingZone)
  if (zone === null) warnings.push(`the time zone ${JSON.stringify(floatingZone)} is unknown; UTC is used`)
  const visited: RecurrenceInstance[] = []
  const visit = createInstanceWriter(facts, parts, zone ?? utcZone, (instance) => visited.push(instance))
  const cut = walkSeries(parts, { range, floatingZone: zone ?? utcZone, most: maxInstances, visit })
  const found = sortInstances(visited)
  const instances = found.length > maxInstances ? found.slice(0, maxInstances) : found
  return { instances, truncated: cut || instances.length < found.length, warnings }
}

/** By start, without duplicates: visits of one instance have one start, and the first of them counts. */
const sortInstances = (visited: RecurrenceInstance[]): RecurrenceInstance[] => {
  const order = (first: RecurrenceInstance, second: RecurrenceInstance): number =>
    first.startMs - second.startMs || first.recurrenceIdMs - second.recurrenceIdMs
  if (visited.every((found, index) => index === 0 || order(visited[index - 1]!, found) < 0)) return visited
  visited.sort(order)
  return visited.filter((found, index) => index === 0 || visited[index - 1]!.recurrenceIdMs !== found.recurrenceIdMs)
}

/** The zone's offset at a start holds for at least this long after it, when a visit names the offset. */
const steadyForMs = 8 * 3_600_000

const createInstanceWriter = (
  facts: SeriesFacts,
  parts: SeriesParts,
  floatingZone: TimeZone,
  take: (instance: RecurrenceInstance) => void,
): Visit => {
  const { frame, endForm } = parts
  const write = createTimeWriter(frame.form)
  const writeEnd = endForm === null ? write : createTimeWriter(endForm)
  const endZone =
    endForm === null ? frame.zone : endForm.kind === 'zoned' ? (parts.zones.resolve(endForm.tzid) ?? utcZone) : utcZone
  const shown = new Map(parts.overrides.shown.map(({ index, key }) => [key, index]))

  return (key, startLocal, startMs, endMs, override, length, offsetMs) => {
    const recurrenceIdMs = frame.floating ? floatingZone.toInstant(key) : key
    const own = override === null || shown.get(key) !== override ? undefined : facts.overrides[override]
    if (own !== undefined) {
      const recurrenceId = write(frame.localOfKey(key))
      const start = own.start ?? own.recurrenceId
      const end = own.end !== null && start.kind !== 'date' ? own.end : endOfOwn(start, startLocal, endMs, length)
      take({ recurrenceId, recurrenceIdMs, start, end, startMs, endMs, override })
      return
    }
    // In a gap the rule's fields name no time: the one that the clocks show is written.
    const recurrenceId = write(Number.isNaN(offsetMs) ? frame.localOfKey(key) : key + offsetMs)
    const start =
      startMs === recurrenceIdMs ? recurrenceId : write(frame.floating ? startLocal : frame.zone.toLocal(startMs))
    take({
      recurrenceId,
      recurrenceIdMs,
      start,
      end: endOf(startLocal, startMs, endMs, length, offsetMs),
      startMs,
      endMs,
      override,
    })
  }

  function endOf(
    startLocal: LocalMs,
    startMs: number,
    endMs: number,
    length: SpanLength,
    offsetMs: number,
  ): CalendarTime {
    if (frame.floating) return writeEnd(startLocal + localLength(length))
    const steady = endForm === null && endMs - startMs < steadyForMs && !Number.isNaN(offsetMs)
    return writeEnd(steady ? endMs + offsetMs : endZone.toLocal(endMs))
  }

  function endOfOwn(start: CalendarTime, startLocal: LocalMs, endMs: number, length: SpanLength): CalendarTime {
    if (!frame.isFixed(start)) return createTimeWriter(start)(startLocal + localLength(length))
    const zone = start.kind === 'zoned' ? parts.zones.resolve(start.tzid) : null
    return createTimeWriter(start)((zone ?? utcZone).toLocal(endMs))
  }
}

/** Wall-clock length of an instance that has no instants of its own. */
const localLength = ({ days, ms }: SpanLength): number => days * dayMs + ms

/**
 * Where a series begins and ends, for the index of its object. Never too narrow; `Infinity` for an endless rule; widened by a
 * day where values are floating or DATEs, whose zone only a query knows.
 *
 * @throws {CalendarError} `invalid-calendar-data` when a time in the facts names no day or no time.
 */
export const seriesBounds = (facts: SeriesFacts): SeriesBounds => compileSeries(facts).bounds
