import type { TimeZone } from '@dayport/core/ical'
import { addDays, dateOf, floorMinute, localText } from '../event/days.ts'
import type { ExchangeSpan } from '../event/model.ts'
import { utcZone, zoneNamed } from '../event/zones.ts'
import type { GraphOccurrence } from './wire.ts'

/** dateTimeTimeZone as we write it. */
export interface GraphTime {
  readonly dateTime: string
  readonly timeZone: string
}

/** The zone that Graph names; `null` for `tzone://Microsoft/Custom` and other names that nobody knows. */
export const graphZone = (name: string | null): string | null => (zoneNamed(name) === null ? null : name)

/** Wall-clock ms of `2026-01-06T09:00:00.0000000`; `null` for anything else. */
const wallClock = (text: string): number | null => {
  const match = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2})(?::(\d{2})(?:\.\d+)?)?)?(Z|[+-]\d{2}:\d{2})?$/i.exec(text.trim())
  if (match === null) return null
  const ms = Date.parse(`${match[1]}T${match[2] ?? '00:00'}:${match[3] ?? '00'}${match[4]?.toUpperCase() ?? 'Z'}`)
  return Number.isNaN(ms) ? null : ms
}

/** ms since the epoch of a DateTimeOffset, which the service writes with seven decimals; `null` for none and for its year 1. */
export const stampOf = (text: string | null): number | null => {
  const ms = text === null ? null : wallClock(text)
  return ms === null || ms < Date.UTC(1601, 0, 1) ? null : ms
}

const instantOf = (time: { readonly dateTime: string; readonly timeZone: string | null }): number | null => {
  const local = wallClock(time.dateTime)
  if (local === null) return null
  // An offset in the text has been applied already.
  if (/(?:Z|[+-]\d{2}:\d{2})$/i.test(time.dateTime)) return local
  const zone = time.timeZone === null ? utcZone : zoneNamed(time.timeZone)
  return zone === null ? null : zone.toInstant(local)
}

/**
 * When an event is; `null` when its times cannot be read. `mailboxZone` is asked where an all-day event is at no midnight of its own
 * zone.
 */
export const spanOf = (event: GraphOccurrence, mailboxZone: string): ExchangeSpan | null => {
  const { start, end } = event
  if (start === null || end === null) return null
  const startMs = instantOf(start)
  const endMs = instantOf(end)
  if (startMs === null || endMs === null) return null
  const startZone = graphZone(event.originalStartTimeZone)
  if (event.isAllDay === true) {
    return {
      kind: 'days',
      ...daysOf(start.dateTime, end.dateTime, startMs, endMs, [startZone, mailboxZone]),
      zone: startZone,
    }
  }
  return {
    kind: 'instants',
    startMs: floorMinute(startMs),
    endMs: floorMinute(endMs),
    startZone,
    endZone: graphZone(event.originalEndTimeZone) ?? startZone,
  }
}

const isMidnight = (text: string) => /^\d{4}-\d{2}-\d{2}(?:$|T00:00(?::00(?:\.0+)?)?$)/.test(text)

/** Days come as midnights, whatever zone they are asked in; those that do not are midnights of the event's or the mailbox's zone. */
const daysOf = (start: string, end: string, startMs: number, endMs: number, zones: readonly (string | null)[]) => {
  if (isMidnight(start) && isMidnight(end)) return dayRange(start.slice(0, 10), end.slice(0, 10))
  const known = zones.flatMap((name) => zoneNamed(name) ?? [])
  const fits = (zone: TimeZone) => zone.toLocal(startMs) % 86_400_000 === 0 && zone.toLocal(endMs) % 86_400_000 === 0
  const zone = known.find(fits) ?? known[0] ?? utcZone
  // Outwards to whole days.
  return dayRange(dateOf(zone.toLocal(startMs)), dateOf(zone.toLocal(endMs) + 86_399_999))
}

/** An all-day event is at least a day. */
const dayRange = (startDate: string, endDate: string) => ({
  startDate,
  endDate: endDate <= startDate ? addDays(startDate, 1) : endDate,
})

/** Start and end as Graph takes them. A zone that is not known is never written: then the instants go in UTC. */
export const graphTimes = (
  span: ExchangeSpan,
): { readonly start: GraphTime; readonly end: GraphTime; readonly isAllDay: boolean } => {
  if (span.kind === 'days') {
    const timeZone = graphZone(span.zone) ?? 'UTC'
    const midnight = (date: string): GraphTime => ({ dateTime: `${date}T00:00:00`, timeZone })
    return { start: midnight(span.startDate), end: midnight(span.endDate), isAllDay: true }
  }
  return {
    start: graphTime(span.startMs, span.startZone),
    end: graphTime(span.endMs, span.endZone ?? span.startZone),
    isAllDay: false,
  }
}

/** In its zone, unless its wall-clock time comes twice that day and this is the second: Graph would take the first. */
const graphTime = (ms: number, name: string | null): GraphTime => {
  const zone = zoneNamed(name)
  if (zone === null || name === null) return { dateTime: localText(ms), timeZone: 'UTC' }
  const local = zone.toLocal(ms)
  if (zone.toInstant(local) !== ms) return { dateTime: localText(ms), timeZone: 'UTC' }
  return { dateTime: localText(local), timeZone: name }
}

/** What Graph makes of a span: its zone is UTC where {@link graphTimes} has to write that. */
export const keptSpan = (span: ExchangeSpan): ExchangeSpan => {
  if (span.kind === 'days') return span
  const { start, end } = graphTimes(span)
  return { ...span, startZone: start.timeZone, endZone: end.timeZone }
}
