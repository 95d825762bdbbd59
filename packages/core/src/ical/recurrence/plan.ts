import type { LocalMs } from '../zones/model.ts'
import { emptyCursor, type LocalSpan, type RuleCursor, type StepBudget, walkBudget } from './cursor.ts'
import { type DayParts, dayFilterOf, isUnfiltered, isWeekdaysOnly } from './day-filter.ts'
import { dayPartsOf } from './day-parts.ts'
import { dayMs, greatestCommonDivisor, weekdayOf } from './days.ts'
import { createPatternCursor, type Pattern } from './pattern-cursor.ts'
import { choosePositions, createPeriodCursor, type PeriodSource, type Periods } from './period-cursor.ts'
import {
  canSkip,
  monthSource,
  skipSource,
  weekSource,
  weekStartDay,
  weekYearSource,
  yearSource,
} from './period-sources.ts'
import { type RecurrenceRule, weekdays } from './rule.ts'
import { createStepCursor, type Steps } from './step-cursor.ts'
import { expandedTimes, planSteps } from './times.ts'
import { createNthDayCursor, createYearCursor, type EveryDay, type EveryNthDay } from './year-cursor.ts'

/** How a rule is walked: the cheapest of five ways that gives its set. */
export type RulePlan =
  | { readonly kind: 'none' }
  | ({ readonly kind: 'pattern' } & Pattern)
  | ({ readonly kind: 'every-day' } & EveryDay)
  | ({ readonly kind: 'nth-day' } & EveryNthDay)
  | ({ readonly kind: 'periods' } & Periods)
  | ({ readonly kind: 'steps' } & Steps)

/** Days after which the Gregorian calendar repeats: 400 years, a whole number of weeks. */
const calendarCycleDays = 146_097

/** Chooses how to walk a rule from that start. `isDate`: the start is a DATE, for which times have no meaning. */
export const planRule = (rule: RecurrenceRule, start: LocalMs, isDate: boolean): RulePlan => {
  const positions = rule.bySetPos.length > 0 ? [...new Set(rule.bySetPos)] : null
  const parts = dayPartsOf(rule, Math.floor(start / dayMs))
  if (rule.freq === 'SECONDLY' || rule.freq === 'MINUTELY' || rule.freq === 'HOURLY') {
    const steps = planSteps(rule, start, isDate)
    if (steps.kind === 'times') return planDays(parts, steps.origin, steps.interval, steps.times)
    const { origin, stepMs, offsets } = steps
    if (offsets.length === 0) return { kind: 'none' }
    if (isUnfiltered(parts) && !steps.limited) return { kind: 'pattern', origin, stepMs, offsets }
    const cycleMs = leastCommonMultiple(stepMs / 1000, calendarCycleDays * 86_400) * 1000
    return { ...steps, cycleMs, filter: isUnfiltered(parts) ? null : dayFilterOf(parts) }
  }
  const startDay = Math.floor(start / dayMs)
  const times = expandedTimes(rule, start, isDate)
  if (rule.freq === 'DAILY') {
    return planDays(parts, startDay, rule.interval, positions === null ? times : select(times, positions))
  }
  const weekStart = weekdays.indexOf(rule.weekStart)
  if (rule.freq === 'WEEKLY' && isWeekdaysOnly(parts)) {
    const week = weekPattern(parts, startDay, weekStart, rule.interval, times)
    return positions === null ? week : { ...week, offsets: select(week.offsets, positions) }
  }
  const skips =
    rule.skip !== 'OMIT' && rule.freq !== 'WEEKLY' && canSkip(parts, rule.freq === 'MONTHLY' ? 'month' : 'year')
  if (rule.interval === 1 && positions === null && !skips)
    return { kind: 'every-day', filter: dayFilterOf(parts), times }
  const perPeriod = mostDays(parts, rule.freq) * times.length
  const reachable = positions?.filter((position) => Math.abs(position) <= perPeriod) ?? null
  if (reachable?.length === 0) return { kind: 'none' }
  const source = skips
    ? skipSource(parts, rule.freq === 'MONTHLY' ? 'month' : 'year', rule.skip === 'FORWARD' ? 'FORWARD' : 'BACKWARD')
    : sourceOf(rule, parts, weekStart)
  return {
    kind: 'periods',
    source,
    first: source.periodOf(startDay),
    interval: rule.interval,
    times,
    positions: reachable,
  }
}

/** An upper bound of the days in one period, to see at once that a BYSETPOS is never reached. */
const mostDays = (parts: DayParts, freq: 'WEEKLY' | 'MONTHLY' | 'YEARLY'): number => {
  const longest = { WEEKLY: 7, MONTHLY: 31, YEARLY: 371 }[freq]
  const months = freq === 'YEARLY' ? (parts.months?.length ?? 12) : 1
  const weeks = freq === 'WEEKLY' ? 1 : 6 * months
  const byWeekday = parts.weekdays?.reduce((sum, { ordinal }) => sum + (ordinal === 0 ? weeks : months), 0)
  const byMonthDay = parts.monthDays === null ? longest : parts.monthDays.length * (freq === 'WEEKLY' ? 2 : months)
  return Math.min(longest, months * 31, byWeekday ?? longest, byMonthDay, (parts.yearDays?.length ?? 183) * 2 + 5)
}

const sourceOf = (rule: RecurrenceRule, parts: DayParts, weekStart: number): PeriodSource => {
  const filter = dayFilterOf(parts)
  if (rule.freq === 'WEEKLY') return weekSource(filter, weekStart)
  if (rule.freq === 'MONTHLY') return monthSource(filter)
  return parts.weekNos === null ? yearSource(filter) : weekYearSource(filter, weekStart)
}

const planDays = (parts: DayParts, origin: number, interval: number, times: Float64Array): RulePlan => {
  if (times.length === 0) return { kind: 'none' }
  if (isUnfiltered(parts)) {
    return { kind: 'pattern', origin: origin * dayMs, stepMs: interval * dayMs, offsets: times }
  }
  // Whole weeks only ever reach the weekday that they began on.
  const reachesWeekday = parts.weekdays?.some(({ weekday }) => weekday === weekdayOf(origin)) ?? true
  if (interval % 7 === 0 && !reachesWeekday) return { kind: 'none' }
  if (interval > 1) return { kind: 'nth-day', filter: dayFilterOf(parts), times, origin, interval }
  if (isWeekdaysOnly(parts) && times.length <= 48) return weekPattern(parts, origin, 0, 1, times)
  return { kind: 'every-day', filter: dayFilterOf(parts), times }
}

const weekPattern = (
  parts: DayParts,
  startDay: number,
  weekStart: number,
  interval: number,
  times: Float64Array,
): { readonly kind: 'pattern' } & Pattern => {
  const origin = weekStartDay(startDay, weekStart)
  const offsets: number[] = []
  for (let day = 0; day < 7; day++) {
    const weekday = weekdayOf(origin + day)
    if (!parts.weekdays?.some((value) => value.weekday === weekday)) continue
    for (const time of times) offsets.push(day * dayMs + time)
  }
  return {
    kind: 'pattern',
    origin: origin * dayMs,
    stepMs: interval * 7 * dayMs,
    offsets: Float64Array.from(offsets),
  }
}

const select = (set: Float64Array, positions: readonly number[]): Float64Array => {
  const chosen = new Float64Array(positions.length)
  const count = choosePositions(positions, set.length, chosen)
  return chosen.subarray(0, count).map((index) => set[index]!)
}

const leastCommonMultiple = (first: number, second: number): number =>
  (first / greatestCommonDivisor(first, second)) * second

/** Walks a planned rule over a span that begins no earlier than the rule's start. */
export const createCursor = (plan: RulePlan, span: LocalSpan, budget: StepBudget = walkBudget): RuleCursor => {
  switch (plan.kind) {
    case 'none':
      return emptyCursor
    case 'pattern':
      return createPatternCursor(plan, span)
    case 'every-day':
      return createYearCursor(plan, span)
    case 'nth-day':
      return createNthDayCursor(plan, leastCommonMultiple(plan.interval, calendarCycleDays), span, budget)
    case 'periods':
      return createPeriodCursor(plan, span, budget)
    case 'steps':
      return createStepCursor(plan, span, budget)
  }
}
