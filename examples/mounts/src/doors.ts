import { createCalDavHandler } from '@dayport/caldav-protocol'
import type { PrincipalInfo } from '@dayport/core'
import { createMemoryStore } from '@dayport/core/memory'
import { createAuthorize, createCalendarService } from '@dayport/core/service'
import { challengeResponse, createBasicAuthenticate, isChallenge } from '@dayport/http'
import { createFeedHandler, createFeedLinks } from '@dayport/ical-export'
import { createListService, createMemoryOutlook, createOutlookHandler } from '@dayport/outlook-sync'
import { createLinkStore } from './link-store.ts'

const anna: PrincipalInfo = {
  id: 'p1',
  login: 'anna',
  displayName: 'Anna',
  emails: ['anna@example.com'],
  kind: 'individual',
  members: [],
}

/**
 * What every mount serves: the calendars of anna (password `secret`) below `/dav/`, feeds below `/ical/`, Outlook's lists below
 * `/outlook/basic/CALENDAR`, and at `/` the addresses of her feeds and lists. Kept in memory, gone with the process.
 */
export const createDoors = async (): Promise<(request: Request) => Promise<Response>> => {
  const { store, bindings } = createMemoryOutlook(createMemoryStore())
  const authorize = createAuthorize(store)
  const onError = (error: unknown) => console.error(error)
  const authenticate = createBasicAuthenticate({
    realm: 'Calendar',
    now: Date.now,
    verify: async (user, password) => (user === 'anna' && password === 'secret' ? { id: anna.id, groups: [] } : null),
  })
  const service = createCalendarService({ store, authorize, onError })
  const dav = createCalDavHandler({
    service,
    authenticate,
    authorize,
    principals: {
      getPrincipal: async (id) => (id === anna.id ? anna : null),
      findPrincipal: async (login) => (login === anna.login ? anna : null),
    },
    onError,
  })

  const links = createFeedLinks({
    store: createLinkStore(),
    key: crypto.getRandomValues(new Uint8Array(32)), // a real host keeps it outside its database
    now: Date.now,
    newId: () => crypto.randomUUID(),
  })
  const feed = createFeedHandler({
    store,
    authorize,
    principals: { principalOf: async (id) => ({ id, groups: [] }) },
    links,
    now: Date.now,
    onError,
  })
  const newId = (): string => crypto.randomUUID()
  const outlook = createOutlookHandler({
    lists: createListService({ service, authorize, bindings, now: Date.now, newId, onError }),
    authenticate,
    now: Date.now,
    onError,
  })
  const work = await store.createCalendar({ owner: anna.id, name: 'work', displayName: 'Work', exportAllowed: true })
  await links.create({ principal: anna.id, scope: { calendar: work.id }, name: 'Phone' })

  return async (request) => {
    const { pathname, origin } = new URL(request.url)
    if (pathname.startsWith('/ical/')) return feed(request)
    if (pathname.startsWith('/outlook/')) return outlook(request)
    if (pathname !== '/') return dav(request)
    const who = await authenticate(request)
    if (isChallenge(who)) return challengeResponse(who)
    const addresses = (await links.list(who.id)).map(async (link) => `${origin}/ical/${await links.address(link)}\n`)
    return new Response((await Promise.all(addresses)).concat(`${origin}/outlook/basic/${work.id}\n`).join(''))
  }
}
