import { parseDuration, type Weekday, weekdays } from '@dayport/core/ical'
import type { XmlElement } from '@dayport/core/xml'
import type {
  AttendeeResponse,
  AttendeeRole,
  ExchangeBody,
  ExchangePattern,
  ExchangeRecurrence,
  WeekIndex,
} from '../event/model.ts'
import { type EwsItemId, readFlag, readId, readInstant, readNumber, readText } from './ids.ts'
import { t } from './names.ts'
import { cleanGlobalObjectId, type PortalField, portalFields, readExtended } from './properties.ts'

/** A mailbox as the wire has it; `routing` is `SMTP`, or `EX` with a directory name for `address`. */
export interface EwsMailbox {
  readonly name: string
  readonly address: string
  readonly routing: string
}

export interface EwsAttendee extends EwsMailbox {
  readonly role: AttendeeRole
  readonly response: AttendeeResponse
}

/** An occurrence that a master names. */
export interface EwsOccurrenceRef {
  readonly itemId: EwsItemId | null
  readonly startMs: number | null
  readonly endMs: number | null
  readonly originalStartMs: number | null
}

/** A CalendarItem as the wire has it; `null` for what the answer does not say. Times are instants in ms. */
export interface EwsCalendarItem {
  readonly itemId: EwsItemId
  /** Taken from what else is there where the answer does not say it: see `isTypeTold`. */
  readonly type: 'Single' | 'Occurrence' | 'Exception' | 'RecurringMaster'
  readonly isTypeTold: boolean
  readonly itemClass: string | null
  readonly subject: string | null
  readonly sensitivity: string | null
  readonly body: ExchangeBody | null
  readonly categories: readonly string[]
  readonly importance: string | null
  readonly reminderIsSet: boolean | null
  readonly reminderMinutes: number | null
  readonly createdMs: number | null
  readonly modifiedMs: number | null
  readonly uid: string | null
  readonly startMs: number | null
  readonly endMs: number | null
  readonly isAllDay: boolean
  readonly freeBusy: string | null
  readonly location: string | null
  readonly isMeeting: boolean | null
  readonly isCancelled: boolean
  readonly isResponseRequested: boolean | null
  readonly myResponse: AttendeeResponse
  readonly organizer: EwsMailbox | null
  readonly isOrganizer: boolean | null
  readonly appointmentState: number | null
  readonly attendees: readonly EwsAttendee[]
  readonly recurrence: ExchangeRecurrence | null
  readonly modified: readonly EwsOccurrenceRef[]
  readonly deletedMs: readonly number[]
  readonly startZone: string | null
  readonly endZone: string | null
  /** Offsets of the periods of the start's zone, seconds east of UTC, ascending; empty when the answer tells only a name. */
  readonly zoneOffsets: readonly number[]
  readonly joinUrl: string | null
  /** Hex of CleanGlobalObjectId. */
  readonly globalId: string | null
  readonly portal: Readonly<Record<PortalField, string | null>>
}

/** Reads an item; `null` for one that is no calendar item or has no id. */
export const readItem = (element: XmlElement): EwsCalendarItem | null => {
  const itemId = readId(element, 'ItemId')
  if (element.name !== t('CalendarItem') || itemId === null) return null
  const portal = Object.fromEntries(
    Object.entries(portalFields).map(([key, field]) => [key, readExtended(element, field)]),
  ) as Record<PortalField, string | null>
  const globalId = readExtended(element, cleanGlobalObjectId)
  return {
    itemId,
    type: typeOf(element),
    isTypeTold: readText(element, 'CalendarItemType') !== null,
    itemClass: readText(element, 'ItemClass'),
    subject: readText(element, 'Subject'),
    sensitivity: readText(element, 'Sensitivity'),
    body: bodyOf(element),
    categories: (element.child(t('Categories'))?.childrenNamed(t('String')) ?? []).map(({ text }) => text),
    importance: readText(element, 'Importance'),
    reminderIsSet: readFlag(element, 'ReminderIsSet'),
    reminderMinutes: readNumber(element, 'ReminderMinutesBeforeStart'),
    createdMs: readInstant(element, 'DateTimeCreated'),
    modifiedMs: readInstant(element, 'LastModifiedTime'),
    uid: readText(element, 'UID'),
    startMs: readInstant(element, 'Start'),
    endMs: readInstant(element, 'End'),
    isAllDay: readFlag(element, 'IsAllDayEvent') === true,
    freeBusy: readText(element, 'LegacyFreeBusyStatus'),
    location:
      readText(element, 'Location') ?? element.child(t('EnhancedLocation'))?.child(t('DisplayName'))?.text ?? null,
    isMeeting: readFlag(element, 'IsMeeting'),
    isCancelled: readFlag(element, 'IsCancelled') === true,
    isResponseRequested: readFlag(element, 'IsResponseRequested'),
    myResponse: responseOf(readText(element, 'MyResponseType')),
    organizer: mailboxOf(element.child(t('Organizer'))),
    isOrganizer: readFlag(element, 'IsOrganizer'),
    appointmentState: readNumber(element, 'AppointmentState'),
    attendees: attendeesOf(element),
    recurrence: recurrenceOf(element.child(t('Recurrence'))),
    modified: (element.child(t('ModifiedOccurrences'))?.elements ?? []).map(occurrenceOf),
    deletedMs: (element.child(t('DeletedOccurrences'))?.elements ?? []).flatMap(
      (deleted) => readInstant(deleted, 'Start') ?? [],
    ),
    startZone: zoneOf(element, 'Start'),
    endZone: zoneOf(element, 'End'),
    zoneOffsets: zoneOffsetsOf(element),
    joinUrl: readText(element, 'JoinOnlineMeetingUrl'),
    globalId: globalId === null ? null : hexOf(globalId),
    portal,
  }
}

const types = ['Single', 'Occurrence', 'Exception', 'RecurringMaster'] as const

const typeOf = (element: XmlElement): EwsCalendarItem['type'] => {
  const stated = readText(element, 'CalendarItemType')?.trim()
  return (
    types.find((type) => type === stated) ??
    (element.child(t('Recurrence')) === undefined ? 'Single' : 'RecurringMaster')
  )
}

const bodyOf = (element: XmlElement): ExchangeBody | null => {
  const body = element.child(t('Body'))
  if (body === undefined) return null
  return { kind: body.attributes.get('BodyType') === 'HTML' ? 'html' : 'text', content: body.text }
}

const responses: Readonly<Record<string, AttendeeResponse>> = {
  Organizer: 'organizer',
  Tentative: 'tentative',
  Accept: 'accepted',
  Decline: 'declined',
  NoResponseReceived: 'notResponded',
}

const responseOf = (text: string | null): AttendeeResponse => responses[text?.trim() ?? ''] ?? 'none'

const mailboxOf = (parent: XmlElement | undefined): EwsMailbox | null => {
  const mailbox = parent?.child(t('Mailbox'))
  if (mailbox === undefined) return null
  return {
    name: readText(mailbox, 'Name') ?? '',
    address: readText(mailbox, 'EmailAddress') ?? '',
    routing: readText(mailbox, 'RoutingType') ?? 'SMTP',
  }
}

const lists: readonly (readonly [name: string, role: AttendeeRole])[] = [
  ['RequiredAttendees', 'required'],
  ['OptionalAttendees', 'optional'],
  ['Resources', 'resource'],
]

const attendeesOf = (element: XmlElement): readonly EwsAttendee[] =>
  lists.flatMap(([name, role]) =>
    (element.child(t(name))?.childrenNamed(t('Attendee')) ?? []).flatMap((attendee) => {
      const mailbox = mailboxOf(attendee)
      return mailbox === null ? [] : [{ ...mailbox, role, response: responseOf(readText(attendee, 'ResponseType')) }]
    }),
  )

const occurrenceOf = (element: XmlElement): EwsOccurrenceRef => ({
  itemId: readId(element, 'ItemId'),
  startMs: readInstant(element, 'Start'),
  endMs: readInstant(element, 'End'),
  originalStartMs: readInstant(element, 'OriginalStart'),
})

/** Servers say the id alone, the definition, or both, one of them twice. */
const zoneOf = (element: XmlElement, end: 'Start' | 'End'): string | null => {
  const names = [
    readText(element, `${end}TimeZoneId`),
    ...element
      .childrenNamed(t(`${end}TimeZone`))
      .flatMap(({ attributes }) => [attributes.get('Id'), attributes.get('Name')]),
  ]
  const known = names.find((name) => name != null && name.trim() !== '')
  return known ?? null
}

/** A zone of somebody's own (`Customized Time Zone`) is told by its periods alone. */
const zoneOffsetsOf = (element: XmlElement): readonly number[] => {
  const told = periodOffsetsOf(element)
  return told.length > 0 ? told : meetingZoneOffsetsOf(element.child(t('MeetingTimeZone')))
}

/** As servers of 2007 tell it: a base, and what summer adds to it. */
const meetingZoneOffsetsOf = (zone: XmlElement | undefined): readonly number[] => {
  const base = secondsOf(readText(zone, 'BaseOffset'))
  if (zone === undefined || base === null) return []
  const offsets = ['Standard', 'Daylight'].flatMap((part) => {
    const own = zone.child(t(part))
    return own === undefined ? [] : [-(base + (secondsOf(readText(own, 'Offset')) ?? 0)) + 0]
  })
  return [...new Set(offsets.length === 0 ? [-base + 0] : offsets)].sort((a, b) => a - b)
}

const secondsOf = (text: string | null): number | null => {
  const duration = parseDuration(text?.trim() ?? '')
  return duration === null ? null : duration.days * 86_400 + duration.seconds
}

const periodOffsetsOf = (element: XmlElement): readonly number[] => {
  const periods = element.childrenNamed(t('StartTimeZone')).flatMap((zone) => zone.child(t('Periods'))?.elements ?? [])
  const offsets = periods.flatMap(({ attributes }) => {
    const bias = parseDuration(attributes.get('Bias') ?? '')
    // EWS counts a bias westwards.
    return bias === null ? [] : [-(bias.days * 86_400 + bias.seconds) + 0]
  })
  return [...new Set(offsets)].sort((a, b) => a - b)
}

const dayNames: readonly (readonly [name: string, days: readonly Weekday[]])[] = [
  ['Monday', ['MO']],
  ['Tuesday', ['TU']],
  ['Wednesday', ['WE']],
  ['Thursday', ['TH']],
  ['Friday', ['FR']],
  ['Saturday', ['SA']],
  ['Sunday', ['SU']],
  ['Day', weekdays],
  ['Weekday', ['MO', 'TU', 'WE', 'TH', 'FR']],
  ['WeekendDay', ['SA', 'SU']],
]

const daysOf = (text: string | null): readonly Weekday[] => {
  const named = (text ?? '').trim().split(/\s+/)
  const days = dayNames.filter(([name]) => named.includes(name)).flatMap(([, list]) => list)
  return weekdays.filter((day) => days.includes(day))
}

/** What EWS calls a set of days. */
export const dayNamesOf = (days: readonly Weekday[]): string => {
  const whole = dayNames.find(
    ([, list]) => list.length === days.length && list.length !== 1 && list.every((day) => days.includes(day)),
  )
  if (whole !== undefined) return whole[0]
  return dayNames
    .filter(([, list]) => list.length === 1 && days.includes(list[0]!))
    .map(([name]) => name)
    .join(' ')
}

/** Each day by its own name: WeeklyRecurrence has no sets. */
export const singleDayNamesOf = (days: readonly Weekday[]): string =>
  dayNames
    .filter(([, list]) => list.length === 1 && days.includes(list[0]!))
    .map(([name]) => name)
    .join(' ')

export const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const
const months: readonly string[] = monthNames

const indexes: readonly WeekIndex[] = ['first', 'second', 'third', 'fourth', 'last']

/** A calendar date, taken from an xs:date, one with an offset, or a date-time: never through an instant. */
const dateOf = (parent: XmlElement | undefined, local: string): string | null => {
  const text = readText(parent, local)?.trim().slice(0, 10) ?? ''
  return /^\d{4}-\d\d-\d\d$/.test(text) ? text : null
}

/** `null` when there is none, or one that no calendar has. */
export const recurrenceOf = (element: XmlElement | undefined): ExchangeRecurrence | null => {
  if (element === undefined) return null
  const pattern = element.elements.map(patternOf).find((found) => found !== null)
  const range = element.elements.find(({ name }) => /\}(?:NoEnd|EndDate|Numbered)Recurrence$/.test(name))
  const startDate = dateOf(range, 'StartDate')
  if (pattern === undefined || pattern === null || range === undefined || startDate === null) return null
  if (range.name === t('NumberedRecurrence')) {
    return {
      pattern,
      range: { kind: 'numbered', startDate, count: Math.max(1, readNumber(range, 'NumberOfOccurrences') ?? 1) },
    }
  }
  const endDate = dateOf(range, 'EndDate')
  return { pattern, range: endDate === null ? { kind: 'noEnd', startDate } : { kind: 'endDate', startDate, endDate } }
}

const patternOf = (element: XmlElement): ExchangePattern | null => {
  const interval = Math.max(1, readNumber(element, 'Interval') ?? 1)
  const days = daysOf(readText(element, 'DaysOfWeek'))
  const index = indexes.find((name) => name === readText(element, 'DayOfWeekIndex')?.trim().toLowerCase())
  const day = readNumber(element, 'DayOfMonth')
  const month = months.indexOf(readText(element, 'Month')?.trim() ?? '') + 1
  switch (element.name) {
    case t('DailyRecurrence'):
      return { kind: 'daily', interval }
    case t('WeeklyRecurrence'): {
      const [firstDay = 'MO'] = daysOf(readText(element, 'FirstDayOfWeek') ?? 'Monday')
      return days.length === 0 ? null : { kind: 'weekly', interval, days, firstDay }
    }
    case t('AbsoluteMonthlyRecurrence'):
      return day === null ? null : { kind: 'absoluteMonthly', interval, day }
    case t('RelativeMonthlyRecurrence'):
      return index === undefined || days.length === 0 ? null : { kind: 'relativeMonthly', interval, days, index }
    case t('AbsoluteYearlyRecurrence'):
      return day === null || month === 0 ? null : { kind: 'absoluteYearly', interval: 1, month, day }
    case t('RelativeYearlyRecurrence'):
      return index === undefined || days.length === 0 || month === 0
        ? null
        : { kind: 'relativeYearly', interval: 1, month, days, index }
    default:
      return null
  }
}

const hexOf = (base64: string): string | null => {
  try {
    return [...atob(base64.trim())]
      .map((char) => char.charCodeAt(0).toString(16).padStart(2, '0'))
      .join('')
      .toUpperCase()
  } catch {
    return null
  }
}
