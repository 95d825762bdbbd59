import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { openTestPortal, type TestClient, type TestPortal } from '../test/open-test-portal.ts'
import type * as schemas from './schemas.ts'

type Calendar = z.output<typeof schemas.Calendar>
type EventList = z.output<typeof schemas.EventList>
type EventDetail = z.output<typeof schemas.EventDetail>
type Stored = z.output<typeof schemas.StoredObject>

/** A meeting as Outlook and Exchange write it, each weekday ten times, one of them moved. */
const meeting = [
  'BEGIN:VCALENDAR',
  'VERSION:2.0',
  'PRODID:-//Test//EN',
  'BEGIN:VEVENT',
  'UID:meeting',
  'DTSTAMP:20261101T000000Z',
  'DTSTART:20261123T060000Z',
  'DTEND:20261123T070000Z',
  'RRULE:FREQ=DAILY;COUNT=10',
  'EXDATE:20261124T060000Z,20261128T060000Z',
  'SUMMARY:Show',
  'X-KEEP:this line',
  'CATEGORIES:Sales,Team',
  'PRIORITY:1',
  'X-MICROSOFT-CDO-BUSYSTATUS:OOF',
  'URL:https://meet.example.com/show',
  'ATTACH;FILENAME=plan.pdf:https://files.example.com/plan.pdf',
  'ATTACH:file://server/share/evil.exe',
  'ORGANIZER;CN=Igor:mailto:igor@example.com',
  'ATTENDEE;CN=Anna;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:anna@example.com',
  'ATTENDEE;CN=Room;CUTYPE=ROOM;PARTSTAT=ACCEPTED:mailto:room@example.com',
  'BEGIN:VALARM',
  'ACTION:DISPLAY',
  'TRIGGER:-PT15M',
  'DESCRIPTION:x',
  'END:VALARM',
  'END:VEVENT',
  'BEGIN:VEVENT',
  'UID:meeting',
  'DTSTAMP:20261101T000000Z',
  'RECURRENCE-ID:20261129T060000Z',
  'DTSTART:20261129T090000Z',
  'DTEND:20261129T100000Z',
  'SUMMARY:Show\\, later',
  'END:VEVENT',
  'END:VCALENDAR',
  '',
].join('\r\n')

const seed = {
  users: [
    {
      login: 'anna',
      password: 'anna-password',
      email: 'Anna@example.com',
      timeZone: 'Europe/Moscow',
      calendars: [{ name: 'Work', ics: 'work.ics' }],
    },
  ],
}

describe('the details of an event', () => {
  let world: TestPortal
  let anna: TestClient
  let calendar: string
  beforeEach(async () => {
    world = await openTestPortal(seed, { 'work.ics': meeting })
    anna = await world.signedIn('anna', 'anna-password')
    calendar = (await anna.json<Calendar[]>('GET', '/api/calendars'))[0]!.id
  })
  afterEach(() => world.close())

  const list = async (text = '') =>
    (await anna.json<EventList>('GET', `/api/events?from=2026-11-20&to=2026-12-20${text}`)).events
  const path = ({ object }: { object: string }) => `/api/calendars/${calendar}/events/${object}`
  const ics = async (event: { object: string }) => (await anna('GET', `${path(event)}/ics`)).text()

  it('shows the series that an occurrence was changed apart from', async () => {
    const { events } = await anna.json<EventList>('GET', '/api/events?from=2026-11-29&to=2026-11-30')
    const moved = `/api/calendars/${calendar}/events/${events[0]?.object}?recurrenceId=2026-11-29T06:00:00`
    expect(await anna.json<EventDetail>('GET', moved)).toMatchObject({ title: 'Show, later', ownOverride: true })
    expect(await anna.json<EventDetail>('GET', `${moved}&scope=all`)).toMatchObject({
      title: 'Show',
      ownOverride: false,
      start: '2026-11-23T06:00:00',
    })
  })

  it('show everything that came with it from elsewhere, and no address that leads into files', async () => {
    const [event] = await list()
    expect(event).toMatchObject({
      busy: 'away',
      importance: 'high',
      reminder: 15,
      answer: 'NEEDS-ACTION',
      attendeeCount: 2,
    })
    const detail = await anna.json<EventDetail>('GET', path(event!))
    expect(detail).toMatchObject({
      organizer: { name: 'Igor', email: 'igor@example.com', me: false },
      categories: ['Sales', 'Team'],
      url: 'https://meet.example.com/show',
      reminders: [15],
      ownOverride: false,
      changed: { door: 'import' },
    })
    expect(detail.attendees.map(({ name, kind, answer, me }) => [name, kind, answer, me])).toEqual([
      ['Anna', 'person', 'NEEDS-ACTION', true],
      ['Room', 'room', 'ACCEPTED', false],
    ])
    expect(detail.attachments).toEqual([
      { name: 'plan.pdf', url: 'https://files.example.com/plan.pdf', bytes: null },
      { name: 'evil.exe', url: null, bytes: null },
    ])
  })

  it('are written by their lines, and found again by every door', async () => {
    const made = await anna.json<Stored>(
      'POST',
      `/api/calendars/${calendar}/events`,
      {
        title: 'New',
        start: '2026-12-10T10:00',
        end: '2026-12-10T11:00',
        reminder: 30,
        busy: 'free',
        importance: 'low',
        private: true,
        color: 'seagreen',
      },
      201,
    )
    const text = await ics(made)
    for (const line of ['TRANSP:TRANSPARENT', 'PRIORITY:9', 'CLASS:PRIVATE', 'COLOR:seagreen', 'TRIGGER:-PT30M']) {
      expect(text.split('\r\n')).toContain(line)
    }
    await anna.json('PATCH', path(made), {
      reminder: null,
      busy: 'away',
      private: false,
      color: null,
      importance: 'normal',
    })
    const after = await ics(made)
    expect(after).not.toMatch(/VALARM|CLASS:|COLOR:/)
    expect(await anna.json('GET', path(made))).toMatchObject({ busy: 'away', importance: 'normal', reminder: null })
  })

  it('keep an alarm’s own lines when its time changes', async () => {
    const [event] = await list()
    await anna.json('PATCH', path(event!), { reminder: 5 })
    const text = await ics(event!)
    expect(text).toContain('BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT5M\r\nDESCRIPTION:x\r\nEND:VALARM')
    expect(text).toContain('X-KEEP:this line')
  })

  it('take my answer, for one occurrence or all, and leave the others’ answers alone (RFC 5545 §3.2.12)', async () => {
    const [first, second] = await list()
    await anna.json('PUT', `${path(second!)}/answer?recurrenceId=${second!.recurrenceId}`, { answer: 'DECLINED' })
    const answers = async () => (await list()).slice(0, 3).map(({ answer }) => answer)
    expect(await answers()).toEqual(['NEEDS-ACTION', 'DECLINED', 'NEEDS-ACTION'])
    await anna.json('PUT', `${path(first!)}/answer?scope=all`, { answer: 'ACCEPTED' })
    expect(await answers()).toEqual(['ACCEPTED', 'DECLINED', 'ACCEPTED'])
    expect(await ics(first!)).toContain('ATTENDEE;CN=Room;CUTYPE=ROOM;PARTSTAT=ACCEPTED:mailto:room@example.com')
  })

  it('are found by a word', async () => {
    expect((await list('&text=later')).map(({ title }) => title)).toEqual(['Show, later'])
    expect(await list('&text=nowhere')).toEqual([])
  })
})

describe('this event and all following', () => {
  let world: TestPortal
  let anna: TestClient
  let calendar: string
  beforeEach(async () => {
    world = await openTestPortal(seed, { 'work.ics': meeting })
    anna = await world.signedIn('anna', 'anna-password')
    calendar = (await anna.json<Calendar[]>('GET', '/api/calendars'))[0]!.id
  })
  afterEach(() => world.close())
  const list = async () => (await anna.json<EventList>('GET', '/api/events?from=2026-11-20&to=2026-12-20')).events
  const at = async (day: string) => {
    const event = (await list()).find(({ recurrenceId }) => recurrenceId?.startsWith(day))!
    return `/api/calendars/${calendar}/events/${event.object}?recurrenceId=${event.recurrenceId}&scope=following`
  }
  const starts = async () => (await list()).map(({ start, title }) => `${start.slice(5, 13)} ${title}`)

  it('change the future only: count, exceptions and moved ones go with their side', async () => {
    await anna.json('PATCH', await at('2026-11-26'), {
      title: 'Other',
      start: '2026-11-26T07:00',
      end: '2026-11-26T08:00',
    })
    expect(await starts()).toEqual([
      '11-23T06 Show',
      '11-25T06 Show',
      '11-26T07 Other',
      '11-27T07 Other',
      '11-29T09 Show, later',
      '11-30T07 Other',
      '12-01T07 Other',
      '12-02T07 Other',
    ])
    expect(new Set((await list()).map(({ uid }) => uid)).size).toBe(2)
    const objects = new Set((await list()).map(({ object }) => object))
    for (const object of objects) {
      const text = await (await anna('GET', `/api/calendars/${calendar}/events/${object}/ics`)).text()
      expect(text).toContain('X-KEEP:this line')
    }
  })

  it('delete the future only, and the whole when it is the first', async () => {
    await anna.json('DELETE', await at('2026-11-27'), undefined, 204)
    expect(await starts()).toEqual(['11-23T06 Show', '11-25T06 Show', '11-26T06 Show'])
    await anna.json('DELETE', await at('2026-11-23'), undefined, 204)
    expect(await starts()).toEqual([])
  })

  it('change nothing when the newer state is not the one that was seen', async () => {
    const address = await at('2026-11-26')
    const stale = await anna('PATCH', address, { title: 'Late' }, { 'if-match': '"older"' })
    expect(stale.status).toBe(412)
    expect(new Set((await list()).map(({ uid }) => uid)).size).toBe(1)
  })
})
