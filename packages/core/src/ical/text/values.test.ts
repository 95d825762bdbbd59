import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CalendarTime } from '../../time.ts'
import { toBytes } from './bytes.ts'
import { timeProperty } from './drafts.ts'
import { parseCalendar } from './parse.ts'
import { serializeCalendar } from './serialize.ts'
import { geoValue, parseBoolean, parseGeo, parseInteger, parseUtcOffset, utcOffsetValue } from './values.ts'
import { durationValue, parseDuration } from './values-duration.ts'
import { splitValue, textListValue, textValue, unescapeText } from './values-text.ts'
import { parsePeriod, parseTime, periodValue, readPeriods, readTime, readTimes } from './values-time.ts'

const property = (line: string) =>
  parseCalendar(toBytes(`BEGIN:VCALENDAR\r\n${line}\r\nEND:VCALENDAR\r\n`)).calendars[0]!.properties[0]!
const utc = (instant: string) => ({ kind: 'utc', instant })
const floating = (local: string) => ({ kind: 'floating', local })

describe('a DATE or DATE-TIME', () => {
  it('has four forms (RFC 5545 §3.3.4–3.3.5)', () => {
    expect(parseTime('20260329')).toEqual({ kind: 'date', date: '2026-03-29' })
    expect(parseTime('20260329T023000')).toEqual(floating('2026-03-29T02:30:00'))
    expect(parseTime('20260329T003000Z')).toEqual(utc('2026-03-29T00:30:00Z'))
    expect(readTime(property('DTSTART;TZID="Europe/Oslo":20260329T023000'))).toEqual({
      kind: 'zoned',
      local: '2026-03-29T02:30:00',
      tzid: 'Europe/Oslo',
    })
  })

  it('is read in the broken forms of real files', () => {
    expect(parseTime('20260329T0230Z')).toEqual(utc('2026-03-29T02:30:00Z'))
    expect(parseTime(' 20260329t023000z ')).toEqual(utc('2026-03-29T02:30:00Z'))
    expect(parseTime('2026-03-29T02:30:00.000Z')).toEqual(utc('2026-03-29T02:30:00Z'))
    expect(parseTime('2026-03-29')).toEqual({ kind: 'date', date: '2026-03-29' })
    expect(parseTime('20260329T023000+0200')).toEqual(utc('2026-03-29T00:30:00Z'))
    expect(parseTime('20261231T240000')).toEqual(floating('2027-01-01T00:00:00'))
    expect(parseTime('20161231T235960Z')).toEqual(utc('2016-12-31T23:59:59Z'))
    expect(readTime(property('DTSTART;TZID=Europe/Oslo:20260329T023000Z'))).toEqual(utc('2026-03-29T02:30:00Z'))
    expect(readTime(property('DTSTART;TZID=:20260329T023000'))).toEqual(floating('2026-03-29T02:30:00'))
    expect(readTime(property('DTSTART:20260329'))).toEqual({ kind: 'date', date: '2026-03-29' })
    expect(readTime(property('DTSTART;VALUE=DATE:20260329T000000'))).toEqual({ kind: 'date', date: '2026-03-29' })
    expect(readTime(property('DTSTART;VALUE=DATE:20260329T100000'))).toEqual(floating('2026-03-29T10:00:00'))
  })

  it('that is nonsense is null, never a wrong day', () => {
    const nonsense = [
      '',
      'INVALID-DATE',
      '2006717T080000Z',
      '20260230',
      '20250229',
      '19000229',
      '00000101',
      '20261301',
      '20260100',
      '20260329T250000',
      '20260329T023',
      '20260329T026000',
      '20260329T240001',
      '99991231T240000',
      '20260329T',
      '20260329Z',
      '2026032',
      '20260329T023061',
      '٢٠٢٦٠٣٢٩',
    ]
    for (const text of nonsense) expect(parseTime(text), text).toBeNull()
    expect(parseTime('20240229')).toEqual({ kind: 'date', date: '2024-02-29' })
    expect(parseTime('00010101')).toEqual({ kind: 'date', date: '0001-01-01' })
  })

  it('comes back as it was written', () => {
    const local = fc
      .date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 19))
    const time: fc.Arbitrary<CalendarTime> = fc.oneof(
      local.map((text) => ({ kind: 'date', date: text.slice(0, 10) }) as const),
      local.map((text) => ({ kind: 'floating', local: text }) as const),
      local.map((text) => ({ kind: 'utc', instant: `${text}Z` }) as const),
      fc
        .tuple(local, fc.constantFrom('Europe/Moscow', '(UTC+01:00) A, B; "C"'))
        .map(([text, tzid]) => ({ kind: 'zoned', local: text, tzid }) as const),
    )
    fc.assert(
      fc.property(time, (value) => {
        const bytes = serializeCalendar({ name: 'VCALENDAR', properties: [timeProperty('X-T', value)] })
        expect(readTime(parseCalendar(bytes).calendars[0]!.properties[0]!)).toEqual(value)
      }),
    )
  })

  it('may stand in a list, in a PERIOD, or be left out of a list when it is none', () => {
    expect(readTimes(property('EXDATE:20260329,,x,20260330T100000Z'))).toEqual([
      { kind: 'date', date: '2026-03-29' },
      utc('2026-03-30T10:00:00Z'),
    ])
    expect(readTimes(property('RDATE:'))).toEqual([])
    expect(
      readPeriods(
        property(
          'RDATE;VALUE=PERIOD:19970101T180000Z/19970102T070000Z,19970109T180000Z/pt5h30m,199709T180000Z/PT5H,19970110T180000Z/x',
        ),
      ),
    ).toEqual([
      { start: utc('1997-01-01T18:00:00Z'), end: utc('1997-01-02T07:00:00Z') },
      { start: utc('1997-01-09T18:00:00Z'), duration: 'PT5H30M' },
    ])
    for (const text of ['19970101T180000Z/19970102T070000Z', '19970101T180000Z/PT5H', '19970101']) {
      expect(periodValue(parsePeriod(text)!)).toBe(text)
    }
  })
})

describe('a DURATION', () => {
  it('has nominal days and exact seconds of one sign (RFC 5545 §3.3.6)', () => {
    expect(parseDuration('P1W')).toEqual({ days: 7, seconds: 0 })
    expect(parseDuration('P15DT5H0M20S')).toEqual({ days: 15, seconds: 18_020 })
    expect(parseDuration('-PT15M')).toEqual({ days: 0, seconds: -900 })
    expect(parseDuration('+PT0S')).toEqual({ days: 0, seconds: 0 })
  })

  it('is read leniently, and nonsense is null', () => {
    expect(parseDuration(' p1w2dt3h ')).toEqual({ days: 9, seconds: 10_800 })
    expect(parseDuration('P3H')).toEqual({ days: 0, seconds: 10_800 })
    expect(parseDuration('P1DT')).toEqual({ days: 1, seconds: 0 })
    for (const text of ['', 'P', 'PT', '-P', 'PT1.5H', '1D', 'P-1D', 'PT1M1H', 'P1Y', `P${'9'.repeat(400)}D`]) {
      expect(parseDuration(text), text).toBeNull()
    }
  })

  it('comes back as it was written', () => {
    fc.assert(
      fc.property(fc.nat(10_000), fc.nat(1_000_000), fc.constantFrom(1, -1), (days, seconds, sign) => {
        const duration = { days: days * sign + 0, seconds: seconds * sign + 0 }
        expect(parseDuration(durationValue(duration))).toEqual(duration)
      }),
    )
    expect(durationValue({ days: 0, seconds: 3605 })).toBe('PT1H0M5S')
    expect(durationValue({ days: 14, seconds: 0 })).toBe('P2W')
    expect(durationValue({ days: 0, seconds: 0 })).toBe('PT0S')
    expect(() => durationValue({ days: 1, seconds: -1 })).toThrow(TypeError)
    expect(() => durationValue({ days: Number.NaN, seconds: 0 })).toThrow(TypeError)
  })
})

describe('TEXT', () => {
  it('decodes its escapes and keeps other backslash pairs (RFC 5545 §3.3.11)', () => {
    expect(unescapeText('a\\, b\\; c\\\\n\\nd\\Ne')).toBe('a, b; c\\n\nd\ne')
    expect(unescapeText('C:\\temp\\x\\')).toBe('C:\\temp\\x\\')
  })

  it('comes back from its escapes, in lists too', () => {
    const text = fc.string({ unit: fc.constantFrom('\\', ',', ';', '\n', 'n', 'N', ':', 'Ж') })
    fc.assert(
      fc.property(fc.array(text, { minLength: 1 }), (texts) => {
        expect(texts.map(textValue).map(unescapeText)).toEqual(texts)
        expect(splitValue(textListValue(texts), ',').map(unescapeText)).toEqual(texts)
      }),
    )
  })
})

describe('small values', () => {
  it('read INTEGER and BOOLEAN or null', () => {
    expect(['7', '+7', ' -3 ', '-0'].map(parseInteger)).toEqual([7, 7, -3, 0])
    expect(['', '1.5', '0x10', '1e3', 'seven', '2147483648', '9'.repeat(400)].map(parseInteger)).toEqual(
      new Array(7).fill(null),
    )
    expect(['TRUE', 'false', 'yes', ''].map(parseBoolean)).toEqual([true, false, null, null])
  })

  it('read and write UTC-OFFSET with seconds', () => {
    expect(['+0300', '-043056', '0100', '+05:30', '+0000', '-0000'].map(parseUtcOffset)).toEqual([
      10_800, -16_256, 3600, 19_800, 0, 0,
    ])
    expect(['', '+3', '+2460', '+9900', 'Z', '+00000000'].map(parseUtcOffset)).toEqual(new Array(6).fill(null))
    fc.assert(
      fc.property(fc.integer({ min: -86_399, max: 86_399 }), (seconds) => {
        expect(parseUtcOffset(utcOffsetValue(seconds))).toBe(seconds)
      }),
    )
    expect(() => utcOffsetValue(86_400)).toThrow(TypeError)
  })

  it('read GEO, also with SOGo’s escaped semicolon', () => {
    expect(parseGeo('37.386013;-122.082932')).toEqual({ latitude: 37.386013, longitude: -122.082932 })
    expect(parseGeo('12.34567\\;12.34567')).toEqual({ latitude: 12.34567, longitude: 12.34567 })
    for (const text of ['', '1', '91;0', '0;181', 'a;b', ';', '1;2;3', '1e1;2']) expect(parseGeo(text), text).toBeNull()
    expect(geoValue({ latitude: -0, longitude: 1e-7 })).toBe('0;0.000000100')
    expect(() => geoValue({ latitude: Number.NaN, longitude: 0 })).toThrow(TypeError)
  })
})
