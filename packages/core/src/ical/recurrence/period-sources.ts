import { type DayFilter, type DayParts, dayFilterOf, weekYearOf } from './day-filter.ts'
import {
  dayOf,
  daysInMonth,
  firstDayOfYear,
  isLeapYear,
  modulo,
  monthOfYearDay,
  monthStartsOf,
  weekdayOf,
  yearOfDay,
} from './days.ts'
import type { PeriodSource } from './period-cursor.ts'
import type { Skip } from './rule.ts'

/** Weeks that begin on `weekStart`, 0 for Monday; number 0 holds 1970-01-01. */
export const weekSource = (filter: DayFilter, weekStart: number): PeriodSource => {
  const phase = modulo(3 - weekStart, 7) // 1970-01-01 was a Thursday
  const days: number[] = []
  return {
    cycle: 20_871,
    cost: 1,
    reach: 0,
    periodOf: (day) => Math.floor((day + phase) / 7),
    nextPeriod: (period) => Math.floor((filter.nextDay(period * 7 - phase) + phase) / 7),
    load: (period, into) => {
      days.length = 0
      const first = period * 7 - phase
      for (let day = filter.nextDay(first); day < first + 7; day = filter.nextDay(day + 1)) days.push(day)
      into.base = 0
      into.days = days
      into.low = 0
      into.high = days.length
    },
  }
}

/** Months, numbered year · 12 + month - 1. */
export const monthSource = (filter: DayFilter): PeriodSource => ({
  cycle: 4_800,
  cost: 1,
  reach: 0,
  periodOf: monthNumberOf,
  nextPeriod: (period) => {
    const year = Math.floor(period / 12)
    const next = filter.nextDay(dayOf(year, period - year * 12 + 1, 1))
    return Number.isFinite(next) ? monthNumberOf(next) : next
  },
  load: (period, into) => {
    const year = Math.floor(period / 12)
    const month = period - year * 12
    const { days, rank } = filter.yearDays(year)
    const starts = monthStartsOf(isLeapYear(year))
    into.base = firstDayOfYear(year)
    into.days = days
    into.low = rank[starts[month]!]!
    into.high = rank[starts[month + 1]!]!
  },
})

const monthNumberOf = (day: number): number => {
  const year = yearOfDay(day)
  return year * 12 + monthOfYearDay(day - firstDayOfYear(year), isLeapYear(year)) - 1
}

/** Calendar years. */
export const yearSource = (filter: DayFilter): PeriodSource => ({
  cycle: 400,
  cost: 1,
  reach: 0,
  periodOf: yearOfDay,
  nextPeriod: (period) => period,
  load: (period, into) => {
    const { days } = filter.yearDays(period)
    into.base = firstDayOfYear(period)
    into.days = days
    into.low = 0
    into.high = days.length
  },
})

/** Years of whole weeks, for BYWEEKNO: week 1 can begin in December, week 53 can reach into January. */
export const weekYearSource = (filter: DayFilter, weekStart: number): PeriodSource => {
  const days: number[] = []
  return {
    cycle: 400,
    cost: 40, // looks at every day of the year
    reach: 0,
    periodOf: (day) => weekYearOf(day, weekStart),
    nextPeriod: (period) => period,
    load: (period, into) => {
      days.length = 0
      const first = firstDayOfYear(period)
      const end = firstDayOfYear(period + 1) + 3
      for (let day = filter.nextDay(first - 3); day < end; day = filter.nextDay(day + 1)) {
        if (weekYearOf(day, weekStart) === period) days.push(day)
      }
      into.base = 0
      into.days = days
      into.low = 0
      into.high = days.length
    },
  }
}

/**
 * Months or years of a rule with SKIP: days that a month or year does not have move to its last day or to the next one's
 * first. The order is that of RFC 7529 §4.1: BYMONTH, BYYEARDAY, BYMONTHDAY, the skip, then what limits. A day counted from
 * the end that lies before the month moves likewise: back to the day before the month, or on to its first.
 */
export const skipSource = (parts: DayParts, unit: 'month' | 'year', skip: Exclude<Skip, 'OMIT'>): PeriodSource => {
  const limits = dayFilterOf({
    ...parts,
    monthDays: null,
    months: parts.monthDays === null ? parts.months : null,
    yearDays: parts.monthDays === null ? null : parts.yearDays,
  })
  const monthsToNext = Array.from({ length: 12 }, (_, month) => {
    let wait = 0
    while (wait < 12 && parts.months?.includes(((month + wait) % 12) + 1) === false) wait++
    return wait
  })
  const days: number[] = []
  const add = (number: number, first: number, length: number): void => {
    const day = number > 0 ? first + number - 1 : first + length + number
    if (day >= first && day < first + length) days.push(day)
    else if (number > 0) days.push(first + length - (skip === 'BACKWARD' ? 1 : 0))
    else days.push(first - (skip === 'BACKWARD' ? 1 : 0))
  }
  const addMonth = (year: number, month: number): void => {
    if (parts.months !== null && !parts.months.includes(month)) return
    for (const number of parts.monthDays ?? []) add(number, dayOf(year, month, 1), daysInMonth(year, month))
  }
  return {
    cycle: unit === 'month' ? 4_800 : 400,
    cost: 2 + Math.ceil((unit === 'month' ? 1 : 12) * (parts.monthDays?.length ?? 1)),
    reach: 1,
    periodOf: unit === 'month' ? monthNumberOf : yearOfDay,
    nextPeriod: (period) => {
      return unit === 'month' ? period + monthsToNext[modulo(period, 12)]! : period
    },
    load: (period, into) => {
      days.length = 0
      const year = unit === 'month' ? Math.floor(period / 12) : period
      if (parts.monthDays === null) {
        const first = firstDayOfYear(year)
        for (const number of parts.yearDays ?? []) add(number, first, firstDayOfYear(year + 1) - first)
      } else if (unit === 'month') addMonth(year, period - year * 12 + 1)
      else for (let month = 1; month <= 12; month++) addMonth(year, month)
      if (days.length > 1) days.sort((first, second) => first - second)
      let kept = 0
      for (const day of days) {
        if ((kept === 0 || days[kept - 1] !== day) && limits.allows(day)) days[kept++] = day
      }
      into.base = 0
      into.days = days
      into.low = 0
      into.high = kept
    },
  }
}

/** Whether SKIP can change anything: only day numbers of a month or a year can name a day that is not there. */
export const canSkip = (parts: DayParts, unit: 'month' | 'year'): boolean =>
  parts.monthDays !== null || (unit === 'year' && parts.yearDays !== null)

/** 0 for Monday, of the week that a rule's WKST begins. */
export const weekStartDay = (day: number, weekStart: number): number => day - modulo(weekdayOf(day) - weekStart, 7)
