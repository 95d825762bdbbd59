import type { CalendarObject, IndexFilter, InstantRange } from '@dayport/core'
import { createObjectView, type FloatingZone } from '../data/object-view.ts'
import { matchesFilter } from './match.ts'
import type { ComponentFilter } from './model.ts'
import type { SeriesCache } from './series-cache.ts'

/** A component name, `VEVENT` say, or all of them. */
export type ObjectKind = 'any' | (string & {})

/** How a filter is worked: what the store may leave out, and the exact test of what it hands over. */
export interface FilterPlan {
  /** Never too few. */
  readonly index: IndexFilter
  /** When everything of a kind passes, so that nothing has to be read to know it. */
  readonly kind: ObjectKind | null
  readonly matches: (object: CalendarObject) => boolean
}

/** Equalities at the ends of a range that the tables of §9.9 count, and an index of half-open spans does not. */
const marginMs = 1_000

export const planFilter = (filter: ComponentFilter, floating: FloatingZone, series: SeriesCache): FilterPlan => {
  const only = onlyChild(filter)
  const simple = filter.properties.length === 0 && filter.components.length <= 1 && isBare(only)
  const exactly = (object: CalendarObject) => matchesFilter(createObjectView(object, floating), filter)
  return {
    index: indexFilter(only),
    kind: !simple ? null : only === null ? 'any' : only.range === null ? only.name : null,
    matches: (object) => {
      if (!simple) return exactly(object)
      if (only === null) return true
      if (object.index.component !== only.name) return false
      if (only.range === null) return true
      const quick = only.name === 'VEVENT' ? eventByIndex(object, only.range, floating, series) : null
      return quick ?? exactly(object)
    },
  }
}

const isBare = (only: ComponentFilter | null): boolean =>
  only === null || (!only.isNotDefined && only.properties.length === 0 && only.components.length === 0)

/** The one component that the filter asks for: what nearly every client sends. */
const onlyChild = ({ components }: ComponentFilter): ComponentFilter | null =>
  components.length === 1 ? (components[0] ?? null) : null

const indexFilter = (only: ComponentFilter | null): IndexFilter => {
  // A VTIMEZONE or a component below VALARM's level is no object's kind: the index knows nothing of it.
  if (only === null || only.isNotDefined || !indexed.has(only.name)) return {}
  if (only.range === null) return { component: only.name }
  const { startMs, endMs } = only.range
  return { component: only.name, range: { startMs: startMs - marginMs, endMs: endMs + marginMs } }
}

const indexed: ReadonlySet<string> = new Set(['VEVENT', 'VTODO', 'VJOURNAL', 'VFREEBUSY'])

/** The answer for a VEVENT from the facts in the index; `null` when only its text can tell. */
const eventByIndex = (
  { index }: CalendarObject,
  range: InstantRange,
  floating: FloatingZone,
  series: SeriesCache,
): boolean | null => {
  if (index.recurrence === null) {
    // The bounds are widened for floating values, so that they only decide when they lie clear of the range's ends.
    if (index.firstStartMs >= range.startMs && index.lastEndMs < range.endMs) return true
    if (index.lastEndMs < range.startMs || index.firstStartMs >= range.endMs) return false
    return null
  }
  if (floating.vtimezone !== null) return null
  return series.overlaps(index.recurrence, range, floating.tzid)
}
