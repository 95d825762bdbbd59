import type { InstantRange } from '@dayport/core'
import { expandSeries, type RecurrenceInstance } from '@dayport/core/ical'
import type { OpenObject } from './read.ts'
import { wallText } from './times.ts'

/** Every occurrence, whenever it is. */
export const wholeSeries: InstantRange = { startMs: Number.NEGATIVE_INFINITY, endMs: Number.POSITIVE_INFINITY }
const dayMs = 86_400_000
/** Of a series that is looked through from its beginning. */
const maxInstances = 10_000

/** The occurrence of that original start, as `wallText` writes it; the first one when none is named. `null` when there is none. */
export const findInstance = (
  { facts }: OpenObject,
  recurrenceId: string | undefined,
  floatingZone: string,
): RecurrenceInstance | null => {
  if (recurrenceId === undefined) {
    return expandSeries(facts, { range: wholeSeries, floatingZone, maxInstances: 1 }).instances[0] ?? null
  }
  const wanted = Date.parse(recurrenceId.length === 10 ? recurrenceId : `${recurrenceId}Z`)
  // An override may have moved far from its original start, so the range cannot be narrow for those that have one.
  for (const range of [{ startMs: wanted - 2 * dayMs, endMs: wanted + 2 * dayMs }, wholeSeries]) {
    const { instances } = expandSeries(facts, { range, floatingZone, maxInstances })
    const found = instances.find((one) => wallText(one.recurrenceId) === recurrenceId)
    if (found !== undefined) return found
  }
  return null
}
