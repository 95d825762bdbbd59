import type { CalendarTime } from '@dayport/core'
import { type RecurrenceRule, type Weekday, weekdays } from '@dayport/core/ical'
import type { ExchangePattern, WeekIndex } from './model.ts'

const workdays: readonly Weekday[] = ['MO', 'TU', 'WE', 'TH', 'FR']
const weekend: readonly Weekday[] = ['SA', 'SU']
const indexes: Readonly<Record<number, WeekIndex>> = { 1: 'first', 2: 'second', 3: 'third', 4: 'fourth', [-1]: 'last' }

const isSameSet = (a: readonly Weekday[], b: readonly Weekday[]): boolean =>
  a.length === b.length && a.every((day) => b.includes(day))

/** The sets of days of which Exchange takes the nth. */
const isDaySet = (days: readonly Weekday[]): boolean =>
  days.length === 1 || isSameSet(days, weekdays) || isSameSet(days, workdays) || isSameSet(days, weekend)

/** Wall-clock fields of a start. */
const fieldsOf = (start: CalendarTime): Date => {
  const text = start.kind === 'date' ? `${start.date}T00:00:00` : start.kind === 'utc' ? start.instant : start.local
  return new Date(text.endsWith('Z') ? text : `${text}Z`)
}

/**
 * The pattern that a rule means by its form. Whether its occurrences are the rule's is the caller's to compare: days that a month has
 * not differ.
 *
 * @returns `null` when Exchange has no such pattern.
 */
export const patternOfRule = (rule: RecurrenceRule, start: CalendarTime): ExchangePattern | null => {
  const isOther = rule.rscale !== null && !/^GREGOR(?:IAN|Y)$/.test(rule.rscale)
  if (isOther || rule.skip !== 'OMIT' || rule.interval > 999) return null
  if (rule.byYearDay.length + rule.byWeekNo.length + rule.byLeapMonth.length > 0) return null
  if (!saysOwnTime(rule, start)) return null
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
      return null
  }
}

/** BYHOUR and its like say nothing when they name the start's own time. */
const saysOwnTime = (rule: RecurrenceRule, start: CalendarTime): boolean => {
  const at = fieldsOf(start)
  const own = (values: readonly number[], value: number): boolean =>
    values.length === 0 || (start.kind !== 'date' && values.every((each) => each === value))
  return (
    own(rule.byHour, at.getUTCHours()) &&
    own(rule.byMinute, at.getUTCMinutes()) &&
    own(rule.bySecond, at.getUTCSeconds())
  )
}

/** Days of the week without ordinals, in the order of the week; `null` when there is an ordinal. */
const plainDays = (rule: RecurrenceRule): Weekday[] | null =>
  rule.byDay.some(({ ordinal }) => ordinal !== null)
    ? null
    : weekdays.filter((day) => rule.byDay.some(({ weekday }) => weekday === day))

const daily = (rule: RecurrenceRule): ExchangePattern | null => {
  const { interval } = rule
  const days = plainDays(rule)
  if (days === null || rule.byMonth.length + rule.byMonthDay.length + rule.bySetPos.length > 0) return null
  if (days.length === 0 || days.length === 7) return { kind: 'daily', interval }
  return interval === 1 ? { kind: 'weekly', interval: 1, days, firstDay: rule.weekStart } : null
}

const weekly = (rule: RecurrenceRule, start: CalendarTime): ExchangePattern | null => {
  const days = plainDays(rule)
  if (days === null || rule.byMonth.length + rule.byMonthDay.length + rule.bySetPos.length > 0) return null
  const own = weekdays[(fieldsOf(start).getUTCDay() + 6) % 7]!
  return {
    kind: 'weekly',
    interval: rule.interval,
    days: days.length === 0 ? [own] : days,
    firstDay: rule.weekStart,
  }
}

/** What is taken of each month: a day by its number, or the nth of some weekdays. */
type MonthPart = { readonly day: number } | { readonly days: readonly Weekday[]; readonly index: WeekIndex }

const monthPart = (rule: RecurrenceRule, start: CalendarTime): MonthPart | null => {
  const days = [...new Set(rule.byMonthDay)].sort((a, b) => a - b)
  if (rule.byDay.length > 0) return days.length > 0 ? null : nthPart(rule)
  if (days.length === 0) return rule.bySetPos.length > 0 ? null : { day: fieldsOf(start).getUTCDate() }
  if (days.length === 1 && rule.bySetPos.length === 0) {
    if (days[0] === -1) return { days: weekdays, index: 'last' }
    return days[0]! > 0 ? { day: days[0]! } : null
  }
  // `BYMONTHDAY=28,29,30;BYSETPOS=-1`: the 30th, or the last day of a shorter month.
  const isRun = days[0] === 28 && days.every((day, index) => day === 28 + index)
  return isRun && rule.bySetPos.length === 1 && rule.bySetPos[0] === -1 ? { day: days.at(-1)! } : null
}

const nthPart = (rule: RecurrenceRule): MonthPart | null => {
  const plain = plainDays(rule)
  if (plain === null) {
    const [only, ...others] = rule.byDay
    const index = others.length > 0 || rule.bySetPos.length > 0 ? undefined : indexes[only!.ordinal ?? 0]
    return index === undefined ? null : { days: [only!.weekday], index }
  }
  const index = rule.bySetPos.length === 1 ? indexes[rule.bySetPos[0]!] : undefined
  return index === undefined || !isDaySet(plain) ? null : { days: plain, index }
}

const monthly = (rule: RecurrenceRule, start: CalendarTime): ExchangePattern | null => {
  if (rule.byMonth.length > 0) return rule.interval === 1 ? yearly(rule, start) : null
  const part = monthPart(rule, start)
  if (part === null) return null
  const { interval } = rule
  return 'day' in part
    ? { kind: 'absoluteMonthly', interval, day: part.day }
    : { kind: 'relativeMonthly', interval, ...part }
}

const yearly = (rule: RecurrenceRule, start: CalendarTime): ExchangePattern | null => {
  if (rule.byMonth.length > 1) return null
  // Without BYMONTH these would take days of the whole year.
  if (rule.byMonth.length === 0 && rule.byDay.length + rule.byMonthDay.length > 0) return null
  const part = monthPart(rule, start)
  if (part === null) return null
  const { interval } = rule
  const month = rule.byMonth[0] ?? fieldsOf(start).getUTCMonth() + 1
  return 'day' in part
    ? { kind: 'absoluteYearly', interval, month, day: part.day }
    : { kind: 'relativeYearly', interval, month, ...part }
}
