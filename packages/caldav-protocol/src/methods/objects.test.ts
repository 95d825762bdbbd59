import { describe, expect, it } from 'vitest'
import { boris, calendarHeaders, createServer, event, ics, meeting, propBody } from '../../test/server.ts'
import { cal, dav } from '../wire/names.ts'

const work = '/dav/calendars/anna/work/'
const at = `${work}a.ics`
const headers = calendarHeaders

const withCalendar = async (components = ['VEVENT', 'VTODO']) => {
  const server = createServer()
  return { ...server, work: await server.calendar('work', { components }) }
}

describe('PUT of a calendar object', () => {
  it('answers 201 with an etag, then 204 with another, since the stored bytes are the sent ones (RFC 4791 §5.3.4)', async () => {
    const { dav: ask } = await withCalendar()
    const first = await ask('PUT', at, { body: meeting('a'), headers })
    const second = await ask('PUT', at, { body: meeting('a', '20260311T090000Z', '20260311T100000Z'), headers })
    expect([first.status, second.status]).toEqual([201, 204])
    expect(first.headers.get('etag')).toMatch(/^"[^"]+"$/)
    expect(second.headers.get('etag')).not.toBe(first.headers.get('etag'))
  })

  it('gives no etag when the text had to be converted', async () => {
    const { dav: ask } = await withCalendar()
    const body = new Uint8Array(
      [...meeting('a').replace('Meeting', 'Caf?')].map((char) => (char === '?' ? 0xe9 : char.charCodeAt(0))),
    )
    const answer = await ask('PUT', at, { body, headers: { 'content-type': 'text/calendar; charset=iso-8859-1' } })
    expect([answer.status, answer.headers.get('etag')]).toEqual([201, null])
    expect((await ask('GET', at)).text).toContain('Café')
  })

  it.each([
    ['If-None-Match: *', { 'if-none-match': '*' }],
    ['a stale If-Match', { 'if-match': '"stale"' }],
    ['a weak If-Match', { 'if-match': 'W/"weak"' }],
  ])('answers 412 to %s and keeps the stored text (RFC 9110 §13.1)', async (_, condition) => {
    const { dav: ask } = await withCalendar()
    await ask('PUT', at, { body: meeting('a'), headers })
    const answer = await ask('PUT', at, {
      body: event('a', 'DTSTART:20260401T000000Z'),
      headers: { ...headers, ...condition },
    })
    expect(answer.status).toBe(412)
    expect((await ask('GET', at)).text).toBe(meeting('a'))
  })

  it('answers 412 to If-Unmodified-Since before the last change, to a write as to a read (RFC 9110 §13.1.4)', async () => {
    const { dav: ask } = await withCalendar()
    await ask('PUT', at, { body: meeting('a'), headers })
    const changed = (await ask('GET', at)).headers.get('last-modified') ?? ''
    const early = { 'if-unmodified-since': 'Mon, 01 Jan 2001 00:00:00 GMT' }
    const same = { 'if-unmodified-since': changed }
    const body = event('a', 'DTSTART:20260401T000000Z')
    const copy = { destination: `${work}b.ics` }
    expect((await ask('PUT', at, { body, headers: { ...headers, ...early } })).status).toBe(412)
    expect((await ask('DELETE', at, { headers: early })).status).toBe(412)
    expect((await ask('MOVE', at, { headers: { ...copy, ...early } })).status).toBe(412)
    expect((await ask('GET', at, { headers: early })).status).toBe(412)
    expect((await ask('GET', at, { headers: same })).text).toBe(meeting('a'))
    expect((await ask('PUT', at, { body, headers: { ...headers, ...same } })).status).toBe(204)
    expect((await ask('PUT', `${work}new.ics`, { body: meeting('n'), headers: { ...headers, ...early } })).status).toBe(
      201,
    )
  })

  it('answers 412 to a GET whose If-Match names another state (RFC 9110 §13.1.1)', async () => {
    const { dav: ask } = await withCalendar()
    const etag = (await ask('PUT', at, { body: meeting('a'), headers })).headers.get('etag') ?? ''
    expect((await ask('GET', at, { headers: { 'if-match': '"stale"' } })).status).toBe(412)
    expect((await ask('GET', at, { headers: { 'if-match': etag } })).status).toBe(200)
    expect((await ask('GET', at, { headers: { 'if-match': etag, 'if-none-match': etag } })).status).toBe(304)
  })

  it('does not take a part of an object for the whole (RFC 9110 §14.4)', async () => {
    const { dav: ask } = await withCalendar()
    const part = { ...headers, 'content-range': 'bytes 0-9/20' }
    expect((await ask('PUT', at, { body: meeting('a'), headers: part })).status).toBe(400)
    expect((await ask('GET', at)).status).toBe(404)
  })

  it('lets exactly one of two writers with the same etag win', async () => {
    const { dav: ask } = await withCalendar()
    const etag = (await ask('PUT', at, { body: meeting('a'), headers })).headers.get('etag') ?? ''
    const conditional = { ...headers, 'if-match': etag }
    const answers = await Promise.all(
      ['1', '2'].map((n) => ask('PUT', at, { body: event('a', `DTSTART:2026040${n}T000000Z`), headers: conditional })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 412])
  })

  it.each([
    ['no calendar at all', 'hello', cal('valid-calendar-data')],
    [
      'a METHOD',
      meeting('a').replace('VERSION:2.0', 'VERSION:2.0\r\nMETHOD:REQUEST'),
      cal('valid-calendar-object-resource'),
    ],
    [
      'two UIDs',
      meeting('a').replace('END:VCALENDAR\r\n', '') + meeting('b').split('\r\n').slice(3).join('\r\n'),
      cal('valid-calendar-object-resource'),
    ],
    ['a DTSTART in the form of other standards', event('a', 'DTSTART:2026-03-01'), cal('valid-calendar-data')],
    ['a DTSTART that is no time', event('a', 'DTSTART:soon'), cal('valid-calendar-data')],
    [
      'a DURATION that is no length of time',
      event('a', 'DTSTART:20260301T090000Z', 'DURATION:xx'),
      cal('valid-calendar-data'),
    ],
  ])('refuses %s with its condition (RFC 4791 §5.3.2.1)', async (_, body, condition) => {
    const { dav: ask } = await withCalendar()
    const answer = await ask('PUT', at, { body, headers })
    expect([answer.status, answer.condition()]).toEqual([403, condition])
  })

  it('gives what stands in the way with a 412, when the representation is preferred (RFC 8144 §3.2)', async () => {
    const { dav: ask } = await withCalendar()
    const etag = (await ask('PUT', at, { body: meeting('a'), headers })).headers.get('etag')
    const answer = await ask('PUT', at, {
      body: event('a', 'DTSTART:20260401T000000Z'),
      headers: { ...headers, 'if-match': '"stale"', prefer: 'return=representation' },
    })
    expect([answer.status, answer.text, answer.headers.get('etag')]).toEqual([412, meeting('a'), etag])
    expect(answer.headers.get('preference-applied')).toBe('return=representation')
    const missing = await ask('PUT', `${work}new.ics`, {
      body: meeting('n'),
      headers: { ...headers, 'if-match': '*', prefer: 'return=representation' },
    })
    expect([missing.status, missing.headers.get('preference-applied')]).toEqual([412, null])
  })

  it('refuses times before min-date-time (RFC 4791 §5.3.2.1)', async () => {
    const { dav: ask } = await withCalendar()
    const answer = await ask('PUT', at, { body: event('a', 'DTSTART;VALUE=DATE:00001231'), headers })
    expect([answer.status, answer.condition()]).toEqual([403, cal('min-date-time')])
    expect((await ask('PUT', at, { body: event('a', 'DTSTART;VALUE=DATE:00010101'), headers })).status).toBe(201)
  })

  it('refuses a rule in a calendar that it cannot reckon in, and takes Gregorian (RFC 7529 §7)', async () => {
    const { dav: ask } = await withCalendar()
    const rule = (rscale: string) => event('a', 'DTSTART:20260401T000000Z', `RRULE:RSCALE=${rscale};FREQ=YEARLY`)
    const refused = await ask('PUT', at, { body: rule('HEBREW'), headers })
    expect([refused.status, refused.condition()]).toEqual([403, cal('supported-rscale')])
    expect((await ask('PUT', at, { body: rule('GREGORIAN'), headers })).status).toBe(201)
    const said = await ask('PROPFIND', work, {
      body: propBody(dav('propfind'), [cal('supported-rscale-set')]),
      headers: { depth: '0' },
    })
    const names = said.prop(work, cal('supported-rscale-set'))?.elements.map(({ text }) => text)
    expect(names).toEqual(['GREGORIAN', 'GREGORY'])
  })

  it('refuses a component that the calendar does not take (RFC 4791 §5.2.3)', async () => {
    const { dav: ask } = await withCalendar(['VEVENT'])
    const body = ics('BEGIN:VTODO', 'UID:t', 'DTSTAMP:20260101T000000Z', 'SUMMARY:Buy', 'END:VTODO')
    const answer = await ask('PUT', at, { body, headers })
    expect([answer.status, answer.condition()]).toEqual([403, cal('supported-calendar-component')])
  })

  it('refuses what is too large, said beforehand or not (RFC 4791 §5.3.2.1)', async () => {
    const server = createServer({ objectLimits: { maxBytes: 300 } })
    await server.calendar('work')
    const body = event('a', 'DTSTART:20260310T090000Z', `DESCRIPTION:${'x'.repeat(300)}`)
    for (const length of [{}, { 'content-length': String(body.length) }] as Record<string, string>[]) {
      const answer = await server.dav('PUT', at, { body, headers: { ...headers, ...length } })
      expect([answer.status, answer.condition()]).toEqual([403, cal('max-resource-size')])
    }
  })

  it('names the holder of a UID that is there already (RFC 4791 §5.3.2.1)', async () => {
    const { dav: ask } = await withCalendar()
    await ask('PUT', `${work}x%20y.ics`, { body: meeting('same'), headers })
    const answer = await ask('PUT', at, { body: meeting('same'), headers })
    expect([answer.status, answer.condition()]).toEqual([409, cal('no-uid-conflict')])
    expect(answer.xml().elements[0]?.child(dav('href'))?.text).toBe(`${work}x%20y.ics`)
  })

  it('refuses another format, and takes a missing Content-Type', async () => {
    const { dav: ask } = await withCalendar()
    const other = await ask('PUT', at, { body: '[]', headers: { 'content-type': 'text/x-vcalendar' } })
    expect([other.status, other.condition()]).toEqual([403, cal('supported-calendar-data')])
    expect((await ask('PUT', at, { body: new TextEncoder().encode(meeting('a')) })).status).toBe(201)
  })

  it('is 409 without its calendar and 405 on a collection (RFC 4918 §9.7)', async () => {
    const { dav: ask } = await withCalendar()
    expect((await ask('PUT', '/dav/calendars/anna/none/a.ics', { body: meeting('a'), headers })).status).toBe(409)
    expect((await ask('PUT', `${work}folder/a.ics`, { body: meeting('a'), headers })).status).toBe(409)
    expect((await ask('PUT', work, { body: meeting('a'), headers })).status).toBe(405)
  })

  it('keeps the name that the client chose, whatever it is', async () => {
    const { dav: ask } = await withCalendar()
    for (const [index, name] of [
      'no-suffix',
      'a@b',
      'plus+plus;x',
      'встреча.ics',
      'x'.repeat(200),
      '__proto__',
    ].entries()) {
      const path = work + encodeURIComponent(name)
      expect((await ask('PUT', path, { body: meeting(`u${index}`), headers })).status).toBe(201)
      expect((await ask('GET', path)).status).toBe(200)
    }
  })

  it('sends back what is stored for Prefer: return=representation (RFC 8144 §3.1)', async () => {
    const { dav: ask } = await withCalendar()
    const answer = await ask('PUT', at, {
      body: meeting('a'),
      headers: { ...headers, prefer: 'return=representation' },
    })
    expect([answer.status, answer.text]).toEqual([201, meeting('a')])
    expect(answer.headers.get('etag')).toMatch(/^"/)
    expect(answer.headers.get('content-location')).toBe(at)
  })

  it('names the privilege that is missing: bind of the calendar, write-content or unbind (RFC 3744 appendix B)', async () => {
    const server = createServer()
    await server.calendar('work', { access: [{ principal: boris.id, level: 'read' }] })
    await server.dav('PUT', at, { body: meeting('a'), headers })
    const missing = async (method: string, path: string) => {
      const answer = await server.dav(method, path, { as: boris, body: meeting('b'), headers })
      const resource = answer.xml().child(dav('need-privileges'))?.child(dav('resource'))
      return [resource?.child(dav('href'))?.text, resource?.child(dav('privilege'))?.elements[0]?.name]
    }
    expect(await missing('PUT', `${work}new.ics`)).toEqual([work, dav('bind')])
    expect(await missing('PUT', at)).toEqual([at, dav('write-content')])
    expect(await missing('DELETE', at)).toEqual([work, dav('unbind')])
  })

  it('refuses a name that is too long as such', async () => {
    const { dav: ask } = await withCalendar()
    const answer = await ask('PUT', `${work}${'n'.repeat(1001)}`, { body: meeting('a'), headers })
    expect([answer.status, answer.condition()]).toEqual([403, dav('name-allowed')])
  })

  it('is 403 need-privileges for a reader, and for a stranger whether or not the calendar is there', async () => {
    const server = createServer()
    await server.calendar('work', { access: [{ principal: boris.id, level: 'read' }] })
    await server.calendar('secret')
    const reader = await server.dav('PUT', at, { as: boris, body: meeting('a'), headers })
    expect([reader.status, reader.condition()]).toEqual([403, dav('need-privileges')])
    const stranger = await server.dav('PUT', '/dav/calendars/anna/secret/a.ics', {
      as: boris,
      body: meeting('a'),
      headers,
    })
    const absent = await server.dav('PUT', '/dav/calendars/anna/none/a.ics', { as: boris, body: meeting('a'), headers })
    expect([stranger.status, stranger.text]).toEqual([403, absent.text.replace('/none/', '/secret/')])
  })

  it('lets a writer write through the shared address, where everybody sees it', async () => {
    const server = createServer()
    const { id } = await server.calendar('work', { access: [{ principal: boris.id, level: 'write' }] })
    const shared = `/dav/calendars/boris%40example.org/shared-${id}/b.ics`
    expect((await server.dav('PUT', shared, { as: boris, body: meeting('b'), headers })).status).toBe(201)
    expect((await server.dav('GET', `${work}b.ics`)).text).toBe(meeting('b'))
  })
})

describe('GET of a calendar object', () => {
  it('gives the stored bytes with type, etag and date; HEAD the same without them (RFC 9110 §9.3.2)', async () => {
    const { dav: ask } = await withCalendar()
    const odd = meeting('a').replaceAll('\r\n', '\n').replace('SUMMARY', 'X-ODD;A="b;c":keep\nSUMMARY')
    const put = await ask('PUT', at, { body: odd, headers })
    const got = await ask('GET', at)
    expect(got.text).toBe(odd)
    expect(got.headers.get('content-type')).toBe('text/calendar; charset=utf-8; component=vevent')
    expect(got.headers.get('etag')).toBe(put.headers.get('etag'))
    expect(got.headers.get('last-modified')).toMatch(/ GMT$/)
    const head = await ask('HEAD', at)
    expect([head.status, head.text]).toEqual([200, ''])
    for (const [name, value] of got.headers) expect(head.headers.get(name)).toBe(value)
  })

  it('answers 304 to the current etag (RFC 9110 §13.1.2)', async () => {
    const { dav: ask } = await withCalendar()
    const etag = (await ask('PUT', at, { body: meeting('a'), headers })).headers.get('etag') ?? ''
    expect((await ask('GET', at, { headers: { 'if-none-match': etag } })).status).toBe(304)
  })

  it('gives a calendar as one file, each time zone once', async () => {
    const { dav: ask } = await withCalendar()
    const zone = [
      'BEGIN:VTIMEZONE',
      'TZID:X',
      'BEGIN:STANDARD',
      'DTSTART:19700101T000000',
      'TZOFFSETFROM:+0100',
      'TZOFFSETTO:+0100',
      'END:STANDARD',
      'END:VTIMEZONE',
    ]
    for (const uid of ['a', 'b']) {
      const body = ics(
        ...zone,
        'BEGIN:VEVENT',
        `UID:${uid}`,
        'DTSTAMP:20260101T000000Z',
        'DTSTART;TZID=X:20260310T090000',
        'END:VEVENT',
      )
      await ask('PUT', `${work}${uid}.ics`, { body, headers })
    }
    const { text, status } = await ask('GET', work)
    expect(status).toBe(200)
    expect(text.match(/BEGIN:VTIMEZONE/g)).toHaveLength(1)
    expect(text.match(/BEGIN:VEVENT/g)).toHaveLength(2)
    expect(text.match(/BEGIN:VCALENDAR/g)).toHaveLength(1)
  })

  it('tells a calendar’s state by a tag and a date, so that asking again costs 304 until something changes for the person', async () => {
    const { dav: ask, store, calendar } = createServer()
    const { id } = await calendar('work', { access: [{ principal: boris.id, level: 'read' }] })
    const first = await ask('GET', work)
    const tag = first.headers.get('etag') ?? ''
    expect(tag).toMatch(/^W\/"/)
    expect((await ask('GET', work, { headers: { 'if-none-match': tag } })).status).toBe(304)
    const since = { 'if-modified-since': first.headers.get('last-modified') ?? '' }
    expect((await ask('HEAD', work, { headers: since })).status).toBe(304)
    await ask('PUT', at, { body: meeting('a'), headers })
    expect((await ask('GET', work, { headers: { 'if-none-match': tag } })).status).toBe(200)
    const ofBoris = (await ask('GET', work, { as: boris })).headers.get('etag') ?? ''
    await store.updateCalendar(id, { access: [{ principal: boris.id, level: 'free-busy' }] })
    expect((await ask('GET', work, { as: boris, headers: { 'if-none-match': ofBoris } })).status).toBe(200)
  })

  it('is 405 on other collections and 404 where nothing is', async () => {
    const { dav: ask } = await withCalendar()
    expect((await ask('GET', '/dav/calendars/anna/')).status).toBe(405)
    expect((await ask('GET', at)).status).toBe(404)
  })
})

describe('DELETE', () => {
  it('honours If-Match, then removes the object (RFC 4918 §9.6)', async () => {
    const { dav: ask } = await withCalendar()
    await ask('PUT', at, { body: meeting('a'), headers })
    expect((await ask('DELETE', at, { headers: { 'if-match': '"old"' } })).status).toBe(412)
    expect((await ask('DELETE', at)).status).toBe(204)
    expect((await ask('GET', at)).status).toBe(404)
    expect((await ask('DELETE', at)).status).toBe(404)
  })

  it('removes a calendar with everything in it; a new one of that name has another sync token', async () => {
    const { dav: ask } = await withCalendar()
    const body = propBody(dav('propfind'), [dav('sync-token')])
    const token = async () =>
      (await ask('PROPFIND', work, { body, headers: { depth: '0' } })).prop(work, dav('sync-token'))?.text
    const before = await token()
    expect((await ask('DELETE', work, { headers: { depth: '0' } })).status).toBe(400)
    expect((await ask('DELETE', work)).status).toBe(204)
    expect((await ask('PROPFIND', work, { body, headers: { depth: '0' } })).status).toBe(404)
    await ask('MKCALENDAR', work)
    expect(await token()).not.toBe(before)
  })

  it('is 403 for a home, and for a calendar that is only shared', async () => {
    const server = createServer()
    await server.calendar('work', { access: [{ principal: boris.id, level: 'write' }] })
    expect((await server.dav('DELETE', '/dav/calendars/anna/')).status).toBe(403)
    expect((await server.dav('DELETE', work, { as: boris })).status).toBe(403)
  })
})
