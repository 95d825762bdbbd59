import type { CalendarTime } from '@dayport/core'
import { type Weekday, weekdays } from '@dayport/core/ical'
import type { ItemUpload } from '../list-item.ts'
import { isTrue } from './edit-times.ts'
import { dayMs } from './instants.ts'
import { meaningOf, ruleText } from './pattern.ts'
import type { RecurrenceDocument } from './recurrence-xml.ts'

/** EventType 1 is a series only together with fRecurrence; `undefined` when the upload does not say. Specification section 8.1. */
export const isRecurring = (upload: ItemUpload): boolean | undefined => {
  // What is empty says nothing: to clear it would end a series, with all that was changed in it.
  const flag = upload.fields.get('fRecurrence')?.trim() ?? ''
  if (flag !== '') return isTrue(flag)
  const type = upload.fields.get('EventType')?.trim()
  return type === '0' || type === '2' ? false : undefined
}

/** MS-OUTSPS 2.2.5.5: a series that does not say how it repeats is to be refused, and stays with the person who made it. */
export const isNewSeries = (upload: ItemUpload): boolean => {
  const recurring = isRecurring(upload)
  const type = upload.fields.get('EventType')?.trim()
  const hasRule = (upload.fields.get('RecurrenceData') ?? '').trim() !== ''
  return recurring === true ? hasRule || type === '1' : recurring === undefined && type === '1'
}

export const weekdayAt = (localMs: number): Weekday => weekdays[(new Date(localMs).getUTCDay() + 6) % 7]!

/** UNTIL: the end of the day of windowEnd where the series is, specification section 8.2. */
export const untilText = (
  untilMs: number,
  form: CalendarTime,
  toLocal: (ms: number) => number,
  toInstant: (local: number) => number,
): string => {
  const day = Math.floor((form.kind === 'date' ? untilMs : toLocal(untilMs)) / dayMs) * dayMs
  const compact = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace(/[-:]/g, '')
  if (form.kind === 'date') return `UNTIL=${compact(day).slice(0, 8)}`
  const last = day + dayMs - 1000
  return form.kind === 'floating' ? `UNTIL=${compact(last)}` : `UNTIL=${compact(toInstant(last))}Z`
}

/** The RRULE of an uploaded document. */
export const rruleOf = (
  { pattern, end }: RecurrenceDocument,
  form: CalendarTime,
  toLocal: (ms: number) => number,
  toInstant: (local: number) => number,
): string => {
  if (end === null) return ruleText(pattern)
  if ('count' in end) return `${ruleText(pattern)};COUNT=${end.count}`
  return `${ruleText(pattern)};${untilText(end.untilMs, form, toLocal, toInstant)}`
}

export const sameRecurrence = (
  a: RecurrenceDocument,
  b: RecurrenceDocument,
  toLocal: (ms: number) => number,
): boolean => {
  if (meaningOf(a.pattern) !== meaningOf(b.pattern)) return false
  if (a.end === null || b.end === null) return a.end === b.end
  if ('count' in a.end || 'count' in b.end) return 'count' in a.end && 'count' in b.end && a.end.count === b.end.count
  return Math.floor(toLocal(a.end.untilMs) / dayMs) === Math.floor(toLocal(b.end.untilMs) / dayMs)
}
