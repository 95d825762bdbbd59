import { resolveKnownZone } from '@dayport/core/ical'
import type { XmlElement } from '@dayport/core/xml'
import { type FloatingZone, utcZone } from '../data/object-view.ts'
import { refusal } from '../errors.ts'
import { timezoneOf, validTimezone } from '../properties/timezone.ts'
import type { CalendarResource } from '../resources.ts'
import { cal } from '../wire/names.ts'

/**
 * The zone that the request names for DATE and floating values, by `timezone` or `timezone-id`; `null` when it names none. RFC 4791
 * §7.3, RFC 7809 §3.1.6.
 *
 * @throws {DavError} 403 valid-calendar-data for a bad time zone; valid-timezone for an unknown id.
 */
export const requestZoneOf = (body: XmlElement): FloatingZone | null => {
  const id = body.child(cal('timezone-id'))?.text.trim()
  if (id !== undefined) {
    if (resolveKnownZone(id) === null) throw refusal(403, cal('valid-timezone'))
    return { tzid: id, vtimezone: null }
  }
  const text = body.child(cal('timezone'))?.text
  return text === undefined ? null : timezoneOf(validTimezone(text))
}

/** The request's zone, else the calendar's, else UTC. */
export const zoneFor = (requested: FloatingZone | null, { calendar }: CalendarResource): FloatingZone =>
  requested ?? (calendar.timezone === null ? null : timezoneOf(calendar.timezone)) ?? utcZone

/** Both at once, for reports of one calendar. @throws {DavError} as {@link requestZoneOf}. */
export const floatingZoneOf = (parent: CalendarResource, body: XmlElement): FloatingZone =>
  zoneFor(requestZoneOf(body), parent)
