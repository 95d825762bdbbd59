import { gzipSync } from 'node:zlib'
import { parseXml } from '@dayport/core/xml'
import { beforeAll, describe, expect, it } from 'vitest'
import { createFuzzCalDav } from './caldav.ts'
import { cheapestMs } from './cost.ts'
import { event, eventLines, times, wrap } from './ics.ts'

type Server = Awaited<ReturnType<typeof createFuzzCalDav>>
let server: Server
const ics = { 'content-type': 'text/calendar' }
const namespaces = 'xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"'

const query = (filter: string, data = '<C:calendar-data/>'): string =>
  `<C:calendar-query ${namespaces}><prop>${data}</prop><C:filter><C:comp-filter name="VCALENDAR">${filter}</C:comp-filter></C:filter></C:calendar-query>`
const multiget = (hrefs: readonly string[]): string =>
  `<C:calendar-multiget ${namespaces}><prop><getetag/></prop>${hrefs.map((href) => `<href>${href}</href>`).join('')}</C:calendar-multiget>`
const inRange = (start: string, end: string): string =>
  `<C:comp-filter name="VEVENT"><C:time-range start="${start}" end="${end}"/></C:comp-filter>`

const bombs: Readonly<Record<string, readonly string[]>> = {
  seconds: ['RRULE:FREQ=SECONDLY'],
  never: ['RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30'],
  removed: ['RRULE:FREQ=SECONDLY', 'EXRULE:FREQ=SECONDLY'],
  rare: ['RRULE:FREQ=SECONDLY;INTERVAL=999983;BYHOUR=3;BYMINUTE=30;BYMONTH=2;BYMONTHDAY=29'],
  long: ['DURATION:P99999D', 'RRULE:FREQ=MINUTELY;INTERVAL=7'],
  alarms: [
    'RRULE:FREQ=MINUTELY',
    ...times(100, () => 'BEGIN:VALARM\r\nTRIGGER:-P9D\r\nREPEAT:99999\r\nDURATION:PT1S\r\nEND:VALARM'),
  ],
}

beforeAll(async () => {
  server = await createFuzzCalDav()
  for (const [name, lines] of Object.entries(bombs)) {
    const text = event(...lines).replace('UID:u', `UID:${name}`)
    expect((await server.ask('PUT', `${server.home}${name}.ics`, text, ics)).status).toBe(201)
  }
})

/** Status of a report on the calendar, which must be well-formed XML if it says so, and what it cost. */
const reportOn = async (body: string): Promise<{ status: number; text: string; ms: number }> => {
  let status = 0
  let text = ''
  const ms = await cheapestMs(async () => {
    const answer = await server.ask('REPORT', server.home, body, { depth: '1' })
    status = answer.status
    text = answer.text
    if (answer.headers.get('content-type')?.startsWith('application/xml')) parseXml(text)
  }, 3)
  expect(server.errors).toEqual([])
  return { status, text, ms }
}

describe('REPORT over series made to be slow', () => {
  it.each([
    ['near', '20260105T000000Z', '20260112T000000Z'],
    ['far', '98000101T000000Z', '98000108T000000Z'],
    ['whole', '00010101T000000Z', '99991231T000000Z'],
  ])('answers a time-range that is %s within 10 ms for each object', async (_, start, end) => {
    const { status, ms } = await reportOn(query(inRange(start, end)))
    expect(status).toBe(207)
    expect(ms).toBeLessThan(Object.keys(bombs).length * 10)
  })

  it('answers alarms in a range within 50 ms', async () => {
    const alarm =
      '<C:comp-filter name="VALARM"><C:time-range start="20270105T000000Z" end="20270105T000001Z"/></C:comp-filter>'
    const { status, ms } = await reportOn(query(`<C:comp-filter name="VEVENT">${alarm}</C:comp-filter>`))
    expect(status).toBe(207)
    expect(ms).toBeLessThan(50)
  })

  it('refuses to expand over 10 000 years more instances than allowed, object by object (RFC 4791 §7.8)', async () => {
    const data = '<C:calendar-data><C:expand start="00010101T000000Z" end="99991231T000000Z"/></C:calendar-data>'
    const { status, text, ms } = await reportOn(query(inRange('00010101T000000Z', '99991231T000000Z'), data))
    expect([207, 507]).toContain(status)
    expect(text).toContain('number-of-matches-within-limits')
    expect(ms).toBeLessThan(Object.keys(bombs).length * 100)
  })
})

describe('REPORT and PROPFIND with bodies made to be slow', () => {
  it('answers 20 000 hrefs, wrong ones among them, and shows nothing outside the calendar', async () => {
    const wrong = [
      '..%2f..%2fsecret',
      '%2e%2e/%2e%2e/x',
      'http://evil.test/x',
      '//evil.test/x',
      '\u202e',
      '%00',
      '%ff',
      'a'.repeat(10_000),
    ]
    const { status, text, ms } = await reportOn(multiget([...wrong, ...times(20_000, (i) => `${server.home}${i}.ics`)]))
    expect(status).toBe(207)
    expect(text).not.toContain('getetag>"')
    expect(ms).toBeLessThan(2_000)
  })

  it('answers or refuses 20 000 filters', async () => {
    const filters = times(20_000, (i) => `<C:prop-filter name="X-${i}"><C:is-not-defined/></C:prop-filter>`).join('')
    const { status, ms } = await reportOn(query(`<C:comp-filter name="VEVENT">${filters}</C:comp-filter>`))
    expect([207, 403]).toContain(status)
    expect(ms).toBeLessThan(4_000)
  })

  it.each([
    ['nested 1 000 deep', query('<C:comp-filter name="VEVENT">'.repeat(1_000) + '</C:comp-filter>'.repeat(1_000)), 413],
    ['with a bomb of entities', `<!DOCTYPE x [<!ENTITY a "a">]>${query('')}`, 403],
    ['with a time-range that ends before it begins', query(inRange('20270101T000000Z', '20260101T000000Z')), 403],
    ['with a time-range that is none', query(inRange('yesterday', '99999999T999999Z')), 403],
  ])('refuses a filter %s', async (_, body, expected) => {
    expect((await reportOn(body)).status).toBe(expected)
  })

  it('answers a PROPFIND of 10 000 properties', async () => {
    const names = times(10_000, (i) => `<p${i}/>`).join('')
    const body = `<propfind xmlns="DAV:"><prop>${names}</prop></propfind>`
    const ms = await cheapestMs(() => server.ask('PROPFIND', server.home, body, { depth: '0' }), 2)
    expect(ms).toBeLessThan(2_000)
  })
})

describe('addresses, headers and bodies of strangers', () => {
  it.each([
    '..%2f..%2fetc%2fpasswd',
    '%2e%2e%2f',

    '%00',
    '%0d%0aX-Evil:1',
    '%ff%fe',
    `${'a'.repeat(5_000)}.ics`,
  ])('puts nothing outside the calendar by the name %s', async (name) => {
    const { status, headers } = await server.ask(
      'PUT',
      `${server.home}${name}`,
      event().replace('UID:u', 'UID:stray'),
      ics,
    )
    expect([400, 403, 404, 405, 409, 414]).toContain(status)
    expect(headers.get('x-evil')).toBeNull()
    expect(server.errors).toEqual([])
  })

  it('names no line of its own in an answer for a UID or name with line ends in it', async () => {
    const put = await server.ask(
      'PUT',
      `${server.home}a%0db.ics`,
      event().replace('UID:u', 'UID:x%0d%0aSet-Cookie: a=b'),
      ics,
    )
    expect(put.status).toBeGreaterThanOrEqual(400)
    for (const value of put.headers.values()) expect(value).not.toMatch(/[\r\n]/)
  })

  it('refuses a body of 100 MB as soon as it is over the limit, with flat memory', async () => {
    const chunk = new Uint8Array(1024 * 1024).fill(0x41)
    let sent = 0
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        if (++sent > 100) controller.close()
        else controller.enqueue(chunk)
      },
    })
    const { status } = await server.ask('PUT', `${server.home}big.ics`, endless, ics)
    expect(status).toBe(403)
    expect(sent).toBeLessThan(20)
  })

  it('refuses a gzip bomb, and gzip that is none', async () => {
    const headers = { ...ics, 'content-encoding': 'gzip' }
    const bomb = gzipSync(new Uint8Array(100 * 1024 * 1024))
    expect((await server.ask('PUT', `${server.home}bomb.ics`, bomb, headers)).status).toBe(403)
    expect((await server.ask('PUT', `${server.home}bomb.ics`, 'BEGIN:VCALENDAR', headers)).status).toBe(400)
  })

  it.each([
    ['a time zone', wrap('BEGIN:VTIMEZONE', 'TZID:x', 'END:VTIMEZONE')],
    ['two UIDs', wrap(...eventLines(), ...eventLines().map((line) => line.replace('UID:u', 'UID:v')))],
    ['METHOD', event().replace('VERSION', 'METHOD:REQUEST\r\nVERSION')],
    ['half an event', event().slice(0, -30)],
    ['gzip without saying so', gzipSync(event())],
  ])('refuses %s as an object (RFC 4791 §4.1)', async (_, body) => {
    expect((await server.ask('PUT', `${server.home}odd.ics`, body, ics)).status).toBe(403)
    expect(server.errors).toEqual([])
  })
})
