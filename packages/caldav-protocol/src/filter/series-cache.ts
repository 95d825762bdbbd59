import type { InstantRange } from '@dayport/core'
import { type CompiledSeries, compileSeries, seriesFromFacts } from '@dayport/core/ical'

/** Answers for series of the index, which programs ask about again at every refresh. */
export interface SeriesCache {
  /** Whether an instance overlaps; `recurrence` is that of an `ObjectIndex`. */
  overlaps(recurrence: string, range: InstantRange, floatingZone: string): boolean
}

/** Keeps the `capacity` series that were compiled last, by their facts: whatever changes the facts is another series. */
export const createSeriesCache = (capacity = 5_000): SeriesCache => {
  const compiled = new Map<string, CompiledSeries>()
  return {
    overlaps(recurrence, range, floatingZone) {
      let series = compiled.get(recurrence)
      if (series === undefined) {
        series = compileSeries(seriesFromFacts(recurrence))
        if (compiled.size >= capacity) compiled.delete(compiled.keys().next().value ?? '')
        compiled.set(recurrence, series)
      }
      // Floating values must be read in the zone of the question, which only a real expansion does.
      if (series.floating) return series.expand({ range, floatingZone, maxInstances: 1 }).instances.length > 0
      let met = false
      const more = series.visit(range, 1, () => {
        met = true
      })
      // Over the work budget nothing is known: too many is better than too few.
      return met || more
    },
  }
}
