import { resolveKnownZone } from '@dayport/core/ical'
import type { FakeEvent, FakeException, FakeFields, FakeTime } from './fake-event.ts'
import { dayOf, seriesDays } from './series-days.ts'
import { instantOf, minuteOf } from './zone-time.ts'

const dayMs = 86_400_000

/** One row of the change log of a mailbox. `silent` ones are those that the service's feed does not tell. */
interface LogRow {
  readonly seq: number
  readonly calendar: string
  readonly event: string
  readonly silent: boolean
}

/** One item as a window shows it: a single event, a master, or an occurrence of a series. */
export interface WindowItem {
  readonly event: FakeEvent
  /** The original day; `null` for the event itself. */
  readonly day: string | null
}

/** A mailbox of the fake: calendars, events, and what happened to them. */
export interface FakeMailboxState {
  readonly user: string
  readonly calendars: Map<string, { readonly id: string; name: string; readonly isDefault: boolean; canEdit: boolean }>
  readonly events: Map<string, FakeEvent>
  /** Ids that filters miss. */
  readonly unsearched: Set<string>
  readonly log: LogRow[]
  seq: number
}

/** Records a change of an event; the version rises with it. */
export const touch = (box: FakeMailboxState, event: FakeEvent, nowMs: number, silent = false): void => {
  box.seq += 1
  event.version = box.seq
  event.modifiedMs = nowMs
  box.log.push({ seq: box.seq, calendar: event.calendar, event: event.id, silent })
}

export const logGone = (box: FakeMailboxState, calendar: string, id: string): void => {
  box.seq += 1
  box.log.push({ seq: box.seq, calendar, event: id, silent: false })
}

/** The zone in which a series repeats. */
const seriesZone = (event: FakeEvent) => resolveKnownZone(event.fields.start.timeZone)

/** Fields of an occurrence as they are shown: the series', moved to that day, under what the exception says. */
export const occurrenceFields = (event: FakeEvent, day: string): FakeFields => {
  const at = (time: FakeTime, days: number): FakeTime => ({
    dateTime: `${dayOf(Date.parse(day) + days * dayMs)}T${new Date(minuteOf(time.dateTime)).toISOString().slice(11, 19)}`,
    timeZone: time.timeZone,
  })
  const { start, end } = event.fields
  const spanDays = Math.round((Date.parse(end.dateTime.slice(0, 10)) - Date.parse(start.dateTime.slice(0, 10))) / dayMs)
  const shifted = { start: at(start, 0), end: at(end, spanDays) }
  const exception = event.exceptions.get(day)
  return { ...event.fields, ...shifted, ...exception?.fields }
}

/** Original days of the occurrences that are there, up to that instant. */
export const occurrenceDays = (event: FakeEvent, untilMs: number): readonly string[] =>
  event.recurrence === null
    ? []
    : seriesDays(event.recurrence, dayOf(untilMs + 2 * dayMs)).filter((day) => !event.cancelled.has(day))

/** Id of an occurrence: opaque, and with the characters that have to be encoded in an address. */
export const occurrenceId = (event: FakeEvent, day: string): string =>
  event.exceptions.get(day)?.id ?? `${event.id.slice(0, -1)}+o/${day.replaceAll('-', '')}=`

/** What that id names; `null` when nothing. */
export const findItem = (box: FakeMailboxState, id: string): WindowItem | null => {
  const event = box.events.get(id)
  if (event !== undefined) return { event, day: null }
  for (const series of box.events.values()) {
    if (series.recurrence === null) continue
    for (const [day, exception] of series.exceptions) if (exception.id === id) return { event: series, day }
    const match = /\+o\/(\d{4})(\d{2})(\d{2})=$/.exec(id)
    if (match === null || !id.startsWith(series.id.slice(0, -1))) continue
    const day = `${match[1]}-${match[2]}-${match[3]}`
    if (occurrenceDays(series, Date.parse(day)).includes(day)) return { event: series, day }
  }
  return null
}

/** Start and end of an item, ms since the epoch. */
export const spanOf = (item: WindowItem): { readonly startMs: number; readonly endMs: number } => {
  const fields = item.day === null ? item.event.fields : occurrenceFields(item.event, item.day)
  return { startMs: instantOf(fields.start) ?? 0, endMs: instantOf(fields.end) ?? 0 }
}

/** Everything of an event that a window shows, the master first. Empty: the event is outside. */
export const itemsIn = (
  event: FakeEvent,
  window: { readonly startMs: number; readonly endMs: number },
): WindowItem[] => {
  const inside = (item: WindowItem) => {
    const { startMs, endMs } = spanOf(item)
    return startMs < window.endMs && (endMs > window.startMs || (startMs === endMs && startMs >= window.startMs))
  }
  if (event.recurrence === null) return inside({ event, day: null }) ? [{ event, day: null }] : []
  const days = occurrenceDays(event, window.endMs).map((day) => ({ event, day }))
  const shown = days.filter(inside)
  return shown.length === 0 ? [] : [{ event, day: null }, ...shown]
}

/** Whether an occurrence would leave its place between its neighbours, which the service refuses. */
export const crossesNeighbour = (event: FakeEvent, day: string, start: FakeTime): boolean => {
  const days = event.recurrence === null ? [] : seriesDays(event.recurrence, dayOf(Date.parse(day) + 800 * dayMs))
  const at = days.indexOf(day)
  const zone = seriesZone(event)
  const startMs = instantOf(start)
  if (zone === null || startMs === null) return false
  const newDay = dayOf(zone.toLocal(startMs))
  const place = (other: string | undefined) =>
    other === undefined || event.cancelled.has(other) ? null : placeDay(event, other, zone)
  const before = place(days[at - 1])
  const after = place(days[at + 1])
  return (before !== null && newDay <= before) || (after !== null && newDay >= after)
}

const placeDay = (event: FakeEvent, day: string, zone: { toLocal(ms: number): number }) =>
  dayOf(zone.toLocal(instantOf(occurrenceFields(event, day).start) ?? 0))

/** Marks an occurrence as an exception with those fields. */
export const setException = (
  event: FakeEvent,
  day: string,
  fields: Partial<FakeFields>,
  newId: () => string,
): FakeException => {
  const before = event.exceptions.get(day)
  const exception = { id: before?.id ?? newId(), version: event.version + 1, fields: { ...before?.fields, ...fields } }
  event.exceptions.set(day, exception)
  return exception
}
