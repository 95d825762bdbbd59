import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { owning } from '../accounts/owning.ts'
import type * as schemas from '../api/schemas.ts'
import { leavingOrigin } from '../joined/leaving.ts'
import { openTestPortal, type TestClient, type TestPortal } from '../test/open-test-portal.ts'

type Calendar = z.output<typeof schemas.Calendar>
type Event = z.output<typeof schemas.Event>
type Stored = z.output<typeof schemas.StoredObject>

const password = 'secret-password'
const person = (login: string, ...calendars: string[]) => ({
  login,
  password,
  name: login,
  email: `${login}@example.com`,
  timeZone: 'Europe/Moscow',
  calendars: calendars.map((name) => ({ name })),
})
const seed = { users: [person('anna', 'Работа', 'Личный'), person('igor', 'Первый')] }

let world: TestPortal
let anna: TestClient
let igor: TestClient
let work: Calendar
beforeEach(async () => {
  world = await openTestPortal(seed)
  anna = await world.signedIn('anna', password)
  igor = await world.signedIn('igor', password)
  work = await named('Работа')
})
afterEach(() => world.close())

const named = async (name: string): Promise<Calendar> =>
  (await anna.json<Calendar[]>('GET', '/api/calendars')).find((one) => one.name === name)!
const statuses = async (): Promise<Record<string, string | null>> => {
  const { events } = await igor.json<{ events: Event[] }>('GET', '/api/events?from=2026-11-16&to=2026-11-30')
  return Object.fromEntries(events.map(({ title, status }) => [title, status]))
}
const invite = (title: string, day: number): Promise<Stored> => {
  const times = { start: `2026-11-${day}T10:00:00`, end: `2026-11-${day}T11:00:00`, timeZone: 'Europe/Moscow' }
  const draft = { title, ...times, attendees: [{ email: 'igor@example.com' }] }
  return anna.json('POST', `/api/calendars/${work.id}/events`, draft, 201)
}

describe('meetings whose calendar is deleted', () => {
  it('are cancelled in the attendees’ copies, all of them, but not what is over', async () => {
    await invite('Прошло', 20)
    const titles = Array.from({ length: 25 }, (_, index) => `Будет ${index}`)
    for (const title of titles) await invite(title, 24)
    await anna.json('DELETE', `/api/calendars/${work.id}`, undefined, 204)
    const all = { Прошло: null, ...Object.fromEntries(titles.map((title) => [title, 'CANCELLED'])) }
    await expect.poll(statuses).toEqual(all)
  })

  it('go on where the calendar only leaves the outside one to which it was joined', async () => {
    const { people, service, scheduling } = world.portal.parts
    await invite('Идёт дальше', 24)
    await service.deleteCalendar(owning(people.findByLogin('anna')!.id), work.id, { origin: leavingOrigin })
    await scheduling.close()
    expect(await statuses()).toEqual({ 'Идёт дальше': null })
  })

  it('go on where their organizer has them in another calendar', async () => {
    const { object } = await invite('Переехало', 24)
    await invite('Не будет', 25)
    const device = world.basic('anna', password)
    const from = `${new URL(work.caldavUrl).pathname}${object}`
    const copy = await (await device('GET', from)).text()
    const to = `${new URL((await named('Личный')).caldavUrl).pathname}moved.ics`
    expect((await device('PUT', to, copy)).status).toBe(201)
    expect((await device('DELETE', new URL(work.caldavUrl).pathname)).status).toBe(204)
    await expect.poll(statuses).toEqual({ Переехало: null, 'Не будет': 'CANCELLED' })
    expect((await device('DELETE', to)).status).toBe(204)
    expect(await statuses()).toEqual({ Переехало: 'CANCELLED', 'Не будет': 'CANCELLED' })
  })
})
