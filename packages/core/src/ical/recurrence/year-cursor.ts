import type { LocalMs } from '../zones/model.ts'
import { type LocalSpan, lowerBound, type RuleCursor, type StepBudget } from './cursor.ts'
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

/** The nth instance, from 1, at or after `from`; `Infinity` when there are fewer. Counts by years. */
export const nthOfEveryDay = ({ filter, times }: EveryDay, from: LocalMs, nth: number): LocalMs => {
  if (times.length === 0) return Number.POSITIVE_INFINITY
  const fromDay = Math.floor(from / dayMs)
  let year = yearOfDay(fromDay)
  const first = filter.yearDays(year)
  const yearDay = fromDay - firstDayOfYear(year)
  let index = first.rank[yearDay]! * times.length + nth - 1
  if (first.days[first.rank[yearDay]!] === yearDay) index += lowerBound(times, from - fromDay * dayMs)
  for (; year <= 9999; year++) {
    const { days } = filter.yearDays(year)
    const inYear = days.length * times.length
    if (index >= inYear) {
      index -= inYear
      continue
    }
    const dayIndex = Math.floor(index / times.length)
    return (firstDayOfYear(year) + days[dayIndex]!) * dayMs + times[index - dayIndex * times.length]!
  }
  return Number.POSITIVE_INFINITY
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
  budget: StepBudget,
): RuleCursor => {
  const align = (day: number): number => origin + Math.ceil((day - origin) / interval) * interval
  const fromDay = Math.floor(span.from / dayMs)
  const lastDay = Math.floor(span.to / dayMs)
  let day = align(fromDay)
  let timeIndex = day === fromDay ? lowerBound(times, span.from - fromDay * dayMs) : 0
  let lastFound = day
  let steps = budget.free
  let gaveUp = false
  return {
    overBudget: () => gaveUp,
    fill: (out) => {
      let length = 0
      if (times.length === 0) return 0
      while (length < out.length && day <= lastDay) {
        const allowed = filter.nextDay(day)
        if (allowed !== day) {
          timeIndex = 0
          day = align(allowed)
          if (!(day - lastFound <= cycleDays)) {
            day = Number.POSITIVE_INFINITY
            break
          }
          if (--steps < 0) {
            gaveUp = true
            break
          }
          continue
        }
        lastFound = day
        steps = Math.min(budget.free, steps + budget.perInstance)
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
