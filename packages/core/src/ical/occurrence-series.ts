import type { ObjectIndex } from '../object.ts'
import type { InstantRange } from '../time.ts'
import { type CompiledSeries, compileSeries } from './recurrence/expand-series.ts'
import { seriesFromFacts } from './recurrence/facts.ts'

/** One object of an occurrence index. */
export interface IndexEntry {
  readonly name: string
  readonly index: ObjectIndex
}

/** Compiled series, as many as fit. */
export interface SeriesCache {
  /**
   * Starts and ends in turn of the instances that overlap the range, floating values read in UTC with a day of room on both sides;
   * `null` when that cannot be said: too many, too much work, or unreadable.
   */
  spans(entry: IndexEntry, range: InstantRange): Float64Array | null
  forget(entry: IndexEntry): void
}

const dayMs = 86_400_000

/** Spans that are kept of one series in one week; a series by minutes is asked again instead. */
const maxSpans = 64

/** Makes a cache that drops the series it has not used for longest. */
export const createSeriesCache = (capacity: number): SeriesCache => {
  const compiled = new Map<IndexEntry, CompiledSeries | null>()

  const compiledOf = (entry: IndexEntry): CompiledSeries | null => {
    let series = compiled.get(entry)
    if (series === undefined) series = compile(entry)
    compiled.delete(entry)
    compiled.set(entry, series)
    if (compiled.size > capacity) {
      const oldest = compiled.keys().next()
      if (!oldest.done) compiled.delete(oldest.value)
    }
    return series
  }

  return {
    forget: (entry) => {
      compiled.delete(entry)
    },
    spans: (entry, range) => {
      const { recurrence, firstStartMs, lastEndMs } = entry.index
      if (recurrence === null) return Float64Array.of(firstStartMs, lastEndMs)
      const series = compiledOf(entry)
      if (series === null) return null
      const room = series.floating ? dayMs : 0
      const spans: number[] = []
      const wanted = { startMs: range.startMs - room, endMs: range.endMs + room }
      const cut = series.visit(wanted, maxSpans, (startMs, endMs) => {
        if (spans.length <= maxSpans * 2) spans.push(startMs - room, endMs + room)
      })
      return cut || spans.length > maxSpans * 2 ? null : Float64Array.from(spans)
    },
  }
}

const compile = ({ index }: IndexEntry): CompiledSeries | null => {
  try {
    return index.recurrence === null ? null : compileSeries(seriesFromFacts(index.recurrence))
  } catch {
    return null // an index of another version or an invalid time: it stays a candidate, whoever reads the object finds out
  }
}
