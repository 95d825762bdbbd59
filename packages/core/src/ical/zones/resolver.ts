import { zoneLimits } from '../../limits.ts'
import type { TimeZone, ZoneResolver } from './model.ts'
import { resolveKnownZone, zoneOfName } from './names.ts'
import { locationOfVtimezone, parseVtimezone } from './vtimezone.ts'

export interface ZoneResolverOptions {
  /** VTIMEZONE text by TZID: what the object or calendar brings along. Read when it is needed. */
  readonly vtimezones?: Readonly<Record<string, string>>
}

/** Answers kept by one resolver; beyond it the memory starts anew. */
const maxRemembered = 1000
/** VTIMEZONEs read beforehand by their text: the same few custom zones come with every object of a calendar. */
const maxParsed = 100
const parsed = new Map<string, TimeZone | null>()

/**
 * Finds zones in this order: names that `resolveKnownZone` knows (the runtime's zone database ages less than a producer's
 * VTIMEZONE), the X-LIC-LOCATION of the VTIMEZONE under that TZID, that VTIMEZONE itself, and at last the names that would have
 * given way to a VTIMEZONE.
 */
export function createZoneResolver(options: ZoneResolverOptions = {}): ZoneResolver {
  const vtimezones = Object.entries(options.vtimezones ?? {})
  // Most objects bring none along that matters.
  return vtimezones.length === 0 ? knownZones : resolverOf(vtimezones)
}

const knownZones = resolverOf([])

function resolverOf(vtimezones: readonly (readonly [tzid: string, text: string])[]): ZoneResolver {
  const texts = new Map<string, string>()
  for (const [tzid, text] of vtimezones) {
    texts.set(tzid, text)
    if (!texts.has(looseKey(tzid))) texts.set(looseKey(tzid), text)
  }
  let textsLeft: number = zoneLimits.maxZones
  const remembered = new Map<string, TimeZone | null>()

  function find(tzid: string): TimeZone | null {
    const known = resolveKnownZone(tzid)
    if (known !== null) return known
    const text = texts.get(tzid) ?? texts.get(looseKey(tzid))
    return (text === undefined || --textsLeft < 0 ? null : zoneOfText(text)) ?? zoneOfName(tzid)
  }

  return {
    resolve(tzid) {
      const before = remembered.get(tzid)
      if (before !== undefined) return before
      const zone = find(tzid)
      if (remembered.size >= maxRemembered) remembered.clear()
      remembered.set(tzid, zone)
      return zone
    },
  }
}

function zoneOfText(text: string): TimeZone | null {
  const location = locationOfVtimezone(text)
  const located = location === null ? null : resolveKnownZone(location)
  if (located !== null) return located
  const known = parsed.get(text)
  if (known !== undefined) return known
  const zone = parseVtimezone(text)
  // Long texts are somebody's trial of our memory, not a zone that comes again.
  if (text.length <= 20_000) {
    if (parsed.size >= maxParsed) parsed.clear()
    parsed.set(text, zone)
  }
  return zone
}

/** Quotes and case are where references and definitions of the same zone differ. */
function looseKey(tzid: string): string {
  return tzid.replaceAll('"', '').trim().toLowerCase()
}
