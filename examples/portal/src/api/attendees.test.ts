import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { openTestPortal, type TestClient, type TestPortal } from '../test/open-test-portal.ts'
import type * as schemas from './schemas.ts'

type Calendar = z.output<typeof schemas.Calendar>
type EventDetail = z.output<typeof schemas.EventDetail>
type Stored = z.output<typeof schemas.StoredObject>

const invitation = [
  'BEGIN:VCALENDAR',
  'VERSION:2.0',
  'PRODID:-//Test//EN',
  'BEGIN:VEVENT',
  'UID:invited',
  'DTSTAMP:20261101T000000Z',
  'DTSTART:20261123T060000Z',
  'DTEND:20261123T070000Z',
  'SUMMARY:Invited',
  'ORGANIZER;CN=Igor:mailto:igor@example.com',
  'ATTENDEE;CN=Anna;PARTSTAT=NEEDS-ACTION:mailto:anna@example.com',
  'END:VEVENT',
  'END:VCALENDAR',
  '',
].join('\r\n')

const seed = {
  users: [
    {
      login: 'anna',
      password: 'anna-password',
      name: 'Anna',
      email: 'anna@example.com',
      calendars: [{ name: 'Work', ics: 'work.ics', access: [{ login: 'boris', level: 'write' as const }] }],
    },
    { login: 'boris', password: 'boris-password', name: 'Boris', email: 'boris@example.com' },
    { login: 'nemo', password: 'nemo-password', name: 'Nemo' },
  ],
}

const meeting = {
  title: 'Meeting',
  start: '2026-11-25T10:00',
  end: '2026-11-25T11:00',
  attendees: [
    { email: 'boris@example.com', name: 'Boris' },
    { email: 'guest@example.org', name: 'Guest; "of honour"', optional: true },
    { email: 'room@example.com', name: 'Room', kind: 'room' },
  ],
}

describe('the attendees of an event', () => {
  let world: TestPortal
  let anna: TestClient
  let calendar: string
  beforeEach(async () => {
    world = await openTestPortal(seed, { 'work.ics': invitation })
    anna = await world.signedIn('anna', 'anna-password')
    calendar = (await anna.json<Calendar[]>('GET', '/api/calendars'))[0]!.id
  })
  afterEach(() => world.close())

  const make = (who: TestClient, body: unknown = meeting) =>
    who.json<Stored>('POST', `/api/calendars/${calendar}/events`, body, 201)
  const path = ({ object }: Stored) => `/api/calendars/${calendar}/events/${object}`
  const detail = (event: Stored) => anna.json<EventDetail>('GET', path(event))
  const text = async (event: Stored) =>
    (await (await anna('GET', `${path(event)}/ics`)).text()).replace(/\r\n[ \t]/g, '')

  it('are invited with an organizer, unanswered, with role and kind (RFC 5545 §3.8.4.1, §3.8.4.3)', async () => {
    const event = await make(anna)
    const { organizer, attendees } = await detail(event)
    expect(organizer).toEqual({ name: 'Anna', email: 'anna@example.com', me: true })
    expect(attendees.map(({ name, email, answer, optional, kind }) => [name, email, answer, optional, kind])).toEqual([
      ['Boris', 'boris@example.com', 'NEEDS-ACTION', false, 'person'],
      ['Guest; "of honour"', 'guest@example.org', 'NEEDS-ACTION', true, 'person'],
      ['Room', 'room@example.com', 'NEEDS-ACTION', false, 'room'],
    ])
    expect(await text(event)).toContain(
      'ATTENDEE;CN=Boris;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION',
    )
  })

  it('keep their answers when others are added or removed; the last one takes the organizer along', async () => {
    const event = await make(anna)
    const boris = await world.signedIn('boris', 'boris-password')
    await boris.json('PUT', `${path(event)}/answer`, { answer: 'ACCEPTED' })
    const [first] = meeting.attendees
    await anna.json('PATCH', path(event), {
      attendees: [{ ...first, email: 'BORIS@example.com', optional: true }, { email: 'new@example.org' }],
    })
    const { attendees } = await detail(event)
    expect(attendees.map(({ email, answer, optional }) => [email, answer, optional])).toEqual([
      ['boris@example.com', 'ACCEPTED', true],
      ['new@example.org', 'NEEDS-ACTION', false],
    ])
    await anna.json('PATCH', path(event), { attendees: [] })
    expect(await text(event)).not.toMatch(/ATTENDEE|ORGANIZER/)
  })

  it('leave every other line alone when a name changes', async () => {
    const event = await make(anna)
    const people = async () => (await text(event)).split('\r\n').filter((line) => /^(ATTENDEE|ORGANIZER)/.test(line))
    const before = await people()
    await anna.json('PATCH', path(event), { title: 'Renamed' })
    expect(await people()).toEqual(before)
    expect(before).toHaveLength(4)
  })

  it('are invited in the name of the calendar’s owner by whoever may write there (RFC 5545 §3.2.18)', async () => {
    const boris = await world.signedIn('boris', 'boris-password')
    const event = await make(boris, { ...meeting, attendees: [{ email: 'guest@example.org' }] })
    expect(await text(event)).toContain('ORGANIZER;CN=Anna;SENT-BY="mailto:boris@example.com":mailto:anna@example.com')
    await boris.json('PATCH', path(event), { attendees: [] })
  })

  it('are not for others to change than the organizer (RFC 5546 §2.1.1)', async () => {
    const event = { calendar, object: 'invited.ics', etag: null }
    const { events } = await anna.json<z.output<typeof schemas.EventList>>(
      'GET',
      '/api/events?from=2026-11-22&to=2026-11-24',
    )
    const object = events[0]?.object ?? event.object
    const answer = await anna('PATCH', path({ ...event, object }), { attendees: [{ email: 'guest@example.org' }] })
    expect([answer.status, (await answer.json()).code]).toEqual([422, 'unsupported-change'])
  })

  it('need an address to be invited by, and addresses to be invited at', async () => {
    const nemo = await world.signedIn('nemo', 'nemo-password')
    const own = (await nemo.json<Calendar[]>('GET', '/api/calendars'))[0]!.id
    const refused = await nemo('POST', `/api/calendars/${own}/events`, meeting)
    expect([refused.status, (await refused.json()).code]).toEqual([409, 'no-address'])
    const wrong = await anna('POST', `/api/calendars/${calendar}/events`, {
      ...meeting,
      attendees: [{ email: 'no address\r\nX-EVIL:1' }],
    })
    expect(wrong.status).toBe(400)
  })
})
