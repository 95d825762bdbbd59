import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { openTestPortal, type TestClient, type TestPortal } from '../test/open-test-portal.ts'
import type * as schemas from './schemas.ts'

type Calendar = z.output<typeof schemas.Calendar>
type Event = z.output<typeof schemas.Event>

const password = 'secret-password'
const person = (login: string, level: 'free-busy' | 'titles' | 'read', ...to: string[]) => ({
  login,
  password,
  name: login,
  email: `${login}@example.com`,
  timeZone: 'Europe/Moscow',
  calendars: [{ name: login, access: to.map((one) => ({ login: one, level })) }],
})
const seed = {
  users: [
    person('anna', 'titles', 'igor', 'pavel'),
    person('igor', 'free-busy', 'anna'),
    person('olga', 'free-busy', 'anna', 'igor'),
    person('pavel', 'read'),
  ],
}

let world: TestPortal
let anna: TestClient
let igor: TestClient
let pavel: TestClient
beforeEach(async () => {
  world = await openTestPortal(seed)
  anna = await world.signedIn('anna', password)
  igor = await world.signedIn('igor', password)
  pavel = await world.signedIn('pavel', password)
})
afterEach(() => world.close())

const calendars = (client: TestClient) => client.json<Calendar[]>('GET', '/api/calendars')
/** For each event its UID and occurrence, by the calendar's name. */
const keys = async (client: TestClient): Promise<Record<string, string[]>> => {
  const names = new Map((await calendars(client)).map(({ id, name }) => [id, name]))
  const { events } = await client.json<{ events: Event[] }>('GET', '/api/events?from=2026-11-23&to=2026-11-30')
  const found: Record<string, string[]> = {}
  for (const { calendar, uid, recurrenceId } of events) {
    const name = names.get(calendar) ?? ''
    found[name] = [...(found[name] ?? []), `${uid} ${recurrenceId}`]
  }
  return found
}
const invite = async (title: string, ...logins: string[]) => {
  const [work] = await calendars(anna)
  const body = {
    title,
    start: '2026-11-24T10:00:00',
    end: '2026-11-24T11:00:00',
    repeat: 'FREQ=DAILY;COUNT=2',
    attendees: logins.map((login) => ({ email: `${login}@example.com` })),
  }
  await anna.json('POST', `/api/calendars/${work!.id}/events`, body, 201)
}

describe('a meeting in calendars of which one sees titles or times only', () => {
  it('has one UID for those who have it themselves: the organizer’s, the other attendees’ and their own', async () => {
    await invite('Совещание', 'igor', 'olga')
    const own = await keys(igor)
    expect(own.igor).toHaveLength(2)
    expect(own).toMatchObject({ anna: own.igor, olga: own.igor })
    const organizers = await keys(anna)
    expect(organizers).toMatchObject({ igor: organizers.anna, olga: organizers.anna })
  })

  it('is not told from others to anybody else', async () => {
    await invite('Совещание', 'igor')
    const [uid] = (await keys(igor)).igor!
    expect((await keys(pavel)).anna).toHaveLength(2)
    expect((await keys(pavel)).anna).not.toContain(uid)
    await invite('Другое', 'olga')
    expect((await keys(igor)).anna!.filter((key) => key.startsWith(uid!.split(' ')[0]!))).toHaveLength(2)
    expect((await keys(igor)).anna).toHaveLength(4)
  })
})
