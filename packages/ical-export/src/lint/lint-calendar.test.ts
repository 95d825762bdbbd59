import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { vtimezoneText } from '@dayport/core/ical'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lintCalendar } from './lint-calendar.ts'

const encode = (text: string) => new TextEncoder().encode(text)

const head = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//x//y//EN', 'X-WR-CALNAME:Work']
const event = (...lines: string[]) => ['BEGIN:VEVENT', 'UID:a', 'DTSTAMP:20260101T000000Z', ...lines, 'END:VEVENT']
const timed = (...lines: string[]) => event('DTSTART:20260301T100000Z', ...lines)
const calendar = (...lines: string[]) => [...head, ...lines, 'END:VCALENDAR', ''].join('\r\n')
const codes = (text: string | Uint8Array) => [...new Set(lintCalendar(text).map(({ code }) => code))]
const zone = (from: number, to = from) =>
  vtimezoneText('Europe/Berlin', { fromMs: Date.UTC(from, 0, 1), toMs: Date.UTC(to, 0, 1) }).trimEnd()

describe('The linter', () => {
  it('finds nothing in a calendar that is in order', () => {
    const berlin = 'DTSTART;TZID=Europe/Berlin:20260301T100000'
    expect(lintCalendar(calendar(...timed('SUMMARY:Text\\, with all\\; and\\n more')))).toEqual([])
    expect(lintCalendar(calendar(zone(2026), ...event(berlin, 'RRULE:FREQ=DAILY;UNTIL=20270101T000000Z')))).toEqual([])
    expect(lintCalendar(calendar(...event('DTSTART;VALUE=DATE:20260301', 'DTEND;VALUE=DATE:20260302')))).toEqual([])
  })

  const berlin = 'DTSTART;TZID=Europe/Berlin:20260301T100000'
  const ours = [
    'BEGIN:VTIMEZONE',
    'TZID:Europe/Berlin',
    'BEGIN:STANDARD',
    'DTSTART:19701025T030000',
    'TZOFFSETFROM:+0200',
  ]
  const steady = [...ours, 'TZOFFSETTO:+0100', 'END:STANDARD', 'END:VTIMEZONE']
  const dated = [
    ...[...ours, 'TZOFFSETTO:+0100', 'RDATE:20251026T030000,20261025T030000,20271031T030000', 'END:STANDARD'],
    ...['BEGIN:DAYLIGHT', 'DTSTART:20250330T020000', 'RDATE:20260329T020000,20270328T020000'],
    ...['TZOFFSETFROM:+0100', 'TZOFFSETTO:+0200', 'END:DAYLIGHT', 'END:VTIMEZONE'],
  ]
  const cases: readonly (readonly [code: string, text: string | Uint8Array])[] = [
    ['not-utf-8', Uint8Array.from([...encode(calendar(...timed('SUMMARY:'))).slice(0, -30), 0xcf, 0xf0, 0xe8, 0xe2])],
    ['byte-order-mark', `\ufeff${calendar(...timed())}`],
    ['line-ending', calendar(...timed()).replaceAll('\r\n', '\n')],
    ['line-ending', calendar(...timed()).trimEnd()],
    ['long-line', calendar(...timed(`SUMMARY:${'x'.repeat(68)}`))],
    [
      'fold-inside-character',
      Buffer.from(
        Buffer.from(calendar(...timed('SUMMARY:Ж')))
          .toString('latin1')
          .replace('\xd0', '\xd0\r\n '),
        'latin1',
      ),
    ],
    ['control-character', calendar(...timed('SUMMARY:a\u0007b'))],
    ['huge-file', calendar(...timed(...Array<string>(20_000).fill(`COMMENT:${'x'.repeat(60)}`)))],
    ['not-a-calendar', '<!DOCTYPE html><html></html>'],
    ['malformed-line', calendar(...timed('no colon here'))],
    ['unbalanced-quote', calendar(...timed('ATTENDEE;CN="x:mailto:a@b'))],
    ['broken-structure', calendar(...timed()).replace('END:VEVENT\r\n', '')],
    ['several-calendars', calendar(...timed()) + calendar(...event().map((line) => line.replace('UID:a', 'UID:b')))],
    ['no-events', calendar()],
    ['missing-version', calendar(...timed()).replace('VERSION:2.0\r\n', '')],
    ['missing-version', calendar(...timed()).replace('2.0', '1.0')],
    ['missing-prodid', calendar(...timed()).replace('PRODID:-//x//y//EN\r\n', '')],
    ['method', calendar('METHOD:REQUEST', ...timed())],
    ['method-publish', calendar('METHOD:PUBLISH', ...timed())],
    ['missing-name', calendar(...timed()).replace('X-WR-CALNAME:Work\r\n', '')],
    ['refresh-interval', calendar('REFRESH-INTERVAL;VALUE=DURATION:PT1S', ...timed())],
    ['refresh-interval', calendar('X-PUBLISHED-TTL:often', ...timed())],
    ['color-not-css', calendar('COLOR:#FF0000', ...timed())],
    ['missing-uid', calendar(...timed()).replace('UID:a\r\n', '')],
    ['missing-dtstamp', calendar(...timed()).replace('DTSTAMP:20260101T000000Z\r\n', '')],
    ['missing-dtstart', calendar(...event())],
    ['repeated-property', calendar(...timed('SUMMARY:a', 'SUMMARY:b'))],
    ['duplicate-uid', calendar(...timed(), ...timed())],
    [
      'duplicate-override',
      calendar(...timed(), ...timed('RECURRENCE-ID:20260301T100000Z'), ...timed('RECURRENCE-ID:20260301T100000Z')),
    ],
    ['override-without-master', calendar(...timed('RECURRENCE-ID:20260301T100000Z'))],
    ['unreadable-time', calendar(...event('DTSTART:tomorrow'))],
    ['end-before-start', calendar(...timed('DTEND:20260301T090000Z'))],
    ['end-before-start', calendar(...timed('DURATION:-PT1H'))],
    ['end-type', calendar(...timed('DTEND;VALUE=DATE:20260302'))],
    ['end-and-duration', calendar(...timed('DTEND:20260301T110000Z', 'DURATION:PT1H'))],
    ['unreadable-duration', calendar(...timed('DURATION:one hour'))],
    ['missing-value-date', calendar(...event('DTSTART:20260301'))],
    ['tzid-with-utc', calendar(zone(2026), ...event('DTSTART;TZID=Europe/Berlin:20260301T100000Z'))],
    ['rule-invalid', calendar(...timed('RRULE:FREQ=OFTEN'))],
    ['rule-odd', calendar(...timed('RRULE:FREQ=DAILY;X-ODD=1'))],
    ['until-form', calendar(...timed('RRULE:FREQ=DAILY;UNTIL=20260401'))],
    ['several-rules', calendar(...timed('RRULE:FREQ=DAILY', 'RRULE:FREQ=WEEKLY'))],
    ['exception-type', calendar(...timed('RRULE:FREQ=DAILY', 'EXDATE;VALUE=DATE:20260302'))],
    ['override-type', calendar(...timed('RRULE:FREQ=DAILY'), ...timed('RECURRENCE-ID:20260302T100000'))],
    ['missing-vtimezone', calendar(...event(berlin))],
    ['unknown-zone', calendar(...event('DTSTART;TZID=Our Zone:20260301T100000'))],
    ['windows-zone', calendar(...event('DTSTART;TZID=W. Europe Standard Time:20260301T100000'))],
    ['duplicate-vtimezone', calendar(zone(2026), zone(2026), ...event(berlin))],
    ['vtimezone-invalid', calendar('BEGIN:VTIMEZONE', 'TZID:Europe/Berlin', 'END:VTIMEZONE', ...event(berlin))],
    ['vtimezone-outdated', calendar(...steady, ...event('DTSTART;TZID=Europe/Berlin:20260701T100000'))],
    ['vtimezone-dated', calendar(...dated, ...event(berlin, 'RRULE:FREQ=DAILY'))],
    ['unescaped-text', calendar(...timed('LOCATION:Room 1, Berlin'))],
    ['unknown-escape', calendar(...timed('SUMMARY:C:\\temp'))],
    ['inline-attachment', calendar(...timed(`ATTACH;VALUE=BINARY;ENCODING=BASE64:${'A'.repeat(70_000)}`))],
    ['alarm-incomplete', calendar(...timed('BEGIN:VALARM', 'ACTION:DISPLAY', 'TRIGGER:-PT5M', 'END:VALARM'))],
    ['alarm-action', calendar(...timed('BEGIN:VALARM', 'ACTION:EMAIL', 'TRIGGER:-PT5M', 'END:VALARM'))],
    [
      'alarms-ignored',
      calendar(...timed('BEGIN:VALARM', 'ACTION:DISPLAY', 'DESCRIPTION:x', 'TRIGGER:-PT5M', 'END:VALARM')),
    ],
  ]

  it.each(cases.map(([code, text], i) => ({ code, text, i })))('finds $code (case $i)', ({ code, text }) => {
    expect(codes(text)).toContain(code)
  })

  it('says the line, the clause, who trips, and keeps to those who are asked for', () => {
    const text = calendar(...event(berlin))
    expect(lintCalendar(text)).toEqual([
      {
        code: 'missing-vtimezone',
        severity: 'error',
        line: 8,
        subscribers: ['outlook', 'apple'],
        message: '"Europe/Berlin" has no VTIMEZONE in the file; add one.',
        clause: 'RFC 5545 §3.2.19',
      },
    ])
    expect(lintCalendar(text, { for: ['apple', 'google'] })[0]?.subscribers).toEqual(['apple'])
    expect(lintCalendar(text, { for: ['google'] })).toEqual([])
  })

  it('tells one mistake at most twenty times, and how often it stands there besides', () => {
    const text = calendar(
      ...Array.from({ length: 100 }, (_, i) => timed('SUMMARY:a, b').join('\r\n').replace('UID:a', `UID:${i}`)),
    )
    const findings = lintCalendar(text)
    expect(findings).toHaveLength(20)
    expect(findings.map(({ more }) => more ?? 0)).toEqual([...Array<number>(19).fill(0), 80])
  })

  it('answers for every sample file, and for any octets, without throwing', () => {
    const root = fileURLToPath(new URL('../../../core/test/fixtures/icalendar/', import.meta.url))
    const samples = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ics'))
    for (const name of samples) {
      for (const finding of lintCalendar(new Uint8Array(readFileSync(root + name)))) {
        expect(finding.line).toBeGreaterThan(0)
        expect(finding.message).toMatch(/^.+\.$/)
      }
    }
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => Array.isArray(lintCalendar(bytes))))
  })

  it('keeps up with a megabyte of any one mistake', () => {
    for (const line of ['BEGIN:VEVENT', 'X', 'SUMMARY:;', ' ', 'DTSTART;TZID=a:1', '\u0001:\\']) {
      const text = calendar(`${line}\r\n`.repeat(Math.floor(1e6 / (line.length + 2))))
      const from = performance.now()
      lintCalendar(text)
      expect(performance.now() - from, line).toBeLessThan(5000) // 5 ms for each kB, the bound of the whole project
    }
  })
})
