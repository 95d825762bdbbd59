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
  task('begins before', 'DTSTART;VALUE=DATE:20261122', 'DUE;VALUE=DATE:20261123'),
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

  it('stand where they are due, whole days as such', async () => {
    expect((await list()).map(({ title, allDay, start, end, done }) => [title, allDay, start, end, done])).toEqual([
      ['begins before', true, '2026-11-23', '2026-11-24', false],
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

  it('begin no later than they are due (RFC 5545 §3.8.2.3)', async () => {
    const begun = await one('begun')
    await anna.json('PATCH', path(begun), { start: '2026-11-24T09:00', end: '2026-11-24T09:00', timeZone: 'UTC' })
    expect(await ics(begun)).toContain('DTSTART:20261101T090000Z')
    await anna.json('PATCH', path(begun), { allDay: true, start: '2026-11-25', end: '2026-11-26' })
    expect(await ics(begun)).not.toContain('DTSTART')
  })

  const undated = async () => (await anna.json<EventList>('GET', '/api/undated-tasks')).events

  it('without a date are told by themselves, are given one and lose it again, and stay for a week when they are done', async () => {
    const [someday] = await undated()
    expect(someday).toMatchObject({ title: 'someday', start: '', recurrenceId: null, done: false })
    expect(await anna.json('GET', path(someday!))).toMatchObject({ title: 'someday', start: '' })
    await anna.json('PUT', path(someday!, '/done'), { done: true })
    expect(await undated()).toMatchObject([{ title: 'someday', done: true }])
    world.clock.ms += 8 * 86_400_000
    expect(await undated()).toEqual([])
    await anna.json('PATCH', path(someday!), { done: false, title: 'Some day' })
    expect(await undated()).toMatchObject([{ title: 'Some day', done: false }])
    await anna.json('PATCH', path(someday!), { allDay: true, start: '2026-11-28' })
    expect(await one('Some day')).toMatchObject({ allDay: true, start: '2026-11-28', end: '2026-11-29' })
    expect(await undated()).toEqual([])
    await anna.json('PATCH', path(someday!), { start: '2026-11-28T18:00', timeZone: 'Europe/Moscow', allDay: false })
    expect(await ics(someday!)).toContain('DUE;TZID=Europe/Moscow:20261128T180000')
    await anna.json('PATCH', path(someday!), { start: null })
    expect(await ics(someday!)).not.toContain('DUE')
    const made = await anna.json<Stored>('POST', `/api/calendars/${calendar}/tasks`, { title: 'Sometime' }, 201)
    expect((await undated()).map(({ title }) => title).sort()).toEqual(['Some day', 'Sometime'])
    await anna.json('DELETE', path(made), undefined, 204)
    expect(await undated()).toHaveLength(1)
  })

  const daily = async () => (await list()).filter(({ title }) => title.startsWith('daily'))
  const occurrence = (
    { recurrenceId }: { readonly recurrenceId: string | null } = { recurrenceId: null },
    scope: string,
  ) => `?recurrenceId=${recurrenceId}&scope=${scope}`

  it('of a series move by themselves, from one on, or all, each as long before it is due as it was (RFC 5545 §3.8.2.3)', async () => {
    const [, second, third] = await daily()
    await anna.json('PATCH', path(second!, occurrence(second, 'one')), {
      start: '2026-11-26T12:00:00',
      timeZone: 'UTC',
    })
    expect((await daily()).map(({ start }) => start)).toEqual([
      '2026-11-23T09:00:00',
      '2026-11-25T09:00:00',
      '2026-11-26T12:00:00',
    ])
    expect(await ics(second!)).not.toContain('DTEND')
    expect(await ics(second!)).toContain('DTSTART:20261124T080000Z\r\nDUE:20261126T120000Z')
    await anna.json('PATCH', path(third!, occurrence(third, 'all')), { start: '2026-11-25T11:30:00', timeZone: 'UTC' })
    expect((await daily()).map(({ start }) => start)).toEqual([
      '2026-11-23T11:30:00',
      '2026-11-25T11:30:00',
      '2026-11-26T12:00:00',
    ])
    expect(await ics(second!)).toContain('DTSTART:20261123T103000Z\r\nDUE:20261123T113000Z')
    const last = (await daily()).find(({ start }) => start === '2026-11-25T11:30:00')
    const cut = await anna.json<Stored>('PATCH', path(last!, occurrence(last, 'following')), {
      title: 'daily anew',
      start: '2026-11-27T11:30:00',
    })
    expect((await list()).find(({ title }) => title === 'daily anew')).toMatchObject({ start: '2026-11-27T11:30:00' })
    expect(await ics(cut)).not.toContain('DTEND')
    expect((await daily()).filter(({ title }) => title === 'daily')).toHaveLength(2)
  })

  it('of a series turn into whole days and back, and are done one or all', async () => {
    const [, second] = await daily()
    const move = (scope: string, body: unknown, status = 200) =>
      anna.json('PATCH', path(second!, occurrence(second, scope)), body, status)
    const toDay = { allDay: true, start: '2026-11-24', timeZone: null }
    await move('all', toDay)
    expect((await daily()).map(({ start }) => start)).toEqual(['2026-11-23', '2026-11-24', '2026-11-25'])
    expect(await ics(second!)).toMatch(/DTSTART;VALUE=DATE:20261122\r\nDUE;VALUE=DATE:20261123/)
    const [, again] = await daily()
    await anna.json('PATCH', path(again!, occurrence(again, 'all')), {
      allDay: false,
      start: '2026-11-24T18:00',
      timeZone: 'Europe/Moscow',
    })
    expect((await daily()).map(({ start }) => start)).toEqual([
      '2026-11-23T18:00:00',
      '2026-11-24T18:00:00',
      '2026-11-25T18:00:00',
    ])
    const [, timed] = await daily()
    await anna.json('PATCH', path(timed!, occurrence(timed, 'one')), { done: true })
    expect((await daily()).map(({ done }) => done)).toEqual([false, true, false])
    await anna.json('PATCH', path(timed!, occurrence(timed, 'all')), { done: true })
    expect((await daily()).map(({ done }) => done)).toEqual([true, true, true])
    await anna.json('PATCH', path(timed!, occurrence(timed, 'all')), { start: null }, 422)
    const events = await anna.json<Stored>(
      'POST',
      `/api/calendars/${calendar}/tasks`,
      { title: 'x', due: '2026-11-25' },
      201,
    )
    expect((await anna('PATCH', path(events), { start: '2026-13-45' })).status).toBe(400)
  })
})
