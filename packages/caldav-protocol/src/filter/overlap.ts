import type { InstantRange } from '@dayport/core'

/** VEVENT, RFC 4791 §9.9: half-open; without length it is there at its start. */
export const eventOverlaps = ({ startMs: start, endMs: end }: InstantRange, from: number, to: number): boolean =>
  to > from ? start < to && end > from : start <= from && end > from

/** What a VTODO says about its time, as instants; `null` where the property is missing. */
export interface TodoTimes {
  readonly start: number | null
  readonly due: number | null
  /** DTSTART + DURATION. */
  readonly startPlusDuration: number | null
  readonly completed: number | null
  readonly created: number | null
}

/** VTODO: the eight rows of the table in RFC 4791 §9.9, in its order. */
export const todoOverlaps = ({ startMs: start, endMs: end }: InstantRange, todo: TodoTimes): boolean => {
  const { due, completed, created } = todo
  const from = todo.start
  if (from !== null && todo.startPlusDuration !== null) {
    const to = todo.startPlusDuration
    return start <= to && (end > from || end >= to)
  }
  if (from !== null && due !== null) return (start < due || start <= from) && (end > from || end >= due)
  if (from !== null) return start <= from && end > from
  if (due !== null) return start < due && end >= due
  if (completed !== null && created !== null) {
    return (start <= created || start <= completed) && (end >= created || end >= completed)
  }
  if (completed !== null) return start <= completed && end >= completed
  if (created !== null) return end > created
  return true
}

/** VJOURNAL: `to` is the day's end of a DATE, else the start itself. */
export const journalOverlaps = ({ startMs: start, endMs: end }: InstantRange, from: number, to: number): boolean =>
  to > from ? start < to && end > from : start <= from && end > from

/** VFREEBUSY with DTSTART and DTEND. */
export const freeBusyOverlaps = ({ startMs: start, endMs: end }: InstantRange, from: number, to: number): boolean =>
  start <= to && end > from

/** A FREEBUSY period of a VFREEBUSY without the two. */
export const periodOverlaps = ({ startMs: start, endMs: end }: InstantRange, from: number, to: number): boolean =>
  start < to && end > from

/** VALARM and DATE-TIME properties: a moment. */
export const momentOverlaps = ({ startMs: start, endMs: end }: InstantRange, at: number): boolean =>
  start <= at && end > at
