import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { carl, createServer, event, calendarHeaders as headers, ics, meeting } from '../../test/server.ts'
import { cal, dav } from '../wire/names.ts'

const fixture = (name: string) => readFileSync(new URL(`../../test/fixtures/${name}.xml`, import.meta.url), 'utf8')
const work = '/dav/calendars/anna/work/'

const query = (filter: string, data = '', extra = '') =>
  `<C:calendar-query xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><prop><getetag/>${data}</prop><C:filter>${filter}</C:filter>${extra}</C:calendar-query>`
const comp = (name: string, inside = '') => `<C:comp-filter name="${name}">${inside}</C:comp-filter>`
const calendarWith = (inside = '') => comp('VCALENDAR', inside)
const range = (start: string | null, end: string | null) =>
  `<C:time-range${start === null ? '' : ` start="${start}"`}${end === null ? '' : ` end="${end}"`}/>`
const prop = (name: string, inside = '') => `<C:prop-filter name="${name}">${inside}</C:prop-filter>`
const text = (value: string, attributes = '') => `<C:text-match ${attributes}>${value}</C:text-match>`
const undefinedTest = '<C:is-not-defined/>'

const todo = (uid: string, ...lines: readonly string[]) =>
  ics('BEGIN:VTODO', `UID:${uid}`, 'DTSTAMP:20260101T000000Z', ...lines, 'END:VTODO')

const filled = async (objects: Readonly<Record<string, string>>, timezone: string | null = null) => {
  const server = createServer()
  await server.calendar('work', { components: ['VEVENT', 'VTODO', 'VJOURNAL'], timezone })
  for (const [name, body] of Object.entries(objects)) {
    const { status, text: answer } = await server.dav('PUT', `${work}${name}.ics`, { body, headers })
    if (status !== 201) throw new Error(`expected 201 for ${name}, got ${status}: ${answer}`)
  }
  const names = async (filter: string, extra = '') => {
    const answer = await server.dav('REPORT', work, { body: query(filter, '', extra), headers: { depth: '1' } })
    return [...answer.responses().keys()].map((href) => href.slice(work.length).replace('.ics', ''))
  }
  const data = async (inside: string, filter = calendarWith()) => {
    const answer = await server.dav('REPORT', work, { body: query(filter, inside), headers: { depth: '1' } })
    return [...answer.responses().keys()].map((href) => answer.prop(href, cal('calendar-data'))?.text)
  }
  return { ...server, names, data }
}

const series = (uid: string, ...lines: readonly string[]) =>
  event(uid, 'DTSTART:20260302T090000Z', 'DTEND:20260302T100000Z', ...lines)

const dayIn = (day: string) => range(`202603${day}T000000Z`, `202603${day}T235959Z`)

describe('calendar-query', () => {
  it('lists etags and types for vdirsyncer, with or without a Depth', async () => {
    const { dav: ask } = await filled({ a: meeting('a'), t: todo('t') })
    for (const depth of [{ depth: '1' }, {}] as Record<string, string>[]) {
      const answer = await ask('REPORT', work, { body: fixture('vdirsyncer/list'), headers: depth })
      expect([...answer.responses().keys()]).toEqual([`${work}a.ics`])
      expect(answer.prop(`${work}a.ics`, dav('getcontenttype'))?.text).toBe(
        'text/calendar; charset=utf-8; component=vevent',
      )
    }
  })

  it('gives Evolution only the UIDs of a range (RFC 4791 §9.6.4)', async () => {
    const { dav: ask } = await filled({
      in: meeting('in'),
      out: meeting('out', '20270101T000000Z', '20270101T010000Z'),
    })
    const answer = await ask('REPORT', work, { body: fixture('evolution/list'), headers: { depth: '1' } })
    expect([...answer.responses().keys()]).toEqual([`${work}in.ics`])
    expect(answer.prop(`${work}in.ics`, cal('calendar-data'))?.text).toBe(
      'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:in\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n',
    )
  })

  it('selects nothing in a calendar for Depth 0, and tests a single object', async () => {
    const { dav: ask } = await filled({ a: meeting('a') })
    const body = query(calendarWith(comp('VEVENT')))
    expect((await ask('REPORT', work, { body, headers: { depth: '0' } })).responses().size).toBe(0)
    expect((await ask('REPORT', `${work}a.ics`, { body })).responses().size).toBe(1)
    const other = query(calendarWith(comp('VTODO')))
    expect((await ask('REPORT', `${work}a.ics`, { body: other })).responses().size).toBe(0)
  })

  it('counts ranges as half-open, with one end open or none (RFC 4791 §9.9)', async () => {
    const { names } = await filled({ a: meeting('a', '20260310T090000Z', '20260310T100000Z') })
    const vevent = (start: string | null, end: string | null) => names(calendarWith(comp('VEVENT', range(start, end))))
    expect(await vevent('20260310T100000Z', '20260310T110000Z')).toEqual([])
    expect(await vevent('20260310T095959Z', '20260310T110000Z')).toEqual(['a'])
    expect(await vevent('20260310T080000Z', '20260310T090000Z')).toEqual([])
    expect(await vevent('20260310T080000Z', '20260310T090001Z')).toEqual(['a'])
    expect(await vevent('20260310T095959Z', null)).toEqual(['a'])
    expect(await vevent(null, '20260310T090000Z')).toEqual([])
    expect(await vevent(null, '20260310T090001Z')).toEqual(['a'])
  })

  it('finds instances of a series, not those that were deleted or moved away, but those moved in', async () => {
    const moved = [
      'BEGIN:VEVENT',
      'UID:s',
      'DTSTAMP:20260101T000000Z',
      'RECURRENCE-ID:20260304T090000Z',
      'DTSTART:20260320T090000Z',
      'DTEND:20260320T100000Z',
      'SUMMARY:Moved',
      'END:VEVENT',
    ]
    const body = series('s', 'RRULE:FREQ=DAILY;COUNT=5', 'EXDATE:20260303T090000Z').replace(
      'END:VCALENDAR',
      `${moved.join('\r\n')}\r\nEND:VCALENDAR`,
    )
    const { names } = await filled({ s: body })
    const on = async (day: string) => (await names(calendarWith(comp('VEVENT', dayIn(day))))).length
    expect([
      await on('02'),
      await on('03'),
      await on('04'),
      await on('05'),
      await on('06'),
      await on('07'),
      await on('20'),
    ]).toEqual([1, 0, 0, 1, 1, 0, 1])
    const both = (summary: string, day: string) =>
      names(calendarWith(comp('VEVENT', dayIn(day) + prop('SUMMARY', text(summary)))))
    expect(await both('Moved', '20')).toEqual(['s'])
    expect(await both('Moved', '02')).toEqual([])
  })

  it('reads DATE and floating values in the zone of the request, else of the calendar, else UTC (RFC 4791 §7.3)', async () => {
    const zone = (id: string, offset: string) =>
      `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VTIMEZONE\r\nTZID:${id}\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:${offset}\r\nTZOFFSETTO:${offset}\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\nEND:VCALENDAR\r\n`
    const objects = {
      d: event('d', 'DTSTART;VALUE=DATE:20260310', 'SUMMARY:Day'),
      f: event('f', 'DTSTART:20260310T000000', 'DURATION:PT1H'),
    }
    const early = calendarWith(comp('VEVENT', range('20260309T190000Z', '20260309T193000Z')))
    const plain = await filled(objects)
    expect(await plain.names(early)).toEqual([])
    const inZone = `<C:timezone>${zone('Far East', '+0500').replaceAll('\r', '&#13;')}</C:timezone>`
    expect(await plain.names(early, inZone)).toEqual(['d', 'f'])
    expect(await plain.names(early, '<C:timezone-id>Asia/Karachi</C:timezone-id>')).toEqual(['d', 'f'])
    const zoned = await filled(objects, zone('Mine', '+0500'))
    expect(await zoned.names(early)).toEqual(['d', 'f'])
    expect(await zoned.names(early, '<C:timezone-id>UTC</C:timezone-id>')).toEqual([])
  })

  it('tests tasks by the rows of their table: with only DUE, with only COMPLETED, with nothing (RFC 4791 §9.9)', async () => {
    const { names } = await filled({
      due: todo('due', 'DUE:20260310T120000Z'),
      done: todo('done', 'COMPLETED:20260320T120000Z'),
      bare: todo('bare', 'SUMMARY:Some day'),
      daily: todo('daily', 'SUMMARY:Every day', 'RRULE:FREQ=DAILY'),
      span: todo('span', 'DTSTART:20260301T000000Z', 'DURATION:P2D'),
    })
    expect(await names(calendarWith(comp('VTODO', dayIn('10'))))).toEqual(['bare', 'daily', 'due'])
    expect(await names(calendarWith(comp('VTODO', dayIn('20'))))).toEqual(['bare', 'daily', 'done'])
    expect(await names(calendarWith(comp('VTODO', range('20260303T000000Z', '20260304T000000Z'))))).toEqual([
      'bare',
      'daily',
      'span',
    ])
  })

  it('finds instances of a repeated task, a done one where it was moved, and expands them (RFC 4791 §9.6.5, §9.9)', async () => {
    const done = [
      ...['BEGIN:VTODO', 'UID:r', 'DTSTAMP:20260101T000000Z', 'RECURRENCE-ID:20260303T090000Z'],
      ...[
        'DTSTART:20260320T090000Z',
        'DUE:20260320T100000Z',
        'STATUS:COMPLETED',
        'COMPLETED:20260320T093000Z',
        'END:VTODO',
      ],
    ]
    const repeated = todo('r', 'DTSTART:20260302T090000Z', 'DUE:20260302T100000Z', 'RRULE:FREQ=DAILY;COUNT=3')
    const { names, data } = await filled({
      r: repeated.replace('END:VCALENDAR', `${done.join('\r\n')}\r\nEND:VCALENDAR`),
      due: todo('due', 'DUE:20260302T120000Z', 'RRULE:FREQ=WEEKLY;COUNT=2'),
    })
    const on = (day: string) => names(calendarWith(comp('VTODO', dayIn(day))))
    expect([await on('02'), await on('03'), await on('04'), await on('09'), await on('20')]).toEqual([
      ['due', 'r'],
      [],
      ['r'],
      ['due'],
      ['r'],
    ])
    const open = prop('STATUS', undefinedTest) + prop('COMPLETED', undefinedTest)
    expect(await names(calendarWith(comp('VTODO', dayIn('20') + open)))).toEqual([])
    const expanded = await data(
      '<C:calendar-data><C:expand start="20260302T000000Z" end="20260401T000000Z"/></C:calendar-data>',
      calendarWith(comp('VTODO', prop('UID', text('r')))),
    )
    expect(expanded[0]?.match(/DUE:\d+T\d+Z/g)).toEqual([
      'DUE:20260302T100000Z',
      'DUE:20260304T100000Z',
      'DUE:20260320T100000Z',
    ])
  })

  it('finds journals by their day or moment, and never one without a start (RFC 4791 §9.9)', async () => {
    const journal = (uid: string, ...lines: readonly string[]) =>
      ics('BEGIN:VJOURNAL', `UID:${uid}`, 'DTSTAMP:20260101T000000Z', ...lines, 'END:VJOURNAL')
    const { names } = await filled({
      day: journal('day', 'DTSTART;VALUE=DATE:20260310'),
      moment: journal('moment', 'DTSTART:20260310T090000Z'),
      weekly: journal('weekly', 'DTSTART;VALUE=DATE:20260303', 'RRULE:FREQ=WEEKLY'),
      bare: journal('bare', 'SUMMARY:Some thought'),
    })
    const vjournal = (start: string, end: string) => names(calendarWith(comp('VJOURNAL', range(start, end))))
    expect(await vjournal('20260310T230000Z', '20260311T000000Z')).toEqual(['day', 'weekly'])
    expect(await vjournal('20260310T090000Z', '20260310T090001Z')).toEqual(['day', 'moment', 'weekly'])
    expect(await vjournal('20260311T000000Z', '20260317T000000Z')).toEqual([])
    expect(await vjournal('20260317T000000Z', '20260318T000000Z')).toEqual(['weekly'])
  })

  it('finds alarms by when they ring, repetitions and every instance included (RFC 4791 §9.9)', async () => {
    const alarm = (...lines: string[]) => ['BEGIN:VALARM', 'ACTION:DISPLAY', 'DESCRIPTION:x', ...lines, 'END:VALARM']
    const { names } = await filled({
      before: series('before', 'RRULE:FREQ=DAILY', ...alarm('TRIGGER:-PT15M')),
      end: series('end', ...alarm('TRIGGER;RELATED=END:PT30M')),
      fixed: series('fixed', ...alarm('TRIGGER;VALUE=DATE-TIME:20260601T000000Z')),
      repeat: series('repeat', ...alarm('TRIGGER:PT0S', 'REPEAT:3', 'DURATION:PT1H')),
    })
    const ringing = (start: string, end: string) =>
      names(calendarWith(comp('VEVENT', comp('VALARM', range(start, end)))))
    expect(await ringing('20260401T084500Z', '20260401T084501Z')).toEqual(['before'])
    expect(await ringing('20260401T084501Z', '20260401T090000Z')).toEqual([])
    expect(await ringing('20260302T103000Z', '20260302T103100Z')).toEqual(['end'])
    expect(await ringing('20260601T000000Z', '20260601T000001Z')).toEqual(['fixed'])
    expect(await ringing('20260302T120000Z', '20260302T120001Z')).toEqual(['repeat'])
    expect(await ringing('20260302T130000Z', '20260302T140000Z')).toEqual([])
  })

  it('tests properties by presence, absence, text and parameters (RFC 4791 §9.7.2–9.7.5)', async () => {
    const { names } = await filled({
      a: event(
        'a',
        'DTSTART:20260310T090000Z',
        'SUMMARY:Größe\\, Straße',
        'ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:x@example.org',
      ),
      b: event(
        'b',
        'DTSTART:20260310T090000Z',
        'SUMMARY:Lunch',
        'STATUS:CANCELLED',
        'ATTENDEE;PARTSTAT=ACCEPTED:mailto:x@example.org',
      ),
    })
    const vevent = (inside: string) => names(calendarWith(comp('VEVENT', inside)))
    expect(await vevent(prop('STATUS'))).toEqual(['b'])
    expect(await vevent(prop('STATUS', undefinedTest))).toEqual(['a'])
    expect(await vevent(prop('SUMMARY', text('LUN')))).toEqual(['b'])
    expect(await vevent(prop('SUMMARY', text('LUN', 'collation="i;octet"')))).toEqual([])
    expect(await vevent(prop('SUMMARY', text('GRÖSSE, STRASSE', 'collation="i;unicode-casemap"')))).toEqual(['a'])
    expect(await vevent(prop('SUMMARY', text('GRÖßE')))).toEqual([])
    expect(await vevent(prop('SUMMARY', text('lunch', 'negate-condition="yes"')))).toEqual(['a'])
    const partstat = (inside: string) => prop('ATTENDEE', `<C:param-filter name="PARTSTAT">${inside}</C:param-filter>`)
    expect(await vevent(partstat(text('NEEDS-ACTION')))).toEqual(['a'])
    expect(await vevent(prop('ATTENDEE', `<C:param-filter name="ROLE">${undefinedTest}</C:param-filter>`))).toEqual([
      'a',
      'b',
    ])
    expect(await vevent(prop('UID', text('b', 'collation="i;octet"')))).toEqual(['b'])
  })

  it('tests times of properties, DURATION standing for a missing DTEND (RFC 4791 §9.9)', async () => {
    const { names } = await filled({ a: event('a', 'DTSTART:20260310T090000Z', 'DURATION:PT2H') })
    const vevent = (name: string, start: string, end: string) =>
      names(calendarWith(comp('VEVENT', prop(name, range(start, end)))))
    expect(await vevent('DTSTART', '20260310T090000Z', '20260310T090001Z')).toEqual(['a'])
    expect(await vevent('DTEND', '20260310T110000Z', '20260310T110001Z')).toEqual(['a'])
    expect(await vevent('DTEND', '20260310T090000Z', '20260310T110000Z')).toEqual([])
  })

  it('tests absence of components, also inside others (RFC 4791 §9.7.4)', async () => {
    const { names } = await filled({ a: meeting('a'), t: todo('t') })
    expect(await names(calendarWith(comp('VTODO', undefinedTest)))).toEqual(['a'])
    expect(await names(calendarWith(comp('VEVENT', comp('VALARM', undefinedTest))))).toEqual(['a'])
    expect(await names(calendarWith())).toEqual(['a', 't'])
  })

  it.each([
    ['no VCALENDAR', comp('VEVENT'), cal('valid-filter')],
    ['a range without ends', calendarWith(comp('VEVENT', '<C:time-range/>')), cal('valid-filter')],
    ['a day that is not', calendarWith(comp('VEVENT', range('20260231T090000Z', null))), cal('valid-filter')],
    ['a local time', calendarWith(comp('VEVENT', range('20260310T090000', null))), cal('valid-filter')],
    [
      'an end before the start',
      calendarWith(comp('VEVENT', range('20260310T090000Z', '20260310T090000Z'))),
      cal('valid-filter'),
    ],
    [
      'a range and a text',
      calendarWith(comp('VEVENT', prop('X', range('20260310T090000Z', null) + text('x')))),
      cal('valid-filter'),
    ],
    ['a filter without a name', '<C:comp-filter/>', cal('valid-filter')],
    ['two texts', calendarWith(comp('VEVENT', prop('X', text('x') + text('y')))), cal('valid-filter')],
    [
      'an odd negation',
      calendarWith(comp('VEVENT', prop('X', text('x', 'negate-condition="maybe"')))),
      cal('valid-filter'),
    ],
    [
      'a range on a text',
      calendarWith(comp('VEVENT', prop('SUMMARY', range('20260310T090000Z', null)))),
      cal('valid-filter'),
    ],
    ['thousands of filters', calendarWith(prop('X').repeat(5_000)), cal('supported-filter')],
    ['a time before the year 1', calendarWith(comp('VEVENT', range('00000101T000000Z', null))), cal('min-date-time')],
    ['a range on a zone', calendarWith(comp('VTIMEZONE', range('20260310T090000Z', null))), cal('valid-filter')],
    ['a range on a whole calendar', calendarWith(range('20260310T090000Z', null)), cal('valid-filter')],
    [
      'a range on a component of another kind',
      calendarWith(comp('X-SHIFT', range('20260310T090000Z', null))),
      cal('supported-filter'),
    ],
    ['an event in a task', calendarWith(comp('VTODO', comp('VEVENT', ''))), cal('valid-filter')],
    ['an alarm of a calendar', calendarWith(comp('VALARM', '')), cal('valid-filter')],
    ['a calendar in a calendar', calendarWith(comp('VCALENDAR', '')), cal('valid-filter')],
    [
      'an unknown collation',
      calendarWith(comp('VEVENT', prop('X', text('x', 'collation="i;klingon"')))),
      cal('supported-collation'),
    ],
  ])('refuses %s with its condition (RFC 4791 §7.8)', async (_, filter, condition) => {
    const { dav: ask } = await filled({})
    const answer = await ask('REPORT', work, { body: query(filter), headers: { depth: '1' } })
    expect([answer.status, answer.condition()]).toEqual([403, condition])
  })

  it('names the filter that it cannot work (RFC 4791 §7.8)', async () => {
    const { dav: ask } = await filled({})
    const body = query(calendarWith(comp('X-SHIFT', range('20260310T090000Z', null))))
    const [filter] = (await ask('REPORT', work, { body })).xml().elements[0]?.elements ?? []
    expect([filter?.name, filter?.attributes.get('name')]).toEqual([cal('comp-filter'), 'X-SHIFT'])
  })

  it('looks through every calendar of a home for Depth infinity, and at none for 0 and 1 (RFC 4791 §7.8)', async () => {
    const { dav: ask, calendar } = await filled({ a: meeting('a'), t: todo('t') })
    await calendar('more')
    await ask('PUT', '/dav/calendars/anna/more/b.ics', { body: meeting('b'), headers })
    const found = async (depth: Record<string, string>) => {
      const body = query(calendarWith(comp('VEVENT', dayIn('10'))), '<C:calendar-data/>')
      const answer = await ask('REPORT', '/dav/calendars/anna/', { body, headers: depth })
      return [...answer.responses().keys()].sort()
    }
    expect(await found({ depth: 'infinity' })).toEqual(['/dav/calendars/anna/more/b.ics', `${work}a.ics`])
    expect(await found({})).toHaveLength(2)
    expect(await found({ depth: '1' })).toEqual([])
    expect(await found({ depth: '0' })).toEqual([])
    const bad = query(comp('VEVENT'))
    expect((await ask('REPORT', '/dav/calendars/carl/', { body: bad, as: carl })).condition()).toBe(cal('valid-filter'))
  })

  it('finds an open end in an endless series without counting it out (RFC 4791 §9.9)', async () => {
    const { names } = await filled({ s: series('s', 'RRULE:FREQ=SECONDLY', 'SUMMARY:Tick') })
    expect(await names(calendarWith(comp('VEVENT', range('20300101T000000Z', null) + prop('SUMMARY'))))).toEqual(['s'])
    expect(await names(calendarWith(comp('VEVENT', range(null, '20260302T090000Z') + prop('SUMMARY'))))).toEqual([])
  })

  it('refuses a bad time zone and an unknown one (RFC 4791 §7.8, RFC 7809 §3.1.6)', async () => {
    const { dav: ask } = await filled({})
    const bad = await ask('REPORT', work, { body: query(calendarWith(), '', '<C:timezone>junk</C:timezone>') })
    expect(bad.condition()).toBe(cal('valid-calendar-data'))
    const unknown = await ask('REPORT', work, {
      body: query(calendarWith(), '', '<C:timezone-id>Mars/Olympus</C:timezone-id>'),
    })
    expect(unknown.condition()).toBe(cal('valid-timezone'))
  })

  it('keeps the others when one stored object is broken, and tells the host', async () => {
    const server = await filled({ a: meeting('a') })
    const calendar = (await server.store.listCalendars({ id: 'p-anna', groups: [] }))[0]
    const index = { uid: 'x', component: 'VEVENT', firstStartMs: 0, lastEndMs: 1e14, recurrence: null, tzids: [] }
    await server.store.putObject(
      { calendar: calendar?.id ?? '', name: 'broken.ics' },
      { data: new Uint8Array([1, 2]), index },
    )
    expect(await server.names(calendarWith(comp('VEVENT', prop('SUMMARY'))))).toEqual(['a'])
    expect(server.errors).toHaveLength(1)
  })
})

describe('calendar-data', () => {
  const zoned = ics(
    ...[
      'BEGIN:VTIMEZONE',
      'TZID:Europe/Berlin',
      'BEGIN:STANDARD',
      'DTSTART:19701025T030000',
      'TZOFFSETFROM:+0200',
      'TZOFFSETTO:+0100',
      'END:STANDARD',
      'END:VTIMEZONE',
    ],
    ...[
      'BEGIN:VEVENT',
      'UID:z',
      'DTSTAMP:20260101T000000Z',
      'DTSTART;TZID=Europe/Berlin:20260327T090000',
      'DURATION:PT1H',
      'RRULE:FREQ=DAILY;COUNT=10',
      'EXDATE;TZID=Europe/Berlin:20260329T090000',
      'SUMMARY:Master',
      'END:VEVENT',
    ],
    ...[
      'BEGIN:VEVENT',
      'UID:z',
      'DTSTAMP:20260101T000000Z',
      'RECURRENCE-ID;TZID=Europe/Berlin:20260330T090000',
      'DTSTART;TZID=Europe/Berlin:20260330T150000',
      'DURATION:PT2H',
      'SUMMARY:Later',
      'END:VEVENT',
    ],
    ...[
      'BEGIN:VEVENT',
      'UID:z',
      'DTSTAMP:20260101T000000Z',
      'RECURRENCE-ID;TZID=Europe/Berlin:20260404T090000',
      'DTSTART;TZID=Europe/Berlin:20260404T150000',
      'DURATION:PT2H',
      'SUMMARY:Far',
      'END:VEVENT',
    ],
  )

  it('expands a series into instances in UTC without rules and zones (RFC 4791 §9.6.5)', async () => {
    const { data } = await filled({ z: zoned })
    const [expanded] = await data(
      '<C:calendar-data><C:expand start="20260328T000000Z" end="20260331T000000Z"/></C:calendar-data>',
    )
    expect(expanded?.split('\r\n')).toEqual([
      ...['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Test//EN'],
      ...['BEGIN:VEVENT', 'RECURRENCE-ID:20260328T080000Z', 'DTSTART:20260328T080000Z', 'DTEND:20260328T090000Z'],
      ...['UID:z', 'DTSTAMP:20260101T000000Z', 'SUMMARY:Master', 'END:VEVENT'],
      ...['BEGIN:VEVENT', 'RECURRENCE-ID:20260330T070000Z', 'DTSTART:20260330T130000Z', 'DTEND:20260330T150000Z'],
      ...['UID:z', 'DTSTAMP:20260101T000000Z', 'SUMMARY:Later', 'END:VEVENT'],
      ...['END:VCALENDAR', ''],
    ])
  })

  it('keeps DATE as DATE when it expands (RFC 4791 §9.6.5)', async () => {
    const { data } = await filled({ d: event('d', 'DTSTART;VALUE=DATE:20260310', 'RRULE:FREQ=DAILY;COUNT=2') })
    const [expanded] = await data(
      '<C:calendar-data><C:expand start="20260311T000000Z" end="20260312T000000Z"/></C:calendar-data>',
    )
    expect(expanded).toContain('RECURRENCE-ID;VALUE=DATE:20260311\r\nDTSTART;VALUE=DATE:20260311\r\n')
    expect(expanded?.match(/BEGIN:VEVENT/g)).toHaveLength(1)
  })

  it('leaves out overrides that have nothing to do with the range (RFC 4791 §9.6.6)', async () => {
    const { data } = await filled({ z: zoned })
    const limited = (day: string) =>
      data(`<C:calendar-data><C:limit-recurrence-set start="${day}T000000Z" end="${day}T235959Z"/></C:calendar-data>`)
    const [near] = await limited('20260330')
    expect([near?.includes('SUMMARY:Later'), near?.includes('SUMMARY:Far'), near?.includes('RRULE')]).toEqual([
      true,
      false,
      true,
    ])
    const [far] = await limited('20260404')
    expect([far?.includes('SUMMARY:Later'), far?.includes('SUMMARY:Far'), far?.includes('BEGIN:VTIMEZONE')]).toEqual([
      false,
      true,
      true,
    ])
  })

  it('leaves out periods of FREEBUSY that lie outside, and lines of nothing else (RFC 4791 §9.6.7)', async () => {
    const server = createServer()
    await server.calendar('work', { components: ['VFREEBUSY'] })
    const body = ics(
      ...['BEGIN:VFREEBUSY', 'UID:f', 'DTSTAMP:20260101T000000Z'],
      'FREEBUSY;FBTYPE=BUSY-TENTATIVE:20260310T010000Z/PT1H,20260320T010000Z/20260320T020000Z',
      'FREEBUSY:20260321T010000Z/PT1H',
      'END:VFREEBUSY',
    )
    await server.dav('PUT', `${work}f.ics`, { body, headers })
    const limit = '<C:limit-freebusy-set start="20260310T000000Z" end="20260311T000000Z"/>'
    const answer = await server.dav('REPORT', work, {
      body: query(calendarWith(), `<C:calendar-data>${limit}</C:calendar-data>`),
      headers: { depth: '1' },
    })
    const text = answer.prop(`${work}f.ics`, cal('calendar-data'))?.text ?? ''
    expect(text.split('\r\n').filter((line) => line.startsWith('FREEBUSY'))).toEqual([
      'FREEBUSY;FBTYPE=BUSY-TENTATIVE:20260310T010000Z/PT1H',
    ])
  })

  it('selects components and properties, whole, by name only, or all (RFC 4791 §9.6.1–9.6.4)', async () => {
    const { data } = await filled({ a: meeting('a') })
    const [some] = await data(
      '<C:calendar-data><C:comp name="VCALENDAR"><C:prop name="VERSION"/><C:comp name="VEVENT"><C:prop name="SUMMARY" novalue="yes"/><C:prop name="UID"/></C:comp></C:comp></C:calendar-data>',
    )
    expect(some).toBe(
      'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:a\r\nSUMMARY:\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n',
    )
    const [all] = await data(
      '<C:calendar-data><C:comp name="VCALENDAR"><C:allprop/><C:allcomp/></C:comp></C:calendar-data>',
    )
    expect(all).toBe(meeting('a'))
  })

  it('refuses an expansion that is too long, for that object alone', async () => {
    const { dav: ask } = await filled({ a: meeting('a'), s: series('s', 'RRULE:FREQ=MINUTELY') })
    const body = query(
      calendarWith(),
      '<C:calendar-data><C:expand start="20260301T000000Z" end="20270301T000000Z"/></C:calendar-data>',
    )
    const responses = (await ask('REPORT', work, { body, headers: { depth: '1' } })).responses()
    expect([...(responses.get(`${work}a.ics`)?.found.keys() ?? [])]).toEqual([200])
    expect([...(responses.get(`${work}s.ics`)?.found.keys() ?? [])]).toEqual([200, 507])
  })

  it('is no property of PROPFIND (RFC 4791 §9.6)', async () => {
    const { dav: ask } = await filled({ a: meeting('a') })
    const body =
      '<propfind xmlns="DAV:"><prop><C:calendar-data xmlns:C="urn:ietf:params:xml:ns:caldav"/></prop></propfind>'
    const answer = await ask('PROPFIND', `${work}a.ics`, { body, headers: { depth: '0' } })
    expect(answer.responses().get(`${work}a.ics`)?.found.has(404)).toBe(true)
  })

  it('carries letters that a fold had split in two', async () => {
    const { data } = await filled({})
    const bytes = new TextEncoder().encode(event('a', 'DTSTART:20260310T090000Z', 'SUMMARY:Привет'))
    const at = bytes.indexOf(0xd0) + 1
    const folded = new Uint8Array([...bytes.slice(0, at), 13, 10, 32, ...bytes.slice(at)])
    const server = await filled({})
    await server.dav('PUT', `${work}a.ics`, { body: folded, headers })
    expect((await server.data('<C:calendar-data/>'))[0]).toContain('SUMMARY:Привет')
    expect(await data('<C:calendar-data/>')).toEqual([])
  })
})
