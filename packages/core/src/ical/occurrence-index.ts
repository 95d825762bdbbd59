import type { ObjectIndex } from '../object.ts'
import type { InstantRange } from '../time.ts'
import { createSeriesCache, type IndexEntry, type SeriesCache } from './occurrence-series.ts'
import { createWeek, mayOverlap, type Week, weekMs } from './occurrence-week.ts'

/** Which objects of a calendar may happen in a range; what stores keep in memory beside their tables. */
export interface OccurrenceIndex {
  /** Adds the object, or takes the new facts of one that is there. */
  set(name: string, index: ObjectIndex): void
  delete(name: string): void
  /**
   * Names of the objects that may have an instance overlapping the range, in no order; never too few. Up to five weeks it is exact to
   * the instance but for the day by which floating values and DATEs are widened and the ends of components other than VEVENT;
   * beyond it is by each object's bounds. A series that is too much work to expand, or cannot be read, is always named.
   */
  query(range: InstantRange): string[]
  readonly size: number
}

/** Weeks up to which a query is exact. */
const exactWeeks = 5
/** Weeks whose series are kept worked out, and the spans kept in all of them together (16 bytes each). */
const maxWeeks = 64
const maxSpans = 1_000_000
/** Series kept compiled, some kilobytes each. */
const maxCompiled = 20_000

/**
 * Makes an empty index. Single short objects are filed by week at once. Series are worked out for a week when that week is first
 * asked for, and from then on when they change, so that a query of a warm week costs what it returns. At most 64 weeks, a million
 * spans and 20 000 compiled series are kept; the least recently used go first.
 */
export const createOccurrenceIndex = (): OccurrenceIndex => {
  const entries = new Map<string, IndexEntry>()
  const wide = new Set<IndexEntry>()
  const short = new Map<number, Set<IndexEntry>>()
  const weeks = new Map<number, Week>()
  const series: SeriesCache = createSeriesCache(maxCompiled)

  const remove = (name: string): void => {
    const entry = entries.get(name)
    if (entry === undefined) return
    entries.delete(name)
    if (wide.delete(entry)) {
      series.forget(entry)
      for (const week of weeks.values()) week.forget(entry)
      return
    }
    for (const number of weeksOf(entry)) {
      const members = short.get(number)
      members?.delete(entry)
      if (members?.size === 0) short.delete(number)
    }
  }

  const weekOf = (number: number): Week => {
    let week = weeks.get(number)
    if (week === undefined) {
      week = createWeek(number, series)
      for (const entry of wide) week.note(entry)
    }
    weeks.delete(number)
    weeks.set(number, week) // the most recently used is last
    week.settle()
    return week
  }

  const evict = (): void => {
    let spans = 0
    for (const week of weeks.values()) spans += week.spans
    for (const [number, week] of weeks) {
      if (weeks.size <= maxWeeks && spans <= maxSpans) return
      weeks.delete(number)
      spans -= week.spans
    }
  }

  return {
    get size() {
      return entries.size
    },
    set: (name, index) => {
      remove(name)
      const entry: IndexEntry = { name, index }
      entries.set(name, entry)
      if (isShort(index)) {
        for (const number of weeksOf(entry)) {
          const members = short.get(number)
          if (members === undefined) short.set(number, new Set([entry]))
          else members.add(entry)
        }
        return
      }
      wide.add(entry)
      for (const week of weeks.values()) week.note(entry)
    },
    delete: remove,
    query: (range) => {
      if (!(range.endMs - range.startMs <= exactWeeks * weekMs)) {
        const names: string[] = []
        for (const entry of entries.values()) if (mayOverlap(entry, range)) names.push(entry.name)
        return names
      }
      const found = new Set<string>()
      // One millisecond to each side: an object that ends where the range begins may count, see `mayOverlap`.
      const last = Math.floor((range.endMs + 1) / weekMs)
      for (let number = Math.floor((range.startMs - 1) / weekMs); number <= last; number++) {
        for (const entry of short.get(number) ?? []) if (mayOverlap(entry, range)) found.add(entry.name)
        weekOf(number).collect(range, found)
      }
      evict()
      return [...found]
    },
  }
}

const isShort = ({ recurrence, firstStartMs, lastEndMs }: ObjectIndex): boolean =>
  recurrence === null && lastEndMs - firstStartMs <= exactWeeks * weekMs

const weeksOf = ({ index }: IndexEntry): number[] => {
  const numbers: number[] = []
  const last = Math.floor(Math.max(index.firstStartMs, index.lastEndMs) / weekMs)
  for (let number = Math.floor(index.firstStartMs / weekMs); number <= last; number++) numbers.push(number)
  return numbers
}
