import ICAL from 'ical.js'
import { describe, expect, it } from 'vitest'
import { parseCalendar } from '../text/parse.ts'
import { serializeComponent } from '../text/serialize.ts'
import { fromJcal } from './from-jcal.ts'
import { toJcal } from './to-jcal.ts'

const text = (...lines: readonly string[]): string =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//T//EN', ...lines, 'END:VCALENDAR', ''].join('\r\n')
const event = (...lines: readonly string[]): string => text('BEGIN:VEVENT', 'UID:a', ...lines, 'END:VEVENT')

const jcalOf = (ics: string): unknown => {
  const [calendar] = parseCalendar(new TextEncoder().encode(ics)).calendars
  if (calendar === undefined) throw new Error('expected a calendar')
  return JSON.parse(JSON.stringify(toJcal(calendar)))
}
const textOf = (json: unknown): string => new TextDecoder().decode(serializeComponent(fromJcal(json)))

const rich = event(
  'DTSTAMP:20260101T000000Z',
  'DTSTART;TZID=Europe/Berlin:20260310T090000',
  'DURATION:PT1H30M',
  'RRULE:FREQ=MONTHLY;UNTIL=20271231T225959Z;INTERVAL=2;BYDAY=1MO,-1FR;BYSETPOS=-1',
  'RDATE;VALUE=PERIOD:20260401T090000Z/20260401T100000Z,20260402T090000Z/PT1H',
  'EXDATE;TZID=Europe/Berlin:20260511T090000,20260713T090000',
  'SUMMARY;LANGUAGE=ru:Встреча\\, большая\\; и\\nдлинная',
  'CATEGORIES:работа,a\\,b',
  'GEO:55.75;37.62',
  'REQUEST-STATUS:2.0;Success',
  'ATTENDEE;CN="Anna; die Erste";MEMBER="mailto:a@example.org","mailto:b@example.org":mailto:anna@example.org',
  'ATTACH;FMTTYPE=text/plain;ENCODING=BASE64;VALUE=BINARY:aGVsbG8=',
  'PRIORITY:5',
  'X-THING;X-P=1:as\\, it is',
  'X-FLAG;VALUE=BOOLEAN:TRUE',
  'BEGIN:VALARM',
  'ACTION:DISPLAY',
  'TRIGGER;VALUE=DATE-TIME:20260310T080000Z',
  'END:VALARM',
)

describe('jCal', () => {
  it('comes back as the same lines (RFC 7265 §1)', () => {
    const unfolded = (ics: string) =>
      ics
        .replaceAll('\r\n ', '')
        .split('\r\n')
        .map((line) => line.split(/[;:]/)[0])
    const again = textOf(jcalOf(rich))
    expect(jcalOf(again)).toEqual(jcalOf(rich))
    expect(unfolded(again)).toEqual(unfolded(rich))
  })

  it('says the same as ical.js, another implementation', () => {
    const ours = jcalOf(rich) as [string, unknown[][], [string, [string, ...unknown[]][], unknown][]]
    const theirs = ICAL.parse(rich) as typeof ours
    // It says booleans and lists of parameters in its own way.
    const plain = ({ 2: components }: typeof ours) =>
      components[0]?.[1].filter(([name]) => !['x-flag', 'attendee', 'attach'].includes(name))
    expect(plain(ours)).toEqual(plain(theirs))
  })

  it('writes each type as RFC 7265 §3.6 says', () => {
    const [, , components] = jcalOf(rich) as [unknown, unknown, [string, unknown[][], unknown][]]
    const find = (name: string) => components[0]?.[1].find((property) => property[0] === name)
    expect(find('dtstart')).toEqual(['dtstart', { tzid: 'Europe/Berlin' }, 'date-time', '2026-03-10T09:00:00'])
    expect(find('rrule')?.[3]).toEqual({
      freq: 'MONTHLY',
      until: '2027-12-31T22:59:59Z',
      interval: 2,
      byday: ['1MO', '-1FR'],
      bysetpos: -1,
    })
    expect(find('rdate')?.slice(2)).toEqual([
      'period',
      ['2026-04-01T09:00:00Z', '2026-04-01T10:00:00Z'],
      ['2026-04-02T09:00:00Z', 'PT1H'],
    ])
    expect(find('geo')?.slice(2)).toEqual(['float', [55.75, 37.62]])
    expect(find('categories')?.slice(3)).toEqual(['работа', 'a,b'])
    expect(find('x-thing')).toEqual(['x-thing', { 'x-p': '1' }, 'unknown', 'as\\, it is'])
    expect(find('x-flag')?.slice(2)).toEqual(['boolean', true])
  })

  it('keeps a value that its type does not have, or would not give back, as it stands', () => {
    for (const line of ['DTSTART:tomorrow', 'PRIORITY:+05', 'DUE;VALUE=DATE:someday', 'RRULE:FREQ=DAILY;COUNT=010;X']) {
      const ics = event(line)
      expect(textOf(jcalOf(ics))).toBe(ics)
    }
  })

  it.each([
    ['no array', {}],
    ['a component without its parts', ['vcalendar', []]],
    ['a name with a line break', ['vcalendar', [['x\r\ny', {}, 'text', 'a']], []]],
    ['a property named BEGIN', ['vcalendar', [['begin', {}, 'text', 'VEVENT']], []]],
    ['a number for a text', ['vcalendar', [['summary', {}, 'text', 1]], []]],
    ['a date that is none', ['vcalendar', [['dtstart', {}, 'date', '20260310']], []]],
    ['a rule with a line in it', ['vcalendar', [['rrule', {}, 'recur', { freq: 'DAILY\r\nX:1' }]], []]],
    ['a parameter that is no text', ['vcalendar', [['summary', { language: 1 }, 'text', 'a']], []]],
  ])('refuses %s', (_, json) => {
    expect(() => fromJcal(json)).toThrow('jCal')
  })

  it('refuses what is nested too deep, without following it', () => {
    let json: unknown = ['x', [], []]
    for (let i = 0; i < 1_000; i++) json = ['x', [], [json]]
    expect(() => fromJcal(json)).toThrow('deep')
  })
})
