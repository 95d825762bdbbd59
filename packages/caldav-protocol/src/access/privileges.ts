import type { AccessLevel } from '@dayport/core'
import type { ClarkName } from '@dayport/core/xml'
import { cal, dav } from '../wire/names.ts'

/** One privilege with those that it holds. RFC 3744 §3. */
export interface PrivilegeNode {
  readonly name: ClarkName
  readonly text: string
  /** Cannot be granted alone: the levels of access have no such step. RFC 3744 §5.3. */
  readonly abstract: boolean
  readonly holds: readonly PrivilegeNode[]
}

const node = (name: ClarkName, text: string, holds: readonly PrivilegeNode[] = []): PrivilegeNode => ({
  name,
  text,
  abstract: false,
  holds,
})
const abstractNode = (name: ClarkName, text: string): PrivilegeNode => ({ name, text, abstract: true, holds: [] })

/** What there is on a calendar and its objects. RFC 4791 §6.1.1 puts read-free-busy inside read, and lets it be granted alone. */
export const privilegeTree: PrivilegeNode = node(dav('all'), 'Everything', [
  node(dav('read'), 'Read', [
    node(cal('read-free-busy'), 'See when somebody is busy'),
    abstractNode(dav('read-current-user-privilege-set'), 'Read the own privileges'),
  ]),
  node(dav('write'), 'Write', [
    abstractNode(dav('write-content'), 'Change members'),
    abstractNode(dav('write-properties'), 'Change properties'),
    abstractNode(dav('bind'), 'Add members'),
    abstractNode(dav('unbind'), 'Remove members'),
  ]),
  abstractNode(dav('unlock'), 'End the locks of others'),
  abstractNode(dav('read-acl'), 'See who may do what'),
  abstractNode(dav('write-acl'), 'Say who may do what'),
])

const walk = function* (at: PrivilegeNode): Generator<PrivilegeNode> {
  yield at
  for (const inner of at.holds) yield* walk(inner)
}

const byName: ReadonlyMap<ClarkName, PrivilegeNode> = new Map([...walk(privilegeTree)].map((each) => [each.name, each]))

export const privilegeNamed = (name: ClarkName): PrivilegeNode | undefined => byName.get(name)

/** The privileges with everything that they hold. */
export const closureOf = (names: Iterable<ClarkName>): ReadonlySet<ClarkName> => {
  const all = new Set<ClarkName>()
  for (const name of names) {
    const found = byName.get(name)
    if (found !== undefined) for (const each of walk(found)) all.add(each.name)
  }
  return all
}

/** What a level is granted as, the short way. Titles have no word of their own. */
export const granted: Readonly<Record<AccessLevel, readonly ClarkName[]>> = {
  none: [],
  'free-busy': [cal('read-free-busy')],
  titles: [cal('read-free-busy')],
  read: [dav('read')],
  write: [dav('read'), dav('write')],
  owner: [dav('all')],
}

/** Every part of writing, which together are as good as DAV:write itself. */
const writing = [dav('write-content'), dav('write-properties'), dav('bind'), dav('unbind')]

/**
 * The level that a set of privileges stands for; `null` when no level is just that. Writing brings reading, as it does in the levels.
 */
export const levelOfPrivileges = (names: readonly ClarkName[]): AccessLevel | null => {
  const asked = closureOf(names)
  const fits = (level: AccessLevel): boolean => {
    const given = closureOf(granted[level])
    return [...asked].every((name) => given.has(name))
  }
  if (asked.has(dav('all'))) return 'owner'
  const writes = asked.has(dav('write')) || writing.every((name) => asked.has(name))
  if (writes) return fits('write') ? 'write' : null
  if (asked.has(dav('read'))) return fits('read') ? 'read' : null
  if (asked.has(cal('read-free-busy'))) return fits('free-busy') ? 'free-busy' : null
  return null
}
