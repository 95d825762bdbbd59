import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createByteSink, toBytes, unfold } from './bytes.ts'
import { rawProperty, textListProperty, textProperty, timeProperty, timesProperty, uriProperty } from './drafts.ts'
import { writeFolded } from './fold.ts'
import type { PropertyDraft } from './model.ts'
import { parseCalendar } from './parse.ts'
import { normalizeCalendar, serializeCalendar, serializeComponent, serializeProperty } from './serialize.ts'
import { readText, readTextList } from './values-text.ts'

const text = (bytes: Uint8Array) => new TextDecoder('utf-8', { fatal: true }).decode(bytes)
const nasty = fc
  .array(
    fc.constantFrom(
      '\r\n',
      '\n',
      '\r',
      '\u0000',
      '\u0085',
      '\u2028',
      'END:VEVENT',
      'BEGIN:VEVENT',
      ':',
      ';',
      ',',
      '"',
      '^',
      '\\',
      ' ',
      '\t',
      'Ж',
      '👩‍💻',
      '\ud800',
      'x',
    ),
    { maxLength: 30 },
  )
  .map((list) => list.join(''))
const name = fc.constantFrom('X-A', 'SUMMARY', 'x-b')
/** What comes back when one property is written in an event and the event is read. */
const roundTrip = (property: PropertyDraft) => {
  const document = parseCalendar(
    serializeCalendar({ name: 'VCALENDAR', properties: [], components: [{ name: 'VEVENT', properties: [property] }] }),
  )
  expect(document.warnings).toEqual([])
  expect(document.calendars).toHaveLength(1)
  expect(document.calendars[0]?.components).toHaveLength(1)
  const [event] = document.calendars[0]!.components
  expect(event!.components).toEqual([])
  expect(event!.properties).toHaveLength(1)
  return event!.properties[0]!
}

describe('writing a property', () => {
  it('never lets a value, a parameter or a URI begin a line of its own', () => {
    fc.assert(
      fc.property(
        name,
        nasty,
        nasty,
        fc.constantFrom(textProperty, rawProperty, uriProperty),
        (name, value, param, make) => {
          const written = roundTrip(make(name, value, { 'X-P': param, 'X-Q': ['a', param] }))
          expect(written.name).toBe(name.toUpperCase())
          expect(written.value).not.toMatch(/[\u0000-\u0008\u000a-\u001f\u007f]/)
          expect(written.params.map(({ name }) => name)).toEqual(['X-P', 'X-Q'])
          expect(written.params[1]?.values).toHaveLength(2)
        },
      ),
      { numRuns: 2000 },
    )
  })

  it('refuses names that are none, also BEGIN and END', () => {
    for (const bad of ['', 'A:B', 'A\r\nEND', 'A;B', 'A B', 'Имя', 'BEGIN', 'end', 'A"', '\u0000']) {
      expect(() => serializeProperty({ name: bad, value: 'x' })).toThrow(TypeError)
      if (/^(begin|end)$/i.test(bad)) continue
      expect(() => serializeProperty({ name: 'A', params: { [bad]: 'x' }, value: 'x' })).toThrow(TypeError)
      expect(() => serializeComponent({ name: bad, properties: [] })).toThrow(TypeError)
    }
  })

  it('keeps TEXT and lists of TEXT, but line breaks become LF and control characters go', () => {
    const plain = (value: string) =>
      value
        .replace(/\r\n|[\r\u0085\u2028]/g, '\n')
        .replaceAll('\u0000', '')
        .toWellFormed()
    fc.assert(
      fc.property(nasty, (value) => {
        expect(readText(roundTrip(textProperty('SUMMARY', value)))).toBe(plain(value))
        const list = [`a${value}`, `b${value}`]
        expect(readTextList(roundTrip(textListProperty('CATEGORIES', list)))).toEqual(list.map(plain))
      }),
    )
  })

  it('keeps parameter values by RFC 6868', () => {
    const plain = (value: string) =>
      value
        .replace(/\r\n|\r/g, '\n')
        .replace(/[\u0000\u0085]/g, '')
        .toWellFormed()
    fc.assert(
      fc.property(nasty, (value) => {
        expect(roundTrip(rawProperty('X-A', '1', { CN: value })).param('CN')).toBe(plain(value))
      }),
    )
  })

  it('quotes a parameter where `: ; ,` need it, and nothing else', () => {
    expect(text(serializeProperty({ name: 'A', params: { X: 'a b', Y: 'a,b', Z: ['1', '2:'] }, value: 'v' }))).toBe(
      'A;X=a b;Y="a,b";Z=1,"2:":v\r\n',
    )
  })

  it('writes times with the parameters that they need, whatever the caller gave', () => {
    const line = (property: PropertyDraft) => text(serializeProperty(property))
    expect(line(timeProperty('DTSTART', { kind: 'date', date: '2026-03-29' }))).toBe('DTSTART;VALUE=DATE:20260329\r\n')
    const zoned = { kind: 'zoned', local: '2026-03-29T10:00:00', tzid: 'Europe/Moscow' } as const
    expect(line(timeProperty('DTSTART', zoned, { tzid: 'x', 'X-A': '1' }))).toBe(
      'DTSTART;X-A=1;TZID=Europe/Moscow:20260329T100000\r\n',
    )
    expect(line(timesProperty('EXDATE', [zoned, zoned]))).toBe(
      'EXDATE;TZID=Europe/Moscow:20260329T100000,20260329T100000\r\n',
    )
    expect(() => timesProperty('EXDATE', [zoned, { ...zoned, tzid: 'Asia/Tokyo' }])).toThrow(TypeError)
    expect(line(timeProperty('DTSTART', { ...zoned, tzid: 'A\r\nEND:VEVENT' }))).toBe(
      'DTSTART;TZID="A^nEND:VEVENT":20260329T100000\r\n',
    )
  })
})

describe('folding', () => {
  const fold = (content: Uint8Array) => {
    const sink = createByteSink()
    writeFolded(sink, content)
    return sink.take()
  }
  const physicalLines = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1').split('\r\n').slice(0, -1)

  it('keeps any octets but line ends, in lines of at most 75 octets with their leading space (RFC 5545 §3.1)', () => {
    const octets = fc
      .uint8Array({ minLength: 1, maxLength: 400 })
      .map((bytes) => bytes.map((octet) => (octet === 10 || octet === 13 ? 65 : octet)))
    fc.assert(
      fc.property(octets, (content) => {
        const folded = fold(content)
        const lines = physicalLines(folded)
        expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(75)
        expect(Buffer.from(unfold(folded, 0, folded.length - 2))).toEqual(Buffer.from(content))
      }),
    )
  })

  it('never cuts a UTF-8 sequence, an escape pair or a grapheme', () => {
    const parts = fc.constantFrom('a', 'Ж', '\\n', '\\\\', '\\,', '👍🏽', '👩‍💻', 'é', '語')
    const segmenter = new Intl.Segmenter('en')
    fc.assert(
      fc.property(fc.array(parts, { minLength: 60, maxLength: 120 }), (list) => {
        const whole = list.join('')
        const lines = text(fold(toBytes(whole))).split('\r\n ')
        expect(lines.join('')).toBe(`${whole}\r\n`)
        for (const line of lines.slice(0, -1)) {
          expect(/(\\*)$/.exec(line)?.[1]?.length).toSatisfy((count: number) => count % 2 === 0)
        }
        const cuts = new Set([...segmenter.segment(whole)].map(({ index }) => index))
        let at = 0
        for (const line of lines.slice(0, -1)) {
          at += line.length
          expect(cuts.has(at)).toBe(true)
        }
      }),
    )
  })

  it('fills lines: the first has 75 octets, the next a space and 74', () => {
    expect(physicalLines(fold(toBytes('x'.repeat(75))))).toEqual(['x'.repeat(75)])
    expect(physicalLines(fold(toBytes('x'.repeat(150)))).map((line) => line.length)).toEqual([75, 75, 2])
  })
})

describe('normalizeCalendar', () => {
  it('writes the same content lines in CRLF, also malformed ones and those outside', () => {
    const odd = '\ufeffjunk\n\nBEGIN:VCALENDAR\nX-A:on\n\te\nodd line\rX_b;c="d:e\n\nEND:VCALENDAR'
    expect(text(normalizeCalendar({ bytes: toBytes(odd) }))).toBe(
      'junk\r\nBEGIN:VCALENDAR\r\nX-A:one\r\nodd line\r\nX_b;c="d:e\r\nEND:VCALENDAR\r\n',
    )
  })

  it('changes nothing when it is done again, whatever the octets', () => {
    const pieces = fc.constantFrom('A:1', 'BEGIN:X', '\r\n', '\n', '\r', ' ', '\t', '\ufeff', 'Ж'.repeat(50), '\\', ':')
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 40 }), (list) => {
        const once = normalizeCalendar({ bytes: toBytes(list.join('')) })
        expect(text(normalizeCalendar({ bytes: once }))).toBe(text(once))
      }),
      { numRuns: 2000, examples: [[['A:1', '\r', '\ufeff', '\r\n', '\t']]] },
    )
  })
})
