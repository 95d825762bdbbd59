import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { indexObject, parseCalendar } from '@dayport/core/ical'
import { createMemoryStore } from '@dayport/core/memory'
import { createAuthorize } from '@dayport/core/service'
import { toNodeListener } from '@dayport/http/node'
import { afterAll, describe, expect, it } from 'vitest'
import { createFeedHandler } from './feed-handler.ts'
import { createFeedLinks } from './feed-links.ts'
import { memoryFeedLinks } from './test-feeds.ts'

const series = [
  'BEGIN:VCALENDAR',
  'VERSION:2.0',
  'PRODID:-//x//y//EN',
  'BEGIN:VEVENT',
  'UID:series',
  'DTSTAMP:20260101T000000Z',
  'DTSTART;TZID=Europe/Moscow:20260302T100000',
  'DTEND;TZID=Europe/Moscow:20260302T110000',
  'RRULE:FREQ=WEEKLY',
  'SUMMARY:Планёрка',
  'X-KEPT;X-P=1:as it was',
  'END:VEVENT',
  'BEGIN:VEVENT',
  'UID:series',
  'DTSTAMP:20260101T000000Z',
  'RECURRENCE-ID;TZID=Europe/Moscow:20260309T100000',
  'DTSTART;TZID=Europe/Moscow:20260310T120000',
  'SUMMARY:Планёрка (перенос)',
  'END:VEVENT',
  'END:VCALENDAR',
  '',
].join('\r\n')

describe('A feed over node:http from the reference store', async () => {
  const nowMs = Date.UTC(2026, 2, 1)
  const store = createMemoryStore({ now: () => nowMs })
  const calendar = await store.createCalendar({ owner: 'anna', name: 'work', exportAllowed: true })
  const links = createFeedLinks({
    store: memoryFeedLinks().store,
    key: new Uint8Array(32).fill(3),
    now: () => nowMs,
    newId: () => 'one',
  })
  const handler = createFeedHandler({
    store,
    authorize: createAuthorize(store),
    principals: { principalOf: async (id) => ({ id, groups: [] }) },
    links,
    now: () => nowMs + 60_000,
    onError: (error) => {
      throw error
    },
  })
  const server = createServer(toNodeListener(handler))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  afterAll(() => {
    server.close()
    server.closeAllConnections()
  })
  const record = await links.create({ principal: 'anna', scope: { calendar: calendar.id }, name: 'Phone' })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/ical/${await links.address(record)}`
  const put = (text: string) => {
    const data = new TextEncoder().encode(text)
    return store.putObject({ calendar: calendar.id, name: 'series.ics' }, { data, index: indexObject(data) })
  }

  it('holds series and override with every stored line, and the zone that they name', async () => {
    await put(series)
    const bytes = new Uint8Array(await (await fetch(url)).arrayBuffer())
    const [feed, ...more] = parseCalendar(bytes).calendars
    expect(more).toEqual([])
    expect(feed?.components.map(({ name }) => name)).toEqual(['VTIMEZONE', 'VEVENT', 'VEVENT'])
    expect(feed?.components[0]?.property('TZID')?.value).toBe('Europe/Moscow')
    const text = new TextDecoder().decode(bytes)
    for (const line of series.split('\r\n').slice(3, -2)) expect(text).toContain(`${line}\r\n`)
  })

  it('is 304 until an object changes', async () => {
    const etag = (await fetch(url)).headers.get('etag') ?? ''
    expect((await fetch(url, { headers: { 'if-none-match': etag } })).status).toBe(304)
    await put(series.replace('Планёрка (перенос)', 'Отменено'))
    const changed = await fetch(url, { headers: { 'if-none-match': etag } })
    expect(changed.status).toBe(200)
    expect(await changed.text()).toContain('SUMMARY:Отменено')
  })

  it('is gone at once when export is switched off, and back when it is on again', async () => {
    await store.updateCalendar(calendar.id, { exportAllowed: false })
    expect((await fetch(url)).status).toBe(404)
    await store.updateCalendar(calendar.id, { exportAllowed: true })
    expect((await fetch(url)).status).toBe(200)
  })

  it('is gone when its maker loses the right to read', async () => {
    const shared = await store.createCalendar({
      owner: 'boris',
      name: 'team',
      exportAllowed: true,
      access: [{ principal: 'anna', level: 'read' }],
    })
    const guests = createFeedLinks({
      store: memoryFeedLinks().store,
      key: new Uint8Array(32),
      now: () => nowMs,
      newId: () => 'two',
    })
    const door = createFeedHandler({
      store,
      authorize: createAuthorize(store),
      principals: { principalOf: async (id) => ({ id, groups: [] }) },
      links: guests,
      now: () => nowMs,
      onError: () => undefined,
    })
    const guest = await guests.create({ principal: 'anna', scope: { calendar: shared.id }, name: 'Team' })
    const request = () => guests.address(guest).then((path) => new Request(`http://localhost/ical/${path}`))
    expect((await door(await request())).status).toBe(200)
    await store.updateCalendar(shared.id, { access: [{ principal: 'anna', level: 'none' }] })
    expect((await door(await request())).status).toBe(404)
  })
})
