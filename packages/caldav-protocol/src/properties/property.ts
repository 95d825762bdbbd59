import type { Calendar, CalendarPatch } from '@dayport/core'
import type { ClarkName, XmlElement, XmlWriter } from '@dayport/core/xml'
import type { Exchange } from '../exchange.ts'
import type { CalendarResource, Resource, ResourceKind } from '../resources.ts'

/**
 * What a property holds: text, addresses (which `expand-property` can follow), any other content by a function that writes it, or
 * `raw`, the whole property element as it was stored. `null`: the property is not there.
 */
export type PropertyValue =
  | string
  | { readonly hrefs: readonly string[] }
  | { readonly raw: string }
  | ((writer: XmlWriter) => void)
  | null

/** One live property. */
export interface Property {
  readonly name: ClarkName
  /** The kinds of resources that it is defined on. */
  readonly on: readonly ResourceKind[]
  /** Whether `allprop` includes it: RFC 4791 and 6578 say SHOULD NOT of theirs. */
  readonly allprop: boolean
  /** Whether its value on an object needs more than name and etag, or name, etag and component when that is known. */
  readsObject(parent: CalendarResource, knowsComponent: boolean): boolean
  /** The value; a refusal becomes a propstat of its own. */
  get(resource: Resource, x: Exchange): PropertyValue | Promise<PropertyValue>
  /**
   * What setting it on a calendar changes; `null` removes it. Absent: protected on calendars.
   *
   * @throws {DavError} when the value will not do; the status goes into the propstat.
   */
  change?(value: XmlElement | null, calendar: Pick<Calendar, 'name'>): CalendarPatch
  /** The kinds besides calendars on which a client may set it, and it is then kept as it came. */
  readonly keeps: readonly ResourceKind[]
  /** Whether a calendar takes whatever a program sets, and only keeps it. */
  readonly keptOnCalendars: boolean
}

type ResourceOf<K extends ResourceKind> = Extract<Resource, { readonly kind: K }>

/** Defines a property whose `get` sees only the kinds that it is defined on. */
export const property = <const K extends ResourceKind>(definition: {
  readonly name: ClarkName
  readonly on: readonly K[]
  readonly allprop?: boolean
  readonly readsObject?: Property['readsObject']
  readonly get: (resource: ResourceOf<K>, x: Exchange) => PropertyValue | Promise<PropertyValue>
  readonly change?: Property['change']
  readonly keeps?: readonly ResourceKind[]
  readonly keptOnCalendars?: boolean
}): Property => {
  const {
    name,
    on,
    allprop = false,
    readsObject = () => false,
    get,
    change,
    keeps = [],
    keptOnCalendars = false,
  } = definition
  const base = { name, on, allprop, readsObject, keeps, keptOnCalendars, get: get as Property['get'] }
  return change === undefined ? base : { ...base, change }
}

/** Every kind, for the properties that all resources have. */
export const everywhere = [
  ...(['root', 'principals', 'principal', 'proxy'] as const),
  ...(['homes', 'home', 'calendar', 'object'] as const),
  ...(['files', 'folder', 'file'] as const),
] as const
