import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { openTestPortal, type TestClient, type TestPortal } from '../test/open-test-portal.ts'
import type * as schemas from './schemas.ts'

type Calendar = z.output<typeof schemas.Calendar>
type Group = z.output<typeof schemas.Group>
type Person = z.output<typeof schemas.PersonInfo>
type FeedLink = z.output<typeof schemas.FeedLink>
type Outlook = z.output<typeof schemas.OutlookConnection>

const password = 'secret-password'
const eventOf = (uid: string, title: string) =>
  [
    ...['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Test//EN', 'BEGIN:VEVENT', `UID:${uid}`],
    ...['DTSTAMP:20261101T000000Z', 'DTSTART:20261123T090000Z', 'DTEND:20261123T100000Z', `SUMMARY:${title}`],
    ...['END:VEVENT', 'END:VCALENDAR', ''],
  ].join('\r\n')
const seed = {
  users: [
    { login: 'anna', password, name: 'Анна Ветрова', email: 'anna@example.com', locale: 'ru' as const, admin: true },
    { login: 'igor', password, name: 'Игорь Самойлов', email: 'igor@example.com' },
    { login: 'olga', password, name: 'Ольга Зимина', email: 'olga@example.com' },
    { login: 'pavel', password, name: 'Павел Гость', email: 'pavel@elsewhere.example' },
  ],
}

let world: TestPortal
let anna: TestClient
let igor: TestClient
let pavel: TestClient
const ids = new Map<string, string>()
beforeEach(async () => {
  world = await openTestPortal(seed)
  anna = await world.signedIn('anna', password)
  igor = await world.signedIn('igor', password)
  pavel = await world.signedIn('pavel', password)
  for (const { login, id } of await anna.json<Person[]>('GET', '/api/people')) ids.set(login, id)
})
afterEach(() => world.close())

const idOf = (login: string): string => ids.get(login) ?? ''
const calendars = (client: TestClient, query = ''): Promise<Calendar[]> =>
  client.json<Calendar[]>('GET', `/api/calendars${query}`)
const names = async (client: TestClient, query = '?on=list'): Promise<string[]> =>
  (await calendars(client, query)).map(({ name }) => name).sort()
const named = async (client: TestClient, name: string): Promise<Calendar> =>
  (await calendars(client)).find((one) => one.name === name)!
const newGroup = (name: string, ...logins: string[]): Promise<Group> =>
  anna.json<Group>('POST', '/api/groups', { name, members: logins.map(idOf) }, 201)
const groupCalendar = (group: Group, name: string): Promise<Calendar> =>
  anna.json<Calendar>('POST', `/api/groups/${group.id}/calendars`, { name }, 201)
const newEvent = (client: TestClient, { id }: Calendar, title: string, more: object = {}) =>
  client('POST', `/api/calendars/${id}/events`, {
    title,
    start: '2026-11-23T10:00:00',
    end: '2026-11-23T11:00:00',
    ...more,
  })
const codeOf = async (response: Response): Promise<string> => ((await response.json()) as { code: string }).code
const outside = (login: string) => anna.json('PATCH', `/api/people/${idOf(login)}`, { external: true })

describe('an administrator', () => {
  const appoint = (login: string, admin: boolean, by = anna) => by('PATCH', `/api/people/${idOf(login)}`, { admin })

  it('is made of a person who is there, and taken back, with an entry in the log; the rights follow at once', async () => {
    const sales = await newGroup('Продажи', 'olga')
    await groupCalendar(sales, 'План')
    expect((await appoint('igor', true, igor)).status).toBe(403)
    expect((await appoint('igor', true)).status).toBe(200)
    expect(await igor.json('GET', '/api/me')).toMatchObject({ admin: true })
    expect(await named(igor, 'План')).toMatchObject({ level: 'owner' })
    expect((await appoint('anna', false, igor)).status).toBe(200)
    expect((await anna('GET', '/api/admin/people')).status).toBe(403)
    expect(await codeOf(await appoint('igor', false, igor))).toBe('last-administrator')
    const log = await igor.json<z.output<typeof schemas.AuditList>>('GET', '/api/admin/audit')
    expect(
      log.filter(({ kind }) => kind === 'administrator').map(({ person, actor, action }) => [person, actor, action]),
    ).toEqual([
      [idOf('anna'), idOf('igor'), 'dismissed'],
      [idOf('igor'), idOf('anna'), 'appointed'],
    ])
  })

  it('stays where two take each other’s right back at once, and is not from outside', async () => {
    await appoint('igor', true)
    const both = await Promise.all([appoint('igor', false), appoint('anna', false, igor)])
    expect(both.filter(({ status }) => status === 200)).toHaveLength(1)
    const still = both[0].status === 200 ? anna : igor
    await still.json('PATCH', `/api/people/${idOf('pavel')}`, { external: true })
    expect(await codeOf(await appoint('pavel', true, still))).toBe('invalid-request')
    const inside = { external: false, admin: true }
    expect((await still('PATCH', `/api/people/${idOf('pavel')}`, inside)).status).toBe(200)
  })
})

describe('the name of a group', () => {
  it('is one group’s: another of the same letters is refused, however they are written', async () => {
    const sales = await newGroup('Отдел продаж')
    const again = await anna('POST', '/api/groups', { name: '  ОТДЕЛ  продаж ', members: [] })
    expect([again.status, await codeOf(again)]).toEqual([409, 'name-taken'])
    const other = await newGroup('Склад')
    const renamed = (id: string, name: string) => anna('PATCH', `/api/groups/${id}`, { name })
    expect(await codeOf(await renamed(other.id, 'отдел продаж'))).toBe('name-taken')
    expect((await renamed(sales.id, 'Отдел Продаж')).status).toBe(200)
    // A person may be called so, and of a group that is no more the name is free.
    await anna.json('PATCH', `/api/people/${idOf('olga')}`, { name: 'Склад' })
    await anna.json('DELETE', `/api/groups/${sales.id}`, undefined, 204)
    expect((await renamed(other.id, 'Отдел продаж')).status).toBe(200)
    const both = await Promise.all([1, 2].map(() => anna('POST', '/api/groups', { name: 'Два', members: [] })))
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409])
  })
})

describe('who is in a group', () => {
  it('is told with what a search finds, through groups in it, and to people from outside of those whom they know', async () => {
    const inner = await newGroup('Внутри', 'pavel', 'olga')
    const sales = await newGroup('Продажи', 'igor')
    await anna.json('PATCH', `/api/groups/${sales.id}`, { members: [idOf('igor'), inner.id] })
    const membersFor = async (client: TestClient, query: string) =>
      (await client.json<z.output<typeof schemas.FoundPerson>[]>('GET', `/api/people?${query}`)).map(
        ({ name, members }) => [name, members?.map(({ login }) => login) ?? null],
      )
    const found = `members=true&search=${encodeURIComponent('прод')}`
    expect(await membersFor(anna, found)).toEqual([['Продажи', ['igor', 'olga', 'pavel']]])
    expect(await membersFor(anna, found.replace('true', 'false'))).toEqual([['Продажи', null]])
    await outside('pavel')
    const inside = `members=true&search=${encodeURIComponent('внутри')}`
    expect(await membersFor(pavel, inside)).toEqual([['Внутри', ['olga', 'pavel']]])
    await anna.json('PATCH', `/api/groups/${inner.id}`, { members: [idOf('olga')] })
    expect(await membersFor(pavel, inside)).toEqual([])
  })
})

describe('the company calendar (M80)', () => {
  it('is not there in a portal that a seed filled, until an administrator makes it, once', async () => {
    expect(await anna.json('GET', '/api/company')).toEqual({ calendar: null })
    expect(await names(igor)).toEqual(['My calendar', 'Tasks'])
    const [first, second] = await Promise.all([1, 2].map(() => anna.json('PUT', '/api/company/calendar')))
    expect(second).toEqual(first)
    expect((await igor('PUT', '/api/company/calendar')).status).toBe(403)
    expect(await names(igor)).toEqual(['My calendar', 'Tasks', 'Компания'])
    expect(await named(igor, 'Компания')).toMatchObject({
      level: 'write',
      exportAllowed: true,
      owner: { kind: 'group' },
    })
  })

  it('is made with the first administrator by the wizard', async () => {
    const fresh = await openTestPortal({ users: [] })
    const first = fresh.anonymous()
    const code = fresh.portal.parts.setupCode.shown
    await first.json('POST', '/api/setup', { code, login: 'root', password, locale: 'en' }, 201)
    expect(await named(first, 'Company')).toMatchObject({ level: 'owner', listed: true, owner: { kind: 'group' } })
    await fresh.close()
  })

  it('takes events of everybody, is narrowed by an administrator, and keeps the administrators’ right', async () => {
    await anna.json('PUT', '/api/company/calendar')
    const company = await named(anna, 'Компания')
    expect((await newEvent(igor, company, 'Праздник')).status).toBe(201)
    expect((await igor('PATCH', `/api/calendars/${company.id}`, { access: [] })).status).toBe(403)
    await anna.json('PATCH', `/api/calendars/${company.id}`, { access: [{ principal: '*', level: 'read' }] })
    expect(await codeOf(await newEvent(igor, company, 'Ещё один'))).toBe('forbidden')
    expect(await named(anna, 'Компания')).toMatchObject({
      level: 'owner',
      access: [
        { principal: '*', level: 'read' },
        { principal: '@administrators', level: 'owner' },
      ],
    })
  })

  it('is exported, deleted by an administrator only, and made again by the button', async () => {
    await anna.json('PUT', '/api/company/calendar')
    const { id } = await named(igor, 'Компания')
    expect((await igor('GET', `/api/calendars/${id}/export.ics`)).status).toBe(200)
    expect((await igor('DELETE', `/api/calendars/${id}`)).status).toBe(403)
    await anna.json('DELETE', `/api/calendars/${id}`, undefined, 204)
    expect(await names(igor)).not.toContain('Компания')
    const again = await anna.json<{ calendar: string }>('PUT', '/api/company/calendar')
    expect(again.calendar).not.toBe(id)
  })

  it('comes by CalDAV, by a feed and by Outlook', async () => {
    await anna.json('PUT', '/api/company/calendar')
    const company = await named(igor, 'Компания')
    expect((await newEvent(anna, company, 'Праздник')).status).toBe(201)
    const basic = world.basic('igor', password)
    const home = await basic('PROPFIND', '/dav/calendars/igor/', undefined, { depth: '1' })
    expect(await home.text()).toContain('Компания')
    const link = await igor.json<FeedLink>('POST', '/api/feed-links', { name: 'x', calendar: company.id }, 201)
    expect(await (await world.anonymous()('GET', new URL(link.url).pathname)).text()).toContain('SUMMARY:Праздник')
    const outlook = await igor.json<Outlook>(
      'POST',
      '/api/outlook-connections',
      { name: 'x', calendar: company.id },
      201,
    )
    expect(outlook.mayWrite).toBe(true)
  })

  it('belongs to no group that anybody finds or changes', async () => {
    await anna.json('PUT', '/api/company/calendar')
    const owner = (await named(anna, 'Компания')).owner.id
    expect((await anna.json<Person[]>('GET', '/api/people?search=комп')).map(({ id }) => id)).not.toContain(owner)
    expect(await anna.json('GET', '/api/groups')).toEqual([])
    expect((await anna('DELETE', `/api/groups/${owner}`)).status).toBe(404)
  })
})

describe('groups (M81)', () => {
  it('are made, renamed, filled and ended by administrators, and rights follow at once', async () => {
    const group = await newGroup('Проект «Маяк»', 'igor')
    expect(group).toMatchObject({ login: 'proekt-maiak', members: [{ name: 'Игорь Самойлов', kind: 'individual' }] })
    await groupCalendar(group, 'Маяк')
    const mayak = await named(igor, 'Маяк')
    expect(mayak).toMatchObject({ level: 'write', listed: true, owner: { name: 'Проект «Маяк»', kind: 'group' } })
    expect((await newEvent(igor, mayak, 'Сбор')).status).toBe(201)
    const olga = await world.signedIn('olga', password)
    expect(await names(olga, '')).not.toContain('Маяк')

    const all = await newGroup('Все проекты', 'olga')
    const members = [idOf('igor'), all.id]
    const changed = await anna.json<Group>('PATCH', `/api/groups/${group.id}`, { name: 'Маяк-2', members })
    expect(changed).toMatchObject({ name: 'Маяк-2', calendars: [{ name: 'Маяк' }] })
    expect((await named(olga, 'Маяк')).level).toBe('write')
    await anna.json('PATCH', `/api/groups/${group.id}`, { members: [all.id] })
    expect(await names(igor, '')).not.toContain('Маяк')

    await anna.json('DELETE', `/api/groups/${group.id}`, undefined, 204)
    expect(await names(olga, '')).not.toContain('Маяк')
    expect((await anna.json<Group[]>('GET', '/api/groups')).map(({ name }) => name)).toEqual(['Все проекты'])
  })

  it('are for administrators, and have no members that are not there or are the group itself', async () => {
    const group = await newGroup('Отдел', 'igor')
    for (const [method, path, body] of [
      ['GET', '/api/groups', undefined],
      ['POST', '/api/groups', { name: 'x' }],
      ['PATCH', `/api/groups/${group.id}`, { name: 'x' }],
      ['DELETE', `/api/groups/${group.id}`, undefined],
      ['POST', `/api/groups/${group.id}/calendars`, { name: 'x' }],
    ] as const) {
      expect((await igor(method, path, body)).status).toBe(403)
    }
    for (const member of [group.id, 'nobody']) {
      expect((await anna('PATCH', `/api/groups/${group.id}`, { members: [member] })).status).toBe(404)
    }
    expect((await anna('PATCH', `/api/groups/${idOf('igor')}`, { name: 'x' })).status).toBe(404)
  })

  it('do not fill the lists of administrators with calendars of all of them', async () => {
    await groupCalendar(await newGroup('Отдел', 'igor'), 'Отдел')
    expect(await names(anna)).not.toContain('Отдел')
    expect((await named(anna, 'Отдел')).level).toBe('owner')
    expect(await names(igor)).toContain('Отдел')
  })

  it('leave calendars that were given to them as they are once they ended, and their forms still save', async () => {
    const group = await newGroup('Отдел', 'olga')
    const mine = await named(igor, 'My calendar')
    const access = [{ principal: group.id, level: 'read' }]
    await igor.json('PATCH', `/api/calendars/${mine.id}`, { access })
    await anna.json('DELETE', `/api/groups/${group.id}`, undefined, 204)
    await igor.json('PATCH', `/api/calendars/${mine.id}`, { name: 'Мой', access })
    const stranger = [{ principal: group.id, level: 'read' }]
    expect(
      (await anna('PATCH', `/api/calendars/${(await named(anna, 'Мой календарь')).id}`, { access: stranger })).status,
    ).toBe(400)
  })
})

describe('people from outside (M81)', () => {
  let mayak: Calendar
  let open: Calendar
  let given: Calendar
  beforeEach(async () => {
    await anna.json('PUT', '/api/company/calendar')
    mayak = await groupCalendar(await newGroup('Маяк', 'igor', 'pavel'), 'Маяк')
    const access = [{ principal: '*', level: 'write' }]
    open = await igor.json<Calendar>('POST', '/api/calendars', { name: 'Для всех', access, exportAllowed: true }, 201)
    given = await igor.json<Calendar>(
      'POST',
      '/api/calendars',
      { name: 'Павлу', access: [{ principal: idOf('pavel'), level: 'read' }] },
      201,
    )
    expect((await newEvent(igor, open, 'Открытое')).status).toBe(201)
    // What they see is the same by every door that is open to them.
    const people = { outlook: 'all', feed: 'all', caldav: 'all' }
    await anna.json('PATCH', '/api/admin/doors', { people }, 204)
  })

  it('see what their groups have and what was given to them by name, and nothing that is open to everybody, in the API', async () => {
    expect(await names(pavel, '')).toEqual(expect.arrayContaining(['Для всех', 'Компания', 'Маяк', 'Павлу']))
    await outside('pavel')
    expect(await names(pavel, '')).toEqual(['Маяк', 'My calendar', 'Tasks', 'Павлу'].sort())
    expect((await pavel('GET', `/api/calendars/${open.id}`)).status).toBe(404)
    expect(await codeOf(await newEvent(pavel, open, 'x'))).toBe('not-found')
    expect((await newEvent(pavel, mayak, 'Вместе')).status).toBe(201)
    expect(await codeOf(await pavel('POST', '/api/calendars', { name: 'Моё' }))).toBe('forbidden')
    expect(given.level).toBe('owner')
  })

  it('have no calendars of their own when they were from outside from the start', async () => {
    const body = { login: 'guest', password, name: 'Гость', external: true }
    await anna.json('POST', '/api/people', body, 201)
    expect(await names(await world.signedIn('guest', password), '')).toEqual([])
    expect((await anna('POST', '/api/people', { ...body, login: 'g2', admin: true })).status).toBe(400)
    expect((await anna('PATCH', `/api/people/${idOf('anna')}`, { external: true })).status).toBe(400)
  })

  it('meet the same walls by CalDAV: calendars, the address itself, search and principals', async () => {
    const basic = world.basic('pavel', password)
    const address = new URL(open.caldavUrl).pathname
    expect((await basic('PROPFIND', address, undefined, { depth: '0' })).status).toBe(207)
    expect((await basic('PROPFIND', '/dav/principals/olga/', undefined, { depth: '0' })).status).toBe(207)
    await outside('pavel')
    // As where nothing is.
    const absent = (await basic('PROPFIND', '/dav/calendars/igor/nothing/', undefined, { depth: '0' })).status
    expect([403, 404]).toContain(absent)
    expect((await basic('PROPFIND', address, undefined, { depth: '0' })).status).toBe(absent)
    expect((await basic('PUT', `${address}x.ics`, eventOf('x', 'x'))).status).toBe(absent)
    expect((await basic('PUT', `${new URL(mayak.caldavUrl).pathname}y.ics`, eventOf('y', 'y'))).status).toBe(201)
    const home = await (await basic('PROPFIND', '/dav/calendars/pavel/', undefined, { depth: '1' })).text()
    expect(home).toContain('Маяк')
    expect(home).not.toContain('Компания')
    expect((await basic('MKCALENDAR', '/dav/calendars/pavel/new/')).status).toBe(403)
    // Igor is in a group with him, Olga is not.
    expect((await basic('PROPFIND', '/dav/principals/igor/', undefined, { depth: '0' })).status).toBe(207)
    expect((await basic('PROPFIND', '/dav/principals/olga/', undefined, { depth: '0' })).status).toBe(404)
    const search = `<D:principal-property-search xmlns:D="DAV:"><D:property-search><D:prop><D:displayname/></D:prop>
      <D:match></D:match></D:property-search><D:prop><D:displayname/></D:prop></D:principal-property-search>`
    const found = await basic('REPORT', '/dav/principals/', search, { 'content-type': 'text/xml', depth: '0' })
    const text = await found.text()
    expect(text).toContain('Игорь Самойлов')
    expect(text).not.toContain('Ольга Зимина')
  })

  it('lose feeds and Outlook lists of what was open to them as one of the house, at once', async () => {
    const link = await pavel.json<FeedLink>('POST', '/api/feed-links', { name: 'x', calendar: open.id }, 201)
    const outlook = await pavel.json<Outlook>('POST', '/api/outlook-connections', { name: 'x', calendar: open.id }, 201)
    const kept = await pavel.json<Outlook>('POST', '/api/outlook-connections', { name: 'y', calendar: mayak.id }, 201)
    const feed = () => world.anonymous()('GET', new URL(link.url).pathname)
    const list = async ({ link: address, url }: Outlook) => {
      const guid = /guid=%7B([^&]*)%7D/.exec(address ?? '')?.[1]?.replaceAll('%2D', '-') ?? ''
      const ns = 'xmlns="http://schemas.microsoft.com/sharepoint/soap/"'
      const body = `<GetListItemChangesSinceToken ${ns}><listName>{${guid}}</listName></GetListItemChangesSinceToken>`
      return world.portal.fetch(
        new Request(`${url}/_vti_bin/Lists.asmx`, {
          method: 'POST',
          headers: { 'content-type': 'text/xml' },
          body: `<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"><Body>${body}</Body></Envelope>`,
        }),
      )
    }
    expect((await feed()).status).toBe(200)
    expect((await list(outlook)).status).toBe(200)
    await outside('pavel')
    expect((await feed()).status).toBe(404)
    const states = await pavel.json<Outlook[]>('GET', '/api/outlook-connections')
    expect(states.find(({ id }) => id === outlook.id)?.state).toBe('no-access')
    const refused = await list(outlook)
    expect(await refused.text()).not.toContain('Открытое')
    expect((await list(kept)).status).toBe(200)
    expect((await pavel('POST', '/api/feed-links', { name: 'x', calendar: open.id })).status).toBe(404)
  })

  it('find and ask for the busy times of members of their groups and of owners of what they were given, not of others', async () => {
    await outside('pavel')
    const found = async (query: string) =>
      (await pavel.json<Person[]>('GET', `/api/people${query}`)).map(({ name }) => name)
    expect(await found('')).toEqual(['Игорь Самойлов', 'Маяк', 'Павел Гость'])
    expect(await found(`?ids=${idOf('olga')},${idOf('igor')}`)).toEqual(['Игорь Самойлов'])
    const emails = 'olga@example.com,igor@example.com'
    const busy = await pavel.json<{ name: string }[]>('GET', `/api/busy?from=2026-11-23&to=2026-11-24&emails=${emails}`)
    expect(busy.map(({ name }) => name)).toEqual(['', 'Игорь Самойлов'])
  })

  it('invite members of their groups only; who was invited by others stays', async () => {
    await outside('pavel')
    const invite = (...emails: string[]) =>
      newEvent(pavel, mayak, 'Встреча', { attendees: emails.map((email) => ({ email })) })
    expect((await invite('igor@example.com')).status).toBe(201)
    for (const email of ['olga@example.com', 'stranger@other.example']) {
      expect(await codeOf(await invite(email))).toBe('not-to-be-invited')
    }
    // A program may have written another one into it: the page's form, which sends all of them, still saves.
    const made = (await (await invite('igor@example.com')).json()) as { object: string }
    const basic = world.basic('pavel', password)
    const address = `${new URL(mayak.caldavUrl).pathname}${made.object}`
    const text = await (await basic('GET', address)).text()
    const more = text.replace('END:VEVENT', 'ATTENDEE;CN=Olga:mailto:olga@example.com\r\nEND:VEVENT')
    expect((await basic('PUT', address, more)).status).toBe(204)
    const attendees = [{ email: 'olga@example.com' }, { email: 'igor@example.com' }]
    const path = `/api/calendars/${mayak.id}/events/${made.object}`
    expect((await pavel('PATCH', path, { title: 'Иначе', attendees })).status).toBe(200)
    const worse = [...attendees, { email: 'anna@example.com' }]
    expect(await codeOf(await pavel('PATCH', path, { attendees: worse }))).toBe('not-to-be-invited')
  })
})
