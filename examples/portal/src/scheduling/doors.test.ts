import { peerFromStore } from '@dayport/sync-engine'
import { createOutlookModel, type OutlookModel } from '@dayport/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { owning } from '../accounts/owning.ts'
import type * as schemas from '../api/schemas.ts'
import { openTestPortal, type TestClient, type TestPortal } from '../test/open-test-portal.ts'

type Calendar = z.output<typeof schemas.Calendar>
type Event = z.output<typeof schemas.Event>
type Detail = z.output<typeof schemas.EventDetail>
type Connection = z.output<typeof schemas.OutlookConnection>

const password = 'secret-password'
const person = (login: string, ...calendars: string[]) => ({
  login,
  password,
  name: login,
  email: `${login}@example.com`,
  timeZone: 'Europe/Moscow',
  calendars: calendars.map((name) => ({ name })),
})
const seed = {
  users: [person('anna', 'Работа', 'Личный'), person('igor', 'Первый', 'Второй'), person('olga', 'Мой')],
}

let world: TestPortal
let anna: TestClient
let igor: TestClient
let olga: TestClient
/** Programs on devices: each signs in as its person. */
const phone = (login: string): TestClient => world.basic(login, password)
beforeEach(async () => {
  world = await openTestPortal(seed)
  anna = await world.signedIn('anna', password)
  igor = await world.signedIn('igor', password)
  olga = await world.signedIn('olga', password)
})
afterEach(() => world.close())

const named = async (client: TestClient, name: string): Promise<Calendar> =>
  (await client.json<Calendar[]>('GET', '/api/calendars')).find((one) => one.name === name)!
const addressOf = async (client: TestClient, calendar: string, name: string): Promise<string> =>
  `${new URL((await named(client, calendar)).caldavUrl).pathname}${name}`
const events = async (client: TestClient): Promise<Event[]> =>
  (await client.json<{ events: Event[] }>('GET', '/api/events?from=2026-11-23&to=2026-11-30')).events
const pathOf = ({ calendar, object }: Pick<Event, 'calendar' | 'object'>) =>
  `/api/calendars/${calendar}/events/${object}`
/** What each attendee answered, as a person's own copy has it. */
const answersAt = async (client: TestClient, index = 0): Promise<Record<string, string>> => {
  const event = (await events(client))[index]!
  const at = event.recurrenceId === null ? '' : `?recurrenceId=${event.recurrenceId}`
  const { attendees } = await client.json<Detail>('GET', `${pathOf(event)}${at}`)
  return Object.fromEntries(attendees.map(({ email, answer }) => [email.split('@')[0] ?? '', answer]))
}

const text = (uid: string, ...more: string[]): string =>
  [
    ...['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Phone//EN', 'BEGIN:VEVENT', `UID:${uid}`],
    ...['DTSTAMP:20261101T000000Z', 'DTSTART:20261124T090000Z', 'DTEND:20261124T100000Z', 'SUMMARY:Совещание'],
    ...['ORGANIZER:mailto:anna@example.com', ...more, 'END:VEVENT', 'END:VCALENDAR', ''],
  ].join('\r\n')
const invited = (...logins: string[]) =>
  logins.map((login) => `ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:${login}@example.com`)
const daily = 'RRULE:FREQ=DAILY;COUNT=3'

/** What a program of the organizer stores. */
const organize = async (body: string, name = 'm.ics', calendar = 'Работа'): Promise<Response> =>
  phone('anna')('PUT', await addressOf(anna, calendar, name), body)
/** A program of an attendee loads its copy, changes the text, and stores it. */
const edit = async (client: TestClient, login: string, change: (text: string) => string): Promise<Response> => {
  const event = (await events(client))[0]!
  const calendars = await client.json<Calendar[]>('GET', '/api/calendars')
  const { caldavUrl } = calendars.find(({ id }) => id === event.calendar)!
  const address = `${new URL(caldavUrl).pathname}${event.object}`
  const device = phone(login)
  const loaded = await device('GET', address)
  const before = (await loaded.text()).replaceAll('\r\n ', '')
  const after = change(before)
  expect(after).not.toBe(before)
  return device('PUT', address, after, { 'if-match': loaded.headers.get('etag') ?? '' })
}
const says = (login: string, answer: string) => (copy: string) =>
  copy.replace(
    new RegExp(`^(ATTENDEE[^\\r]*)PARTSTAT=[A-Z-]+([^\\r]*:mailto:${login}@)`, 'gm'),
    `$1PARTSTAT=${answer}$2`,
  )
const outlookOf = async (client: TestClient, calendar: string): Promise<OutlookModel> => {
  const body = { calendar: (await named(client, calendar)).id, name: 'PC' }
  const { url, link } = await client.json<Connection>('POST', '/api/outlook-connections', body, 201)
  const guid = /guid=([^&]*)/.exec(decodeURIComponent(link ?? ''))?.[1] ?? ''
  let id = 0
  const model = createOutlookModel({
    fetch: (request) => world.portal.fetch(request),
    baseUrl: url,
    listGuid: guid,
    newGuid: () => `00000000-0000-4000-8000-1${String(++id).padStart(11, '0')}`,
    editor: '1'.repeat(32),
    onConflict: () => 'keep-theirs',
    uploadsFirst: () => true,
    sendsAll: () => true,
  })
  await model.sync()
  return model
}

describe('an attendee’s answer', () => {
  beforeEach(async () => {
    expect((await organize(text('m', ...invited('igor', 'olga')))).status).toBe(201)
  })

  it('that a program on a device stores reaches the organizer and the other attendees', async () => {
    expect((await edit(igor, 'igor', says('igor', 'ACCEPTED'))).status).toBe(204)
    const all = { igor: 'ACCEPTED', olga: 'NEEDS-ACTION' }
    expect([await answersAt(anna), await answersAt(igor), await answersAt(olga)]).toEqual([all, all, all])
    await edit(olga, 'olga', says('olga', 'DECLINED'))
    expect(await answersAt(igor)).toEqual({ igor: 'ACCEPTED', olga: 'DECLINED' })
  })

  it('counts as their own only: nobody answers for others, and nothing else of a copy reaches anybody', async () => {
    await edit(igor, 'igor', (copy) => says('olga', 'ACCEPTED')(copy).replace('SUMMARY:Совещание', 'SUMMARY:Моё'))
    expect(await answersAt(anna)).toEqual({ igor: 'NEEDS-ACTION', olga: 'NEEDS-ACTION' })
    expect((await events(anna))[0]!.title).toBe('Совещание')
  })

  it('writes each copy once and echoes nowhere', async () => {
    const revisions = async () =>
      Promise.all(
        (
          [
            [anna, 'Работа'],
            [igor, 'Первый'],
            [olga, 'Мой'],
          ] as const
        ).map(async ([client, name]) => (await named(client, name)).revision),
      )
    const before = await revisions()
    await edit(igor, 'igor', says('igor', 'TENTATIVE'))
    expect(await revisions()).toEqual(before.map((revision) => revision + 1))
    const { calendar, object } = (await events(olga))[0]!
    const { changed } = await olga.json<Detail>('GET', pathOf({ calendar, object }))
    expect(changed).toMatchObject({ door: 'invitation' })
  })

  it('is a refusal when a program deletes the copy, on a phone or in Outlook', async () => {
    const device = phone('igor')
    await device('DELETE', await addressOf(igor, 'Первый', (await events(igor))[0]!.object))
    const outlook = await outlookOf(olga, 'Мой')
    outlook.remove(outlook.items()[0]!)
    await outlook.sync()
    expect(await events(olga)).toEqual([])
    expect(await answersAt(anna)).toEqual({ igor: 'DECLINED', olga: 'DECLINED' })
  })

  it('that comes from their mailbox, to which the calendar was joined since, counts as well', async () => {
    const { people, service } = world.portal.parts
    const { id } = people.findByLogin('igor')!
    const { calendar, object } = (await events(igor))[0]!
    const mailbox = peerFromStore({ service, calendar, who: owning(id), connection: 'exchange' })
    const copy = new TextDecoder().decode((await mailbox.get(object))!.data)
    await mailbox.put(object, new TextEncoder().encode(says('igor', 'ACCEPTED')(copy.replaceAll('\r\n ', ''))))
    expect(await answersAt(anna)).toEqual({ igor: 'ACCEPTED', olga: 'NEEDS-ACTION' })
    expect(await answersAt(olga)).toEqual({ igor: 'ACCEPTED', olga: 'NEEDS-ACTION' })
  })

  it('stays when a program moves the copy to another calendar, in one step or in two', async () => {
    await edit(igor, 'igor', says('igor', 'ACCEPTED'))
    const all = { igor: 'ACCEPTED', olga: 'NEEDS-ACTION' }
    const device = phone('igor')
    const first = await addressOf(igor, 'Первый', (await events(igor))[0]!.object)
    const second = await addressOf(igor, 'Второй', 'moved.ics')
    await device('MOVE', first, undefined, { destination: `http://portal.test${second}` })
    expect(await answersAt(anna)).toEqual(all)
    const copy = await (await device('GET', second)).text()
    const third = await addressOf(igor, 'Первый', 'again.ics')
    expect((await device('PUT', third, copy)).status).toBe(201)
    expect((await device('DELETE', second)).status).toBe(204)
    expect(await answersAt(anna)).toEqual(all)
    // It is the copy still.
    await organize(text('m', ...invited('igor', 'olga'), 'LOCATION:Каб. 214'))
    expect(await events(igor)).toMatchObject([{ place: 'Каб. 214', answer: 'ACCEPTED' }])
    await edit(igor, 'igor', says('igor', 'DECLINED'))
    expect(await answersAt(anna)).toMatchObject({ igor: 'DECLINED' })
  })
})

describe('an attendee’s answer to one occurrence', () => {
  it('comes as an exception of the copy, or as one taken out, which declines it', async () => {
    await organize(text('m', daily, ...invited('igor', 'olga')))
    const own = [
      ...['BEGIN:VEVENT', 'UID:m', 'DTSTAMP:20261101T000000Z', 'RECURRENCE-ID:20261125T090000Z'],
      ...['DTSTART:20261125T090000Z', 'DTEND:20261125T100000Z', 'SUMMARY:Совещание'],
      ...['ORGANIZER:mailto:anna@example.com', ...invited('igor', 'olga'), 'END:VEVENT', 'END:VCALENDAR'],
    ].join('\r\n')
    await edit(igor, 'igor', (copy) => copy.replace('END:VCALENDAR', says('igor', 'ACCEPTED')(own)))
    await edit(olga, 'olga', (copy) => copy.replace(daily, `${daily}\r\nEXDATE:20261126T090000Z`))
    const all = await Promise.all([0, 1, 2].map((index) => answersAt(anna, index)))
    expect(all).toEqual([
      { igor: 'NEEDS-ACTION', olga: 'NEEDS-ACTION' },
      { igor: 'ACCEPTED', olga: 'NEEDS-ACTION' },
      { igor: 'NEEDS-ACTION', olga: 'DECLINED' },
    ])
  })
})

describe('what an organizer’s program stores', () => {
  it('invites, asks anew at another time, cancels for who is taken out, and for all when it is deleted', async () => {
    await organize(text('m', ...invited('igor', 'olga')))
    await edit(igor, 'igor', says('igor', 'ACCEPTED'))
    // The program knows the answer, and moves the meeting: what is stored differs from what it sent, so that it must load it.
    const moved = says('igor', 'ACCEPTED')(text('m', ...invited('igor', 'olga'))).replace('T090000Z', 'T093000Z')
    const answer = await organize(moved)
    expect([answer.status, answer.headers.get('etag')]).toEqual([204, null])
    expect(await answersAt(anna)).toEqual({ igor: 'NEEDS-ACTION', olga: 'NEEDS-ACTION' })
    expect(await events(igor)).toMatchObject([{ start: '2026-11-24T09:30:00', answer: 'NEEDS-ACTION' }])
    expect((await organize(moved.replace(/ATTENDEE[^\r]*olga[^\r]*\r\n/, ''))).status).toBe(204)
    expect(await events(olga)).toMatchObject([{ status: 'CANCELLED' }])
    expect(await events(igor)).toMatchObject([{ status: null }])
    await phone('anna')('DELETE', await addressOf(anna, 'Работа', 'm.ics'))
    expect(await events(igor)).toMatchObject([{ status: 'CANCELLED' }])
  })

  it('takes no answer back of which it did not know, while the time stays', async () => {
    await organize(text('m', ...invited('igor', 'olga')))
    await edit(igor, 'igor', says('igor', 'ACCEPTED'))
    await organize(text('m', ...invited('igor', 'olga'), 'LOCATION:Каб. 214'))
    expect(await answersAt(anna)).toEqual({ igor: 'ACCEPTED', olga: 'NEEDS-ACTION' })
    expect(await events(igor)).toMatchObject([{ place: 'Каб. 214', answer: 'ACCEPTED' }])
  })

  it('keeps the bytes and the etag of what it sent where nothing had to be added', async () => {
    await organize(text('m', ...invited('igor')))
    const sent = text('m', ...invited('igor'), 'LOCATION:Каб. 214')
    expect((await organize(sent)).headers.get('etag')).not.toBeNull()
    const kept = await phone('anna')('GET', await addressOf(anna, 'Работа', 'm.ics'))
    expect(await kept.text()).toBe(sent)
  })

  it('is followed when Outlook moves and deletes the meeting', async () => {
    await organize(text('m', ...invited('igor')))
    await edit(igor, 'igor', says('igor', 'ACCEPTED'))
    const outlook = await outlookOf(anna, 'Работа')
    const [item] = outlook.items()
    outlook.change(item!, { EventDate: '2026-11-25T12:00:00Z', EndDate: '2026-11-25T13:00:00Z' })
    await outlook.sync()
    expect(outlook.faults).toEqual([])
    expect(await events(igor)).toMatchObject([{ start: '2026-11-25T12:00:00', answer: 'NEEDS-ACTION' }])
    expect(await answersAt(anna)).toEqual({ igor: 'NEEDS-ACTION' })
    outlook.remove(outlook.items()[0]!)
    await outlook.sync()
    expect(await events(igor)).toMatchObject([{ status: 'CANCELLED' }])
  })

  it('stays one meeting when it moves to another calendar, in one step or in two', async () => {
    await organize(text('m', ...invited('igor', 'olga')))
    await edit(igor, 'igor', says('igor', 'ACCEPTED'))
    const device = phone('anna')
    await phone('olga')('DELETE', await addressOf(olga, 'Мой', (await events(olga))[0]!.object))
    const first = await addressOf(anna, 'Работа', 'm.ics')
    const second = await addressOf(anna, 'Личный', 'm.ics')
    await device('MOVE', first, undefined, { destination: `http://portal.test${second}` })
    expect(await events(igor)).toMatchObject([{ status: null, answer: 'ACCEPTED' }])
    await device('PUT', first, await (await device('GET', second)).text())
    await device('DELETE', second)
    expect(await events(igor)).toMatchObject([{ status: null, answer: 'ACCEPTED' }])
    const [again] = await events(anna)
    await anna.json('PATCH', pathOf(again!), { title: 'Иначе' })
    expect(await events(igor)).toMatchObject([{ title: 'Иначе' }])
    // Who had put it away is not asked again.
    expect(await events(olga)).toEqual([])
  })

  it('invites nobody to what is over or is a copy of a meeting, nor does a file', async () => {
    await organize(text('old', ...invited('igor')).replaceAll('20261124', '20261110'), 'old.ics')
    const work = await named(anna, 'Работа')
    await anna.json('POST', `/api/calendars/${work.id}/import`, text('filed', ...invited('olga')), 202)
    await expect.poll(async () => (await events(anna)).map(({ uid }) => uid)).toEqual(['filed'])
    expect([...(await events(olga)), ...(await events(igor))]).toEqual([])
    expect((await igor.json<{ events: Event[] }>('GET', '/api/events?from=2026-11-09&to=2026-11-16')).events).toEqual(
      [],
    )
    await organize(text('m', ...invited('igor')))
    await organize(text('m', ...invited('igor'), 'LOCATION:Копия'), 'copy.ics', 'Личный')
    expect(await events(igor)).toMatchObject([{ place: '' }])
    // A file that changes a meeting of which there are copies changes them.
    await anna.json('POST', `/api/calendars/${work.id}/import`, text('m', ...invited('igor'), 'LOCATION:Файл'), 202)
    await expect.poll(async () => (await events(igor)).map(({ place }) => place)).toEqual(['Файл'])
  })

  it('says no word of scheduling to programs (RFC 6638 §2), as not all of it is there', async () => {
    const options = await phone('anna')('OPTIONS', await addressOf(anna, 'Работа', ''))
    expect(options.headers.get('dav')).not.toContain('calendar-auto-schedule')
  })
})
