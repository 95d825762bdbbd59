import { CalendarError } from '../../errors.ts'
import { expansionLimits } from '../../limits.ts'
import type { CalendarTime } from '../../time.ts'
import type { LocalMs, TimeZone } from '../zones/model.ts'
import { emptyCursor, type LocalSpan, type RuleCursor } from './cursor.ts'
import { dayMs, maxDay } from './days.ts'
import { localOf } from './local-time.ts'
import { isGregorian } from './parse-rule.ts'
import { nthOfPattern } from './pattern-cursor.ts'
import { createCursor, planRule, type RulePlan } from './plan.ts'
import type { RecurrenceRule } from './rule.ts'
import { nthOfEveryDay } from './year-cursor.ts'

/** A rule tied to a start: ready to be asked for any window, as often as you like. */
export interface CompiledRule {
  readonly start: LocalMs
  /** Walks the rule's own instances in the span; the start is among them only if it matches. */
  cursor(span: LocalSpan): RuleCursor
  /** A wall-clock time that no instance is later than; `Infinity` for an endless rule. */
  readonly lastLocal: LocalMs
  /** Where an UNTIL in UTC ends a rule in a zone; to be compared with each instance's instant. `null` otherwise. */
  readonly untilMs: number | null
}

export interface CompileOptions {
  /** The start's zone; an UNTIL in UTC is an instant there. Without it the fields of such an UNTIL are taken as they stand. */
  readonly zone?: TimeZone
  /** Let a start that does not match count in COUNT, as the first instance of the set. Default: false. */
  readonly startCounts?: boolean
  /**
   * Steps, and instances, that are counted one by one to find the end of a COUNT; more needs arithmetic or is refused. Default:
   * `expansionLimits.countSteps`.
   */
  readonly countSteps?: number
}

const endOfTime: LocalMs = (maxDay + 1) * dayMs - 1

/**
 * Prepares a rule for walking. Work is bounded: what cannot be decided within the budget ends early, and the cursor's
 * `overBudget` says so.
 *
 * @throws {CalendarError} `invalid-calendar-data` for an RSCALE that we cannot follow (RFC 7529 §4.1) or an invalid start.
 */
export const compileRule = (rule: RecurrenceRule, start: CalendarTime, options: CompileOptions = {}): CompiledRule => {
  if (!isGregorian(rule.rscale)) {
    throw new CalendarError('invalid-calendar-data', 'the recurrence rule uses a calendar that is not supported', {
      details: { part: 'RSCALE', value: rule.rscale },
    })
  }
  const startLocal = localOf(start)
  const plan = planRule(rule, startLocal, start.kind === 'date')
  const until = untilOf(rule, start, options.zone)
  const untilLocal = Math.min(until.local, endOfTime)
  let end: { readonly local: LocalMs; readonly certain: boolean } | null = null
  const ending = () => {
    end ??= countEnd(rule, plan, { from: startLocal, to: untilLocal }, options)
    return end
  }
  return {
    start: startLocal,
    untilMs: until.instantMs,
    get lastLocal() {
      if (rule.count === null) return rule.until === null ? Number.POSITIVE_INFINITY : until.local
      return ending().certain ? ending().local : untilLocal
    },
    cursor: (span) => {
      if (rule.count !== null && span.from <= startLocal) {
        const to = Math.min(span.to, untilLocal)
        const walk = startLocal > to ? emptyCursor : createCursor(plan, { from: startLocal, to })
        return capCursor(walk, rule.count, options.startCounts === true ? startLocal : null)
      }
      const { local, certain } = ending()
      const from = Math.max(span.from, startLocal)
      const to = Math.min(span.to, local)
      const cursor = from > to ? emptyCursor : createCursor(plan, { from, to })
      return certain || span.to <= local ? cursor : { fill: cursor.fill, overBudget: () => true }
    },
  }
}

const untilOf = (
  { until }: RecurrenceRule,
  start: CalendarTime,
  zone: TimeZone | undefined,
): { readonly local: LocalMs; readonly instantMs: number | null } => {
  if (until === null) return { local: endOfTime, instantMs: null }
  const local = localOf(until)
  if (until.kind === 'date') return { local: local + dayMs - 1, instantMs: null } // that whole day
  if (until.kind === 'utc' && start.kind === 'zoned' && zone !== undefined) {
    // Fields are not ordered as instants are where clocks go back: leave room, compare instants at the end.
    return { local: zone.toLocal(local) + dayMs, instantMs: local }
  }
  return { local, instantMs: null }
}

/** Turns COUNT into the time of the last instance, so that a far window needs no counting. */
const countEnd = (
  rule: RecurrenceRule,
  plan: RulePlan,
  span: LocalSpan,
  { startCounts, countSteps = expansionLimits.countSteps }: CompileOptions,
): { readonly local: LocalMs; readonly certain: boolean } => {
  if (rule.count === null) return { local: span.to, certain: true }
  const none = { local: Number.NEGATIVE_INFINITY, certain: true }
  let left = rule.count
  if (left <= 0 || span.from > span.to) return none
  const buffer = new Float64Array(Math.min(512, left))
  if (startCounts === true) {
    const first = createCursor(plan, span).fill(buffer.subarray(0, 1)) > 0 ? buffer[0] : Number.NaN
    if (first !== span.from) left--
    if (left === 0) return none
  }
  if (plan.kind === 'pattern') return { local: Math.min(span.to, nthOfPattern(plan, span.from, left)), certain: true }
  if (plan.kind === 'every-day')
    return { local: Math.min(span.to, nthOfEveryDay(plan, span.from, left)), certain: true }
  const cursor = createCursor(plan, span, { free: countSteps, perInstance: 0 })
  let last = span.from
  for (let counted = 0; counted < countSteps; ) {
    const length = cursor.fill(buffer)
    if (length === 0) return { local: cursor.overBudget() ? last : span.to, certain: !cursor.overBudget() }
    if (length >= left) return { local: buffer[left - 1]!, certain: true }
    last = buffer[length - 1]!
    left -= length
    counted += length
  }
  return { local: last, certain: false }
}

/** Ends a walk from the start after COUNT instances; a start that counts without being there takes one of them. */
const capCursor = (cursor: RuleCursor, count: number, countedStart: LocalMs | null): RuleCursor => {
  let left = count
  let atStart = true
  return {
    overBudget: cursor.overBudget,
    fill: (out) => {
      if (left <= 0) return 0
      const length = cursor.fill(out)
      if (atStart && countedStart !== null && out[0] !== countedStart) left--
      atStart = false
      const kept = Math.min(length, left)
      left -= kept
      return kept
    },
  }
}
