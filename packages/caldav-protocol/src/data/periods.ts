import type { InstantRange } from '@dayport/core'
import { type Property, parseDuration, readPeriods } from '@dayport/core/ical'
import type { ObjectView } from './object-view.ts'

/** The periods of a FREEBUSY property as instants; what is no period is left out. */
export const periodsOf = (view: ObjectView, property: Property): readonly InstantRange[] => {
  const periods: InstantRange[] = []
  for (const { start, end, duration } of readPeriods(property)) {
    const length = duration === undefined ? null : parseDuration(duration)
    if (end !== undefined) periods.push({ startMs: view.instantOf(start), endMs: view.instantOf(end) })
    else if (length !== null) periods.push({ startMs: view.instantOf(start), endMs: view.later(start, length) })
  }
  return periods
}
