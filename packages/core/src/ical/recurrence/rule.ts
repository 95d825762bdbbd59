import type { CalendarTime } from '../../time.ts'

/** FREQ, from the shortest period to the longest. RFC 5545 §3.3.10. */
export const frequencies = ['SECONDLY', 'MINUTELY', 'HOURLY', 'DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'] as const
export type Frequency = (typeof frequencies)[number]

/** From Monday, as ISO 8601 counts. */
export const weekdays = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const
export type Weekday = (typeof weekdays)[number]

/** One value of BYDAY: `-1SU` is the last Sunday of the month or year; without an ordinal (`null`) every one. */
export interface WeekdayNumber {
  readonly weekday: Weekday
  /** -53…-1 or 1…53. */
  readonly ordinal: number | null
}

/** What becomes of dates that a month does not have. RFC 7529 §4.1. */
export type Skip = 'OMIT' | 'BACKWARD' | 'FORWARD'

/** A value of type RECUR, RFC 5545 §3.3.10 with RFC 7529, in the order and with the duplicates it came in. */
export interface RecurrenceRule {
  readonly freq: Frequency
  /** At least 1. */
  readonly interval: number
  /** `null` when there is no COUNT. 0 is tolerated and means no instance. */
  readonly count: number | null
  /** Inclusive; `null` when there is no UNTIL. Never of kind `zoned`. */
  readonly until: CalendarTime | null
  /** 0…60; 60 is read as 59 when the rule is expanded. */
  readonly bySecond: readonly number[]
  /** 0…59. */
  readonly byMinute: readonly number[]
  /** 0…23. */
  readonly byHour: readonly number[]
  readonly byDay: readonly WeekdayNumber[]
  /** -31…-1 and 1…31. */
  readonly byMonthDay: readonly number[]
  /** -366…-1 and 1…366. */
  readonly byYearDay: readonly number[]
  /** -53…-1 and 1…53. */
  readonly byWeekNo: readonly number[]
  /** 1…12, or to 13 in other calendars than the Gregorian. */
  readonly byMonth: readonly number[]
  /** Leap months by the number of the month before, `5L` of RFC 7529 §4.2; none in the Gregorian calendar. */
  readonly byLeapMonth: readonly number[]
  /** -366…-1 and 1…366. */
  readonly bySetPos: readonly number[]
  /** WKST; Monday by default. */
  readonly weekStart: Weekday
  /** CLDR calendar name, upper case; `null` when the part is absent, which means GREGORIAN. RFC 7529 §4.1. */
  readonly rscale: string | null
  readonly skip: Skip
  /** Parts that we do not know, kept for writing. */
  readonly otherParts: readonly { readonly name: string; readonly value: string }[]
  /** What was tolerated in the text, in English. */
  readonly warnings: readonly string[]
}
