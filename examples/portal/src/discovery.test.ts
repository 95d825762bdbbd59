import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestPortal, type TestPortal } from './test/open-test-portal.ts'

let portal: TestPortal
beforeAll(async () => {
  portal = await openTestPortal({ users: [{ login: 'Ünal@firma.example', password: 'secret-1' }] })
})
afterAll(() => portal.close())

const principal = '/dav/principals/%C3%9Cnal%40firma.example/'
const asking = '<propfind xmlns="DAV:"><prop><current-user-principal/></prop></propfind>'
const xml = { 'content-type': 'application/xml', depth: '0' }

describe('where calendar programs begin to look', () => {
  it.each(['/', '/dav', '/dav/', '/dav/principals/', '/dav/calendars/', '/dav/files/', principal])(
    'says at %s who is signed in, with a login of any letters (RFC 5397 §3)',
    async (path) => {
      const ask = portal.basic('Ünal@firma.example', 'secret-1')
      const answer = await ask('PROPFIND', path, asking, xml)
      expect(answer.status).toBe(207)
      expect(await answer.text()).toContain(`<D:current-user-principal><D:href>${principal}</D:href>`)
    },
  )

  it.each([
    '/.well-known/caldav',
    '/.well-known/caldav/',
    '/principals/',
    '/principals/users/anna/',
    '/caldav/v2',
    '/calendars',
  ])('leads from %s, which macOS tries too, to the service, without asking who it is (RFC 6764 §5)', async (path) => {
    const answer = await portal.anonymous()('PROPFIND', path, asking, xml)
    expect([answer.status, answer.headers.get('location')]).toEqual([307, '/dav/'])
  })

  it('keeps the default alarms that macOS sets at the first address, / too (RFC 4918 §9.2)', async () => {
    const alarm = '<C:default-alarm-vevent-date xmlns:C="urn:ietf:params:xml:ns:caldav">x</C:default-alarm-vevent-date>'
    const body = `<D:propertyupdate xmlns:D="DAV:"><D:set><D:prop>${alarm}</D:prop></D:set></D:propertyupdate>`
    const answer = await portal.basic('Ünal@firma.example', 'secret-1')('PROPPATCH', '/', body, xml)
    expect(answer.status).toBe(207)
    expect(await answer.text()).toContain('HTTP/1.1 200 OK')
  })

  it('keeps the page to itself: a browser at such an address gets no redirect', async () => {
    expect((await portal.anonymous()('GET', '/calendars')).status).not.toBe(307)
  })
})
