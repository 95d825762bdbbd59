import type { Calendar } from '../calendar.ts'
import { CalendarError } from '../errors.ts'
import { parseCalendar, resolveKnownZone, vtimezoneText } from '../ical/index.ts'

/** Years that a calendar's own zone is written for, as most programs write it. */
const zoneSpan = { fromMs: Date.UTC(1970, 0, 1), toMs: Date.UTC(2037, 11, 31) }

/**
 * A calendar as people see it who may not `read` it: its name, colour and place, and the zone of its floating times by its public name.
 * The owner's description, what their programs keep with the calendar and how much is in it are not for them.
 */
export const shownCalendar = ({ bytes: _, ...calendar }: Calendar): Calendar => ({
  ...calendar,
  description: '',
  deadProperties: {},
  timezone: calendar.timezone === null ? null : knownTimezone(calendar.timezone),
})

/** The same zone from the runtime's data; `null`, as if never set, for one that only its VTIMEZONE explains. */
const knownTimezone = (text: string): string | null => {
  const zone = resolveKnownZone(tzidIn(text))
  if (zone === null) return null
  const lines = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Dayport//Projection//EN', '']
  return `${lines.join('\r\n')}${vtimezoneText(zone.id, zoneSpan)}END:VCALENDAR\r\n`
}

const tzidIn = (text: string): string => {
  try {
    const { calendars } = parseCalendar(new TextEncoder().encode(text))
    return calendars[0]?.components[0]?.property('TZID')?.value ?? ''
  } catch (error) {
    if (CalendarError.is(error)) return ''
    throw error
  }
}
