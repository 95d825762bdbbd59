import type { PrincipalInfo, PrincipalKind } from '@dayport/core'
import type { Exchange } from '../exchange.ts'
import { actsFor, proxiesOf } from '../principals/proxies.ts'
import { homeHref, principalHref, proxyHref } from '../resources.ts'
import type { ProxyAccess } from '../wire/hrefs.ts'
import { cal, cs, dav } from '../wire/names.ts'
import { everywhere, property } from './property.ts'

/** RFC 5397 §3. */
export const currentUserPrincipal = property({
  name: dav('current-user-principal'),
  on: everywhere,
  get: (_, x) => ({ hrefs: [principalHref(x, x.me)] }),
})

/** RFC 3744 §5.8. */
export const principalCollectionSet = property({
  name: dav('principal-collection-set'),
  on: everywhere,
  get: (_, x) => ({ hrefs: [x.hrefs.of({ kind: 'principals' })] }),
})

/** RFC 3744 §4.2. */
export const principalUrl = property({
  name: dav('principal-URL'),
  on: ['principal', 'proxy'],
  get: ({ href }) => ({ hrefs: [href] }),
})

/** RFC 3744 §4.1: none besides those of calendar-user-address-set. */
export const alternateUriSet = property({
  name: dav('alternate-URI-set'),
  on: ['principal', 'proxy'],
  get: () => ({ hrefs: [] }),
})

/**
 * RFC 3744 §4.4. Of the asking person what their sign-in brings; of others what the host tells. Proxies of somebody are a group too:
 * one sees the groups that one is in, and one's own with others in them.
 */
export const groupMembership = property({
  name: dav('group-membership'),
  on: ['principal', 'proxy'],
  get: async (resource, x) => {
    if (resource.kind === 'proxy') return { hrefs: [] }
    const { info } = resource
    if (info.id === x.me.id) {
      return { hrefs: [...(await hrefsOf(x, x.who.groups)), ...(await proxyGroups(x, (access) => actsFor(x, access)))] }
    }
    if (x.principals.groupsOf === undefined) return null
    const groups = await x.principals.groupsOf(info.id)
    const mine = async (access: ProxyAccess) => ((await proxiesOf(x, x.me, access)).includes(info.id) ? [x.me] : [])
    return { hrefs: [...(await hrefsOf(x, groups)), ...(await proxyGroups(x, mine))] }
  },
})

const proxyGroups = async (
  x: Exchange,
  ownersOf: (access: ProxyAccess) => Promise<readonly PrincipalInfo[]>,
): Promise<readonly string[]> => {
  const each = (['read', 'write'] as const).map(async (access) =>
    (await ownersOf(access)).map((info) => proxyHref(x, info, access)),
  )
  return (await Promise.all(each)).flat()
}

/** RFC 3744 §4.3. Who acts for somebody is told to that person and to those who do. */
export const groupMemberSet = property({
  name: dav('group-member-set'),
  on: ['principal', 'proxy'],
  get: async (resource, x) => {
    const { info } = resource
    if (resource.kind === 'principal') return { hrefs: info.kind === 'group' ? await hrefsOf(x, info.members) : [] }
    const members = await proxiesOf(x, info, resource.access)
    const reach = new Set([x.who.id, ...x.who.groups])
    if (info.id !== x.me.id && !members.some((id) => reach.has(id))) return null
    return { hrefs: await hrefsOf(x, members) }
  },
})

/** calendarserver.org's caldav-proxy: for whom the person reads, and for whom they also write. Told to that person only. */
export const proxyReadFor = property({
  name: cs('calendar-proxy-read-for'),
  on: ['principal'],
  get: async ({ info }, x) => (info.id === x.me.id ? { hrefs: await actsForHrefs(x, 'read') } : null),
})

export const proxyWriteFor = property({
  name: cs('calendar-proxy-write-for'),
  on: ['principal'],
  get: async ({ info }, x) => (info.id === x.me.id ? { hrefs: await actsForHrefs(x, 'write') } : null),
})

const actsForHrefs = async (x: Exchange, access: ProxyAccess): Promise<readonly string[]> =>
  (await actsFor(x, access)).map((info) => principalHref(x, info))

/** RFC 4791 §6.2.1. */
export const calendarHomeSet = property({
  name: cal('calendar-home-set'),
  on: ['principal'],
  get: ({ info }, x) => ({ hrefs: [homeHref(x, info)] }),
})

/** RFC 6638 §2.4.1: without a mailto: among them Apple's programs offer no invitations. */
export const calendarUserAddressSet = property({
  name: cal('calendar-user-address-set'),
  on: ['principal'],
  get: ({ info, href }) => ({ hrefs: [...info.emails.map((email) => `mailto:${email}`), href] }),
})

/** RFC 6638 §2.4.2. */
export const calendarUserType = property({
  name: cal('calendar-user-type'),
  on: ['principal'],
  get: ({ info }) => userTypes[info.kind],
})

/** calendarserver.org's list of plain addresses. */
export const emailAddressSet = property({
  name: cs('email-address-set'),
  on: ['principal'],
  get:
    ({ info }) =>
    (writer) => {
      for (const email of info.emails) writer.element(cs('email-address'), email)
    },
})

export const userTypes: Readonly<Record<PrincipalKind, string>> = {
  individual: 'INDIVIDUAL',
  group: 'GROUP',
  room: 'ROOM',
  resource: 'RESOURCE',
}

const hrefsOf = async (x: Exchange, ids: readonly string[]): Promise<readonly string[]> => {
  const infos = await Promise.all(ids.map((id) => x.principalOf(id)))
  return infos.filter((info) => info !== null).map((info) => principalHref(x, info))
}
