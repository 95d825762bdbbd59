import type { PrincipalKind } from '@dayport/core'
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

/** RFC 3744 §4.4. Known of the asking person, whose sign-in brings the groups; proxies of others are groups too. */
export const groupMembership = property({
  name: dav('group-membership'),
  on: ['principal', 'proxy'],
  get: async (resource, x) => {
    if (resource.kind === 'proxy') return { hrefs: [] }
    if (resource.info.id !== x.me.id) return null
    const proxies = await Promise.all(
      (['read', 'write'] as const).map(async (access) =>
        (await actsFor(x, access)).map((info) => proxyHref(x, info, access)),
      ),
    )
    return { hrefs: [...(await hrefsOf(x, x.who.groups)), ...proxies.flat()] }
  },
})

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
