import { daysInYear, firstDayOfYear, isLeapYear, modulo, monthStartsOf, weekdayOf, yearOfDay } from './days.ts'

/** The parts of a rule that choose days, all of which must hold; `null` when absent. Weekdays count from Monday, 0. */
export interface DayParts {
  readonly months: readonly number[] | null
  readonly monthDays: readonly number[] | null
  readonly yearDays: readonly number[] | null
  readonly weekNos: readonly number[] | null
  /** `ordinal` 0 is every such weekday. */
  readonly weekdays: readonly { readonly weekday: number; readonly ordinal: number }[] | null
  /** What ordinals of weekdays count in. */
  readonly ordinalsIn: 'month' | 'year'
  readonly weekStart: number
}

/** The days of one year that pass, as days of the year from 0. */
export interface YearDays {
  /** Ascending. */
  readonly days: Int16Array
  /** `rank[d]` is the number of passing days before day `d`; one entry more than the longest year. */
  readonly rank: Int16Array
}

/**
 * Which days pass. Years of the same length that begin on the same weekday have the same days, so there are at most 28 lists
 * (the neighbours' lengths matter for BYWEEKNO only), each made when first asked for. That is what makes impossible
 * rules cheap to see through: when the lists are empty, no year has an instance.
 */
export interface DayFilter {
  readonly parts: DayParts
  yearDays(year: number): YearDays
  allows(day: number): boolean
  /** First passing day at or after `day`; `Infinity` when the calendar has none. */
  nextDay(day: number): number
}

/** Whether every day passes. */
export const isUnfiltered = (parts: DayParts): boolean =>
  parts.months === null && parts.weekdays === null && !hasDayNumbers(parts)

/** Whether the days depend on the weekday only. */
export const isWeekdaysOnly = (parts: DayParts): boolean =>
  parts.months === null && !hasDayNumbers(parts) && parts.weekdays?.every((value) => value.ordinal === 0) === true

const hasDayNumbers = (parts: DayParts): boolean =>
  parts.monthDays !== null || parts.yearDays !== null || parts.weekNos !== null

/** Filters are values without state but their lists, so equal ones are shared: a calendar has few different rules. */
const shared = new Map<string, DayFilter>()
const maxShared = 1_000

/** Makes or finds the filter of these parts. */
export const dayFilterOf = (parts: DayParts): DayFilter => {
  const key = JSON.stringify(parts)
  const known = shared.get(key)
  if (known) return known
  const made = createDayFilter(parts)
  if (shared.size >= maxShared) shared.delete(shared.keys().next().value ?? '')
  shared.set(key, made)
  return made
}

const createDayFilter = (parts: DayParts): DayFilter => {
  const lists: (YearDays | undefined)[] = new Array(28)
  const yearDays = (year: number): YearDays => {
    const firstWeekday = weekdayOf(firstDayOfYear(year))
    const leap = isLeapYear(year) ? 'this' : parts.weekNos === null ? 'none' : leapNeighbour(year)
    const type = firstWeekday * 4 + leapKinds.indexOf(leap)
    let list = lists[type]
    if (list === undefined) {
      list = selectDays(parts, firstWeekday, leap)
      lists[type] = list
    }
    return list
  }
  // Walks ask for day after day of one year: remember the last one.
  let lastYear = Number.NaN
  let first = 0
  let end = 0
  let list: YearDays | null = null
  const enter = (year: number): YearDays => {
    lastYear = year
    first = firstDayOfYear(year)
    end = first + daysInYear(year)
    list = yearDays(year)
    return list
  }
  const listAt = (day: number): YearDays => (list !== null && day >= first && day < end ? list : enter(yearOfDay(day)))

  return {
    parts,
    yearDays,
    allows: (day) => {
      const { rank } = listAt(day)
      return rank[day - first + 1]! > rank[day - first]!
    },
    nextDay: (day) => {
      if (!Number.isFinite(day)) return Number.POSITIVE_INFINITY
      const { days, rank } = listAt(day)
      const index = rank[day - first]!
      if (index < days.length) return lastYear > 9999 ? Number.POSITIVE_INFINITY : first + days[index]!
      const stop = Math.min(lastYear + 400, 9999) // 400 years are a whole number of weeks: nothing new comes later
      for (let year = lastYear + 1; year <= stop; year++) {
        const next = enter(year).days[0]
        if (next !== undefined) return first + next
      }
      return Number.POSITIVE_INFINITY
    },
  }
}

/** Which of a year and its two neighbours is a leap year: never two of them are. */
const leapKinds = ['none', 'before', 'this', 'after'] as const
type LeapKind = (typeof leapKinds)[number]

const leapNeighbour = (year: number): LeapKind =>
  isLeapYear(year - 1) ? 'before' : isLeapYear(year + 1) ? 'after' : 'none'

const selectDays = (parts: DayParts, firstWeekday: number, leap: LeapKind): YearDays => {
  const length = leap === 'this' ? 366 : 365
  const starts = monthStartsOf(leap === 'this')
  const weeks = parts.weekNos === null ? null : weeksOfYear(firstWeekday, leap, parts.weekStart)
  const days: number[] = []
  const rank = new Int16Array(368)
  for (let month = 1; month <= 12; month++) {
    const start = starts[month - 1]!
    const end = starts[month]!
    if (parts.months !== null && !parts.months.includes(month)) {
      rank.fill(days.length, start, end)
      continue
    }
    for (let day = start; day < end; day++) {
      rank[day] = days.length
      if (parts.monthDays !== null && !contains(parts.monthDays, day - start, end - start)) continue
      if (parts.yearDays !== null && !contains(parts.yearDays, day, length)) continue
      if (weeks !== null && parts.weekNos !== null) {
        const week = weeks.of(day)
        if (!contains(parts.weekNos, week.index, week.count)) continue
      }
      if (parts.weekdays !== null) {
        const [index, span] = parts.ordinalsIn === 'month' ? [day - start, end - start] : [day, length]
        const weekday = (firstWeekday + day) % 7
        if (!parts.weekdays.some((value) => value.weekday === weekday && isNth(value.ordinal, index, span))) continue
      }
      days.push(day)
    }
  }
  rank.fill(days.length, length)
  return { days: Int16Array.from(days), rank }
}

/** Whether a list of numbers from 1, or from -1 at the end, names the index, which counts from 0, in a span. */
const contains = (numbers: readonly number[], index: number, span: number): boolean =>
  numbers.includes(index + 1) || numbers.includes(index - span)

const isNth = (ordinal: number, index: number, span: number): boolean =>
  ordinal === 0 ||
  (ordinal > 0 ? Math.floor(index / 7) + 1 === ordinal : Math.floor((span - 1 - index) / 7) + 1 === -ordinal)

/** Day of the year, perhaps negative, on which week 1 begins: the first with at least four days. RFC 5545 §3.3.10. */
export const firstWeekStart = (firstWeekday: number, weekStart: number): number => {
  const past = modulo(firstWeekday - weekStart, 7)
  return past <= 3 ? -past : 7 - past
}

interface Week {
  /** From 0. */
  readonly index: number
  /** Weeks of the week's own year. */
  readonly count: number
}

const weeksOfYear = (firstWeekday: number, leap: LeapKind, weekStart: number) => {
  const start = firstWeekStart(firstWeekday, weekStart)
  const length = leap === 'this' ? 366 : 365
  const next = length + firstWeekStart((firstWeekday + length) % 7, weekStart)
  const lengthAfter = leap === 'after' ? 366 : 365
  const afterNext = length + lengthAfter + firstWeekStart((firstWeekday + length + lengthAfter) % 7, weekStart)
  const lengthBefore = leap === 'before' ? 366 : 365
  const before = firstWeekStart(modulo(firstWeekday - lengthBefore, 7), weekStart) - lengthBefore
  const week = (day: number, from: number, to: number): Week => ({
    index: Math.floor((day - from) / 7),
    count: (to - from) / 7,
  })
  return {
    of: (day: number): Week => {
      if (day < start) return week(day, before, start)
      return day < next ? week(day, start, next) : week(day, next, afterNext)
    },
  }
}

/** The year whose week a day is in. */
export const weekYearOf = (day: number, weekStart: number): number => {
  const year = yearOfDay(day)
  const first = firstDayOfYear(year)
  const yearDay = day - first
  if (yearDay < firstWeekStart(weekdayOf(first), weekStart)) return year - 1
  const length = daysInYear(year)
  return yearDay >= length + firstWeekStart(weekdayOf(first + length), weekStart) ? year + 1 : year
}
