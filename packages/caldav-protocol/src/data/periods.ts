import type { InstantRange } from '@dayport/core'
import { type Property, parseDuration, parsePeriod, type RecurrenceDate, readPeriods } from '@dayport/core/ical'
import type { ObjectView } from './object-view.ts'

/** The periods of a FREEBUSY property as instants; what is no period is left out. */
export const periodsOf = (view: ObjectView, property: Property): readonly InstantRange[] =>
  readPeriods(property).flatMap((period) => instantsOf(view, period) ?? [])

/** The values of a FREEBUSY property whose periods overlap the range, as they are written. RFC 4791 §9.6.7. */
export const valuesWithin = (view: ObjectView, property: Property, range: InstantRange): readonly string[] =>
  property.value.split(',').filter((text) => {
    const read = parsePeriod(text)
    const period = read === null ? null : instantsOf(view, read)
    return period !== null && period.startMs < range.endMs && period.endMs > range.startMs
  })

const instantsOf = (view: ObjectView, { start, end, duration }: RecurrenceDate): InstantRange | null => {
  if (end !== undefined) return { startMs: view.instantOf(start), endMs: view.instantOf(end) }
  const length = duration === undefined ? null : parseDuration(duration)
  return length === null ? null : { startMs: view.instantOf(start), endMs: view.later(start, length) }
}
