import type { Calendar, CalendarObject, ETag, PrincipalInfo } from '@dayport/core'
import type { Exchange } from './exchange.ts'
import { type Address, objectHref } from './wire/hrefs.ts'

/** A calendar as seen at one address: its owner's, or the virtual one in the home of somebody it is shared with. */
export interface CalendarResource {
  readonly kind: 'calendar'
  readonly href: string
  readonly calendar: Calendar
}

export interface ObjectResource {
  readonly kind: 'object'
  readonly href: string
  readonly parent: CalendarResource
  readonly name: string
  readonly etag: ETag
  /** `null` when only name and etag were asked of the store. */
  readonly object: CalendarObject | null
}

export interface HomeResource {
  readonly kind: 'home'
  readonly href: string
  readonly owner: PrincipalInfo
}

/** What is at an address. The two people's collections and the root have nothing of their own. */
export type Resource =
  | { readonly kind: 'root' | 'principals' | 'homes'; readonly href: string }
  | { readonly kind: 'principal'; readonly href: string; readonly info: PrincipalInfo }
  | HomeResource
  | CalendarResource
  | ObjectResource

export type ResourceKind = Resource['kind']

/**
 * Names of the virtual members in one's home: other people's calendars, by id, so that the address stays when its owner renames
 * the calendar or changes the login. An own calendar of that very name goes first.
 */
const sharedPrefix = 'shared-'

export const principalHref = (x: Exchange, info: PrincipalInfo): string =>
  x.hrefs.of({ kind: 'principal', login: info.login })

export const homeHref = (x: Exchange, info: PrincipalInfo): string => x.hrefs.of({ kind: 'home', login: info.login })

export const calendarResource = (calendar: Calendar, href: string): CalendarResource => ({
  kind: 'calendar',
  href,
  calendar,
})

export const objectResource = (parent: CalendarResource, object: CalendarObject): ObjectResource => ({
  kind: 'object',
  href: objectHref(parent.href, object.name),
  parent,
  name: object.name,
  etag: object.etag,
  object,
})

/** An object of which only the state is known, from the change feed. */
export const objectState = (parent: CalendarResource, name: string, etag: ETag): ObjectResource => ({
  kind: 'object',
  href: objectHref(parent.href, name),
  parent,
  name,
  etag,
  object: null,
})

/**
 * What the asking person sees at the address; `null` when nothing is there for them, which is the same answer for what does not
 * exist and for what they were given no level of.
 */
export const locate = async (x: Exchange, address: Address): Promise<Resource | null> => {
  switch (address.kind) {
    case 'root':
      return { kind: 'root', href: x.href === '/' ? '/' : x.hrefs.of(address) }
    case 'principals':
    case 'homes':
      return { kind: address.kind, href: x.hrefs.of(address) }
    case 'principal': {
      const info = await personOf(x, address.login)
      return info === null ? null : { kind: 'principal', href: principalHref(x, info), info }
    }
    case 'home': {
      const owner = await personOf(x, address.login)
      if (owner === null) return null
      const visible = owner.id === x.me.id || (await calendarsOf(x, owner)).length > 0
      return visible ? { kind: 'home', href: homeHref(x, owner), owner } : null
    }
    case 'calendar':
      return locateCalendar(x, address)
    case 'object': {
      const parent = await locateCalendar(x, address)
      if (parent === null) return null
      const ref = { calendar: parent.calendar.id, name: address.name }
      const object = await x.service.getObject(x.who, ref, { signal: x.request.signal })
      return object === null ? null : objectResource(parent, object)
    }
  }
}

/** The calendar that an address of it, or of an object in it, names; else as {@link locate}. */
export const locateCalendar = async (
  x: Exchange,
  { login, calendar: name }: { readonly login: string; readonly calendar: string },
): Promise<CalendarResource | null> => {
  const owner = await personOf(x, login)
  if (owner === null) return null
  const calendar = (await x.service.findCalendar(x.who, owner.id, name)) ?? (await sharedCalendar(x, owner, name))
  if (calendar === null) return null
  return calendarResource(calendar, x.hrefs.of({ kind: 'calendar', login: owner.login, calendar: name }))
}

const sharedCalendar = async (x: Exchange, owner: PrincipalInfo, name: string): Promise<Calendar | null> => {
  if (owner.id !== x.me.id || !name.startsWith(sharedPrefix)) return null
  const calendar = await x.service.getCalendar(x.who, name.slice(sharedPrefix.length))
  return calendar === null || calendar.owner === x.me.id ? null : calendar
}

const personOf = async (x: Exchange, login: string): Promise<PrincipalInfo | null> =>
  login === x.me.login ? x.me : x.principals.findPrincipal(login)

/** The calendars of a home of which the person sees anything: in one's own also those of other people that are listed, under virtual addresses. */
export const calendarsOf = async (x: Exchange, owner: PrincipalInfo): Promise<readonly CalendarResource[]> => {
  const own = owner.id === x.me.id
  const home = homeHref(x, owner)
  const all = await x.service.listCalendars(x.who)
  const others = all.filter((calendar) => calendar.owner !== owner.id)
  const listed = new Set(own ? (await x.listed(x.who, others)).map(({ id }) => id) : [])
  return all.flatMap((calendar) => {
    if (calendar.owner === owner.id) return calendarResource(calendar, `${objectHref(home, calendar.name)}/`)
    return listed.has(calendar.id) ? calendarResource(calendar, `${objectHref(home, sharedPrefix + calendar.id)}/`) : []
  })
}

/** Members of a collection, for Depth 1. `withData` reads the objects whole; else only names and etags are asked. */
export async function* membersOf(x: Exchange, resource: Resource, withData: boolean): AsyncIterable<Resource> {
  switch (resource.kind) {
    case 'root':
      yield { kind: 'principals', href: x.hrefs.of({ kind: 'principals' }) }
      yield { kind: 'homes', href: x.hrefs.of({ kind: 'homes' }) }
      return
    case 'principals':
      // Nobody gets a list of everybody; one's own principal is what a client looks for here.
      yield { kind: 'principal', href: principalHref(x, x.me), info: x.me }
      return
    case 'homes':
      yield { kind: 'home', href: homeHref(x, x.me), owner: x.me }
      return
    case 'home':
      yield* await calendarsOf(x, resource.owner)
      return
    case 'calendar': {
      const { id } = resource.calendar
      const { signal } = x.request
      if (withData) {
        for await (const object of x.service.findObjects(x.who, id, {}, { signal }))
          yield objectResource(resource, object)
        return
      }
      const { changes } = await x.service.changes(x.who, id, null, { signal })
      for (const { name, etag } of changes) if (etag !== null) yield objectState(resource, name, etag)
      return
    }
    case 'principal':
    case 'object':
      return
  }
}
