import type { ClarkName } from '@dayport/core/xml'
import type { Exchange } from '../exchange.ts'
import { personalScope, type Resource } from '../resources.ts'
import { apple, cal, dav } from '../wire/names.ts'
import type { KeptProperties } from './property-store.ts'

/** Where the kept properties of a resource are that the calendar store has no place for; `null` where none are kept. */
export const keptPlace = (
  x: Exchange,
  resource: Resource,
): { readonly scope: string; readonly item: string } | null => {
  switch (resource.kind) {
    case 'object':
      return { scope: objectScope(resource.parent.calendar.id), item: resource.name }
    case 'calendar':
      return resource.calendar.owner === x.me.id ? null : { scope: personalScope(x), item: resource.calendar.id }
    case 'home':
      return resource.owner.id === x.me.id ? { scope: placeScope(x), item: 'home' } : null
    case 'principal':
      return resource.info.id === x.me.id ? { scope: placeScope(x), item: 'principal' } : null
    // macOS sets default alarms at the address that it was given first, `/` too; each person has their own there.
    case 'root':
    case 'homes':
    case 'principals':
    case 'files':
      return { scope: placeScope(x), item: resource.kind }
    default:
      return null
  }
}

/** Kept properties of the objects of a calendar, by their names. */
export const objectScope = (calendar: string): string => `calendar ${calendar}`

const placeScope = (x: Exchange): string => `place ${x.me.id}`

/** What is kept with a resource; what the asking person set for themselves goes first. */
export const keptOf = async (x: Exchange, resource: Resource): Promise<KeptProperties> => {
  if (resource.kind === 'folder' || resource.kind === 'file') return resource.node.properties
  if (resource.kind === 'calendar') {
    const { calendar, personal } = resource
    return Object.keys(personal).length === 0
      ? calendar.deadProperties
      : Object.fromEntries([...Object.entries(calendar.deadProperties), ...Object.entries(personal)])
  }
  const place = keptPlace(x, resource)
  if (place === null || x.properties === null) return {}
  // The one that was asked for itself; members are looked up together.
  if (resource.href === x.href) return x.properties.getProperties(place.scope, place.item, { signal: x.request.signal })
  return (await x.keptIn(place.scope)).get(place.item) ?? {}
}

/** The XML of a property that is only kept; `null` when it is not there. A name from outside may be that of an Object method. */
export const keptXml = (kept: KeptProperties, name: ClarkName): string | null =>
  Object.hasOwn(kept, name) ? (kept[name] ?? null) : null

/** What everybody sets for themselves, also of a calendar that they may write: how it looks, rings and counts for them. */
export const isPersonal = (name: ClarkName): boolean => personalNames.has(name)

const personalNames: ReadonlySet<ClarkName> = new Set([
  dav('displayname'),
  apple('calendar-color'),
  apple('calendar-order'),
  ...['schedule-calendar-transp', 'default-alarm-vevent-datetime', 'default-alarm-vevent-date'].map(cal),
  ...['default-alarm-vtodo-datetime', 'default-alarm-vtodo-date'].map(cal),
])
