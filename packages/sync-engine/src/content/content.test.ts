import { describe, expect, it } from 'vitest'
import { canonicalOf, changedGroups, digestAsSent, occursWithin, sameButBlanks, sameGroups } from './canonical.ts'
import { mergeGroups } from './merge.ts'
import { transferGroups } from './transfer.ts'

const event = (...lines: readonly string[]): Uint8Array =>
  new TextEncoder().encode(
    ['BEGIN:VCALENDAR', 'VERSION:2.0', 'BEGIN:VEVENT', 'UID:u', ...lines, 'END:VEVENT', 'END:VCALENDAR', ''].join(
      '\r\n',
    ),
  )

const text = (data: Uint8Array): string => new TextDecoder().decode(data)

const start = 'DTSTART;TZID=Europe/Berlin:20260312T090000'
const end = 'DTEND;TZID=Europe/Berlin:20260312T100000'
const weekly = 'RRULE:FREQ=WEEKLY;COUNT=5'

const override = (day: string, title: string): readonly string[] => [
  'END:VEVENT',
  'BEGIN:VEVENT',
  'UID:u',
  `RECURRENCE-ID;TZID=Europe/Berlin:${day}T090000`,
  `DTSTART;TZID=Europe/Berlin:${day}T090000`,
  `DTEND;TZID=Europe/Berlin:${day}T100000`,
  `SUMMARY:${title}`,
]

describe('the canonical form', () => {
  it.each([
    ['a duration and an end', [start, end], [start, 'DURATION:PT1H']],
    [
      'a zone and its other names',
      [start, end],
      [
        start.replace('Europe/Berlin', 'W. Europe Standard Time'),
        end.replace('Europe/Berlin', 'W. Europe Standard Time'),
      ],
    ],
    [
      'what a rule implies',
      [start, end, weekly],
      [start, end, 'RRULE:FREQ=WEEKLY;BYDAY=TH;WKST=SU;INTERVAL=1;COUNT=5'],
    ],
    [
      'an end as an instant and as a date',
      [start, end, 'RRULE:FREQ=WEEKLY;UNTIL=20260409T070000Z'],
      [start, end, 'RRULE:FREQ=WEEKLY;UNTIL=20260409'],
    ],
    [
      'defaults',
      [start, end],
      [start, end, 'TRANSP:OPAQUE', 'CLASS:PUBLIC', 'STATUS:CONFIRMED', 'SEQUENCE:7', 'DTSTAMP:20260101T000000Z'],
    ],
    [
      'the order of people, categories and alarms',
      [start, end, 'CATEGORIES:a,B', 'ATTENDEE:mailto:x@y.z', 'ATTENDEE:mailto:A@b.c'],
      [
        start,
        end,
        'ATTENDEE:mailto:a@b.c',
        'ATTENDEE;ROLE=REQ-PARTICIPANT:MAILTO:x@y.z',
        'CATEGORIES:b',
        'CATEGORIES:A',
      ],
    ],
    ['line ends and blanks of texts', [start, end, 'DESCRIPTION:a\\nb'], [start, end, 'DESCRIPTION: a  \\nb\\n\\n']],
    [
      'an exception in UTC',
      [start, end, weekly, 'EXDATE;TZID=Europe/Berlin:20260402T090000'],
      [start, end, weekly, 'EXDATE:20260402T070000Z'],
    ],
  ] as const)('does not tell %s apart', (_, one, other) => {
    expect(changedGroups(canonicalOf(event(...one)), canonicalOf(event(...other)))).toEqual([])
  })

  it.each([
    ['time', [start, end], [start, 'DURATION:PT2H']],
    ['time', [start, end], ['DTSTART:20260312T080000Z', 'DTEND:20260312T090000Z']],
    ['body', [start, end], [start, end, 'DESCRIPTION:x']],
    ['privacy', [start, end], [start, end, 'CLASS:PRIVATE']],
    ['show-as', [start, end], [start, end, 'TRANSP:TRANSPARENT']],
    ['prop:URL', [start, end], [start, end, 'URL:https://example.org/']],
    ['exception:2026-03-26', [start, end, weekly], [start, end, weekly, ...override('20260326', 'x')]],
    ['exception:2026-03-26', [start, end, weekly], [start, end, weekly, 'EXDATE;TZID=Europe/Berlin:20260326T090000']],
  ] as const)('tells a change of %s', (group, one, other) => {
    expect(changedGroups(canonicalOf(event(...one)), canonicalOf(event(...other)))).toEqual([group])
  })

  it('knows whether an occurrence touches a window, and counts what it cannot tell as within', () => {
    const series = event(start, end, weekly)
    const day = (date: string) => Date.parse(`${date}T00:00:00Z`)
    expect(occursWithin(series, { startMs: day('2026-04-09'), endMs: day('2026-04-10') })).toBe(true)
    expect(occursWithin(series, { startMs: day('2026-04-10'), endMs: day('2027-04-10') })).toBe(false)
    expect(occursWithin(event('SUMMARY:no start'), { startMs: 0, endMs: 1 })).toBe(false)
  })
})

describe('a merge by groups', () => {
  it('takes what one side changed, settles what both changed alike, and leaves real conflicts (§4)', () => {
    const base = { title: 'A', place: 'P', body: 'B', alarm: '15' }
    const merged = mergeGroups(
      { base, now: { title: 'A1', place: 'P', body: 'B', alarm: '30' } },
      { base, now: { title: 'A2', place: 'Q', body: 'B', alarm: '30' } },
    )
    expect(merged).toEqual({
      toPortal: ['place'],
      toRemote: [],
      conflicts: ['title'],
      agreed: ['alarm'],
      categories: null,
    })
  })

  it('is the same with the sides exchanged', () => {
    const base = { title: 'A', categories: '["a","b"]' }
    const one = { base, now: { title: 'A1', categories: '["b","c"]' } }
    const other = { base, now: { title: 'A', categories: '["a","b","d"]' } }
    const [there, back] = [mergeGroups(one, other), mergeGroups(other, one)]
    expect(there.categories).toEqual(['b', 'c', 'd'])
    expect(back.categories).toEqual(['b', 'c', 'd'])
    expect([there.toPortal, there.toRemote]).toEqual([back.toRemote, back.toPortal])
  })

  it('has nothing to do where each side says what it said, however they differ', () => {
    const merged = mergeGroups(
      { base: { body: 'x  y' }, now: { body: 'x  y' } },
      { base: { body: 'x y' }, now: { body: 'x y' } },
    )
    expect([...merged.toPortal, ...merged.toRemote, ...merged.conflicts]).toEqual([])
  })
})

describe('a transfer of groups', () => {
  it('rewrites the lines of the group and no other byte', () => {
    const target = event(start, end, 'SUMMARY:Old', 'x-own;X-P="a:b":v', 'DESCRIPTION:long\\n', ' folded')
    const { data } = transferGroups(target, event(start, end, 'SUMMARY:New'), ['title'])
    expect(text(data)).toBe(text(target).replace('SUMMARY:Old', 'SUMMARY:New'))
    expect(transferGroups(target, target, ['title', 'time', 'body']).data).toEqual(target)
  })

  it('brings the zone along that moved times name', () => {
    const zone = [
      'BEGIN:VTIMEZONE',
      'TZID:Own',
      'BEGIN:STANDARD',
      'DTSTART:19700101T000000',
      'TZOFFSETFROM:+0100',
      'TZOFFSETTO:+0100',
      'END:STANDARD',
      'END:VTIMEZONE',
    ]
    const source = new TextEncoder().encode(
      text(event('DTSTART;TZID=Own:20260312T090000', 'DTEND;TZID=Own:20260312T100000')).replace(
        'BEGIN:VEVENT',
        [...zone, 'BEGIN:VEVENT'].join('\r\n'),
      ),
    )
    const { data } = transferGroups(event(start, end), source, ['time'])
    expect(text(data)).toContain('BEGIN:VTIMEZONE\r\nTZID:Own')
    expect(sameGroups(canonicalOf(data), canonicalOf(source))).toBe(true)
  })

  it('brings a zone along that only its VTIMEZONE defines, when it means something else by the same name', () => {
    const plant = (offset: string) =>
      new TextEncoder().encode(
        text(event('DTSTART;TZID=Plant:20260312T090000', 'DTEND;TZID=Plant:20260312T100000', 'SUMMARY:x')).replace(
          'BEGIN:VEVENT',
          [
            'BEGIN:VTIMEZONE',
            'TZID:Plant',
            'BEGIN:STANDARD',
            'DTSTART:19700101T000000',
            `TZOFFSETFROM:${offset}`,
            `TZOFFSETTO:${offset}`,
            'END:STANDARD',
            'END:VTIMEZONE',
            'BEGIN:VEVENT',
          ].join('\r\n'),
        ),
      )
    const [before, after] = [plant('+0100'), plant('+0530')]
    expect(changedGroups(canonicalOf(before), canonicalOf(after))).toEqual(['time'])
    expect(transferGroups(before, after, ['title']).data).toEqual(before)
    const { data } = transferGroups(before, after, ['time'])
    expect(text(data).match(/BEGIN:VTIMEZONE/g)).toHaveLength(1)
    expect(changedGroups(canonicalOf(data), canonicalOf(after))).toEqual([])
  })

  it('moves surviving exceptions with the series, and tells those whose day is gone', () => {
    const target = event(start, end, weekly, ...override('20260319', 'Kept'), ...override('20260402', 'Lost'))
    const source = event(start.replace('T09', 'T15'), end.replace('T10', 'T16'), 'RRULE:FREQ=WEEKLY;COUNT=2')
    const { data, lost } = transferGroups(target, source, ['time'])
    expect(lost).toEqual(['2026-04-02'])
    expect(text(data)).toContain('RECURRENCE-ID;TZID=Europe/Berlin:20260319T150000')
    expect(text(data)).toContain('SUMMARY:Kept')
    expect(text(data)).not.toContain('SUMMARY:Lost')
  })

  it('gives a new exception what the target’s own series has, and the source’s changes', () => {
    const target = event(start, end, weekly, 'SUMMARY:Series', 'X-OWN:kept')
    const source = event(start, end, weekly, 'SUMMARY:Series', ...override('20260326', 'Special'))
    const shown = event(start, end, weekly, 'SUMMARY:Series')
    const { data } = transferGroups(target, source, ['exception:2026-03-26'], { shown })
    const added = text(data).split('BEGIN:VEVENT')[2] ?? ''
    expect(added).toContain('X-OWN:kept')
    expect(added).toContain('SUMMARY:Special')
    expect(added).toContain('RECURRENCE-ID;TZID=Europe/Berlin:20260326T090000')
    expect(added).not.toContain('RRULE')
  })

  it('leaves an exception of a series that the other side is shown as busy only what it says here, where that side changed nothing', () => {
    const own = [...override('20260402', 'Secret too'), 'LOCATION:Elsewhere']
    const target = event(start, end, weekly, 'SUMMARY:Secret', 'LOCATION:Room', 'DESCRIPTION:Plans', ...own)
    const shown = event(start, end, weekly, 'SUMMARY:Busy')
    const later = (lines: readonly string[]) => lines.map((line) => line.replace('T100000', 'T110000'))
    const renamed = override('20260326', 'Renamed there')
    const source = event(start, end, weekly, 'SUMMARY:Busy', ...renamed, ...later(override('20260402', 'Busy')))
    const keys = ['exception:2026-03-26', 'exception:2026-04-02']
    const [, , added = '', changed = ''] = text(transferGroups(target, source, keys, { shown }).data)
      .split('BEGIN:VEVENT')
      .sort((a, b) => Number(a.includes('20260402')) - Number(b.includes('20260402')))
    for (const line of ['SUMMARY:Renamed there', 'LOCATION:Room', 'DESCRIPTION:Plans']) expect(added).toContain(line)
    for (const line of ['SUMMARY:Secret too', 'LOCATION:Elsewhere', '20260402T110000']) expect(changed).toContain(line)
  })

  it('gives a new exception what it says itself where its series changes with it', () => {
    const target = event(start, end, weekly, 'SUMMARY:Old', 'LOCATION:Room')
    const source = event(start, end, weekly, 'SUMMARY:New', ...override('20260326', 'Old'))
    const { data } = transferGroups(target, source, ['title', 'place', 'exception:2026-03-26'], { shown: target })
    expect(sameGroups(canonicalOf(data), canonicalOf(source))).toBe(true)
  })

  it('keeps a person’s line, with what the other side knows nothing of, where the person is the same', () => {
    const target = event(start, end, 'ATTENDEE;X-ROOM=1;PARTSTAT=ACCEPTED:mailto:a@b.c')
    const shown = event(start, end, 'ATTENDEE;PARTSTAT=ACCEPTED:mailto:a@b.c')
    const source = event(start, end, 'ATTENDEE;PARTSTAT=ACCEPTED:mailto:a@b.c', 'ATTENDEE:mailto:new@b.c')
    const { data } = transferGroups(target, source, ['people'], { shown })
    expect(text(data)).toContain('ATTENDEE;X-ROOM=1;PARTSTAT=ACCEPTED:mailto:a@b.c')
    expect(text(data)).toContain('ATTENDEE:mailto:new@b.c')
  })
})

describe('an occurrence at a time that clocks skip', () => {
  it.each(['EXDATE;TZID=Europe/Berlin:20260329T033000', 'EXDATE:20260329T013000Z'])(
    'is the same exception by its rule and by its hour then, %s',
    (exdate) => {
      const series = [
        'DTSTART;TZID=Europe/Berlin:20260328T023000',
        'DTEND;TZID=Europe/Berlin:20260328T024500',
        'RRULE:FREQ=DAILY;COUNT=4',
      ]
      const byRule = canonicalOf(event(...series, 'EXDATE;TZID=Europe/Berlin:20260329T023000'))
      expect(canonicalOf(event(...series, exdate))).toEqual(byRule)
    },
  )
})

describe('what a server has made of what it was sent', () => {
  const sent = canonicalOf(event(start, end, 'SUMMARY:A  title ', 'DESCRIPTION:one  two\\nthree'))

  it.each([
    ['runs of blanks', ['SUMMARY:A title', 'DESCRIPTION:one two\\nthree']],
    ['ends of lines', ['SUMMARY:A  title', 'DESCRIPTION:one  two \\n\\nthree\\n']],
  ])('is the same where it differs in %s', (_, lines) => {
    const made = canonicalOf(event(start, end, ...lines))
    expect(sameGroups(sent, made)).toBe(false)
    expect(sameButBlanks(sent, made)).toBe(true)
    expect(digestAsSent(made)).toBe(digestAsSent(sent))
  })

  it.each([
    ['a word', ['SUMMARY:A title', 'DESCRIPTION:one two\\nthree four']],
    ['a missing text', ['SUMMARY:A title']],
    ['a blank less between words', ['SUMMARY:Atitle', 'DESCRIPTION:one two\\nthree']],
  ])('is an edit where it differs in %s', (_, lines) => {
    const made = canonicalOf(event(start, end, ...lines))
    expect(sameButBlanks(sent, made)).toBe(false)
    expect(digestAsSent(made)).not.toBe(digestAsSent(sent))
  })
})
