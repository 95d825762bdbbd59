import type { CalendarTime } from '../../time.ts'
import { digitsAt } from '../recurrence/local-time.ts'
import type { RecurrenceDate } from '../recurrence/model.ts'
import type { Property } from './model.ts'
import { parseDuration } from './values-duration.ts'

/**
 * Reads one DATE or DATE-TIME. RFC 5545 §3.3.4–3.3.5. The form of the value decides: eight digits are a DATE, `Z` is UTC,
 * a TZID makes it zoned, else it is floating.
 *
 * Tolerated, since real files have them: missing seconds (`20260329T0230Z`), lower-case `t` and `z`, white space around,
 * the extended form of ISO 8601 (`2026-03-29T02:30:00`), fractions of a second (dropped), an offset (`+0200`, taken as UTC),
 * 24:00:00 (the next day's start), a leap second (59), a DATE whose time is midnight when `VALUE=DATE` says so.
 *
 * @param options.tzid as in the TZID parameter; '' or absent means floating. `Z` wins over it.
 * @param options.dateOnly true when `VALUE=DATE` is given.
 * @returns `null` for anything else: years outside 1–9999, days that the month has not, text.
 */
export function parseTime(
  text: string,
  options: { readonly tzid?: string | undefined; readonly dateOnly?: boolean } = {},
): CalendarTime | null {
  const trimmed = text.trim()
  const plain = options.dateOnly === true ? null : plainLocal(trimmed)
  if (plain !== null) return timeOf(plain, trimmed.length > 15, options.tzid)
  const match = timePattern.exec(trimmed)
  if (match === null) return null
  const [, year = '', month = '', day = '', hour, minute = '', second = '00', offset = ''] = match
  const date = `${year}-${month}-${day}`
  if (!isDate(Number(year), Number(month), Number(day))) return null
  if (hour === undefined) return { kind: 'date', date }
  if (Number(minute) > 59 || Number(second) > 60) return null
  if (Number(hour) > 24 || (hour === '24' && (minute !== '00' || Number(second) !== 0))) return null
  const local =
    hour === '24'
      ? shifted(`${date}T00:00:00`, 86_400)
      : `${date}T${hour}:${minute}:${second === '60' ? '59' : second.padStart(2, '0')}`
  if (local === null) return null
  if (options.dateOnly === true && offset === '' && local.endsWith('T00:00:00'))
    return { kind: 'date', date: local.slice(0, 10) }
  if (offset !== '' && offset !== 'Z' && offset !== 'z') {
    const seconds = (Number(offset.slice(1, 3)) * 60 + Number(offset.slice(-2))) * 60
    const utc = shifted(local, offset[0] === '-' ? seconds : -seconds)
    return utc === null ? null : { kind: 'utc', instant: `${utc}Z` }
  }
  return timeOf(local, offset !== '', options.tzid)
}

function timeOf(local: string, isUtc: boolean, given: string | undefined): CalendarTime {
  if (isUtc) return { kind: 'utc', instant: `${local}Z` }
  const tzid = given?.trim() ?? ''
  return tzid === '' ? { kind: 'floating', local } : { kind: 'zoned', local, tzid }
}

/** The wall clock of `20260329T023000`, with or without `Z`, as nearly all times are written; `null` for {@link timePattern}. */
function plainLocal(text: string): string | null {
  if (text[8] !== 'T' || !(text.length === 15 || (text.length === 16 && text[15] === 'Z'))) return null
  const [year, month, day] = [digitsAt(text, 0, 4), digitsAt(text, 4, 2), digitsAt(text, 6, 2)]
  const [hour, minute, second] = [digitsAt(text, 9, 2), digitsAt(text, 11, 2), digitsAt(text, 13, 2)]
  if (!(hour <= 23 && minute <= 59 && second <= 59 && year + month + day > 0 && isDate(year, month, day))) return null
  const date = `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6, 8)}`
  return `${date}T${text.slice(9, 11)}:${text.slice(11, 13)}:${text.slice(13, 15)}`
}

const timePattern =
  /^(\d{4})-?(\d{2})-?(\d{2})(?:[Tt ](\d{2}):?(\d{2})(?::?(\d{2})(?:[.,]\d{1,9})?)?([Zz]|[+-]\d{2}:?\d{2})?)?$/

function isDate(year: number, month: number, day: number): boolean {
  if (year < 1 || month < 1 || month > 12 || day < 1) return false
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  return day <= (month === 2 ? (leap ? 29 : 28) : month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31)
}

/** A wall-clock text moved by seconds; `null` when that leaves the years 1–9999. */
function shifted(local: string, seconds: number): string | null {
  const moved = new Date(Date.parse(`${local}Z`) + seconds * 1000)
  const year = moved.getUTCFullYear()
  return year < 1 || year > 9999 ? null : moved.toISOString().slice(0, 19)
}

/** The wire form: `20260329`, `20260329T023000` or `20260329T003000Z`. The TZID goes into a parameter. */
export function timeValue(time: CalendarTime): string {
  switch (time.kind) {
    case 'date':
      return time.date.replaceAll('-', '')
    case 'utc':
      return time.instant.replace(/[-:]/g, '')
    default:
      return time.local.replace(/[-:]/g, '')
  }
}

/** The parameters that the wire form of a time needs: `VALUE=DATE` or TZID. */
export function timeParams(time: CalendarTime): Readonly<Record<string, string>> {
  if (time.kind === 'date') return { VALUE: 'DATE' }
  return time.kind === 'zoned' ? { TZID: time.tzid } : {}
}

/** The time of DTSTART, DTEND, DUE, RECURRENCE-ID, … with its TZID and VALUE; `null` when it is none, see {@link parseTime}. */
export function readTime(property: Property): CalendarTime | null {
  return parseTime(property.value, timeOptions(property))
}

/** The times of a list, EXDATE for one. Items that are no time are left out. */
export function readTimes(property: Property): readonly CalendarTime[] {
  const options = timeOptions(property)
  const times: CalendarTime[] = []
  for (const item of property.value.split(',')) {
    const time = parseTime(item, options)
    if (time !== null) times.push(time)
  }
  return times
}

/** The values of RDATE or FREEBUSY: times and PERIODs, also without `VALUE=PERIOD`. Items that are neither are left out. */
export function readPeriods(property: Property): readonly RecurrenceDate[] {
  const options = timeOptions(property)
  const dates: RecurrenceDate[] = []
  for (const item of property.value.split(',')) {
    const date = parsePeriod(item, options)
    if (date !== null) dates.push(date)
  }
  return dates
}

/** Reads `start/end` or `start/duration` (RFC 5545 §3.3.9), or a time alone; `null` when it is neither. */
export function parsePeriod(
  text: string,
  options: { readonly tzid?: string | undefined; readonly dateOnly?: boolean } = {},
): RecurrenceDate | null {
  const slash = text.indexOf('/')
  const start = parseTime(slash < 0 ? text : text.slice(0, slash), options)
  if (start === null || slash < 0) return start === null ? null : { start }
  const rest = text.slice(slash + 1).trim()
  const end = parseTime(rest, options)
  if (end !== null) return { start, end }
  return parseDuration(rest) === null ? null : { start, duration: rest.toUpperCase() }
}

/** The wire form of a PERIOD, or of a time when there is neither end nor duration. */
export function periodValue(period: RecurrenceDate): string {
  const start = timeValue(period.start)
  if (period.end !== undefined) return `${start}/${timeValue(period.end)}`
  return period.duration === undefined ? start : `${start}/${period.duration}`
}

function timeOptions(property: Property): { tzid: string | undefined; dateOnly: boolean } {
  return { tzid: property.param('TZID'), dateOnly: property.param('VALUE')?.toUpperCase() === 'DATE' }
}
