import type { DayParts } from './day-filter.ts'
import { firstDayOfYear, isLeapYear, monthOfYearDay, monthStartsOf, weekdayOf, yearOfDay } from './days.ts'
import { type RecurrenceRule, weekdays } from './rule.ts'

/**
 * The parts of a rule that choose days, with what the start supplies. RFC 5545 §3.3.10: information missing in the rule is
 * taken from DTSTART.
 *
 * Where schools differ: a rule with any day part takes no day from DTSTART, but for YEARLY with BYWEEKNO alone, which takes
 * DTSTART's weekday inside the chosen weeks. Parts that the table of §3.3.10 excludes under a FREQ limit the days of the
 * period: BYYEARDAY=100 under MONTHLY is that day, BYMONTHDAY=1 under WEEKLY every first of a month, BYWEEKNO=20 under
 * MONTHLY all days of week 20. Ordinals in BYDAY count only under MONTHLY, and under YEARLY without BYWEEKNO.
 */
export const dayPartsOf = (rule: RecurrenceRule, startDay: number): DayParts => {
  const { freq } = rule
  const year = yearOfDay(startDay)
  const yearDay = startDay - firstDayOfYear(year)
  const month = monthOfYearDay(yearDay, isLeapYear(year))
  const monthDay = yearDay - monthStartsOf(isLeapYear(year))[month - 1]! + 1
  const ordinals = freq === 'MONTHLY' || (freq === 'YEARLY' && rule.byWeekNo.length === 0)
  const parts = {
    months: listOf(rule.byMonth),
    monthDays: listOf(rule.byMonthDay),
    yearDays: listOf(rule.byYearDay),
    weekNos: listOf(rule.byWeekNo),
    weekdays: rule.byDay.length === 0 ? null : weekdaysOf(rule, ordinals),
    ordinalsIn: freq === 'YEARLY' && rule.byMonth.length === 0 ? ('year' as const) : ('month' as const),
    weekStart: rule.byWeekNo.length === 0 ? 0 : weekdays.indexOf(rule.weekStart),
  }
  const startWeekday = [{ weekday: weekdayOf(startDay), ordinal: 0 }]
  const numbered = parts.monthDays !== null || parts.yearDays !== null
  if (numbered || parts.weekdays !== null) return parts
  if (parts.weekNos !== null) return freq === 'YEARLY' ? { ...parts, weekdays: startWeekday } : parts
  if (freq === 'WEEKLY') return { ...parts, weekdays: startWeekday }
  if (freq === 'MONTHLY') return { ...parts, monthDays: [monthDay] }
  if (freq === 'YEARLY') return { ...parts, months: parts.months ?? [month], monthDays: [monthDay] }
  return parts
}

const listOf = (values: readonly number[]): number[] | null =>
  values.length === 0 ? null : [...new Set(values)].sort((first, second) => first - second)

const weekdaysOf = (rule: RecurrenceRule, ordinals: boolean): { weekday: number; ordinal: number }[] => {
  const seen = new Map<number, { weekday: number; ordinal: number }>()
  for (const value of rule.byDay) {
    const weekday = weekdays.indexOf(value.weekday)
    const ordinal = ordinals ? (value.ordinal ?? 0) : 0
    seen.set(weekday * 128 + ordinal + 64, { weekday, ordinal })
  }
  return [...seen.entries()].sort(([first], [second]) => first - second).map(([, value]) => value)
}
