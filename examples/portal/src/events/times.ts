import type { CalendarTime } from '@dayport/core'
import { PortalError } from '../problem.ts'

/** The times of an event as the API speaks them. */
export interface ApiTimes {
  readonly allDay: boolean
  /** `2026-03-29` when all day, else `2026-03-29T10:00:00` on the clock of `timeZone`. */
  readonly start: string
  /** Exclusive. */
  readonly end: string
  /** `null`: floating, or a whole day. */
  readonly timeZone: string | null
}

/** The wall clock of a time, without its zone: `2026-03-29` or `2026-03-29T10:00:00`. */
export const wallText = (time: CalendarTime): string => {
  switch (time.kind) {
    case 'date':
      return time.date
    case 'utc':
      return time.instant.replace(/Z$/, '')
    default:
      return time.local
  }
}

/** Which clock: `null` for floating times and dates. */
export const zoneName = (time: CalendarTime): string | null =>
  time.kind === 'zoned' ? time.tzid : time.kind === 'utc' ? 'UTC' : null

/** The wall clock read as if it were UTC, ms: to add and to compare, never an instant. */
const wallMs = (text: string): number => Date.parse(text.length === 10 ? `${text}T00:00:00Z` : `${text}Z`)

const wallOf = (ms: number, isDate: boolean): string => new Date(ms).toISOString().slice(0, isDate ? 10 : 19)

/** The same form, with another wall clock. */
const withWall = (form: CalendarTime, text: string): CalendarTime => {
  switch (form.kind) {
    case 'date':
      return { kind: 'date', date: text.slice(0, 10) }
    case 'utc':
      return { kind: 'utc', instant: `${text}Z` }
    case 'zoned':
      return { kind: 'zoned', local: text, tzid: form.tzid }
    default:
      return { kind: 'floating', local: text }
  }
}

/** Moves the wall clock by `deltaMs`; a DATE by whole days. */
export const shifted = (time: CalendarTime, deltaMs: number): CalendarTime =>
  withWall(time, wallOf(wallMs(wallText(time)) + deltaMs, time.kind === 'date'))

/** How far apart two wall clocks are, ms. */
export const wallDistance = (from: CalendarTime, to: CalendarTime): number =>
  wallMs(wallText(to)) - wallMs(wallText(from))

/** @throws {PortalError} `invalid-request` for a day that no calendar has. */
export const toCalendarTime = (text: string, allDay: boolean, timeZone: string | null): CalendarTime => {
  if (Number.isNaN(wallMs(text)) || wallOf(wallMs(text), true) !== text.slice(0, 10)) {
    throw new PortalError('invalid-request', 'There is no such date', { field: 'start' })
  }
  if (allDay) return { kind: 'date', date: text.slice(0, 10) }
  const local = text.length === 16 ? `${text}:00` : text.length === 10 ? `${text}T00:00:00` : text
  if (timeZone === null) return { kind: 'floating', local }
  if (timeZone === 'UTC') return { kind: 'utc', instant: `${local}Z` }
  return { kind: 'zoned', local, tzid: timeZone }
}

/** @throws {PortalError} `invalid-request` for a day that no calendar has, and for an end before the start. */
export const toCalendarTimes = (times: ApiTimes): { readonly start: CalendarTime; readonly end: CalendarTime } => {
  const start = toCalendarTime(times.start, times.allDay, times.timeZone)
  const end = toCalendarTime(times.end, times.allDay, times.timeZone)
  const length = wallDistance(start, end)
  if (length < 0 || (times.allDay && length === 0)) {
    throw new PortalError('invalid-request', 'The end must come after the start', { field: 'end' })
  }
  return { start, end }
}
