import { describe, expect, it } from 'vitest'
import { calendarHeaders, createServer, meeting } from '../../test/server.ts'
import { parseIfHeader } from './if-header.ts'
import { dav } from './names.ts'

describe('the If header', () => {
  it('reads lists, tags, negations, tokens and etags (RFC 4918 §10.4.2)', () => {
    expect(parseIfHeader('</dav/a/> (<data:,1> ["x"]) (Not <no-lock>)')).toEqual([
      {
        tag: '/dav/a/',
        tests: [
          { not: false, kind: 'token', value: 'data:,1' },
          { not: false, kind: 'etag', value: '"x"' },
        ],
      },
      { tag: '/dav/a/', tests: [{ not: true, kind: 'token', value: 'no-lock' }] },
    ])
  })

  it.each(['', '()', '(<a>', '(Not)', 'x', '(<a) ', '<a>'])('refuses %j', (text) => {
    expect(() => parseIfHeader(text)).toThrow(/Expected If/)
  })

  it('lets a write through only while the sync token is the current one (RFC 6578 §5)', async () => {
    const { dav: ask, calendar } = createServer()
    await calendar('work')
    const home = '/dav/calendars/anna/work/'
    const body = `<propfind xmlns="DAV:"><prop><sync-token/></prop></propfind>`
    const token = (await ask('PROPFIND', home, { body, headers: { depth: '0' } })).prop(home, dav('sync-token'))?.text
    const headers = { ...calendarHeaders, if: `<${home}> (<${token}>)` }
    expect((await ask('PUT', `${home}a.ics`, { body: meeting('a'), headers })).status).toBe(201)
    expect((await ask('PUT', `${home}b.ics`, { body: meeting('b'), headers })).status).toBe(412)
    expect((await ask('GET', `${home}b.ics`)).status).toBe(404)
  })
})
