import {
  createZoneResolver,
  resolveKnownZone,
  type TimeZone,
  windowsNameOf,
  type ZoneResolver,
} from '@dayport/core/ical'
import { dayMs } from './days.ts'

/** UTC, as a zone. */
export const utcZone: TimeZone = {
  id: 'UTC',
  offsetAt: () => 0,
  toInstant: (local) => local,
  toLocal: (instantMs) => instantMs,
}

/** The zone of a Windows or IANA name; `null` for a name that nobody knows (`Customized Time Zone`). */
export const zoneNamed = (name: string | null): TimeZone | null => {
  if (name === null || name.trim() === '') return null
  return resolveKnownZone(name) ?? createZoneResolver().resolve(name)
}

/** The Windows name of a known zone, else its IANA name; `null` for a name that nobody knows. */
export const exchangeZoneName = (name: string | null): string | null => {
  const zone = zoneNamed(name)
  return zone === null ? null : (windowsNameOf(zone.id) ?? zone.id)
}

/** Whether two names mean one zone, as far as Windows tells zones apart. A name that nobody knows is no other zone. */
export const isSameZone = (a: string | null, b: string | null): boolean => {
  const [first, second] = [exchangeZoneName(a), exchangeZoneName(b)]
  return first === null || second === null || first === second
}

/**
 * The name for Exchange of the zone that a TZID means in its calendar. A zone that only a VTIMEZONE explains is looked for among the
 * zones of `candidates` by its offsets around an instant.
 *
 * @returns `null` when there is none.
 */
export const exchangeZoneOf = (
  tzid: string,
  resolver: ZoneResolver,
  aroundMs: number,
  candidates: readonly string[],
): string | null => {
  const known = exchangeZoneName(tzid)
  if (known !== null && resolveKnownZone(tzid) !== null) return known
  const zone = resolver.resolve(tzid)
  if (zone === null) return null
  const named = exchangeZoneName(zone.id)
  if (named !== null && resolveKnownZone(zone.id) !== null) return named
  for (const candidate of [...candidates, ...commonZones]) {
    const other = zoneNamed(candidate)
    if (other !== null && agree(zone, other, aroundMs)) return exchangeZoneName(candidate)
  }
  return null
}

/** Whether two zones have the same offsets for three years from a half before an instant; tried every six days. */
export const agree = (a: TimeZone, b: TimeZone, aroundMs: number): boolean => {
  for (let at = aroundMs - 180 * dayMs; at < aroundMs + 915 * dayMs; at += 6 * dayMs) {
    if (a.offsetAt(at) !== b.offsetAt(at)) return false
  }
  return true
}

/** Zones that custom VTIMEZONEs are usually made for. */
export const commonZones: readonly string[] = [
  'UTC',
  'Europe/Moscow',
  'Europe/London',
  'Europe/Berlin',
  'Europe/Kyiv',
  'Europe/Kaliningrad',
  'Europe/Samara',
  'Asia/Yekaterinburg',
  'Asia/Omsk',
  'Asia/Krasnoyarsk',
  'Asia/Irkutsk',
  'Asia/Yakutsk',
  'Asia/Vladivostok',
  'Asia/Magadan',
  'Asia/Kamchatka',
  'Asia/Kolkata',
  'Asia/Tokyo',
  'Australia/Sydney',
  'America/Sao_Paulo',
  'America/St_Johns',
  'America/Halifax',
  'America/New_York',
  'America/Chicago',
  'America/Denver',
  'America/Phoenix',
  'America/Los_Angeles',
  'America/Anchorage',
  'Pacific/Auckland',
]
