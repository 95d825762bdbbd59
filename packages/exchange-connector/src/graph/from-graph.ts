import { CalendarError } from '@dayport/core'
import { htmlToText } from '@dayport/core/ical'
import { exceptionOf, isSameSpan } from '../event/compare.ts'
import { addDays, dateOf } from '../event/days.ts'
import type {
  AttendeeResponse,
  AttendeeRole,
  ExchangeAttendee,
  ExchangeBody,
  ExchangeContent,
  ExchangeEvent,
  ExchangeException,
  ExchangePerson,
  ExchangeRecurrence,
  ExchangeSpan,
  Importance,
  PortalData,
  Sensitivity,
  ShowAs,
} from '../event/model.ts'
import { nominalSpan, startDateOf, zoneOfSpan } from '../event/nominal-span.ts'
import { recurrenceDates } from '../event/recurrence-of.ts'
import { oneLine } from '../event/text.ts'
import { withoutFooter } from './footer.ts'
import { portalDataOf, properties, propertyOf, recurrenceBlob } from './properties.ts'
import { fromPatternedRecurrence } from './recurrence.ts'
import { touchedDays } from './recurrence-blob.ts'
import { spanOf, stampOf } from './times.ts'
import type { GraphEvent, GraphOccurrence } from './wire.ts'

/** What reading needs beside the event. */
export interface ReadOptions {
  /** Time zone of the mailbox owner, IANA or Windows name. */
  readonly zone: string
  /** Names this portal and the mailbox's owner in it: what others wrote beside an item is not read. */
  readonly origin: string
  /** Heading of the participants' line that we write. */
  readonly participantsHeading: string
  /** Reads a single event that stands for one occurrence of a series, with the text of the series. */
  readonly asPart?: boolean
}

/** An exception with the id under which it is written. */
export interface OccurrenceId {
  readonly originalDate: string
  readonly id: string
}

/**
 * What a Graph event says, its exceptions as differences from their series. `exceptionOccurrences` and, of a series, its deleted days
 * have to be there.
 *
 * @throws {CalendarError} `invalid-calendar-data` when its times, its pattern or its deleted days cannot be read: it is there, and
 * nothing may be concluded from it.
 */
export const fromGraph = (event: GraphEvent, options: ReadOptions): ExchangeEvent => {
  const span = spanOf(event, options.zone)
  if (span === null) throw unreadable('times')
  const portalData = portalDataOf(event, options.origin, options.asPart)
  const content = contentOf(event, portalData, options)
  const recurrence = recurrenceIn(event)
  const exceptions = recurrence === null ? [] : exceptionsOf(event, { span, recurrence, content, portalData }, options)
  const days = new Set(exceptions.map(({ originalDate }) => originalDate))
  const isForeign = event.isOrganizer === false
  const isMeeting = isForeign || (event.attendees ?? []).length > 0
  return {
    ...content,
    uid: uidOf(event, portalData),
    span,
    recurrence,
    deleted:
      recurrence === null ? [] : deletedDays(event, span, recurrence, exceptions).filter((day) => !days.has(day)),
    // An occurrence that says nothing of its own is one of the series.
    exceptions: exceptions.filter(({ span: own, fields }) => own !== undefined || Object.keys(fields).length > 0),
    organizer: event.organizer?.emailAddress == null ? null : personOf(event.organizer.emailAddress),
    isOrganizer: isMeeting ? !isForeign : null,
    isCancelled: event.isCancelled === true,
    myResponse: responseOf(event.responseStatus?.response ?? null),
    joinUrl: event.onlineMeeting?.joinUrl ?? event.onlineMeetingUrl,
    portalData,
    createdMs: stampOf(event.createdDateTime),
    modifiedMs: stampOf(event.lastModifiedDateTime),
  }
}

const unreadable = (what: string) =>
  new CalendarError('invalid-calendar-data', `Expected an event whose ${what} can be read`, { details: { what } })

/** Ids of the exceptions, for writing. */
export const occurrenceIds = (event: GraphEvent, options: ReadOptions): readonly OccurrenceId[] => {
  const span = spanOf(event, options.zone)
  const recurrence = recurrenceIn(event)
  if (span === null || recurrence === null) return []
  return (event.exceptionOccurrences ?? []).flatMap((occurrence) => {
    const originalDate = originalDateOf(occurrence, span, recurrence)
    return originalDate === null ? [] : [{ originalDate, id: occurrence.id }]
  })
}

/**
 * Graph's own UID, unless the item was written from an event of ours: Graph lets nobody set it, and then ours is in the property. A copy
 * that carries our property looks the same; the links of the sync engine tell it apart.
 */
const uidOf = (event: GraphEvent, portalData: PortalData | null) =>
  portalData === null ? (event.iCalUId ?? event.id) : null

const recurrenceIn = (event: GraphEvent): ExchangeRecurrence | null => {
  if (event.recurrence === null) {
    if (event.type === 'seriesMaster') throw unreadable('pattern')
    return null
  }
  const recurrence = fromPatternedRecurrence(event.recurrence)
  if (recurrence === null) throw unreadable('pattern')
  return recurrence
}

/** What an event says beside its times. */
export const contentOf = (
  event: GraphOccurrence,
  portalData: PortalData | null,
  options: ReadOptions,
): ExchangeContent => {
  const body = bodyOf(event)
  const attendees = (event.attendees ?? []).map(attendeeOf)
  return {
    subject: oneLine(event.subject ?? ''),
    body: portalData === null ? body : withoutFooter(body, options.participantsHeading),
    location: locationOf(event),
    sensitivity: word(sensitivities, event.sensitivity, 'normal'),
    showAs: word(showing, event.showAs, 'busy'),
    importance: word(importances, event.importance, 'normal'),
    categories: event.categories ?? [],
    reminderMinutes: event.isReminderOn === true ? Math.max(0, event.reminderMinutesBeforeStart ?? 15) : null,
    // Nobody in Exchange, and people of ours: they were kept back from it.
    attendees: attendees.length === 0 && portalData !== null ? null : attendees,
    responseRequested: event.responseRequested ?? false,
  }
}

/** How the server marks HTML that it made of plain text. */
const fromText = /<!--\s*converted from text(?:\/plain format)?\s*-->/i

const bodyOf = ({ body }: GraphOccurrence): ExchangeBody => {
  const content = body?.content ?? ''
  if (body?.contentType?.toLowerCase() !== 'html') return { kind: 'text', content }
  return fromText.test(content) ? { kind: 'text', content: htmlToText(content) } : { kind: 'html', content }
}

const locationOf = (event: GraphOccurrence): string => {
  const several = (event.locations ?? [])
    .map(({ displayName }) => oneLine(displayName ?? ''))
    .filter((name) => name !== '')
  return several.length > 1 ? several.join('; ') : oneLine(event.location?.displayName ?? '')
}

const sensitivities: Readonly<Record<string, Sensitivity>> = {
  normal: 'normal',
  personal: 'personal',
  private: 'private',
  confidential: 'confidential',
}
const showing: Readonly<Record<string, ShowAs>> = {
  free: 'free',
  tentative: 'tentative',
  busy: 'busy',
  oof: 'oof',
  workingelsewhere: 'workingElsewhere',
  unknown: 'noData',
}
const importances: Readonly<Record<string, Importance>> = { low: 'low', normal: 'normal', high: 'high' }
const responses: Readonly<Record<string, AttendeeResponse>> = {
  none: 'none',
  organizer: 'organizer',
  tentativelyaccepted: 'tentative',
  accepted: 'accepted',
  declined: 'declined',
  notresponded: 'notResponded',
}
const roles: Readonly<Record<string, AttendeeRole>> = {
  required: 'required',
  optional: 'optional',
  resource: 'resource',
}

const word = <T>(words: Readonly<Record<string, T>>, value: string | null, otherwise: T): T =>
  words[(value ?? '').toLowerCase()] ?? otherwise

const responseOf = (value: string | null) => word(responses, value, 'none')

const personOf = (address: { readonly address: string | null; readonly name: string | null }): ExchangePerson => ({
  // X.500 addresses of people inside are none that anybody could write to.
  address: /^[^\s@]+@[^\s@]+$/.test(address.address ?? '') ? address.address! : '',
  name: oneLine(address.name ?? ''),
})

const attendeeOf = (attendee: NonNullable<GraphOccurrence['attendees']>[number]): ExchangeAttendee => ({
  ...personOf(attendee.emailAddress ?? { address: null, name: null }),
  role: word(roles, attendee.type, 'required'),
  response: responseOf(attendee.status?.response ?? null),
})

interface Series {
  readonly span: ExchangeSpan
  readonly recurrence: ExchangeRecurrence
  readonly content: ExchangeContent
  readonly portalData: PortalData | null
}

/** Every occurrence that the service calls an exception, by its original day. */
const exceptionsOf = (event: GraphEvent, series: Series, options: ReadOptions): readonly ExchangeException[] => {
  if (event.exceptionOccurrences === null) throw unreadable('exceptions')
  const byDay = new Map<string, ExchangeException>()
  for (const occurrence of event.exceptionOccurrences) {
    const originalDate = originalDateOf(occurrence, series.span, series.recurrence)
    const span = spanOf(occurrence, options.zone)
    if (originalDate === null || span === null) throw unreadable('exceptions')
    const fields = exceptionOf(series.content, contentOf(occurrence, series.portalData, options))
    const nominal = nominalSpan(series.span, originalDate)
    byDay.set(originalDate, { originalDate, fields, ...(isSameSpan(span, nominal) ? {} : { span }) })
  }
  return [...byDay.values()].sort((a, b) => (a.originalDate < b.originalDate ? -1 : 1))
}

/**
 * The original day of an occurrence in the zone of its series: from its original start, or from its name, `OID.….2026-01-06`, whichever
 * is a day of the pattern.
 */
const originalDateOf = (
  occurrence: GraphOccurrence,
  span: ExchangeSpan,
  recurrence: ExchangeRecurrence,
): string | null => {
  const startMs = stampOf(occurrence.originalStart)
  const local =
    startMs === null
      ? null
      : span.kind === 'days' && occurrence.originalStart?.includes('T00:00') === true
        ? dateOf(startMs)
        : dateOf(zoneOfSpan(span).toLocal(startMs))
  const named = dayInName(occurrence.occurrenceId)
  const found = [local, named].find((day) => day !== null && isDayOf(recurrence, day))
  return found ?? local ?? named
}

const dayInName = (name: string | null) => /\.(\d{4}-\d{2}-\d{2})$/.exec(name ?? '')?.[1] ?? null

const isDayOf = (recurrence: ExchangeRecurrence, day: string): boolean =>
  recurrenceDates(recurrence, { from: day, before: addDays(day, 1), limit: 1 }).length > 0

/**
 * Deleted days: the service's list, or the series' own record where that is missing. The list may count days in another zone than the
 * series: a day that the pattern does not have is taken for its neighbour that it has.
 */
const deletedDays = (
  event: GraphEvent,
  span: ExchangeSpan,
  recurrence: ExchangeRecurrence,
  exceptions: readonly ExchangeException[],
): readonly string[] => {
  const changed = new Set(exceptions.map(({ originalDate }) => originalDate))
  const blob = propertyOf(event, recurrenceBlob)
  const recorded = blob === null ? null : (touchedDays(blob)?.days.filter((day) => !changed.has(day)) ?? null)
  const told = event.cancelledOccurrences?.map(dayInName).filter((day) => day !== null)
  // Both, and as many: then the record, whose days are those of the series' zone for sure.
  if (recorded !== null && (told === undefined || told.length === recorded.length)) return sorted(recorded)
  if (told === undefined) throw unreadable('deleted occurrences')
  const first = startDateOf(span)
  return sorted(
    told.map(
      (day) =>
        [day, addDays(day, -1), addDays(day, 1)].find((near) => near >= first && isDayOf(recurrence, near)) ?? day,
    ),
  )
}

const sorted = (days: readonly string[]) => [...new Set(days)].sort()

/** Whether occurrences are still to be written as our property says; see `properties.pending`. */
export const isPending = (event: GraphEvent): boolean => propertyOf(event, properties.pending) === '1'
