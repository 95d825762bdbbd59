import type { Calendar, CalendarObject, CallOptions, ETag, PrincipalInfo } from '@dayport/core'
import type { Exchange } from './exchange.ts'
import type { FileNode, FilePath } from './files/file-store.ts'
import type { KeptProperties } from './kept/property-store.ts'
import { type Address, objectHref, type ProxyAccess } from './wire/hrefs.ts'

/** A calendar as seen at one address: its owner's, or the virtual one in the home of somebody it is shared with. */
export interface CalendarResource {
  readonly kind: 'calendar'
  readonly href: string
  readonly calendar: Calendar
  /** What the asking person set of another's calendar for themselves; it goes before the calendar's own. */
  readonly personal: KeptProperties
}

interface FileAt<Kind extends string> {
  readonly kind: Kind
  readonly href: string
  readonly owner: PrincipalInfo
  readonly node: FileNode
}

/** A plain collection of files, or one of them. */
export type FileResource = FileAt<'folder'> | FileAt<'file'>

export interface ObjectResource {
  readonly kind: 'object'
  readonly href: string
  readonly parent: CalendarResource
  readonly name: string
  readonly etag: ETag
  /** Its kind, `VEVENT` say; `null` when that is not known. */
  readonly component: string | null
  /** `null` when only its state was asked of the store. */
  readonly object: CalendarObject | null
}

export interface HomeResource {
  readonly kind: 'home'
  readonly href: string
  readonly owner: PrincipalInfo
}

/** What is at an address. The collections of everybody's and the root have nothing of their own. */
export type Resource =
  | { readonly kind: 'root' | 'principals' | 'homes' | 'files'; readonly href: string }
  | { readonly kind: 'principal'; readonly href: string; readonly info: PrincipalInfo }
  | HomeResource
  | { readonly kind: 'proxy'; readonly href: string; readonly info: PrincipalInfo; readonly access: ProxyAccess }
  | CalendarResource
  | ObjectResource
  | FileResource

export type ResourceKind = Resource['kind']

/**
 * Names of the virtual members in one's home: other people's calendars, by id, so that the address stays when its owner renames
 * the calendar or changes the login. An own calendar of that very name goes first.
 */
const sharedPrefix = 'shared-'

export const principalHref = (x: Exchange, info: PrincipalInfo): string =>
  x.hrefs.of({ kind: 'principal', login: info.login })

export const homeHref = (x: Exchange, info: PrincipalInfo): string => x.hrefs.of({ kind: 'home', login: info.login })

export const proxyHref = (x: Exchange, info: PrincipalInfo, access: ProxyAccess): string =>
  x.hrefs.of({ kind: 'proxy', login: info.login, access })

export const fileHref = (x: Exchange, owner: PrincipalInfo, path: FilePath, kind: FileNode['kind']): string =>
  x.hrefs.of({ kind: 'file', login: owner.login, path, slash: kind === 'collection' })

const fileResource = (x: Exchange, owner: PrincipalInfo, node: FileNode): FileResource => ({
  kind: node.kind === 'collection' ? 'folder' : 'file',
  href: fileHref(x, owner, node.path, node.kind),
  owner,
  node,
})

/** Where a person's own properties of other people's calendars are kept, by the calendar's id. */
export const personalScope = (x: Pick<Exchange, 'me'>): string => `person ${x.me.id}`

const calendarResource = async (x: Exchange, calendar: Calendar, href: string): Promise<CalendarResource> => ({
  kind: 'calendar',
  href,
  calendar,
  personal: calendar.owner === x.me.id ? nothing : ((await x.keptIn(personalScope(x))).get(calendar.id) ?? nothing),
})

const nothing: KeptProperties = {}

export const objectResource = (parent: CalendarResource, object: CalendarObject): ObjectResource => ({
  kind: 'object',
  href: objectHref(parent.href, object.name),
  parent,
  name: object.name,
  etag: object.etag,
  component: object.index.component,
  object,
})

/** An object of which only the state is known, from the change feed. */
export const objectState = (
  parent: CalendarResource,
  name: string,
  etag: ETag,
  component: string | null,
): ObjectResource => ({
  kind: 'object',
  href: objectHref(parent.href, name),
  parent,
  name,
  etag,
  component,
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
    case 'files':
      return x.files === null ? null : { kind: address.kind, href: x.hrefs.of(address) }
    case 'file':
      return locateFile(x, address)
    case 'proxy': {
      const info = await personOf(x, address.login)
      if (info === null || info.kind === 'group') return null
      return { kind: 'proxy', href: proxyHref(x, info, address.access), info, access: address.access }
    }
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

/** Files are their owner's alone: to others nothing is there. */
const locateFile = async (x: Exchange, address: Extract<Address, { kind: 'file' }>): Promise<FileResource | null> => {
  const owner = await personOf(x, address.login)
  if (owner === null || owner.id !== x.me.id || x.files === null) return null
  const node = await x.files.getNode(owner.id, address.path, { signal: x.request.signal })
  return node === null ? null : fileResource(x, owner, node)
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
  return calendarResource(x, calendar, x.hrefs.of({ kind: 'calendar', login: owner.login, calendar: name }))
}

const sharedCalendar = async (x: Exchange, owner: PrincipalInfo, name: string): Promise<Calendar | null> => {
  if (owner.id !== x.me.id || !name.startsWith(sharedPrefix)) return null
  const calendar = await x.service.getCalendar(x.who, name.slice(sharedPrefix.length))
  return calendar === null || calendar.owner === x.me.id ? null : calendar
}

const personOf = async (x: Exchange, login: string): Promise<PrincipalInfo | null> =>
  login === x.me.login ? x.me : x.principals.findPrincipal(login)

/** The calendars of a home of which the person sees anything: in one's own also those of other people that are listed, under virtual addresses. */
export const calendarsOf = async (
  x: Exchange,
  owner: PrincipalInfo,
  call?: CallOptions,
): Promise<readonly CalendarResource[]> => {
  const own = owner.id === x.me.id
  const home = homeHref(x, owner)
  const all = await x.service.listCalendars(x.who, call)
  const others = all.filter((calendar) => calendar.owner !== owner.id)
  const listed = new Set(own ? (await x.listed(x.who, others)).map(({ id }) => id) : [])
  const shown = all.filter((calendar) => calendar.owner === owner.id || listed.has(calendar.id))
  return Promise.all(
    shown.map((calendar) => {
      const name = calendar.owner === owner.id ? calendar.name : sharedPrefix + calendar.id
      return calendarResource(x, calendar, `${objectHref(home, name)}/`)
    }),
  )
}

/** Members of a collection, for Depth 1; of objects only their state. */
export async function* membersOf(x: Exchange, resource: Resource): AsyncIterable<Resource> {
  switch (resource.kind) {
    case 'root':
      yield { kind: 'principals', href: x.hrefs.of({ kind: 'principals' }) }
      yield { kind: 'homes', href: x.hrefs.of({ kind: 'homes' }) }
      if (x.files !== null) yield { kind: 'files', href: x.hrefs.of({ kind: 'files' }) }
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
      const { changes } = await x.service.changes(x.who, resource.calendar.id, null, { signal: x.request.signal })
      for (const { name, etag, component = null } of changes) {
        if (etag !== null) yield objectState(resource, name, etag, component)
      }
      return
    }
    case 'files': {
      const root = await locateFile(x, { kind: 'file', login: x.me.login, path: '', slash: true })
      if (root !== null) yield root
      return
    }
    case 'folder': {
      const { owner, node } = resource
      for (const member of (await x.files?.listMembers(owner.id, node.path)) ?? []) yield fileResource(x, owner, member)
      return
    }
    case 'principal':
      if (resource.info.kind === 'group') return
      for (const access of ['read', 'write'] as const) {
        yield { kind: 'proxy', href: proxyHref(x, resource.info, access), info: resource.info, access }
      }
      return
    case 'proxy':
    case 'object':
    case 'file':
      return
  }
}
