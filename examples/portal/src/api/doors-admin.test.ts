import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { openTestPortal, type TestClient, type TestPortal } from '../test/open-test-portal.ts'
import type * as schemas from './schemas.ts'

type Calendar = z.output<typeof schemas.Calendar>
type FeedLink = z.output<typeof schemas.FeedLink>
type Outlook = z.output<typeof schemas.OutlookConnection>
type Audit = z.output<typeof schemas.AuditList>
type Ticket = z.output<typeof schemas.SetupTicket>
type Person = z.output<typeof schemas.PersonInfo>
type AppPassword = z.output<typeof schemas.AppPassword>

const seed = {
  users: [
    { login: 'anna', password: 'anna-password', admin: true, calendars: [{ name: 'Work', exportAllowed: true }] },
    { login: 'igor', password: 'igor-password', name: 'Igor' },
    { login: 'office', password: 'office-password', name: 'Office', kind: 'group' as const, members: ['igor'] },
  ],
}

let world: TestPortal
let anna: TestClient
beforeEach(async () => {
  world = await openTestPortal(seed)
  anna = await world.signedIn('anna', 'anna-password')
})
afterEach(() => world.close())

describe('the switches of the doors', () => {
  it('end a door for everybody with one answer, also for what was made before, and bring it back', async () => {
    const calendar = (await anna.json<Calendar[]>('GET', '/api/calendars'))[0]!.id
    const link = await anna.json<FeedLink>('POST', '/api/feed-links', { calendar, name: 'x' }, 201)
    const outlook = await anna.json<Outlook>('POST', '/api/outlook-connections', { calendar, name: 'x' }, 201)
    const list = new URL(new URL(outlook.link!).searchParams.get('base-url') ?? 'http://portal.test/outlook/x/y')
    const basic = world.basic('anna', 'anna-password')
    const stranger = world.anonymous()
    const feed = new URL(link.url).pathname
    expect((await stranger('GET', feed)).status).toBe(200)
    expect(await anna.json('GET', '/api/admin/doors')).toEqual({
      on: { outlook: true, feed: true, caldav: true, joined: true, exchange: false },
      people: { outlook: null, feed: null, caldav: null, joined: null, exchange: null },
      connections: { outlook: 1, feed: 1, caldav: 0, joined: 0, exchange: 0 },
    })

    await anna.json('PATCH', '/api/admin/doors', { feed: false, caldav: false, outlook: false }, 204)
    const answers = [
      await stranger('GET', feed),
      await stranger('GET', '/ical/nothing/at-all.ics'),
      await basic('PROPFIND', '/dav/', undefined, { depth: '0' }),
      await stranger('GET', '/.well-known/caldav'),
      await stranger('POST', `${list.pathname}/_vti_bin/Lists.asmx`, '<x/>'),
    ]
    const told = await Promise.all(answers.map(async (answer) => `${answer.status} ${await answer.text()}`))
    expect(new Set(told)).toEqual(new Set(['404 Not found\n']))
    for (const path of ['/api/feed-links', '/api/outlook-connections']) {
      expect((await anna('POST', path, { calendar, name: 'y' })).status).toBe(409)
    }
    expect((await anna('POST', '/api/app-passwords', { name: 'y' })).status).toBe(409)
    expect(await stranger.json('GET', '/api/portal')).toMatchObject({
      doors: { outlook: false, feed: false, caldav: false },
    })

    await anna.json('PATCH', '/api/admin/doors', { feed: true, caldav: true, outlook: true }, 204)
    expect((await stranger('GET', feed)).status).toBe(200)
    expect((await basic('PROPFIND', '/dav/', undefined, { depth: '0' })).status).toBe(207)
  })

  it('open a door to people and groups by name: everybody else is refused by it, also what they made before', async () => {
    const calendar = (await anna.json<Calendar[]>('GET', '/api/calendars'))[0]!.id
    const people = await anna.json<Person[]>('GET', '/api/people?search=')
    const idOf = (login: string) => people.find((person) => person.login === login)!.id
    const link = await anna.json<FeedLink>('POST', '/api/feed-links', { calendar, name: 'x' }, 201)
    const outlook = await anna.json<Outlook>('POST', '/api/outlook-connections', { calendar, name: 'x' }, 201)
    const base = new URL(outlook.link!).searchParams.get('base-url') ?? ''
    const list = `${new URL(base).pathname}/_vti_bin/Lists.asmx`
    const ticket = new URL((await anna.json<Ticket>('POST', '/api/setup-tickets', {}, 201)).url).pathname
    const stranger = world.anonymous()
    const office = [idOf('office')]
    await anna.json('PATCH', '/api/admin/doors', { people: { caldav: office, feed: office, outlook: office } }, 204)

    // By the group, Igor still comes in; Anna, an administrator or not, does not.
    const home = (login: string) =>
      world.basic(login, `${login}-password`)('PROPFIND', '/dav/', undefined, { depth: '0' })
    expect((await home('igor')).status).toBe(207)
    expect((await home('anna')).status).toBe(403)
    expect((await stranger('GET', new URL(link.url).pathname)).status).toBe(404)
    expect((await stranger('GET', list)).status).toBe(404)
    expect((await world.basic('anna', 'anna-password')('GET', `/outlook/basic/${calendar}`)).status).toBe(403)
    expect((await stranger('GET', ticket)).status).toBe(404)
    for (const [path, body] of [
      ['/api/feed-links', { calendar, name: 'y' }],
      ['/api/outlook-connections', { calendar, name: 'y' }],
      ['/api/app-passwords', { name: 'y' }],
      ['/api/setup-tickets', {}],
    ] as const) {
      expect((await anna('POST', path, body)).status).toBe(409)
    }
    const igor = await world.signedIn('igor', 'igor-password')
    const none = { outlook: false, feed: false, caldav: false }
    expect(await anna.json('GET', '/api/portal')).toMatchObject({ doors: none })
    expect(await igor.json('GET', '/api/portal')).toMatchObject({ doors: { outlook: true, feed: true, caldav: true } })
    expect(await anna.json('GET', '/api/admin/doors')).toMatchObject({ people: { caldav: office, exchange: null } })

    // Whoever leaves the group, or comes by name, is asked anew at each request.
    await world.portal.parts.people.setMembers(idOf('office'), [])
    expect((await home('igor')).status).toBe(403)
    await anna.json('PATCH', '/api/admin/doors', { people: { caldav: [idOf('igor')], feed: null } }, 204)
    expect((await home('igor')).status).toBe(207)
    expect((await stranger('GET', new URL(link.url).pathname)).status).toBe(200)
    expect((await anna('PATCH', '/api/admin/doors', { people: { caldav: ['nobody'] } })).status).toBe(404)
    const trail = await anna.json<Audit>('GET', '/api/admin/audit')
    expect(trail.slice(0, 2).map(({ kind, action, name }) => [kind, action, name])).toEqual([
      ['door', 'people', 'caldav'],
      ['door', 'people', 'feed'],
    ])
  })

  it('are for employees where they are for all: people from outside have a door where it says so, or they or their group are named', async () => {
    const people = await anna.json<Person[]>('GET', '/api/people')
    const idOf = (login: string): string => people.find((one) => one.login === login)?.id ?? ''
    const home = async () =>
      (await world.basic('igor', 'igor-password')('PROPFIND', '/dav/', undefined, { depth: '0' })).status
    const igor = await world.signedIn('igor', 'igor-password')
    const doors = async () => (await igor.json<{ doors: object }>('GET', '/api/portal')).doors
    const open = (audience: unknown) =>
      anna.json('PATCH', '/api/admin/doors', { people: { caldav: audience, feed: audience } }, 204)
    expect(await home()).toBe(207)
    await anna.json('PATCH', `/api/people/${idOf('igor')}`, { external: true })
    expect(await home()).toBe(403)
    expect(await doors()).toEqual({ outlook: false, feed: false, caldav: false, joined: false })
    expect(await anna.json('GET', '/api/admin/doors')).toMatchObject({ people: { caldav: null } })

    await open('all')
    expect(await home()).toBe(207)
    expect(await doors()).toEqual({ outlook: false, feed: true, caldav: true, joined: false })
    expect(await anna.json('GET', '/api/admin/doors')).toMatchObject({ people: { caldav: 'all' } })
    await open([idOf('anna')])
    expect(await home()).toBe(403)
    await open([idOf('office')])
    expect(await home()).toBe(207)
    await open([idOf('igor')])
    expect(await home()).toBe(207)
    await open(null)
    expect(await home()).toBe(403)
    await anna.json('PATCH', `/api/people/${idOf('igor')}`, { external: false })
    expect(await home()).toBe(207)
  })

  it('open Exchange to some people only: for others it is not there', async () => {
    const igor = await world.signedIn('igor', 'igor-password')
    await anna.json('PATCH', '/api/admin/doors', { exchange: true }, 204)
    expect(await igor.json('GET', '/api/exchange')).toMatchObject({ state: 'not-configured' })
    await anna.json('PATCH', '/api/admin/doors', { people: { exchange: [] } }, 204)
    expect(await igor.json('GET', '/api/exchange')).toMatchObject({ state: 'not-available', mailbox: null })
    await anna.json('PATCH', '/api/admin/doors', { people: { exchange: null }, exchange: false }, 204)
    expect(await igor.json('GET', '/api/exchange')).toMatchObject({ state: 'not-available' })
  })

  it('belong to administrators alone', async () => {
    const igor = await world.signedIn('igor', 'igor-password')
    for (const path of ['/api/admin/doors', '/api/admin/people', '/api/admin/errors', '/api/admin/audit']) {
      expect((await igor('GET', path)).status).toBe(403)
    }
    expect((await igor('PATCH', '/api/admin/doors', { feed: false })).status).toBe(403)
  })
})

describe('the trail of secrets', () => {
  it('names what was made and revoked, by whom and when, and never a secret', async () => {
    const igor = await world.signedIn('igor', 'igor-password')
    const made = await igor.json<AppPassword & { password: string }>(
      'POST',
      '/api/app-passwords',
      { name: 'Phone' },
      201,
    )
    await igor.json('DELETE', `/api/app-passwords/${made.id}`, undefined, 204)
    await anna.json('PATCH', '/api/admin/doors', { outlook: false }, 204)
    const trail = await anna.json<Audit>('GET', '/api/admin/audit')
    expect(trail.map(({ kind, action, name, personName }) => [kind, action, name, personName])).toEqual([
      ['door', 'off', 'outlook', 'anna'],
      ['app-password', 'revoked', 'Phone', 'Igor'],
      ['app-password', 'made', 'Phone', 'Igor'],
    ])
    expect(JSON.stringify(trail)).not.toContain(made.password)
    // Its owner still sees a revoked one, so that a device that stopped can be explained.
    const all = await igor.json<AppPassword[]>('GET', '/api/app-passwords?revoked=1')
    expect(all.map(({ name, revokedMs }) => [name, revokedMs !== null])).toEqual([['Phone', true]])
  })
})

describe('a one-time ticket', () => {
  const ticket = async (): Promise<string> =>
    new URL((await anna.json<Ticket>('POST', '/api/setup-tickets', {}, 201)).url).pathname
  const phone = (method: string, path: string, body?: string) =>
    world.portal.fetch(
      new Request(`http://portal.test${path}`, {
        method,
        headers: {
          'user-agent': 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1',
          'accept-language': 'ru',
          ...(body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
        },
        ...(body === undefined ? {} : { body }),
      }),
    )
  const passwords = () => anna.json<AppPassword[]>('GET', '/api/app-passwords')

  it('makes a password when it is pressed, not when it is looked at, and works once', async () => {
    const path = await ticket()
    for (let i = 0; i < 2; i += 1) {
      const page = await phone('GET', path)
      expect(page.status).toBe(200)
      expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
      expect(await page.text()).toContain('Скачать профиль')
    }
    expect(await passwords()).toEqual([])
    const profile = await phone('POST', path, 'as=profile')
    expect(profile.headers.get('content-type')).toBe('application/x-apple-aspen-config')
    const text = await profile.text()
    const password = /<key>CalDAVPassword<\/key>\n<string>([^<]+)</.exec(text)?.[1] ?? ''
    const login = /<key>CalDAVUsername<\/key>\n<string>([^<]+)</.exec(text)?.[1] ?? ''
    // The profile's values, used literally, open the door.
    const found = await world.basic(login, password)('PROPFIND', '/dav/', undefined, { depth: '0' })
    expect(found.status).toBe(207)
    expect(await passwords()).toHaveLength(1)
    expect((await phone('POST', path, 'as=profile')).status).toBe(404)
    expect((await phone('GET', path)).status).toBe(404)
  })

  it('ends after ten minutes, with a newer one, and with the door', async () => {
    const first = await ticket()
    const second = await ticket()
    expect((await phone('GET', first)).status).toBe(404)
    expect((await phone('GET', second)).status).toBe(200)
    world.clock.ms += 10 * 60_000
    expect((await phone('GET', second)).status).toBe(404)
    const third = await ticket()
    await anna.json('PATCH', '/api/admin/doors', { caldav: false }, 204)
    expect((await phone('POST', third, 'as=values')).status).toBe(404)
    expect((await anna('POST', '/api/setup-tickets', {})).status).toBe(409)
  })

  it('leaves no secret in the log', async () => {
    const path = await ticket()
    await phone('GET', path)
    const log = world.lines.join('')
    expect(log).toContain('/connect/***')
    expect(log).not.toContain(path.split('/').at(-1))
  })
})
