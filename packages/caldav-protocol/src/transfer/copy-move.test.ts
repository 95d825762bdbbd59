import { describe, expect, it } from 'vitest'
import {
  anna,
  boris,
  calendarHeaders,
  carl,
  createServer,
  event,
  hrefsIn,
  meeting,
  propBody,
} from '../../test/server.ts'
import { cal, dav } from '../wire/names.ts'

const work = '/dav/calendars/anna/work/'
const home = '/dav/calendars/anna/home/'
const at = `${work}a.ics`

const withTwo = async () => {
  const server = createServer()
  const first = await server.calendar('work', { components: ['VEVENT', 'VTODO'] })
  const second = await server.calendar('home', { components: ['VEVENT'] })
  await server.dav('PUT', at, { body: meeting('a'), headers: calendarHeaders })
  const copy = (destination: string, headers = {}, method = 'COPY', as = anna) =>
    server.dav(method, at, { headers: { destination, ...headers }, as })
  const move = (destination: string, headers = {}, as = anna) => copy(destination, headers, 'MOVE', as)
  return { ...server, first, second, copy, move }
}
const tokenOf = async ({ dav: ask }: Pick<Awaited<ReturnType<typeof withTwo>>, 'dav'>, href: string) =>
  (await ask('PROPFIND', href, { body: propBody(dav('propfind'), [dav('sync-token')]), headers: { depth: '0' } })).prop(
    href,
    dav('sync-token'),
  )?.text
const changes = async (
  { dav: ask }: Pick<Awaited<ReturnType<typeof withTwo>>, 'dav'>,
  href: string,
  token?: string,
) => {
  const body = `<sync-collection xmlns="DAV:"><sync-token>${token ?? ''}</sync-token><sync-level>1</sync-level><prop><getetag/></prop></sync-collection>`
  const answer = await ask('REPORT', href, { body })
  return [...answer.responses()].map(([name, { status }]) => [name.slice(href.length), status])
}

describe('COPY and MOVE of an object', () => {
  it('moves within a calendar and between calendars, seen by sync on both sides (RFC 4918 §9.9)', async () => {
    const server = await withTwo()
    const [before, there] = [await tokenOf(server, work), await tokenOf(server, home)]
    expect((await server.move(`${work}b.ics`)).status).toBe(201)
    const moved = await server.dav('MOVE', `${work}b.ics`, { headers: { destination: `http://dav.test${home}c.ics` } })
    expect([moved.status, moved.headers.get('location')]).toEqual([201, `http://dav.test${home}c.ics`])
    expect(moved.headers.get('etag')).toBe((await server.dav('GET', `${home}c.ics`)).headers.get('etag'))
    expect(await changes(server, work, before)).toEqual([
      ['a.ics', 404],
      ['b.ics', 404],
    ])
    expect(await changes(server, home, there)).toEqual([['c.ics', null]])
    expect((await server.dav('GET', at)).status).toBe(404)
  })

  it('copies to another calendar: 201, then 204 over itself, 412 when it must not overwrite (RFC 4918 §10.6)', async () => {
    const { copy, dav: ask } = await withTwo()
    const [made, over] = [await copy(`${home}c.ics`), await copy(`${home}c.ics`)]
    expect([made.status, made.headers.get('location')]).toEqual([201, `${home}c.ics`])
    expect([over.status, over.headers.get('location')]).toEqual([204, null])
    expect((await copy(`${home}c.ics`, { overwrite: 'F' })).status).toBe(412)
    expect((await copy(`${home}c.ics`, { overwrite: 'X' })).status).toBe(400)
    expect((await ask('GET', `${home}c.ics`)).text).toBe((await ask('GET', at)).text)
    const back = await copy(`${home}c.ics`, { prefer: 'return=representation' })
    expect([back.status, back.headers.get('content-location')]).toEqual([200, `${home}c.ics`])
    expect(back.headers.get('preference-applied')).toBe('return=representation')
    expect(back.text).toContain('UID:a')
  })

  it('names the holder of a UID at the destination, and changes nothing (RFC 4791 §5.3.2.1)', async () => {
    const { copy, move, dav: ask } = await withTwo()
    expect((await copy(`${work}b.ics`)).condition()).toBe(cal('no-uid-conflict'))
    await ask('PUT', `${home}held.ics`, { body: meeting('a'), headers: calendarHeaders })
    const conflict = await move(`${home}c.ics`)
    expect([conflict.status, hrefsIn(conflict.xml().elements[0])]).toEqual([409, [`${home}held.ics`]])
    await ask('PUT', `${home}other.ics`, { body: meeting('other'), headers: calendarHeaders })
    // An overwrite may not change the UID, whichever method brings it.
    expect((await copy(`${home}other.ics`)).condition()).toBe(cal('no-uid-conflict'))
    expect((await ask('GET', at)).status).toBe(200)
    expect((await ask('GET', `${home}other.ics`)).text).toContain('UID:other')
  })

  it('asks the component set of the destination, and keeps the source when it does not fit (RFC 4791 §5.2.3)', async () => {
    const { dav: ask } = await withTwo()
    const todo = event('t', 'SUMMARY:T').replaceAll('VEVENT', 'VTODO')
    await ask('PUT', `${work}t.ics`, { body: todo, headers: calendarHeaders })
    const answer = await ask('MOVE', `${work}t.ics`, { headers: { destination: `${home}t.ics` } })
    expect([answer.status, answer.condition()]).toEqual([403, cal('supported-calendar-component')])
    expect((await ask('GET', `${work}t.ics`)).status).toBe(200)
  })

  it('needs the right at both ends, and tells which one is missing (RFC 3744 appendix B)', async () => {
    const { copy, move, store, first, second } = await withTwo()
    await store.updateCalendar(first.id, { access: [{ principal: boris.id, level: 'read' }] })
    await store.updateCalendar(second.id, { access: [{ principal: boris.id, level: 'write' }] })
    const refused = await move(`${home}c.ics`, {}, boris)
    expect([
      refused.status,
      refused.condition(),
      refused.text.includes(`>${work}<`) && refused.text.includes('unbind'),
    ]).toEqual([403, dav('need-privileges'), true])
    expect((await copy(`${home}c.ics`, {}, 'COPY', boris)).status).toBe(201)
    await store.updateCalendar(second.id, { access: [{ principal: boris.id, level: 'read' }] })
    const target = await copy(`${home}d.ics`, {}, 'COPY', boris)
    expect([target.status, target.text.includes(`>${home}<`), target.text.includes('<D:bind/>')]).toEqual([
      403,
      true,
      true,
    ])
    // A calendar that one may not know of is no other than one that is not there.
    await store.updateCalendar(second.id, { access: [] })
    expect((await copy(`${home}d.ics`, {}, 'COPY', boris)).status).toBe(403)
    expect((await copy(`/dav/calendars/anna/none/d.ics`, {}, 'COPY', boris)).status).toBe(403)
    expect((await copy(`${home}d.ics`, {}, 'COPY', carl)).status).toBe(403)
  })

  it.each([
    [400, null],
    [400, ''],
    [400, `${home}c.ics#part`],
    [502, 'http://other.test/dav/calendars/anna/home/c.ics'],
    [502, 'mailto:anna@example.org'],
    [403, '/etc/passwd'],
    [403, '/dav/../api/session'],
    [403, at],
    [403, '/dav/calendars/anna/home/'],
    [403, '/dav/principals/anna/'],
    [409, '/dav/calendars/anna/none/c.ics'],
    [409, '/dav/calendars/nobody/home/c.ics'],
    [409, `${home}deep/er.ics`],
    [409, `${home}..%2f..%2fboris%2fx.ics`],
    [409, `${home}a%00b.ics`],
  ])('answers %i to Destination %s and moves nothing', async (status, destination) => {
    const { dav: ask } = await withTwo()
    for (const method of ['COPY', 'MOVE']) {
      const answer = await ask(method, at, { headers: destination === null ? {} : { destination } })
      expect([method, answer.status]).toEqual([method, status])
    }
    expect((await ask('GET', at)).status).toBe(200)
  })

  it('decodes a Destination once: %252e is a name, not a dot', async () => {
    const { move, dav: ask } = await withTwo()
    expect((await move(`${home}%252e%252e.ics`)).status).toBe(201)
    expect((await ask('GET', `${home}%252e%252e.ics`)).status).toBe(200)
  })

  it('tests If-Match and If of the source before it moves (RFC 9110 §13.1.1, RFC 4918 §10.4)', async () => {
    const { move, dav: ask } = await withTwo()
    const etag = (await ask('GET', at)).headers.get('etag') ?? ''
    expect((await move(`${home}c.ics`, { 'if-match': '"stale"' })).status).toBe(412)
    expect((await move(`${home}c.ics`, { if: '(["stale"])' })).status).toBe(412)
    expect((await move(`${home}c.ics`, { 'if-match': etag, if: `([${etag}])` })).status).toBe(201)
  })
})

describe('a handler below a path of its own, behind a proxy', () => {
  it('takes Destination as the program sees it: with its own path, whatever the scheme', async () => {
    const { dav: ask, calendar } = createServer({ basePath: '/team/dav/' })
    await calendar('work')
    const base = '/team/dav/calendars/anna/work/'
    await ask('PUT', `${base}a.ics`, { body: meeting('a'), headers: calendarHeaders })
    const move = async (destination: string) => (await ask('MOVE', `${base}a.ics`, { headers: { destination } })).status
    expect(await move('/dav/calendars/anna/work/b.ics')).toBe(403)
    expect(await move(`https://dav.test:8443${base}b.ics`)).toBe(502)
    expect(await move(`https://dav.test${base}b.ics`)).toBe(201)
    await ask('PUT', '/team/dav/files/anna/x', { body: 'x' })
    const headers = { destination: 'http://dav.test/team/dav/files/anna/y' }
    expect((await ask('COPY', '/team/dav/files/anna/x', { headers })).status).toBe(201)
    const listing = await ask('PROPFIND', '/team/dav/files/anna/', { headers: { depth: '1' } })
    expect([...listing.responses().keys()]).toContain('/team/dav/files/anna/y')
  })
})

describe('COPY and MOVE of a calendar', () => {
  it('gives it another address: same id, etags, tokens, grants and properties', async () => {
    const server = await withTwo()
    await server.store.updateCalendar(server.first.id, {
      access: [{ principal: boris.id, level: 'read' }],
      deadProperties: { '{urn:n}note': '<note xmlns="urn:n"/>' },
    })
    const [etag, token] = [(await server.dav('GET', at)).headers.get('etag'), await tokenOf(server, work)]
    const renamed = '/dav/calendars/anna/%D0%B4%D0%BE%D0%BC/'
    expect((await server.dav('MOVE', work, { headers: { destination: renamed } })).status).toBe(201)
    expect((await server.dav('PROPFIND', work, { headers: { depth: '0' } })).status).toBe(404)
    expect((await server.dav('GET', `${renamed}a.ics`)).headers.get('etag')).toBe(etag)
    expect(await tokenOf(server, renamed)).toBe(token)
    const types = propBody(dav('propfind'), [dav('resourcetype'), '{urn:n}note'])
    const found = await server.dav('PROPFIND', renamed, { body: types, headers: { depth: '0' } })
    expect(found.prop(renamed, dav('resourcetype'))?.child(cal('calendar'))).toBeDefined()
    expect(found.prop(renamed, '{urn:n}note')).toBeDefined()
    const shared = `/dav/calendars/boris%40example.org/shared-${server.first.id}/a.ics`
    expect((await server.dav('GET', shared, { as: boris })).status).toBe(200)
  })

  it('copies with its objects, or with Depth 0 its shell, and shares the copy with nobody', async () => {
    const server = await withTwo()
    await server.store.updateCalendar(server.first.id, {
      access: [{ principal: boris.id, level: 'read' }],
      color: '#123456',
    })
    const copyTo = (name: string, headers = {}, as = anna) =>
      server.dav('COPY', work, { headers: { destination: `/dav/calendars/${as.login}/${name}/`, ...headers }, as })
    expect((await copyTo('whole')).status).toBe(201)
    expect((await copyTo('shell', { depth: '0' })).status).toBe(201)
    expect((await server.dav('GET', '/dav/calendars/anna/whole/a.ics')).text).toContain('UID:a')
    expect((await server.dav('GET', '/dav/calendars/anna/shell/a.ics')).status).toBe(404)
    expect(await server.store.findCalendar(anna.id, 'whole')).toMatchObject({ color: '#123456', access: [] })
    expect((await copyTo('mine', {}, boris)).status).toBe(201)
    expect((await copyTo('mine', {}, carl)).status).toBe(403)
  })

  it('copies what is kept with the objects too, and nothing of an object that the person cannot see (RFC 4918 §9.8.2)', async () => {
    const server = await withTwo()
    await server.store.updateCalendar(server.first.id, { access: [{ principal: boris.id, level: 'titles' }] })
    const note = '<propertyupdate xmlns="DAV:"><set><prop><note xmlns="urn:n">kept</note></prop></set></propertyupdate>'
    await server.dav('PROPPATCH', at, { body: note })
    const noteIn = async (calendar: string, as = anna) =>
      (
        await server.dav('PROPFIND', calendar, {
          body: propBody(dav('propfind'), ['{urn:n}note']),
          headers: { depth: '1' },
          as,
        })
      ).text.includes('>kept<')
    await server.dav('COPY', work, { headers: { destination: '/dav/calendars/anna/whole/' } })
    expect(await noteIn('/dav/calendars/anna/whole/')).toBe(true)
    const mine = '/dav/calendars/boris%40example.org/mine/'
    expect((await server.dav('COPY', work, { headers: { destination: mine }, as: boris })).status).toBe(201)
    expect(await noteIn(mine, boris)).toBe(false)
  })

  it.each([
    ['its own', `${work}inner/`],
    ['another calendar', `${home}inner`],
    ['files', '/dav/files/anna/inner/'],
  ])('puts no calendar below another: not below %s (RFC 4791 §5.3.2.1)', async (_, destination) => {
    const server = await withTwo()
    for (const method of ['COPY', 'MOVE']) {
      const answer = await server.dav(method, work, { headers: { destination } })
      expect([answer.status, answer.condition()]).toEqual([403, cal('calendar-collection-location-ok')])
    }
    expect((await server.dav('GET', at)).status).toBe(200)
  })

  it('never replaces a calendar, whatever Overwrite says, and leaves others’ calendars where they are', async () => {
    const server = await withTwo()
    const move = (from: string, destination: string, headers = {}, as = anna) =>
      server.dav('MOVE', from, { headers: { destination, ...headers }, as })
    const taken = await move(work, home, { overwrite: 'T' })
    expect([taken.status, taken.condition()]).toEqual([403, dav('resource-must-be-null')])
    expect((await move(work, home, { overwrite: 'F' })).status).toBe(412)
    expect((await move(work, `${home}sub`)).condition()).toBe(cal('calendar-collection-location-ok'))
    expect((await move(work, '/dav/files/anna/work/')).condition()).toBe(cal('calendar-collection-location-ok'))
    expect((await move(work, '/dav/calendars/boris%40example.org/work/')).condition()).toBe(dav('need-privileges'))
    expect((await move(work, '/dav/calendars/nobody/work/')).status).toBe(409)
    expect((await move(work, '/dav/calendars/anna/new/', { depth: '0' })).status).toBe(400)
    await server.store.updateCalendar(server.first.id, { access: [{ principal: boris.id, level: 'owner' }] })
    const away = '/dav/calendars/boris%40example.org/work/'
    expect((await move(work, away, {}, boris)).condition()).toBe(dav('need-privileges'))
    expect((await server.dav('GET', at)).status).toBe(200)
  })
})

describe('between calendars and files', () => {
  it('takes an object out to a file and back: removed here, added there', async () => {
    const server = await withTwo()
    const token = await tokenOf(server, work)
    expect((await server.move('/dav/files/anna/a.ics')).status).toBe(201)
    const file = await server.dav('GET', '/dav/files/anna/a.ics')
    expect([file.status, file.headers.get('content-type')]).toEqual([
      200,
      'text/calendar; charset=utf-8; component=vevent',
    ])
    expect(await changes(server, work, token)).toEqual([['a.ics', 404]])
    const headers = { destination: `${home}a.ics` }
    expect((await server.dav('MOVE', '/dav/files/anna/a.ics', { headers })).status).toBe(201)
    expect((await server.dav('GET', '/dav/files/anna/a.ics')).status).toBe(404)
    expect((await server.dav('GET', `${home}a.ics`)).text).toContain('UID:a')
    expect(
      (await server.dav('COPY', `${home}a.ics`, { headers: { destination: '/dav/files/anna/no/a.ics' } })).status,
    ).toBe(409)
    expect(
      (await server.dav('COPY', `${home}a.ics`, { headers: { destination: '/dav/files/boris%40example.org/a.ics' } }))
        .status,
    ).toBe(404)
  })

  it('makes no object of a file that is none', async () => {
    const server = await withTwo()
    await server.dav('PUT', '/dav/files/anna/note.txt', { body: 'hello', headers: { 'content-type': 'text/plain' } })
    const headers = { destination: `${home}note.ics` }
    const answer = await server.dav('MOVE', '/dav/files/anna/note.txt', { headers })
    expect([answer.status, answer.condition()]).toEqual([403, cal('valid-calendar-data')])
    expect((await server.dav('GET', '/dav/files/anna/note.txt')).text).toBe('hello')
  })
})
