import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { openTestPortal, type TestClient, type TestPortal } from '../test/open-test-portal.ts'
import type * as schemas from './schemas.ts'

type EventList = z.output<typeof schemas.EventList>
type Stored = z.output<typeof schemas.StoredObject>

const seed = {
  users: [
    {
      login: 'anna',
      password: 'anna-password',
      timeZone: 'Europe/Moscow',
      calendars: [{ name: 'Work', components: ['VEVENT' as const, 'VTODO' as const] }],
    },
  ],
}

const uid = '5c1d6a0e-0f1b-4b7a-9a53-2f0f4d0a9c11'

describe('what is made with a UID of its maker’s', () => {
  let world: TestPortal
  let anna: TestClient
  let calendar: string
  beforeEach(async () => {
    world = await openTestPortal(seed, {})
    anna = await world.signedIn('anna', 'anna-password')
    calendar = (await anna.json<{ id: string }[]>('GET', '/api/calendars'))[0]?.id ?? ''
  })
  afterEach(() => world.close())
  const make = (kind: 'events' | 'tasks', body: object) =>
    anna.json<Stored>('POST', `/api/calendars/${calendar}/${kind}`, body, 201)
  const list = async () => (await anna.json<EventList>('GET', '/api/events?from=2026-11-23&to=2026-11-30')).events
  const event = { uid, title: 'Show', start: '2026-11-25T10:00:00', end: '2026-11-25T11:00:00' }

  it('is there once when it is made again after a lost answer, as it was asked for last', async () => {
    const first = await make('events', event)
    const again = await make('events', { ...event, title: 'Show, later', end: '2026-11-25T12:00:00' })
    expect(again.object).toBe(first.object)
    expect(await list()).toMatchObject([{ uid, title: 'Show, later', end: '2026-11-25T12:00:00', etag: again.etag }])
  })

  it('is there once also as a task', async () => {
    const due = '2026-11-25T10:00:00'
    await make('tasks', { uid, title: 'Order paper', due })
    await make('tasks', { uid, title: 'Order paper', due })
    expect(await list()).toMatchObject([{ uid, title: 'Order paper', start: due }])
  })

  it('is refused when that is no UUID', async () => {
    const answer = await anna('POST', `/api/calendars/${calendar}/events`, { ...event, uid: '../other' })
    expect(answer.status).toBe(400)
    expect(await list()).toEqual([])
  })
})
