import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { listen } from '../test/listen.ts'
import { openTestPortal, type TestClient, type TestPortal } from '../test/open-test-portal.ts'
import type * as schemas from './schemas.ts'

type Calendar = z.output<typeof schemas.Calendar>
type ImportJob = z.output<typeof schemas.ImportJob>
type Subscription = z.output<typeof schemas.Subscription>

const seed = {
  users: [
    {
      login: 'anna',
      password: 'anna-password',
      admin: true,
      calendars: [{ name: 'Work', access: [{ login: 'igor', level: 'free-busy' as const }] }, { name: 'Own' }],
    },
    { login: 'igor', password: 'igor-password' },
  ],
}

const calendarOf = (summary: string): string =>
  [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Phone//EN',
    'BEGIN:VEVENT',
    `UID:${summary}`,
    'DTSTAMP:20261101T000000Z',
    'DTSTART:20261125T090000Z',
    'DTEND:20261125T100000Z',
    `SUMMARY:${summary}`,
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\r\n')

describe('the stream of changes', () => {
  let world: TestPortal
  let anna: TestClient
  /** What the outside world publishes; `null`: nothing. */
  let outside: string | null
  let calendars: readonly Calendar[]
  beforeEach(async () => {
    outside = calendarOf('First')
    world = await openTestPortal(seed, {}, async () =>
      outside === null
        ? new Response('gone', { status: 404 })
        : new Response(outside, { headers: { 'content-type': 'text/calendar' } }),
    )
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
    const put = await world.basic('anna', 'anna-password')(
      'PUT',
      `${new URL(caldavUrl).pathname}phone.ics`,
      calendarOf('From the phone'),
    )
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

  it('tells everybody that doors are open or closed, and nobody else that one has put a calendar on the list or hidden it', async () => {
    const igor = await listen(await world.signedIn('igor', 'igor-password'))
    const page = await listen(anna)
    await anna('PUT', `/api/calendars/${idOf('Own')}/hidden`)
    expect(await page.next()).toEqual({ event: 'list', data: {} })
    await anna('DELETE', `/api/calendars/${idOf('Own')}/listed`)
    expect(await page.next()).toEqual({ event: 'change', data: { kind: 'calendars' } })
    await anna.json('PATCH', '/api/admin/doors', { outlook: false }, 204)
    expect(await page.next()).toEqual({ event: 'portal', data: {} })
    expect(await igor.next()).toEqual({ event: 'portal', data: {} })
    await anna.json('PATCH', '/api/admin/doors', { exchange: true }, 204)
    expect((await igor.next())?.event).toBe('portal')
    await Promise.all([igor.leave(), page.leave()])
  })

  it('tells a page of what changed while it was loading', async () => {
    const { changes } = await anna.json<{ changes: number }>('GET', '/api/portal')
    const quiet = await listen(anna, `?after=${changes}`)
    await make(anna, 'Own')
    expect((await quiet.next())?.data).toMatchObject({ kind: 'changed' })
    const late = await listen(anna, `?after=${changes}`)
    expect(await late.next()).toEqual({ event: 'change', data: { kind: 'all' } })
    await Promise.all([quiet.leave(), late.leave()])
  })

  it('knows a write of the page itself, and gathers many into one message', async () => {
    const page = await listen(anna)
    for (let i = 0; i < 5; i += 1) await make(anna, 'Own')
    const told = await page.next()
    expect(told?.data).toEqual({ kind: 'changed', calendar: idOf('Own'), doors: ['own'] })
    await page.leave()
  })

  it('tells that groups have other members and that somebody is from outside, as lists of calendars follow, and ends the line of who left', async () => {
    const page = await listen(await world.signedIn('igor', 'igor-password'))
    const list = { event: 'change', data: { kind: 'calendars' } }
    const people = await anna.json<{ id: string; login: string }[]>('GET', '/api/people')
    const igor = people.find(({ login }) => login === 'igor')?.id ?? ''
    const { id } = await anna.json<{ id: string }>('POST', '/api/groups', { name: 'Team', members: [] }, 201)
    await anna.json('PATCH', `/api/groups/${id}`, { members: [igor] })
    expect(await page.next()).toEqual(list)
    await anna.json('PATCH', `/api/people/${igor}`, { external: true })
    // Ways to connect that are for every employee are gone from their page as well.
    expect(await page.next()).toEqual({ event: 'portal', data: {} })
    expect(await page.next()).toEqual(list)
    await anna.json('DELETE', `/api/groups/${id}`, undefined, 204)
    expect(await page.next()).toEqual(list)
    await anna.json('DELETE', `/api/people/${igor}`, undefined, 204)
    expect(await page.next()).toBeNull()
  })

  it('tells what the refresh of a subscription brought, and that it failed', async () => {
    const made = await anna.json<Subscription>('POST', '/api/subscriptions', { url: 'https://outside.test/a.ics' }, 201)
    const page = await listen(anna)
    outside = calendarOf('Second')
    world.clock.ms = made.nextFetchMs
    await world.portal.parts.subscriptions.runDue()
    const told = [await page.next(), await page.next()]
    expect(told).toContainEqual({ event: 'subscription', data: {} })
    expect(told).toContainEqual({
      event: 'change',
      data: { kind: 'changed', calendar: made.calendar, doors: ['subscription'] },
    })
    outside = null
    world.clock.ms += 7 * 86_400_000
    await world.portal.parts.subscriptions.runDue()
    expect(await page.next()).toEqual({ event: 'subscription', data: {} })
    expect((await anna.json<Subscription[]>('GET', '/api/subscriptions'))[0]?.lastError).toBe('subscription-gone')
    await page.leave()
  })

  it('tells how far an import is and how it ended to every page of the person, and to nobody else', async () => {
    const igor = await listen(await world.signedIn('igor', 'igor-password'))
    const page = await listen(anna)
    const started = await anna('POST', `/api/calendars/${idOf('Own')}/import`, calendarOf('From a file'))
    const { id } = (await started.json()) as ImportJob
    const told = []
    while (told.at(-1)?.state !== 'done') {
      const next = await page.next()
      if (next?.event === 'job') told.push(next.data as ImportJob)
    }
    expect(told.map((job) => [job.id, job.state, job.done, job.total])).toEqual([
      [id, 'running', 0, 1],
      [id, 'done', 1, 1],
    ])
    await make(anna, 'Work')
    expect((await igor.next())?.event).toBe('change')
    await Promise.all([igor.leave(), page.leave()])
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
