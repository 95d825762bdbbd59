import type { LocalSpan, RuleCursor, StepBudget } from './cursor.ts'
import { dayMs, greatestCommonDivisor } from './days.ts'

/** The days of one period: `base + days[low…high-1]`, ascending. */
export interface PeriodDays {
  base: number
  days: ArrayLike<number>
  low: number
  high: number
}

/** Weeks, months or years, by number. */
export interface PeriodSource {
  /** The period that holds the day. */
  periodOf(day: number): number
  /** Fills in the days of a period that pass the rule. */
  load(period: number, into: PeriodDays): void
  /** The first period from this one on that can have days; this one when that is not known. */
  nextPeriod(period: number): number
  /** Periods after which the calendar repeats. */
  readonly cycle: number
  /** What a load costs, in steps. */
  readonly cost: number
  /** Days by which a period's instances can lie before its first or after its last day: SKIP does that. */
  readonly reach: number
}

/** Periods on a grid, their days, the times on each day, and BYSETPOS. */
export interface Periods {
  readonly source: PeriodSource
  readonly first: number
  readonly interval: number
  /** Times of day in ms, ascending. */
  readonly times: Float64Array
  /** Positions from 1, or from -1 at the end; `null` selects everything. */
  readonly positions: readonly number[] | null
}

/**
 * Walks period by period. A whole cycle of the calendar without an instance proves that there is none. Without
 * a budget per instance, the free steps bound the periods looked at; a calendar has no more than 120 000 months.
 */
export const createPeriodCursor = (rule: Periods, span: LocalSpan, budget: StepBudget): RuleCursor => {
  const { source, first, interval, times, positions } = rule
  const perDay = times.length
  const fromDay = Math.floor(span.from / dayMs)
  const earliest = source.periodOf(fromDay - source.reach)
  const lastPeriod = source.periodOf(Math.floor(span.to / dayMs) + source.reach)
  let period = first + Math.max(0, Math.ceil((earliest - first) / interval)) * interval
  let lastFound = period
  const cycle = (source.cycle / greatestCommonDivisor(source.cycle, interval)) * interval
  let loaded = false
  let periodsLeft = budget.perInstance === 0 ? budget.free : Number.POSITIVE_INFINITY
  let index = 0
  let count = 0
  let last = Number.NEGATIVE_INFINITY
  const current: PeriodDays = { base: 0, days: [], low: 0, high: 0 }
  const chosen = new Float64Array(positions?.length ?? 0)

  const load = (): void => {
    source.load(period, current)
    index = 0
    const size = (current.high - current.low) * perDay
    if (positions !== null) count = choosePositions(positions, size, chosen)
    else {
      count = size
      // Start inside a long period: a year may hold millions of instances before the window.
      let low = current.low
      while (low < current.high && current.base + current.days[low]! < fromDay) low++
      index = (low - current.low) * perDay
    }
    if (count > 0) lastFound = period
    loaded = true
  }

  return {
    overBudget: () => periodsLeft < 0,
    fill: (out) => {
      let length = 0
      while (length < out.length && period <= lastPeriod && period - lastFound <= cycle) {
        if (!loaded) {
          periodsLeft -= source.cost
          if (periodsLeft < 0) break
          load()
        }
        while (index < count && length < out.length) {
          const item = positions === null ? index : chosen[index]!
          index++
          const dayIndex = perDay === 1 ? item : Math.floor(item / perDay)
          const value =
            (current.base + current.days[current.low + dayIndex]!) * dayMs + times[item - dayIndex * perDay]!
          if (value < span.from || value <= last) continue
          if (value > span.to) {
            period = Number.POSITIVE_INFINITY
            return length
          }
          last = value
          out[length++] = value
        }
        if (index < count) break
        loaded = false
        period += interval
        if (count === 0) period = first + Math.ceil((source.nextPeriod(period) - first) / interval) * interval
      }
      return length
    },
  }
}

/** Resolves positions to indexes into a set of that size: ascending, without duplicates. Returns how many. */
export const choosePositions = (positions: readonly number[], size: number, into: Float64Array): number => {
  let count = 0
  for (const position of positions) {
    const index = position > 0 ? position - 1 : size + position
    if (index < 0 || index >= size) continue
    let at = count
    while (at > 0 && into[at - 1]! > index) at--
    if (at > 0 && into[at - 1] === index) continue
    into.copyWithin(at + 1, at, count)
    into[at] = index
    count++
  }
  return count
}
