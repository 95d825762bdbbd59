import { createServer } from 'node:http'
import { createAuthorize } from '@dayport/core/service'
import { toNodeListener } from '@dayport/http/node'
import { createFeedHandler, createFeedLinks } from '@dayport/ical-export'
import { addMeeting, getCalendar, meetings, objectOf } from './host-events.ts'
import { createLinkStore } from './link-store.ts'

const links = createFeedLinks({
  store: createLinkStore(),
  key: crypto.getRandomValues(new Uint8Array(32)), // a real host keeps it outside its database
  now: Date.now,
  newId: () => crypto.randomUUID(),
})
const feed = createFeedHandler({
  // The three small methods: a calendar, its events, a person.
  store: {
    getCalendar,
    async *findObjects() {
      for (const meeting of meetings()) yield objectOf(meeting)
    },
  },
  principals: { principalOf: async (id) => ({ id, groups: [] }) },
  authorize: createAuthorize({ getCalendar }),
  links,
  now: Date.now,
  onError: (error) => console.error(error),
})
const link = await links.create({ principal: 'anna', scope: { calendar: 'meetings' }, name: 'Phone' })
const address = await links.address(link)

/** The host's own pages: `POST /meetings` makes a meeting of the text that is sent, `/` says where the feed is. */
const site = async (request: Request): Promise<Response> => {
  const { pathname, origin } = new URL(request.url)
  if (pathname.startsWith('/ical/')) return feed(request)
  if (pathname !== '/meetings' || request.method !== 'POST') return new Response(`${origin}/ical/${address}\n`)
  addMeeting(await request.text())
  return new Response(null, { status: 201 })
}

createServer(toNodeListener(site)).listen(Number(process.env.PORT ?? 8080), '127.0.0.1')
