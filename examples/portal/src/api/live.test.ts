import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { openTestPortal, type TestClient, type TestPortal } from '../test/open-test-portal.ts'
import type { Calendar as CalendarSchema } from './schemas.ts'

type Calendar = z.output<typeof CalendarSchema>

const seed = {
  users: [
    {
      login: 'anna',
      password: 'anna-password',
      calendars: [{ name: 'Work', access: [{ login: 'igor', level: 'free-busy' as const }] }, { name: 'Own' }],
    },
    { login: 'igor', password: 'igor-password' },
  ],
}

/** The stream of one open page, read one message at a time. */
const listen = async (client: TestClient) => {
  const response = await client('GET', '/api/live')
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  const next = async (): Promise<{ event: string; data: unknown } | null> => {
    for (;;) {
      const end = text.indexOf('\n\n')
      if (end >= 0) {
        const found = /^event: (\w+)\ndata: (.*)$/.exec(text.slice(0, end))
        text = text.slice(end + 2)
        if (found !== null) return { event: found[1]!, data: JSON.parse(found[2]!) }
        continue
      }
      const { done, value } = await reader.read()
      if (done) return null
      text += value
    }
  }
  return { response, next, leave: () => reader.cancel() }
}

describe('the stream of changes', () => {
  let world: TestPortal
  let anna: TestClient
  let calendars: readonly Calendar[]
  beforeEach(async () => {
    world = await openTestPortal(seed)
    anna = await world.signedIn('anna', 'anna-password')
    calendars = await anna.json<Calendar[]>('GET', '/api/calendars')
  })
  afterEach(() => world.close())
  const idOf = (name: string) => calendars.find((calendar) => calendar.name === name)!.id
  const make = (client: TestClient, name: string) =>
    client('POST', `/api/calendars/${idOf(name)}/events`, {
      title: 'Secret',
      start: '2026-11-25T10:00',
      end: '2026-11-25T11:00',
    })

  it('tells a write by CalDAV to an open page, with the door, and passes proxies unbuffered', async () => {
    const page = await listen(anna)
    expect(page.response.headers.get('content-type')).toBe('text/event-stream')
    expect(page.response.headers.get('x-accel-buffering')).toBe('no')
    const { caldavUrl } = calendars.find(({ name }) => name === 'Own')!
    const ics = [
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'PRODID:-//Phone//EN',
      'BEGIN:VEVENT',
      'UID:from-phone',
      'DTSTAMP:20261101T000000Z',
      'DTSTART:20261125T090000Z',
      'DTEND:20261125T100000Z',
      'SUMMARY:From the phone',
      'END:VEVENT',
      'END:VCALENDAR',
      '',
    ].join('\r\n')
    const put = await world.basic('anna', 'anna-password')('PUT', `${new URL(caldavUrl).pathname}phone.ics`, ics)
    expect(put.status).toBe(201)
    expect(await page.next()).toEqual({
      event: 'change',
      data: { kind: 'changed', calendar: idOf('Own'), doors: ['caldav'] },
    })
    await page.leave()
  })

  it('tells only those who may see the calendar, and nothing but that it changed', async () => {
    const igor = await world.signedIn('igor', 'igor-password')
    const page = await listen(igor)
    await make(anna, 'Own')
    await make(anna, 'Work')
    const told = await page.next()
    expect(told).toEqual({ event: 'change', data: { kind: 'changed', calendar: idOf('Work'), doors: ['portal'] } })
    // Rights that went meanwhile count: the list changed, the calendar is not named any more.
    await anna.json('PATCH', `/api/calendars/${idOf('Work')}`, { access: [] })
    expect(await page.next()).toEqual({ event: 'change', data: { kind: 'calendars' } })
    await make(anna, 'Work')
    await anna.json('PATCH', `/api/calendars/${idOf('Work')}`, { name: 'Work again' })
    expect(await page.next()).toEqual({ event: 'change', data: { kind: 'calendars' } })
    await page.leave()
  })

  it('knows a write of the page itself, and gathers many into one message', async () => {
    const page = await listen(anna)
    for (let i = 0; i < 5; i += 1) await make(anna, 'Own')
    const told = await page.next()
    expect(told?.data).toEqual({ kind: 'changed', calendar: idOf('Own'), doors: ['own'] })
    await page.leave()
  })

  it('ends when the person signs out, when the portal stops, and for the oldest of too many pages', async () => {
    const first = await listen(anna)
    const others = []
    for (let i = 0; i < 8; i += 1) others.push(await listen(anna))
    expect(await first.next()).toBeNull()
    world.portal.endStreams()
    for (const page of others) expect(await page.next()).toBeNull()
    const again = await listen(anna)
    await anna.json('DELETE', '/api/session', undefined, 204)
    expect(await again.next()).toBeNull()
    expect((await anna('GET', '/api/live')).status).toBe(401)
  })
})
