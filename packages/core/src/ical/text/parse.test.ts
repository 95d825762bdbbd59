import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CalendarError } from '../../errors.ts'
import { toBytes } from './bytes.ts'
import { parseCalendar } from './parse.ts'

const parse = (text: string) => parseCalendar(toBytes(text))
const event = (...lines: string[]) =>
  `BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n${lines.join('\r\n')}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`
const first = (text: string) => parse(text).calendars[0]!.components[0]!
const codes = (text: string) => parse(text).warnings.map(({ code }) => code)
const errorOf = (work: () => unknown): CalendarError => {
  try {
    work()
  } catch (error) {
    if (CalendarError.is(error)) return error
    throw error
  }
  throw new Error('expected a CalendarError')
}

describe('content lines', () => {
  it('are unfolded before UTF-8 is decoded, so that a fold may split a Cyrillic letter (RFC 5545 §3.1)', () => {
    const [head, tail] = [Uint8Array.of(0xd0), Uint8Array.of(0x9f)] // П
    const bytes = Buffer.concat([
      toBytes('BEGIN:VCALENDAR\r\nX-A:'),
      head,
      toBytes('\r\n '),
      tail,
      toBytes('р\r\nEND:VCALENDAR\r\n'),
    ])
    expect(parseCalendar(bytes).calendars[0]?.property('X-A')?.value).toBe('Пр')
  })

  it('end in CRLF, LF or CR, also mixed, and continue after a space or a tab', () => {
    for (const end of ['\r\n', '\n', '\r', '\r\r\n']) {
      const text = ['BEGIN:VCALENDAR', 'SUMM', ' ARY:one', '\ttwo', 'END:VCALENDAR', ''].join(end)
      expect(parse(text).calendars[0]?.property('SUMMARY')?.value).toBe('onetwo')
      expect(codes(text)).toEqual([])
    }
    const mixed = 'BEGIN:VCALENDAR\nX-A:1\rX-B:2\r\nEND:VCALENDAR'
    expect(parse(mixed).calendars[0]?.properties.map(({ value }) => value)).toEqual(['1', '2'])
  })

  it('continue across a blank line, as old Mozilla files have it', () => {
    expect(first(event('SUMMARY', '', ' :Christmas Day')).property('SUMMARY')?.value).toBe('Christmas Day')
  })

  it('may have a BOM before them, blank lines around them and no line end behind the last', () => {
    const { calendars, warnings } = parse('\ufeff\r\n\r\nBEGIN:VCALENDAR\r\n\r\nX-A:1\r\n\r\nEND:VCALENDAR')
    expect(calendars[0]?.property('X-A')?.value).toBe('1')
    expect(warnings).toEqual([])
  })

  it('have names in any case and property groups', () => {
    const component = first(event('summary:a', 'item1.X-ABLabel:b'))
    expect(component.property('SUMMARY')?.value).toBe('a')
    expect(component.property('X-ABLABEL')?.value).toBe('b')
  })

  it('have parameters with quotes, lists and RFC 6868 carets', () => {
    const property = first(event('ATTENDEE;CN="a:b;c,d";MEMBER="x,1","y";X-A=^^^n^\'^x;X-FLAG:mailto:a@b')).property(
      'ATTENDEE',
    )
    expect(property?.params).toEqual([
      { name: 'CN', values: ['a:b;c,d'] },
      { name: 'MEMBER', values: ['x,1', 'y'] },
      { name: 'X-A', values: ['^\n"^x'] },
      { name: 'X-FLAG', values: [] },
    ])
    expect(property?.value).toBe('mailto:a@b')
    expect(property?.param('CN')).toBe('a:b;c,d')
    expect(property?.param('constructor')).toBeUndefined()
  })

  it('are asked for one parameter whatever its letters, wherever the line is folded', () => {
    const names = ['TZID', 'tzid', 'Tz\r\n iD', 'TZıD'] // the last one's upper case is TZID
    for (const name of names) {
      const event = first(
        `BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;X=tz;${name}=Oslo:2026\r\n 0301\nEND:VEVENT\nEND:VCALENDAR`,
      )
      expect(event.property('DTSTART')?.param('TZID')).toBe('Oslo')
      expect(event.property('DTSTART')?.param('TZ')).toBeUndefined()
    }
    for (const name of ['TZIDX', 'XTZID', 'X="TZID', 'X=;TZI;D']) {
      const text = `DTSTART;${name}=Oslo${name.includes('"') ? '"' : ''}:20260301`
      expect(first(event(text)).property('DTSTART')?.param('TZID')).toBeUndefined()
    }
  })

  it('have the text that the decoder of the runtime reads from their unfolded octets, whatever these are', () => {
    const octet = fc.oneof(
      fc.integer({ min: 0x20, max: 0xff }),
      fc.constantFrom(0x41, 0xc2, 0xd0, 0x9f, 0xe2, 0x82, 0xac, 0xf0, 0xed),
    )
    const part = fc.oneof(
      { weight: 9, arbitrary: octet.map((value) => [value]) },
      { weight: 1, arbitrary: fc.constantFrom([0x0d, 0x0a, 0x20], [0x0a, 0x09], [0x0d, 0x0a, 0x0d, 0x0a, 0x20]) },
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 700 }), (parts) => {
        const value = parts.flat()
        const bytes = Buffer.concat([
          toBytes('BEGIN:VCALENDAR\nX:'),
          Uint8Array.from(value),
          toBytes('\nEND:VCALENDAR'),
        ])
        const plain = Uint8Array.from(parts.filter((octets) => octets.length === 1).flat())
        const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
        expect(parseCalendar(bytes).calendars[0]?.property('X')?.value).toBe(decoder.decode(plain))
      }),
      { numRuns: 300 },
    )
  })

  it('with quotes that do not pair up end their parameters at the first colon, with a warning', () => {
    const text = event('ATTENDEE;CN="Ivan:mailto:a@b')
    expect(first(text).property('ATTENDEE')?.value).toBe('mailto:a@b')
    expect(codes(text)).toEqual(['unbalanced-quote'])
  })

  it('that are malformed are no properties, and are told with their line number', () => {
    const text = event('X', ':no name', 'two words:x', ';A=B:x', 'X-RADIUS=49.9', 'UID:1')
    expect(first(text).properties.map(({ name }) => name)).toEqual(['UID'])
    expect(parse(text).warnings.map(({ line }) => line)).toEqual([3, 4, 5, 6, 7])
  })

  it('may be called __proto__ or constructor', () => {
    const component = first(event('__proto__:1', 'CONSTRUCTOR;__proto__=2:3'))
    expect(component.property('__PROTO__')?.value).toBe('1')
    expect(component.property('TOSTRING')).toBeUndefined()
    expect(component.property('CONSTRUCTOR')?.param('__PROTO__')).toBe('2')
  })

  it('with an empty value have an empty value', () => {
    expect(first(event('RDATE:')).property('RDATE')?.value).toBe('')
  })
})

describe('components', () => {
  it('keep properties before and behind their children in order', () => {
    const component = first(event('UID:1', 'BEGIN:VALARM', 'ACTION:DISPLAY', 'END:VALARM', 'SUMMARY:x'))
    expect(component.properties.map(({ name }) => name)).toEqual(['UID', 'SUMMARY'])
    expect(component.components[0]?.properties.map(({ name }) => name)).toEqual(['ACTION'])
  })

  it('outside any VCALENDAR are put in one without lines, with a warning', () => {
    const { calendars, warnings } = parse('BEGIN:VEVENT\r\nUID:1\r\nEND:VEVENT\r\nBEGIN:VTODO\r\nEND:VTODO\r\n')
    expect(calendars).toHaveLength(1)
    expect(calendars[0]?.components.map(({ name }) => name)).toEqual(['VEVENT', 'VTODO'])
    expect(calendars[0]?.properties).toEqual([])
    expect(warnings.map(({ code }) => code)).toEqual(['no-calendar'])
  })

  it('that are cut off, cross each other or have a stray END are told', () => {
    expect(codes('BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1')).toEqual(['missing-end', 'missing-end'])
    expect(codes('BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VCALENDAR\r\n')).toEqual(['missing-end'])
    expect(codes('BEGIN:VCALENDAR\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n')).toEqual(['stray-end'])
  })

  it('may have white space behind their names, names in any case and several calendars in a stream', () => {
    const { calendars, warnings } = parse('begin:vcalendar \r\nend:VCalendar\t\r\nBEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n')
    expect(calendars.map(({ name }) => name)).toEqual(['VCALENDAR', 'VCALENDAR'])
    expect(warnings).toEqual([])
  })

  it('are what a text must have: junk, HTML and nothing are invalid-calendar-data', () => {
    for (const text of ['', '\r\n', 'hello', '<!DOCTYPE html>\n<html></html>', '\u0000\u0001\u0002', 'UID:1\r\n']) {
      expect(errorOf(() => parse(text)).code).toBe('invalid-calendar-data')
    }
  })
})

describe('limits of a text', () => {
  it('are named in the error, with the line', () => {
    const bytes = toBytes(event('A;B=1;C=2:3', 'UID:12345678901234567890', 'BEGIN:VALARM', 'END:VALARM'))
    const limitOf = (limits: Parameters<typeof parseCalendar>[1]) => errorOf(() => parseCalendar(bytes, limits))
    expect(limitOf({ limits: { maxBytes: 10 } })).toMatchObject({ code: 'too-large', details: { limit: 'maxBytes' } })
    const cases = [
      ['maxParametersPerLine', 1, 3],
      ['maxLineBytes', 20, 4],
      ['maxLines', 3, 4],
      ['maxComponents', 2, 5],
      ['maxDepth', 2, 5],
    ] as const
    for (const [limit, allowed, line] of cases) {
      expect(limitOf({ limits: { [limit]: allowed } })).toMatchObject({
        code: 'limit-exceeded',
        details: { limit, allowed, line },
      })
    }
  })

  it('end ten megabytes of folds, parameters, blank lines or quotes within a second of processor time', () => {
    for (const piece of [
      '\r\n ',
      ';A=B',
      '\r\n',
      '\r\n\r\n ',
      '"',
      ';"',
      ':',
      '\r',
      'BEGIN:A\r\n',
      'END:A\r\n',
      'x\r\n',
    ]) {
      const bytes = toBytes(`BEGIN:VCALENDAR\r\nX-A${piece.repeat(10_000_000 / piece.length)}:1\r\nEND:VCALENDAR\r\n`)
      const before = process.cpuUsage()
      try {
        parseCalendar(bytes, { limits: { maxBytes: 2e7 } }).calendars[0]?.property('X-A')?.value
      } catch (error) {
        expect(CalendarError.is(error, 'limit-exceeded'), String(error)).toBe(true)
      }
      const { user, system } = process.cpuUsage(before)
      expect((user + system) / 1000, JSON.stringify(piece)).toBeLessThan(1000)
    }
  })

  it('hold for warnings too: a file of junk lines gives a hundred of them', () => {
    expect(parse(event(...new Array(5000).fill('junk'))).warnings).toHaveLength(100)
  })
})

describe('any octets', () => {
  const pieces = fc.constantFrom(
    'BEGIN:',
    'END:',
    'VEVENT',
    'VCALENDAR',
    '\r\n',
    '\n',
    '\r',
    ' ',
    '\t',
    ':',
    ';',
    '=',
    '"',
    ',',
    '\\',
    'A',
    '\ufeff',
    'П',
    '\u0000',
  )

  it('are read or refused with a typed error, and every property lies inside its component', () => {
    fc.assert(
      fc.property(
        fc.array(pieces, { maxLength: 60 }).map((list) => toBytes(list.join(''))),
        (bytes) => {
          try {
            const check = (component: ReturnType<typeof parse>['calendars'][number]) => {
              expect(component.start).toBeLessThanOrEqual(component.end)
              for (const property of component.properties) {
                expect(property.start).toBeGreaterThanOrEqual(component.start)
                expect(property.end).toBeLessThanOrEqual(component.end)
                expect(property.value).not.toMatch(/[\r\n]/)
                void property.params
              }
              component.components.forEach(check)
            }
            parseCalendar(bytes).calendars.forEach(check)
          } catch (error) {
            if (!CalendarError.is(error)) throw error
          }
        },
      ),
      { numRuns: 1000 },
    )
  })
})
