import { type AccessLevel, type Calendar, everyone } from '@dayport/core'
import type { ClarkName, XmlWriter } from '@dayport/core/xml'
import { needPrivileges } from '../errors.ts'
import type { Exchange } from '../exchange.ts'
import { principalHref, type Resource } from '../resources.ts'
import { cal, dav } from '../wire/names.ts'
import { everywhere, property } from './property.ts'

const reading = [dav('read'), cal('read-free-busy'), dav('read-current-user-privilege-set')]
const writingObjects = [dav('write-content'), dav('bind'), dav('unbind')]
const owning = [...reading, dav('write'), dav('write-properties'), ...writingObjects, dav('read-acl')]
/** Of a read-only calendar: its owner may rename and share it. */
const owningReadOnly = [...reading, dav('write-properties'), dav('read-acl')]

/**
 * RFC 3744 §5.5. Decides whether a program lets its person edit: Thunderbird looks for write, write-content, bind or all, DAVx5
 * for write-content, bind and unbind.
 */
export const currentUserPrivilegeSet = property({
  name: dav('current-user-privilege-set'),
  on: everywhere,
  get: async (resource, x) => privilegeWriter(await privilegesOf(resource, x)),
})

const privilegesOf = async (resource: Resource, x: Exchange): Promise<readonly ClarkName[]> => {
  switch (resource.kind) {
    case 'calendar':
      return calendarPrivileges(resource.calendar, x)
    case 'object':
      return calendarPrivileges(resource.parent.calendar, x)
    case 'home':
      return resource.owner.id === x.me.id ? [...reading, dav('bind'), dav('unbind')] : reading
    default:
      return [dav('read'), dav('read-current-user-privilege-set')]
  }
}

const calendarPrivileges = async (calendar: Calendar, x: Exchange): Promise<readonly ClarkName[]> => {
  if (await x.may('own', calendar)) return calendar.readOnly ? owningReadOnly : owning
  const write = !calendar.readOnly && (await x.may('write', calendar))
  const properties = await x.may('write-properties', calendar)
  return [
    ...reading,
    ...(write ? writingObjects : []),
    ...(properties ? [dav('write-properties')] : []),
    ...(write && properties ? [dav('write')] : []),
  ]
}

const privilegeWriter = (privileges: readonly ClarkName[]) => (writer: XmlWriter) => {
  for (const name of privileges) writer.open(dav('privilege')).element(name).close()
}

/** RFC 3744 §5.1. Never DAV:creator: the host's people own what is in their home. */
export const owner = property({
  name: dav('owner'),
  on: ['home', 'calendar', 'object', 'principal'],
  get: async (resource, x) => {
    if (resource.kind === 'home') return { hrefs: [principalHref(x, resource.owner)] }
    if (resource.kind === 'principal') return { hrefs: [resource.href] }
    const { calendar } = resource.kind === 'calendar' ? resource : resource.parent
    const info = await x.principalOf(calendar.owner)
    return info === null ? null : { hrefs: [principalHref(x, info)] }
  },
})

/** RFC 3744 §5.3: what there is to grant. */
export const supportedPrivilegeSet = property({
  name: dav('supported-privilege-set'),
  on: everywhere,
  get: () => (writer) => {
    const open = (name: ClarkName, text: string) => {
      writer.open(dav('supported-privilege')).open(dav('privilege')).element(name).close()
      writer.element(dav('description'), text, { '{http://www.w3.org/XML/1998/namespace}lang': 'en' })
    }
    const leaf = (name: ClarkName, text: string) => {
      open(name, text)
      writer.close()
    }
    open(dav('all'), 'Everything')
    open(dav('read'), 'Read')
    leaf(cal('read-free-busy'), 'See when somebody is busy')
    leaf(dav('read-current-user-privilege-set'), 'Read the own privileges')
    writer.close()
    open(dav('write'), 'Write')
    leaf(dav('write-content'), 'Change objects')
    leaf(dav('write-properties'), 'Change properties')
    leaf(dav('bind'), 'Add members')
    leaf(dav('unbind'), 'Remove members')
    writer.close()
    leaf(dav('read-acl'), 'See who may do what')
    writer.close()
  },
})

/** RFC 3744 §5.5, a read-only view: grants are made in the host. Only for who owns the calendar. */
export const acl = property({
  name: dav('acl'),
  on: ['calendar'],
  get: async ({ calendar, href }, x) => {
    if (!(await x.may('own', calendar))) throw needPrivileges(href, dav('read-acl'))
    const entries = [{ principal: calendar.owner, level: 'owner' as AccessLevel }, ...calendar.access]
    const known = await Promise.all(
      entries.map(async ({ principal, level }) => ({
        level,
        all: principal === everyone,
        info: principal === everyone ? null : await x.principalOf(principal),
      })),
    )
    return (writer) => {
      for (const { level, all, info } of known) {
        const privileges = privilegesOfLevel(level)
        if (privileges.length === 0 || (info === null && !all)) continue
        writer.open(dav('ace')).open(dav('principal'))
        if (info === null) writer.element(dav('authenticated'))
        else writer.element(dav('href'), principalHref(x, info))
        writer.close().open(dav('grant'))
        privilegeWriter(privileges)(writer)
        writer.close()
        if (level === 'owner') writer.element(dav('protected'))
        writer.close()
      }
    }
  },
})

const privilegesOfLevel = (level: AccessLevel): readonly ClarkName[] => {
  switch (level) {
    case 'none':
      return []
    case 'free-busy':
    case 'titles':
      return [cal('read-free-busy')]
    case 'read':
      return reading
    case 'write':
      return [...reading, ...writingObjects]
    case 'owner':
      return owning
  }
}

/** RFC 3744 §5.6. */
export const aclRestrictions = property({
  name: dav('acl-restrictions'),
  on: ['calendar'],
  get: () => (writer) => void writer.element(dav('grant-only')).element(dav('no-invert')),
})

/** RFC 3744 §5.7: none. */
export const inheritedAclSet = property({
  name: dav('inherited-acl-set'),
  on: ['calendar'],
  get: () => ({ hrefs: [] }),
})
