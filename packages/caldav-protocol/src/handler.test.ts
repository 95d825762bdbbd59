import { describe, expect, it } from 'vitest'
import { anna, createServer, hrefsIn, propBody } from '../test/server.ts'
import { cal, dav } from './wire/names.ts'

const currentUser = propBody(dav('propfind'), [dav('current-user-principal')])

describe('the CalDAV handler', () => {
  it('takes exactly one parameter, since hosts hand over more', () => {
    expect(createServer().handler).toHaveLength(1)
  })

  it('challenges whoever does not sign in, without a body that tells anything (RFC 9110 §15.5.2)', async () => {
    const answer = await createServer().dav('PROPFIND', '/dav/', { as: null, body: currentUser })
    expect(answer.status).toBe(401)
    expect(answer.headers.get('www-authenticate')).toBe('Basic realm="Test", charset="UTF-8"')
  })

  it('answers OPTIONS without sign-in, truthfully and in one DAV line (RFC 4918 §10.1)', async () => {
    const answer = await createServer().dav('OPTIONS', '/dav/calendars/anna/', { as: null })
    expect(answer.status).toBe(200)
    const classes = '1, 3, access-control, extended-mkcol, calendar-access, calendar-proxy'
    const searches = 'calendarserver-principal-property-search, calendarserver-principal-search'
    expect(answer.headers.get('dav')).toBe(`${classes}, ${searches}`)
    expect(answer.headers.get('allow')).toContain('PROPFIND')
  })

  it.each([
    '/',
    '/dav/',
    '/dav',
    '/dav/principals/',
    '/dav/principals/anna/',
    '/dav/calendars/',
    '/dav/calendars/anna/',
  ])('names the current user principal at %s (RFC 5397 §3)', async (path) => {
    const answer = await createServer().dav('PROPFIND', path, { body: currentUser, headers: { depth: '0' } })
    const [response] = answer.responses().values()
    expect(hrefsIn(response?.found.get(200)?.[0])).toEqual(['/dav/principals/anna/'])
  })

  it('answers the href / for a request that the host forwarded from there', async () => {
    const answer = await createServer().dav('PROPFIND', '/', { body: currentUser, headers: { depth: '0' } })
    expect([...answer.responses().keys()]).toEqual(['/'])
  })

  it.each(['LOCK', 'POST'])('answers 405 to %s with what there is', async (method) => {
    const answer = await createServer().dav(method, '/dav/calendars/anna/')
    expect(answer.status).toBe(405)
    expect(answer.headers.get('allow')).toBe('OPTIONS, PROPFIND, PROPPATCH, REPORT')
  })

  it.each(['COPY', 'MOVE'])('answers 403 to %s of what stays the only one', async (method) => {
    const answer = await createServer().dav(method, '/dav/', { headers: { destination: '/copy/' } })
    expect(answer.status).toBe(403)
  })

  it('says nothing from inside when something unexpected is thrown, and tells the host', async () => {
    const server = createServer()
    await server.calendar('work')
    server.store.findCalendar = () => Promise.reject(new Error('disk /var/secret is full'))
    const answer = await server.dav('GET', '/dav/calendars/anna/work/x.ics')
    expect(answer.status).toBe(500)
    expect(answer.text).not.toContain('secret')
    expect(server.errors).toHaveLength(1)
  })

  it('refuses a document type before it can do harm (RFC 4918 §20.6)', async () => {
    const body = '<!DOCTYPE p [<!ENTITY a "aaaa">]><propfind xmlns="DAV:"><prop><displayname/></prop></propfind>'
    const answer = await createServer().dav('PROPFIND', '/dav/', { body, headers: { depth: '0' } })
    expect(answer.status).toBe(403)
    expect(answer.condition()).toBe(dav('no-external-entities'))
  })

  it('answers 413 to a body over the limit, and 400 to one that is no XML', async () => {
    const { dav: ask } = createServer({ limits: { maxXmlBytes: 1000 } })
    expect((await ask('PROPFIND', '/dav/', { body: 'x'.repeat(1001), headers: { depth: '0' } })).status).toBe(413)
    expect((await ask('PROPFIND', '/dav/', { body: '<a>', headers: { depth: '0' } })).status).toBe(400)
  })

  it('answers 400 to a Depth that is none', async () => {
    const answer = await createServer().dav('PROPFIND', '/dav/', { body: currentUser, headers: { depth: '2' } })
    expect(answer.status).toBe(400)
  })

  it('refuses a base path that is not one', () => {
    expect(() => createServer({ basePath: 'dav' })).toThrow(TypeError)
    expect(() => createServer({ basePath: '/d%20v/' })).toThrow(TypeError)
  })

  it('finds the way from the base path to the home of the asking person', async () => {
    const { dav: ask } = createServer({ basePath: '/a/b/' })
    const root = await ask('PROPFIND', '/a/b/', { body: currentUser, headers: { depth: '0' } })
    const [principal] = hrefsIn(root.prop('/a/b/', dav('current-user-principal')))
    const body = propBody(dav('propfind'), [cal('calendar-home-set'), dav('displayname')])
    const answer = await ask('PROPFIND', principal ?? '', { body, headers: { depth: '0' } })
    expect(hrefsIn(answer.prop(principal ?? '', cal('calendar-home-set')))).toEqual(['/a/b/calendars/anna/'])
    expect(answer.prop(principal ?? '', dav('displayname'))?.text).toBe(anna.displayName)
  })
})
