import {
  type AccessLevel,
  accessLevels,
  type Calendar,
  type CalendarId,
  type CalendarObject,
  type Principal,
  type Privilege,
} from '@dayport/core'
import { createFeedHandler, type FeedHandlerOptions } from './feed-handler.ts'
import type { FeedLinkRecord, FeedLinkStore } from './feed-link-store.ts'
import { createFeedLinks, type FeedLinkDraft } from './feed-links.ts'

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
    update: async (id, state) => change(id, state),
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
    /** Calendars beside the first, with what is in them. */
    others: new Map<CalendarId, { calendar: Calendar; objects: Iterable<CalendarObject> }>(),
    favourites: [] as CalendarId[],
    /** The maker's, on every calendar that `levels` does not name. */
    level: 'owner' as AccessLevel,
    levels: new Map<CalendarId, AccessLevel>(),
    reads: 0,
    lookUps: 0,
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
      getCalendar: async (id) => {
        world.lookUps += 1
        return world.calendar?.id === id ? world.calendar : (world.others.get(id)?.calendar ?? null)
      },
      findObjects: async function* (id) {
        world.reads += 1
        yield* world.others.get(id)?.objects ?? world.objects
      },
    },
    principals: { principalOf: async (id) => world.people.get(id) ?? null },
    authorize: async (_who, privilege, target) =>
      'calendar' in target && reaches(world.levels.get(target.calendar) ?? world.level, privilege),
    favouritesOf: async () => world.favourites,
    links,
    now,
    onError: (error) => world.errors.push(error),
    ...options,
  })
  const get = (address: string, init: RequestInit = {}) =>
    handler(new Request(`http://localhost/ical/${address}`, init))
  const newLink = async (expiresMs: number | null = null, by: Partial<FeedLinkDraft> = {}) => {
    const draft = { principal: 'anna', scope: { calendar: 'c1' }, name: 'Google', expiresMs, ...by }
    const record = await links.create(draft)
    return { record, address: await links.address(record) }
  }
  return {
    world,
    links,
    handler,
    get,
    newLink,
    ...kept,
    now,
    advance: (ms: number) => {
      nowMs += ms
    },
  }
}

const needed: Readonly<Partial<Record<Privilege, AccessLevel>>> = {
  read: 'read',
  'read-titles': 'titles',
  'read-free-busy': 'free-busy',
}

const reaches = (level: AccessLevel, privilege: Privilege): boolean =>
  accessLevels.indexOf(level) >= accessLevels.indexOf(needed[privilege] ?? 'owner')
