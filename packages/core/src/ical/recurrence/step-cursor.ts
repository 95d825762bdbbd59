import type { LocalMs } from '../zones/model.ts'
import type { LocalSpan, RuleCursor, StepBudget } from './cursor.ts'
import type { DayFilter } from './day-filter.ts'
import { dayMs } from './days.ts'

/** A rule by hours, minutes or seconds whose times of day differ from day to day. */
export interface Steps {
  /** `null` when every day passes. */
  readonly filter: DayFilter | null
  /** Start of the first period. */
  readonly origin: LocalMs
  readonly stepMs: number
  /** For each hour of the day the first passing one at or after it, 24 when there is none; then for minutes and seconds, 60. */
  readonly nextHour: Uint8Array
  readonly nextMinute: Uint8Array
  readonly nextSecond: Uint8Array
  /** What a period holds, in ms from its start, ascending. */
  readonly offsets: Float64Array
  /** Time after which days and periods meet again as before: that long without an instance proves that there is none. */
  readonly cycleMs: number
}

const hourMs = 3_600_000
const minuteMs = 60_000

/**
 * Walks period by period, from coarse to fine: a day, hour or minute that cannot match is left in one step. Gives up when
 * the budget is used: some rules by seconds with large intervals meet their filters once in centuries.
 */
export const createStepCursor = (rule: Steps, span: LocalSpan, budget: StepBudget): RuleCursor => {
  const { filter, origin, stepMs, nextHour, nextMinute, nextSecond, offsets, cycleMs } = rule
  const longest = offsets[offsets.length - 1] ?? 0
  const align = (local: LocalMs): LocalMs => origin + Math.max(0, Math.ceil((local - origin) / stepMs)) * stepMs
  let at = align(span.from - longest)
  let lastFound = at
  let index = 0
  let allowedDay = Number.NaN
  let steps = budget.free
  let gaveUp = false

  /** The period's own start when it passes, else the earliest time at which one could. */
  const earliest = (): LocalMs => {
    const day = Math.floor(at / dayMs)
    if (filter !== null && day !== allowedDay) {
      const next = filter.nextDay(day)
      if (next !== day) return next * dayMs
      allowedDay = day
    }
    const time = at - day * dayMs
    const hour = Math.floor(time / hourMs)
    if (nextHour[hour] !== hour) return day * dayMs + nextHour[hour]! * hourMs
    const minute = Math.floor(time / minuteMs) % 60
    const hourStart = day * dayMs + hour * hourMs
    if (nextMinute[minute] !== minute) return hourStart + nextMinute[minute]! * minuteMs
    const second = Math.floor(time / 1000) % 60
    if (nextSecond[second] !== second) return hourStart + minute * minuteMs + nextSecond[second]! * 1000
    return at
  }

  return {
    overBudget: () => gaveUp,
    fill: (out) => {
      let length = 0
      while (length < out.length && at <= span.to) {
        if (index === 0) {
          const next = earliest()
          if (next !== at) {
            at = align(next)
            if (!(at - lastFound <= cycleMs)) at = Number.POSITIVE_INFINITY
            if (--steps < 0) {
              gaveUp = true
              break
            }
            continue
          }
          lastFound = at
          steps = Math.min(budget.free, steps + budget.perInstance)
        }
        while (index < offsets.length && length < out.length) {
          const value = at + offsets[index++]!
          if (value > span.to) {
            at = Number.POSITIVE_INFINITY
            return length
          }
          if (value >= span.from) out[length++] = value
        }
        if (index < offsets.length) break
        index = 0
        at += stepMs
      }
      return length
    },
  }
}
