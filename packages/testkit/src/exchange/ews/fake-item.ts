import { createZoneResolver, expandRule, type TimeZone, windowsNameOf } from '@dayport/core/ical'
import type { XmlElement } from '@dayport/core/xml'
import { EwsFault, localOf, t } from './wire.ts'

/** Fields by the local name of their element; extended properties by `{set} name or id`. */
export interface FakeFields {
  readonly elements: Map<string, XmlElement>
  readonly extended: Map<string, XmlElement>
}

/** One occurrence that a series has otherwise. */
export interface FakeException {
  readonly originalDate: string
  readonly fields: FakeFields
  startMs: number
  endMs: number
}

/** A calendar item of the fake. */
export interface FakeItem extends FakeFields {
  readonly id: string
  folder: string
  /** Raised by each write. */
  version: number
  readonly createdMs: number
  modifiedMs: number
  startMs: number
  endMs: number
  zone: string
  endZone: string
  readonly exceptions: Map<string, FakeException>
  readonly deletedDates: Set<string>
}

const dayMs = 86_400_000

export const zoneOf = (id: string): TimeZone => {
  const zone = createZoneResolver().resolve(id)
  if (zone === null) throw new EwsFault('ErrorInvalidTimeZone')
  return zone
}

/** As Windows names it, where it does. */
export const windowsId = (id: string): string => windowsNameOf(zoneOf(id).id) ?? id

export const dateOf = (localMs: number): string => new Date(localMs).toISOString().slice(0, 10)

export const isSeries = (item: FakeItem): boolean => item.elements.has('Recurrence')

/** The key of an extended property. */
export const extendedKey = (uri: XmlElement | undefined): string => {
  const get = (name: string): string | undefined => uri?.attributes.get(name)
  const id = get('PropertyId')
  return `${get('PropertySetId')?.toLowerCase() ?? get('DistinguishedPropertySetId') ?? ''} ${get('PropertyName') ?? (id === undefined ? '' : Number(id))}`
}

const dayCodes: Readonly<Record<string, readonly string[]>> = {
  Monday: ['MO'],
  Tuesday: ['TU'],
  Wednesday: ['WE'],
  Thursday: ['TH'],
  Friday: ['FR'],
  Saturday: ['SA'],
  Sunday: ['SU'],
  Day: ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'],
  Weekday: ['MO', 'TU', 'WE', 'TH', 'FR'],
  WeekendDay: ['SA', 'SU'],
}
const positions: Readonly<Record<string, number>> = { First: 1, Second: 2, Third: 3, Fourth: 4, Last: -1 }
const months = 'January February March April May June July August September October November December'.split(' ')

/** The rule with the days that Exchange gives a pattern. */
const ruleOf = (pattern: XmlElement): string => {
  const text = (local: string): string => pattern.child(t(local))?.text.trim() ?? ''
  const interval = `INTERVAL=${text('Interval') || '1'}`
  const days = text('DaysOfWeek')
    .split(/\s+/)
    .flatMap((name) => dayCodes[name] ?? [])
  const nth = `BYDAY=${days.join()};BYSETPOS=${positions[text('DayOfWeekIndex')]}`
  const month = months.indexOf(text('Month')) + 1
  const day = Number(text('DayOfMonth'))
  // A day that the month has not is its last one.
  const last = day > 28 ? `BYMONTHDAY=${[28, 29, 30, 31].slice(0, day - 27).join()};BYSETPOS=-1` : `BYMONTHDAY=${day}`
  switch (localOf(pattern)) {
    case 'DailyRecurrence':
      return `FREQ=DAILY;${interval}`
    case 'WeeklyRecurrence':
      return `FREQ=WEEKLY;${interval};BYDAY=${days.join()};WKST=${dayCodes[text('FirstDayOfWeek') || 'Monday']?.[0]}`
    case 'AbsoluteMonthlyRecurrence':
      return `FREQ=MONTHLY;${interval};${last}`
    case 'RelativeMonthlyRecurrence':
      return `FREQ=MONTHLY;${interval};${nth}`
    case 'AbsoluteYearlyRecurrence':
      return `FREQ=YEARLY;BYMONTH=${month};${last}`
    case 'RelativeYearlyRecurrence':
      return `FREQ=YEARLY;BYMONTH=${month};${nth}`
    default:
      throw new EwsFault('ErrorInvalidRecurrence')
  }
}

/** Days of the pattern, deleted ones too, to a day. */
export const patternDates = (item: FakeItem, before: string): readonly string[] => {
  const recurrence = item.elements.get('Recurrence')
  const [pattern, range] = recurrence?.elements ?? []
  if (pattern === undefined || range === undefined) throw new EwsFault('ErrorInvalidRecurrence')
  const text = (local: string): string | undefined => range.child(t(local))?.text.trim().slice(0, 10)
  const start = text('StartDate') ?? dateOf(zoneOf(item.zone).toLocal(item.startMs))
  const until = text('EndDate')?.replaceAll('-', '')
  const count = range.child(t('NumberOfOccurrences'))?.text.trim()
  const bound = until !== undefined ? `;UNTIL=${until}` : count !== undefined ? `;COUNT=${count}` : ''
  const times = expandRule(
    `${ruleOf(pattern)}${bound}`,
    { kind: 'date', date: start },
    {
      before: { kind: 'date', date: before },
      limit: 5000,
    },
  )
  return times.map((time) => (time.kind === 'date' ? time.date : ''))
}

/** When the series has the occurrence of a day. */
export const nominal = (item: FakeItem, date: string): { readonly startMs: number; readonly endMs: number } => {
  const zone = zoneOf(item.zone)
  const local = zone.toLocal(item.startMs)
  const startMs = zone.toInstant(Date.parse(`${date}T00:00:00Z`) + (local - Math.floor(local / dayMs) * dayMs))
  return { startMs, endMs: startMs + item.endMs - item.startMs }
}

export interface FakeOccurrence {
  readonly date: string
  readonly startMs: number
  readonly endMs: number
  readonly exception: FakeException | null
}

/** Occurrences that touch a span, in their order. */
export const occurrencesIn = (item: FakeItem, startMs: number, endMs: number): readonly FakeOccurrence[] => {
  const before = dateOf(endMs + 400 * dayMs)
  return patternDates(item, before).flatMap((date): FakeOccurrence[] => {
    if (item.deletedDates.has(date)) return []
    const exception = item.exceptions.get(date) ?? null
    const times = exception ?? nominal(item, date)
    const touches =
      times.startMs < endMs && (times.endMs > startMs || (times.endMs === times.startMs && times.startMs >= startMs))
    return touches ? [{ date, startMs: times.startMs, endMs: times.endMs, exception }] : []
  })
}

/** A folder of the mailbox. */
export interface FakeFolder {
  readonly id: string
  readonly name: string
  readonly folderClass: string
  readonly rights: { readonly read: boolean; readonly write: boolean }
}

/** The target of a read or write: an item, or one occurrence of a series. */
export interface FakeTarget {
  readonly item: FakeItem
  readonly date: string | null
}

/** A UID as Outlook makes them: the hex of a global object id. */
export const ownUid = (number: number): string =>
  `040000008200E00074C5B7101A82E008${'00'.repeat(20)}10000000${number.toString(16).toUpperCase().padStart(32, '0')}`

/** A mail that left the server. */
export interface FakeEwsMail {
  readonly to: string
  readonly subject: string
  readonly kind: 'request' | 'update' | 'cancellation'
}
