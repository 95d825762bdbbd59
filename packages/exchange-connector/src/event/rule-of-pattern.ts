import type { CalendarTime } from '@dayport/core'
import { parseRule, type RecurrenceRule, type Weekday, weekdays } from '@dayport/core/ical'
import type { ExchangePattern, WeekIndex } from './model.ts'

const positions: Readonly<Record<WeekIndex, number>> = { first: 1, second: 2, third: 3, fourth: 4, last: -1 }
const monthDays = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** The rule, without COUNT and UNTIL, that has exactly the days that Exchange gives a pattern. */
export const ruleOfPattern = (pattern: ExchangePattern): RecurrenceRule => parseRule(ruleText(pattern))

const ruleText = (pattern: ExchangePattern): string => {
  const interval = pattern.interval === 1 ? '' : `;INTERVAL=${pattern.interval}`
  switch (pattern.kind) {
    case 'daily':
      return `FREQ=DAILY${interval}`
    case 'weekly':
      return `FREQ=WEEKLY${interval};BYDAY=${pattern.days.join(',')}${weekStart(pattern)}`
    case 'absoluteMonthly':
      return `FREQ=MONTHLY${interval};${dayPart(pattern.day, 28)}`
    case 'relativeMonthly':
      return `FREQ=MONTHLY${interval};${nthPart(pattern.days, pattern.index)}`
    case 'absoluteYearly':
      return `FREQ=YEARLY${interval};BYMONTH=${pattern.month};${yearDayPart(pattern.month, pattern.day)}`
    case 'relativeYearly':
      return `FREQ=YEARLY${interval};BYMONTH=${pattern.month};${nthPart(pattern.days, pattern.index)}`
  }
}

/** WKST matters only where weeks are skipped. */
const weekStart = (pattern: { readonly interval: number; readonly firstDay: Weekday }): string =>
  pattern.interval === 1 || pattern.firstDay === 'MO' ? '' : `;WKST=${pattern.firstDay}`

/** Days after `shortest` are the last of a shorter month. */
const dayPart = (day: number, shortest: number): string => {
  if (day <= shortest) return `BYMONTHDAY=${day}`
  if (day >= 31) return 'BYMONTHDAY=-1'
  const run = Array.from({ length: day - shortest + 1 }, (_, index) => shortest + index)
  return `BYMONTHDAY=${run.join(',')};BYSETPOS=-1`
}

const yearDayPart = (month: number, day: number): string => {
  const most = monthDays[month - 1]!
  // The 29th of February is the 28th in other years.
  return day > most || (month === 2 && day === 29) ? 'BYMONTHDAY=-1' : `BYMONTHDAY=${day}`
}

const nthPart = (days: readonly Weekday[], index: WeekIndex): string => {
  const position = positions[index]
  if (days.length === 7) return `BYMONTHDAY=${position}`
  if (days.length === 1) return `BYDAY=${position}${days[0]}`
  return `BYDAY=${weekdays.filter((day) => days.includes(day)).join(',')};BYSETPOS=${position}`
}

/** A pattern in the one form that several may have: years as twelve months, sets of days that say the same. */
export const meaningOfPattern = (pattern: ExchangePattern, first: CalendarTime): string => {
  const month = Number(
    (first.kind === 'date' ? first.date : first.kind === 'utc' ? first.instant : first.local).slice(5, 7),
  )
  switch (pattern.kind) {
    case 'daily':
      return `day ${pattern.interval}`
    case 'weekly':
      return pattern.interval === 1 && pattern.days.length === 7
        ? 'day 1'
        : `week ${pattern.interval} ${pattern.days.join()} ${pattern.interval === 1 ? '' : pattern.firstDay}`
    case 'absoluteMonthly':
      return `month ${pattern.interval} ${monthMeaning(dayPart(pattern.day, 28), pattern.interval, month)}`
    case 'relativeMonthly':
      return `month ${pattern.interval} ${monthMeaning(nthPart(pattern.days, pattern.index), pattern.interval, month)}`
    case 'absoluteYearly':
      return `month ${pattern.interval * 12} ${pattern.month} ${yearDayPart(pattern.month, pattern.day)}`
    case 'relativeYearly':
      return `month ${pattern.interval * 12} ${pattern.month} ${nthPart(pattern.days, pattern.index)}`
  }
}

/** A series of every twelfth month stays in its month, where a day that it has is the day and not the last one. */
const monthMeaning = (part: string, interval: number, month: number): string => {
  if (interval % 12 !== 0) return part
  const run = /^BYMONTHDAY=28(?:,29)?(?:,(\d\d))?;BYSETPOS=-1$/.exec(part)
  if (run === null) return `${month} ${part}`
  return `${month} ${yearDayPart(month, part.includes('30') ? 30 : 29)}`
}
