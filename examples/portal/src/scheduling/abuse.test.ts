import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import type * as schemas from '../api/schemas.ts'
import { openTestPortal, type TestClient, type TestPortal } from '../test/open-test-portal.ts'

type Calendar = z.output<typeof schemas.Calendar>
type Event = z.output<typeof schemas.Event>

const password = 'secret-password'
const person = (login: string, calendar: string) => ({
  login,
  password,
  name: login,
  email: `${login}@example.com`,
  timeZone: 'Europe/Moscow',
  calendars: [{ name: calendar }],
})
const seed = {
  users: [
    { ...person('anna', 'Анны'), admin: true },
    person('igor', 'Игоря'),
    person('olga', 'Ольги'),
    person('chief', 'Начальника'),
  ],
}

let world: TestPortal
let anna: TestClient
let igor: TestClient
let olga: TestClient
beforeEach(async () => {
  world = await openTestPortal(seed)
  anna = await world.signedIn('anna', password)
  igor = await world.signedIn('igor', password)
  olga = await world.signedIn('olga', password)
})
afterEach(() => world.close())

const events = async (client: TestClient): Promise<Event[]> =>
  (await client.json<{ events: Event[] }>('GET', '/api/events?from=2026-11-23&to=2026-11-30')).events
const pathOf = ({ calendar, object }: Pick<Event, 'calendar' | 'object'>) =>
  `/api/calendars/${calendar}/events/${object}`

const eventOf = (uid: string, organizer: string, attendees: readonly string[], ...more: string[]): string[] => [
  ...['BEGIN:VEVENT', `UID:${uid}`, 'DTSTAMP:20261101T000000Z', 'DTSTART:20261124T090000Z', 'DTEND:20261124T100000Z'],
  ...[`SUMMARY:${organizer}`, `ORGANIZER:mailto:${organizer}@example.com`],
  ...attendees.map((login) => `ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:${login}@example.com`),
  ...[...more, 'END:VEVENT'],
]
const fileOf = (...lines: string[]): string =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Phone//EN', ...lines, 'END:VCALENDAR', ''].join('\r\n')

/** A program of that person stores an object, or deletes it. */
const device = async (login: string, method: 'PUT' | 'DELETE', calendar: string, name: string, body?: string) => {
  const phone = world.basic(login, password)
  const client = await world.signedIn(login, password)
  const found = (await client.json<Calendar[]>('GET', '/api/calendars')).find((one) => one.name === calendar)
  const answer = await phone(method, `${new URL(found?.caldavUrl ?? '').pathname}${name}`, body)
  expect(answer.ok).toBe(true)
}

describe('in a calendar of a group', () => {
  beforeEach(async () => {
    const group = await anna.json<{ id: string }>('POST', '/api/groups', { name: 'Отдел', members: [] }, 201)
    const people = await anna.json<{ id: string; login: string }[]>('GET', '/api/people')
    const members = people.filter(({ login }) => ['anna', 'igor'].includes(login)).map(({ id }) => id)
    await anna.json('PATCH', `/api/groups/${group.id}`, { members })
    await anna.json('POST', `/api/groups/${group.id}/calendars`, { name: 'Общий' }, 201)
  })

  it('nobody invites in another’s name by putting it into a meeting of their own', async () => {
    await device('igor', 'PUT', 'Общий', 'f.ics', fileOf(...eventOf('f', 'igor', ['olga'])))
    expect(await events(olga)).toMatchObject([{ title: 'igor', status: null }])
    for (const attendees of [['olga', 'chief'], ['chief']]) {
      await device('igor', 'PUT', 'Общий', 'f.ics', fileOf(...eventOf('f', 'chief', attendees)))
    }
    expect(await events(olga)).toMatchObject([{ title: 'igor', status: 'CANCELLED' }])
    expect(await events(await world.signedIn('chief', password))).toEqual([])
  })

  it('nobody lays down a meeting in another’s name, for it to take the place of the real one', async () => {
    await device('anna', 'PUT', 'Анны', 'm.ics', fileOf(...eventOf('m', 'anna', ['olga'])))
    await device('igor', 'PUT', 'Общий', 'trap.ics', fileOf(...eventOf('m', 'igor', ['chief'])))
    await device('igor', 'PUT', 'Общий', 'trap.ics', fileOf(...eventOf('m', 'anna', ['olga'])))
    await device('anna', 'DELETE', 'Анны', 'm.ics')
    expect(await events(olga)).toMatchObject([{ status: 'CANCELLED' }])
    await device('igor', 'PUT', 'Общий', 'trap.ics', fileOf(...eventOf('m', 'anna', ['olga'], 'LOCATION:Trap')))
    expect(await events(olga)).toMatchObject([{ status: 'CANCELLED', place: '' }])
  })

  it('a meeting that its organizer moves there stays, in two steps too', async () => {
    await device('anna', 'PUT', 'Анны', 'm.ics', fileOf(...eventOf('m', 'anna', ['olga'])))
    await device('anna', 'PUT', 'Общий', 'm.ics', fileOf(...eventOf('m', 'anna', ['olga'])))
    await device('anna', 'DELETE', 'Анны', 'm.ics')
    expect(await events(olga)).toMatchObject([{ status: null }])
    await device('igor', 'PUT', 'Общий', 'm.ics', fileOf(...eventOf('m', 'anna', ['olga'], 'LOCATION:Зал')))
    expect(await events(olga)).toMatchObject([{ status: null, place: 'Зал' }])
  })
})

describe('a crafted meeting', () => {
  it('brings no occurrence in the name of somebody who does not organize it', async () => {
    const series = eventOf('s', 'igor', ['olga'], 'RRULE:FREQ=DAILY;COUNT=3')
    const forged = eventOf('s', 'chief', ['olga'], 'RECURRENCE-ID:20261125T090000Z')
    await device('igor', 'PUT', 'Игоря', 's.ics', fileOf(...series, ...forged))
    expect((await events(olga)).map(({ title, start }) => [title, start.slice(8, 10)])).toEqual([
      ['igor', '24'],
      ['igor', '26'],
    ])
  })
})

describe('what stands in the place of a copy', () => {
  it('is not touched by the meeting any longer, where it is somebody’s own', async () => {
    await device('chief', 'PUT', 'Начальника', 'm.ics', fileOf(...eventOf('known', 'chief', ['igor'])))
    const [copy] = await events(igor)
    const own = fileOf(...eventOf('known', 'igor', [], 'LOCATION:Дом'))
    await igor.json('POST', `/api/calendars/${copy?.calendar}/import`, own, 202)
    await expect.poll(async () => (await events(igor)).map(({ place }) => place)).toEqual(['Дом'])
    await device('chief', 'PUT', 'Начальника', 'm.ics', fileOf(...eventOf('known', 'chief', ['igor'], 'LOCATION:Зал')))
    await device('chief', 'DELETE', 'Начальника', 'm.ics')
    expect(await events(igor)).toMatchObject([{ title: 'igor', place: 'Дом', status: null }])
  })

  it('stays the copy of its meeting when somebody takes the address that its organizer had', async () => {
    await device('anna', 'PUT', 'Анны', 'm.ics', fileOf(...eventOf('m', 'anna', ['igor'])))
    await anna.json('PATCH', '/api/me', { email: 'anna.new@example.com' })
    const chief = await world.signedIn('chief', password)
    await chief.json('PATCH', '/api/me', { email: 'anna@example.com' })
    const theirs = eventOf('m', 'anna', ['igor'], 'LOCATION:Другое')
    await device('chief', 'PUT', 'Начальника', 'm.ics', fileOf(...theirs))
    await device('chief', 'DELETE', 'Начальника', 'm.ics')
    expect(await events(igor)).toMatchObject([{ place: '', status: null }])
  })
})

describe('a copy that its attendee made private', () => {
  it('stays so where the organizer’s program calls the meeting public', async () => {
    const store = (...more: string[]) =>
      device('anna', 'PUT', 'Анны', 'm.ics', fileOf(...eventOf('m', 'anna', ['igor'], 'CLASS:PUBLIC', ...more)))
    await store()
    await igor.json('PATCH', pathOf((await events(igor))[0]!), { private: true })
    await store('LOCATION:Зал')
    expect(await events(igor)).toMatchObject([{ place: 'Зал', private: true }])
  })
})
