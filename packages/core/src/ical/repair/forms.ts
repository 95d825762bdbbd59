import type { CalendarTime } from '../../time.ts'
import { formatDay } from '../recurrence/local-time.ts'
import type { Property, PropertyDraft } from '../text/model.ts'
import { isContentName } from '../text/names.ts'
import { timeParams, timeValue } from '../text/values-time.ts'

const dayMs = 86_400_000

/** Whether a property of one or several times is written as strict readers want it: RFC 5545 §3.3.4, §3.3.5. */
export const isPlainly = (property: Property, times: readonly CalendarTime[]): boolean => {
  const [first] = times
  const written = first !== undefined && times.length === 1 ? timeValue(first) : times.map(timeValue).join(',')
  if (first === undefined || property.value !== written) return false
  const { VALUE, TZID } = timeParams(first)
  if (times.some((time) => time.kind !== first.kind)) return false
  const type = property.param('VALUE')?.toUpperCase()
  return property.param('TZID') === TZID && (type === VALUE || (VALUE === undefined && type === 'DATE-TIME'))
}

/** The same property with another time; its other parameters stay. */
export const withTime = (property: Property, time: CalendarTime): PropertyDraft => {
  const params = property.params.filter(({ name }) => name !== 'VALUE' && name !== 'TZID' && isContentName(name))
  const kept = Object.fromEntries(params.map(({ name, values }) => [name, values]))
  return { name: property.name, params: { ...kept, ...timeParams(time) }, value: timeValue(time) }
}

/** The wall-clock fields of a time, `2026-03-29T02:30:00`; the midnight of a DATE. */
export const fieldsOf = (time: CalendarTime): string =>
  time.kind === 'date' ? `${time.date}T00:00:00` : time.kind === 'utc' ? time.instant.slice(0, 19) : time.local

/** Wall-clock fields in the form and zone of another time. */
export const formed = (fields: string, like: CalendarTime): CalendarTime => {
  switch (like.kind) {
    case 'date':
      return { kind: 'date', date: fields.slice(0, 10) }
    case 'floating':
      return { kind: 'floating', local: fields }
    case 'utc':
      return { kind: 'utc', instant: `${fields}Z` }
    case 'zoned':
      return { kind: 'zoned', local: fields, tzid: like.tzid }
  }
}

/** A DATE so many days later; `null` when that leaves the years of a calendar. */
export const dayAfter = (date: string, days: number): CalendarTime | null => {
  const day = Date.parse(`${date}T00:00:00Z`) / dayMs + days
  return day > 2_932_896 ? null : { kind: 'date', date: formatDay(day) }
}

/**
 * A time as the recurrence engine takes it beside times of that form: a floating one is of their zone, one with a zone among floating
 * ones is its wall clock, and among DATEs its day. A DATE among times is left: what it means depends on where it stands.
 */
export const inFormOf = (time: CalendarTime, form: CalendarTime): CalendarTime => {
  if (time.kind === form.kind || time.kind === 'date') return time
  if (form.kind === 'date' || form.kind === 'floating') return formed(fieldsOf(time), form)
  return time.kind === 'floating' ? formed(time.local, form) : time
}
