import { etagOfVersion } from './event-json.ts'
import type { FakeEvent, FakeFields } from './fake-event.ts'
import {
  crossesNeighbour,
  type FakeMailboxState,
  findItem,
  logGone,
  occurrenceFields,
  setException,
  touch,
} from './fake-mailbox.ts'
import { GraphFault } from './graph-fault.ts'
import { defaultFields } from './normalize.ts'
import { readFields } from './read-fields.ts'
import { seriesDays } from './series-days.ts'
import { instantOf } from './zone-time.ts'

/** One mail that left the server. */
export interface FakeMail {
  readonly kind: 'invitation' | 'update' | 'cancellation' | 'response'
  readonly to: string
  readonly event: string
}

/** What writes need of the server. */
export interface WriteContext {
  readonly nowMs: number
  readonly newId: () => string
  readonly mail: (mail: FakeMail) => void
  /** How long new events are missing from lists. */
  readonly listedAfterMs: number
  /** Whether a repeated transactionId is answered with a conflict instead of the first event. */
  readonly refuseRepeatedTransaction: boolean
}

const notFound = () => new GraphFault(404, 'ErrorItemNotFound', 'The specified object was not found in the store.')

export const createEvent = (
  box: FakeMailboxState,
  calendar: string,
  body: unknown,
  context: WriteContext,
): { readonly event: FakeEvent; readonly created: boolean } => {
  const read = readFields(body)
  if (read.transactionId !== null) {
    const before = [...box.events.values()].find((event) => event.transactionId === read.transactionId)
    if (before !== undefined) {
      if (context.refuseRepeatedTransaction) {
        throw new GraphFault(409, 'ErrorDuplicateTransactionId', 'The TransactionId in the request is not unique.')
      }
      return { event: before, created: false }
    }
  }
  const { start, end } = read.fields
  if (start === undefined || end === undefined) {
    throw new GraphFault(400, 'ErrorInvalidRequest', 'start and end are required')
  }
  const fields: FakeFields = { ...defaultFields(read.fields.isAllDay ?? false), ...read.fields, start, end }
  const id = context.newId()
  const event: FakeEvent = {
    id,
    calendar,
    version: 0,
    fields,
    recurrence: read.recurrence ?? null,
    exceptions: new Map(),
    cancelled: new Set(),
    properties: new Map(read.properties.map((property) => [property.id.toLowerCase(), property])),
    transactionId: read.transactionId,
    organizer: { address: box.user, name: box.user },
    isOrganizer: true,
    isCancelled: false,
    response: 'none',
    uid: `040000008200E00074C5B7101A82E00800000000${hex(id)}`,
    createdMs: context.nowMs,
    modifiedMs: context.nowMs,
    listedFromMs: context.nowMs + context.listedAfterMs,
  }
  assertTimes(event)
  box.events.set(id, event)
  touch(box, event, context.nowMs)
  for (const { emailAddress } of fields.attendees) {
    context.mail({ kind: 'invitation', to: emailAddress.address, event: id })
  }
  return { event, created: true }
}

export const patchEvent = (
  box: FakeMailboxState,
  id: string,
  body: unknown,
  ifMatch: string | null,
  context: WriteContext,
): void => {
  const item = findItem(box, id)
  if (item === null) throw notFound()
  const { event, day } = item
  assertMatch(event, ifMatch)
  const read = readFields(body)
  if (read.transactionId !== null) throw new GraphFault(400, 'ErrorInvalidRequest', 'transactionId cannot be changed')
  const before = event.fields.attendees
  assertOwnFields(event, read.fields)
  if (day !== null) {
    if (read.recurrence !== undefined || read.fields.sensitivity !== undefined || read.properties.length > 0) {
      throw new GraphFault(400, 'ErrorInvalidPropertySet', 'not for a single occurrence')
    }
    if (read.fields.start !== undefined && crossesNeighbour(event, day, read.fields.start)) {
      throw new GraphFault(400, 'ErrorOccurrenceCrossingBoundary', 'Modified occurrence is crossing an adjacent one.')
    }
    setException(event, day, read.fields, context.newId)
  } else {
    const moved = ['start', 'end', 'isAllDay'].some((name) => name in read.fields) || read.recurrence !== undefined
    event.fields = { ...event.fields, ...read.fields }
    if (read.recurrence !== undefined) event.recurrence = read.recurrence
    for (const property of read.properties) event.properties.set(property.id.toLowerCase(), property)
    // Another pattern, range or time of a series drops what single occurrences said.
    if (moved) {
      event.exceptions.clear()
      event.cancelled.clear()
    }
    assertTimes(event)
  }
  touch(box, event, context.nowMs)
  if (day !== null) {
    mailUpdate(
      event,
      occurrenceFields(event, day).attendees,
      occurrenceFields(event, day).attendees,
      read.fields,
      context,
    )
    return
  }
  mailUpdate(event, before, event.fields.attendees, read.fields, context)
  // Exceptions with people of their own are mailed beside the series.
  for (const { fields } of event.exceptions.values()) {
    if (fields.attendees !== undefined) mailUpdate(event, fields.attendees, fields.attendees, read.fields, context)
  }
}

export const deleteEvent = (box: FakeMailboxState, id: string, ifMatch: string | null, context: WriteContext): void => {
  const item = findItem(box, id)
  if (item === null) throw notFound()
  const { event, day } = item
  assertMatch(event, ifMatch)
  if (event.isOrganizer) {
    const told = day === null ? event.fields.attendees : occurrenceFields(event, day).attendees
    for (const { emailAddress } of told)
      context.mail({ kind: 'cancellation', to: emailAddress.address, event: event.id })
  }
  if (day !== null) {
    cancelOccurrence(box, event, day, context.nowMs)
    return
  }
  box.events.delete(event.id)
  logGone(box, event.calendar, event.id)
}

/** The service's feed does not tell that an occurrence was deleted. */
export const cancelOccurrence = (box: FakeMailboxState, event: FakeEvent, day: string, nowMs: number): void => {
  event.exceptions.delete(day)
  event.cancelled.add(day)
  touch(box, event, nowMs, true)
}

export const respond = (
  box: FakeMailboxState,
  id: string,
  response: string,
  body: unknown,
  context: WriteContext,
): void => {
  const item = findItem(box, id)
  if (item === null) throw notFound()
  if (item.event.isOrganizer) throw new GraphFault(400, 'ErrorInvalidRequest', 'You are the organizer of this meeting')
  const send = (body as { sendResponse?: unknown } | null)?.sendResponse !== false
  item.event.response = response
  touch(box, item.event, context.nowMs)
  if (send) context.mail({ kind: 'response', to: item.event.organizer.address, event: item.event.id })
}

const assertMatch = (event: FakeEvent, ifMatch: string | null) => {
  if (ifMatch === null || ifMatch === '*' || ifMatch === etagOfVersion(event.version)) return
  throw new GraphFault(412, 'ErrorIrresolvableConflict', 'The change key passed in the request does not match.')
}

const assertTimes = (event: FakeEvent) => {
  const { start, end, isAllDay } = event.fields
  if ((instantOf(end) ?? 0) < (instantOf(start) ?? 0)) {
    throw new GraphFault(400, 'ErrorCalendarEndDateIsEarlierThanStartDate', 'EndDate is earlier than StartDate')
  }
  const midnight = (text: string) => text.slice(11, 16) === '00:00'
  if (isAllDay && !(midnight(start.dateTime) && midnight(end.dateTime) && start.timeZone === end.timeZone)) {
    throw new GraphFault(
      400,
      'ErrorInvalidRequest',
      'The Event.Start property for an all-day event needs to be set to midnight.',
    )
  }
  if (event.recurrence !== null && seriesDays(event.recurrence, lastDayToLook(event)).length === 0) {
    throw new GraphFault(400, 'ErrorRecurrenceHasNoOccurrence', 'The recurrence has no occurrence.')
  }
}

const lastDayToLook = (event: FakeEvent) =>
  `${Number(event.recurrence!.range.startDate.slice(0, 4)) + 9}${event.recurrence!.range.startDate.slice(4).replace('-02-29', '-02-28')}`

/** Time, title, place, text and people of a meeting are its organiser's. */
const assertOwnFields = (event: FakeEvent, fields: Partial<FakeFields>) => {
  if (event.isOrganizer) return
  const foreign = [
    'subject',
    'body',
    'start',
    'end',
    'isAllDay',
    'location',
    'attendees',
    'importance',
    'responseRequested',
  ]
  const touched = foreign.filter((name) => name in fields)
  if (touched.length > 0) {
    throw new GraphFault(403, 'ErrorAccessDenied', `Only the organizer may change ${touched.join(', ')}`)
  }
}

/** Every write on an organiser's meeting mails; one of the attendees alone mails only those who changed. */
const mailUpdate = (
  event: FakeEvent,
  before: FakeFields['attendees'],
  now: FakeFields['attendees'],
  fields: Partial<FakeFields>,
  context: WriteContext,
) => {
  if (!event.isOrganizer) return
  const addresses = (list: FakeFields['attendees']) =>
    new Set(list.map((one) => one.emailAddress.address.toLowerCase()))
  const [old, current] = [addresses(before), addresses(now)]
  const onlyPeople = Object.keys(fields).join() === 'attendees'
  for (const to of current) {
    if (!onlyPeople || !old.has(to)) context.mail({ kind: old.has(to) ? 'update' : 'invitation', to, event: event.id })
  }
  for (const to of old) if (!current.has(to)) context.mail({ kind: 'cancellation', to, event: event.id })
}

const hex = (text: string) =>
  [...text]
    .map((char) => char.charCodeAt(0).toString(16).padStart(2, '0'))
    .join('')
    .toUpperCase()
