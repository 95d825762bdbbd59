import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { openTestPortal, type TestClient, type TestPortal } from '../test/open-test-portal.ts'
import type * as schemas from './schemas.ts'

type BusyPerson = z.output<typeof schemas.BusyPerson>

const event = (uid: string, from: string, to: string, ...more: string[]): string =>
  [
    'BEGIN:VEVENT',
    `UID:${uid}`,
    'DTSTAMP:20261101T000000Z',
    `DTSTART:${from}`,
    `DTEND:${to}`,
    'SUMMARY:Secret',
    ...more,
    'END:VEVENT',
  ].join('\r\n')
const calendar = (...events: string[]): string =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Test//EN', ...events, 'END:VCALENDAR', ''].join('\r\n')

const files = {
  boris: calendar(
    event('a', '20261123T090000Z', '20261123T100000Z', 'RRULE:FREQ=DAILY;COUNT=2'),
    event('b', '20261123T093000Z', '20261123T103000Z'),
    event('c', '20261123T120000Z', '20261123T130000Z', 'TRANSP:TRANSPARENT'),
    event('d', '20261123T130000Z', '20261123T140000Z', 'STATUS:CANCELLED'),
    event(
      'e',
      '20261123T140000Z',
      '20261123T150000Z',
      'ATTENDEE;PARTSTAT=DECLINED:mailto:boris@example.com',
      'ORGANIZER:mailto:x@example.com',
    ),
    event('f', '20261123T150000Z', '20261123T160000Z', 'STATUS:TENTATIVE'),
    event('g', '20261123T160000Z', '20261123T170000Z', 'X-MICROSOFT-CDO-BUSYSTATUS:OOF'),
  ),
  hidden: calendar(event('h', '20261123T180000Z', '20261123T190000Z')),
}

const seed = {
  users: [
    {
      login: 'anna',
      password: 'anna-password',
      name: 'Anna',
      email: 'anna@example.com',
      calendars: [{ name: 'Work' }],
    },
    {
      login: 'boris',
      password: 'boris-password',
      name: 'Boris',
      email: 'Boris@example.com',
      timeZone: 'Europe/Berlin',
      calendars: [
        { name: 'Open', ics: 'boris', access: [{ login: 'anna', level: 'free-busy' as const }] },
        { name: 'Hidden', ics: 'hidden' },
      ],
    },
    { login: 'nemo', password: 'nemo-password', name: 'Nemo', email: 'nemo@example.com' },
  ],
}

describe('busy times of people', () => {
  let world: TestPortal
  let anna: TestClient
  beforeEach(async () => {
    world = await openTestPortal(seed, files)
    anna = await world.signedIn('anna', 'anna-password')
  })
  afterEach(() => world.close())
  const busy = (emails: string, more = '') =>
    anna.json<BusyPerson[]>(
      'GET',
      `/api/busy?from=2026-11-23&to=2026-11-24&emails=${encodeURIComponent(emails)}${more}`,
    )
  const spans = (person: BusyPerson | undefined) =>
    (person?.busy ?? []).map(
      ({ startMs, endMs, kind }) =>
        `${kind} ${new Date(startMs).toISOString().slice(11, 16)}–${new Date(endMs).toISOString().slice(11, 16)}`,
    )

  it('are joined, and leave out what is free, cancelled or declined, and calendars that are not mine to see', async () => {
    const [boris] = await busy('boris@example.com')
    expect(boris).toMatchObject({ name: 'Boris', known: true, timeZone: 'Europe/Berlin' })
    // Busy times alone tell neither the answer nor that somebody is away: both count as busy.
    expect(spans(boris)).toEqual(['busy 09:00–10:30', 'busy 14:00–15:00', 'tentative 15:00–16:00', 'busy 16:00–17:00'])
    expect(JSON.stringify(boris)).not.toContain('Secret')
    const own = await world.signedIn('boris', 'boris-password')
    const [mine] = await own.json<BusyPerson[]>(
      'GET',
      '/api/busy?from=2026-11-23&to=2026-11-24&emails=boris@example.com',
    )
    expect(spans(mine)).toEqual(['busy 09:00–10:30', 'tentative 15:00–16:00', 'away 16:00–17:00', 'busy 18:00–19:00'])
  })

  it('are unknown for who shows none, and for who is not of the portal', async () => {
    const found = await busy('nemo@example.com,guest@example.org')
    expect(found.map(({ email, name, known, busy: times }) => [email, name, known, times])).toEqual([
      ['nemo@example.com', 'Nemo', false, []],
      ['guest@example.org', '', false, []],
    ])
  })

  it('do not count the event that is to be moved, and are told for a month at most', async () => {
    const calendars = await anna.json<{ id: string; name: string }[]>('GET', '/api/calendars')
    const id = calendars.find(({ name }) => name === 'Work')?.id
    const made = await anna.json<{ object: string }>(
      'POST',
      `/api/calendars/${id}/events`,
      { title: 'Meeting', start: '2026-11-23T10:00', end: '2026-11-23T11:00' },
      201,
    )
    expect(spans((await busy('anna@example.com'))[0])).toEqual(['busy 10:00–11:00'])
    expect(spans((await busy('anna@example.com', `&calendar=${id}&object=${made.object}`))[0])).toEqual([])
    const long = await anna('GET', '/api/busy?from=2026-11-01&to=2027-01-01&emails=anna@example.com')
    expect(long.status).toBe(400)
  })
})
