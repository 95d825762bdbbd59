import {
  type AccessGrant,
  type AccessLevel,
  type Calendar,
  everyone,
  keepActing,
  type PrincipalId,
} from '@dayport/core'
import type { ClarkName, XmlElement } from '@dayport/core/xml'
import { levelOfPrivileges, privilegeNamed } from '../access/privileges.ts'
import { DavError, needPrivileges, notFound, refusal } from '../errors.ts'
import type { Exchange } from '../exchange.ts'
import { locate, type Resource } from '../resources.ts'
import { expectRoot, readXml } from '../wire/body.ts'
import { writeUnderIf } from '../wire/if-header.ts'
import { dav } from '../wire/names.ts'

/** Entries of one request. */
const maxEntries = 500

/**
 * RFC 3744 §8.1 for whoever owns a calendar: the entries become the calendar's grants, each a level of access. What a set of
 * privileges says more, or less, than a level is refused rather than rounded.
 */
export const acl = async (x: Exchange): Promise<Response> => {
  const resource = await locate(x, x.address)
  if (resource === null) throw notFound()
  if (resource.kind !== 'calendar' && resource.kind !== 'object') throw fixedEntries(x, resource)
  const { calendar } = resource.kind === 'calendar' ? resource : resource.parent
  if (!(await x.may('own', calendar))) throw needPrivileges(resource.href, dav('write-acl'))
  const body = await readXml(x)
  if (body === null) throw new DavError(400, { message: 'Expected an acl body' })
  const access = await readEntries(x, calendar, expectRoot(body, dav('acl')))
  // An object has the entries of its calendar: whatever would be its own is in conflict with them.
  if (resource.kind === 'object') throw refusal(403, dav('no-inherited-ace-conflict'))
  await writeUnderIf(x, (call) => x.service.updateCalendar(x.who, resource.calendar.id, { access }, call))
  return new Response(null, { status: 200, headers: { 'content-length': '0', 'cache-control': 'no-store' } })
}

/** RFC 3744 §8.1.1: homes, files and principals have their owner's entry, which is protected. */
const fixedEntries = (x: Exchange, resource: Resource): DavError => {
  const ownerId = 'owner' in resource ? resource.owner.id : 'info' in resource ? resource.info.id : null
  return ownerId === x.me.id
    ? refusal(403, dav('no-protected-ace-conflict'))
    : needPrivileges(resource.href, dav('write-acl'))
}

const readEntries = async (x: Exchange, calendar: Calendar, body: XmlElement): Promise<readonly AccessGrant[]> => {
  const entries = body.childrenNamed(dav('ace'))
  if (entries.length > maxEntries) throw refusal(403, dav('limited-number-of-aces'))
  const asked = new Map<PrincipalId, ClarkName[]>()
  for (const entry of entries) {
    if (entry.child(dav('invert')) !== undefined) throw refusal(403, dav('no-invert'))
    const principal = await principalOf(x, entry, calendar.owner)
    const denied = entry.child(dav('deny'))
    const grant = entry.child(dav('grant'))
    if (principal === calendar.owner) {
      // The owner's own entry stays whatever is said of it; saying less than it does would be a conflict with it.
      if (denied !== undefined) throw refusal(403, dav('no-protected-ace-conflict'))
      continue
    }
    if (entry.child(dav('protected')) !== undefined) throw refusal(403, dav('no-protected-ace-conflict'))
    if (entry.child(dav('inherited')) !== undefined) throw refusal(403, dav('no-inherited-ace-conflict'))
    if (denied !== undefined) throw refusal(403, dav(asked.size > 0 ? 'deny-before-grant' : 'grant-only'))
    if (grant === undefined) throw new DavError(400, { message: 'Expected a grant' })
    asked.set(principal, [...(asked.get(principal) ?? []), ...privilegesIn(grant)])
  }
  const before = new Map(calendar.access.map(({ principal, level }) => [principal, level]))
  const after = [...asked].map(([principal, privileges]) => ({
    principal,
    level: levelFor(privileges, before.get(principal)),
  }))
  return keepActing(calendar.access, after)
}

const privilegesIn = (grant: XmlElement): readonly ClarkName[] => {
  const names = grant.childrenNamed(dav('privilege')).flatMap(({ elements }) => elements.map(({ name }) => name))
  if (names.length === 0) throw new DavError(400, { message: 'Expected a privilege' })
  const unknown = names.find((name) => privilegeNamed(name) === undefined)
  if (unknown !== undefined) throw refusal(403, dav('not-supported-privilege'))
  return names
}

const levelFor = (privileges: readonly ClarkName[], before: AccessLevel | undefined): AccessLevel => {
  const level = levelOfPrivileges(privileges)
  if (level === null) throw refusal(403, dav('no-abstract'))
  // DAV has no word for titles: whoever sends back what they read must not take them away.
  return level === 'free-busy' && before === 'titles' ? 'titles' : level
}

/** Whom an entry is about. RFC 3744 §5.5.1. */
const principalOf = async (x: Exchange, entry: XmlElement, owner: PrincipalId): Promise<PrincipalId> => {
  const who = entry.child(dav('principal'))?.elements[0]
  switch (who?.name) {
    case dav('all'):
    case dav('authenticated'):
      // Nobody comes in without signing in, so that both are the same people.
      return everyone
    case dav('property'):
      if (who?.child(dav('owner')) !== undefined) return owner
      throw refusal(403, dav('allowed-principal'))
    case dav('self'):
    case dav('unauthenticated'):
      throw refusal(403, dav('allowed-principal'))
    case dav('href'): {
      const address = x.hrefs.parse(who?.text.trim() ?? '')
      if (address?.kind === 'proxy') throw refusal(403, dav('allowed-principal'))
      const info = address?.kind === 'principal' ? await x.principals.findPrincipal(address.login) : null
      if (info === null) throw refusal(403, dav('recognized-principal'))
      return info.id
    }
    default:
      throw new DavError(400, { message: 'Expected a principal' })
  }
}
