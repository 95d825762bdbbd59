import type { CalendarTime } from '@dayport/core'
import { resolveKnownZone, type TimeZone } from '@dayport/core/ical'

export const dayMs = 86_400_000

/** The last instant that was written: what is bound together was made at one. */
let last = { ms: 0, iso: '1970-01-01T00:00:00Z' }

/** `yyyy-MM-ddTHH:mm:ssZ`, as lists write times. */
export const isoOf = (ms: number): string => {
  if (ms !== last.ms) last = { ms, iso: `${new Date(ms).toISOString().slice(0, 19)}Z` }
  return last.iso
}

/** The instant of a list's time; `null` when it is none. */
export const msOf = (text: string): number | null => {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text)) return null
  const ms = Date.parse(text)
  return Number.isNaN(ms) || isoOf(ms) !== text ? null : ms
}

/** Wall-clock fields as ms, as if they were UTC. */
export const localMsOf = (time: CalendarTime): number => {
  switch (time.kind) {
    case 'date':
      return Date.parse(`${time.date}T00:00:00Z`)
    case 'utc':
      return Date.parse(time.instant)
    default:
      return Date.parse(`${time.local}Z`)
  }
}

/** The same form of time with other wall-clock fields. */
export const withLocalMs = (form: CalendarTime, localMs: number): CalendarTime => {
  const text = new Date(localMs).toISOString().slice(0, 19)
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

/** UTC, as a zone. */
export const utc: TimeZone = {
  id: 'UTC',
  offsetAt: () => 0,
  toInstant: (local) => local,
  toLocal: (instantMs) => instantMs,
}

/** A zone by a name that the runtime knows; UTC for others. */
export const zoneNamed = (tzid: string): TimeZone => resolveKnownZone(tzid) ?? utc
