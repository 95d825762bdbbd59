import { createXmlElement, type XmlElement, type XmlWriter } from '@dayport/core/xml'
import type { FakeCalendar } from './fake-calendar.ts'
import { extendedKey, type FakeItem, type FakeTarget, isSeries, nominal, windowsId, zoneOf } from './fake-item.ts'
import { copy, element, instant, localOf, parent, t } from './wire.ts'

/** The order of CalendarItem in the schema, of what the fake tells. */
const order = [
  'ItemClass',
  'Subject',
  'Sensitivity',
  'Body',
  'Categories',
  'Importance',
  'DateTimeCreated',
  'ReminderIsSet',
  'ReminderMinutesBeforeStart',
  'HasAttachments',
  'ExtendedProperty',
  'LastModifiedTime',
  'UID',
  'Start',
  'End',
  'OriginalStart',
  'IsAllDayEvent',
  'LegacyFreeBusyStatus',
  'Location',
  'IsMeeting',
  'IsCancelled',
  'IsRecurring',
  'IsResponseRequested',
  'CalendarItemType',
  'MyResponseType',
  'Organizer',
  'RequiredAttendees',
  'OptionalAttendees',
  'Resources',
  'AppointmentState',
  'Recurrence',
  'ModifiedOccurrences',
  'DeletedOccurrences',
  'MeetingTimeZone',
  'StartTimeZone',
  'EndTimeZone',
  'StartTimeZoneId',
  'EndTimeZoneId',
  'JoinOnlineMeetingUrl',
  'IsOrganizer',
]

/** What the base shapes have without being asked: neither body nor UID nor reminder nor attendees. */
const baseShapes: Readonly<Record<string, readonly string[]>> = {
  IdOnly: [],
  Default: ['Subject', 'Start', 'End', 'LegacyFreeBusyStatus', 'Location', 'CalendarItemType', 'Organizer'],
  AllProperties: order.filter(
    (name) => !['Body', 'UID', 'ReminderIsSet', 'ReminderMinutesBeforeStart', 'ExtendedProperty'].includes(name),
  ),
}

/** Writes one item with what a shape asks for. */
export const writeFakeItem = (
  writer: XmlWriter,
  calendar: FakeCalendar,
  target: FakeTarget,
  shape: XmlElement | undefined,
): void => {
  const { item, date } = target
  const base = shape?.child(t('BaseShape'))?.text.trim() ?? 'IdOnly'
  const asked = shape?.child(t('AdditionalProperties'))?.elements ?? []
  const { traits } = calendar
  const isHeeded = !traits.ignoresAdditional || base === 'AllProperties'
  const names = new Set([
    ...(traits.ignoresAdditional && base === 'AllProperties' ? order : (baseShapes[base] ?? [])),
    ...(isHeeded ? asked.flatMap((uri) => uri.attributes.get('FieldURI')?.replace(/^.*:/, '') ?? []) : []),
  ])
  const properties = isHeeded ? asked.filter((uri) => localOf(uri) === 'ExtendedFieldURI').map(extendedKey) : []
  writer.open(t('CalendarItem'))
  const id = date === null ? item.id : calendar.occurrenceId(item, date)
  const attributes = traits.withoutChangeKeys ? { Id: id } : { Id: id, ChangeKey: calendar.changeKey(item) }
  writer.element(t('ItemId'), '', attributes)
  for (const name of traits.reversesElements ? order.toReversed() : order) {
    if (name === 'ExtendedProperty') copy(writer, extendedOf(calendar, target, properties))
    else if (names.has(name)) {
      const value = propertyOf(calendar, target, name)
      if (value !== null && !isLeftOut(calendar, name, value)) copy(writer, [shortened(calendar, value)])
    }
  }
  writer.close()
}

const zoneNames = new Set(['StartTimeZone', 'EndTimeZone', 'StartTimeZoneId', 'EndTimeZoneId'])

/** What servers need not say: what is as everybody takes it, and what came with later versions. */
const isLeftOut = ({ traits }: FakeCalendar, name: string, value: XmlElement): boolean => {
  if (zoneNames.has(name)) return traits.zones !== 'told'
  if (name === 'MeetingTimeZone') return traits.zones !== 'meeting'
  return traits.leavesOutDefaults && (defaults[name] === value.text || optional.has(name))
}

const optional = new Set(['IsOrganizer', 'IsMeeting', 'DateTimeCreated', 'HasAttachments'])

const timed = new Set(['Start', 'End', 'OriginalStart', 'DateTimeCreated', 'LastModifiedTime'])

const shortened = ({ traits }: FakeCalendar, value: XmlElement): XmlElement =>
  traits.withoutSeconds && timed.has(localOf(value))
    ? element(localOf(value), value.text.replace(/:00(?:\.0+)?Z$/, 'Z'))
    : value

const extendedOf = (calendar: FakeCalendar, { item }: FakeTarget, keys: readonly string[]): readonly XmlElement[] => {
  const found = keys.flatMap((key) => {
    if (key === '6ed8da90-450b-101b-98da-00aa003f1305 35') return [globalIdOf(item)]
    return calendar.traits.dropsExtended ? [] : (item.extended.get(key) ?? [])
  })
  return calendar.traits.duplicatesExtended ? [...found, ...found] : found
}

/** PidLidCleanGlobalObjectId, which wraps a foreign UID. */
const globalIdOf = (item: FakeItem): XmlElement => {
  const uid = item.elements.get('UID')?.text ?? ''
  const isOwn = /^040000008200E00074C5B7101A82E008/i.test(uid)
  const bytes = isOwn
    ? Uint8Array.from(uid.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
    : wrapped(new TextEncoder().encode(uid))
  const uri = element('ExtendedFieldURI', '', {
    PropertySetId: '6ed8da90-450b-101b-98da-00aa003f1305',
    PropertyId: '35',
    PropertyType: 'Binary',
  })
  return parent('ExtendedProperty', [uri, element('Value', btoa(String.fromCharCode(...bytes)))])
}

const wrapped = (uid: Uint8Array): Uint8Array => {
  const head = [0x04, 0, 0, 0, 0x82, 0, 0xe0, 0, 0x74, 0xc5, 0xb7, 0x10, 0x1a, 0x82, 0xe0, 0x08]
  const mark = [...new TextEncoder().encode('vCal-Uid'), 1, 0, 0, 0]
  const size = mark.length + uid.length
  return Uint8Array.from([...head, ...new Array<number>(20).fill(0), size & 255, size >> 8, 0, 0, ...mark, ...uid])
}

const flag = (name: string, value: boolean): XmlElement => element(name, String(value))

/** Fields that have a value although nobody set one. */
const defaults: Readonly<Record<string, string>> = {
  ItemClass: 'IPM.Appointment',
  Sensitivity: 'Normal',
  Importance: 'Normal',
  IsAllDayEvent: 'false',
  LegacyFreeBusyStatus: 'Busy',
  IsCancelled: 'false',
  IsResponseRequested: 'false',
}

const propertyOf = (calendar: FakeCalendar, { item, date }: FakeTarget, name: string): XmlElement | null => {
  const exception = date === null ? null : (item.exceptions.get(date) ?? null)
  const times = exception ?? (date === null ? item : nominal(item, date))
  const attendees = ['RequiredAttendees', 'OptionalAttendees', 'Resources'].some((list) => item.elements.has(list))
  switch (name) {
    case 'UID':
      return calendar.traits.hidesUid ? null : (item.elements.get('UID') ?? null)
    case 'Start':
      return element(name, instant(times.startMs))
    case 'End':
      return element(name, instant(times.endMs))
    case 'OriginalStart':
      return date === null ? null : element(name, instant(nominal(item, date).startMs))
    case 'DateTimeCreated':
      return element(name, instant(item.createdMs))
    case 'LastModifiedTime':
      return element(name, instant(item.modifiedMs))
    case 'IsRecurring':
      return flag(name, date !== null)
    case 'IsMeeting':
      return item.elements.get(name) ?? flag(name, attendees)
    case 'CalendarItemType':
      return element(
        name,
        exception !== null ? 'Exception' : date !== null ? 'Occurrence' : isSeries(item) ? 'RecurringMaster' : 'Single',
      )
    case 'MyResponseType':
      return item.elements.get(name) ?? element(name, 'Organizer')
    case 'IsOrganizer':
      return item.elements.get(name) ?? flag(name, item.elements.get('MyResponseType') === undefined)
    case 'AppointmentState':
      return item.elements.get(name) ?? element(name, attendees ? '1' : '0')
    case 'Organizer':
      return item.elements.get(name) ?? parent(name, [mailboxOf(calendar)])
    case 'StartTimeZone':
    case 'EndTimeZone': {
      const id = windowsId(name === 'StartTimeZone' ? item.zone : item.endZone)
      return element(name, '', { Id: id, Name: id })
    }
    case 'StartTimeZoneId':
      return element(name, windowsId(item.zone))
    case 'EndTimeZoneId':
      return element(name, windowsId(item.endZone))
    case 'MeetingTimeZone':
      return meetingZoneOf(item)
    case 'Recurrence':
      return date === null ? recurrenceOf(calendar, item) : null
    case 'ModifiedOccurrences':
      return date === null ? modifiedOf(calendar, item) : null
    case 'DeletedOccurrences':
      return date === null ? deletedOf(item) : null
    default: {
      const own = exception?.fields.elements.get(name) ?? item.elements.get(name)
      const fallback = defaults[name]
      return own ?? (fallback === undefined ? null : element(name, fallback))
    }
  }
}

/** As Exchange 2007 tells a zone: what is added to its time to get UTC, and what summer adds to that. */
const meetingZoneOf = (item: FakeItem): XmlElement => {
  const zone = zoneOf(item.zone)
  const year = new Date(item.startMs).getUTCFullYear()
  const [winter, summer] = [0, 6].map((month) => zone.offsetAt(Date.UTC(year, month, 15)))
  const text = (seconds: number): string => `${seconds < 0 ? '-' : ''}PT${Math.abs(seconds)}S`
  const parts = [element('BaseOffset', text(-winter!))]
  if (winter !== summer) {
    parts.push(parent('Standard', [element('Offset', 'PT0S')]))
    parts.push(parent('Daylight', [element('Offset', text(winter! - summer!))]))
  }
  return parent('MeetingTimeZone', parts)
}

const mailboxOf = (calendar: FakeCalendar): XmlElement => {
  const [entry] = [...calendar.directory].find(([, address]) => address === calendar.mailbox) ?? []
  return parent('Mailbox', [
    element('Name', 'Owner'),
    element('EmailAddress', entry ?? calendar.mailbox),
    element('RoutingType', entry === undefined ? 'SMTP' : 'EX'),
  ])
}

const recurrenceOf = (calendar: FakeCalendar, item: FakeItem): XmlElement | null => {
  const stored = item.elements.get('Recurrence')
  if (stored === undefined || !calendar.traits.recurrenceDateTimes) return stored ?? null
  const [pattern, range] = stored.elements
  const dated = range!.elements.map((child) =>
    /Date$/.test(localOf(child))
      ? element(localOf(child), `${child.text.trim().slice(0, 10)}T00:00:00.000000Z`)
      : child,
  )
  return parent('Recurrence', [pattern!, createXmlElement(range!.name, { children: dated })])
}

const modifiedOf = (calendar: FakeCalendar, item: FakeItem): XmlElement | null => {
  if (item.exceptions.size === 0) return null
  const zone = zoneOf(item.zone)
  return parent(
    'ModifiedOccurrences',
    [...item.exceptions.values()]
      .sort((a, b) => (a.originalDate < b.originalDate ? -1 : 1))
      .map((exception) => {
        const original = calendar.traits.originalStartAtMidnight
          ? zone.toInstant(Date.parse(`${exception.originalDate}T00:00:00Z`))
          : nominal(item, exception.originalDate).startMs
        return parent('Occurrence', [
          element('ItemId', '', {
            Id: calendar.occurrenceId(item, exception.originalDate),
            ChangeKey: calendar.changeKey(item),
          }),
          element('Start', instant(exception.startMs)),
          element('End', instant(exception.endMs)),
          element('OriginalStart', instant(original)),
        ])
      }),
  )
}

const deletedOf = (item: FakeItem): XmlElement | null => {
  if (item.deletedDates.size === 0) return null
  return parent(
    'DeletedOccurrences',
    [...item.deletedDates]
      .sort()
      .map((date) => parent('DeletedOccurrence', [element('Start', instant(nominal(item, date).startMs))])),
  )
}
