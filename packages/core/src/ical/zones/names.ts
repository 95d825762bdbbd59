import { zoneLimits } from '../../limits.ts'
import { offsetOf, zoneOfDisplayName } from './display-names.ts'
import { ianaZone } from './iana.ts'
import { canonicalName } from './known-names.ts'
import type { TimeZone } from './model.ts'
import { createFixedZone } from './table-zone.ts'
import { zoneOfWindowsName } from './windows-names.ts'

const { maxTzidLength } = zoneLimits
const maxRemembered = 1000
const remembered = new Map<string, TimeZone | null>()

/** IANA names that mean a fixed offset, and that programs nevertheless give to zones with a summer time. */
const doubtful = new Set(['est', 'mst', 'hst'])

/**
 * The zone that a TZID means whatever VTIMEZONE comes with it: an IANA name or alias in any case, the same behind the prefix of a
 * known vendor or in quotes, a Windows name, a display name. `null` for every other name; also for those that only a resolver
 * decides, since a VTIMEZONE under them knows better: plain offsets (`GMT-03:00` is found with a summer time) and `EST`, `MST`, `HST`.
 */
export function resolveKnownZone(tzid: string): TimeZone | null {
  const known = remembered.get(tzid)
  if (known !== undefined) return known
  const name = readableName(tzid)
  const zone = name === null || doubtful.has(name.toLowerCase()) ? null : ianaZoneOf(name)
  if (tzid.length <= maxTzidLength) {
    if (remembered.size >= maxRemembered) remembered.clear()
    remembered.set(tzid, zone)
  }
  return zone
}

/** As `resolveKnownZone`, and the names that it leaves open by what they say themselves; not cached. */
export function zoneOfName(tzid: string): TimeZone | null {
  const name = readableName(tzid)
  return name === null ? null : (ianaZoneOf(name) ?? zoneOfOffset(name))
}

function readableName(tzid: string): string | null {
  if (tzid.length > maxTzidLength) return null
  const name = bareName(tzid)
  return name === '' || /[\u0000-\u001f\u007f]/.test(name) ? null : name
}

function ianaZoneOf(name: string): TimeZone | null {
  const iana = ianaNameOf(name)
  return iana === null ? null : ianaZone(iana)
}

/** Without quotes, surrounding space and the `TZID-` that some programs write before the name. */
function bareName(tzid: string): string {
  return tzid
    .trim()
    .replace(/^["'](.*)["']$/, '$1')
    .replace(/^TZID[-=:]/i, '')
    .trim()
}

function ianaNameOf(name: string): string | null {
  if (/^z$/i.test(name) || /^tzone:\/\/microsoft\/utc$/i.test(name)) return 'UTC'
  return (
    canonicalName(name) ??
    zoneOfWindowsName(name) ??
    zoneOfPath(name) ??
    zoneOfDisplayName(name) ??
    (name.includes(' ') ? canonicalName(name.replaceAll(' ', '_')) : null)
  )
}

/** Vendors whose TZIDs end in an IANA name without a region, too: `/freeassociation.sourceforge.net/UTC`. */
const vendors = /(?:mozilla\.org|sourceforge\.net|citadel\.org|softwarestudio\.org|bedework\.org|tzurl\.org)\//i

/** `/mozilla.org/20050126_1/Europe/Berlin`: the last three, two or, for known vendors, one part of a path. */
function zoneOfPath(name: string): string | null {
  const parts = name.split('/')
  if (parts.length < 2) return null
  for (let count = Math.min(3, parts.length - 1); count >= 1; count--) {
    if (count === 1 && !vendors.test(name)) return null
    const found = canonicalName(parts.slice(-count).join('/'))
    if (found !== null) return found
  }
  return null
}

/** `GMT +0100`, `UTC-5`, `+03:00`, `(GMT+05:30)`: east is positive here, unlike in `Etc/GMT+5`. */
function zoneOfOffset(name: string): TimeZone | null {
  const match = /^\(?(UTC|GMT)?\s?([+\-\u2212]\d{1,2}(?::?\d{2})?)\)?$/i.exec(name)
  const offset = match === null ? null : offsetOf(match[2]!)
  if (offset === null) return null
  if (offset === 0) return ianaZone('UTC')
  const size = Math.abs(offset)
  const hours = Math.floor(size / 3600)
  const whole = canonicalName(`Etc/GMT${offset > 0 ? '-' : '+'}${hours}`)
  if (size % 3600 === 0 && whole !== null) return ianaZone(whole)
  const two = (value: number) => String(value).padStart(2, '0')
  return createFixedZone(`UTC${offset > 0 ? '+' : '-'}${two(hours)}:${two((size % 3600) / 60)}`, offset)
}
