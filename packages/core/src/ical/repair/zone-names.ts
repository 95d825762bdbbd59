import { zoneLimits } from '../../limits.ts'
import type { CalendarTime } from '../../time.ts'
import { customZones } from '../series-facts.ts'
import type { CalendarDocument, Component } from '../text/model.ts'
import { readText } from '../text/values-text.ts'
import { canonicalName } from '../zones/known-names.ts'
import type { ZoneResolver } from '../zones/model.ts'
import { resolveKnownZone, zoneOfName } from '../zones/names.ts'
import { createZoneResolver } from '../zones/resolver.ts'
import { zoneOfVtimezone } from '../zones/vtimezone.ts'

/** The names that the zones of an object have for programs which are less clever than our resolver. */
export interface ZoneNames {
  readonly resolver: ZoneResolver
  /** `null` where nobody can say what the name means: then the value floats, as the recurrence engine reads it. */
  nameOf(tzid: string): string | null
  rename(time: CalendarTime): CalendarTime
  /** VTIMEZONEs that explain nothing. */
  readonly unreadable: readonly Component[]
  /** VTIMEZONEs that are the only explanation of their name. */
  readonly authorities: readonly Component[]
}

/**
 * IANA names stay; Windows names, vendors' prefixes and names that X-LIC-LOCATION explains give way to the IANA name; a name that the
 * object's own VTIMEZONE explains is written as it is there.
 */
export const createZoneNames = (document: CalendarDocument): ZoneNames => {
  // Only VTIMEZONEs that are named: a hostile object has thousands of others.
  const vtimezones = customZones(document)
  const named = Object.keys(vtimezones)
  const resolver = createZoneResolver({ vtimezones })
  const own = named.length === 0 ? [] : blocksOf(document, new Set(named.slice(0, zoneLimits.maxZones)))
  const unreadable = own.filter((zone) => !isReadable(zone, resolver))
  const authorities = own.filter((zone) => !unreadable.includes(zone))
  const names = new Map<string, string | null>()

  const find = (tzid: string): string | null => {
    if (canonicalName(tzid) !== null) return tzid
    const known = resolveKnownZone(tzid)
    if (known !== null) return known.id
    const zone = resolver.resolve(tzid)
    if (zone === null) return null
    const located = resolveKnownZone(zone.id)
    if (located !== null && 'transitions' in zone) return located.id
    const exact = authorities.find((component) => ownNameOf(component) === tzid)
    const loose = exact ?? authorities.find((component) => looseName(ownNameOf(component)) === looseName(tzid))
    return loose === undefined ? tzid : ownNameOf(loose)
  }
  const nameOf = (tzid: string): string | null => {
    let name = names.get(tzid)
    if (name === undefined) {
      name = find(tzid)
      names.set(tzid, name)
    }
    return name
  }

  return {
    resolver,
    nameOf,
    rename: (time) => {
      if (time.kind !== 'zoned') return time
      const tzid = nameOf(time.tzid)
      if (tzid === time.tzid) return time
      return tzid === null ? { kind: 'floating', local: time.local } : { ...time, tzid }
    },
    unreadable,
    authorities,
  }
}

const blocksOf = ({ calendars }: CalendarDocument, names: ReadonlySet<string>): readonly Component[] =>
  calendars.flatMap(({ components }) =>
    components.filter((zone) => zone.name === 'VTIMEZONE' && names.has(zone.property('TZID')?.value.trim() ?? '')),
  )

const isReadable = (zone: Component, resolver: ZoneResolver): boolean => {
  const name = ownNameOf(zone)
  // A name that says its offset itself is found without its VTIMEZONE too.
  return zoneOfName(name) === null ? resolver.resolve(name) !== null : zoneOfVtimezone(zone) !== null
}

const ownNameOf = (zone: Component): string => {
  const property = zone.property('TZID')
  return property === undefined ? '' : readText(property).trim()
}

const looseName = (tzid: string): string => tzid.replaceAll('"', '').trim().toLowerCase()
