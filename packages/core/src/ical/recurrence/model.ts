import type { CalendarTime, InstantRange } from '../../time.ts'

/** One RDATE value. `end` and `duration` belong to PERIOD values. */
export interface RecurrenceDate {
  readonly start: CalendarTime
  readonly end?: CalendarTime
  readonly duration?: string
}

/** One override: a component with RECURRENCE-ID. */
export interface SeriesOverride {
  readonly recurrenceId: CalendarTime
  /** RANGE=THISANDFUTURE, RFC 5545 §3.2.13. */
  readonly thisAndFuture: boolean
  /** `null` when the override has no DTSTART of its own: then it starts at its recurrenceId. */
  readonly start: CalendarTime | null
  readonly end: CalendarTime | null
  readonly duration: string | null
  readonly sequence: number
  /** DTSTAMP text, to tell duplicates apart; '' when absent. */
  readonly stamp: string
}

/** Everything that decides when a UID happens, as JSON: what ObjectIndex.recurrence holds. */
export interface SeriesFacts {
  /** DTSTART of the master; `null` when only overrides are there. */
  readonly start: CalendarTime | null
  readonly end: CalendarTime | null
  readonly duration: string | null
  readonly rrules: readonly string[]
  readonly exrules: readonly string[]
  readonly rdates: readonly RecurrenceDate[]
  readonly exdates: readonly CalendarTime[]
  readonly overrides: readonly SeriesOverride[]
  /** VTIMEZONE text by TZID, for the zones that only their VTIMEZONE explains. */
  readonly zones: Readonly<Record<string, string>>
}

/** One occurrence. RFC 5545 §3.8.4.4 names it by `recurrenceId`. */
export interface RecurrenceInstance {
  /** The original start, in the form of the master's DTSTART (DATE, floating, UTC or zoned). */
  readonly recurrenceId: CalendarTime
  readonly recurrenceIdMs: number
  readonly start: CalendarTime
  readonly end: CalendarTime
  /** Instants; DATE and floating values are read in the zone given to the expansion. */
  readonly startMs: number
  readonly endMs: number
  /** Index into SeriesFacts.overrides of the component that gives this instance its content; `null` for the master. */
  readonly override: number | null
}

export interface ExpandOptions {
  /** Instances overlapping it by RFC 4791 §9.9 (half-open; zero-length ones by their start). */
  readonly range: InstantRange
  /** TZID in which DATE and floating values are read. Default: UTC. */
  readonly floatingZone?: string
  /** Most instances in the answer. Default 10 000. */
  readonly maxInstances?: number
}

export interface Expansion {
  /** Sorted by start. */
  readonly instances: readonly RecurrenceInstance[]
  /** True when maxInstances or the work budget cut the answer short. */
  readonly truncated: boolean
  readonly warnings: readonly string[]
}
