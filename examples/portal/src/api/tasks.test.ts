import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { openTestPortal, type TestClient, type TestPortal } from '../test/open-test-portal.ts'
import type * as schemas from './schemas.ts'

type EventList = z.output<typeof schemas.EventList>
type Stored = z.output<typeof schemas.StoredObject>

const task = (uid: string, ...more: string[]): string =>
  ['BEGIN:VTODO', `UID:${uid}`, 'DTSTAMP:20261101T000000Z', `SUMMARY:${uid}`, ...more, 'END:VTODO'].join('\r\n')

const tasks = [
  'BEGIN:VCALENDAR',
  'VERSION:2.0',
  'PRODID:-//Test//EN',
  task('timed', 'DUE:20261125T120000Z'),
  task('day', 'DUE;VALUE=DATE:20261126', 'X-KEEP:this line'),
  task('begun', 'DTSTART:20261101T090000Z', 'DUE:20261127T090000Z', 'STATUS:IN-PROCESS', 'PERCENT-COMPLETE:40'),
  task('later', 'DTSTART:20261120T090000Z', 'DUE:20261210T090000Z'),
  task('finished', 'DUE:20261124T100000Z', 'STATUS:COMPLETED', 'COMPLETED:20261123T090000Z'),
  task('someday'),
  task('daily', 'DTSTART:20261123T080000Z', 'DUE:20261123T090000Z', 'RRULE:FREQ=DAILY;COUNT=3'),
  'END:VCALENDAR',
  '',
].join('\r\n')

const seed = {
  users: [
    {
      login: 'anna',
      password: 'anna-password',
      timeZone: 'Europe/Moscow',
      calendars: [{ name: 'Tasks', components: ['VTODO' as const], ics: 'tasks' }],
    },
  ],
}

describe('tasks among the events', () => {
  let world: TestPortal
  let anna: TestClient
  let calendar: string
  beforeEach(async () => {
    world = await openTestPortal(seed, { tasks })
    anna = await world.signedIn('anna', 'anna-password')
    calendar = (await anna.json<{ id: string }[]>('GET', '/api/calendars'))[0]?.id ?? ''
  })
  afterEach(() => world.close())
  const list = async (range = 'from=2026-11-23&to=2026-11-30') =>
    (await anna.json<EventList>('GET', `/api/events?${range}`)).events
  const path = ({ object }: { readonly object: string }, end = '') =>
    `/api/calendars/${calendar}/events/${object}${end}`
  const ics = async (event: { readonly object: string }) => (await anna('GET', path(event, '/ics'))).text()
  const one = async (title: string) => (await list()).find((event) => event.title === title)!

  it('stand where they are due, whole days as such, and those without a time nowhere', async () => {
    expect((await list()).map(({ title, allDay, start, end, done }) => [title, allDay, start, end, done])).toEqual([
      ['daily', false, '2026-11-23T09:00:00', '2026-11-23T09:00:00', false],
      ['daily', false, '2026-11-24T09:00:00', '2026-11-24T09:00:00', false],
      ['finished', false, '2026-11-24T10:00:00', '2026-11-24T10:00:00', true],
      ['daily', false, '2026-11-25T09:00:00', '2026-11-25T09:00:00', false],
      ['timed', false, '2026-11-25T12:00:00', '2026-11-25T12:00:00', false],
      ['day', true, '2026-11-26', '2026-11-27', false],
      ['begun', false, '2026-11-27T09:00:00', '2026-11-27T09:00:00', false],
    ])
    expect((await list('from=2026-12-01&to=2026-12-31')).map(({ title }) => title)).toEqual(['later'])
  })

  it('are done and not done again, and everything else of them stays (RFC 5545 §3.8.1.11)', async () => {
    const before = await ics(await one('day'))
    await anna.json('PUT', path(await one('day'), '/done'), { done: true })
    expect(await one('day')).toMatchObject({ done: true })
    const text = await ics(await one('day'))
    for (const line of ['STATUS:COMPLETED', 'COMPLETED:20261122T120000Z', 'PERCENT-COMPLETE:100', 'X-KEEP:this line']) {
      expect(text).toContain(line)
    }
    await anna.json('PUT', path(await one('day'), '/done'), { done: false })
    expect(await one('day')).toMatchObject({ done: false })
    const stamps = /^(STATUS|DTSTAMP|LAST-MODIFIED):.*\r\n/gm
    expect((await ics(await one('day'))).replace(stamps, '')).toBe(before.replace(stamps, ''))
  })

  it('of a series are done one by one', async () => {
    const [, second] = (await list()).filter(({ title }) => title === 'daily')
    await anna.json('PUT', path(second!, `/done?recurrenceId=${second?.recurrenceId}`), { done: true })
    const daily = (await list()).filter(({ title }) => title === 'daily')
    expect(daily.map(({ done, start }) => [start.slice(8, 10), done])).toEqual([
      ['23', false],
      ['24', true],
      ['25', false],
    ])
    expect(await ics(second!)).toMatch(/RECURRENCE-ID:20261124T080000Z[\s\S]*DUE:20261124T090000Z/)
  })

  it('are made, changed in title and due time, and deleted', async () => {
    const made = await anna.json<Stored>(
      'POST',
      `/api/calendars/${calendar}/tasks`,
      { title: 'Report', due: '2026-11-25T18:00' },
      201,
    )
    expect(await one('Report')).toMatchObject({
      component: 'VTODO',
      start: '2026-11-25T18:00:00',
      timeZone: 'Europe/Moscow',
    })
    await anna.json('PATCH', path(made), {
      title: 'Longer report',
      allDay: true,
      start: '2026-11-26',
      end: '2026-11-27',
    })
    expect(await one('Longer report')).toMatchObject({ allDay: true, start: '2026-11-26', done: false })
    expect(await ics(made)).toContain('DUE;VALUE=DATE:20261126')
    await anna.json('DELETE', path(made), undefined, 204)
    expect(await one('Longer report')).toBeUndefined()
    const wrong = await anna('POST', `/api/calendars/${calendar}/tasks`, { title: 'x', due: '2026-13-45' })
    expect(wrong.status).toBe(400)
  })

  it('begin no later than they are due, and keep their times while they repeat (RFC 5545 §3.8.2.3)', async () => {
    const begun = await one('begun')
    await anna.json('PATCH', path(begun), { start: '2026-11-24T09:00', end: '2026-11-24T09:00', timeZone: 'UTC' })
    expect(await ics(begun)).toContain('DTSTART:20261101T090000Z')
    await anna.json('PATCH', path(begun), { allDay: true, start: '2026-11-25', end: '2026-11-26' })
    expect(await ics(begun)).not.toContain('DTSTART')
    const refused = await anna('PATCH', path(await one('daily')), {
      start: '2026-11-24T09:00',
      end: '2026-11-24T09:00',
    })
    expect([refused.status, (await refused.json()).code]).toEqual([422, 'unsupported-change'])
  })
})
