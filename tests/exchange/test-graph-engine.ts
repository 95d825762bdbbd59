import type { CalendarPeer } from '@dayport/core'
import { createMemoryStore } from '@dayport/core/memory'
import { createCalendarService } from '@dayport/core/service'
import { createClientCredentials, createGraphClient, createGraphPeer } from '@dayport/exchange-connector/graph'
import { createMemorySync, createSyncEngine, defaultSyncPolicy, peerFromStore } from '@dayport/sync-engine'
import { createFakeGraph, type FakeGraphOptions } from '@dayport/testkit'

export const user = 'anna@example.com'
export const who = { id: 'anna', groups: [] }
const empty = { token: null, listed: false, audit: false }

/** Anna's calendar here, her mailbox there, and the engine between them. */
export const openGraphEngine = async (
  graphOptions: Partial<FakeGraphOptions> = {},
  broken: (peer: CalendarPeer) => CalendarPeer = (peer) => peer,
) => {
  const clock = { ms: Date.UTC(2026, 0, 10, 12) }
  let ids = 0
  const newId = () => {
    ids += 1
    return `id-${String(ids).padStart(6, '0')}`
  }
  const graph = createFakeGraph({ now: () => clock.ms, ...graphOptions })
  const outlook = graph.mailbox(user)
  /** A calendar of Anna's that is joined to nothing. */
  const second = graph.addCalendar(user, 'Second')
  const { store, state } = createMemorySync(createMemoryStore({ now: () => clock.ms, newId }))
  const service = createCalendarService({ store, authorize: async () => true, now: () => clock.ms, newId })
  const calendar = await store.createCalendar({ owner: 'anna', name: 'work' })
  const client = createGraphClient({
    tokens: createClientCredentials({
      tenant: 'example.com',
      clientId: 'app',
      clientSecret: 'secret',
      fetch: graph.fetch,
      now: () => clock.ms,
      authority: 'http://127.0.0.1',
    }),
    fetch: graph.fetch,
    now: () => clock.ms,
    newId,
    baseUrl: graph.baseUrl,
    wait: async (ms) => {
      clock.ms += ms
    },
  })
  const remote = createGraphPeer({
    client,
    user,
    calendar: 'calendar',
    origin: 'portal.example/anna',
    now: () => clock.ms,
    mapping: { zone: 'Europe/Moscow', ownerAddresses: [user] },
  })
  const portal = peerFromStore({ service, calendar: calendar.id, who, connection: 'graph', newId })
  const storage = { state, transaction: service.transaction }
  await service.transaction(async (tx) => {
    await state.putConnection(
      { id: 'graph', backend: 'graph', settings: '{}', policy: defaultSyncPolicy, enabled: true, createdMs: 0 },
      { tx },
    )
    await state.createBinding(
      {
        id: 'b1',
        connection: 'graph',
        principal: 'anna',
        calendar: calendar.id,
        mailbox: user,
        remote: `graph:${user}:calendar`,
        enabled: true,
        createdMs: 0,
        phase: 'initial',
        generation: 1,
        portalCursor: empty,
        remoteCursor: empty,
        window: null,
        waiting: null,
        confirmed: null,
        error: null,
        lastSuccessMs: null,
        lastChanges: 0,
      },
      { tx },
    )
  })
  const engine = createSyncEngine({
    storage,
    now: () => clock.ms,
    newId,
    random: () => 0,
    onError: (error) => {
      throw error
    },
  })

  const run = async () => {
    clock.ms += 120_000
    return engine.run('b1', { portal, remote: broken(remote) }, { trigger: 'interval' })
  }
  /** Runs until both sides rest. */
  const settle = async () => {
    for (let i = 0; i < 5; i += 1) await run()
  }
  const put = (name: string, lines: readonly string[]) =>
    service.putObject(
      who,
      { calendar: calendar.id, name },
      new TextEncoder().encode(
        ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//P//P//EN', ...lines, 'END:VCALENDAR', ''].join('\r\n'),
      ),
    )
  const texts = async () => {
    const found = new Map<string, string>()
    for await (const { name, data } of store.findObjects(calendar.id, {}))
      found.set(name, new TextDecoder().decode(data))
    return found
  }
  const writes = () => graph.requests.filter(({ method }) => method !== 'GET').length
  return { graph, outlook, second, clock, run, settle, put, texts, writes, service, remote, calendar: calendar.id }
}

export const event = (uid: string, ...lines: readonly string[]) => [
  'BEGIN:VEVENT',
  `UID:${uid}`,
  'DTSTAMP:20260101T000000Z',
  ...lines,
  'END:VEVENT',
]
export const nine = ['DTSTART;TZID=Europe/Moscow:20260112T090000', 'DTEND;TZID=Europe/Moscow:20260112T100000']
export const weekly = [...nine, 'RRULE:FREQ=WEEKLY;BYDAY=MO', 'SUMMARY:Stand-up']
export const at = (local: string) => ({
  start: { dateTime: `${local}:00`, timeZone: 'Russian Standard Time' },
  end: {
    dateTime: `${local.slice(0, 11)}${String(Number(local.slice(11, 13)) + 1).padStart(2, '0')}${local.slice(13)}:00`,
    timeZone: 'Russian Standard Time',
  },
})
