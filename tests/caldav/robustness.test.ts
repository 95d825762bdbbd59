import { parseXml, type XmlElement } from '@dayport/core/xml'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readConfig } from '../../examples/portal/src/config.ts'
import { createLog } from '../../examples/portal/src/log.ts'
import { openPortal } from '../../examples/portal/src/open-portal.ts'
import { openTestPortal, type TestClient, type TestPortal } from '../../examples/portal/src/test/open-test-portal.ts'

let world: TestPortal
let ann: TestClient
let ben: TestClient
const home = '/dav/calendars/ann/'
const work = `${home}work/`

beforeAll(async () => {
  const person = (login: string) => ({ login, password: `${login}-password` })
  world = await openTestPortal({
    users: [
      { ...person('ann'), calendars: [{ name: 'work', access: [{ login: 'ben', level: 'read' }] }, { name: 'other' }] },
      person('ben'),
    ],
  })
  ann = world.basic('ann', 'ann-password')
  ben = world.basic('ben', 'ben-password')
}, 60_000)
afterAll(() => world.close())

const dav = (local: string) => `{DAV:}${local}` as const
const cal = (local: string) => `{urn:ietf:params:xml:ns:caldav}${local}` as const
const event = (uid: string, summary = 'Meeting') =>
  `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\nBEGIN:VEVENT\r\nUID:${uid}\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20260310T090000Z\r\nDTEND:20260310T100000Z\r\nSUMMARY:${summary}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`
const xmlHeaders = (depth: string) => ({ 'content-type': 'application/xml', depth })
const syncBody = (token: string, limit = '') =>
  `<sync-collection xmlns="DAV:"><sync-token>${token}</sync-token><sync-level>1</sync-level>${limit}<prop><getetag/></prop></sync-collection>`

const etagOf = async (response: Promise<Response>): Promise<string> => (await response).headers.get('etag') ?? ''

interface Page {
  readonly token: string
  /** Etag by path; `null`: gone. */
  readonly changes: ReadonlyMap<string, string | null>
  readonly more: boolean
}

const statusOf = (element: XmlElement): number => Number(element.child(dav('status'))?.text.split(' ')[1])

const sync = async (token: string, limit = '', path = work): Promise<Page> => {
  const response = await ann('REPORT', path, syncBody(token, limit), xmlHeaders('0'))
  const text = await response.text()
  if (response.status !== 207) throw new Error(`${response.status} ${text}`)
  const root = parseXml(text)
  const changes = new Map<string, string | null>()
  let more = false
  for (const one of root.childrenNamed(dav('response'))) {
    const href = one.child(dav('href'))?.text ?? ''
    if (href === path) more = statusOf(one) === 507
    else {
      const etag = one.child(dav('propstat'))?.child(dav('prop'))?.child(dav('getetag'))?.text ?? null
      changes.set(href, etag)
    }
  }
  return { token: root.child(dav('sync-token'))?.text ?? '', changes, more }
}

describe('the CalDAV door of the portal', () => {
  it('gives two etags to two writes within one second', async () => {
    const etags = await Promise.all(
      ['1', '2', '3'].map((n) => etagOf(ann('PUT', `${work}second.ics`, event('second', n)))),
    )
    expect(new Set(etags).size).toBe(3)
  })

  it('tells of a DELETE with a PUT after it as of a change (RFC 6578 §3.5.1), and of the reverse as of nothing but a removal (§3.5.2)', async () => {
    await ann('PUT', `${work}again.ics`, event('again'))
    const { token } = await sync('')
    await ann('DELETE', `${work}again.ics`)
    const etag = await etagOf(ann('PUT', `${work}again.ics`, event('again')))
    await ann('PUT', `${work}brief.ics`, event('brief'))
    await ann('DELETE', `${work}brief.ics`)
    expect([...(await sync(token)).changes]).toEqual([
      [`${work}again.ics`, etag],
      [`${work}brief.ics`, null],
    ])
  })

  it('lets exactly one of many writers with one etag win, and loses nothing of it (RFC 9110 §13.1.1)', async () => {
    const etag = await etagOf(ann('PUT', `${work}race.ics`, event('race')))
    const writers = Array.from({ length: 12 }, (_, n) =>
      ann('PUT', `${work}race.ics`, event('race', `Writer ${n}`), { 'if-match': etag }),
    )
    const statuses = (await Promise.all(writers)).map(({ status }) => status)
    expect(statuses.filter((status) => status === 204)).toHaveLength(1)
    expect(statuses.filter((status) => status === 412)).toHaveLength(11)
    const winner = statuses.indexOf(204)
    expect(await (await ann('GET', `${work}race.ics`)).text()).toBe(event('race', `Writer ${winner}`))
  })

  it('keeps tokens and etags over a restart', async () => {
    const etag = await etagOf(ann('PUT', `${work}kept.ics`, event('kept')))
    const { token } = await sync('')
    await ann('DELETE', `${work}kept.ics`)
    const log = createLog({ write: () => undefined })
    const again = await openPortal(readConfig({ DATA_DIR: world.dataDir }), { log, webRoot: null, version: 'test' })
    const authorization = `Basic ${btoa('ann:ann-password')}`
    const response = await again.fetch(
      new Request(`http://portal.test${work}`, {
        method: 'REPORT',
        headers: { authorization, ...xmlHeaders('0') },
        body: syncBody(token),
      }),
    )
    const text = await response.text()
    await again.close()
    expect([response.status, text.includes('404'), text.includes(`${work}kept.ics`)]).toEqual([207, true, true])
    expect(text).not.toContain(etag)
  })

  it('refuses the token of another calendar, of a calendar that was made anew, and any other text (RFC 6578 §3.2)', async () => {
    const other = `${home}other/`
    const { token } = await sync('', '', other)
    await ann('DELETE', other)
    expect((await ann('MKCALENDAR', other)).status).toBe(201)
    for (const [path, text] of [
      [work, token],
      [other, token],
      [work, 'data:,junk'],
      [work, 'http://example.org/1'],
    ] as const) {
      const response = await ann('REPORT', path, syncBody(text), xmlHeaders('0'))
      expect([response.status, parseXml(await response.text()).elements[0]?.name]).toEqual([
        403,
        dav('valid-sync-token'),
      ])
    }
  })

  it('brings any name of a calendar back as it was given', async () => {
    const name = 'Ёлки & <палки> "2" 日本 🎄'
    const xml = name.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
    const body = `<C:mkcalendar xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><set><prop><displayname>${xml}</displayname></prop></set></C:mkcalendar>`
    const path = `${home}${encodeURIComponent('ёлки & палки')}/`
    expect((await ann('MKCALENDAR', path, body, xmlHeaders('0'))).status).toBe(201)
    const answer = await ann(
      'PROPFIND',
      path,
      '<propfind xmlns="DAV:"><prop><displayname/></prop></propfind>',
      xmlHeaders('0'),
    )
    const response = parseXml(await answer.text()).child(dav('response'))
    expect(response?.child(dav('href'))?.text).toBe(path)
    expect(response?.child(dav('propstat'))?.child(dav('prop'))?.child(dav('displayname'))?.text).toBe(name)
  })

  it('makes XML of any text: markup, ends of CDATA, and characters that XML cannot carry', async () => {
    const summary = 'a & b <c> ]]> "d" \u0001\u000b\ufffe 🎄'
    expect((await ann('PUT', `${work}odd.ics`, event('odd', summary))).status).toBe(201)
    const body = `<C:calendar-multiget xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><prop><C:calendar-data/></prop><href>${work}odd.ics</href></C:calendar-multiget>`
    const answer = await ann('REPORT', work, body, xmlHeaders('0'))
    const prop = parseXml(await answer.text())
      .child(dav('response'))
      ?.child(dav('propstat'))
      ?.child(dav('prop'))
    expect(prop?.child(cal('calendar-data'))?.text).toBe(event('odd', 'a & b <c> ]]> "d"  🎄'))
    expect(await (await ann('GET', `${work}odd.ics`)).text()).toBe(event('odd', summary))
  })

  it('answers HEAD with the header of GET', async () => {
    await ann('PUT', `${work}head.ics`, event('head'))
    for (const path of [`${work}head.ics`, work]) {
      const [get, head] = await Promise.all([ann('GET', path), ann('HEAD', path)])
      expect([head.status, Object.fromEntries(head.headers)]).toEqual([get.status, Object.fromEntries(get.headers)])
      expect(await head.text()).toBe('')
    }
  })

  it('writes dates as RFC 9110 §5.6.7 says', async () => {
    await ann('PUT', `${work}date.ics`, event('date'))
    expect((await ann('GET', `${work}date.ics`)).headers.get('last-modified')).toBe('Sun, 22 Nov 2026 12:00:00 GMT')
  })

  it.each(['2', 'one', '-1', ''])('answers 400 to the Depth %j', async (depth) => {
    const body = '<propfind xmlns="DAV:"><prop><getetag/></prop></propfind>'
    expect((await ann('PROPFIND', work, body, xmlHeaders(depth))).status).toBe(400)
  })

  it('shows what was given, and no longer what was taken away, to the very next request', async () => {
    const person = (login: string) => world.portal.parts.people.findByLogin(login)?.id ?? ''
    const { service } = world.portal.parts
    const who = { id: person('ann'), groups: [] }
    const calendar = await service.findCalendar(who, who.id, 'work')
    const share = (level: 'none' | 'read' | 'write') =>
      service.updateCalendar(who, calendar?.id ?? '', { access: [{ principal: person('ben'), level }] })
    await share('read')
    await ann('PUT', `${work}shared.ics`, event('shared'))
    expect((await ben('GET', `${work}shared.ics`)).status).toBe(200)
    expect((await ben('PUT', `${work}ben.ics`, event('ben'))).status).toBe(403)
    await share('write')
    expect((await ben('PUT', `${work}ben.ics`, event('ben'))).status).toBe(201)
    await share('none')
    expect((await ben('GET', `${work}shared.ics`)).status).toBe(403)
    expect((await ben('PROPFIND', work, undefined, { depth: '1' })).status).toBe(403)
  })

  it('never leaves the calendar by a name', async () => {
    for (const name of ['..%2f..%2fother%2fx.ics', '%2e%2e%2fx.ics', '..%5cx.ics/../y', '%252e%252e%252fx']) {
      const { status } = await ann('PUT', `${work}${name}`, event(`path ${name}`))
      const listed = await sync('')
      for (const path of listed.changes.keys()) expect(path.slice(work.length)).not.toContain('/')
      expect(status).not.toBe(500)
    }
  })

  it('hides a broken object, and nothing else, in every report', async () => {
    const { store } = world.portal.parts
    const who = { id: world.portal.parts.people.findByLogin('ann')?.id ?? '', groups: [] }
    const calendar = await store.findCalendar(who.id, 'work')
    const index = { uid: 'broken', component: 'VEVENT', firstStartMs: 0, lastEndMs: 1e14, recurrence: null, tzids: [] }
    const ref = { calendar: calendar?.id ?? '', name: 'broken.ics' }
    await store.putObject(ref, { data: new Uint8Array([1, 2, 3]), index })
    await ann('PUT', `${work}sound.ics`, event('sound'))
    const inRange = '<C:time-range start="20260310T000000Z" end="20260311T000000Z"/>'
    const ask = async (root: string, inside: string) => {
      const body = `<C:${root} xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">${inside}</C:${root}>`
      const response = await ann('REPORT', work, body, xmlHeaders('1'))
      return { status: response.status, text: await response.text() }
    }
    const data =
      '<prop><getetag/><C:calendar-data><C:expand start="20260310T000000Z" end="20260311T000000Z"/></C:calendar-data></prop>'
    const filter = `<C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT">${inRange}</C:comp-filter></C:comp-filter></C:filter>`
    const hrefs = ['broken', 'sound'].map((name) => `<href>${work}${name}.ics</href>`).join('')
    for (const answer of [
      await ask('calendar-query', data + filter),
      await ask('calendar-multiget', data + hrefs),
      await ask('free-busy-query', inRange),
    ]) {
      expect([answer.status < 300, answer.text.includes('sound') || answer.text.includes('FREEBUSY')]).toEqual([
        true,
        true,
      ])
    }
    expect((await sync('')).changes.get(`${work}sound.ics`)).toBeTruthy()
    await store.deleteObject(ref)
  })
})

describe('sync-collection beside writers', () => {
  it('leads every reader to the same members, whatever the pages and whoever writes meanwhile (RFC 6578 §3.4–3.6)', async () => {
    const path = `${home}busy/`
    expect((await ann('MKCALENDAR', path)).status).toBe(201)
    let state = 7
    const pick = (below: number) => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
      return state % below
    }
    let writing = true
    const write = async (writer: number) => {
      for (let step = 0; step < 40; step++) {
        const n = pick(25)
        if (pick(3) === 0) await ann('DELETE', `${path}${n}.ics`)
        else await ann('PUT', `${path}${n}.ics`, event(`busy-${n}`, `${writer} ${step}`))
      }
    }
    const read = async (limit: string) => {
      const seen = new Map<string, string>()
      let token = ''
      const step = async () => {
        const page = await sync(token, limit, path)
        if (token === '') expect([...page.changes.values()]).not.toContain(null)
        for (const [href, etag] of page.changes) {
          if (etag === null) seen.delete(href)
          else seen.set(href, etag)
        }
        token = page.token
        return page.more
      }
      while (writing) await step()
      while (await step());
      return seen
    }
    const readers = ['', '<limit><nresults>1</nresults></limit>', '<limit><nresults>3</nresults></limit>'].map(read)
    await Promise.all([0, 1, 2, 3].map(write))
    writing = false
    const { changes: members } = await sync('', '', path)
    for (const seen of await Promise.all(readers)) expect(new Map(seen)).toEqual(members)
  })

  it('lets a write through only from the state that its token names (RFC 6578 §5)', async () => {
    const { token } = await sync('')
    const write = (name: string) => ann('PUT', `${work}${name}.ics`, event(name), { if: `<${work}> (<${token}>)` })
    expect((await write('first-by-token')).status).toBe(201)
    expect((await write('second-by-token')).status).toBe(412)
  })
})
