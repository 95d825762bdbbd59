import { describe, expect, it } from 'vitest'
import { boris, carl, createServer, event, calendarHeaders as headers, ics, meeting } from '../../../test/server.ts'
import { dav } from '../../wire/names.ts'

const home = '/dav/calendars/anna/'
const work = `${home}work/`

const query = (start = '20260310T000000Z', end = '20260311T000000Z') =>
  `<C:free-busy-query xmlns:C="urn:ietf:params:xml:ns:caldav"><C:time-range start="${start}" end="${end}"/></C:free-busy-query>`

const filled = async (objects: Readonly<Record<string, string>>) => {
  const server = createServer({ now: () => Date.UTC(2026, 2, 1) })
  await server.calendar('work', {
    components: ['VEVENT', 'VFREEBUSY'],
    access: [{ principal: boris.id, level: 'free-busy' }],
  })
  for (const [name, body] of Object.entries(objects)) {
    const { status, text } = await server.dav('PUT', `${work}${name}.ics`, { body, headers })
    if (status !== 201) throw new Error(`expected 201 for ${name}, got ${status}: ${text}`)
  }
  const lines = async (ask: Parameters<typeof server.dav>[2] = {}, path = work) => {
    const answer = await server.dav('REPORT', path, { body: query(), headers: { depth: '1' }, ...ask })
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      'text/calendar; charset=utf-8; component=vfreebusy',
    ])
    return answer.text
      .replaceAll('\r\n ', '')
      .split('\r\n')
      .filter((line) => line.startsWith('FREEBUSY'))
  }
  return { ...server, lines }
}

const part = (uid: string, ...lines: readonly string[]) =>
  event(uid, 'DTSTART:20260310T090000Z', 'DTEND:20260310T100000Z', ...lines)

describe('free-busy-query', () => {
  it('merges what touches and overlaps, cuts it to the range, and writes UTC (RFC 4791 §7.10)', async () => {
    const { lines } = await filled({
      a: meeting('a', '20260309T230000Z', '20260310T010000Z'),
      b: meeting('b', '20260310T090000Z', '20260310T100000Z'),
      c: meeting('c', '20260310T100000Z', '20260310T110000Z'),
      d: meeting('d', '20260310T093000Z', '20260310T094500Z'),
      z: event('z', 'DTSTART;TZID=Europe/Berlin:20260310T200000', 'DURATION:PT1H'),
      out: meeting('out', '20260311T000000Z', '20260311T010000Z'),
    })
    expect(await lines()).toEqual([
      'FREEBUSY:20260310T000000Z/20260310T010000Z,20260310T090000Z/20260310T110000Z,20260310T190000Z/20260310T200000Z',
    ])
  })

  it('leaves out what is transparent, cancelled or declined by the owner, and tells tentative apart', async () => {
    const { lines } = await filled({
      transparent: part('transparent', 'TRANSP:TRANSPARENT'),
      cancelled: part('cancelled', 'STATUS:CANCELLED'),
      declined: part('declined', 'ATTENDEE;PARTSTAT=DECLINED:MAILTO:p-anna@example.org'),
      theirs: event(
        'theirs',
        'DTSTART:20260310T120000Z',
        'DURATION:PT1H',
        'ATTENDEE;PARTSTAT=DECLINED:mailto:x@example.org',
      ),
      tentative: event('tentative', 'DTSTART:20260310T140000Z', 'DURATION:PT1H', 'STATUS:TENTATIVE'),
    })
    expect(await lines()).toEqual([
      'FREEBUSY:20260310T120000Z/20260310T130000Z',
      'FREEBUSY;FBTYPE=BUSY-TENTATIVE:20260310T140000Z/20260310T150000Z',
    ])
  })

  it('counts every instance of a series, the moved one where it is and the deleted one not at all', async () => {
    const body = event(
      's',
      'DTSTART:20260309T090000Z',
      'DURATION:PT1H',
      'RRULE:FREQ=HOURLY;INTERVAL=6;COUNT=6',
      'EXDATE:20260310T030000Z',
    ).replace(
      'END:VCALENDAR',
      'BEGIN:VEVENT\r\nUID:s\r\nDTSTAMP:20260101T000000Z\r\nRECURRENCE-ID:20260309T150000Z\r\nDTSTART:20260310T220000Z\r\nDURATION:PT3H\r\nEND:VEVENT\r\nEND:VCALENDAR',
    )
    const { lines } = await filled({ s: body })
    expect(await lines()).toEqual([
      'FREEBUSY:20260310T090000Z/20260310T100000Z,20260310T150000Z/20260310T160000Z,20260310T220000Z/20260311T000000Z',
    ])
  })

  it('counts stored VFREEBUSY by their types, FREE not at all', async () => {
    const { lines } = await filled({
      f: ics(
        ...['BEGIN:VFREEBUSY', 'UID:f', 'DTSTAMP:20260101T000000Z'],
        ...['DTSTART:20260310T000000Z', 'DTEND:20260311T000000Z'],
        'FREEBUSY:20260310T010000Z/PT1H',
        'FREEBUSY;FBTYPE=FREE:20260310T030000Z/PT1H',
        'FREEBUSY;FBTYPE=BUSY-UNAVAILABLE:20260310T050000Z/20260310T060000Z',
        'FREEBUSY;FBTYPE=X-ODD:20260310T070000Z/PT1H',
        'END:VFREEBUSY',
      ),
    })
    expect(await lines()).toEqual([
      'FREEBUSY:20260310T010000Z/20260310T020000Z,20260310T070000Z/20260310T080000Z',
      'FREEBUSY;FBTYPE=BUSY-UNAVAILABLE:20260310T050000Z/20260310T060000Z',
    ])
  })

  it('asks the calendars of a home together', async () => {
    const server = await filled({ a: part('a') })
    await server.calendar('home')
    await server.dav('PUT', `${home}home/b.ics`, {
      body: meeting('b', '20260310T093000Z', '20260310T103000Z'),
      headers,
    })
    for (const depth of ['1', 'infinity']) {
      expect(await server.lines({ headers: { depth } }, home)).toEqual(['FREEBUSY:20260310T090000Z/20260310T103000Z'])
    }
  })

  it('needs read-free-busy and no more: others get 404 as for what is not there', async () => {
    const { dav: ask, lines } = await filled({ a: part('a', 'SUMMARY:Secret') })
    expect(await lines({ as: boris })).toEqual(['FREEBUSY:20260310T090000Z/20260310T100000Z'])
    expect((await ask('REPORT', work, { body: query(), headers: { depth: '1' }, as: carl })).status).toBe(404)
  })

  it('answers a VFREEBUSY without FREEBUSY when nothing is found, as for Depth 0', async () => {
    const { dav: ask, lines } = await filled({ a: part('a') })
    expect(await lines({ headers: { depth: '0' } })).toEqual([])
    const later = await ask('REPORT', work, { body: query('20270101T000000Z', '20270102T000000Z') })
    expect(later.text).toBe(
      [
        ...['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Dayport//CalDAV//EN', 'BEGIN:VFREEBUSY'],
        ...['UID:20270101T000000Z-20270102T000000Z-/dav/calendars/anna/work/', 'DTSTAMP:20260301T000000Z'],
        ...['DTSTART:20270101T000000Z', 'DTEND:20270102T000000Z', 'END:VFREEBUSY', 'END:VCALENDAR', ''],
      ].join('\r\n'),
    )
  })

  it('is 400 without a range of two ends, and no report of an object', async () => {
    const { dav: ask } = await filled({ a: part('a') })
    const bare = '<C:free-busy-query xmlns:C="urn:ietf:params:xml:ns:caldav"/>'
    const open = query().replace(' end="20260311T000000Z"', '')
    for (const body of [bare, open, query('20260311T000000Z', '20260310T000000Z')]) {
      expect((await ask('REPORT', work, { body, headers: { depth: '1' } })).status).toBe(400)
    }
    const object = await ask('REPORT', `${work}a.ics`, { body: query() })
    expect([object.status, object.condition()]).toEqual([403, dav('supported-report')])
  })

  it('calls a series busy to its end that has more instances than are looked at, and tells the other events as ever', async () => {
    const { lines } = await filled({
      s: event('s', 'DTSTART:20260601T000000Z', 'DTEND:20260601T000001Z', 'RRULE:FREQ=SECONDLY;UNTIL=20261201T000000Z'),
      free: event('free', 'DTSTART:20260701T000000Z', 'RRULE:FREQ=SECONDLY', 'TRANSP:TRANSPARENT'),
      a: part('a'),
    })
    expect(await lines({ body: query('20260101T000000Z', '20280101T000000Z') })).toEqual([
      'FREEBUSY:20260310T090000Z/20260310T100000Z,20260601T000000Z/20261201T000001Z',
    ])
  })
})
