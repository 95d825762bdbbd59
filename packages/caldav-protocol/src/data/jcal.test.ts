import { describe, expect, it } from 'vitest'
import { createServer, event, calendarHeaders as headers, meeting } from '../../test/server.ts'
import { cal } from '../wire/names.ts'

const work = '/dav/calendars/anna/work/'
const at = `${work}a.ics`
const jcal = 'application/calendar+json'

const filled = async () => {
  const server = createServer()
  await server.calendar('work')
  const etag = (await server.dav('PUT', at, { body: meeting('a'), headers })).headers.get('etag')
  return { ...server, etag }
}
const summaryIn = (text: string): unknown => {
  const [, , components] = JSON.parse(text) as [string, unknown, [string, unknown[][]][]]
  return components[0]?.[1].find(([name]) => name === 'summary')?.[3]
}

describe('jCal of the door (RFC 7265)', () => {
  it('is what GET sends to who accepts it rather than text', async () => {
    const { dav: ask, etag } = await filled()
    const get = (accept: string, method = 'GET') => ask(method, at, { headers: { accept } })
    const json = await get(jcal)
    expect(json.headers.get('content-type')).toBe(`${jcal}; charset=utf-8; component=vevent`)
    expect([summaryIn(json.text), json.headers.get('etag'), json.headers.get('vary')]).toEqual([
      'Meeting a',
      etag,
      'Accept, CalDAV-Timezones',
    ])
    const head = await get(jcal, 'HEAD')
    expect([head.text, head.headers.get('content-length')]).toEqual(['', json.headers.get('content-length')])
    for (const accept of ['*/*', 'text/calendar', `${jcal};q=0.5, text/calendar`, `${jcal};q=0`, 'text/html']) {
      expect((await get(accept)).text).toBe(meeting('a'))
    }
    expect(summaryIn((await get(`text/calendar;q=0.4, ${jcal};q=0.5`)).text)).toBe('Meeting a')
  })

  it('is taken by PUT without an etag, since what is stored is text (RFC 4791 §5.3.4)', async () => {
    const { dav: ask } = await filled()
    const { text } = await ask('GET', at, { headers: { accept: jcal } })
    const body = text.replace('Meeting a', 'Обед, большой').replaceAll('"a"', '"b"')
    const put = await ask('PUT', `${work}b.ics`, { body, headers: { 'content-type': `${jcal}; charset=utf-8` } })
    expect([put.status, put.headers.get('etag')]).toEqual([201, null])
    const stored = await ask('GET', `${work}b.ics`)
    expect(stored.text).toContain('SUMMARY:Обед\\, большой\r\n')
    const again = await ask('PUT', `${work}b.ics`, {
      body,
      headers: { 'content-type': jcal, accept: jcal, prefer: 'return=representation' },
    })
    expect([again.status, summaryIn(again.text)]).toEqual([200, 'Обед, большой'])
    expect(again.headers.get('etag')).toBe(stored.headers.get('etag'))
    const unasked = await ask('PUT', `${work}b.ics`, {
      body,
      headers: { 'content-type': jcal, prefer: 'return=representation' },
    })
    expect([unasked.headers.get('content-type'), summaryIn(unasked.text)]).toEqual([
      `${jcal}; charset=utf-8; component=vevent`,
      'Обед, большой',
    ])
  })

  it.each([
    ['no JSON', 'BEGIN:VCALENDAR'],
    ['no jCal', '{"a":1}'],
    ['a component without properties', '["vcalendar",[],[["vevent"]]]'],
    ['deep JSON', '['.repeat(50_000)],
    ['bytes that are no UTF-8', new Uint8Array([0x5b, 0x22, 0xff, 0x22, 0x5d])],
  ])('is refused as %s (RFC 4791 §5.3.2.1)', async (_, body) => {
    const { dav: ask } = await filled()
    const answer = await ask('PUT', `${work}b.ics`, { body, headers: { 'content-type': jcal } })
    expect([answer.status, answer.condition()]).toEqual([403, cal('valid-calendar-data')])
  })

  it('is what calendar-data holds when a report asks for it, expanded too (RFC 4791 §9.6)', async () => {
    const { dav: ask } = await filled()
    await ask('PUT', `${work}s.ics`, { body: event('s', 'DTSTART:20260310T090000Z', 'RRULE:FREQ=DAILY'), headers })
    const data = async (inside: string) => {
      const body = `<C:calendar-multiget xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><prop><C:calendar-data content-type="${jcal}" version="2.0">${inside}</C:calendar-data></prop><href>${work}s.ics</href></C:calendar-multiget>`
      const answer = await ask('REPORT', work, { body })
      const element = answer.prop(`${work}s.ics`, cal('calendar-data'))
      expect([element?.attributes.get('content-type'), element?.attributes.get('version')]).toEqual([jcal, '2.0'])
      return JSON.parse(element?.text ?? '') as [string, unknown[], unknown[]]
    }
    expect((await data(''))[2]).toHaveLength(1)
    expect((await data('<C:expand start="20260310T000000Z" end="20260313T000000Z"/>'))[2]).toHaveLength(3)
  })
})
