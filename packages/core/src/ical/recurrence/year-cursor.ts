import type { LocalMs } from '../zones/model.ts'
import { freeSteps, type LocalSpan, lowerBound, type RuleCursor, stepsPerInstance } from './cursor.ts'
import type { DayFilter } from './day-filter.ts'
import { dayMs, firstDayOfYear, yearOfDay } from './days.ts'

/** Every day that passes the filter, at each of the times: what all rules without INTERVAL and BYSETPOS come down to. */
export interface EveryDay {
  readonly filter: DayFilter
  /** Times of day in ms, ascending. */
  readonly times: Float64Array
}

/** Walks year by year over the filter's lists of days. */
export const createYearCursor = ({ filter, times }: EveryDay, span: LocalSpan): RuleCursor => {
  const fromDay = Math.floor(span.from / dayMs)
  const lastYear = Math.min(yearOfDay(Math.floor(span.to / dayMs)), 9999)
  let year = yearOfDay(fromDay)
  let { days, rank } = filter.yearDays(year)
  let firstDay = firstDayOfYear(year)
  let dayIndex = rank[fromDay - firstDay]!
  let timeIndex = 0
  if (days[dayIndex] === fromDay - firstDay) timeIndex = lowerBound(times, span.from - fromDay * dayMs)
  let emptyYears = 0
  return {
    overBudget: () => false, // at most 10 000 years
    fill: (out) => {
      let length = 0
      if (times.length === 0) return 0
      while (length < out.length) {
        if (dayIndex >= days.length) {
          emptyYears = days.length === 0 ? emptyYears + 1 : 0
          if (year >= lastYear || emptyYears > 400) break
          year++
          ;({ days, rank } = filter.yearDays(year))
          firstDay = firstDayOfYear(year)
          dayIndex = 0
          continue
        }
        const base = (firstDay + days[dayIndex]!) * dayMs
        const stop = Math.min(times.length, timeIndex + out.length - length)
        while (timeIndex < stop) {
          const value = base + times[timeIndex]!
          if (value > span.to) return length
          out[length++] = value
          timeIndex++
        }
        if (timeIndex < times.length) break
        timeIndex = 0
        dayIndex++
      }
      return length
    },
  }
}

/** Where the year begins that holds the nth instance at or after `from`, and how many of them are before that year. */
export const yearOfNth = (
  { filter, times }: EveryDay,
  from: LocalMs,
  nth: number,
): { readonly from: LocalMs; readonly before: number } => {
  const fromDay = Math.floor(from / dayMs)
  let year = yearOfDay(fromDay)
  const { days, rank } = filter.yearDays(year)
  const yearDay = fromDay - firstDayOfYear(year)
  let index = rank[yearDay]! * times.length
  if (days[rank[yearDay]!] === yearDay) index += lowerBound(times, from - fromDay * dayMs)
  let start = from
  let before = 0
  let inYear = days.length * times.length - index
  while (before + inYear < nth && year < 9999) {
    before += inYear
    year++
    start = firstDayOfYear(year) * dayMs
    inYear = filter.yearDays(year).days.length * times.length
  }
  return { from: start, before }
}

/** Every `interval`th day from `origin` on that passes the filter. */
export interface EveryNthDay extends EveryDay {
  /** Days since 1970-01-01. */
  readonly origin: number
  readonly interval: number
}

/** Walks from one passing day to the next on the grid. `cycleDays` without an instance prove that there is none. */
export const createNthDayCursor = (
  { filter, times, origin, interval }: EveryNthDay,
  cycleDays: number,
  span: LocalSpan,
): RuleCursor => {
  const align = (day: number): number => origin + Math.ceil((day - origin) / interval) * interval
  const fromDay = Math.floor(span.from / dayMs)
  const lastDay = Math.floor(span.to / dayMs)
  let day = align(fromDay)
  let timeIndex = day === fromDay ? lowerBound(times, span.from - fromDay * dayMs) : 0
  let lastFound = day
  let steps = freeSteps
  let gaveUp = false
  return {
    overBudget: () => gaveUp,
    fill: (out) => {
      let length = 0
      if (times.length === 0) return 0
      while (length < out.length && day <= lastDay) {
        if (!filter.allows(day)) {
          const next = align(filter.nextDay(day))
          timeIndex = 0
          if (!(next - lastFound <= cycleDays)) {
            day = Number.POSITIVE_INFINITY
            break
          }
          day = next
          if (--steps < 0) {
            gaveUp = true
            break
          }
          continue
        }
        lastFound = day
        steps = Math.min(freeSteps, steps + stepsPerInstance)
        const base = day * dayMs
        while (timeIndex < times.length && length < out.length) {
          const value = base + times[timeIndex]!
          if (value > span.to) return length
          out[length++] = value
          timeIndex++
        }
        if (timeIndex < times.length) break
        timeIndex = 0
        day += interval
      }
      return length
    },
  }
}
