import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import type * as schemas from '../api/schemas.ts'
import { openTestPortal, type TestClient, type TestPortal } from '../test/open-test-portal.ts'

type Calendar = z.output<typeof schemas.Calendar>
type Event = z.output<typeof schemas.Event>
type Detail = z.output<typeof schemas.EventDetail>
type Stored = z.output<typeof schemas.StoredObject>

const password = 'secret-password'
const person = (
  login: string,
  name: string,
  ...calendars: { name: string; access?: { login: string; level: 'write' }[] }[]
) => ({
  login,
  password,
  name,
  email: `${login}@example.com`,
  timeZone: 'Europe/Moscow',
  calendars,
})
const seed = {
  users: [
    { ...person('anna', 'Анна Ветрова', { name: 'Работа' }), admin: true },
    person('igor', 'Игорь Самойлов', { name: 'Первый' }, { name: 'Второй' }),
    person('olga', 'Ольга Зимина', { name: 'Мой' }),
    person('chief', 'Начальник', { name: 'Дела', access: [{ login: 'anna', level: 'write' }] }),
  ],
}

let world: TestPortal
let anna: TestClient
let igor: TestClient
let olga: TestClient
let work: Calendar
beforeEach(async () => {
  world = await openTestPortal(seed)
  anna = await world.signedIn('anna', password)
  igor = await world.signedIn('igor', password)
  olga = await world.signedIn('olga', password)
  work = await named(anna, 'Работа')
})
afterEach(() => world.close())

const calendars = (client: TestClient) => client.json<Calendar[]>('GET', '/api/calendars')
const named = async (client: TestClient, name: string): Promise<Calendar> =>
  (await calendars(client)).find((one) => one.name === name)!
const events = async (client: TestClient, from = '2026-11-23', to = '2026-11-30'): Promise<Event[]> =>
  (await client.json<{ events: Event[] }>('GET', `/api/events?from=${from}&to=${to}`)).events
const pathOf = ({ calendar, object }: Pick<Event, 'calendar' | 'object'>) =>
  `/api/calendars/${calendar}/events/${object}`
const detail = (client: TestClient, event: Pick<Event, 'calendar' | 'object'>, query = '') =>
  client.json<Detail>('GET', `${pathOf(event)}${query}`)
const fileOf = async (client: TestClient, event: Pick<Event, 'calendar' | 'object'>): Promise<string> =>
  (await client('GET', `${pathOf(event)}/ics`)).text()

const meeting = (...logins: string[]) => ({
  title: 'Совещание',
  start: '2026-11-24T10:00:00',
  end: '2026-11-24T11:00:00',
  attendees: logins.map((login) => ({ email: login.includes('@') ? login : `${login}@example.com`, name: login })),
})
const invite = (body: object, client = anna, calendar = work): Promise<Stored> =>
  client.json<Stored>('POST', `/api/calendars/${calendar.id}/events`, body, 201)
const series = (...logins: string[]) => ({ ...meeting(...logins), repeat: 'FREQ=DAILY;COUNT=4' })
const answerOf = async (event: Pick<Event, 'calendar' | 'object'>, login: string, query = ''): Promise<string> =>
  (await detail(anna, event, query)).attendees.find(({ email }) => email === `${login}@example.com`)?.answer ?? 'nobody'
const answer = (client: TestClient, event: Event, value: string, query = '') =>
  client.json('PUT', `${pathOf(event)}/answer${query}`, { answer: value })
const at = (day: string, scope = 'one') => `?recurrenceId=2026-11-${day}T10:00:00&scope=${scope}`

describe('a meeting that the page makes', () => {
  it('reaches the first own calendar of attendees with an account, with who organizes, and nobody else’s', async () => {
    await invite({ ...meeting('igor', 'stranger@other.example'), reminder: 15, color: 'teal' })
    const [copy] = await events(igor)
    expect(copy).toMatchObject({
      title: 'Совещание',
      calendar: (await named(igor, 'Первый')).id,
      answer: 'NEEDS-ACTION',
    })
    expect(await detail(igor, copy!)).toMatchObject({
      organizer: { email: 'anna@example.com' },
      // The reminder and the colour are the organizer's own.
      reminders: [],
      color: null,
      changed: { door: 'invitation' },
    })
    expect(await events(olga)).toEqual([])
    expect(await events(anna)).toHaveLength(1)
  })

  it('reaches the calendar that the person chose for invitations (M77)', async () => {
    const second = await named(igor, 'Второй')
    expect(second.collects).toBe(false)
    await igor.json('PUT', '/api/exchange/calendar', { calendar: second.id }, 204)
    expect(await named(igor, 'Второй')).toMatchObject({ collects: true })
    await invite(meeting('igor'))
    expect((await events(igor))[0]).toMatchObject({ calendar: second.id })
  })

  it('is answered on the page, and the organizer’s copy says so, with the same SEQUENCE (RFC 5546 §2.1.4)', async () => {
    const made = await invite(meeting('igor', 'olga'))
    const [copy] = await events(igor)
    await answer(igor, copy!, 'ACCEPTED')
    await answer(olga, (await events(olga))[0]!, 'TENTATIVE')
    expect(await answerOf(made, 'igor')).toBe('ACCEPTED')
    expect(await answerOf(made, 'olga')).toBe('TENTATIVE')
    expect(await fileOf(anna, made)).not.toContain('SEQUENCE')
    expect((await detail(anna, made)).changed).toMatchObject({ door: 'invitation' })
  })

  it('keeps answers and what attendees made their own while only its words change (RFC 6638 §3.2.2.1)', async () => {
    const made = await invite(meeting('igor'))
    const [copy] = await events(igor)
    await answer(igor, copy!, 'ACCEPTED')
    await igor.json('PATCH', pathOf(copy!), { reminder: 30, color: 'teal', busy: 'free' })
    await anna.json('PATCH', pathOf(made), { title: 'Совещание отдела', place: 'Каб. 214' })
    expect((await events(igor))[0]).toMatchObject({
      title: 'Совещание отдела',
      place: 'Каб. 214',
      reminder: 30,
      color: 'teal',
      busy: 'free',
      answer: 'ACCEPTED',
    })
    expect(await answerOf(made, 'igor')).toBe('ACCEPTED')
  })

  it('asks for answers anew when it is at another time (RFC 6638 §3.2.8), not those of outside addresses', async () => {
    const made = await invite(meeting('igor', 'stranger@other.example'))
    await answer(igor, (await events(igor))[0]!, 'ACCEPTED')
    const text = await fileOf(anna, made)
    const lines = text.replaceAll('\r\n ', '').split('\r\n')
    const said = lines
      .map((line) => (line.includes('stranger') ? line.replace('NEEDS-ACTION', 'ACCEPTED') : line))
      .join('\r\n')
    expect(said).toContain('PARTSTAT=ACCEPTED;RSVP=TRUE:mailto:stranger@other.example')
    expect((await anna('PUT', `${pathOf(made)}/ics`, said)).status).toBe(200)
    await anna.json('PATCH', pathOf(made), { start: '2026-11-25T10:00:00', end: '2026-11-25T11:00:00' })
    const copy = (await events(igor))[0]!
    expect(copy).toMatchObject({ answer: 'NEEDS-ACTION', start: '2026-11-25T10:00:00' })
    expect(await answerOf(made, 'igor')).toBe('NEEDS-ACTION')
    const { attendees } = await detail(anna, made)
    expect(attendees.find(({ email }) => email.startsWith('stranger'))?.answer).toBe('ACCEPTED')
  })

  it('is cancelled in the copies of who is no longer invited, and in all when it is deleted', async () => {
    const made = await invite(meeting('igor', 'olga'))
    await anna.json('PATCH', pathOf(made), { attendees: meeting('olga').attendees })
    expect((await events(igor))[0]).toMatchObject({ status: 'CANCELLED' })
    expect((await events(olga))[0]).toMatchObject({ status: null })
    await anna.json('DELETE', pathOf(made), undefined, 204)
    expect((await events(olga))[0]).toMatchObject({ status: 'CANCELLED' })
    // Who puts a cancelled one away says nothing to anybody.
    await olga.json('DELETE', pathOf((await events(olga))[0]!), undefined, 204)
    expect(await events(anna)).toEqual([])
  })

  it('comes back with its copies when its deletion is taken back', async () => {
    const made = await invite(meeting('igor'))
    await answer(igor, (await events(igor))[0]!, 'ACCEPTED')
    const text = await fileOf(anna, made)
    await anna.json('DELETE', pathOf(made), undefined, 204)
    expect((await anna('PUT', `${pathOf(made)}/ics`, text)).status).toBe(200)
    expect(await events(igor)).toMatchObject([{ status: null, answer: 'ACCEPTED' }])
    await anna.json('PATCH', pathOf(made), { title: 'Снова' })
    expect(await events(igor)).toMatchObject([{ title: 'Снова' }])
  })

  it('is declined by who deletes their copy, comes back only when it is at another time, and by its own undo', async () => {
    const made = await invite(meeting('igor'))
    const copy = (await events(igor))[0]!
    const text = await fileOf(igor, copy)
    await igor.json('DELETE', pathOf(copy), undefined, 204)
    expect(await answerOf(made, 'igor')).toBe('DECLINED')
    expect((await igor('PUT', `${pathOf(copy)}/ics`, text)).status).toBe(200)
    expect(await answerOf(made, 'igor')).toBe('NEEDS-ACTION')
    await igor.json('DELETE', pathOf(copy), undefined, 204)
    await anna.json('PATCH', pathOf(made), { title: 'Другое' })
    expect(await events(igor)).toEqual([])
    await anna.json('PATCH', pathOf(made), { start: '2026-11-26T10:00:00', end: '2026-11-26T11:00:00' })
    expect(await events(igor)).toMatchObject([{ title: 'Другое', answer: 'NEEDS-ACTION' }])
  })
})

describe('a series of meetings', () => {
  it('is answered as a whole or one occurrence at a time (M83)', async () => {
    const made = await invite(series('igor'))
    const copies = await events(igor)
    expect(copies).toHaveLength(4)
    await answer(igor, copies[1]!, 'DECLINED', at('25'))
    expect(await answerOf(made, 'igor', at('25'))).toBe('DECLINED')
    expect(await answerOf(made, 'igor', at('24'))).toBe('NEEDS-ACTION')
    await answer(igor, copies[0]!, 'ACCEPTED', at('24', 'all'))
    const all = await Promise.all(['24', '25', '26'].map((day) => answerOf(made, 'igor', at(day))))
    expect(all).toEqual(['ACCEPTED', 'DECLINED', 'ACCEPTED'])
  })

  it('loses one occurrence in the copies, and declines the one that an attendee takes out', async () => {
    const made = await invite(series('igor', 'olga'))
    await anna.json('DELETE', `${pathOf(made)}${at('25')}`, undefined, 204)
    expect((await events(igor)).map(({ start }) => start.slice(8, 10))).toEqual(['24', '26', '27'])
    await igor.json('DELETE', `${pathOf((await events(igor))[1]!)}${at('26')}`, undefined, 204)
    expect(await answerOf(made, 'igor', at('26'))).toBe('DECLINED')
    expect(await answerOf(made, 'olga', at('26'))).toBe('NEEDS-ACTION')
  })

  it('asks anew for the occurrence that moves, and keeps the answer to the others', async () => {
    const made = await invite(series('igor'))
    await answer(igor, (await events(igor))[0]!, 'ACCEPTED', at('24', 'all'))
    await anna.json('PATCH', `${pathOf(made)}${at('25')}`, { start: '2026-11-25T15:00:00', end: '2026-11-25T16:00:00' })
    expect((await events(igor)).map(({ answer: given }) => given)).toEqual([
      'ACCEPTED',
      'NEEDS-ACTION',
      'ACCEPTED',
      'ACCEPTED',
    ])
    // An earlier end takes occurrences away and makes none void; a later one makes new ones.
    await anna.json('PATCH', `${pathOf(made)}${at('24', 'all')}`, { repeat: 'FREQ=DAILY;COUNT=3' })
    expect((await events(igor)).map(({ answer: given }) => given)).toEqual(['ACCEPTED', 'NEEDS-ACTION', 'ACCEPTED'])
    await anna.json('PATCH', `${pathOf(made)}${at('24', 'all')}`, { repeat: 'FREQ=DAILY;COUNT=5' })
    expect(await answerOf(made, 'igor', at('24'))).toBe('NEEDS-ACTION')
  })

  it('is cut in two for everybody, and the second half is asked for', async () => {
    const made = await invite(series('igor'))
    await answer(igor, (await events(igor))[0]!, 'ACCEPTED', at('24', 'all'))
    await anna.json('PATCH', `${pathOf(made)}${at('26', 'following')}`, {
      start: '2026-11-26T12:00:00',
      end: '2026-11-26T13:00:00',
    })
    const copies = await events(igor)
    expect(copies.map(({ start }) => start.slice(8, 13))).toEqual(['24T10', '25T10', '26T12', '27T12'])
    expect(new Set(copies.map(({ uid }) => uid)).size).toBe(2)
    expect(copies[0]!.answer).toBe('ACCEPTED')
  })

  it('shows somebody who is invited to one occurrence that one only', async () => {
    const made = await invite(series('igor'))
    await anna.json('PATCH', `${pathOf(made)}${at('25')}`, { attendees: meeting('igor', 'olga').attendees })
    expect((await events(olga)).map(({ start }) => start.slice(8, 10))).toEqual(['25'])
    await anna.json('PATCH', `${pathOf(made)}${at('26')}`, { attendees: meeting('olga').attendees })
    expect((await events(igor)).map(({ start }) => start.slice(8, 10))).toEqual(['24', '25', '27'])
    await answer(olga, (await events(olga))[0]!, 'ACCEPTED', at('25'))
    expect(await answerOf(made, 'olga', at('25'))).toBe('ACCEPTED')
  })

  it('keeps the reminder that an attendee gave one occurrence of theirs', async () => {
    const made = await invite(series('igor'))
    await igor.json('PATCH', `${pathOf((await events(igor))[2]!)}${at('26')}`, { reminder: 60 })
    await anna.json('PATCH', `${pathOf(made)}${at('24', 'all')}`, { title: 'Планёрка' })
    expect((await events(igor)).map(({ title, reminder }) => [title, reminder])).toEqual([
      ['Планёрка', null],
      ['Планёрка', null],
      ['Планёрка', 60],
      ['Планёрка', null],
    ])
  })
})

describe('who schedules', () => {
  it('are those who act for somebody in their calendar, in that person’s name', async () => {
    const chiefs = await named(anna, 'Дела')
    await invite(meeting('igor', 'anna'), anna, chiefs)
    expect(await detail(igor, (await events(igor))[0]!)).toMatchObject({ organizer: { email: 'chief@example.com' } })
    expect((await events(anna)).filter(({ calendar }) => calendar === work.id)).toHaveLength(1)
  })

  it('are members in a group’s calendar, each for what they made', async () => {
    const group = await anna.json<{ id: string }>('POST', '/api/groups', { name: 'Отдел', members: [] }, 201)
    const ids = (await anna.json<{ id: string; login: string }[]>('GET', '/api/people'))
      .filter(({ login }) => ['igor', 'olga'].includes(login))
      .map(({ id }) => id)
    await anna.json('PATCH', `/api/groups/${group.id}`, { members: ids })
    const shared = await anna.json<Calendar>('POST', `/api/groups/${group.id}/calendars`, { name: 'Отдел' }, 201)
    const made = await invite(meeting('olga'), igor, shared)
    const own = (await events(olga)).filter(({ calendar }) => calendar !== shared.id)
    expect(own).toMatchObject([{ title: 'Совещание', answer: 'NEEDS-ACTION' }])
    await answer(olga, own[0]!, 'ACCEPTED')
    expect((await detail(igor, made)).attendees).toMatchObject([{ answer: 'ACCEPTED' }])
  })

  it('is nobody in another’s name: no copy, no answer, no cancellation', async () => {
    const text = (organizer: string, uid: string) =>
      [
        ...['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Test//EN', 'BEGIN:VEVENT', `UID:${uid}`],
        ...['DTSTAMP:20261101T000000Z', 'DTSTART:20261124T090000Z', 'DTEND:20261124T100000Z', 'SUMMARY:Чужое'],
        ...[`ORGANIZER:mailto:${organizer}@example.com`, 'ATTENDEE:mailto:igor@example.com'],
        ...['END:VEVENT', 'END:VCALENDAR', ''],
      ].join('\r\n')
    const basic = world.basic('anna', password)
    const address = new URL(work.caldavUrl).pathname
    expect((await basic('PUT', `${address}b.ics`, text('chief', 'b'))).status).toBe(201)
    expect(await events(igor)).toEqual([])
    // The page's own edit of a meeting in another's name does not speak for them either.
    await anna.json('PATCH', `/api/calendars/${work.id}/events/b.ics`, { title: 'Иначе' })
    expect(await events(igor)).toEqual([])
    // A forged copy answers nothing.
    const igors = await named(igor, 'Второй')
    const forged = `${new URL(igors.caldavUrl).pathname}b.ics`
    expect((await world.basic('igor', password)('PUT', forged, text('anna', 'b'))).status).toBe(201)
    const mine = (await events(igor)).find(({ uid }) => uid === 'b')!
    await answer(igor, mine, 'ACCEPTED')
    const { attendees } = await detail(anna, { calendar: work.id, object: 'b.ics' })
    expect(attendees).toMatchObject([{ answer: 'NEEDS-ACTION' }])
  })

  it('takes a copy that is there already for its own, also where a program moved it, and leaves another’s of the same UID', async () => {
    const made = await invite(meeting('igor', 'olga'))
    const copy = (await events(igor))[0]!
    const second = await named(igor, 'Второй')
    const basic = world.basic('igor', password)
    const from = `${new URL((await named(igor, 'Первый')).caldavUrl).pathname}${copy.object}`
    const destination = `http://portal.test${new URL(second.caldavUrl).pathname}moved.ics`
    expect((await basic('MOVE', from, undefined, { destination })).status).toBe(201)
    await anna.json('PATCH', pathOf(made), { title: 'Новое' })
    expect(await events(igor)).toMatchObject([{ title: 'Новое', calendar: second.id, object: 'moved.ics' }])
    await answer(igor, (await events(igor))[0]!, 'ACCEPTED')
    expect(await answerOf(made, 'igor')).toBe('ACCEPTED')
    const theirs = (await fileOf(olga, (await events(olga))[0]!)).replace('anna@example.com', 'else@example.com')
    const [own] = await events(olga)
    const olgas = world.basic('olga', password)
    const at_ = `${new URL((await named(olga, 'Мой')).caldavUrl).pathname}${own!.object}`
    expect((await olgas('PUT', at_, theirs)).status).toBe(204)
    await anna.json('PATCH', pathOf(made), { title: 'Ещё новее' })
    expect((await events(olga))[0]!.title).not.toBe('Ещё новее')
  })

  it('leaves people with a connected mailbox to Exchange, as attendees and as organizers', async () => {
    const { settings } = await anna.json<{ settings: object & { ews: object } }>('GET', '/api/admin/exchange')
    const ews = { ...settings.ews, address: 'https://mail.example.com/EWS/Exchange.asmx', user: 'svc' }
    await anna.json('PUT', '/api/admin/exchange', { settings: { ...settings, enabled: true, ews }, secret: 'secret' })
    for (const { id, login } of await anna.json<{ id: string; login: string }[]>('GET', '/api/people')) {
      if (login !== 'igor') await anna.json('PATCH', `/api/admin/exchange/people/${id}`, { off: true }, 204)
    }
    await invite(meeting('igor', 'olga'))
    expect(await events(olga)).toHaveLength(1)
    expect(await events(igor)).toEqual([])
    await invite(meeting('olga'), igor, await named(igor, 'Первый'))
    expect(await events(olga)).toHaveLength(1)
    // Another calendar of theirs is not joined to the mailbox.
    await invite({ ...meeting('olga'), title: 'Второе' }, igor, await named(igor, 'Второй'))
    expect((await events(olga)).map(({ title }) => title).sort()).toEqual(['Второе', 'Совещание'])
  })

  it('does not cancel a copy because its attendee has a mailbox by now: they are invited as before', async () => {
    const made = await invite(meeting('igor', 'olga'))
    const { settings } = await anna.json<{ settings: object & { ews: object } }>('GET', '/api/admin/exchange')
    const ews = { ...settings.ews, address: 'https://mail.example.com/EWS/Exchange.asmx', user: 'svc' }
    await anna.json('PUT', '/api/admin/exchange', { settings: { ...settings, enabled: true, ews }, secret: 'secret' })
    for (const { id, login } of await anna.json<{ id: string; login: string }[]>('GET', '/api/people')) {
      if (login !== 'igor') await anna.json('PATCH', `/api/admin/exchange/people/${id}`, { off: true }, 204)
    }
    await anna.json('PATCH', pathOf(made), { title: 'Совещание отдела' })
    expect(await events(igor)).toMatchObject([{ title: 'Совещание отдела', status: null }])
    await anna.json('PATCH', pathOf(made), { attendees: meeting('olga').attendees })
    expect(await events(igor)).toMatchObject([{ status: 'CANCELLED' }])
  })

  it('are told by an address that nobody else may take', async () => {
    const taken = await igor('PATCH', '/api/me', { email: 'Olga@example.com' })
    expect(taken.status).toBe(409)
    expect((await igor('PATCH', '/api/me', { email: 'igor.new@example.com' })).status).toBe(200)
  })

  it('does not hinder its own attendees when it is moved, also where their calendars show busy times only', async () => {
    const made = await invite(meeting('igor', 'olga'))
    const first = await named(igor, 'Первый')
    const annas = (await anna.json<{ id: string; login: string }[]>('GET', '/api/people?search=anna'))[0]!.id
    await igor.json('PATCH', `/api/calendars/${first.id}`, { access: [{ principal: annas, level: 'free-busy' }] })
    const busyOf = async (more: string) => {
      const query = `from=2026-11-24&to=2026-11-25&emails=igor@example.com${more}`
      return (await anna.json<{ busy: unknown[] }[]>('GET', `/api/busy?${query}`))[0]!.busy.length
    }
    expect(await busyOf('')).toBe(1)
    expect(await busyOf(`&calendar=${made.calendar}&object=${made.object}`)).toBe(0)
  })

  it('changes nothing in a copy when the organizer’s page stores the same again', async () => {
    const made = await invite(meeting('igor'))
    const before = (await events(igor))[0]!
    expect((await anna('PUT', `${pathOf(made)}/ics`, await fileOf(anna, made))).status).toBe(200)
    expect((await events(igor))[0]!.etag).toBe(before.etag)
  })
})
