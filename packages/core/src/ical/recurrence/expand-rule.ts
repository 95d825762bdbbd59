import { CalendarError } from '../../errors.ts'
import { expansionLimits } from '../../limits.ts'
import type { CalendarTime } from '../../time.ts'
import type { LocalMs, TimeZone } from '../zones/model.ts'
import { resolveKnownZone } from '../zones/names.ts'
import { compileRule } from './compile-rule.ts'
import { createTimeWriter, localOf } from './local-time.ts'
import { parseRule } from './parse-rule.ts'
import type { RecurrenceRule } from './rule.ts'

export interface ExpandRuleOptions {
  /** First wall-clock time wanted, in the start's own zone whatever its kind. Default: the start. */
  readonly from?: CalendarTime
  /** Wall-clock time before which the answer ends. Default: the end of the year 9999. */
  readonly before?: CalendarTime
  /** Most instances, the earliest ones. Default 10 000. */
  readonly limit?: number
  /** The zone of a zoned start, in which an UNTIL in UTC is compared as an instant. Default: the one that its TZID is known for. */
  readonly zone?: TimeZone
}

/**
 * The rule's own instances, ascending, in the form of `start`: the start is among them only if it matches the rule. (The set
 * layer, `expandSeries`, puts DTSTART first.) Wall-clock times: one that a zone skips is in the list. RFC 5545 §3.3.10.
 *
 * A far `from` is reached by arithmetic. A rule that can never match gives an empty list.
 *
 * @throws {CalendarError} `invalid-calendar-data` for a text that is no rule; `limit-exceeded` when finding the instances would
 * take more work than the budget allows.
 */
export const expandRule = (
  rule: RecurrenceRule | string,
  start: CalendarTime,
  options: ExpandRuleOptions = {},
): CalendarTime[] => {
  const { limit = expansionLimits.maxInstances } = options
  const zone = options.zone ?? (start.kind === 'zoned' ? (resolveKnownZone(start.tzid) ?? undefined) : undefined)
  const parsed = typeof rule === 'string' ? parseRule(rule) : rule
  const compiled = compileRule(parsed, start, zone === undefined ? {} : { zone })
  const from = options.from === undefined ? compiled.start : localOf(options.from)
  const to = options.before === undefined ? Number.POSITIVE_INFINITY : localOf(options.before) - 1
  const cursor = compiled.cursor({ from, to })
  const isPast = (local: LocalMs): boolean =>
    compiled.untilMs !== null && zone !== undefined && zone.toInstant(local) > compiled.untilMs
  const write = createTimeWriter(start)
  const times: CalendarTime[] = []
  const buffer = new Float64Array(Math.max(1, Math.min(limit, 256)))
  while (times.length < limit) {
    const length = cursor.fill(buffer)
    if (length === 0) {
      if (!cursor.overBudget()) break
      throw new CalendarError('limit-exceeded', 'the recurrence rule needs more work than allowed', {
        details: { instances: times.length },
      })
    }
    for (let i = 0; i < length && times.length < limit; i++) if (!isPast(buffer[i]!)) times.push(write(buffer[i]!))
  }
  return times
}
