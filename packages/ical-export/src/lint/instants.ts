import type { CalendarTime } from '@dayport/core'
import type { ZoneResolver } from '@dayport/core/ical'

/** Wall-clock fields as ms, as if they were UTC. */
export const localMs = (time: CalendarTime): number =>
  Date.parse(time.kind === 'date' ? `${time.date}T00:00:00Z` : time.kind === 'utc' ? time.instant : `${time.local}Z`)

/** The instant of a time; what no zone is known for counts as UTC. */
export const instantOf = (time: CalendarTime, zones: ZoneResolver): number => {
  const ms = localMs(time)
  return time.kind === 'zoned' ? (zones.resolve(time.tzid)?.toInstant(ms) ?? ms) : ms
}
