import type { CalendarPeer } from '@dayport/core'
import { createClientCredentials, createGraphClient, createGraphPeer } from '@dayport/exchange-connector/graph'
import { createFakeGraph, type FakeFault, type FakeGraphOptions } from '@dayport/testkit'
import { answeredLater, type Clock, createMortalProcess, openWorld, type Side, type Trouble, user } from './world.ts'

const faultOf: Readonly<Record<Exclude<Trouble, 'conflict' | 'half-batch'>, FakeFault>> = {
  'lost-answer': { kind: 'lost-answer' },
  'lost-request': { kind: 'lost-request' },
  truncated: { kind: 'truncated' },
  throttled: { kind: 'status', status: 429, code: 'ApplicationThrottled', retryAfter: 3 },
  busy: { kind: 'status', status: 503, code: 'ErrorServerBusy' },
  'timed-out': { kind: 'status', status: 504, code: 'UnknownError' },
  'login-page': { kind: 'login-page' },
}

export const at = (local: string) => ({
  start: { dateTime: `${local}:00`, timeZone: 'Russian Standard Time' },
  end: {
    dateTime: `${local.slice(0, 11)}${String(Number(local.slice(11, 13)) + 1).padStart(2, '0')}${local.slice(13)}:00`,
    timeZone: 'Russian Standard Time',
  },
})

/** Anna's mailbox in Exchange Online. */
export const graphSide = (
  clock: Clock,
  newId: () => string,
  options: Partial<FakeGraphOptions> = {},
  privateEvents: 'private' | 'busy' = 'private',
) => {
  const now = () => clock.ms
  const graph = createFakeGraph({ now, ...options })
  const outlook = graph.mailbox(user)
  const second = graph.addCalendar(user, 'Second')
  const process = createMortalProcess(answeredLater(graph.fetch))
  const openClient = () =>
    createGraphClient({
      tokens: createClientCredentials({
        tenant: 'example.com',
        clientId: 'app',
        clientSecret: 'secret',
        fetch: answeredLater(graph.fetch),
        now,
        authority: 'http://127.0.0.1',
      }),
      fetch: process.fetch,
      now,
      newId,
      baseUrl: graph.baseUrl,
      wait: async (ms) => {
        clock.ms += ms
      },
    })
  const openPeer = (own: ReturnType<typeof openClient>) =>
    createGraphPeer({
      client: own,
      user,
      calendar: 'calendar',
      origin: 'portal.example/anna',
      now,
      mapping: { zone: 'Europe/Moscow', ownerAddresses: [user], privateEvents },
      singles: { pastDays: 31, futureDays: 366, now },
    })
  const client = openClient()
  let remote: CalendarPeer = openPeer(client)
  let seen = 0
  const side: Side & {
    readonly graph: typeof graph
    readonly outlook: typeof outlook
    readonly client: typeof client
  } = {
    graph,
    client,
    outlook,
    get remote() {
      return remote
    },
    reopen: () => {
      remote = openPeer(openClient())
      return remote
    },
    process,
    hand: {
      get items() {
        return outlook.events.map(({ id, fields, recurrence, calendar }) => ({
          id,
          title: fields.subject,
          // All of a test's events are in the morning or the afternoon: in UTC their days are Moscow's.
          day: fields.start.dateTime.slice(0, 10),
          isSeries: recurrence !== null,
          isJoined: calendar === 'calendar',
        }))
      },
      create: (local, title) => outlook.create({ ...at(local), subject: title }),
      rename: (id, title) => outlook.edit(id, { subject: title }),
      delete: (id) => outlook.delete(id),
      move: (id) => outlook.move(id, outlook.event(id)?.calendar === 'calendar' ? second : 'calendar'),
      copy: (id) => void outlook.copy(id),
      touch: (id) => outlook.touch(id),
      unsearched: outlook.unsearched,
      renameOccurrence: (id, day, title) => outlook.editOccurrence(id, day, { subject: title }),
      deleteOccurrence: (id, day) => outlook.deleteOccurrence(id, day),
      exceptionsOf: (id) => {
        const event = outlook.event(id)!
        return { changed: [...event.exceptions.keys()].sort(), deleted: [...event.cancelled].sort() }
      },
    },
    trouble: null,
    requests: () => seen,
    forgetLog: () => {
      graph.requests.length = 0
    },
    writes: () => graph.requests.filter(({ method }) => method !== 'GET').length,
    mails: () => graph.mails.length,
    expireFeeds: () => graph.expireFeeds('resyncRequired'),
  }
  graph.faults = ({ method, path, part }) => {
    // Parts of a batch fail only where half of it does.
    if (part === null) seen += 1
    const trouble = side.trouble?.(seen) ?? null
    if (trouble === null) return null
    if (trouble === 'half-batch') {
      return part !== null && part >= 7 ? { kind: 'status', status: 429, code: 'TooManyRequests', retryAfter: 1 } : null
    }
    if (trouble === 'conflict') {
      const id = /\/events\/([^/]+)$/.exec(path)?.[1]
      const event = method === 'PATCH' && id !== undefined ? outlook.event(decodeURIComponent(id)) : undefined
      if (event !== undefined) outlook.touch(event.id)
      return null
    }
    return part === null ? faultOf[trouble] : null
  }
  return side
}

/** Anna's calendar here, her mailbox in Exchange Online, and the engine between them. */
export const openGraphWorld = (
  options: Partial<FakeGraphOptions> = {},
  broken?: (peer: CalendarPeer) => CalendarPeer,
) => openWorld(({ clock, newId }) => graphSide(clock, newId, options), { broken })
