import type { XmlWriter } from '@dayport/core/xml'
import { instantText, midnightIn } from '../event/days.ts'
import type {
  AttendeeRole,
  ExchangeAttendee,
  ExchangeEvent,
  ExchangePattern,
  ExchangeRecurrence,
  ExchangeSpan,
  Sensitivity,
  ShowAs,
} from '../event/model.ts'
import { carriable } from '../event/text.ts'
import { utcZone, zoneNamed } from '../event/zones.ts'
import { dayNamesOf, monthNames, singleDayNamesOf } from './item.ts'
import { t } from './names.ts'
import {
  type ExtendedField,
  type PortalField,
  portalFields,
  writeExtendedFieldUri,
  writeExtendedProperty,
} from './properties.ts'
import { writeZone } from './zone-definition.ts'

/** One field of a CalendarItem to write; `set` is `null` where the field is to be taken away. */
export interface ItemField {
  readonly uri: string | ExtendedField
  readonly set: ((writer: XmlWriter) => void) | null
}

/** Groups of fields that change together. */
export interface ItemChanges {
  readonly event: ExchangeEvent
  /** Which fields to write, in any order; the schema's order is kept here. */
  readonly fields: ReadonlySet<WritableField>
  /** Our own properties; `null` takes one away. */
  readonly portal: Partial<Record<PortalField, string | null>>
}

export const writableFields = [
  'subject',
  'sensitivity',
  'body',
  'categories',
  'importance',
  'reminderMinutes',
  'uid',
  'span',
  'showAs',
  'location',
  'responseRequested',
  'attendees',
  'recurrence',
] as const
export type WritableField = (typeof writableFields)[number]

/** Start and end as instants: of an all-day event, midnights in its zone. */
export const instantsOf = (span: ExchangeSpan): { readonly startMs: number; readonly endMs: number } => {
  if (span.kind === 'instants') return { startMs: span.startMs, endMs: span.endMs }
  const zone = zoneNamed(span.zone) ?? utcZone
  return { startMs: midnightIn(zone, span.startDate), endMs: midnightIn(zone, span.endDate) }
}

const sensitivities: Readonly<Record<Sensitivity, string>> = {
  normal: 'Normal',
  personal: 'Personal',
  private: 'Private',
  confidential: 'Confidential',
}

/** `WorkingElsewhere` came with Exchange 2013; what has no word is busy. */
const freeBusy: Readonly<Record<ShowAs, string>> = {
  free: 'Free',
  tentative: 'Tentative',
  busy: 'Busy',
  oof: 'OOF',
  workingElsewhere: 'WorkingElsewhere',
  noData: 'NoData',
}

const importances = { low: 'Low', normal: 'Normal', high: 'High' } as const

const text =
  (name: string, value: string) =>
  (writer: XmlWriter): void => {
    writer.element(t(name), value)
  }

/** The fields of a change in the order in which CalendarItem has its elements: the schema is a sequence. */
export const itemFields = ({ event, fields, portal }: ItemChanges): readonly ItemField[] => {
  const list: ItemField[] = []
  const has = (field: WritableField): boolean => fields.has(field)
  const add = (uri: string | ExtendedField, set: ItemField['set']): void => void list.push({ uri, set })

  if (has('subject')) add('item:Subject', text('Subject', event.subject))
  if (has('sensitivity')) add('item:Sensitivity', text('Sensitivity', sensitivities[event.sensitivity]))
  if (has('body')) {
    const { kind, content } = event.body
    add('item:Body', (writer) =>
      writer.element(t('Body'), carriable(content), { BodyType: kind === 'html' ? 'HTML' : 'Text' }),
    )
  }
  if (has('categories')) add('item:Categories', event.categories.length === 0 ? null : categories(event.categories))
  if (has('importance')) add('item:Importance', text('Importance', importances[event.importance]))
  if (has('reminderMinutes')) {
    add('item:ReminderIsSet', text('ReminderIsSet', String(event.reminderMinutes !== null)))
    if (event.reminderMinutes !== null) {
      add('item:ReminderMinutesBeforeStart', text('ReminderMinutesBeforeStart', String(event.reminderMinutes)))
    }
  }
  for (const [key, field] of Object.entries(portalFields)) {
    const value = portal[key as PortalField]
    if (value !== undefined) add(field, value === null ? null : (writer) => writeExtendedProperty(writer, field, value))
  }
  if (has('uid') && event.uid !== null && event.uid !== '') add('calendar:UID', text('UID', event.uid))
  if (has('span')) {
    const { startMs, endMs } = instantsOf(event.span)
    add('calendar:Start', text('Start', instantText(startMs)))
    add('calendar:End', text('End', instantText(endMs)))
    add('calendar:IsAllDayEvent', text('IsAllDayEvent', String(event.span.kind === 'days')))
  }
  if (has('showAs')) add('calendar:LegacyFreeBusyStatus', text('LegacyFreeBusyStatus', freeBusy[event.showAs]))
  if (has('location')) add('calendar:Location', text('Location', event.location))
  if (has('attendees') && event.attendees !== null) {
    add('calendar:IsResponseRequested', text('IsResponseRequested', String(event.responseRequested)))
    for (const [name, role] of attendeeLists) add(`calendar:${name}`, attendees(name, event.attendees, role))
  }
  if (has('recurrence')) add('calendar:Recurrence', event.recurrence === null ? null : recurrence(event.recurrence))
  if (has('span')) {
    const { startMs } = instantsOf(event.span)
    const [startZone, endZone] =
      event.span.kind === 'days' ? [event.span.zone, event.span.zone] : [event.span.startZone, event.span.endZone]
    add('calendar:StartTimeZone', (writer) => writeZone(writer, 'StartTimeZone', startZone, startMs))
    add('calendar:EndTimeZone', (writer) => writeZone(writer, 'EndTimeZone', endZone, startMs))
  }
  return list
}

const categories =
  (names: readonly string[]) =>
  (writer: XmlWriter): void => {
    writer.open(t('Categories'))
    for (const name of names) writer.element(t('String'), name)
    writer.close()
  }

const attendeeLists: readonly (readonly [name: string, role: AttendeeRole])[] = [
  ['RequiredAttendees', 'required'],
  ['OptionalAttendees', 'optional'],
  ['Resources', 'resource'],
]

const attendees = (name: string, people: readonly ExchangeAttendee[], role: AttendeeRole): ItemField['set'] => {
  const listed = people.filter((person) => person.role === role && person.address !== '')
  if (listed.length === 0) return null
  return (writer) => {
    writer.open(t(name))
    for (const person of listed) {
      writer.open(t('Attendee')).open(t('Mailbox'))
      if (person.name !== '') writer.element(t('Name'), person.name)
      writer.element(t('EmailAddress'), person.address).close().close()
    }
    writer.close()
  }
}

/** A pattern that EWS has: an interval of years is one of months. */
const monthlyOf = (pattern: ExchangePattern): ExchangePattern => {
  if (pattern.kind === 'absoluteYearly' && pattern.interval > 1) {
    return { kind: 'absoluteMonthly', interval: pattern.interval * 12, day: pattern.day }
  }
  if (pattern.kind === 'relativeYearly' && pattern.interval > 1) {
    const { days, index } = pattern
    return { kind: 'relativeMonthly', interval: pattern.interval * 12, days, index }
  }
  return pattern
}

const recurrence =
  ({ pattern, range }: ExchangeRecurrence) =>
  (writer: XmlWriter): void => {
    writer.open(t('Recurrence'))
    writePattern(writer, monthlyOf(pattern))
    if (range.kind === 'noEnd') writer.open(t('NoEndRecurrence')).element(t('StartDate'), range.startDate)
    if (range.kind === 'endDate') {
      writer.open(t('EndDateRecurrence')).element(t('StartDate'), range.startDate).element(t('EndDate'), range.endDate)
    }
    if (range.kind === 'numbered') {
      writer.open(t('NumberedRecurrence')).element(t('StartDate'), range.startDate)
      writer.element(t('NumberOfOccurrences'), String(range.count))
    }
    writer.close().close()
  }

const upperFirst = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)

const writePattern = (writer: XmlWriter, pattern: ExchangePattern): void => {
  switch (pattern.kind) {
    case 'daily':
      writer.open(t('DailyRecurrence')).element(t('Interval'), String(pattern.interval))
      break
    case 'weekly':
      writer.open(t('WeeklyRecurrence')).element(t('Interval'), String(pattern.interval))
      writer.element(t('DaysOfWeek'), singleDayNamesOf(pattern.days))
      writer.element(t('FirstDayOfWeek'), singleDayNamesOf([pattern.firstDay]))
      break
    case 'absoluteMonthly':
      writer.open(t('AbsoluteMonthlyRecurrence')).element(t('Interval'), String(pattern.interval))
      writer.element(t('DayOfMonth'), String(pattern.day))
      break
    case 'relativeMonthly':
      writer.open(t('RelativeMonthlyRecurrence')).element(t('Interval'), String(pattern.interval))
      writer.element(t('DaysOfWeek'), dayNamesOf(pattern.days)).element(t('DayOfWeekIndex'), upperFirst(pattern.index))
      break
    case 'absoluteYearly':
      writer.open(t('AbsoluteYearlyRecurrence')).element(t('DayOfMonth'), String(pattern.day))
      writer.element(t('Month'), monthNames[pattern.month - 1]!)
      break
    case 'relativeYearly':
      writer.open(t('RelativeYearlyRecurrence')).element(t('DaysOfWeek'), dayNamesOf(pattern.days))
      writer.element(t('DayOfWeekIndex'), upperFirst(pattern.index)).element(t('Month'), monthNames[pattern.month - 1]!)
      break
  }
  writer.close()
}

/** A whole CalendarItem for CreateItem. */
export const writeItem = (writer: XmlWriter, changes: ItemChanges): void => {
  writer.open(t('CalendarItem'))
  for (const { set } of itemFields(changes)) set?.(writer)
  writer.close()
}

/** `Updates` of UpdateItem: only the fields that are named. */
export const writeUpdates = (writer: XmlWriter, changes: ItemChanges): void => {
  writer.open(t('Updates'))
  for (const { uri, set } of itemFields(changes)) {
    writer.open(t(set === null ? 'DeleteItemField' : 'SetItemField'))
    if (typeof uri === 'string') writer.element(t('FieldURI'), '', { FieldURI: uri })
    else writeExtendedFieldUri(writer, uri)
    if (set !== null) {
      writer.open(t('CalendarItem'))
      set(writer)
      writer.close()
    }
    writer.close()
  }
  writer.close()
}
