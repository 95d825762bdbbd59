import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { objectSlice } from './object-slice.ts'
import { splitCalendar } from './split.ts'
import { toBytes } from './text/bytes.ts'
import { parseCalendar } from './text/parse.ts'
import { validateObject } from './validate-object.ts'

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
const split = (ics: string, newUid = () => 'new-uid') => [...splitCalendar(parseCalendar(toBytes(ics)), newUid)]

const file = [
  'BEGIN:VCALENDAR',
  'METHOD:PUBLISH',
  'X-WR-CALNAME:Работа',
  'X-OWN:kept',
  'BEGIN:VTIMEZONE',
  'TZID:Mine',
  'END:VTIMEZONE',
  'BEGIN:VTIMEZONE',
  'TZID:Other',
  'END:VTIMEZONE',
  'BEGIN:VEVENT',
  'uid:series',
  'DTSTART;TZID=Mine:20260101T100000',
  'RRULE:FREQ=DAILY',
  'END:VEVENT',
  'BEGIN:VEVENT',
  'DTSTART:20260301',
  'END:VEVENT',
  'BEGIN:VEVENT',
  'UID:series',
  'RECURRENCE-ID;TZID=Mine:20260102T100000',
  'DTSTART;TZID=Mine:20260102T120000',
  'X-LONG:Совещание про очень долгую строку',
  '  которая продолжается',
  'END:VEVENT',
  'END:VCALENDAR',
].join('\n')

describe('splitCalendar', () => {
  it('puts the components of one UID into one object that may be stored (RFC 4791 §4.1)', () => {
    const objects = split(file)
    expect(objects.map(({ uid, component, uidAdded }) => ({ uid, component, uidAdded }))).toEqual([
      { uid: 'series', component: 'VEVENT', uidAdded: false },
      { uid: 'new-uid', component: 'VEVENT', uidAdded: true },
    ])
    for (const { data } of objects) validateObject(parseCalendar(data))
  })

  it('takes along the zones that the object names, and no others', () => {
    const [series, single] = split(file).map(({ data }) => text(data))
    expect(series).toContain('TZID:Mine')
    expect(series).not.toContain('TZID:Other')
    expect(single).not.toContain('VTIMEZONE')
  })

  it('keeps the lines of a component byte for byte, and the calendar’s own but METHOD and the name', () => {
    const [series] = split(file).map(({ data }) => text(data))
    const override = file.slice(file.lastIndexOf('BEGIN:VEVENT'), file.lastIndexOf('END:VCALENDAR'))
    expect(series).toContain(override)
    expect(series).toContain('X-OWN:kept')
    expect(series).not.toContain('METHOD')
    expect(series).not.toContain('X-WR-CALNAME')
  })

  it('gives a component without UID one, as its first line', () => {
    const [single] = split('BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20260301\r\nEND:VEVENT\r\nEND:VCALENDAR')
    expect(text(single!.data)).toContain('BEGIN:VEVENT\r\nUID:new-uid\r\nDTSTART:20260301\r\n')
  })

  it('takes the state of the highest SEQUENCE when a file holds several (RFC 5545 §3.8.7.4)', () => {
    const state = (sequence: number) => `BEGIN:VEVENT\nUID:a\nSEQUENCE:${sequence}\nDTSTART:20260301\nEND:VEVENT\n`
    const objects = split(`BEGIN:VCALENDAR\n${state(1)}${state(3)}${state(2)}END:VCALENDAR\n`)
    expect(objects.map(({ data }) => text(data).match(/SEQUENCE:\d/g))).toEqual([['SEQUENCE:3']])
  })

  it('ends the last line of a file that lacks its line end', () => {
    const [only] = split('BEGIN:VEVENT\r\nUID:a\r\nDTSTART:20260301\r\nEND:VEVENT')
    expect(text(only!.data)).toMatch(/END:VEVENT\r\nEND:VCALENDAR\r\n$/)
  })
})

describe('objectSlice', () => {
  it('gives CRLF and lines of at most 75 octets whatever was stored (RFC 5545 §3.1)', () => {
    const summary = 'Встреча '.repeat(40)
    const stored = `BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nSUMMARY:${summary}\nEND:VEVENT\nEND:VCALENDAR\n`
    const { body } = objectSlice(toBytes(stored))
    const lines = text(body).split('\r\n')
    for (const line of lines) expect(toBytes(line).length).toBeLessThanOrEqual(75)
    expect(text(body)).not.toMatch(/[^\r]\n/)
    expect(text(body).replaceAll('\r\n ', '')).toContain(`SUMMARY:${summary}`)
  })

  it('parts the time zones from the rest', () => {
    const { body, timezones } = objectSlice(toBytes(file))
    expect([...timezones.keys()]).toEqual(['Mine', 'Other'])
    expect(text(body)).not.toContain('VTIMEZONE')
    expect(text(timezones.get('Mine')!)).toBe('BEGIN:VTIMEZONE\r\nTZID:Mine\r\nEND:VTIMEZONE\r\n')
  })

  it('leaves lines that are right as they are', () => {
    const lines = 'BEGIN:VEVENT\r\nUID:a\r\nSUMMARY:folded \r\n early\r\nEND:VEVENT\r\n'
    expect(text(objectSlice(toBytes(`BEGIN:VCALENDAR\r\n${lines}END:VCALENDAR\r\n`)).body)).toBe(lines)
  })

  it('loses no content line, whatever its line ends and length are', () => {
    const lineEnd = fc.constantFrom('\r\n', '\n', '\r')
    const value = fc.string({ unit: 'grapheme', maxLength: 120 }).map((x) => x.replace(/[\r\n]/g, ''))
    fc.assert(
      fc.property(fc.array(fc.tuple(value, lineEnd)), lineEnd, (rows, end) => {
        const inner = rows.map(([content, ending]) => `X-A:${content}${ending}`).join('')
        const stored = `BEGIN:VCALENDAR${end}BEGIN:VEVENT${end}${inner}END:VEVENT${end}END:VCALENDAR${end}`
        const body = text(objectSlice(toBytes(stored)).body)
        const unfolded = body.replaceAll('\r\n ', '').split('\r\n')
        expect(unfolded).toEqual(['BEGIN:VEVENT', ...rows.map(([content]) => `X-A:${content}`), 'END:VEVENT', ''])
      }),
    )
  })
})

describe('splitCalendar under a hostile file', () => {
  const lines = (count: number, tzid = ''): string =>
    Array.from(
      { length: count },
      (_, i) => `BEGIN:VEVENT\nUID:${i}\nDTSTART${tzid}:20260101T000000\nEND:VEVENT\n`,
    ).join('')
  const refused = expect.objectContaining({
    code: 'limit-exceeded',
    details: expect.objectContaining({ limit: 'maxSplitBytes' }),
  })

  it('refuses properties of the file, or a time zone, that each of many objects would repeat', () => {
    const long = `X-LONG:${'x'.repeat(200_000)}\n`
    const head = `BEGIN:VCALENDAR\nVERSION:2.0\n`
    expect(() => split(`${head}${long}${lines(1_000)}END:VCALENDAR\n`)).toThrow(refused)
    const zone = `BEGIN:VTIMEZONE\nTZID:Mine\n${long}END:VTIMEZONE\n`
    expect(() => split(`${head}${zone}${lines(1_000, ';TZID=Mine')}END:VCALENDAR\n`)).toThrow(refused)
    expect(split(`${head}${zone}${lines(1_000)}END:VCALENDAR\n`)).toHaveLength(1_000)
  })

  it('gives a UID to a component of 100 000 lines', () => {
    const [object] = split(`BEGIN:VEVENT\nDTSTART:20260101\n${'X:1\n'.repeat(100_000)}END:VEVENT\n`)
    expect(text(object!.data).slice(0, 90)).toContain('UID:new-uid')
  })
})
