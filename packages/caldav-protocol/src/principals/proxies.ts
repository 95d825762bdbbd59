import type { AccessGrant, AccessLevel, Calendar, CallOptions, PrincipalId, PrincipalInfo } from '@dayport/core'
import { accessLevels } from '@dayport/core'
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

/** Whom the grants of any of these calendars let act in that way; who may write somewhere is among those who write. */
const actingOn = (calendars: readonly Calendar[]): ReadonlyMap<PrincipalId, ProxyAccess> => {
  const acting = new Map<PrincipalId, ProxyAccess>()
  for (const { access } of calendars) {
    for (const { principal, acting: given } of access) {
      if (given !== undefined && acting.get(principal) !== 'write') acting.set(principal, given.access)
    }
  }
  return acting
}

/** Who acts for a person: the members of the person's proxy group, which the grants of the person's calendars name as such. */
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
    const named = granted.some(({ principal, acting }) => reach.has(principal) && acting !== undefined)
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

/**
 * Grants after the members of one proxy group were set: the new ones get at least that level, and who is in it no more has what they
 * were given besides, as if they had never acted for anybody.
 */
export const withProxies = (
  granted: readonly AccessGrant[],
  members: ReadonlySet<PrincipalId>,
  access: ProxyAccess,
): readonly AccessGrant[] => {
  const kept: AccessGrant[] = []
  for (const grant of granted) {
    const { principal, level, acting } = grant
    const otherwise = acting?.otherwise ?? level
    if (members.has(principal)) kept.push(actingGrant(principal, access, otherwise))
    else if (acting?.access !== access) kept.push(grant)
    else if (otherwise !== 'none') kept.push({ principal, level: otherwise })
  }
  const known = new Set(granted.map(({ principal }) => principal))
  const added = [...members].filter((principal) => !known.has(principal))
  return [...kept, ...added.map((principal) => actingGrant(principal, access, 'none'))]
}

const actingGrant = (principal: PrincipalId, access: ProxyAccess, otherwise: AccessLevel): AccessGrant => {
  const higher = accessLevels.indexOf(otherwise) > accessLevels.indexOf(access)
  return { principal, level: higher ? otherwise : access, acting: { access, otherwise } }
}

/** What a new calendar grants, so that those who act for its owner go on doing so. */
export const proxyGrants = async (x: Exchange): Promise<readonly AccessGrant[]> => {
  const acting = actingOn(await calendarsOwnedBy(x, x.me.id))
  return [...acting].map(([principal, access]) => actingGrant(principal, access, 'none'))
}
