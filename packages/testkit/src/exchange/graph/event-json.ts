import type { FakeEvent, FakeFields } from './fake-event.ts'
import { occurrenceFields, occurrenceId, spanOf, type WindowItem } from './fake-mailbox.ts'
import { bodyOut } from './normalize.ts'
import { timeOut } from './zone-time.ts'

/** How an answer is asked for. */
export interface Shape {
  readonly textBody: boolean
  readonly timeZone: string
  /** Extended properties asked for by `$expand`, in lower case. */
  readonly properties: readonly string[]
  readonly exceptions: boolean
  readonly cancelled: boolean
}

/** The change key of a version, and the etag around it. */
export const changeKeyOf = (version: number): string => btoa(`key ${String(version).padStart(12, '0')}`)
export const etagOfVersion = (version: number): string => `W/"${changeKeyOf(version)}"`

const stamp = (ms: number) => new Date(ms).toISOString().replace(/\.(\d{3})Z$/, '.$10000Z')

/** An occurrence in the change feed: hardly more than when. */
export const stubJson = (item: WindowItem, timeZone: string): Record<string, unknown> => {
  const { startMs, endMs } = spanOf(item)
  return {
    '@odata.type': '#microsoft.graph.event',
    '@odata.etag': etagOfVersion(item.event.version),
    id: occurrenceId(item.event, item.day!),
    type: item.event.exceptions.has(item.day!) ? 'exception' : 'occurrence',
    seriesMasterId: item.event.id,
    start: timeOut(startMs, timeZone),
    end: timeOut(endMs, timeZone),
  }
}

/** The whole event, master or occurrence as Graph shows it. */
export const eventJson = (item: WindowItem, shape: Shape, withFacts = true): Record<string, unknown> => {
  const { event, day } = item
  const fields = day === null ? event.fields : occurrenceFields(event, day)
  const { startMs, endMs } = spanOf(item)
  const version = event.version
  const isException = day !== null && event.exceptions.has(day)
  const type =
    day !== null
      ? isException
        ? 'exception'
        : 'occurrence'
      : event.recurrence === null
        ? 'singleInstance'
        : 'seriesMaster'
  return {
    '@odata.etag': etagOfVersion(version),
    id: day === null ? event.id : occurrenceId(event, day),
    createdDateTime: stamp(event.createdMs),
    lastModifiedDateTime: stamp(event.modifiedMs),
    changeKey: changeKeyOf(version),
    categories: fields.categories,
    transactionId: event.transactionId,
    originalStartTimeZone: fields.start.timeZone,
    originalEndTimeZone: fields.end.timeZone,
    iCalUId: day === null ? event.uid : `${event.uid.slice(0, 32)}${day.replaceAll('-', '')}${event.uid.slice(40)}`,
    reminderMinutesBeforeStart: fields.reminderMinutesBeforeStart,
    isReminderOn: fields.isReminderOn,
    hasAttachments: false,
    subject: fields.subject,
    importance: fields.importance,
    sensitivity: event.fields.sensitivity,
    isAllDay: fields.isAllDay,
    isCancelled: event.isCancelled,
    isOrganizer: event.isOrganizer,
    responseRequested: fields.responseRequested,
    seriesMasterId: day === null ? null : event.id,
    showAs: fields.showAs,
    type,
    onlineMeetingUrl: null,
    isOnlineMeeting: fields.isOnlineMeeting,
    onlineMeeting: fields.joinUrl === null ? null : { joinUrl: fields.joinUrl },
    responseStatus: { response: event.isOrganizer ? 'organizer' : event.response, time: '0001-01-01T00:00:00Z' },
    body: bodyOut(fields.body, shape.textBody),
    start: outTime(fields, startMs, shape),
    end: outTime(fields, endMs, shape),
    location: { displayName: fields.location.displayName, locationType: 'default', uniqueIdType: 'unknown' },
    locations: fields.location.displayName === '' ? [] : [{ displayName: fields.location.displayName }],
    recurrence: day === null ? recurrenceJson(event) : null,
    attendees: fields.attendees.map((attendee) => ({
      type: attendee.type,
      status: { response: 'none', time: '0001-01-01T00:00:00Z', ...attendee.status },
      emailAddress: { name: attendee.emailAddress.address, ...attendee.emailAddress },
    })),
    organizer: { emailAddress: event.organizer },
    ...(day === null
      ? {}
      : { originalStart: stamp(originalStartMs(event, day)), occurrenceId: occurrenceName(event, day) }),
    ...(withFacts && day === null && event.recurrence !== null ? seriesFacts(event, shape) : {}),
    ...propertiesJson(event, day, shape),
  }
}

/** All-day events come as midnight whatever zone was asked for. */
const outTime = (fields: FakeFields, ms: number, shape: Shape) => {
  if (!fields.isAllDay) return timeOut(ms, shape.timeZone)
  const own = timeOut(ms, fields.start.timeZone)
  return { dateTime: own.dateTime, timeZone: shape.timeZone }
}

const originalStartMs = (event: FakeEvent, day: string) => {
  const plain = { ...event, exceptions: new Map() }
  return spanOf({ event: plain, day }).startMs
}

const occurrenceName = (event: FakeEvent, day: string) => `OID.${event.id}.${day}`

const seriesFacts = (event: FakeEvent, shape: Shape) => ({
  ...(shape.cancelled
    ? { cancelledOccurrences: [...event.cancelled].sort().map((day) => occurrenceName(event, day)) }
    : {}),
  ...(shape.exceptions
    ? {
        exceptionOccurrences: [...event.exceptions.keys()].sort().map((day) => eventJson({ event, day }, shape, false)),
      }
    : {}),
})

const propertiesJson = (event: FakeEvent, day: string | null, shape: Shape) => {
  if (day !== null || shape.properties.length === 0) return {}
  const found = shape.properties.flatMap((id) => event.properties.get(id) ?? [])
  return found.length === 0 ? {} : { singleValueExtendedProperties: found }
}

/** Members that do not apply come with the service's idle values. */
const recurrenceJson = (event: FakeEvent) => {
  if (event.recurrence === null) return null
  const { pattern, range } = event.recurrence
  return {
    pattern: {
      type: pattern.type,
      interval: pattern.interval,
      month: pattern.month ?? 0,
      dayOfMonth: pattern.dayOfMonth ?? 0,
      ...(pattern.daysOfWeek === undefined ? {} : { daysOfWeek: pattern.daysOfWeek.map((day) => day.toLowerCase()) }),
      firstDayOfWeek: pattern.firstDayOfWeek?.toLowerCase() ?? 'sunday',
      index: pattern.index ?? 'first',
    },
    range: {
      type: range.type,
      startDate: range.startDate,
      endDate: range.endDate ?? '0001-01-01',
      recurrenceTimeZone: range.recurrenceTimeZone ?? event.fields.start.timeZone,
      numberOfOccurrences: range.numberOfOccurrences ?? 0,
    },
  }
}
