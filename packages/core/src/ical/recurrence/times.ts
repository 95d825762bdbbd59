import type { LocalMs } from '../zones/model.ts'
import { dayMs, greatestCommonDivisor, modulo } from './days.ts'
import { choosePositions } from './period-cursor.ts'
import type { RecurrenceRule } from './rule.ts'
import type { Steps } from './step-cursor.ts'

const unitMs = { SECONDLY: 1_000, MINUTELY: 60_000, HOURLY: 3_600_000 } as const
const hourMs = 3_600_000
const minuteMs = 60_000

/** Longest list of times that is kept for a day instead of stepping through it. */
const maxTimes = 4_096

/** Times of day, in ms, of a rule by days or longer; what BYHOUR, BYMINUTE and BYSECOND leave open is the start's. */
export const expandedTimes = (rule: RecurrenceRule, start: LocalMs, isDate: boolean): Float64Array => {
  if (isDate) return new Float64Array(1) // RFC 5545 §3.3.10: these parts MUST be ignored for a DATE
  const time = modulo(start, dayMs)
  return product(
    valuesOr(rule.byHour, Math.floor(time / hourMs)),
    valuesOr(rule.byMinute, Math.floor(time / minuteMs) % 60),
    secondsOr(rule.bySecond, Math.floor(time / 1000) % 60),
  )
}

/** Either the same times on each day of a grid, or steps that have to be walked. */
export type StepPlan =
  | { readonly kind: 'times'; readonly origin: number; readonly interval: number; readonly times: Float64Array }
  | (Omit<Steps, 'filter' | 'cycleMs'> & { readonly kind: 'steps'; readonly limited: boolean })

/**
 * Plans a rule by hours, minutes or seconds. For a DATE start, which RFC 5545 forbids there, the rule is read as one by days.
 */
export const planSteps = (rule: RecurrenceRule, start: LocalMs, isDate: boolean): StepPlan => {
  const freq = rule.freq as keyof typeof unitMs
  const unit = unitMs[freq]
  const stepMs = Math.min(rule.interval, 1e15 / unit) * unit
  const day = Math.floor(start / dayMs)
  if (isDate) {
    return { kind: 'times', origin: day, interval: Math.max(1, Math.floor(stepMs / dayMs)), times: new Float64Array(1) }
  }
  const origin = Math.floor(start / unit) * unit
  const time = modulo(start, dayMs)
  const startMinute = Math.floor(time / minuteMs) % 60
  const startSecond = Math.floor(time / 1000) % 60
  const offsets = positioned(
    freq === 'SECONDLY'
      ? new Float64Array(1)
      : product(
          [0],
          freq === 'MINUTELY' ? [0] : valuesOr(rule.byMinute, startMinute),
          secondsOr(rule.bySecond, startSecond),
        ),
    rule.bySetPos,
  )
  const steps = {
    kind: 'steps' as const,
    origin,
    stepMs,
    offsets,
    nextHour: nextAllowed(rule.byHour, 24),
    nextMinute: nextAllowed(freq === 'HOURLY' ? [] : rule.byMinute, 60),
    nextSecond: nextAllowed(freq === 'SECONDLY' ? rule.bySecond.map((second) => Math.min(second, 59)) : [], 60),
    limited:
      rule.byHour.length > 0 ||
      (freq !== 'HOURLY' && rule.byMinute.length > 0) ||
      (freq === 'SECONDLY' && rule.bySecond.length > 0),
  }
  if (steps.limited && !canMeet(steps)) return { ...steps, offsets: new Float64Array(0) }
  return fixedTimes(steps) ?? steps
}

type BareSteps = Omit<Steps, 'filter' | 'cycleMs'>

/** When steps and days keep their phase, each day has the same times. */
const fixedTimes = (steps: BareSteps & { readonly limited: boolean }): StepPlan | null => {
  const { origin, stepMs, offsets } = steps
  const day = Math.floor(origin / dayMs)
  const whole = stepMs % dayMs === 0
  if (!whole && dayMs % stepMs !== 0) return null
  const periods = whole ? 1 : dayMs / stepMs
  if (periods * offsets.length > maxTimes) return null
  const times: number[] = []
  for (let at = whole ? origin - day * dayMs : modulo(origin, stepMs); at < dayMs; at += stepMs) {
    if (passes(steps, at)) for (const offset of offsets) times.push(at + offset)
  }
  return { kind: 'times', origin: day, interval: whole ? stepMs / dayMs : 1, times: Float64Array.from(times) }
}

const passes = ({ nextHour, nextMinute, nextSecond }: BareSteps, time: number): boolean => {
  const hour = Math.floor(time / hourMs)
  const minute = Math.floor(time / minuteMs) % 60
  const second = Math.floor(time / 1000) % 60
  return nextHour[hour] === hour && nextMinute[minute] === minute && nextSecond[second] === second
}

/** Whether the steps ever reach a time of day that passes: they only reach those of one residue. */
const canMeet = (steps: BareSteps): boolean => {
  const divisor = greatestCommonDivisor(steps.stepMs, dayMs)
  const residue = modulo(steps.origin, divisor)
  for (let at = residue; at < dayMs; ) {
    if (passes(steps, at)) return true
    const hour = Math.floor(at / hourMs)
    const nextHour = steps.nextHour[hour]!
    const next = nextHour === hour ? at + divisor : nextHour * hourMs
    at = residue + Math.ceil((next - residue) / divisor) * divisor
  }
  return false
}

const nextAllowed = (values: readonly number[], size: number): Uint8Array => {
  const next = new Uint8Array(size)
  let following = size
  for (let value = size - 1; value >= 0; value--) {
    if (values.length === 0 || values.includes(value)) following = value
    next[value] = following
  }
  return next
}

const positioned = (set: Float64Array, positions: readonly number[]): Float64Array => {
  if (positions.length === 0) return set
  const chosen = new Float64Array(positions.length)
  const count = choosePositions(positions, set.length, chosen)
  return chosen.subarray(0, count).map((index) => set[index]!)
}

const valuesOr = (values: readonly number[], otherwise: number): number[] =>
  values.length === 0 ? [otherwise] : [...new Set(values)].sort((first, second) => first - second)

const secondsOr = (values: readonly number[], otherwise: number): number[] =>
  valuesOr(
    values.map((second) => Math.min(second, 59)), // RFC 5545 §3.3.5: 60 as 59 by those who know no leap seconds
    otherwise,
  )

const product = (hours: readonly number[], minutes: readonly number[], seconds: readonly number[]): Float64Array => {
  const times = new Float64Array(hours.length * minutes.length * seconds.length)
  let length = 0
  for (const hour of hours) {
    for (const minute of minutes) {
      for (const second of seconds) times[length++] = hour * hourMs + minute * minuteMs + second * 1000
    }
  }
  return times
}
