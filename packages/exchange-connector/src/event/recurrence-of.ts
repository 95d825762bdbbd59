import type { CalendarTime } from '@dayport/core'
import { expandRule, type RecurrenceRule, type TimeZone } from '@dayport/core/ical'
import { addDays, dateOf } from './days.ts'
import type { ExchangePattern, ExchangeRange, ExchangeRecurrence } from './model.ts'
import { expandedRule, localMs, type OpenEvent } from './open-event.ts'
import { unrepresentable } from './options.ts'
import { patternOfRule } from './pattern-of-rule.ts'
import { meaningOfPattern, ruleOfPattern } from './rule-of-pattern.ts'

/** How many occurrences of two rules are compared: a leap day and its gap of eight years are within them. */
const compared = 400

/**
 * The Exchange recurrence with exactly the rule's occurrences.
 *
 * @throws {CalendarError} `unrepresentable` when there is none.
 */
export const recurrenceOf = (event: OpenEvent, rule: RecurrenceRule): ExchangeRecurrence => {
  const pattern = patternOfRule(rule, event.start)
  if (pattern === null) throw unrepresentable('rule-pattern')
  const startDate = dateOf(localMs(event.start))
  const endless: RecurrenceRule = { ...rule, count: null, until: null }
  const [first] = expandedRule(event, endless, { limit: 1 })
  if (first === undefined || dateOf(localMs(first)) !== startDate) throw unrepresentable('start-outside-rule')
  const range = rangeOf(event, rule, startDate, pattern)
  assertSameDates(event, rule, pattern, range)
  return { pattern, range }
}

const rangeOf = (
  event: OpenEvent,
  rule: RecurrenceRule,
  startDate: string,
  pattern: ExchangePattern,
): ExchangeRange => {
  if (rule.until === null) {
    return rule.count === null
      ? { kind: 'noEnd', startDate }
      : { kind: 'numbered', startDate, count: Math.max(1, rule.count) }
  }
  const untilDate = lastDay(event, rule.until)
  if (untilDate <= startDate) return { kind: 'endDate', startDate, endDate: startDate }
  const from = addDays(untilDate, -longestStep(pattern))
  const last = expandedRule(
    event,
    { ...rule, count: null },
    {
      from: { kind: 'date', date: from > startDate ? from : startDate },
      before: { kind: 'date', date: addDays(untilDate, 1) },
    },
  ).at(-1)
  const endDate = last === undefined ? untilDate : dateOf(localMs(last))
  if (rule.count === null) return { kind: 'endDate', startDate, endDate }
  // The one that ends first counts.
  const counted = expandedRule(event, rule, { limit: rule.count })
  return counted.length < rule.count
    ? { kind: 'endDate', startDate, endDate }
    : { kind: 'numbered', startDate, count: Math.max(1, rule.count) }
}

/** The day of an UNTIL where the series is. */
const lastDay = (event: OpenEvent, until: CalendarTime): string => {
  if (until.kind === 'utc' && event.start.kind !== 'date') {
    return dateOf(event.seriesZone.toLocal(Date.parse(until.instant)))
  }
  return dateOf(localMs(until))
}

/** Days within which a pattern comes again, leap days aside. */
const longestStep = (pattern: ExchangePattern): number => {
  switch (pattern.kind) {
    case 'daily':
      return pattern.interval
    case 'weekly':
      return 7 * pattern.interval + 7
    case 'absoluteMonthly':
    case 'relativeMonthly':
      return 31 * (pattern.interval + 1)
    default:
      return 366 * (pattern.interval + 1)
  }
}

const assertSameDates = (
  event: OpenEvent,
  rule: RecurrenceRule,
  pattern: ExchangePattern,
  range: ExchangeRange,
): void => {
  const wanted = expandedRule(event, rule, { limit: compared })
  const given = expandedRule(event, boundedRule(pattern, range), { limit: compared })
  const isOnlyStart = wanted.length === 0 && given.length === 1
  const isSame =
    wanted.length === given.length && wanted.every((time, index) => localMs(time) === localMs(given[index]!))
  if (!isSame && !isOnlyStart) throw unrepresentable('short-months')
}

/** A rule that ends as the range does, for expanding: days only. */
const boundedRule = (pattern: ExchangePattern, range: ExchangeRange): RecurrenceRule => {
  const rule = ruleOfPattern(pattern)
  if (range.kind === 'noEnd') return rule
  if (range.kind === 'numbered') return { ...rule, count: range.count }
  return { ...rule, until: { kind: 'floating', local: `${range.endDate}T23:59:59` } }
}

/** Days of a recurrence, ascending: those up to a day, at most `limit`. Days are all that Exchange tells apart in a series. */
export const recurrenceDates = (
  { pattern, range }: ExchangeRecurrence,
  options: { readonly before?: string; readonly from?: string; readonly limit: number },
): readonly string[] => {
  const start: CalendarTime = { kind: 'date', date: range.startDate }
  const rule = ruleOfPattern(pattern)
  const until: CalendarTime | null = range.kind === 'endDate' ? { kind: 'date', date: range.endDate } : null
  const times = expandRule({ ...rule, until, count: range.kind === 'numbered' ? range.count : null }, start, {
    limit: options.limit,
    ...(options.from === undefined ? {} : { from: { kind: 'date', date: options.from } }),
    ...(options.before === undefined ? {} : { before: { kind: 'date', date: options.before } }),
  })
  return times.map((time) => dateOf(localMs(time)))
}

/** Whether two recurrences are the same days, however they are told. */
export const isSameRecurrence = (a: ExchangeRecurrence | null, b: ExchangeRecurrence | null): boolean => {
  if (a === null || b === null) return a === b
  const first = (recurrence: ExchangeRecurrence): CalendarTime => ({ kind: 'date', date: recurrence.range.startDate })
  const isSamePattern = meaningOfPattern(a.pattern, first(a)) === meaningOfPattern(b.pattern, first(b))
  if (isSamePattern && JSON.stringify(a.range) === JSON.stringify(b.range)) return true
  // An endless series and one that ends after the compared days are not the same.
  if ((a.range.kind === 'noEnd') !== (b.range.kind === 'noEnd')) return false
  const [some, others] = [recurrenceDates(a, { limit: compared }), recurrenceDates(b, { limit: compared })]
  if (some.length !== others.length || some.some((date, index) => date !== others[index])) return false
  // Patterns that agree on so many days agree on all: `FREQ=YEARLY;INTERVAL=3` on a 31st is 36 months and a last day.
  return some.length < compared || isSameEnd(a.range, b.range)
}

const isSameEnd = (a: ExchangeRange, b: ExchangeRange): boolean =>
  JSON.stringify({ ...a, startDate: '' }) === JSON.stringify({ ...b, startDate: '' })

/** RRULE text of a recurrence for a series whose DTSTART is `start`. */
export const untilOf = (range: ExchangeRange, start: CalendarTime, zone: TimeZone): CalendarTime | null => {
  if (range.kind !== 'endDate') return null
  if (start.kind === 'date') return { kind: 'date', date: range.endDate }
  const timeOfDay = (start.kind === 'utc' ? start.instant : start.local).slice(10, 19)
  const local = `${range.endDate}${timeOfDay}`
  if (start.kind === 'floating') return { kind: 'floating', local }
  const ms = zone.toInstant(Date.parse(`${local}Z`))
  return { kind: 'utc', instant: `${new Date(ms).toISOString().slice(0, 19)}Z` }
}
