import type { AccessGrant, AccessLevel } from '@dayport/core'
import { everyone, type Principal } from '@dayport/core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openTestPortal, type TestClient, type TestPortal } from '../../examples/portal/src/test/open-test-portal.ts'

/** What a person may do at each level, written down here apart from the code. */
const levels = {
  none: { sees: 'nothing', writes: false, owns: false },
  'free-busy': { sees: 'busy', writes: false, owns: false },
  titles: { sees: 'titles', writes: false, owns: false },
  read: { sees: 'all but private', writes: false, owns: false },
  write: { sees: 'all', writes: true, owns: false },
  owner: { sees: 'all', writes: true, owns: true },
} as const
type Rights = (typeof levels)[AccessLevel]

/** Words of the three events below, and who sees them. */
const words: Readonly<Record<Rights['sees'], readonly string[]>> = {
  nothing: [],
  busy: ['Busy'],
  titles: ['Busy', 'Open meeting', 'Moved meeting', 'Holiday'],
  'all but private': [
    'Busy',
    'Open meeting',
    'Moved meeting',
    'Holiday',
    'Room 9',
    'open@corp',
    'guest@corp',
    'VALARM',
  ],
  all: ['Open meeting', 'Moved meeting', 'Holiday', 'Room 9', 'open@corp', 'guest@corp', 'VALARM', 'Dentist', 'Tooth'],
}
const allWords = [...new Set(Object.values(words).flat())]
const seenIn = (text: string): readonly string[] => allWords.filter((word) => text.includes(word)).sort()
const wordsOf = (rights: Rights, without: readonly string[] = []): readonly string[] =>
  words[rights.sees].filter((word) => !without.includes(word)).sort()

const file = (...lines: readonly string[]): string =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Test//EN', ...lines, 'END:VCALENDAR', ''].join('\r\n')
const event = (uid: string, ...lines: readonly string[]): string[] => [
  ...['BEGIN:VEVENT', `UID:${uid}`, 'DTSTAMP:20261101T000000Z'],
  ...lines,
  'END:VEVENT',
]
const guest = 'ATTENDEE;CN=Guest:mailto:guest@corp'
const alarm = ['BEGIN:VALARM', 'ACTION:DISPLAY', 'DESCRIPTION:Room 9', 'TRIGGER:-PT5M', 'END:VALARM']
const objects = {
  'open@corp.ics': file(
    ...event('open@corp', 'DTSTART:20261123T090000Z', 'DTEND:20261123T100000Z', 'RRULE:FREQ=DAILY;COUNT=3')
      .slice(0, -1)
      .concat(['SUMMARY:Open meeting', 'LOCATION:Room 9', guest, 'ATTACH:https://corp/Room 9', ...alarm, 'END:VEVENT']),
    ...event('open@corp', 'RECURRENCE-ID:20261124T090000Z', 'DTSTART:20261124T110000Z', 'DTEND:20261124T120000Z')
      .slice(0, -1)
      .concat(['SUMMARY:Moved meeting', 'LOCATION:Room 9', guest, 'CLASS:PUBLIC', ...alarm, 'END:VEVENT']),
  ),
  'dentist@corp.ics': file(
    ...event(
      ...(['dentist@corp', 'DTSTART:20261125T090000Z', 'DTEND:20261125T100000Z', 'CLASS:PRIVATE'] as const),
      ...['SUMMARY:Dentist', 'DESCRIPTION:Tooth'],
    ),
  ),
  'holiday@corp.ics': file(
    ...event('holiday@corp', 'DTSTART;VALUE=DATE:20261126', 'TRANSP:TRANSPARENT', 'SUMMARY:Holiday'),
  ),
}
const meeting = (uid: string): string => file(...event(uid, 'DTSTART:20261127T090000Z', 'SUMMARY:Written'))

/** How a right reaches people. `taken back`: given to one person, and taken from them again. */
const ways = ['to a person', 'to a group', 'to everyone', 'taken back'] as const
type Way = (typeof ways)[number]
const logins = ['ann', 'direct', 'member', 'stranger'] as const
type Login = (typeof logins)[number]

const levelFor = (login: Login, way: Way, level: AccessLevel): AccessLevel => {
  if (login === 'ann') return 'owner'
  const reached =
    way === 'to everyone' ||
    (way === 'to a person' && login === 'direct') ||
    (way === 'to a group' && login === 'member')
  return reached ? level : 'none'
}

let world: TestPortal
const browsers = new Map<Login, TestClient>()
const devices = new Map<Login, TestClient>()
const ids = new Map<string, string>()
let ann: Principal

beforeAll(async () => {
  const person = (login: string) => ({ login, password: `${login}-password` })
  world = await openTestPortal({
    users: [...logins.map(person), { ...person('team'), kind: 'group' as const, members: ['member'] }],
  })
  for (const login of [...logins, 'team']) ids.set(login, world.portal.parts.people.findByLogin(login)?.id ?? '')
  for (const login of logins) {
    browsers.set(login, await world.signedIn(login, `${login}-password`))
    devices.set(login, world.basic(login, `${login}-password`))
  }
  ann = { id: ids.get('ann') ?? '', groups: [] }
}, 120_000)
afterAll(() => world.close())
/** What one cell leaves behind must not be seen in the next one's lists. */
afterEach(async () => {
  const { service } = world.portal.parts
  for (const { id } of await service.listCalendars(ann)) await service.deleteCalendar(ann, id)
})

let made = 0
/** A calendar of Ann's of its own for one cell; `between` runs while the right is there, also where it is taken back. */
const cell = async (
  way: Way,
  level: AccessLevel,
  between: (calendar: { id: string }) => Promise<void> = async () => {},
) => {
  const { service } = world.portal.parts
  made += 1
  const name = `cal-${made}`
  const principals: Record<Way, string> = {
    'to a person': ids.get('direct') ?? '',
    'to a group': ids.get('team') ?? '',
    'to everyone': everyone,
    'taken back': ids.get('direct') ?? '',
  }
  const access: AccessGrant[] = [{ principal: principals[way], level }]
  const calendar = await service.createCalendar(ann, {
    owner: ann.id,
    name,
    access,
    exportAllowed: true,
    description: 'Room 9',
  })
  for (const [object, text] of Object.entries(objects)) {
    await service.putObject(ann, { calendar: calendar.id, name: object }, new TextEncoder().encode(text))
  }
  await between(calendar)
  if (way === 'taken back') await service.updateCalendar(ann, calendar.id, { access: [] })
  return { id: calendar.id, path: `/dav/calendars/ann/${name}/` }
}

const xml = { 'content-type': 'application/xml' }
const propfind = '<propfind xmlns="DAV:"><prop><getetag/><current-user-privilege-set/></prop></propfind>'
const C = 'xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns="DAV:"'
const query = `<C:calendar-query ${C}><prop><getetag/><C:calendar-data/></prop><C:filter><C:comp-filter name="VCALENDAR"/></C:filter></C:calendar-query>`
const sync =
  '<sync-collection xmlns="DAV:"><sync-token/><sync-level>1</sync-level><prop><getetag/></prop></sync-collection>'
const patch = (property: string): string => `<propertyupdate ${C}><set><prop>${property}</prop></set></propertyupdate>`
const rename = patch('<displayname>Renamed</displayname>')
const describing = patch('<C:calendar-description>Room 9</C:calendar-description>')
/** Refused of everybody: of owners for what it says, of others before it is read. */
const denying =
  '<acl xmlns="DAV:"><ace><principal><authenticated/></principal><deny><privilege><read/></privilege></deny></ace></acl>'
const aclReport = '<acl-principal-prop-set xmlns="DAV:"><prop><displayname/></prop></acl-principal-prop-set>'
const matchReport = '<principal-match xmlns="DAV:"><principal-property><owner/></principal-property></principal-match>'
const hrefsIn = (text: string): string[] =>
  [...text.matchAll(/<(?:\w+:)?href>([^<]*\.ics)</g)].map(([, href = '']) => href)
/** XML of a report carries iCalendar text with its folds. */
const unfolded = (text: string): string => text.replaceAll(/(?:&#(?:13|xD);)?\r?\n[ \t]/gi, '')

/** Of the API, where what one may not see is not there. */
const statusFor = (rights: Rights, may: boolean, done: number): number =>
  rights.sees === 'nothing' ? 404 : davStatusFor(may, done)

const davStatusFor = (may: boolean, done: number): number => (may ? done : 403)

const cells = ways.flatMap((way) =>
  Object.keys(levels).flatMap((level) => logins.map((login) => ({ way, level: level as AccessLevel, login }))),
)

describe('the matrix of persons, calendars and levels', () => {
  it.each(cells)('holds in CalDAV for $level given $way, as $login', async ({ way, level, login }) => {
    const rights = levels[levelFor(login, way, level)]
    const { id, path } = await cell(way, level)
    const dav = devices.get(login)!
    const nothing = rights.sees === 'nothing'
    const ask = async (method: string, at: string, body?: string, headers: Record<string, string> = {}) => {
      const response = await dav(method, at, body, body?.startsWith('<') ? { ...xml, ...headers } : headers)
      const text = await response.text()
      // No answer of any method may say what the person must not see.
      const shown = seenIn(unfolded(text))
      expect(shown.filter((word) => !words[rights.sees].includes(word) && word !== 'VALARM')).toEqual([])
      return { status: response.status, text, headers: response.headers }
    }

    const home = await ask('PROPFIND', `/dav/calendars/${login}/`, propfind, { depth: '1' })
    const address = login === 'ann' ? path : `/dav/calendars/${login}/shared-${id}/`
    // What is open to everyone waits in the chooser, on the page as on devices.
    const listed = !nothing && (login === 'ann' || way !== 'to everyone')
    expect(home.text.includes(`>${address}<`)).toBe(listed)
    // In one's own home there is no such calendar; in hers nothing says whether there is one.
    expect((await ask('GET', address)).status).toBe(nothing ? (login === 'ann' ? 403 : 404) : 200)

    const listing = await ask('PROPFIND', path, propfind, { depth: '1' })
    expect(listing.status).toBe(nothing ? 403 : 207)
    expect(listing.text.includes('write-content')).toBe(rights.writes)
    const found = await ask('REPORT', path, query, { depth: '1' })
    expect(found.status).toBe(nothing ? 403 : 207)
    expect(seenIn(unfolded(found.text))).toEqual(wordsOf(rights))
    const synced = await ask('REPORT', path, sync)
    expect(synced.status).toBe(nothing ? 403 : 207)
    const hrefs = hrefsIn(listing.text)
    expect(hrefs).toHaveLength(nothing ? 0 : rights.sees === 'busy' ? 2 : 3)
    expect(new Set(hrefsIn(synced.text))).toEqual(new Set(hrefs))
    const wanted = hrefs.map((href) => `<href>${href}</href>`).join('') || `<href>${path}open%40corp.ics</href>`
    const multiget = `<C:calendar-multiget ${C}><prop><C:calendar-data/></prop>${wanted}</C:calendar-multiget>`
    const many = await ask('REPORT', path, multiget)
    expect(many.status).toBe(nothing ? 403 : 207)
    expect(seenIn(unfolded(many.text))).toEqual(wordsOf(rights))
    const each = await Promise.all(hrefs.map(async (href) => ask('GET', href)))
    expect(seenIn(unfolded(each.map(({ text }) => text).join('')))).toEqual(wordsOf(rights))
    for (const [i, href] of hrefs.entries()) {
      expect((await ask('HEAD', href)).headers.get('etag')).toBe(each[i]?.headers.get('etag'))
    }
    const whole = await ask('GET', path)
    expect(whole.status).toBe(nothing ? 403 : 200)
    expect(seenIn(unfolded(whole.text))).toEqual(wordsOf(rights))

    const named = ['all', 'all but private'].includes(rights.sees)
    expect((await ask('GET', `${path}open%40corp.ics`)).status).toBe(named ? 200 : nothing ? 403 : 404)
    expect((await ask('PUT', `${path}new.ics`, meeting('new'))).status).toBe(davStatusFor(rights.writes, 201))
    expect((await ask('PUT', `${path}open%40corp.ics`, meeting('open@corp'))).status).toBe(
      davStatusFor(rights.writes, 204),
    )
    // How a calendar is called in one's own list is one's own; what it says of itself is not.
    expect((await ask('PROPPATCH', path, rename)).status).toBe(nothing ? 403 : 207)
    const described = await ask('PROPPATCH', path, describing)
    expect(described.status).toBe(nothing ? 403 : 207)
    if (!nothing) expect(described.text.includes('need-privileges')).toBe(!rights.writes)
    const marked = await ask('PROPPATCH', `${path}open%40corp.ics`, patch('<mark xmlns="urn:x"/>'))
    expect(marked.status).toBe(named ? (rights.writes ? 207 : 403) : nothing ? 403 : 404)
    for (const method of ['LOCK', 'UNLOCK', 'PATCH']) expect((await ask(method, path)).status).toBe(405)
    const denied = await ask('ACL', path, denying)
    expect(denied.status).toBe(nothing ? 403 : 403)
    if (!nothing) expect(denied.text).toContain(rights.owns ? 'grant-only' : 'need-privileges')
    const listed403 = await ask('REPORT', path, aclReport)
    expect(listed403.status).toBe(nothing ? 403 : rights.owns ? 207 : 403)
    const matched = await ask('REPORT', path, matchReport)
    expect(matched.status).toBe(nothing ? 403 : 207)
    expect(hrefsIn(matched.text)).toHaveLength(login === 'ann' ? 4 : 0)
    const toElsewhere = { destination: `/dav/calendars/${login}/other-${id}/`, depth: '0' }
    expect((await ask('COPY', path, undefined, toElsewhere)).status).toBe(nothing ? 403 : 201)
    if (!nothing) expect((await ask('DELETE', toElsewhere.destination)).status).toBe(204)
    if (login !== 'ann') {
      // Not even who owns it together with her takes a calendar out of its home.
      const away = { destination: `/dav/calendars/${login}/mine-${id}/` }
      expect((await ask('MOVE', path, undefined, away)).status).toBe(nothing ? 403 : 403)
    }
    const moved = { destination: `${path}moved.ics` }
    expect((await ask('MOVE', `${path}holiday%40corp.ics`, undefined, moved)).status).toBe(
      named ? (rights.writes ? 201 : 403) : nothing ? 403 : 404,
    )
    expect((await ask('COPY', `${path}open%40corp.ics`, undefined, { destination: `${path}copy.ics` })).status).toBe(
      named ? (rights.writes ? 409 : 403) : nothing ? 403 : 404,
    )
    expect((await ask('POST', `${path};add-member`, meeting('posted'))).status).toBe(davStatusFor(rights.writes, 201))
    expect((await ask('MKCALENDAR', `/dav/calendars/ann/new-${id}/`)).status).toBe(login === 'ann' ? 201 : 403)
    for (const object of ['open%40corp.ics', 'dentist%40corp.ics']) {
      expect((await ask('DELETE', path + object)).status).toBe(davStatusFor(rights.writes, 204))
    }
    expect((await ask('DELETE', path)).status).toBe(davStatusFor(rights.owns, 204))
    const left = await world.portal.parts.service.getCalendar(ann, id)
    expect(left === null).toBe(rights.owns)
    if (left !== null) expect(left.displayName).not.toBe('Renamed')
  })

  it.each(cells)('holds in the API for $level given $way, as $login', async ({ way, level, login }) => {
    const rights = levels[levelFor(login, way, level)]
    const { id } = await cell(way, level)
    const api = browsers.get(login)!
    const nothing = rights.sees === 'nothing'
    const ask = async (method: string, at: string, body?: unknown) => {
      const response = await api(method, at, body)
      const text = unfolded(await response.text())
      expect(seenIn(text).filter((word) => !words[rights.sees].includes(word))).toEqual([])
      return { status: response.status, text }
    }
    const list = JSON.parse((await ask('GET', '/api/calendars')).text) as { id: string; access: unknown[] }[]
    const listed = list.find((calendar) => calendar.id === id)
    expect(listed === undefined).toBe(nothing)
    if (listed !== undefined) expect(listed.access.length > 0).toBe(rights.owns && way !== 'taken back')
    expect((await ask('GET', `/api/calendars/${id}`)).status).toBe(nothing ? 404 : 200)

    const events = await ask('GET', `/api/events?calendar=${id}&from=2026-11-22&to=2026-11-30`)
    // The page's events have no guests and no reminders.
    expect(seenIn(events.text)).toEqual(wordsOf(rights, ['guest@corp', 'VALARM']))
    const stored = JSON.parse(events.text) as { events: { object: string }[] }
    const names = [...new Set(stored.events.map(({ object }) => object))]
    expect(names).toHaveLength(nothing ? 0 : rights.sees === 'busy' ? 2 : 3)
    const files = await Promise.all(names.map((name) => ask('GET', `/api/calendars/${id}/events/${name}/ics`)))
    expect(seenIn(files.map(({ text }) => text).join(''))).toEqual(wordsOf(rights))
    for (const name of names) expect((await ask('GET', `/api/calendars/${id}/events/${name}`)).status).toBe(200)
    const named = ['all', 'all but private'].includes(rights.sees)
    expect((await ask('GET', `/api/calendars/${id}/events/open@corp.ics`)).status).toBe(named ? 200 : 404)
    const exported = await ask('GET', `/api/calendars/${id}/export.ics`)
    expect(exported.status).toBe(nothing ? 404 : 200)
    expect(seenIn(exported.text)).toEqual(wordsOf(rights))

    const draft = { title: 'New', start: '2026-11-28T10:00:00', end: '2026-11-28T11:00:00' }
    expect((await ask('POST', `/api/calendars/${id}/events`, draft)).status).toBe(statusFor(rights, rights.writes, 201))
    const target = `/api/calendars/${id}/events/${rights.writes ? 'holiday@corp.ics' : (names[0] ?? 'open@corp.ics')}`
    expect((await ask('PATCH', target, { title: 'Holiday' })).status).toBe(statusFor(rights, rights.writes, 200))
    expect((await ask('DELETE', target)).status).toBe(statusFor(rights, rights.writes, 204))
    expect((await ask('PATCH', `/api/calendars/${id}`, { name: 'X' })).status).toBe(
      statusFor(rights, rights.writes, 200),
    )
    for (const own of [{ exportAllowed: true }, { access: [] }]) {
      // Who takes the last owner's right from themselves has lost it for the next question.
      const before = levelFor(login, way, level)
      if ('access' in own && login !== 'ann' && before === 'owner') continue
      expect((await ask('PATCH', `/api/calendars/${id}`, own)).status).toBe(statusFor(rights, rights.owns, 200))
    }
    expect((await ask('DELETE', `/api/calendars/${id}`)).status).toBe(statusFor(rights, rights.owns, 204))
    expect((await world.portal.parts.service.getCalendar(ann, id)) === null).toBe(rights.owns)
  })

  it.each(cells)('holds in a feed link for $level given $way, as $login', async ({ way, level, login }) => {
    const rights = levels[levelFor(login, way, level)]
    const api = browsers.get(login)!
    let link: { status: number; path: string } = { status: 0, path: '' }
    const { id } = await cell(way, level, async (calendar) => {
      // Made while the right was there.
      const response = await api('POST', '/api/feed-links', { calendar: calendar.id, name: 'Link' })
      const { url = '' } = (await response.json()) as { url?: string }
      link = { status: response.status, path: url === '' ? '' : new URL(url).pathname }
    })
    const before = way === 'taken back' && login === 'direct' ? level : levelFor(login, way, level)
    expect(link.status).toBe(before === 'none' ? 404 : 201)
    if (link.path === '') return
    const fetch = async (method = 'GET') => {
      const response = await world.anonymous()(method, link.path)
      return { status: response.status, text: await response.text() }
    }
    const feed = await fetch()
    expect(feed.status).toBe(rights.sees === 'nothing' ? 404 : 200)
    expect(seenIn(unfolded(feed.text))).toEqual(wordsOf(rights))
    expect((await fetch('HEAD')).status).toBe(feed.status)
    for (const method of ['PUT', 'DELETE', 'POST', 'PROPFIND']) expect((await fetch(method)).status).toBe(405)
    const wrong = await (await world.anonymous()('GET', link.path.replace(/.{4}\.ics$/, 'AAAA.ics'))).text()
    await world.portal.parts.service.updateCalendar(ann, id, { exportAllowed: false })
    expect(await fetch()).toEqual({ status: 404, text: wrong })
  })

  it.each(cells)('holds in Outlook for $level given $way, as $login', async ({ way, level, login }) => {
    const rights = levels[levelFor(login, way, level)]
    const nothing = rights.sees === 'nothing'
    let made: { status: number; path: string } = { status: 0, path: '' }
    const { id } = await cell(way, level, async (calendar) => {
      const body = { calendar: calendar.id, name: 'PC' }
      const response = await browsers.get(login)!('POST', '/api/outlook-connections', body)
      const { url = '' } = (await response.json()) as { url?: string }
      made = { status: response.status, path: url === '' ? '' : new URL(url).pathname }
    })
    const before = way === 'taken back' && login === 'direct' ? level : levelFor(login, way, level)
    expect(made.status).toBe(before === 'none' ? 404 : 201)
    const { guid } = (await world.portal.parts.outlookLists.identify({
      principal: ann,
      calendar: id,
      connection: null,
    }))!
    const paths = [`/outlook/basic/${id}`, ...(made.path === '' ? [] : [made.path])]
    for (const path of paths) {
      const from = path.startsWith('/outlook/basic/') ? devices.get(login)! : world.anonymous()
      const ask = async (operation: string, parameters: string) => {
        const call = `<${operation} xmlns="http://schemas.microsoft.com/sharepoint/soap/"><listName>{${guid}}</listName>${parameters}</${operation}>`
        const envelope = `<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"><Body>${call}</Body></Envelope>`
        const response = await from('POST', `${path}/_vti_bin/Lists.asmx`, envelope, { 'content-type': 'text/xml' })
        // A property of every item has one of the words in its name.
        const text = (await response.text()).replaceAll('BusyStatus', '')
        expect(seenIn(text).filter((word) => !words[rights.sees].includes(word))).toEqual([])
        return {
          status: response.status,
          text,
          codes: [...text.matchAll(/<ErrorCode>(\w+)</g)].map(([, code]) => code),
        }
      }
      const shown = await ask('GetListItemChangesSinceToken', '')
      expect(shown.status).toBe(nothing ? 500 : 200)
      if (nothing) {
        for (const operation of [
          'GetList',
          'GetListItems',
          'UpdateListItems',
          'AddAttachment',
          'GetAttachmentCollection',
        ]) {
          expect((await ask(operation, '<listItemID>1</listItemID>')).text).toContain('0x82000006')
        }
        expect((await from('GET', `${path}/Lists/Calendar/Attachments/1/a`)).status).toBe(404)
        continue
      }
      // Items have no guests and no reminders, and objects' names are not theirs.
      expect(seenIn(shown.text)).toEqual(wordsOf(rights, ['open@corp', 'guest@corp', 'VALARM']))
      expect(shown.text.includes('EffectivePermMask="FullMask"')).toBe(rights.writes)
      const ids = [...shown.text.matchAll(/ ows_ID="(\d+)"/g)].map(([, item]) => item)
      expect(ids.length).toBeGreaterThan(1)
      const times =
        '<Field Name="EventDate">2026-11-27T09:00:00Z</Field><Field Name="EndDate">2026-11-27T10:00:00Z</Field>'
      const batch = (methods: string) => `<updates><Batch DateInUtc="TRUE">${methods}</Batch></updates>`
      const done = rights.writes ? '0x00000000' : '0x81020014'
      const written = await ask(
        'UpdateListItems',
        batch(
          `<Method ID="0" Cmd="New"><Field Name="Title">Written</Field>${times}</Method>` +
            ids
              .map(
                (item, i) =>
                  `<Method ID="${i + 1}" Cmd="Update"><Field Name="ID">${item}</Field><Field Name="Priority">0</Field></Method>`,
              )
              .join(''),
        ),
      )
      expect(new Set(written.codes)).toEqual(new Set([done]))
      const file = await ask(
        'AddAttachment',
        `<listItemID>${ids[0]}</listItemID><fileName>a.txt</fileName><attachment>AQID</attachment>`,
      )
      expect(file.text.includes('0x80070005')).toBe(!rights.writes)
      const deleted = await ask(
        'UpdateListItems',
        batch(`<Method ID="0" Cmd="Delete"><Field Name="ID">${ids.at(-1)}</Field></Method>`),
      )
      expect(deleted.codes).toEqual([done])
      // For the next address of the same calendar.
      const { service } = world.portal.parts
      for (const [object, text] of Object.entries(objects)) {
        await service.putObject(ann, { calendar: id, name: object }, new TextEncoder().encode(text))
      }
    }
  })
})

describe('a right that changes', () => {
  it('is followed by every door at the next question: what was whole is busy times now', async () => {
    const { service } = world.portal.parts
    let link = ''
    const { id, path } = await cell('to a person', 'write', async (calendar) => {
      const made = await browsers
        .get('direct')!
        .json<{ url: string }>('POST', '/api/feed-links', { calendar: calendar.id, name: 'L' }, 201)
      link = new URL(made.url).pathname
    })
    const texts = async () => [
      await (await devices.get('direct')!('GET', path)).text(),
      await (await browsers.get('direct')!('GET', `/api/calendars/${id}/export.ics`)).text(),
      await (await world.anonymous()('GET', link)).text(),
    ]
    for (const text of await texts()) expect(seenIn(unfolded(text))).toEqual(wordsOf(levels.write))
    for (const level of ['read', 'titles', 'free-busy', 'none'] as const) {
      await service.updateCalendar(ann, id, { access: [{ principal: ids.get('direct') ?? '', level }] })
      for (const text of await texts()) expect(seenIn(unfolded(text))).toEqual(wordsOf(levels[level]))
    }
  })
})
