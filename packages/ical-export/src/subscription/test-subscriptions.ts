import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { CalendarId } from '@dayport/core'
import { createMemoryStore } from '@dayport/core/memory'
import { type CalendarEvent, createAuthorize, createCalendarService } from '@dayport/core/service'
import { createGuardedFetch } from '@dayport/http/node'
import type { SubscriptionRecord, SubscriptionStore } from './subscription-store.ts'
import { createSubscriptions } from './subscriptions.ts'

/** For tests: the seam over a Map. */
export const memorySubscriptions = () => {
  const records = new Map<string, SubscriptionRecord>()
  const store: SubscriptionStore = {
    create: async (record) => void records.set(record.id, record),
    get: async (id) => records.get(id) ?? null,
    list: async (principal) => [...records.values()].filter((record) => record.principal === principal),
    update: async (id, state) => {
      const record = records.get(id)
      if (record !== undefined) records.set(id, { ...record, ...state })
    },
    remove: async (id) => void records.delete(id),
    takeDue: async ({ nowMs, untilMs, limit }) => {
      const due = [...records.values()].filter((record) => record.nextFetchMs <= nowMs).slice(0, limit)
      for (const record of due) records.set(record.id, { ...record, nextFetchMs: untilMs })
      return due
    },
  }
  return { store, records }
}

/** For tests: a VCALENDAR around lines. */
export const ics = (...lines: readonly string[]): string =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Outside//EN', ...lines, 'END:VCALENDAR', ''].join('\r\n')

/** For tests: the lines of one event. */
export const vevent = (uid: string, summary: string, stamp = '20260101T000000Z'): readonly string[] => [
  'BEGIN:VEVENT',
  `UID:${uid}`,
  `DTSTAMP:${stamp}`,
  'DTSTART:20260302T090000Z',
  `SUMMARY:${summary}`,
  'END:VEVENT',
]

/** What the outside server answers; a test changes it between fetches. */
export interface Outside {
  status: number
  headers: Record<string, string>
  body: string | Uint8Array
}

/** For tests: a real outside server on loopback, and our side that subscribes to it through the guarded fetch. */
export const setUpSubscriptions = async (listener?: RequestListener, alarms = false) => {
  const outside: Outside = {
    status: 200,
    headers: { 'content-type': 'text/calendar' },
    body: ics(...vevent('a', 'One')),
  }
  const asked: Record<string, string | undefined>[] = []
  const server = createServer((request, response) => {
    asked.push({
      url: request.url,
      match: request.headers['if-none-match'],
      since: request.headers['if-modified-since'],
    })
    if (listener !== undefined) return listener(request, response)
    const isKnown = outside.headers.etag !== undefined && request.headers['if-none-match'] === outside.headers.etag
    response.writeHead(isKnown ? 304 : outside.status, outside.headers).end(isKnown ? undefined : outside.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/holidays.ics`

  let nowMs = Date.UTC(2026, 2, 1)
  let ids = 0
  const now = () => nowMs
  const newId = () => `id-${++ids}`
  const store = createMemoryStore({ now, newId })
  const kept = memorySubscriptions()
  const authorize = createAuthorize(store)
  const events: CalendarEvent[] = []
  const errors: unknown[] = []
  const chance = { next: 0 }
  const subscriptions = createSubscriptions({
    store,
    subscriptions: kept.store,
    authorize,
    fetch: createGuardedFetch({ allow: (address) => address === '127.0.0.1', maxBytes: 1_000_000 }),
    now,
    newId,
    random: () => chance.next,
    alarms,
    limits: { maxPerPerson: 2, maxObjects: 250, maxBytes: 500_000 },
    onChange: (event) => events.push(event),
    onError: (error) => errors.push(error),
  })
  const anna = { id: 'anna', groups: [] }
  return {
    outside,
    chance,
    asked,
    url,
    store,
    records: kept.records,
    service: createCalendarService({ store, authorize }),
    subscriptions,
    events,
    errors,
    anna,
    advance: (minutes: number) => {
      nowMs += minutes * 60_000
    },
    now,
    /** SUMMARY by UID of what is in a calendar. */
    shown: async (calendar: CalendarId): Promise<Record<string, string>> => {
      const found: [string, string][] = []
      for await (const { index, data } of store.findObjects(calendar, {})) {
        found.push([index.uid, /SUMMARY:(.*)\r\n/.exec(new TextDecoder().decode(data))?.[1] ?? ''])
      }
      return Object.fromEntries(found.sort())
    },
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
