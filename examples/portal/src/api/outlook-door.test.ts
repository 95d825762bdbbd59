import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { z } from 'zod'
import { openTestPortal, type TestClient, type TestPortal } from '../test/open-test-portal.ts'
import type * as schemas from './schemas.ts'

type Calendar = z.output<typeof schemas.Calendar>
type Connection = z.output<typeof schemas.OutlookConnection>

const password = 'secret-password'
const work = [
  ...['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Test//EN', 'BEGIN:VEVENT', 'UID:a@work'],
  ...['DTSTAMP:20261101T000000Z', 'DTSTART:20261123T090000Z', 'DTEND:20261123T100000Z', 'SUMMARY:Планёрка'],
  ...['END:VEVENT', 'END:VCALENDAR', ''],
].join('\r\n')
const seed = {
  users: [
    {
      login: 'anna',
      password,
      name: 'Анна Ветрова',
      timeZone: 'Europe/Moscow',
      calendars: [{ name: 'Работа', access: [{ login: 'igor', level: 'read' as const }], ics: 'work' }],
    },
    { login: 'igor', password, name: 'Игорь' },
  ],
}

let world: TestPortal
let anna: TestClient
let igor: TestClient
let calendar: Calendar
beforeEach(async () => {
  world = await openTestPortal(seed, { work })
  anna = await world.signedIn('anna', password)
  igor = await world.signedIn('igor', password)
  calendar = (await anna.json<Calendar[]>('GET', '/api/calendars')).find(({ name }) => name === 'Работа')!
})
afterEach(() => world.close())

const connect = (who: TestClient, name = 'Ноутбук'): Promise<Connection> =>
  who.json('POST', '/api/outlook-connections', { calendar: calendar.id, name }, 201)

/** The list's GUID as the link has it. */
const guidOf = ({ link }: Connection): string =>
  /guid=%7B([^&]*)%7D/.exec(link ?? '')?.[1]?.replaceAll('%2D', '-') ?? ''

const soap = async (path: string, body: string, headers: Record<string, string> = {}) => {
  const response = await world.portal.fetch(
    new Request(`http://portal.test${path}/_vti_bin/Lists.asmx`, {
      method: 'POST',
      headers: { 'content-type': 'text/xml', 'user-agent': 'Microsoft Office Outlook 16', ...headers },
      body: `<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"><Body>${body}</Body></Envelope>`,
    }),
  )
  return { status: response.status, text: await response.text(), headers: response.headers }
}
const ns = 'xmlns="http://schemas.microsoft.com/sharepoint/soap/"'
const changes = (guid: string) =>
  `<GetListItemChangesSinceToken ${ns}><listName>{${guid}}</listName></GetListItemChangesSinceToken>`
const create = (guid: string, title: string) =>
  `<UpdateListItems ${ns}><listName>{${guid}}</listName><updates><Batch DateInUtc="TRUE"><Method ID="0" Cmd="New">` +
  `<Field Name="Title">${title}</Field><Field Name="EventDate">2026-11-24T09:00:00Z</Field>` +
  `<Field Name="EndDate">2026-11-24T10:00:00Z</Field></Method></Batch></updates></UpdateListItems>`

describe('a connection to Outlook', () => {
  it('has its list made ready before Outlook asks for it', async () => {
    const describeList = vi.spyOn(world.portal.parts.outlookLists, 'describe')
    await connect(anna)
    expect(describeList).toHaveBeenCalledOnce()
    expect(await describeList.mock.results[0]?.value).toMatchObject({ title: 'Работа', itemCount: 1 })
  })

  it('has a link that names owner and calendar, and is heard of with its first sync (MS-STSSYN 2.1)', async () => {
    const made = await connect(anna)
    expect(made).toMatchObject({ name: 'Ноутбук', folder: 'Анна Ветрова - Работа', mayWrite: true, state: 'unused' })
    expect(made.link).toMatch(
      /^stssync:\/\/sts\/\?ver=1\.1&type=calendar&cmd=add-folder&base-url=http%3A%2F%2Fportal%2Etest%2Foutlook%2F/,
    )
    expect(made.link!.length).toBeLessThan(500)
    const answer = await soap(new URL(made.url).pathname, changes(guidOf(made)))
    expect(answer.status).toBe(200)
    expect(answer.text).toContain('ows_Title="Планёрка"')
    await expect
      .poll(async () => (await anna.json<Connection[]>('GET', '/api/outlook-connections'))[0])
      .toMatchObject({
        state: 'works',
        lastSyncMs: world.clock.ms,
        lastUserAgent: 'Microsoft Office Outlook 16',
        link: made.link,
      })
  })

  it('is called by the names that the link has, shortened where it would be too long', async () => {
    const long = await anna.json<Calendar>(
      'POST',
      '/api/calendars',
      { name: 'Совещания отдела развития, продаж и обслуживания постоянных покупателей' },
      201,
    )
    const made = await anna.json<Connection>('POST', '/api/outlook-connections', { calendar: long.id, name: 'PC' }, 201)
    const inLink = (field: string): string =>
      (new RegExp(`${field}=([^&]*)`).exec(made.link!)?.[1] ?? '')
        .replace(/\[([0-9A-F]+)\]/g, (_, units: string) =>
          units.replace(/..../g, (unit) => String.fromCharCode(Number.parseInt(unit, 16))),
        )
        .replace(/%([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    expect(made.folder).toBe(`${inLink('site-name')} - ${inLink('list-name')}`)
    expect([made.calendarName, made.folder]).toEqual([
      'Совещания отдела развития, продаж и обслуживания постоянных покупателей',
      expect.stringMatching(/^Анна Ветрова - Совещания .*\.\.\.$/),
    ])
  })

  it('takes events in and shows them on the page, in the zone of the calendar’s owner', async () => {
    const made = await connect(anna)
    const answer = await soap(new URL(made.url).pathname, create(guidOf(made), 'Из Outlook'))
    expect(answer.text).toContain('0x00000000')
    const { events } = await anna.json<{ events: { title: string; start: string; timeZone: string }[] }>(
      'GET',
      '/api/events?from=2026-11-24&to=2026-11-25',
    )
    expect(events).toMatchObject([{ title: 'Из Outlook', start: '2026-11-24T12:00:00', timeZone: 'Europe/Moscow' }])
  })

  it('is read-only for a reader, and dies with the right, by revocation and with the calendar', async () => {
    const made = await connect(igor)
    expect(made.mayWrite).toBe(false)
    const path = new URL(made.url).pathname
    const guid = guidOf(made)
    expect((await soap(path, changes(guid))).text).toContain('EffectivePermMask="ViewListItems, OpenItems')
    expect((await soap(path, create(guid, 'Nein'))).text).toContain('<ErrorCode>0x81020014</ErrorCode>')
    await anna.json('PATCH', `/api/calendars/${calendar.id}`, { access: [] })
    const gone = await soap(path, changes(guid))
    expect([gone.status, gone.text.includes('0x82000006')]).toEqual([500, true])
    expect(await igor.json('GET', '/api/outlook-connections')).toMatchObject([{ state: 'no-access', link: null }])
    await igor.json('DELETE', `/api/outlook-connections/${made.id}`, undefined, 204)
    expect((await soap(path, changes(guid))).status).toBe(404)
    expect(await igor.json('GET', '/api/outlook-connections')).toEqual([])
    const own = await connect(anna)
    await anna.json('DELETE', `/api/calendars/${calendar.id}`, undefined, 204)
    const deleted = await soap(new URL(own.url).pathname, changes(guidOf(own)))
    expect([deleted.status, deleted.text.includes('0x82000006')]).toEqual([500, true])
    const guessed = await soap(new URL(own.url).pathname.replace(/.$/, '_'), changes(guidOf(own)))
    expect(guessed.status).toBe(404)
    expect(await anna.json('GET', '/api/outlook-connections')).toEqual([])
  })

  it('brings an event back under its id when the page undoes its deletion (MS-LISTSWS 2.2.5.1 Restore)', async () => {
    const made = await connect(anna)
    const path = new URL(made.url).pathname
    const sync = async (token: string | undefined) => {
      const request = changes(guidOf(made))
      const with_ =
        token === undefined ? request : request.replace('</GetList', `<changeToken>${token}</changeToken></GetList`)
      const { text } = await soap(path, with_)
      return { text, token: /LastChangeToken="([^"]*)"/.exec(text)?.[1] }
    }
    const first = await sync(undefined)
    const uniqueId = /ows_UniqueId="1;#([^"]*)"/.exec(first.text)?.[1]
    const { events } = await anna.json<{ events: { calendar: string; object: string }[] }>(
      'GET',
      '/api/events?from=2026-11-23&to=2026-11-24',
    )
    const [event] = events
    await anna.json(
      'DELETE',
      `/api/calendars/${event!.calendar}/events/${encodeURIComponent(event!.object)}`,
      undefined,
      204,
    )
    const gone = await sync(first.token)
    expect(gone.text).toContain(`<Id ChangeType="Delete" UniqueId="${uniqueId}">1</Id>`)
    await anna.json('POST', `/api/calendars/${calendar.id}/import`, work, 202)
    const back = async () => (await sync(gone.token)).text
    await expect.poll(back).toContain(`<Id ChangeType="Restore" UniqueId="${uniqueId}">1</Id>`)
    expect(await back()).toMatch(/<z:row ows_ID="1" .*ows_Title="Планёрка" .*ows_owshiddenversion="3"/)
  })

  it('is its maker’s alone to see, rename and revoke', async () => {
    const made = await connect(anna)
    const path = `/api/outlook-connections/${made.id}`
    await igor.json('PATCH', path, { name: 'Mine' }, 404)
    await igor.json('DELETE', path, undefined, 404)
    expect(await igor.json('GET', '/api/outlook-connections')).toEqual([])
    expect(await anna.json('PATCH', path, { name: 'Дома' })).toMatchObject({ name: 'Дома', url: made.url })
    await anna.json('POST', '/api/outlook-connections', { calendar: 'nowhere', name: 'x' }, 404)
  })

  it('leads a browser from an item to the event’s page, and from one that is gone to the calendar', async () => {
    const made = await connect(anna)
    const path = new URL(made.url).pathname
    await soap(path, changes(guidOf(made)))
    const to = async (rest: string) => {
      const response = await world.portal.fetch(new Request(`http://portal.test${path}${rest}`))
      expect(response.headers.get('referrer-policy')).toBe('no-referrer')
      return [response.status, response.headers.get('location')]
    }
    const [, event] = await to('/Lists/Calendar/DispForm.aspx?ID=1')
    expect(event).toMatch(new RegExp(`^/\\?calendar=${calendar.id}&event=[^&]+$`))
    expect(await to('/Lists/Calendar/DispForm.aspx?ID=99')).toEqual([302, `/?calendar=${calendar.id}`])
    expect(await to('/Lists/Calendar/')).toEqual([302, `/?calendar=${calendar.id}`])
  })

  it('also works with Basic, for account passwords and for app passwords of this door only', async () => {
    const { guid } = (await world.portal.parts.outlookLists.identify({
      principal: { id: calendar.owner.id, groups: [] },
      calendar: calendar.id,
      connection: null,
    }))!
    const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(`anna:${text}`).toString('base64')}` })
    const path = `/outlook/basic/${calendar.id}`
    const asked = await soap(path, changes(guid))
    expect([asked.status, asked.headers.get('www-authenticate')]).toEqual([
      401,
      'Basic realm="Dayport portal", charset="UTF-8"',
    ])
    expect((await soap(path, changes(guid), basic(password))).status).toBe(200)
    const app = (scopes: string[]) =>
      anna.json<{ password: string }>('POST', '/api/app-passwords', { name: 'PC', scopes }, 201)
    const right = await app(['outlook'])
    const wrong = await app(['caldav'])
    expect((await soap(path, changes(guid), basic(right.password))).status).toBe(200)
    expect((await soap(path, changes(guid), basic(wrong.password))).status).toBe(401)
    const dav = await world.basic('anna', right.password)('PROPFIND', '/dav/', undefined, { depth: '0' })
    expect(dav.status).toBe(401)
  })
})
