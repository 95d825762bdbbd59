import type { IndexFilter, ObjectIndex } from '../object.ts'
import type { InstantRange } from '../time.ts'

/**
 * Whether the bounds let an instance overlap the range. Both ends count as inside: RFC 4791 §9.9 has rules with `>=` for
 * zero-length events and for VTODO, and a coarse filter may select too many.
 */
export const boundsMayOverlap = (index: ObjectIndex, range: InstantRange): boolean =>
  index.firstStartMs <= range.endMs && index.lastEndMs >= range.startMs

/** The parts of a filter other than the range and the names. */
export const matchesFacts = (index: ObjectIndex, filter: IndexFilter): boolean =>
  (filter.component === undefined || index.component === filter.component) &&
  (filter.uid === undefined || index.uid === filter.uid)
