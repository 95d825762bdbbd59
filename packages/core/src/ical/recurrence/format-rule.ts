import { CalendarError } from '../../errors.ts'
import type { CalendarTime } from '../../time.ts'
import type { RecurrenceRule } from './rule.ts'

/**
 * Writes a rule as a value of type RECUR: FREQ first, after RSCALE when there is one, as older readers expect; defaults are
 * left out. `parseRule` of the text gives an equal rule but for its warnings. RFC 5545 §3.3.10.
 *
 * @throws {CalendarError} `invalid-calendar-data` when another part has a character that would end it.
 */
export const formatRule = (rule: RecurrenceRule): string => {
  const parts: string[] = []
  const add = (name: string, values: readonly (string | number)[]): void => {
    if (values.length > 0) parts.push(`${name}=${values.join(',')}`)
  }
  if (rule.rscale !== null) add('RSCALE', [rule.rscale])
  add('FREQ', [rule.freq])
  if (rule.until !== null) add('UNTIL', [compact(rule.until)])
  if (rule.count !== null) add('COUNT', [rule.count])
  if (rule.interval !== 1) add('INTERVAL', [rule.interval])
  add('BYSECOND', rule.bySecond)
  add('BYMINUTE', rule.byMinute)
  add('BYHOUR', rule.byHour)
  add(
    'BYDAY',
    rule.byDay.map((day) => `${day.ordinal ?? ''}${day.weekday}`),
  )
  add('BYMONTHDAY', rule.byMonthDay)
  add('BYYEARDAY', rule.byYearDay)
  add('BYWEEKNO', rule.byWeekNo)
  add('BYMONTH', [...rule.byMonth, ...rule.byLeapMonth.map((month) => `${month}L`)])
  add('BYSETPOS', rule.bySetPos)
  if (rule.weekStart !== 'MO') add('WKST', [rule.weekStart])
  if (rule.skip !== 'OMIT') add('SKIP', [rule.skip])
  for (const { name, value } of rule.otherParts) add(clean(name), [clean(value)])
  return parts.join(';')
}

const compact = (time: CalendarTime): string => {
  const text = time.kind === 'date' ? time.date : time.kind === 'utc' ? time.instant : time.local
  return text.replace(/[-:]/g, '')
}

const clean = (text: string): string => {
  if (/[;\s\p{Cc}]/u.test(text)) throw new CalendarError('invalid-calendar-data', 'a rule part holds a separator')
  return text
}
