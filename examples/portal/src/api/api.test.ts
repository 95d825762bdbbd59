import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { listen } from '../test/listen.ts'
import { openTestPortal, type TestClient, type TestPortal } from '../test/open-test-portal.ts'
import type * as schemas from './schemas.ts'

type Calendar = z.output<typeof schemas.Calendar>
type EventList = z.output<typeof schemas.EventList>
type ImportJob = z.output<typeof schemas.ImportJob>
type FeedLink = z.output<typeof schemas.FeedLink>
type Stored = z.output<typeof schemas.StoredObject>
type AppPassword = z.output<typeof schemas.CreatedAppPassword>

/** A weekly series with a line that no program of ours knows, a folded one and a lower-case one. */
const weekly = [
  'BEGIN:VCALENDAR',
  'VERSION:2.0',
  'PRODID:-//Test//EN',
  'BEGIN:VEVENT',
  'UID:weekly@test',
  'DTSTAMP:20261101T000000Z',
  'DTSTART:20261123T090000Z',
  'DTEND:20261123T100000Z',
  'RRULE:FREQ=WEEKLY;COUNT=4',
  'SUMMARY:Планёрка',
  'X-ODD;X-P="a;b":kept\\, as it is',
  'x-lower:  spaces  ',
  'DESCRIPTION:A long text that its producer has folded at an unusual place',
  '  indeed',
  'BEGIN:VALARM',
  'ACTION:DISPLAY',
  'TRIGGER:-PT15M',
  'DESCRIPTION:Soon',
  'END:VALARM',
  'END:VEVENT',
  'END:VCALENDAR',
  '',
].join('\r\n')

const seed = {
  users: [
    {
      login: 'Anna@Example.com',
      password: 'anna-password',
      name: 'Анна',
      admin: true,
      locale: 'ru' as const,
      timeZone: 'Europe/Moscow',
      calendars: [
        { name: 'Работа', exportAllowed: false, access: [{ login: 'igor', level: 'read' as const }], ics: 'work.ics' },
        { name: 'Занято', access: [{ login: 'igor', level: 'free-busy' as const }] },
      ],
    },
    { login: 'igor', password: 'igor-password', name: 'Игорь' },
  ],
}

const lines = (text: string): string[] => text.split('\r\n')

let world: TestPortal
let anna: TestClient
beforeEach(async () => {
  world = await openTestPortal(seed, { 'work.ics': weekly })
  anna = await world.signedIn('Anna@Example.com', 'anna-password')
})
afterEach(() => world.close())

const work = async (client: TestClient): Promise<Calendar> => {
  const calendars = await client.json<Calendar[]>('GET', '/api/calendars')
  return calendars.find(({ name }) => name === 'Работа')!
}

const week = (client: TestClient, from = '2026-11-23', to = '2026-12-21') =>
  client.json<EventList>('GET', `/api/events?from=${from}&to=${to}`)

describe('signing in', () => {
  it('sets a cookie that scripts and other sites cannot use, and ends with the session', async () => {
    const client = world.anonymous()
    const response = await client('POST', '/api/session', { login: 'anna@example.com', password: 'anna-password' })
    expect(response.status).toBe(201)
    expect(response.headers.get('set-cookie')).toMatch(
      /^dayport=[\w-]{43}; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Lax$/,
    )
    expect(await client.json('GET', '/api/me')).toMatchObject({ login: 'Anna@Example.com', name: 'Анна' })
    await client.json('DELETE', '/api/session', undefined, 204)
    expect((await client('GET', '/api/me')).status).toBe(401)
  })

  it('answers alike for a wrong password and an unknown login, and slows guessing down', async () => {
    const client = world.anonymous()
    const answers: string[] = []
    for (const login of ['igor', 'nobody']) {
      answers.push(await (await client('POST', '/api/session', { login, password: 'wrong-password' })).text())
    }
    expect(answers[0]).toBe(answers[1])
    let last = new Response()
    for (let i = 0; i < 12; i += 1)
      last = await client('POST', '/api/session', { login: 'igor', password: `wrong-${i}` })
    expect(last.status).toBe(429)
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await last.json()).toMatchObject({ code: 'too-many-attempts' })
  })

  it('refuses changes that another site asks for, with the cookie or without', async () => {
    const body = { name: 'Taken over' }
    const from = (headers: Record<string, string>) => anna('PATCH', '/api/me', body, headers)
    expect((await from({ origin: 'https://evil.example' })).status).toBe(403)
    expect((await from({ 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    expect((await from({ 'sec-fetch-site': 'same-site' })).status).toBe(403)
    expect((await from({ 'content-type': 'text/plain' })).status).toBe(415)
    expect((await from({ origin: 'http://portal.test', 'sec-fetch-site': 'same-origin' })).status).toBe(200)
  })

  it('takes HTTP Basic with the account password on the API and on CalDAV', async () => {
    const basic = world.basic('Anna@Example.com', 'anna-password')
    expect(await basic.json('GET', '/api/me')).toMatchObject({ name: 'Анна' })
    expect((await basic('PROPFIND', '/dav/', undefined, { depth: '0' })).status).toBe(207)
    const wrong = world.basic('Anna@Example.com', 'wrong')
    expect((await wrong('PROPFIND', '/dav/')).status).toBe(401)
  })

  it('ends other sessions and remembered passwords when the password changes', async () => {
    const other = await world.signedIn('Anna@Example.com', 'anna-password')
    const change = { current: 'anna-password', next: 'another password' }
    expect((await anna('PUT', '/api/me/password', { ...change, current: 'no' })).status).toBe(403)
    await anna.json('PUT', '/api/me/password', change, 201)
    expect((await other('GET', '/api/me')).status).toBe(401)
    expect((await anna('GET', '/api/me')).status).toBe(200)
    expect((await world.basic('Anna@Example.com', 'anna-password')('GET', '/api/me')).status).toBe(401)
    expect((await world.basic('Anna@Example.com', 'another password')('GET', '/api/me')).status).toBe(200)
  })
})

describe('app passwords', () => {
  it('open their own door only, are listed without the secret, and die when revoked', async () => {
    const made = await anna.json<AppPassword>('POST', '/api/app-passwords', { name: 'Телефон' }, 201)
    const phone = world.basic('Anna@Example.com', made.password)
    expect((await phone('PROPFIND', '/dav/', undefined, { depth: '0' })).status).toBe(207)
    expect((await phone('GET', '/api/me')).status).toBe(401)
    const list = await anna.json<AppPassword[]>('GET', '/api/app-passwords')
    expect(list).toHaveLength(1)
    expect(JSON.stringify(list)).not.toContain(made.password)
    await anna.json('DELETE', `/api/app-passwords/${made.id}`, undefined, 204)
    expect((await phone('PROPFIND', '/dav/', undefined, { depth: '0' })).status).toBe(401)
  })

  it('neither sign in to the page nor make further app passwords', async () => {
    const made = await anna.json<AppPassword>(
      'POST',
      '/api/app-passwords',
      { name: 'x', scopes: ['caldav', 'api'] },
      201,
    )
    const program = world.basic('Anna@Example.com', made.password)
    expect((await program('GET', '/api/me')).status).toBe(200)
    expect((await program('POST', '/api/app-passwords', { name: 'further' })).status).toBe(401)
    const body = { login: 'Anna@Example.com', password: made.password }
    expect((await world.anonymous()('POST', '/api/session', body)).status).toBe(401)
  })
})

describe('the seed', () => {
  it('keeps names, access, export and files, and gives people without calendars their first two', async () => {
    expect(world.report).toMatchObject({ people: 2, calendars: 2, objects: 1, refused: [] })
    const mine = await anna.json<Calendar[]>('GET', '/api/calendars')
    expect(mine.map(({ name, level }) => [name, level])).toEqual([
      ['Работа', 'owner'],
      ['Занято', 'owner'],
    ])
    const igor = await world.signedIn('igor', 'igor-password')
    const seen = await igor.json<Calendar[]>('GET', '/api/calendars')
    expect(new Set(seen.map(({ name, level }) => `${name}: ${level}`))).toEqual(
      new Set(['My calendar: owner', 'Tasks: owner', 'Работа: read', 'Занято: free-busy']),
    )
    expect(seen.find(({ name }) => name === 'Tasks')?.components).toEqual(['VTODO'])
  })
})

describe('events', () => {
  it('are told one by one, in the order of their start', async () => {
    const { events } = await week(anna)
    expect(events.map(({ title, start, timeZone }) => [title, start, timeZone])).toEqual([
      ['Планёрка', '2026-11-23T09:00:00', 'UTC'],
      ['Планёрка', '2026-11-30T09:00:00', 'UTC'],
      ['Планёрка', '2026-12-07T09:00:00', 'UTC'],
      ['Планёрка', '2026-12-14T09:00:00', 'UTC'],
    ])
    expect(events[0]).toMatchObject({ place: '', repeat: 'FREQ=WEEKLY;COUNT=4', recurrenceId: '2026-11-23T09:00:00' })
  })

  it('are made on the clock of the person, with the definition of the zone', async () => {
    const { id } = await work(anna)
    const body = { title: 'Обед, с Ирой; и\nдетьми', start: '2026-11-24T13:00', end: '2026-11-24T14:00' }
    const made = await anna.json<Stored>('POST', `/api/calendars/${id}/events`, body, 201)
    const { events } = await week(anna, '2026-11-24', '2026-11-25')
    expect(events).toHaveLength(1)
    expect(events[0]).toMatchObject({
      title: body.title,
      timeZone: 'Europe/Moscow',
      startMs: Date.UTC(2026, 10, 24, 10),
    })
    const text = await (await anna('GET', `/api/calendars/${id}/events/${made.object}/ics`)).text()
    expect(text).toContain('DTSTART;TZID=Europe/Moscow:20261124T130000')
    expect(text).toContain('BEGIN:VTIMEZONE')
  })

  it('keep every line that an edit does not touch, byte for byte', async () => {
    const { id } = await work(anna)
    const [event] = (await week(anna)).events
    const path = `/api/calendars/${id}/events/${event!.object}`
    await anna.json('PATCH', path, { place: 'Маяк', title: 'Большая планёрка' })
    const text = await (await anna('GET', `${path}/ics`)).text()
    const untouched = lines(weekly).filter((line) => !/^(SUMMARY|DTSTAMP)/.test(line))
    for (const line of untouched) expect(lines(text)).toContain(line)
    expect(lines(text)).toContain('LOCATION:Маяк')
    expect(lines(text)).toContain('SUMMARY:Большая планёрка')
  })

  it('move the series by as much as the occurrence in hand was moved', async () => {
    const { id } = await work(anna)
    const event = (await week(anna)).events[1]!
    const path = `/api/calendars/${id}/events/${event.object}?recurrenceId=${event.recurrenceId}&scope=all`
    await anna.json('PATCH', path, { start: '2026-11-30T11:30:00', end: '2026-11-30T12:00:00' })
    const { events } = await week(anna)
    expect(events.map(({ start, end }) => [start, end])[0]).toEqual(['2026-11-23T11:30:00', '2026-11-23T12:00:00'])
    expect(events).toHaveLength(4)
  })

  it('keep the hours that they are given when a series of whole days gets them', async () => {
    const { id } = await work(anna)
    const days = { title: 'Shift', allDay: true, start: '2026-11-24', end: '2026-11-25', repeat: 'FREQ=DAILY;COUNT=3' }
    const { object } = await anna.json<Stored>('POST', `/api/calendars/${id}/events`, days, 201)
    await anna.json('PATCH', `/api/calendars/${id}/events/${object}?recurrenceId=2026-11-25&scope=all`, {
      allDay: false,
      start: '2026-11-25T10:00',
      end: '2026-11-25T12:00',
      timeZone: 'Europe/Moscow',
    })
    const shifts = (await week(anna)).events.filter(({ title }) => title === 'Shift')
    expect(shifts.map(({ start, end }) => [start, end])).toEqual(
      ['24', '25', '26'].map((day) => [`2026-11-${day}T10:00:00`, `2026-11-${day}T12:00:00`]),
    )
  })

  it('change one occurrence by an override and take one out by EXDATE', async () => {
    const { id } = await work(anna)
    const [, second, third] = (await week(anna)).events
    const path = `/api/calendars/${id}/events/${second!.object}`
    await anna.json('PATCH', `${path}?recurrenceId=${second!.recurrenceId}`, {
      title: 'Перенесено',
      start: '2026-12-01T15:00:00',
      end: '2026-12-01T16:00:00',
    })
    await anna.json('DELETE', `${path}?recurrenceId=${third!.recurrenceId}`, undefined, 204)
    const { events } = await week(anna)
    expect(events.map(({ title, start }) => [title, start])).toEqual([
      ['Планёрка', '2026-11-23T09:00:00'],
      ['Перенесено', '2026-12-01T15:00:00'],
      ['Планёрка', '2026-12-14T09:00:00'],
    ])
    const text = await (await anna('GET', `${path}/ics`)).text()
    expect(text.match(/BEGIN:VALARM/g)).toHaveLength(2)
    // The override is found again by its original start, and changed rather than made twice.
    await anna.json('PATCH', `${path}?recurrenceId=${second!.recurrenceId}`, { place: 'Маяк' })
    const again = await (await anna('GET', `${path}/ics`)).text()
    expect(again.match(/RECURRENCE-ID/g)).toHaveLength(1)
    // Moved as a whole, the series takes its exceptions along.
    await anna.json('PATCH', path, { start: '2026-11-23T10:00:00', end: '2026-11-23T11:00:00' })
    const moved = await week(anna)
    expect(moved.events.map(({ start }) => start)).toEqual([
      '2026-11-23T10:00:00',
      '2026-12-01T15:00:00',
      '2026-12-14T10:00:00',
    ])
  })

  it('answer 412 and stay as they are when If-Match names an older state', async () => {
    const { id } = await work(anna)
    const [event] = (await week(anna)).events
    const path = `/api/calendars/${id}/events/${event!.object}`
    await anna.json('PATCH', path, { title: 'First' })
    const late = await anna('PATCH', path, { title: 'Late' }, { 'if-match': event!.etag })
    expect(late.status).toBe(412)
    expect(await late.json()).toMatchObject({ code: 'precondition-failed' })
    expect((await week(anna)).events[0]!.title).toBe('First')
  })

  it('cannot be given a line of their own by any field', async () => {
    const { id } = await work(anna)
    const evil = 'x\r\nATTENDEE:mailto:evil@example.com'
    const body = { title: evil, place: evil, description: evil, start: '2026-11-25T10:00', end: '2026-11-25T11:00' }
    const made = await anna.json<Stored>('POST', `/api/calendars/${id}/events`, body, 201)
    const text = await (await anna('GET', `/api/calendars/${id}/events/${made.object}/ics`)).text()
    expect(lines(text).some((line) => line.startsWith('ATTENDEE'))).toBe(false)
    const rule = await anna('POST', `/api/calendars/${id}/events`, { ...body, repeat: 'FREQ=DAILY\r\nATTENDEE:x' })
    expect(rule.status).toBe(400)
  })

  it('are refused to those who may only read, and tell nothing but their time to those who may see busy times', async () => {
    const igor = await world.signedIn('igor', 'igor-password')
    const calendars = await igor.json<Calendar[]>('GET', '/api/calendars')
    const readable = calendars.find(({ level }) => level === 'read')!
    const busy = calendars.find(({ level }) => level === 'free-busy')!
    const body = { title: 'Secret', place: 'Here', start: '2026-11-25T10:00', end: '2026-11-25T11:00' }
    expect((await igor('POST', `/api/calendars/${readable.id}/events`, body)).status).toBe(403)
    expect((await week(igor)).events).toHaveLength(4)
    const annas = await anna.json<Stored>('POST', `/api/calendars/${busy.id}/events`, body, 201)
    const seen = (await week(igor)).events.filter(({ calendar }) => calendar === busy.id)
    expect(seen).toMatchObject([{ title: 'Busy', place: '', description: '', startMs: Date.UTC(2026, 10, 25, 7) }])
    expect(JSON.stringify(seen)).not.toMatch(/Secret|Here/)
    expect(seen[0]?.object).not.toBe(annas.object)
    expect((await igor('GET', `/api/calendars/${busy.id}/events/${annas.object}`)).status).toBe(404)
    expect((await igor('GET', `/api/calendars/${busy.id}/export.ics`)).status).toBeGreaterThanOrEqual(400)
    const stranger = world.anonymous()
    expect((await stranger('GET', '/api/events?from=2026-11-23&to=2026-11-30')).status).toBe(401)
  })
})

describe('a page that is left while it loads', () => {
  it('is no failure of the portal: the log of errors stays empty', async () => {
    const authorization = `Basic ${Buffer.from('Anna@Example.com:anna-password').toString('base64')}`
    const paths = ['/api/events?from=2026-11-23&to=2026-11-30', '/api/calendars', '/api/subscriptions']
    for (const path of paths) {
      const request = new Request(`http://portal.test${path}`, {
        headers: { authorization },
        signal: AbortSignal.abort(),
      })
      await world.portal.fetch(request)
    }
    expect(world.portal.parts.errors.list()).toEqual([])
  })
})

describe('import and export', () => {
  const ended = async (client: TestClient, job: ImportJob): Promise<ImportJob> => {
    const page = await listen(client)
    let state = await client.json<ImportJob>('GET', `/api/imports/${job.id}`)
    while (state.state === 'running') {
      const told = await page.next()
      if (told?.event === 'job') state = told.data as ImportJob
    }
    await page.leave()
    return state
  }

  it('takes a file in as a job that tells its end, and gives the same lines out', async () => {
    const { id } = await work(anna)
    const more = weekly.replaceAll('weekly@test', 'other@test')
    const started = await anna('POST', `/api/calendars/${id}/import`, more)
    expect(started.status).toBe(202)
    const job = await ended(anna, (await started.json()) as ImportJob)
    expect(job).toMatchObject({ state: 'done', created: 1, updated: 0, refused: [] })
    expect(await anna.json('GET', `/api/imports/${job.id}`)).toMatchObject({ state: 'done', done: 1, total: 1 })
    const again = await anna('POST', `/api/calendars/${id}/import`, more)
    expect(await ended(anna, (await again.json()) as ImportJob)).toMatchObject({ unchanged: 1, created: 0 })

    const file = await anna('GET', `/api/calendars/${id}/export.ics`)
    expect(file.headers.get('content-disposition')).toContain("filename*=UTF-8''%D0%A0")
    const text = await file.text()
    expect(lines(text).filter((line) => line === 'X-ODD;X-P="a;b":kept\\, as it is')).toHaveLength(2)
  })

  it('says why a file was not taken, and hides jobs from other people', async () => {
    const { id } = await work(anna)
    const started = await anna('POST', `/api/calendars/${id}/import`, 'not a calendar at all')
    const job = await ended(anna, (await started.json()) as ImportJob)
    expect(job).toMatchObject({ state: 'failed', problem: { code: 'invalid-calendar-data' } })
    const igor = await world.signedIn('igor', 'igor-password')
    expect((await igor('GET', `/api/imports/${job.id}`)).status).toBe(404)
    expect((await igor('POST', `/api/calendars/${id}/import`, weekly)).status).toBe(403)
  })
})

describe('feed links', () => {
  it('live while export is on, can be copied again, and leave no secret in the log', async () => {
    const { id } = await work(anna)
    const body = { calendar: id, name: 'Ноутбук' }
    expect((await anna('POST', '/api/feed-links', body)).status).toBe(409)
    await anna.json('PATCH', `/api/calendars/${id}`, { exportAllowed: true })
    const link = await anna.json<FeedLink>('POST', '/api/feed-links', body, 201)
    expect(link.webcal).toMatch(/^webcal:\/\/portal\.test\/ical\//)
    expect((await anna.json<FeedLink[]>('GET', '/api/feed-links'))[0]?.url).toBe(link.url)

    const path = new URL(link.url).pathname
    const stranger = world.anonymous()
    const feed = await stranger('GET', path)
    expect(feed.status).toBe(200)
    expect(feed.headers.get('content-type')).toMatch(/^text\/calendar/)
    expect(await feed.text()).toContain('SUMMARY:Планёрка')

    await anna.json('PATCH', `/api/calendars/${id}`, { exportAllowed: false })
    expect((await stranger('GET', path)).status).toBe(404)
    await anna.json('PATCH', `/api/calendars/${id}`, { exportAllowed: true })
    await anna.json('DELETE', `/api/feed-links/${link.id}`, undefined, 204)
    expect((await stranger('GET', path)).status).toBe(404)

    const secret = path.split('/').at(-1)!.replace('.ics', '')
    const log = world.lines.join('')
    expect(log).toContain(`/ical/${link.id}/***`)
    for (const hidden of [secret, 'anna-password', 'dayport=', 'Basic ']) expect(log).not.toContain(hidden)
  })

  it('of a reader end when the owner takes the access back', async () => {
    const { id } = await work(anna)
    await anna.json('PATCH', `/api/calendars/${id}`, { exportAllowed: true })
    const igor = await world.signedIn('igor', 'igor-password')
    const link = await igor.json<FeedLink>('POST', '/api/feed-links', { calendar: id, name: 'x' }, 201)
    const path = new URL(link.url).pathname
    expect((await world.anonymous()('GET', path)).status).toBe(200)
    await anna.json('PATCH', `/api/calendars/${id}`, { access: [] })
    expect((await world.anonymous()('GET', path)).status).toBe(404)
  })
})

describe('calendars', () => {
  it('are made, changed, marked and deleted', async () => {
    const made = await anna.json<Calendar>('POST', '/api/calendars', { name: 'Работа', color: '#1f8a4c' }, 201)
    expect(made).toMatchObject({ name: 'Работа', color: '#1f8a4c', components: ['VEVENT'], level: 'owner' })
    expect(made.caldavUrl).toMatch(/\/dav\/calendars\/Anna%40Example\.com\/rabota-2\/$/)
    const path = `/api/calendars/${made.id}`
    await anna.json('PUT', `${path}/favourite`, undefined, 204)
    expect(await anna.json('PATCH', path, { name: 'Дела' })).toMatchObject({ name: 'Дела', favourite: true })
    await anna.json('DELETE', path, undefined, 204)
    expect((await anna('GET', path)).status).toBe(404)
  })

  it('answer a wrong field with its name', async () => {
    const response = await anna('POST', '/api/calendars', { name: '', colour: 'red' })
    expect(response.status).toBe(400)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    const problem = (await response.json()) as { code: string; details: { issues: { field: string }[] } }
    expect(problem.code).toBe('invalid-request')
    expect(problem.details.issues.map(({ field }) => field)).toContain('name')
  })
})

describe('people', () => {
  it('who left can neither sign in nor keep a device or a link alive', async () => {
    const igor = await world.signedIn('igor', 'igor-password')
    const me = await igor.json<{ id: string }>('GET', '/api/me')
    const made = await igor.json<AppPassword>('POST', '/api/app-passwords', { name: 'x' }, 201)
    expect((await igor('DELETE', `/api/people/${me.id}`)).status).toBe(403)
    await anna.json('DELETE', `/api/people/${me.id}`, undefined, 204)
    expect((await igor('GET', '/api/me')).status).toBe(401)
    expect((await world.basic('igor', made.password)('PROPFIND', '/dav/')).status).toBe(401)
    expect((await world.basic('igor', 'igor-password')('PROPFIND', '/dav/')).status).toBe(401)
  })

  it('the only administrator cannot leave, of two that remove each other at once one stays, and groups are not people', async () => {
    const me = await anna.json<{ id: string }>('GET', '/api/me')
    const refused = await anna('DELETE', `/api/people/${me.id}`)
    expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([409, 'last-administrator'])
    const draft = { login: 'second', password: 'second-password', admin: true }
    const second = await anna.json<{ id: string }>('POST', '/api/people', draft, 201)
    const other = await world.signedIn('second', 'second-password')
    const group = await anna.json<{ id: string }>('POST', '/api/groups', { name: 'Team', members: [] }, 201)
    expect((await anna('DELETE', `/api/people/${group.id}`)).status).toBe(404)
    const statuses = await Promise.all([
      anna('DELETE', `/api/people/${second.id}`),
      other('DELETE', `/api/people/${me.id}`),
    ])
    expect(statuses.filter(({ status }) => status === 204)).toHaveLength(1)
  })
})

describe('the OpenAPI document', () => {
  it('describes every address with the schemas that requests are checked with', async () => {
    type Document = { paths: Record<string, Record<string, unknown>>; components: { schemas: Record<string, unknown> } }
    const document = await world.anonymous().json<Document>('GET', '/api/openapi.json')
    expect(Object.keys(document.paths)).toContain('/api/calendars/{id}/events/{object}')
    const references = new Set(JSON.stringify(document).match(/#\/components\/schemas\/\w+/g))
    for (const reference of references) expect(document.components.schemas).toHaveProperty(reference.split('/').at(-1)!)
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const method of Object.keys(methods)) {
        const address = path.replace(/\{\w+\}/g, 'none')
        const response = await world.anonymous()(method.toUpperCase(), address)
        // What is not set up says so; only an unknown address is not found.
        const { code } = response.status === 404 ? ((await response.json()) as { code: string }) : { code: '' }
        expect(code, `${method} ${path}`).not.toBe('not-found')
      }
    }
  })
})
