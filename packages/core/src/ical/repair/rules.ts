import type { CalendarTime } from '../../time.ts'
import { formatRule } from '../recurrence/format-rule.ts'
import type { RecurrenceDate } from '../recurrence/model.ts'
import { parseRule } from '../recurrence/parse-rule.ts'
import type { RecurrenceRule } from '../recurrence/rule.ts'
import type { Component } from '../text/model.ts'
import { readPeriods } from '../text/values-time.ts'
import { fieldsOf, formed } from './forms.ts'
import type { RepairTerms } from './plan.ts'

/** Rules that cannot be read go, as no engine follows them; odd ones are written as ours reads them, UNTIL in the form of DTSTART. */
export const repairRules = (entry: Component, start: CalendarTime, { zones, edits }: RepairTerms): void => {
  for (const property of entry.propertiesNamed('RRULE')) {
    const rule = readRule(property.value)
    if (rule === null) {
      edits.push((editor) => editor.remove(property))
      continue
    }
    const until = rule.until === null ? null : untilLike(rule.until, start, zones.resolver)
    if (until === rule.until && rule.warnings.length === 0) continue
    const value = formatRule({ ...rule, until, otherParts: [] })
    edits.push((editor) => editor.replace(property, { name: 'RRULE', value }))
  }
}

const readRule = (text: string): RecurrenceRule | null => {
  try {
    return parseRule(text)
  } catch {
    return null
  }
}

/** "The value of the UNTIL rule part MUST have the same value type as the DTSTART property", in UTC where that has a zone. §3.3.10. */
const untilLike = (
  until: CalendarTime,
  start: CalendarTime,
  resolver: RepairTerms['zones']['resolver'],
): CalendarTime => {
  const wanted = start.kind === 'zoned' ? 'utc' : start.kind
  if (until.kind === wanted) return until
  // A DATE means all of its day.
  const fields = until.kind === 'date' ? `${until.date}T23:59:59` : fieldsOf(until)
  if (start.kind !== 'zoned') return formed(fields, start)
  const zone = resolver.resolve(start.tzid)
  const instantMs = zone?.toInstant(Date.parse(`${fields}Z`)) ?? Number.NaN
  if (!(instantMs >= earliestMs && instantMs <= latestMs)) return until
  return { kind: 'utc', instant: `${new Date(instantMs).toISOString().slice(0, 19)}Z` }
}

/** The years that a calendar has. */
const earliestMs = Date.parse('0001-01-01T00:00:00Z')
const latestMs = Date.parse('9999-12-31T23:59:59Z')

/** Whether every instance of the rules is at the time of day of DTSTART: then a day names one instance. */
export const isOncePerDay = (entry: Component): boolean =>
  entry.propertiesNamed('RDATE').flatMap<RecurrenceDate>(readPeriods).length === 0 &&
  entry.propertiesNamed('RRULE').every(({ value }) => {
    const rule = readRule(value)
    if (rule === null) return true
    const { freq, byHour, byMinute, bySecond } = rule
    const isLong = freq !== 'SECONDLY' && freq !== 'MINUTELY' && freq !== 'HOURLY'
    return isLong && byHour.length + byMinute.length + bySecond.length === 0
  })
