import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { objectSlice, plainBody, sliceOf } from './object-slice.ts'
import { plainRanges } from './plain-ranges.ts'
import { parseCalendar } from './text/parse.ts'
import { normalizeCalendar } from './text/serialize.ts'

const encode = (text: string) => new TextEncoder().encode(text)
const latin = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1')
const shown = (bytes: Uint8Array, slice: (bytes: Uint8Array) => ReturnType<typeof objectSlice>) => {
  try {
    const { body, timezones } = slice(bytes)
    return [latin(body), [...timezones].map(([tzid, zone]) => [tzid, latin(zone)])]
  } catch (error) {
    return String(error)
  }
}
/** All ways of cutting say the same. */
const expectSame = (bytes: Uint8Array) => {
  const parsed = shown(bytes, (data) => sliceOf(parseCalendar(data)))
  expect(shown(bytes, (data) => objectSlice(data))).toEqual(parsed)
  expect(shown(bytes, (data) => objectSlice(data, plainBody(data)))).toEqual(parsed)
}

const root = fileURLToPath(new URL('../../test/fixtures/icalendar/', import.meta.url))
const samples = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ics'))

const text = (...lines: string[]) => ['BEGIN:VCALENDAR', 'VERSION:2.0', ...lines, 'END:VCALENDAR', ''].join('\r\n')
const zone = ['BEGIN:VTIMEZONE', 'TZID:Our zone', 'END:VTIMEZONE']

describe('The slice of a stored object', () => {
  it('is the same by the fast way and by the parser, for every sample file as it is and folded anew', () => {
    let fast = 0
    for (const name of samples) {
      const bytes = new Uint8Array(readFileSync(root + name))
      expectSame(bytes)
      try {
        const folded = normalizeCalendar({ bytes })
        if (plainRanges(folded) !== null) fast += 1
        expectSame(folded)
      } catch {
        // No calendar text at all: compared above.
      }
    }
    expect(fast).toBeGreaterThan(100)
  })

  it('is the same by both ways, whatever the lines', () => {
    const line = fc.constantFrom(
      'BEGIN:VEVENT',
      'END:VEVENT',
      'begin:vevent',
      'End:Vevent',
      'BEGIN:VALARM',
      'END:VALARM',
      'BEGIN:VCALENDAR',
      'END:VCALENDAR',
      'BEGIN:VTIMEZONE',
      'TZID:A',
      'END:VTIMEZONE',
      'SUMMARY:x',
      ' folded',
      '\tfolded',
      'BEG',
      'EN',
      ' D:VEVENT',
      'BEGIN;X=1:VEVENT',
      'BEGIN: VEVENT ',
      'BEGIN:',
      'ENDPOINT:1',
      'a.END:VEVENT',
      'END.a:VEVENT',
      '\ufeffEND:VEVENT',
      'no colon',
      '',
      `DESCRIPTION:${'d'.repeat(63)}`,
      `DESCRIPTION:${'d'.repeat(64)}`,
      'SUMMARY:Ж\rx',
    )
    const event = fc.array(line, { maxLength: 6 }).map((lines) => ['BEGIN:VEVENT', ...lines, 'END:VEVENT'])
    const eol = fc.oneof({ weight: 9, arbitrary: fc.constant('\r\n') }, fc.constantFrom('\n', '\r'))
    fc.assert(
      fc.property(fc.array(event, { maxLength: 3 }), fc.array(line, { maxLength: 3 }), eol, (events, more, end) => {
        const lines = ['BEGIN:VCALENDAR', ...more, ...events.flat(), 'END:VCALENDAR', '']
        expectSame(encode(lines.join(end)))
      }),
      { numRuns: 3000 },
    )
  })

  it('is a view of the stored octets when they keep RFC 5545 §3.1 and the zones stand before or behind', () => {
    const event = ['BEGIN:VEVENT', 'UID:a', 'BEGIN:VALARM', 'END:VALARM', 'END:VEVENT']
    const bytes = encode(text(...zone, ...event, ...event))
    const { body, timezones } = objectSlice(bytes)
    expect(body.buffer).toBe(bytes.buffer)
    expect(latin(body)).toBe(`${[...event, ...event].join('\r\n')}\r\n`)
    expect([...timezones.keys()]).toEqual(['Our zone'])
  })

  it('names its zones as parameters do, where a comma is not escaped', () => {
    const bytes = encode(text('BEGIN:VTIMEZONE', 'TZID:A\\, B', 'END:VTIMEZONE', 'BEGIN:VEVENT', 'UID:a', 'END:VEVENT'))
    expect([...objectSlice(bytes).timezones.keys()]).toEqual(['A, B'])
  })

  it('leaves out a time zone that stands between two components', () => {
    const event = ['BEGIN:VEVENT', 'UID:a', 'END:VEVENT']
    expect(latin(objectSlice(encode(text(...event, ...zone, ...event))).body)).toBe(
      `${[...event, ...event].join('\r\n')}\r\n`,
    )
  })

  it('keeps the folds of every line but those over 75 octets', () => {
    const kept = ['SUMMARY:a', ' b', `LOCATION:${'y'.repeat(60)}`]
    const bytes = encode(
      text('BEGIN:VEVENT', kept.join('\r\n'), `COMMENT:${'x'.repeat(80)}`, ' c', 'UID:a', 'END:VEVENT'),
    )
    const folded = [`COMMENT:${'x'.repeat(67)}`, ` ${'x'.repeat(13)}c`]
    expect(latin(objectSlice(bytes).body)).toBe(
      `${['BEGIN:VEVENT', ...kept, ...folded, 'UID:a', 'END:VEVENT'].join('\r\n')}\r\n`,
    )
  })

  it('is folded anew where a line has more than 75 octets or ends otherwise than in CRLF', () => {
    const bytes = encode(text('BEGIN:VEVENT', `SUMMARY:${'x'.repeat(80)}`, 'END:VEVENT').replaceAll('\r\n', '\n'))
    const body = latin(objectSlice(bytes).body)
    expect(body.replaceAll('\r\n ', '')).toBe(`BEGIN:VEVENT\r\nSUMMARY:${'x'.repeat(80)}\r\nEND:VEVENT\r\n`)
    expect(Math.max(...body.split('\r\n').map((line) => line.length))).toBe(75)
  })
})
