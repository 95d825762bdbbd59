import type { AccessGrant, AccessLevel, Calendar, CallOptions, PrincipalId, PrincipalInfo } from '@dayport/core'
import { everyone } from '@dayport/core'
import type { Exchange } from '../exchange.ts'
import type { ProxyAccess } from '../wire/hrefs.ts'

/** The calendars of a person, all of them, whoever asks: to work out who acts for that person, never to be shown. */
export const calendarsOwnedBy = async (
  x: Exchange,
  owner: PrincipalId,
  call?: CallOptions,
): Promise<readonly Calendar[]> => {
  const seen = await x.service.listCalendars({ id: owner, groups: [] }, call)
  return seen.filter((calendar) => calendar.owner === owner)
}

const accessOf = (level: AccessLevel | undefined): ProxyAccess | null =>
  level === 'write' || level === 'owner' ? 'write' : level === 'read' ? 'read' : null

/** Whom the grants of every one of these calendars let act in that way, each with the least that they were given anywhere. */
const actingOn = (calendars: readonly Calendar[]): ReadonlyMap<PrincipalId, ProxyAccess> => {
  const acting = new Map<PrincipalId, ProxyAccess>()
  const [first, ...others] = calendars
  for (const { principal } of first?.access ?? []) {
    if (principal === everyone || acting.has(principal)) continue
    const each = [first, ...others].map((calendar) =>
      accessOf(calendar?.access.find((grant) => grant.principal === principal)?.level),
    )
    if (each.includes(null)) continue
    acting.set(principal, each.every((access) => access === 'write') ? 'write' : 'read')
  }
  return acting
}

/**
 * Who acts for a person: whoever was given reading, or writing, of each of the person's calendars. There is no list apart from the
 * grants, so that every door and the person's own page say the same.
 */
export const proxiesOf = async (
  x: Exchange,
  person: PrincipalInfo,
  access: ProxyAccess,
  call?: CallOptions,
): Promise<readonly PrincipalId[]> => {
  const acting = actingOn(await calendarsOwnedBy(x, person.id, call))
  return [...acting].filter(([, each]) => each === access).map(([id]) => id)
}

/** For whom the asking person acts, alone or as a member of a group. */
export const actsFor = async (x: Exchange, access: ProxyAccess): Promise<readonly PrincipalInfo[]> => {
  const reach = new Set([x.who.id, ...x.who.groups])
  const owners = new Set<PrincipalId>()
  for (const { owner, access: granted } of await x.service.listCalendars(x.who)) {
    // In a company that opens its calendars to everyone, few of them name the person.
    const named = granted.some(({ principal, level }) => reach.has(principal) && accessOf(level) !== null)
    if (named && owner !== x.me.id) owners.add(owner)
  }
  const found: PrincipalInfo[] = []
  for (const owner of owners) {
    const acting = actingOn(await calendarsOwnedBy(x, owner))
    const highest = [...reach].map((id) => acting.get(id)).filter((each) => each !== undefined)
    const mine = highest.includes('write') ? 'write' : highest[0]
    const info = mine === access ? await x.principalOf(owner) : null
    if (info !== null) found.push(info)
  }
  return found
}

/** Grants after the members of one proxy group were set: the new ones get that level, those who were in it lose it. */
export const withProxies = (
  granted: readonly AccessGrant[],
  before: ReadonlySet<PrincipalId>,
  members: ReadonlySet<PrincipalId>,
  access: ProxyAccess,
): readonly AccessGrant[] => [
  ...granted.filter(({ principal }) => !before.has(principal) && !members.has(principal)),
  ...[...members].map((principal) => ({
    principal,
    // Who owns a calendar together with somebody does not lose that by acting for them.
    level: granted.some((grant) => grant.principal === principal && grant.level === 'owner')
      ? ('owner' as const)
      : access,
  })),
]

/** What a new calendar grants, so that those who act for its owner go on doing so. */
export const proxyGrants = async (x: Exchange): Promise<readonly AccessGrant[]> => {
  const acting = actingOn(await calendarsOwnedBy(x, x.me.id))
  return [...acting].map(([principal, level]) => ({ principal, level }))
}
