import { describe, expect, it } from 'vitest'
import { anna, boris, calendarHeaders, createServer, hrefsIn, meeting, propBody } from '../../test/server.ts'
import { cal, dav } from '../wire/names.ts'

const root = '/dav/files/anna/'
const info = (scope = 'exclusive', owner = '<owner><href>mailto:anna@example.org</href></owner>') =>
  `<lockinfo xmlns="DAV:"><lockscope><${scope}/></lockscope><locktype><write/></locktype>${owner}</lockinfo>`

const withFiles = async (options = {}) => {
  const server = createServer(options)
  const put = (path: string, body = 'text', headers = {}, as = anna) =>
    server.dav('PUT', root + path, { body, headers, as })
  const mkcol = (path: string, body?: string) => server.dav('MKCOL', root + path, body === undefined ? {} : { body })
  const lock = async (path: string, headers = {}, body = info()) => {
    const answer = await server.dav('LOCK', root + path, { body, headers })
    return { ...answer, token: answer.headers.get('lock-token')?.slice(1, -1) ?? '' }
  }
  return { ...server, put, mkcol, lock }
}

describe('a plain collection for each person', () => {
  it('answers 412 to a date or an etag of another state (RFC 9110 §13.1.1, §13.1.4)', async () => {
    const { dav: ask, put } = await withFiles()
    await put('a', 'first')
    const early = { 'if-unmodified-since': 'Mon, 01 Jan 2001 00:00:00 GMT' }
    const same = { 'if-unmodified-since': (await ask('GET', `${root}a`)).headers.get('last-modified') ?? '' }
    expect((await put('a', 'second', early)).status).toBe(412)
    expect((await ask('DELETE', `${root}a`, { headers: early })).status).toBe(412)
    expect((await ask('GET', `${root}a`, { headers: early })).status).toBe(412)
    expect((await ask('GET', `${root}a`, { headers: { 'if-match': '"stale"' } })).status).toBe(412)
    expect((await ask('GET', `${root}a`, { headers: same })).text).toBe('first')
    expect((await put('a', 'second', same)).status).toBe(204)
  })

  it('is there without being made, is announced as class 2, and is its owner’s alone', async () => {
    const { dav: ask, put } = await withFiles()
    expect((await ask('OPTIONS', root)).headers.get('dav')).toMatch(/^1, 2, 3/)
    expect((await ask('OPTIONS', '/dav/calendars/anna/')).headers.get('dav')).not.toContain(' 2,')
    expect((await ask('PROPFIND', root, { headers: { depth: '0' } })).status).toBe(207)
    expect((await put('secret.txt')).status).toBe(201)
    const patch = '<propertyupdate xmlns="DAV:"><set><prop><a xmlns="urn:a"/></prop></set></propertyupdate>'
    const bodies = { PROPPATCH: patch, LOCK: info(), REPORT: '<principal-match xmlns="DAV:"><self/></principal-match>' }
    const methods = [
      'GET',
      'PUT',
      'DELETE',
      'PROPFIND',
      'PROPPATCH',
      'LOCK',
      'UNLOCK',
      'MKCOL',
      'COPY',
      'MOVE',
      'REPORT',
    ]
    for (const method of methods) {
      for (const path of ['secret.txt', 'other.txt', '']) {
        const headers = { depth: method === 'MOVE' ? 'infinity' : '0', destination: '/dav/files/boris%40example.org/x' }
        const body = bodies[method as keyof typeof bodies]
        const answer = await ask(method, root + path, { as: boris, headers, ...(body === undefined ? {} : { body }) })
        expect([method, path, answer.status]).toEqual([method, path, 404])
      }
    }
    const listing = await ask('PROPFIND', '/dav/files/', { as: boris, headers: { depth: '1' } })
    expect([...listing.responses().keys()]).toEqual(['/dav/files/', '/dav/files/boris%40example.org/'])
  })

  it('is not there at a host that keeps no files', async () => {
    const { dav: ask } = createServer({ files: null })
    expect((await ask('PROPFIND', root, { headers: { depth: '0' } })).status).toBe(404)
    expect((await ask('OPTIONS', root)).headers.get('dav')).not.toContain('2')
    const listing = await ask('PROPFIND', '/dav/', { headers: { depth: '1' } })
    expect([...listing.responses().keys()]).not.toContain('/dav/files/')
  })

  it('gives files back with their type, so that nothing in them can run at this origin', async () => {
    const { dav: ask, put } = await withFiles()
    await put('page ü.html', '<script>alert(1)</script>', { 'content-type': 'text/html' })
    const answer = await ask('GET', `${root}page%20%C3%BC.html`)
    expect(answer.headers.get('content-type')).toBe('text/html')
    expect(answer.headers.get('content-security-policy')).toContain('sandbox')
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    expect(answer.headers.get('content-disposition')).toBe("attachment; filename*=UTF-8''page%20%C3%BC.html")
    const head = await ask('HEAD', `${root}page%20%C3%BC.html`)
    expect([head.headers.get('etag'), head.headers.get('content-length'), head.text]).toEqual([
      answer.headers.get('etag'),
      '25',
      '',
    ])
    const known = { 'if-none-match': answer.headers.get('etag') ?? '' }
    expect((await ask('GET', `${root}page%20%C3%BC.html`, { headers: known })).status).toBe(304)
    await put('odd', 'x', { 'content-type': 'text/html\tx: y' })
    expect((await ask('GET', `${root}odd`)).headers.get('content-type')).toBe('application/octet-stream')
    expect((await ask('GET', root)).text).toBe(`${root}odd\n${root}page%20%C3%BC.html\n`)
  })

  it('makes collections, each in one that is there (RFC 4918 §9.3.1)', async () => {
    const { mkcol, put, dav: ask } = await withFiles()
    expect((await mkcol('a/')).status).toBe(201)
    expect((await mkcol('a')).status).toBe(405)
    expect((await mkcol('no/b/')).status).toBe(409)
    await put('file')
    expect((await mkcol('file/b')).status).toBe(409)
    expect((await mkcol('b/', '<broken')).status).toBe(415)
    expect((await ask('MKCOL', `${root}c/`, { body: 'x', headers: { 'content-type': 'text/plain' } })).status).toBe(415)
    expect((await put('no/x')).status).toBe(409)
    expect((await put('a')).status).toBe(405)
    expect((await put('new/')).status).toBe(409)
    expect((await put('x', 'part', { 'content-range': 'bytes 0-3/10' })).status).toBe(400)
    expect((await ask('MKCALENDAR', `${root}cal/`)).condition()).toBe(cal('calendar-collection-location-ok'))
  })

  it('makes them with properties, or not at all (RFC 5689 §3)', async () => {
    const { mkcol, dav: ask } = await withFiles()
    const body = (type: string, more = '') =>
      `<mkcol xmlns="DAV:"><set><prop><resourcetype>${type}</resourcetype><displayname>Pläne</displayname>${more}</prop></set></mkcol>`
    expect((await mkcol('a/', body('<collection/>'))).status).toBe(201)
    const found = await ask('PROPFIND', `${root}a/`, {
      body: propBody(dav('propfind'), [dav('displayname')]),
      headers: { depth: '0' },
    })
    expect(found.prop(`${root}a/`, dav('displayname'))?.text).toBe('Pläne')
    const wrong = await mkcol('b/', body('<collection/><thing xmlns="urn:x"/>'))
    expect([wrong.status, wrong.xml().name]).toEqual([403, dav('mkcol-response')])
    expect(wrong.text).toContain('valid-resourcetype')
    expect((await mkcol('b/', body('<collection/>', '<getetag>1</getetag>'))).status).toBe(403)
    expect((await ask('PROPFIND', `${root}b/`, { headers: { depth: '0' } })).status).toBe(404)
  })

  it('tells a quota and keeps within it: 507 quota-not-exceeded (RFC 4331 §6)', async () => {
    const { put, mkcol, dav: ask } = await withFiles({ limits: { maxFilesBytes: 10, maxFileBytes: 8, maxFiles: 3 } })
    expect((await put('a', '12345678')).status).toBe(201)
    expect((await put('big', '123456789')).condition()).toBe(dav('sufficient-disk-space'))
    const over = await put('b', '123')
    expect([over.status, over.condition()]).toEqual([507, dav('quota-not-exceeded')])
    expect((await ask('COPY', `${root}a`, { headers: { destination: `${root}c` } })).status).toBe(507)
    expect((await put('a', '1')).status).toBe(204)
    const body = propBody(dav('propfind'), [dav('quota-used-bytes'), dav('quota-available-bytes')])
    const found = await ask('PROPFIND', root, { body, headers: { depth: '0' } })
    expect([dav('quota-used-bytes'), dav('quota-available-bytes')].map((name) => found.prop(root, name)?.text)).toEqual(
      ['1', '9'],
    )
    await put('b', '')
    await mkcol('c')
    expect((await mkcol('d')).status).toBe(507)
  })

  it('tells a calendar’s quota to its owner, and keeps within it: what makes it smaller always fits (RFC 4331)', async () => {
    const small = meeting('a')
    const { dav: ask, calendar } = createServer({ limits: { maxCalendarBytes: small.length + 40 } })
    await calendar('work', { access: [{ principal: boris.id, level: 'write' }] })
    const work = '/dav/calendars/anna/work/'
    const put = (name: string, body: string) => ask('PUT', work + name, { body, headers: calendarHeaders })
    expect((await put('a.ics', small.replace('Meeting a', 'Meeting that is long'))).status).toBe(201)
    const over = await put('b.ics', meeting('b'))
    expect([over.status, over.condition()]).toEqual([507, dav('quota-not-exceeded')])
    expect((await put('a.ics', small.replace('Meeting a', 'x'.repeat(100)))).status).toBe(507)
    expect((await put('a.ics', small)).status).toBe(204)
    expect((await ask('MOVE', `${work}a.ics`, { headers: { destination: `${work}c.ics` } })).status).toBe(201)
    const names = [dav('quota-used-bytes'), dav('quota-available-bytes'), dav('creationdate')]
    const body = propBody(dav('propfind'), names)
    const asked = async (path: string, as = anna) => {
      const found = await ask('PROPFIND', path, { body, headers: { depth: '0' }, as })
      return names.map((name) => found.prop(path, name)?.text)
    }
    const made = expect.stringMatching(/^2026-03-01T00:00:\d\dZ$/)
    expect(await asked(work)).toEqual([String(small.length), '40', made])
    expect(await asked(work, boris)).toEqual([undefined, undefined, made])
    expect(await asked('/dav/calendars/anna/')).toEqual([String(small.length), undefined, undefined])
    await ask('DELETE', `${work}c.ics`)
    expect((await asked(work)).slice(0, 1)).toEqual(['0'])
  })

  it('copies and moves trees with properties; Overwrite, Depth and places that lie in each other (RFC 4918 §9.8–9.9)', async () => {
    const { put, mkcol, dav: ask } = await withFiles()
    const transfer = async (method: string, from: string, to: string, headers = {}) =>
      (await ask(method, root + from, { headers: { destination: `http://dav.test${root}${to}`, ...headers } })).status
    await mkcol('a')
    await put('a/x', '1')
    await mkcol('b')
    expect(await transfer('COPY', 'a/', 'b/c/')).toBe(201)
    expect(await transfer('COPY', 'a/', 'b/c/', { overwrite: 'F' })).toBe(412)
    expect(await transfer('COPY', 'a/', 'b/c/', { depth: '0' })).toBe(204)
    expect((await ask('GET', `${root}b/c/x`)).status).toBe(404)
    expect(await transfer('COPY', 'a/', 'a/in/')).toBe(403)
    expect(await transfer('MOVE', 'a/x', 'a')).toBe(403)
    expect(await transfer('COPY', 'a', 'a')).toBe(403)
    expect(await transfer('COPY', '', 'all/')).toBe(403)
    expect(await transfer('COPY', 'a/', 'no/a/')).toBe(409)
    expect(await transfer('MOVE', 'a/', 'z/', { depth: '0' })).toBe(400)
    expect(await transfer('COPY', 'a/', 'z/', { depth: '1' })).toBe(400)
    expect(await transfer('MOVE', 'none', 'z')).toBe(404)
    expect(await transfer('MOVE', 'a/', 'z/')).toBe(201)
    expect((await ask('GET', `${root}z/x`)).text).toBe('1')
    expect((await ask('DELETE', `${root}z/`, { headers: { depth: '1' } })).status).toBe(400)
    expect((await ask('DELETE', `${root}z/`)).status).toBe(204)
    expect((await ask('DELETE', root)).condition()).toBe(dav('need-privileges'))
  })

  it.each([
    ['a name too long', `${'x'.repeat(256)}`, 414],
    ['too deep', Array.from({ length: 51 }, () => 'd').join('/'), 414],
    ['an encoded slash', 'a%2fb', 409],
    ['a way up', '..%2f..%2fboris/x', 409],
    ['a control character', 'a%01', 409],
    ['broken UTF-8', 'a%ff', 409],
  ])('refuses to keep %s', async (_, path, status) => {
    const { put, dav: ask } = await withFiles()
    expect((await put(path)).status).toBe(status)
    expect((await ask('GET', root)).text).toBe('')
  })

  it('does not take a fragment for a part of an address (RFC 9112 §3.2)', async () => {
    const { put, handler, dav: ask } = await withFiles()
    await put('kept')
    const request = new Request(`http://dav.test${root}kept#part`, { method: 'DELETE' })
    expect((await handler(request)).status).toBe(400)
    expect((await ask('GET', `${root}kept`)).status).toBe(200)
  })
})

describe('locks (RFC 4918 §6–7)', () => {
  it('keep others out of a file until the token comes with the request: 423 lock-token-submitted', async () => {
    const { put, lock, dav: ask } = await withFiles()
    await put('x', 'first')
    const held = await lock('x')
    expect([held.status, held.token.startsWith('urn:uuid:')]).toEqual([200, true])
    const active = held.xml().child(dav('lockdiscovery'))?.child(dav('activelock'))
    expect(active?.child(dav('owner'))?.child(dav('href'))?.text).toBe('mailto:anna@example.org')
    expect(hrefsIn(active?.child(dav('lockroot')))).toEqual([`${root}x`])
    const refused = await put('x', 'second')
    expect([refused.status, refused.condition(), hrefsIn(refused.xml().elements[0])]).toEqual([
      423,
      dav('lock-token-submitted'),
      [`${root}x`],
    ])
    for (const [method, headers] of [
      ['DELETE', {}],
      ['MOVE', { destination: `${root}y` }],
      ['PROPPATCH', {}],
    ] as const) {
      const body = '<propertyupdate xmlns="DAV:"><set><prop><a xmlns="urn:a"/></prop></set></propertyupdate>'
      expect((await ask(method, `${root}x`, { headers, body })).status).toBe(423)
    }
    expect((await ask('COPY', `${root}x`, { headers: { destination: `${root}y` } })).status).toBe(201)
    expect((await put('x', 'second', { if: `(<${held.token}>)` })).status).toBe(204)
    expect((await put('x', 'third', { if: '(<urn:uuid:other>)' })).status).toBe(412)
    // A token that stands there only to be denied is not handed in.
    expect((await put('x', 'third', { if: `(Not <urn:uuid:other>)` })).status).toBe(423)
    expect((await ask('UNLOCK', `${root}x`, { headers: { 'lock-token': `<${held.token}>` } })).status).toBe(204)
    expect((await put('x', 'third')).status).toBe(204)
    expect((await ask('UNLOCK', `${root}x`, { headers: { 'lock-token': `<${held.token}>` } })).condition()).toBe(
      dav('lock-token-matches-request-uri'),
    )
    expect((await ask('UNLOCK', `${root}x`)).status).toBe(400)
  })

  it('meet each other: exclusive stands alone, shared ones share, above and below (§6.2)', async () => {
    const { mkcol, put, lock } = await withFiles()
    await mkcol('a')
    await put('a/x')
    const shared = await lock('a/x', { depth: '0' }, info('shared'))
    expect((await lock('a/x', { depth: '0' }, info('shared'))).status).toBe(200)
    const conflict = await lock('a', {}, info('exclusive'))
    expect([conflict.status, conflict.condition(), hrefsIn(conflict.xml().elements[0])]).toEqual([
      423,
      dav('no-conflicting-lock'),
      [`${root}a/x`],
    ])
    expect((await lock('a', { depth: '0' })).status).toBe(200)
    // The token of one of the shared ones opens the file.
    expect((await put('a/x', 'new', { if: `(<${shared.token}>)` })).status).toBe(204)
  })

  it('of a collection guard its members’ coming and going, and with Depth infinity all of them (§7.4)', async () => {
    const { mkcol, put, lock, dav: ask } = await withFiles()
    await mkcol('a')
    await put('a/x')
    const shallow = await lock('a', { depth: '0' })
    expect((await put('a/x', 'changed')).status).toBe(204)
    expect((await put('a/new')).status).toBe(423)
    expect((await ask('DELETE', `${root}a/x`)).status).toBe(423)
    expect((await put('a/new', '', { if: `<${root}a/> (<${shallow.token}>)` })).status).toBe(201)
    await ask('UNLOCK', `${root}a`, { headers: { 'lock-token': `<${shallow.token}>` } })
    const deep = await lock('a/')
    expect((await put('a/x', 'again')).status).toBe(423)
    const body = propBody(dav('propfind'), [dav('lockdiscovery'), dav('supportedlock')])
    const seen = await ask('PROPFIND', `${root}a/x`, { body, headers: { depth: '0' } })
    const active = seen.prop(`${root}a/x`, dav('lockdiscovery'))?.child(dav('activelock'))
    expect(hrefsIn(active?.child(dav('lockroot')))).toEqual([`${root}a/`])
    expect(seen.prop(`${root}a/x`, dav('supportedlock'))?.elements).toHaveLength(2)
    expect((await ask('DELETE', `${root}a/`, { headers: { if: `(<${deep.token}>)` } })).status).toBe(204)
    expect((await put('a')).status).toBe(201)
  })

  it('make an empty file where nothing is (§7.3), and stay at an address that is written over (§9.8.4)', async () => {
    const { lock, put, dav: ask } = await withFiles()
    const made = await lock('new')
    expect([made.status, (await ask('GET', `${root}new`)).text]).toEqual([201, ''])
    expect((await lock('no/new')).status).toBe(409)
    await put('source', 'content')
    const headers = { destination: `${root}new`, if: `<${root}new> (<${made.token}>)` }
    expect((await ask('COPY', `${root}source`, { headers })).status).toBe(204)
    expect((await put('new', 'x')).status).toBe(423)
  })

  it('are refreshed by their token, at most as long as the host allows, and end by themselves (§6.6)', async () => {
    let clock = 1_000_000
    const { put, lock, dav: ask } = await withFiles({ now: () => clock, limits: { maxLockSeconds: 100 } })
    await put('x')
    const held = await lock('x', { timeout: 'Infinite, Second-4100000000' })
    const timeoutOf = ({ xml }: Pick<typeof held, 'xml'>) =>
      xml().child(dav('lockdiscovery'))?.child(dav('activelock'))?.child(dav('timeout'))?.text
    expect(timeoutOf(held)).toBe('Second-100')
    clock += 60_000
    const refreshed = await ask('LOCK', `${root}x`, { headers: { if: `(<${held.token}>)`, timeout: 'Second-50' } })
    expect([refreshed.status, timeoutOf(refreshed), refreshed.headers.has('lock-token')]).toEqual([
      200,
      'Second-50',
      false,
    ])
    clock += 49_000
    expect((await put('x')).status).toBe(423)
    clock += 2_000
    expect((await put('x')).status).toBe(204)
    expect((await ask('LOCK', `${root}x`, { headers: { if: `(<${held.token}>)` } })).status).toBe(412)
    expect((await ask('LOCK', `${root}x`)).status).toBe(400)
  })

  it('are bounded and well formed', async () => {
    const { put, lock } = await withFiles({ limits: { maxLocks: 1 } })
    await put('x')
    expect((await lock('x', { depth: '1' })).status).toBe(400)
    expect((await lock('x', {}, info('both'))).status).toBe(400)
    expect((await lock('x', {}, info('shared', `<owner>${'x'.repeat(5_000)}</owner>`))).status).toBe(413)
    expect((await lock('x', {}, '<propfind xmlns="DAV:"/>')).status).toBe(400)
    expect((await lock('x', {}, info('shared'))).status).toBe(200)
    expect((await lock('x', {}, info('shared'))).status).toBe(507)
  })

  it('are not of calendars: 405', async () => {
    const { dav: ask, calendar } = await withFiles()
    await calendar('work')
    for (const path of ['/dav/calendars/anna/work/', '/dav/calendars/anna/work/a.ics', '/dav/']) {
      expect((await ask('LOCK', path, { body: info() })).status).toBe(405)
      expect((await ask('UNLOCK', path)).status).toBe(405)
    }
  })
})

describe('kept properties of the addresses at which programs begin', () => {
  const alarm =
    '<C:default-alarm-vevent-date xmlns:C="urn:ietf:params:xml:ns:caldav">BEGIN:VALARM</C:default-alarm-vevent-date>'
  const patch = `<propertyupdate xmlns="DAV:"><set><prop>${alarm}</prop></set></propertyupdate>`
  const name = cal('default-alarm-vevent-date')

  it.each(['/', '/dav/', '/dav/calendars/', '/dav/calendars/anna/', '/dav/principals/anna/', '/dav/principals/'])(
    'take macOS’ default alarms at %s, for each person their own',
    async (path) => {
      const { dav: ask } = createServer()
      expect((await ask('PROPPATCH', path, { body: patch })).responses().get(path)?.found.has(200)).toBe(true)
      const body = propBody(dav('propfind'), [name])
      expect((await ask('PROPFIND', path, { body, headers: { depth: '0' } })).prop(path, name)?.text).toBe(
        'BEGIN:VALARM',
      )
      if (path.includes('anna')) return
      const other = await ask('PROPFIND', path, { body, headers: { depth: '0' }, as: boris })
      expect(other.prop(path, name)).toBeUndefined()
    },
  )

  it('are one’s own: 403 need-privileges at the home and the principal of another', async () => {
    const { dav: ask, calendar } = createServer()
    await calendar('work', { access: [{ principal: boris.id, level: 'read' }] })
    for (const path of ['/dav/calendars/anna/', '/dav/principals/anna/']) {
      expect((await ask('PROPPATCH', path, { body: patch, as: boris })).condition()).toBe(dav('need-privileges'))
    }
  })

  it('are refused, each in its propstat, where nothing keeps them', async () => {
    const { dav: ask } = createServer({ properties: null })
    const answer = await ask('PROPPATCH', '/dav/calendars/anna/', { body: patch })
    expect(answer.responses().get('/dav/calendars/anna/')?.found.has(403)).toBe(true)
  })
})
