import type { CalendarTime } from '@dayport/core'
import {
  type CalendarDocument,
  type Component,
  compileSeries,
  createZoneResolver,
  masterComponent,
  overrideComponents,
  parseCalendar,
  type RecurrenceInstance,
  type SeriesFacts,
  seriesFacts,
  type TimeZone,
  timeValue,
} from '@dayport/core/ical'
import type { MappingContext } from '../item-mapping.ts'
import { dayMs, localMsOf, utc, zoneNamed } from './instants.ts'

/** A stored object, read once for one question. */
export interface OpenObject {
  readonly document: CalendarDocument
  readonly calendar: Component
  /** `null` when only overrides are there. */
  readonly master: Component | null
  /** Number `i` belongs to `facts.overrides[i]`. */
  readonly overrides: readonly Component[]
  readonly facts: SeriesFacts
  /** In which floating values and dates are read. */
  readonly floatingZone: string
  readonly zoneOf: (tzid: string) => TimeZone | null
  /** The zone that the series goes by; UTC for dates, which no zone moves. */
  readonly seriesZone: TimeZone
}

/** @throws {CalendarError} as `parseCalendar`; `null` when it is no event. */
export const openObject = (data: Uint8Array, context: MappingContext): OpenObject | null => {
  const document = parseCalendar(data)
  const [calendar] = document.calendars
  const master = masterComponent(document)
  const overrides = overrideComponents(document)
  const [any] = master === null ? overrides : [master]
  if (calendar === undefined || any?.name !== 'VEVENT') return null
  const facts = seriesFacts(document)
  const resolver = createZoneResolver({ vtimezones: facts.zones })
  const zoneOf = (tzid: string): TimeZone | null => resolver.resolve(tzid)
  const start = facts.start ?? facts.overrides[0]?.recurrenceId ?? null
  const seriesZone =
    start === null || start.kind === 'date' || start.kind === 'utc'
      ? utc
      : ((start.kind === 'zoned' ? zoneOf(start.tzid) : null) ?? zoneNamed(context.timeZone))
  return { document, calendar, master, overrides, facts, floatingZone: context.timeZone, zoneOf, seriesZone }
}

/** The instant of a time; dates begin at midnight in the floating zone. */
export const instantOf = (object: OpenObject, time: CalendarTime): number => {
  if (time.kind === 'utc') return localMsOf(time)
  const own = time.kind === 'zoned' ? object.zoneOf(time.tzid) : null
  return (own ?? zoneNamed(object.floatingZone)).toInstant(localMsOf(time))
}

/**
 * The instant of a time that names an occurrence: as core places RECURRENCE-ID and EXDATE, a floating series takes the wall-clock fields of
 * whatever form, a zoned one reads a floating value on its own clock.
 */
export const slotMsOf = (object: OpenObject, time: CalendarTime): number => {
  const { start } = object.facts
  const isUnknown = start?.kind === 'zoned' && object.zoneOf(start.tzid) === null
  const isFloating = start?.kind === 'date' || start?.kind === 'floating' || isUnknown
  if (isFloating) return zoneNamed(object.floatingZone).toInstant(localMsOf(time))
  const isFixed = time.kind === 'utc' || (time.kind === 'zoned' && object.zoneOf(time.tzid) !== null)
  return isFixed || start === null ? instantOf(object, time) : object.seriesZone.toInstant(localMsOf(time))
}

/** When an instance is; its times are as they were written. */
export type Span = Pick<RecurrenceInstance, 'start' | 'end' | 'startMs' | 'endMs'>

/** Years in which nobody asks how far calendars go. */
const usualMs = { from: Date.UTC(1900, 0, 1), to: Date.UTC(2200, 0, 1) }

/**
 * The instance at DTSTART, where its ends say all: most events have no more, and the machinery of series costs them more than the rest of
 * the mapping. `null` where it has to be asked: for a DURATION, floating times, zones that are unknown.
 */
export const spanOfStart = (object: OpenObject): Span | null => {
  const { start, end } = object.facts
  if (start === null || end === null) return null
  const isFixed = (time: CalendarTime): boolean =>
    time.kind === 'utc' || (time.kind === 'zoned' && object.zoneOf(time.tzid) !== null)
  const isDays = start.kind === 'date' && end.kind === 'date'
  if (!isDays && !(isFixed(start) && isFixed(end))) return null
  const startMs = instantOf(object, start)
  const endMs = instantOf(object, end)
  if (!(startMs > usualMs.from && endMs < usualMs.to && endMs >= startMs)) return null
  return { start, end, startMs, endMs }
}

/** RECURRENCE-ID as on its line. */
export const ridOf = (time: CalendarTime): string => timeValue(time)

/** Asks a series for its instances at one instant or day, again and again. */
export const createFinder = (object: OpenObject, facts: SeriesFacts) => {
  let compiled: ReturnType<typeof compileSeries> | null = null
  const series = () => {
    compiled ??= compileSeries(facts, { zones: { resolve: object.zoneOf } })
    return compiled
  }
  const { floatingZone } = object
  const between = (startMs: number, endMs: number): readonly RecurrenceInstance[] =>
    series().expand({ range: { startMs, endMs }, floatingZone }).instances
  return {
    /** The instance whose original start a time names: by instant, or by day where either is a DATE. */
    named: (time: CalendarTime): readonly RecurrenceInstance[] => {
      const isDay = time.kind === 'date' || facts.start?.kind === 'date'
      if (!isDay) {
        const ms = slotMsOf(object, time)
        return between(ms, ms + 1).filter(({ recurrenceIdMs }) => recurrenceIdMs === ms)
      }
      const day = new Date(localMsOf(time)).toISOString().slice(0, 10)
      const zone = facts.start?.kind === 'date' ? zoneNamed(floatingZone) : object.seriesZone
      const startMs = zone.toInstant(Date.parse(`${day}T00:00:00Z`))
      return between(startMs - dayMs, startMs + 2 * dayMs).filter(
        ({ recurrenceId }) => new Date(localMsIn(object, recurrenceId)).toISOString().slice(0, 10) === day,
      )
    },
    between,
    /** All of them, earliest first, at most `most`. */
    all: (most: number): readonly RecurrenceInstance[] =>
      series().expand({
        range: { startMs: Number.NEGATIVE_INFINITY, endMs: Number.POSITIVE_INFINITY },
        floatingZone,
        maxInstances: most,
      }).instances,
  }
}

/** Wall-clock fields in the zone of the series. */
export const localMsIn = (object: OpenObject, time: CalendarTime): number =>
  time.kind === 'date' || object.facts.start?.kind === 'date' || time.kind === 'floating'
    ? localMsOf(time)
    : object.seriesZone.toLocal(instantOf(object, time))
