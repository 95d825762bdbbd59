import { CalendarError } from '@dayport/core'
import { parseCalendar, resolveKnownZone, vtimezoneText } from '@dayport/core/ical'
import type { FloatingZone } from '../data/object-view.ts'
import { refusal } from '../errors.ts'
import { cal } from '../wire/names.ts'
import { property } from './property.ts'

/** RFC 4791 §5.2.2: in which zone DATE and floating values are read. Kept as sent. */
export const calendarTimezone = property({
  name: cal('calendar-timezone'),
  on: ['calendar'],
  get: ({ calendar }) => calendar.timezone,
  change: (value) => ({ timezone: value === null ? null : validTimezone(value.text) }),
})

/** RFC 7809 §5.2: the same zone by its name; each of the two properties follows the other (§3.1.5). */
export const calendarTimezoneId = property({
  name: cal('calendar-timezone-id'),
  on: ['calendar'],
  get: ({ calendar }) => {
    const zone = calendar.timezone === null ? null : timezoneOf(calendar.timezone)
    return zone === null ? null : (resolveKnownZone(zone.tzid)?.id ?? null)
  },
  change: (value) => ({ timezone: value === null ? null : timezoneNamed(value.text.trim()) }),
})

/** Years that a calendar's own zone is written for, as most programs write it. */
const zoneSpan = { fromMs: Date.UTC(1970, 0, 1), toMs: Date.UTC(2037, 11, 31) }

const timezoneNamed = (tzid: string): string => {
  const zone = resolveKnownZone(tzid)
  if (zone === null) throw refusal(403, cal('valid-timezone'))
  const lines = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Dayport//CalDAV//EN', '']
  return `${lines.join('\r\n')}${vtimezoneText(zone.id, zoneSpan)}END:VCALENDAR\r\n`
}

/**
 * The text when it is a calendar with exactly one VTIMEZONE.
 *
 * @throws {DavError} 403 valid-calendar-data. RFC 4791 §5.2.2 and §5.2.10.
 */
export const validTimezone = (text: string): string => {
  if (timezoneOf(text) === null) throw refusal(403, cal('valid-calendar-data'))
  return text
}

/** The zone in a calendar text; `null` when it does not hold exactly one VTIMEZONE. */
export const timezoneOf = (text: string): FloatingZone | null => {
  try {
    const { bytes, calendars } = parseCalendar(new TextEncoder().encode(text))
    const [only, ...others] = calendars.flatMap(({ components }) => components)
    const tzid = only?.property('TZID')?.value
    if (only === undefined || tzid === undefined || others.length > 0 || only.name !== 'VTIMEZONE') return null
    const known = resolveKnownZone(tzid) !== null
    return { tzid, vtimezone: known ? null : new TextDecoder().decode(bytes.subarray(only.start, only.end)) }
  } catch (error) {
    if (CalendarError.is(error)) return null
    throw error
  }
}
