import { resolveKnownZone } from '@dayport/core/ical'
import type { XmlElement } from '@dayport/core/xml'
import { type FloatingZone, utcZone } from '../data/object-view.ts'
import { refusal } from '../errors.ts'
import { timezoneOf, validTimezone } from '../properties/timezone.ts'
import type { CalendarResource } from '../resources.ts'
import { cal } from '../wire/names.ts'

/**
 * The zone for DATE and floating values: the request's `timezone` or `timezone-id`, else the calendar's, else UTC. RFC 4791 §7.3,
 * RFC 7809 §3.1.6.
 *
 * @throws {DavError} 403 valid-calendar-data for a bad time zone; valid-timezone for an unknown id.
 */
export const floatingZoneOf = ({ calendar }: CalendarResource, body: XmlElement): FloatingZone => {
  const id = body.child(cal('timezone-id'))?.text.trim()
  if (id !== undefined) {
    if (resolveKnownZone(id) === null) throw refusal(403, cal('valid-timezone'))
    return { tzid: id, vtimezone: null }
  }
  const text = body.child(cal('timezone'))?.text
  const given = text === undefined ? calendar.timezone : validTimezone(text)
  return (given === null ? null : timezoneOf(given)) ?? utcZone
}
