import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { openTestPortal, type TestClient, type TestPortal } from '../test/open-test-portal.ts'
import type * as schemas from './schemas.ts'

type Calendar = z.output<typeof schemas.Calendar>
type FeedLink = z.output<typeof schemas.FeedLink>
type Subscription = z.output<typeof schemas.Subscription>
type EventList = z.output<typeof schemas.EventList>

const calendarFile = (...events: readonly (readonly [uid: string, summary: string])[]): string =>
  [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Test//EN',
    'X-WR-CALNAME:Holidays',
    ...events.flatMap(([uid, summary]) => [
      'BEGIN:VEVENT',
      `UID:${uid}`,
      'DTSTAMP:20261101T000000Z',
      'DTSTART:20261123T090000Z',
      'DTEND:20261123T100000Z',
      `SUMMARY:${summary}`,
      'DESCRIPTION:Told to few',
      'END:VEVENT',
    ]),
    'END:VCALENDAR',
    '',
  ].join('\r\n')

const password = 'secret-password'
const seed = {
  users: [
    {
      login: 'anna',
      password,
      name: 'Анна',
      calendars: [
        { name: 'Работа', exportAllowed: true, access: [{ login: 'igor', level: 'read' as const }], ics: 'work' },
        { name: 'Для всех', exportAllowed: true },
      ],
    },
    { login: 'igor', password, name: 'Игорь', calendars: [{ name: 'Личный', ics: 'personal' }] },
    { login: 'olga', password, name: 'Ольга' },
  ],
}
const files = {
  work: calendarFile(['a@work', 'Планёрка'], ['b@work', 'Показ']),
  personal: calendarFile(['a@personal', 'Стоматолог']),
}

/** What the outside world answers, by address. */
const outside = new Map<string, () => Response>()
const ics = (text: string) => () => new Response(text, { headers: { 'content-type': 'text/calendar' } })

let world: TestPortal
let anna: TestClient
let igor: TestClient
let olga: TestClient
beforeEach(async () => {
  outside.clear()
  world = await openTestPortal(
    seed,
    files,
    async (url) => outside.get(String(url))?.() ?? new Response('', { status: 404 }),
  )
  anna = await world.signedIn('anna', password)
  igor = await world.signedIn('igor', password)
  olga = await world.signedIn('olga', password)
  const all = await named(anna, 'Для всех')
  await anna.json('PATCH', `/api/calendars/${all.id}`, { access: [{ principal: '*', level: 'titles' }] })
})
afterEach(() => world.close())

const named = async (client: TestClient, name: string, path = '/api/calendars'): Promise<Calendar> => {
  const calendars = await client.json<Calendar[]>('GET', path)
  const found = calendars.find((calendar) => calendar.name === name)
  if (found === undefined) throw new Error(`${name} is not among ${calendars.map((one) => one.name).join(', ')}`)
  return found
}
const listed = async (client: TestClient): Promise<string[]> =>
  (await client.json<Calendar[]>('GET', '/api/calendars?on=list')).map(({ name }) => name)
const choices = async (client: TestClient, search: string): Promise<string[]> =>
  (await client.json<Calendar[]>('GET', `/api/calendar-choices?search=${encodeURIComponent(search)}`)).map(
    ({ name }) => name,
  )
const feed = async (link: FeedLink, headers: Record<string, string> = {}, client = world.anonymous()) =>
  client('GET', new URL(link.url).pathname, undefined, headers)
const text = async (link: FeedLink): Promise<string> => (await feed(link)).text()
const linkTo = (client: TestClient, body: object) =>
  client.json<FeedLink>('POST', '/api/feed-links', { name: 'Laptop', ...body }, 201)

describe('a person’s list of calendars', () => {
  it('holds what was given to them by name, and what is open to everyone once they add it', async () => {
    expect(await listed(igor)).toEqual(expect.arrayContaining(['Личный', 'Работа']))
    expect(await listed(igor)).not.toContain('Для всех')
    const { id } = await named(igor, 'Для всех')
    await igor.json('PUT', `/api/calendars/${id}/listed`, undefined, 204)
    expect(await listed(igor)).toContain('Для всех')
    await igor.json('DELETE', `/api/calendars/${id}/listed`, undefined, 204)
    expect(await listed(igor)).not.toContain('Для всех')
  })

  it('is offered what the person may see and nothing else, by the owner’s name or the calendar’s', async () => {
    expect(await choices(igor, 'анна')).toEqual(['Для всех', 'Работа'])
    expect(await choices(olga, 'анна')).toEqual(['Для всех'])
    expect(await choices(olga, 'работа')).toEqual([])
    expect(await choices(anna, 'игорь')).toEqual([])
  })

  it('keeps what is hidden, on every device', async () => {
    const { id } = await named(igor, 'Работа')
    await igor.json('PUT', `/api/calendars/${id}/hidden`, undefined, 204)
    const phone = await world.signedIn('igor', password)
    expect((await named(phone, 'Работа')).hidden).toBe(true)
    expect((await named(anna, 'Работа')).hidden).toBe(false)
    await phone.json('DELETE', `/api/calendars/${id}/hidden`, undefined, 204)
    expect((await named(igor, 'Работа')).hidden).toBe(false)
  })

  it('cannot take in what the person may not see', async () => {
    const { id } = await named(anna, 'Работа')
    for (const mark of ['listed', 'favourite', 'hidden']) {
      expect((await olga('PUT', `/api/calendars/${id}/${mark}`)).status).toBe(404)
    }
  })
})

describe('a feed link', () => {
  it('shows what its options say, and follows them without a new address', async () => {
    const { id } = await named(anna, 'Работа')
    const link = await linkTo(anna, { calendar: id, options: { detail: 'free-busy' } })
    expect(link.options).toMatchObject({ detail: 'free-busy', window: { daysBack: null, daysForward: null } })
    expect(await text(link)).not.toContain('Планёрка')
    const wider = await anna.json<FeedLink>('PATCH', `/api/feed-links/${link.id}`, {
      options: { detail: 'full', descriptions: false },
    })
    expect(wider.url).toBe(link.url)
    expect(await text(link)).toContain('SUMMARY:Планёрка')
    expect(await text(link)).not.toContain('Told to few')
    expect((await anna('PATCH', `/api/feed-links/${link.id}`, { options: { detail: 'all' } })).status).toBe(400)
    expect((await igor('PATCH', `/api/feed-links/${link.id}`, { name: 'Mine' })).status).toBe(404)
  })

  it('to the favourites follows them, and leaves out what may not be exported', async () => {
    const work = await named(igor, 'Работа')
    const own = await named(igor, 'Личный')
    for (const { id } of [work, own]) await igor.json('PUT', `/api/calendars/${id}/favourite`, undefined, 204)
    const link = await linkTo(igor, { favourites: true })
    expect(link.calendar).toBeNull()
    expect(await text(link)).toContain('Планёрка')
    expect(await text(link)).not.toContain('Стоматолог')
    await igor.json('PATCH', `/api/calendars/${own.id}`, { exportAllowed: true })
    expect(await text(link)).toContain('Стоматолог')
    await igor.json('DELETE', `/api/calendars/${work.id}/favourite`, undefined, 204)
    expect(await text(link)).not.toContain('Планёрка')
  })

  it('needs either a calendar or the favourites', async () => {
    const { id } = await named(anna, 'Работа')
    expect((await anna('POST', '/api/feed-links', { name: 'x' })).status).toBe(400)
    expect((await anna('POST', '/api/feed-links', { name: 'x', calendar: id, favourites: true })).status).toBe(400)
  })

  it('says that somebody is busy in the language of who made the link', async () => {
    const { id } = await named(anna, 'Работа')
    const link = await linkTo(anna, { calendar: id, options: { detail: 'free-busy' } })
    await anna.json('PATCH', '/api/me', { locale: 'ru' })
    expect(await text(link)).toContain('SUMMARY:Занято\r\n')
    await anna.json('PATCH', '/api/me', { locale: 'en' })
    expect(await text(link)).toContain('SUMMARY:Busy\r\n')
    await anna.json('PATCH', '/api/me', { locale: 'ru' })
  })

  it('is not made to have expired already, nor changed so', async () => {
    const { id } = await named(anna, 'Работа')
    const past = { expiresMs: world.clock.ms - 1 }
    const refused = await anna('POST', '/api/feed-links', { calendar: id, name: 'x', ...past })
    expect([refused.status, refused.headers.get('content-type')]).toEqual([400, 'application/problem+json'])
    expect(await refused.json()).toMatchObject({ code: 'invalid-request', details: { field: 'expiresMs' } })
    const link = await linkTo(anna, { calendar: id, expiresMs: world.clock.ms + 1000 })
    expect((await anna('PATCH', `/api/feed-links/${link.id}`, past)).status).toBe(400)
    expect((await feed(link)).status).toBe(200)
  })

  it('says in the list how it stands, and ends with export, with the right and with time', async () => {
    const { id } = await named(igor, 'Работа')
    const link = await linkTo(igor, { calendar: id, expiresMs: world.clock.ms + 1_000_000 })
    const states: string[] = [link.state]
    const look = async () => {
      const [first] = await igor.json<FeedLink[]>('GET', '/api/feed-links')
      states.push(`${first?.state} ${(await feed(link)).status}`)
    }
    await feed(link)
    await look()
    await anna.json('PATCH', `/api/calendars/${id}`, { exportAllowed: false })
    await look()
    await anna.json('PATCH', `/api/calendars/${id}`, { exportAllowed: true, access: [] })
    await look()
    const igorId = (await igor.json<{ id: string }>('GET', '/api/me')).id
    await anna.json('PATCH', `/api/calendars/${id}`, { access: [{ principal: igorId, level: 'read' }] })
    world.clock.ms += 1_000_000
    await look()
    expect(states).toEqual(['unused', 'works 200', 'export-off 404', 'no-access 404', 'expired 404'])
  })

  it('is not used by the page’s own check, but by everybody else’s', async () => {
    const { id } = await named(anna, 'Работа')
    const link = await linkTo(anna, { calendar: id })
    const lastUse = async () => (await anna.json<FeedLink[]>('GET', '/api/feed-links'))[0]?.lastUserAgent
    const check = { 'x-link-check': '1', 'user-agent': 'A browser' }
    expect((await feed(link, check, anna)).status).toBe(200)
    expect(await lastUse()).toBeNull()
    expect((await feed(link, check)).status).toBe(200)
    expect(await lastUse()).toBe('A browser')
  })

  it('goes with all others when all are revoked, and with nobody else’s', async () => {
    const { id } = await named(anna, 'Работа')
    const links = [await linkTo(anna, { calendar: id }), await linkTo(anna, { calendar: id })]
    const other = await linkTo(igor, { calendar: id })
    await anna.json('DELETE', '/api/feed-links', undefined, 204)
    for (const link of links) expect((await feed(link)).status).toBe(404)
    expect((await feed(other)).status).toBe(200)
    for (const { url } of [...links, other]) {
      const secret = new URL(url).pathname.split('/').at(-1)?.replace('.ics', '') ?? url
      expect(world.lines.join('')).not.toContain(secret)
    }
  })
})

describe('a subscription', () => {
  const url = 'https://example.com/holidays.ics'
  const subscribe = (body: object = {}) => anna.json<Subscription>('POST', '/api/subscriptions', { url, ...body }, 201)
  const titles = async (calendar: string): Promise<string[]> => {
    const path = `/api/events?from=2026-11-23&to=2026-11-24&calendar=${calendar}`
    return (await anna.json<EventList>('GET', path)).events.map(({ title }) => title).sort()
  }

  it('becomes a read-only calendar that follows its source', async () => {
    outside.set(url, ics(calendarFile(['1', 'New Year'], ['2', 'Easter'])))
    const { id, calendar, name } = await subscribe({ url: 'webcal://example.com/holidays.ics' })
    expect(name).toBe('Holidays')
    expect(await titles(calendar)).toEqual(['Easter', 'New Year'])
    expect(await named(anna, 'Holidays')).toMatchObject({ readOnly: true, level: 'owner', listed: true })
    const event = { title: 'x', start: '2026-11-23T10:00', end: '2026-11-23T11:00' }
    expect((await anna('POST', `/api/calendars/${calendar}/events`, event)).status).toBe(403)
    // Refused before the file is taken, not by a job that fails later.
    expect((await anna('POST', `/api/calendars/${calendar}/import`, calendarFile(['3', 'x']))).status).toBe(403)
    outside.set(url, ics(calendarFile(['1', 'New Year'])))
    world.clock.ms += 120_000
    const refreshed = await anna.json<Subscription>('POST', `/api/subscriptions/${id}/refresh`)
    expect(refreshed.lastError).toBeNull()
    expect(await titles(calendar)).toEqual(['New Year'])
  })

  it('keeps what it had and says why when its source fails', async () => {
    outside.set(url, ics(calendarFile(['1', 'New Year'])))
    const { id, calendar } = await subscribe()
    outside.set(url, () => new Response('<h1>Sign in</h1>', { headers: { 'content-type': 'text/html' } }))
    world.clock.ms += 120_000
    const { lastError } = await anna.json<Subscription>('POST', `/api/subscriptions/${id}/refresh`)
    expect(lastError).toBe('subscription-not-a-calendar')
    expect(await titles(calendar)).toEqual(['New Year'])
  })

  it('is not made of an address that gives no calendar, with the reason as a code', async () => {
    const response = await anna('POST', '/api/subscriptions', { url })
    expect(response.status).toBe(422)
    expect(await response.json()).toMatchObject({ code: 'subscription-gone' })
    const odd = await anna('POST', '/api/subscriptions', { url: 'file:///etc/passwd' })
    expect(await odd.json()).toMatchObject({ code: 'subscription-url-refused' })
    expect(await anna.json('GET', '/api/subscriptions')).toEqual([])
  })

  it('ends with its calendar, and is its subscriber’s alone', async () => {
    outside.set(url, ics(calendarFile(['1', 'New Year'])))
    const { id, calendar } = await subscribe()
    expect(await igor.json('GET', '/api/subscriptions')).toEqual([])
    expect((await igor('POST', `/api/subscriptions/${id}/refresh`)).status).toBe(404)
    expect((await igor('DELETE', `/api/subscriptions/${id}`)).status).toBe(404)
    await anna.json('DELETE', `/api/subscriptions/${id}`, undefined, 204)
    expect((await anna('GET', `/api/calendars/${calendar}`)).status).toBe(404)
  })
})
