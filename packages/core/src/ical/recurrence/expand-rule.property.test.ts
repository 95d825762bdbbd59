import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CalendarTime } from '../../time.ts'
import { compileRule } from './compile-rule.ts'
import { expandRule } from './expand-rule.ts'
import { formatRule } from './format-rule.ts'
import { parseRule } from './parse-rule.ts'
import { type Frequency, frequencies, type RecurrenceRule, weekdays } from './rule.ts'

const dayMs = 86_400_000
const units = { SECONDLY: 1_000, MINUTELY: 60_000, HOURLY: 3_600_000 }

/** RFC 5545 §3.3.10 word by word: every day and every period is looked at, with the runtime's own calendar. */
const expandSlowly = (rule: RecurrenceRule, start: number, end: number): number[] => {
  const sets = new Map<number, number[]>()
  const add = (period: number, value: number): void => {
    const set = sets.get(period)
    if (set === undefined) sets.set(period, [value])
    else set.push(value)
  }
  const first = new Date(start)
  const { freq } = rule
  if (freq === 'SECONDLY' || freq === 'MINUTELY' || freq === 'HOURLY') {
    const unit = units[freq]
    const origin = Math.floor(start / unit) * unit
    for (let at = origin; at <= end; at += unit * rule.interval) {
      const second = freq === 'SECONDLY' ? null : seconds(rule, first)
      const minute = freq === 'HOURLY' ? orElse(rule.byMinute, first.getUTCMinutes()) : null
      if (!dayPasses(rule, Math.floor(at / dayMs) * dayMs, first)) continue
      const date = new Date(at)
      if (rule.byHour.length > 0 && !rule.byHour.includes(date.getUTCHours())) continue
      if (minute === null && rule.byMinute.length > 0 && !rule.byMinute.includes(date.getUTCMinutes())) continue
      if (second === null && rule.bySecond.length > 0 && !clip(rule.bySecond).includes(date.getUTCSeconds())) continue
      for (const m of minute ?? [0]) for (const s of second ?? [0]) add(at, at + m * 60_000 + s * 1000)
    }
  } else {
    const firstPeriod = periodOf(rule, start)
    const from = Math.floor(start / dayMs) * dayMs - 400 * dayMs
    for (let day = from; day <= end + 400 * dayMs; day += dayMs) {
      const period = periodOf(rule, day)
      if (period < firstPeriod || (period - firstPeriod) % rule.interval !== 0 || !dayPasses(rule, day, first)) continue
      for (const h of orElse(rule.byHour, first.getUTCHours())) {
        for (const m of orElse(rule.byMinute, first.getUTCMinutes())) {
          for (const s of seconds(rule, first)) add(period, day + h * 3_600_000 + m * 60_000 + s * 1000)
        }
      }
    }
  }
  const all = [...sets.values()].flatMap((set) => {
    const sorted = [...new Set(set)].sort((a, b) => a - b)
    if (rule.bySetPos.length === 0) return sorted
    return sorted.filter((_, i) => rule.bySetPos.includes(i + 1) || rule.bySetPos.includes(i - sorted.length))
  })
  return all.filter((value) => value >= start && value <= end).sort((a, b) => a - b)
}

const orElse = (values: readonly number[], other: number): readonly number[] => (values.length > 0 ? values : [other])
const clip = (values: readonly number[]): number[] => values.map((value) => Math.min(value, 59))
const seconds = (rule: RecurrenceRule, first: Date): readonly number[] =>
  orElse(clip(rule.bySecond), first.getUTCSeconds())
const mondayBased = (day: number): number => (new Date(day).getUTCDay() + 6) % 7

/** Year and number of the week with at least four days in the year, by looking at its fourth day. */
const weekOf = (rule: RecurrenceRule, day: number): { year: number; number: number; count: number } => {
  const weekStart = day - ((mondayBased(day) - weekdays.indexOf(rule.weekStart) + 7) % 7) * dayMs
  const year = new Date(weekStart + 3 * dayMs).getUTCFullYear()
  const nth = (at: number): number => Math.floor((at + 3 * dayMs - Date.UTC(year, 0, 1)) / (7 * dayMs)) + 1
  const middle = (at: number): number => new Date(at + 3 * dayMs).getUTCFullYear()
  let last = weekStart
  while (middle(last + 7 * dayMs) === year) last += 7 * dayMs
  return { year, number: nth(weekStart), count: nth(last) }
}

const periodOf = (rule: RecurrenceRule, at: number): number => {
  const day = Math.floor(at / dayMs) * dayMs
  const date = new Date(day)
  if (rule.freq === 'YEARLY') return rule.byWeekNo.length > 0 ? weekOf(rule, day).year : date.getUTCFullYear()
  if (rule.freq === 'MONTHLY') return date.getUTCFullYear() * 12 + date.getUTCMonth()
  if (rule.freq === 'DAILY') return day / dayMs
  return (day / dayMs - ((mondayBased(day) - weekdays.indexOf(rule.weekStart) + 7) % 7) + 7_000_003 - 3) / 7
}

const dayPasses = (rule: RecurrenceRule, day: number, first: Date): boolean => {
  const { freq } = rule
  const date = new Date(day)
  const [year, month, monthDay] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()]
  const monthLength = new Date(Date.UTC(year, month + 1, 0)).getUTCDate()
  const yearDay = (day - Date.UTC(year, 0, 1)) / dayMs + 1
  const yearLength = (Date.UTC(year + 1, 0, 1) - Date.UTC(year, 0, 1)) / dayMs
  const names = (values: readonly number[], value: number, length: number): boolean =>
    values.length === 0 || values.includes(value) || values.includes(value - length - 1)
  if (!names(rule.byMonth, month + 1, 1_000)) return false
  if (!names(rule.byMonthDay, monthDay, monthLength) || !names(rule.byYearDay, yearDay, yearLength)) return false
  if (rule.byWeekNo.length > 0) {
    const week = weekOf(rule, day)
    if (!names(rule.byWeekNo, week.number, week.count)) return false
  }
  const named = rule.byMonthDay.length > 0 || rule.byYearDay.length > 0
  if (rule.byDay.length > 0)
    return rule.byDay.some((value) => weekdayPasses(rule, value, date, [monthLength, yearDay, yearLength]))
  if (named) return true
  if (rule.byWeekNo.length > 0) return freq !== 'YEARLY' || date.getUTCDay() === first.getUTCDay()
  if (freq === 'WEEKLY') return date.getUTCDay() === first.getUTCDay()
  if (freq === 'MONTHLY') return monthDay === first.getUTCDate()
  if (freq !== 'YEARLY') return true
  return monthDay === first.getUTCDate() && (rule.byMonth.length > 0 || month === first.getUTCMonth())
}

const weekdayPasses = (
  rule: RecurrenceRule,
  { weekday, ordinal }: RecurrenceRule['byDay'][number],
  date: Date,
  [monthLength, yearDay, yearLength]: readonly [number, number, number],
): boolean => {
  if (mondayBased(date.getTime()) !== weekdays.indexOf(weekday)) return false
  const counts = rule.freq === 'MONTHLY' || (rule.freq === 'YEARLY' && rule.byWeekNo.length === 0)
  if (ordinal === null || !counts) return true
  const inYear = rule.freq === 'YEARLY' && rule.byMonth.length === 0
  const [index, length] = inYear ? [yearDay, yearLength] : [date.getUTCDate(), monthLength]
  return ordinal > 0 ? Math.ceil(index / 7) === ordinal : Math.ceil((length - index + 1) / 7) === -ordinal
}

const signed = (most: number): fc.Arbitrary<number> =>
  fc.integer({ min: -most, max: most }).filter((value) => value !== 0)
const list = <T>(item: fc.Arbitrary<T>, most = 3): fc.Arbitrary<T[]> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constant<T[]>([]) },
    { weight: 2, arbitrary: fc.array(item, { minLength: 1, maxLength: most }) },
  )

const ruleOf = (freq: Frequency): fc.Arbitrary<RecurrenceRule> =>
  fc
    .record({
      interval: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: freq === 'YEARLY' ? 4 : 50 })),
      bySecond: list(fc.integer({ min: 0, max: 60 })),
      byMinute: list(fc.integer({ min: 0, max: 59 })),
      byHour: list(fc.integer({ min: 0, max: 23 })),
      byDay: list(
        fc.record({ weekday: fc.constantFrom(...weekdays), ordinal: fc.oneof(fc.constant(null), signed(6)) }),
      ),
      byMonthDay: list(signed(31), 6),
      byYearDay: list(signed(366), 8),
      byWeekNo: list(signed(53), 5),
      byMonth: list(fc.integer({ min: 1, max: 12 }), 6),
      bySetPos: list(signed(5), 2),
      weekStart: fc.constantFrom(...weekdays),
    })
    .map((parts) => ({ ...parseRule(`FREQ=${freq}`), ...parts }))

const horizons: Readonly<Record<Frequency, number>> = {
  SECONDLY: 3_600_000 * 3,
  MINUTELY: dayMs * 3,
  HOURLY: dayMs * 60,
  DAILY: dayMs * 800,
  WEEKLY: dayMs * 1500,
  MONTHLY: dayMs * 2500,
  YEARLY: dayMs * 5000,
}
const startTimes = fc
  .integer({ min: Date.UTC(1969, 0, 1) / 1000, max: Date.UTC(2105, 0, 1) / 1000 })
  .map((value) => value * 1000)

const utc = (ms: number): CalendarTime => ({ kind: 'utc', instant: `${new Date(ms).toISOString().slice(0, 19)}Z` })
const read = (time: CalendarTime): number => Date.parse(time.kind === 'utc' ? time.instant : '')

/** Instances in a span, in batches of an odd size. */
const walk = (rule: RecurrenceRule, start: number, from: number, to: number): number[] => {
  const cursor = compileRule(rule, utc(start)).cursor({ from, to })
  const found: number[] = []
  const buffer = new Float64Array(7)
  for (let length = cursor.fill(buffer); length > 0; length = cursor.fill(buffer))
    found.push(...buffer.subarray(0, length))
  expect(cursor.overBudget()).toBe(false)
  return found
}

describe('expandRule, against the definition', () => {
  it.each(frequencies)('gives the set that RFC 5545 §3.3.10 describes for %s', (freq) => {
    fc.assert(
      fc.property(ruleOf(freq), startTimes, (rule, start) => {
        const end = start + horizons[freq]
        const expected = expandSlowly(rule, start, end)
        const actual = expandRule(rule, utc(start), { before: utc(end + 1000), limit: 1e9 }).map(read)
        expect(actual, formatRule(rule)).toEqual(expected)
      }),
      { numRuns: freq === 'YEARLY' || freq === 'MONTHLY' ? 150 : 100 },
    )
  })

  it.each(frequencies)('gives any window as the same instances filtered, for %s', (freq) => {
    const fraction = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(ruleOf(freq), startTimes, fraction, fraction, (rule, start, first, second) => {
        const whole = walk(rule, start, start, start + horizons[freq])
        const from = Math.floor(start + horizons[freq] * Math.min(first, second))
        const to = Math.floor(start + horizons[freq] * Math.max(first, second))
        const expected = whole.filter((value) => value >= from && value <= to)
        expect(walk(rule, start, from, to), formatRule(rule)).toEqual(expected)
      }),
      { numRuns: 150 },
    )
  })

  it.each(frequencies)('ends after COUNT instances, also when it jumps, for %s', (freq) => {
    fc.assert(
      fc.property(ruleOf(freq), startTimes, fc.integer({ min: 1, max: 60 }), (rule, start, count) => {
        const whole = walk(rule, start, start, start + horizons[freq])
        const counted = walk({ ...rule, count }, start, start, start + horizons[freq])
        expect(counted, formatRule(rule)).toEqual(whole.slice(0, count))
        const last = counted.at(-1)
        if (counted.length < count || last === undefined || last === start) return
        expect(walk({ ...rule, count }, start, last, start + horizons[freq]), formatRule(rule)).toEqual([last])
      }),
      { numRuns: 100 },
    )
  })
})
