import { resolveKnownZone } from '@dayport/core/ical'
import type { FakeTime } from './fake-event.ts'

/** ms since the epoch; `null` for a zone that nobody knows. Seconds go: Exchange keeps minutes. */
export const instantOf = (time: FakeTime): number | null => {
  const zone = resolveKnownZone(time.timeZone)
  return zone === null ? null : zone.toInstant(minuteOf(time.dateTime))
}

/** Wall-clock ms of Graph's text, without its seconds. */
export const minuteOf = (dateTime: string): number =>
  Math.floor(Date.parse(`${dateTime.slice(0, 19)}Z`) / 60_000) * 60_000

/** A time as Graph writes it: seven decimals, no offset. */
export const timeOut = (instantMs: number, timeZone: string): FakeTime => {
  const zone = resolveKnownZone(timeZone)
  return { dateTime: `${new Date((zone ?? utc).toLocal(instantMs)).toISOString().slice(0, 19)}.0000000`, timeZone }
}

const utc = { toLocal: (ms: number) => ms }
