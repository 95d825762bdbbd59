import { exceptionOf, isSameSpan } from '../event/compare.ts'
import { distinctCategories } from '../event/content-of.ts'
import { addDays, dateMs, dateOf, dayMs, floorMinute, instantText } from '../event/days.ts'
import { cleanUid } from '../event/global-object-id.ts'
import type {
  ExchangeContent,
  ExchangeEvent,
  ExchangeException,
  ExchangeSpan,
  Importance,
  Sensitivity,
  ShowAs,
} from '../event/model.ts'
import { nominalSpan, zoneOfSpan } from '../event/nominal-span.ts'
import type { MappingOptions } from '../event/options.ts'
import { isOwner } from '../event/people.ts'
import { parsePortalData } from '../event/portal-data.ts'
import { recurrenceDates } from '../event/recurrence-of.ts'
import { carriable, oneLine } from '../event/text.ts'
import { commonZones, exchangeZoneName, utcZone, zoneNamed } from '../event/zones.ts'
import type { EwsItemId } from './ids.ts'
import type { EwsCalendarItem, EwsMailbox } from './item.ts'

/** What the reading of an item depends on, beside the mapping. */
export interface ReadOptions {
  readonly mapping: MappingOptions
  /** Our properties count only when they are this portal's: invited people's copies carry them too. */
  readonly origin: string
  /** SMTP addresses of directory names (`RoutingType` EX). */
  readonly addresses: ReadonlyMap<string, string>
}

const sensitivities: Readonly<Record<string, Sensitivity>> = {
  Personal: 'personal',
  Private: 'private',
  Confidential: 'confidential',
}
const freeBusy: Readonly<Record<string, ShowAs>> = {
  Free: 'free',
  Tentative: 'tentative',
  OOF: 'oof',
  WorkingElsewhere: 'workingElsewhere',
  NoData: 'noData',
}
const importances: Readonly<Record<string, Importance>> = { Low: 'low', High: 'high' }

const addressOf = (mailbox: EwsMailbox, options: ReadOptions): string =>
  mailbox.routing.toUpperCase() === 'EX' || !mailbox.address.includes('@')
    ? (options.addresses.get(mailbox.address) ?? '')
    : mailbox.address

const contentOf = (item: EwsCalendarItem, options: ReadOptions): ExchangeContent => ({
  subject: oneLine(item.subject ?? ''),
  body: item.body === null ? { kind: 'text', content: '' } : { ...item.body, content: carriable(item.body.content) },
  location: oneLine(item.location ?? ''),
  sensitivity: sensitivities[item.sensitivity ?? ''] ?? 'normal',
  showAs: freeBusy[item.freeBusy ?? ''] ?? 'busy',
  importance: importances[item.importance ?? ''] ?? 'normal',
  categories: distinctCategories(item.categories),
  reminderMinutes: item.reminderIsSet === true ? Math.max(0, item.reminderMinutes ?? 15) : null,
  attendees: item.attendees.map(({ name, role, response, ...mailbox }) => ({
    address: addressOf({ ...mailbox, name }, options),
    name: oneLine(name),
    role,
    response,
  })),
  responseRequested: item.isResponseRequested === true,
})

/** `null` when the item has no times. */
const spanOf = (item: EwsCalendarItem, mapping: MappingOptions): ExchangeSpan | null => {
  if (item.startMs === null || item.endMs === null) return null
  const startZone = exchangeZoneName(item.startZone) ?? zoneByOffsets(item, mapping)
  if (item.isAllDay) return daysOf(item.startMs, item.endMs, startZone, mapping)
  return {
    kind: 'instants',
    startMs: floorMinute(item.startMs),
    endMs: Math.max(floorMinute(item.startMs), floorMinute(item.endMs)),
    startZone,
    endZone: exchangeZoneName(item.endZone) ?? startZone,
  }
}

/** A known zone with the offsets of one that has no name: the mailbox owner's, else a common one; `null` when there is none. */
const zoneByOffsets = (item: EwsCalendarItem, mapping: MappingOptions): string | null => {
  const { zoneOffsets, startMs } = item
  if (zoneOffsets.length === 0 || startMs === null) return null
  const year = new Date(startMs).getUTCFullYear()
  const middles = [Date.UTC(year, 0, 15), Date.UTC(year, 6, 15)]
  const isIt = (name: string): boolean => {
    const zone = zoneNamed(name)
    if (zone === null) return false
    const offsets = [...new Set(middles.map((ms) => zone.offsetAt(ms)))].sort((a, b) => a - b)
    return offsets.join() === zoneOffsets.join()
  }
  return exchangeZoneName([mapping.zone, ...commonZones].find(isIt) ?? null)
}

/** Days where both ends are midnights: in the event's zone, else in the mailbox owner's; else outwards to whole days. */
const daysOf = (startMs: number, endMs: number, startZone: string | null, mapping: MappingOptions): ExchangeSpan => {
  const names = [startZone, exchangeZoneName(mapping.zone)].filter((name) => name !== null)
  const isMidnight = (name: string): boolean => {
    const zone = zoneNamed(name) ?? utcZone
    return zone.toLocal(startMs) % dayMs === 0 && zone.toLocal(endMs) % dayMs === 0
  }
  const name = names.find(isMidnight) ?? names[0] ?? 'UTC'
  const zone = zoneNamed(name) ?? utcZone
  const startDate = dateOf(zone.toLocal(startMs))
  const endDate = dateOf(Math.ceil(zone.toLocal(endMs) / dayMs) * dayMs)
  return { kind: 'days', startDate, endDate: endDate > startDate ? endDate : addDays(startDate, 1), zone: name }
}

/** Whether the mailbox owner organises it; `null` when it is no meeting. AppointmentState 1 is a meeting, 2 one that was received. */
const isOrganizerOf = (item: EwsCalendarItem, options: ReadOptions): boolean | null => {
  const state = item.appointmentState
  const isMeeting = item.isMeeting ?? (state === null ? item.attendees.length > 0 : (state & 1) === 1)
  if (!isMeeting) return null
  if (state !== null && (state & 2) === 2) return false
  if (item.isOrganizer !== null) return item.isOrganizer
  if (item.myResponse === 'organizer') return true
  if (item.myResponse !== 'none') return false
  return item.organizer === null || isOwner(addressOf(item.organizer, options), options.mapping)
}

/** An item's UID, or what its global id holds; `null` when neither is told. */
export const uidOf = (item: EwsCalendarItem): string | null => {
  const uid = item.uid?.trim() || item.globalId
  return uid === null || uid === undefined || uid === '' ? null : cleanUid(uid)
}

/** An event, and where Exchange keeps its exceptions: their ids by original day. */
export interface ItemEvent {
  readonly event: ExchangeEvent
  readonly exceptionIds: ReadonlyMap<string, EwsItemId>
}

/**
 * The event that a master or single item, with the items of its exceptions, is. `null` when it has no times.
 *
 * @param exceptions by the id that the master names them by; one that is missing there is taken as the master tells it.
 */
export const eventOfItem = (
  item: EwsCalendarItem,
  exceptions: ReadonlyMap<string, EwsCalendarItem>,
  options: ReadOptions,
): ItemEvent | null => {
  const span = spanOf(item, options.mapping)
  if (span === null) return null
  const content = contentOf(item, options)
  const isOurs = item.portal.origin === options.origin
  // Beside the single event of a series stands the text of the series: it is no text of this event.
  const isPart = item.portal.group !== null
  const portalData = isOurs && !isPart && item.portal.data !== null ? parsePortalData(item.portal.data) : null
  const isRecurring = item.type === 'RecurringMaster' && item.recurrence !== null
  const dates = isRecurring ? exceptionDates(item, span, options.mapping) : { deleted: [], modified: [] }
  const { organizer } = item
  const event: ExchangeEvent = {
    ...content,
    uid: uidOf(item) ?? (isOurs && !isPart ? item.portal.uid : null) ?? item.itemId.id,
    span,
    recurrence: isRecurring ? item.recurrence : null,
    deleted: dates.deleted,
    exceptions: dates.modified.flatMap(({ date, ref }): ExchangeException[] => {
      const found = ref.itemId === null ? undefined : exceptions.get(ref.itemId.id)
      const told = found ?? { ...item, startMs: ref.startMs, endMs: ref.endMs }
      const own = spanOf(told, options.mapping)
      const nominal = nominalSpan(span, date, seriesZone(span, options.mapping))
      const fields = found === undefined ? {} : exceptionOf(content, contentOf(found, options))
      const moved = own === null || isSameSpan(own, nominal) ? {} : { span: own }
      return 'span' in moved || Object.keys(fields).length > 0 ? [{ originalDate: date, fields, ...moved }] : []
    }),
    organizer: organizer === null ? null : { address: addressOf(organizer, options), name: oneLine(organizer.name) },
    isOrganizer: isOrganizerOf(item, options),
    isCancelled: item.isCancelled || ((item.appointmentState ?? 0) & 4) === 4,
    myResponse: item.myResponse,
    joinUrl: item.joinUrl === null || item.joinUrl.trim() === '' ? null : item.joinUrl.trim(),
    portalData,
    createdMs: item.createdMs,
    modifiedMs: item.modifiedMs,
  }
  // The exception's own word, where it was read: one server names them in the master without a change key (Gromox).
  const ids = dates.modified.flatMap(({ date, ref }) =>
    ref.itemId === null ? [] : [[date, exceptions.get(ref.itemId.id)?.itemId ?? ref.itemId] as const],
  )
  return { event, exceptionIds: new Map(ids) }
}

const seriesZone = (span: ExchangeSpan, mapping: MappingOptions) =>
  span.kind === 'instants' && span.startZone === null ? (zoneNamed(mapping.zone) ?? utcZone) : zoneOfSpan(span)

/** Exceptions by the day that the pattern has: servers tell midnight instead of the time, in the series' zone or in UTC. */
const exceptionDates = (item: EwsCalendarItem, span: ExchangeSpan, mapping: MappingOptions) => {
  const zone = seriesZone(span, mapping)
  const recurrence = item.recurrence!
  const isDay = (date: string): boolean =>
    recurrenceDates(recurrence, { from: date, before: addDays(date, 1), limit: 1 }).length > 0
  const dayOf = (ms: number): string => {
    const local = dateOf(zone.toLocal(ms))
    const utc = instantText(ms).slice(0, 10)
    return local === utc || isDay(local) || !isDay(utc) ? local : utc
  }
  const modified = item.modified.flatMap((ref) =>
    ref.originalStartMs === null ? [] : [{ date: dayOf(ref.originalStartMs), ref }],
  )
  const changed = new Set(modified.map(({ date }) => date))
  const deleted = [...new Set(item.deletedMs.map(dayOf))].filter((date) => !changed.has(date)).sort()
  return { deleted, modified: modified.sort((a, b) => dateMs(a.date) - dateMs(b.date)) }
}
