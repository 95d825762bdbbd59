import type { Calendar, CalendarObject, Principal } from '@dayport/core'
import { createFeedHandler, type FeedHandlerOptions } from './feed-handler.ts'
import type { FeedLinkRecord, FeedLinkStore } from './feed-link-store.ts'
import { createFeedLinks } from './feed-links.ts'

/** For tests: the seam over a Map. */
export const memoryFeedLinks = () => {
  const records = new Map<string, FeedLinkRecord>()
  const change = (id: string, by: Partial<FeedLinkRecord>) => {
    const record = records.get(id)
    if (record !== undefined) records.set(id, { ...record, ...by })
  }
  const store: FeedLinkStore = {
    create: async (record) => void records.set(record.id, record),
    get: async (id) => records.get(id) ?? null,
    list: async (principal) => [...records.values()].filter((record) => record.principal === principal),
    revoke: async (id, revokedMs) => {
      if (records.get(id)?.revokedMs === null) change(id, { revokedMs })
    },
    touch: async (id, fetch) => change(id, fetch),
  }
  return { store, records }
}

/** For tests: a calendar with everything at its default. */
export const calendarOf = (by: Partial<Calendar> = {}): Calendar => ({
  id: 'c1',
  owner: 'anna',
  name: 'work',
  displayName: 'Работа, дом; сад',
  description: '',
  color: '#2fc6f6',
  order: 0,
  components: ['VEVENT'],
  timezone: null,
  exportAllowed: true,
  readOnly: false,
  access: [],
  deadProperties: {},
  revision: 7,
  syncToken: 'c1-7',
  modifiedMs: Date.UTC(2026, 2, 1, 10, 0, 0, 400),
  ...by,
})

/** For tests: a stored object from its text; bounds wide open unless given. */
export const objectOf = (name: string, text: string, index: Partial<CalendarObject['index']> = {}): CalendarObject => ({
  name,
  etag: '"1"',
  data: new TextEncoder().encode(text),
  index: {
    uid: name,
    component: 'VEVENT',
    firstStartMs: Date.UTC(2026, 0, 1),
    lastEndMs: Date.UTC(2026, 11, 31),
    recurrence: null,
    tzids: [],
    ...index,
  },
  revision: 1,
  modifiedMs: 0,
})

/**
 * For tests: a host with its own event table. It shows that a feed needs three small methods: one calendar, its objects, one
 * person.
 */
export const setUpFeeds = (options: Partial<FeedHandlerOptions> = {}) => {
  let nowMs = Date.UTC(2026, 2, 2)
  const world = {
    calendar: calendarOf() as Calendar | null,
    objects: [] as Iterable<CalendarObject>,
    people: new Map<string, Principal>([['anna', { id: 'anna', groups: [] }]]),
    mayRead: true,
    reads: 0,
    errors: [] as unknown[],
  }
  const kept = memoryFeedLinks()
  let ids = 0
  const now = () => nowMs
  const links = createFeedLinks({
    store: kept.store,
    key: new Uint8Array(32).fill(9),
    now,
    newId: () => {
      ids += 1
      return `link-${ids}`
    },
  })
  const handler = createFeedHandler({
    store: {
      getCalendar: async (id) => (world.calendar?.id === id ? world.calendar : null),
      findObjects: async function* () {
        world.reads += 1
        yield* world.objects
      },
    },
    principals: { principalOf: async (id) => world.people.get(id) ?? null },
    authorize: async (_who, privilege) => privilege === 'read' && world.mayRead,
    links,
    now,
    onError: (error) => world.errors.push(error),
    ...options,
  })
  const get = (address: string, init: RequestInit = {}) =>
    handler(new Request(`http://localhost/ical/${address}`, init))
  const newLink = async (expiresMs: number | null = null) => {
    const record = await links.create({ principal: 'anna', calendar: 'c1', name: 'Google', expiresMs })
    return { record, address: await links.address(record) }
  }
  return {
    world,
    links,
    get,
    newLink,
    ...kept,
    now,
    advance: (ms: number) => {
      nowMs += ms
    },
  }
}
