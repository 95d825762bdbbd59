import type { CalendarTime } from '@dayport/core'
import { type RecurrenceRule, type Weekday, weekdays } from '@dayport/core/ical'
import { localMsOf } from './instants.ts'
import type { Nth } from './zone-rule.ts'

/** What Outlook can repeat. MS-OUTSPS 2.2.4.2. */
export type Pattern =
  | { readonly kind: 'daily'; readonly interval: number }
  /** Monday to Friday, as Outlook's "every weekday". */
  | { readonly kind: 'weekdays' }
  | {
      readonly kind: 'weekly'
      readonly interval: number
      readonly days: readonly Weekday[]
      readonly weekStart: Weekday
    }
  /** Days 29–31 are the last day of a shorter month. */
  | { readonly kind: 'monthly'; readonly interval: number; readonly day: number }
  /** The nth of one weekday, of all days, of Monday–Friday or of Saturday and Sunday. */
  | { readonly kind: 'monthlyByDay'; readonly interval: number; readonly days: readonly Weekday[]; readonly nth: Nth }
  | { readonly kind: 'yearly'; readonly interval: number; readonly month: number; readonly day: number }
  | {
      readonly kind: 'yearlyByDay'
      readonly interval: number
      readonly month: number
      readonly days: readonly Weekday[]
      readonly nth: Nth
    }

/** A pattern and the rule that says the same. */
export interface PatternPart {
  readonly pattern: Pattern
  readonly rule: RecurrenceRule
}

/** How many series one rule may become. */
const maxParts = 12
const maxInterval = 999

/** Longest month of a year without a leap day. */
const monthDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
const workdays: readonly Weekday[] = ['MO', 'TU', 'WE', 'TH', 'FR']
const weekend: readonly Weekday[] = ['SA', 'SU']

export const sameDays = (a: readonly Weekday[], b: readonly Weekday[]): boolean =>
  a.length === b.length && a.every((day) => b.includes(day))

/** In the order of the week, each once. */
const sorted = (days: readonly Weekday[]): Weekday[] => weekdays.filter((day) => days.includes(day))

/** The sets of days of which Outlook can take the nth. */
export const isDaySet = (days: readonly Weekday[]): boolean =>
  days.length === 1 || sameDays(days, weekdays) || sameDays(days, workdays) || sameDays(days, weekend)

const isNth = (value: number): value is Nth => value === -1 || (value >= 1 && value <= 4)

/** `BYMONTHDAY=28,29,30;BYSETPOS=-1`: the 30th, or the last day of a shorter month. */
const lastOfRun = (rule: RecurrenceRule): number | null => {
  const days = [...new Set(rule.byMonthDay)].sort((a, b) => a - b)
  const isRun = days[0] === 28 && days.every((day, index) => day === 28 + index)
  return isRun && days.length > 1 && rule.bySetPos.length === 1 && rule.bySetPos[0] === -1 ? days.at(-1)! : null
}

/** Parts of a rule that name the start's own time of day say nothing. */
const withoutTimeOfDay = (rule: RecurrenceRule, start: CalendarTime): RecurrenceRule | null => {
  const at = new Date(localMsOf(start))
  const says = (values: readonly number[], own: number): boolean =>
    values.length === 0 || (start.kind !== 'date' && values.every((value) => value === own))
  const isOwn =
    says(rule.byHour, at.getUTCHours()) &&
    says(rule.byMinute, at.getUTCMinutes()) &&
    says(rule.bySecond, at.getUTCSeconds())
  return isOwn ? { ...rule, byHour: [], byMinute: [], bySecond: [] } : null
}

const product = <A, B>(first: readonly A[], second: readonly B[]): [A, B][] =>
  first.flatMap((a) => second.map((b): [A, B] => [a, b]))

/**
 * A rule as patterns whose occurrences together are exactly its own, DTSTART matching or not; several where the rule has several ordinals, month days
 * or months; none when Outlook cannot say it. Specification section 8.6, steps 1 and 3.
 */
export const patternsOf = (given: RecurrenceRule, start: CalendarTime): readonly PatternPart[] => {
  const rule = withoutTimeOfDay(given, start)
  if (rule === null || rule.interval < 1 || rule.interval > maxInterval) return []
  const isOther = rule.rscale !== null && rule.rscale !== 'GREGORIAN'
  if (isOther || rule.skip !== 'OMIT' || rule.byYearDay.length + rule.byWeekNo.length + rule.byLeapMonth.length > 0) {
    return []
  }
  const parts = partsOf(rule, start)
  // Of a COUNT nobody could say how many belong to which part.
  return parts.length > maxParts || (parts.length > 1 && rule.count !== null) ? [] : parts
}

const partsOf = (rule: RecurrenceRule, start: CalendarTime): readonly PatternPart[] => {
  switch (rule.freq) {
    case 'DAILY':
      return daily(rule)
    case 'WEEKLY':
      return weekly(rule, start)
    case 'MONTHLY':
      return monthly(rule, start)
    case 'YEARLY':
      return yearly(rule, start)
    default:
      return []
  }
}

const plainDays = (rule: RecurrenceRule): Weekday[] | null =>
  rule.byDay.some(({ ordinal }) => ordinal !== null) ? null : sorted(rule.byDay.map(({ weekday }) => weekday))

const daily = (rule: RecurrenceRule): readonly PatternPart[] => {
  const { interval } = rule
  const days = plainDays(rule)
  if (days === null || rule.byMonth.length + rule.byMonthDay.length + rule.bySetPos.length > 0) return []
  if (days.length === 0 || days.length === 7) return [{ rule, pattern: { kind: 'daily', interval } }]
  if (interval !== 1) return []
  if (sameDays(days, workdays)) return [{ rule, pattern: { kind: 'weekdays' } }]
  return [{ rule, pattern: { kind: 'weekly', interval: 1, days, weekStart: rule.weekStart } }]
}

const weekdayOf = (time: CalendarTime): Weekday => weekdays[(new Date(localMsOf(time)).getUTCDay() + 6) % 7]!

const weekly = (rule: RecurrenceRule, start: CalendarTime): readonly PatternPart[] => {
  const days = plainDays(rule)
  if (days === null || rule.byMonth.length + rule.byMonthDay.length + rule.bySetPos.length > 0) return []
  const { interval, weekStart } = rule
  return [
    { rule, pattern: { kind: 'weekly', interval, days: days.length === 0 ? [weekdayOf(start)] : days, weekStart } },
  ]
}

const dayOfMonth = (time: CalendarTime): number => new Date(localMsOf(time)).getUTCDate()

/** What one month of a rule holds: days of the month, or nth weekdays; `null` when it is something else. */
interface MonthParts {
  readonly days: readonly number[]
  readonly nths: readonly { readonly days: readonly Weekday[]; readonly nth: Nth; readonly rule: RecurrenceRule }[]
}

const monthParts = (rule: RecurrenceRule, start: CalendarTime): MonthParts | null => {
  const run = lastOfRun(rule)
  if (rule.byDay.length === 0) {
    if (run !== null) return { days: [run], nths: [] }
    if (rule.bySetPos.length > 0) return null
    if (rule.byMonthDay.length === 0) return { days: [dayOfMonth(start)], nths: [] }
    const days = [...new Set(rule.byMonthDay)]
    if (days.some((day) => day < -1)) return null
    const last = { days: weekdays, nth: -1 as const, rule: { ...rule, byMonthDay: [-1] } }
    return { days: days.filter((day) => day > 0), nths: days.includes(-1) ? [last] : [] }
  }
  if (rule.byMonthDay.length > 0) return null
  const days = plainDays(rule)
  if (days !== null) {
    const nths = [...new Set(rule.bySetPos)]
    if (nths.length === 0 || !isDaySet(days) || !nths.every(isNth)) return null
    return { days: [], nths: nths.map((nth) => ({ days, nth, rule: { ...rule, bySetPos: [nth] } })) }
  }
  if (rule.bySetPos.length > 0) return null
  const isNew = ({ weekday, ordinal }: (typeof rule.byDay)[number], index: number): boolean =>
    rule.byDay.findIndex((day) => day.weekday === weekday && day.ordinal === ordinal) === index
  const nths = rule.byDay
    .filter(isNew)
    .map(({ weekday, ordinal }) =>
      ordinal !== null && isNth(ordinal)
        ? { days: [weekday], nth: ordinal, rule: { ...rule, byDay: [{ weekday, ordinal }] } }
        : null,
    )
  return nths.some((nth) => nth === null) ? null : { days: [], nths: nths.filter((nth) => nth !== null) }
}

const monthly = (rule: RecurrenceRule, start: CalendarTime): readonly PatternPart[] => {
  const { interval } = rule
  if (rule.byMonth.length > 0) return []
  const days = plainDays(rule)
  if (days !== null && days.length > 0 && rule.bySetPos.length + rule.byMonthDay.length === 0) {
    // Every Monday of every month is every Monday.
    return interval === 1 ? [{ rule, pattern: { kind: 'weekly', interval, days, weekStart: rule.weekStart } }] : []
  }
  const parts = monthParts(rule, start)
  if (parts === null) return []
  const isRun = lastOfRun(rule) !== null
  // In iCalendar the 31st skips short months, in Outlook it is their last day.
  if (!isRun && parts.days.some((day) => day > 28)) return []
  return [
    ...parts.days.map(
      (day): PatternPart => ({
        rule: isRun ? rule : { ...rule, byMonthDay: [day] },
        pattern: { kind: 'monthly', interval, day },
      }),
    ),
    ...parts.nths.map(
      ({ days, nth, rule: own }): PatternPart => ({
        rule: own,
        pattern: { kind: 'monthlyByDay', interval, days, nth },
      }),
    ),
  ]
}

const yearly = (rule: RecurrenceRule, start: CalendarTime): readonly PatternPart[] => {
  const { interval } = rule
  const isPlain = rule.byMonth.length === 0
  // Without a month, BYDAY counts in the year and BYMONTHDAY in every month of it.
  if (isPlain && rule.byDay.length > 0) return []
  if (isPlain && rule.byMonthDay.length > 0) return interval === 1 ? monthly({ ...rule, freq: 'MONTHLY' }, start) : []
  const months = isPlain ? [new Date(localMsOf(start)).getUTCMonth() + 1] : [...new Set(rule.byMonth)]
  if (months.some((month) => month < 1 || month > 12)) return []
  // One BYSETPOS counts over all the months of a year together.
  if (rule.bySetPos.length > 0 && months.length > 1) return []
  const parts = monthParts(rule, start)
  if (parts === null) return []
  const isRun = lastOfRun(rule) !== null
  if (!isRun && product(months, parts.days).some(([month, day]) => day > monthDays[month - 1]!)) return []
  if (isRun && months[0] !== 2) return []
  return [
    ...product(months, parts.days).map(
      ([month, day]): PatternPart => ({
        rule: { ...rule, byMonth: [month], ...(isRun ? {} : { byMonthDay: [day] }) },
        pattern: { kind: 'yearly', interval, month, day },
      }),
    ),
    ...product(months, parts.nths).map(
      ([month, { days, nth, rule: own }]): PatternPart => ({
        rule: { ...own, byMonth: [month] },
        pattern: { kind: 'yearlyByDay', interval, month, days, nth },
      }),
    ),
  ]
}

const runTo = (day: number): number[] => Array.from({ length: day - 27 }, (_, index) => 28 + index)

/** The BY parts of an RRULE that say what the pattern says in Outlook. */
export const ruleText = (pattern: Pattern): string => {
  const every = (freq: string, interval: number): string =>
    `FREQ=${freq}${interval === 1 ? '' : `;INTERVAL=${interval}`}`
  const monthDay = (day: number, isShort: boolean): string =>
    isShort ? `;BYMONTHDAY=${runTo(day).join(',')};BYSETPOS=-1` : `;BYMONTHDAY=${day}`
  const nthDay = (days: readonly Weekday[], nth: Nth): string =>
    days.length === 1
      ? `;BYDAY=${nth}${days[0]}`
      : sameDays(days, weekdays) && nth === -1
        ? ';BYMONTHDAY=-1'
        : `;BYDAY=${days.join(',')};BYSETPOS=${nth}`
  switch (pattern.kind) {
    case 'daily':
      return every('DAILY', pattern.interval)
    case 'weekdays':
      return `FREQ=WEEKLY;BYDAY=${workdays.join(',')}`
    case 'weekly': {
      const weekStart = pattern.interval > 1 && pattern.weekStart !== 'MO' ? `;WKST=${pattern.weekStart}` : ''
      return `${every('WEEKLY', pattern.interval)};BYDAY=${pattern.days.join(',')}${weekStart}`
    }
    case 'monthly':
      return `${every('MONTHLY', pattern.interval)}${monthDay(pattern.day, pattern.day > 28)}`
    case 'monthlyByDay':
      return `${every('MONTHLY', pattern.interval)}${nthDay(pattern.days, pattern.nth)}`
    case 'yearly': {
      const isShort = pattern.day > monthDays[pattern.month - 1]!
      return `${every('YEARLY', pattern.interval)};BYMONTH=${pattern.month}${monthDay(pattern.day, isShort)}`
    }
    case 'yearlyByDay':
      return `${every('YEARLY', pattern.interval)};BYMONTH=${pattern.month}${nthDay(pattern.days, pattern.nth)}`
  }
}

/** The same text for patterns of the same meaning. */
export const meaningOf = (pattern: Pattern): string => ruleText(pattern)
