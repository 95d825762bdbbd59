import type { CalendarTime } from '@dayport/core'
import {
  type ComponentDraft,
  editCalendar,
  type PropertyDraft,
  parseCalendar,
  resolveKnownZone,
  serializeCalendar,
  textProperty,
  timeProperty,
  vtimezoneText,
} from '@dayport/core/ical'
import { PortalError } from '../problem.ts'
import { type Invited, invitationProperties, type Organizer } from './invite.ts'
import { type Details, detailComponents, detailProperties } from './set-details.ts'
import { type ApiTimes, toCalendarTimes } from './times.ts'

const productId = '-//Dayport//Portal//EN'

/** A new event, complete. */
export interface EventDraft extends ApiTimes, Details {
  readonly title: string
  readonly place: string
  readonly description: string
  /** RRULE value. */
  readonly repeat: string | null
  readonly attendees?: readonly Invited[] | undefined
  /** Given with attendees. */
  readonly organizer?: Organizer | undefined
}

/** DTSTAMP and the like. */
export const utcTime = (ms: number): CalendarTime => ({
  kind: 'utc',
  instant: `${new Date(ms).toISOString().slice(0, 19)}Z`,
})

/** An RRULE line's value; what could begin another line or parameter is refused, the rest is checked by the service. */
export const repeatProperty = (rule: string): PropertyDraft => {
  const value = rule.trim().replace(/^RRULE:/i, '')
  if (!/^[A-Za-z0-9=;,:+-]+$/.test(value)) {
    throw new PortalError('invalid-request', 'The rule is not an RRULE', { field: 'repeat' })
  }
  return { name: 'RRULE', value }
}

/** Ten years around the event are written out as they are known. `null` for a zone that only an object of its own explains. */
export const zoneLines = (start: CalendarTime): Uint8Array | null => {
  if (start.kind !== 'zoned' || resolveKnownZone(start.tzid) === null) return null
  const year = 365 * 86_400_000
  const startMs = Date.parse(`${start.local}Z`)
  const text = vtimezoneText(start.tzid, { fromMs: startMs - year, toMs: startMs + 9 * year })
  return new TextEncoder().encode(text)
}

const optionalText = (name: string, text: string): PropertyDraft[] => (text === '' ? [] : [textProperty(name, text)])

/** The event as the component to be stored. */
export const eventComponent = (draft: EventDraft, uid: string, nowMs: number): ComponentDraft => {
  const { start, end } = toCalendarTimes(draft)
  return {
    name: 'VEVENT',
    properties: [
      textProperty('UID', uid),
      timeProperty('DTSTAMP', utcTime(nowMs)),
      timeProperty('CREATED', utcTime(nowMs)),
      timeProperty('LAST-MODIFIED', utcTime(nowMs)),
      timeProperty('DTSTART', start),
      timeProperty('DTEND', end),
      textProperty('SUMMARY', draft.title),
      ...optionalText('LOCATION', draft.place),
      ...optionalText('DESCRIPTION', draft.description),
      ...(draft.repeat === null ? [] : [repeatProperty(draft.repeat)]),
      ...detailProperties(draft),
      ...invitationProperties(draft.attendees ?? [], draft.organizer),
    ],
    components: detailComponents(draft, draft.title),
  }
}

/** A VCALENDAR around components, without time zones. */
export const calendarAround = (components: readonly ComponentDraft[]): Uint8Array =>
  serializeCalendar({
    name: 'VCALENDAR',
    properties: [textProperty('VERSION', '2.0'), textProperty('PRODID', productId)],
    components,
  })

/** The calendar with the definition of that time's zone, where it has one that the runtime knows. */
export const withZoneOf = (bytes: Uint8Array, time: CalendarTime): Uint8Array => {
  const zone = zoneLines(time)
  const document = parseCalendar(bytes)
  const [calendar] = document.calendars
  if (zone === null || calendar === undefined) return bytes
  const editor = editCalendar(document)
  editor.addComponent(calendar, zone)
  return editor.toBytes()
}
