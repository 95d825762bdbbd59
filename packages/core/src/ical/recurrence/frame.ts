import type { CalendarTime } from '../../time.ts'
import type { LocalMs, TimeZone, ZoneResolver } from '../zones/model.ts'
import { localOf } from './local-time.ts'

/** The zone of UTC times, and of floating ones until a query names a better. */
export const utcZone: TimeZone = {
  id: 'UTC',
  offsetAt: () => 0,
  toInstant: (local) => local,
  toLocal: (instantMs) => instantMs,
}

/**
 * How a series reads its values: the form and zone of its DTSTART. Its instances have a key each, by which EXDATE and overrides
 * find them: the instant, or the wall-clock fields where a series is floating or of DATEs, for those have no instant of their own.
 */
export interface Frame {
  /** A time in the series' form; instances are written like it. */
  readonly form: CalendarTime
  /** Floating, DATE, or in a zone that nobody knows. */
  readonly floating: boolean
  readonly zone: TimeZone
  keyOf(time: CalendarTime): number
  localOfKey(key: number): LocalMs
  /** The instant of any value; `floatingZone` is for those that have none of their own. */
  instantOf(time: CalendarTime, floatingZone: TimeZone): number
  /** Whether the value has an instant without a floating zone. */
  isFixed(time: CalendarTime): boolean
}

/** Makes the frame of a series with that DTSTART. A TZID that cannot be resolved is read as floating, and `warn` is told. */
export const createFrame = (form: CalendarTime, zones: ZoneResolver, warn: (message: string) => void): Frame => {
  const zoneOf = (time: CalendarTime): TimeZone | null => {
    if (time.kind === 'utc') return utcZone
    if (time.kind !== 'zoned') return null
    const zone = zones.resolve(time.tzid)
    if (zone === null)
      warn(`the time zone ${JSON.stringify(time.tzid.slice(0, 80))} is unknown; its times are read as floating`)
    return zone
  }
  const zone = zoneOf(form)
  return {
    form,
    floating: zone === null,
    zone: zone ?? utcZone,
    keyOf: (time) => (zone === null ? localOf(time) : (zoneOf(time) ?? zone).toInstant(localOf(time))),
    localOfKey: (key) => (zone === null ? key : zone.toLocal(key)),
    instantOf: (time, floatingZone) => (zoneOf(time) ?? floatingZone).toInstant(localOf(time)),
    isFixed: (time) => zoneOf(time) !== null,
  }
}
