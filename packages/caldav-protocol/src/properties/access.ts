import { type Calendar, everyone } from '@dayport/core'
import type { ClarkName, XmlWriter } from '@dayport/core/xml'
import { closureOf, granted, type PrivilegeNode, privilegeTree } from '../access/privileges.ts'
import { needPrivileges } from '../errors.ts'
import type { Exchange } from '../exchange.ts'
import { principalHref, type Resource } from '../resources.ts'
import { cal, dav } from '../wire/names.ts'
import { everywhere, property } from './property.ts'

const reading = [dav('read'), cal('read-free-busy'), dav('read-current-user-privilege-set')]
const looking = [dav('read'), dav('read-current-user-privilege-set')]
const writingObjects = [dav('write-content'), dav('bind'), dav('unbind')]
const owningFiles = [
  ...looking,
  ...[dav('write'), dav('write-properties'), ...writingObjects],
  ...[dav('unlock'), dav('read-acl')],
]
const owning = [...closureOf([dav('all')])].filter((name) => name !== dav('unlock'))
/** Of a read-only calendar: its owner may rename and share it. */
const owningReadOnly = [...reading, dav('write-properties'), dav('read-acl'), dav('write-acl')]

/**
 * RFC 3744 §5.4. Decides whether a program lets its person edit: Thunderbird looks for write, write-content, bind or all, DAVx5
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
      if (resource.owner.id !== x.me.id) return reading
      return [...reading, dav('bind'), dav('unbind'), dav('write-properties'), dav('read-acl')]
    case 'folder':
    case 'file':
      return owningFiles
    case 'principal':
    case 'proxy':
      return resource.info.id === x.me.id ? [...looking, dav('write-properties'), dav('read-acl')] : looking
    default:
      return looking
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
  on: ['home', 'calendar', 'object', 'principal', 'proxy', 'folder', 'file'],
  get: async (resource, x) => {
    switch (resource.kind) {
      case 'home':
      case 'folder':
      case 'file':
        return { hrefs: [principalHref(x, resource.owner)] }
      case 'principal':
      case 'proxy':
        return { hrefs: [principalHref(x, resource.info)] }
      default: {
        const { calendar } = resource.kind === 'calendar' ? resource : resource.parent
        const info = await x.principalOf(calendar.owner)
        return info === null ? null : { hrefs: [principalHref(x, info)] }
      }
    }
  },
})

/** RFC 3744 §5.3: what there is to grant, by the levels of access. */
export const supportedPrivilegeSet = property({
  name: dav('supported-privilege-set'),
  on: everywhere,
  get: () => (writer) => writePrivilege(writer, privilegeTree),
})

const writePrivilege = (writer: XmlWriter, { name, text, abstract, holds }: PrivilegeNode): void => {
  writer.open(dav('supported-privilege')).open(dav('privilege')).element(name).close()
  if (abstract) writer.element(dav('abstract'))
  writer.element(dav('description'), text, { '{http://www.w3.org/XML/1998/namespace}lang': 'en' })
  for (const each of holds) writePrivilege(writer, each)
  writer.close()
}

/** Who an entry speaks of, and what is granted to them. */
export interface AccessEntry {
  /** `null`: everybody who signs in. */
  readonly href: string | null
  readonly privileges: readonly ClarkName[]
  /** Cannot be changed by the ACL method. */
  readonly fixed: boolean
}

/**
 * The entries that hold on a resource, for who may see them. Objects have their calendar's, which stand there as inherited.
 *
 * @throws {DavError} 403 need-privileges for everybody but the owner.
 */
export const accessEntries = async (resource: Resource, x: Exchange): Promise<readonly AccessEntry[]> => {
  switch (resource.kind) {
    case 'calendar':
    case 'object': {
      const { calendar } = resource.kind === 'calendar' ? resource : resource.parent
      if (!(await x.may('own', calendar))) throw needPrivileges(resource.href, dav('read-acl'))
      return calendarEntries(calendar, x)
    }
    case 'home':
    case 'folder':
    case 'file':
      return ownEntries(resource.owner.id, resource, x)
    case 'principal':
    case 'proxy':
      return [...(await ownEntries(resource.info.id, resource, x)), { href: null, privileges: looking, fixed: true }]
    default:
      return [{ href: null, privileges: looking, fixed: true }]
  }
}

const ownEntries = async (owner: string, { href }: Resource, x: Exchange): Promise<readonly AccessEntry[]> => {
  if (owner !== x.me.id) throw needPrivileges(href, dav('read-acl'))
  return [{ href: principalHref(x, x.me), privileges: [dav('all')], fixed: true }]
}

const calendarEntries = async (calendar: Calendar, x: Exchange): Promise<readonly AccessEntry[]> => {
  const owner = await x.principalOf(calendar.owner)
  const entries: AccessEntry[] = []
  if (owner !== null) entries.push({ href: principalHref(x, owner), privileges: [dav('all')], fixed: true })
  for (const { principal, level } of calendar.access) {
    const info = principal === everyone ? null : await x.principalOf(principal)
    if (level === 'none' || (info === null && principal !== everyone)) continue
    entries.push({ href: info === null ? null : principalHref(x, info), privileges: granted[level], fixed: false })
  }
  return entries
}

/** RFC 3744 §5.5. */
export const acl = property({
  name: dav('acl'),
  on: everywhere,
  get: async (resource, x) => {
    const entries = await accessEntries(resource, x)
    return (writer) => {
      for (const { href, privileges, fixed } of entries) {
        writer.open(dav('ace')).open(dav('principal'))
        if (href === null) writer.element(dav('authenticated'))
        else writer.element(dav('href'), href)
        writer.close().open(dav('grant'))
        privilegeWriter(privileges)(writer)
        writer.close()
        if (fixed) writer.element(dav('protected'))
        if (resource.kind === 'object') {
          writer.open(dav('inherited')).element(dav('href'), resource.parent.href).close()
        }
        writer.close()
      }
    }
  },
})

/** RFC 3744 §5.6. */
export const aclRestrictions = property({
  name: dav('acl-restrictions'),
  on: everywhere,
  get: () => (writer) => void writer.element(dav('grant-only')).element(dav('no-invert')),
})

/** RFC 3744 §5.7: an object has its calendar's. */
export const inheritedAclSet = property({
  name: dav('inherited-acl-set'),
  on: everywhere,
  get: (resource) => ({ hrefs: resource.kind === 'object' ? [resource.parent.href] : [] }),
})
