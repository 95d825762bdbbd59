import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CalendarError } from '../errors.ts'
import { expandSeries } from './recurrence/expand-series.ts'
import { needsRepair, repairObject } from './repair-object.ts'
import { seriesFacts } from './series-facts.ts'
import { splitCalendar } from './split.ts'
import { toUtf8 } from './text/charset.ts'
import { parseCalendar } from './text/parse.ts'
import { validateObject } from './validate-object.ts'

const encode = (text: string) => new TextEncoder().encode(text)
const modifiedMs = Date.UTC(2026, 2, 1, 10)

const calendar = (...lines: string[]) =>
  encode(['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//x//y//EN', ...lines, 'END:VCALENDAR', ''].join('\r\n'))
const event = (...lines: string[]) => ['BEGIN:VEVENT', 'UID:a', 'DTSTAMP:20260101T000000Z', ...lines, 'END:VEVENT']

/** The lines of the repaired object between those of the calendar. */
const repaired = (...lines: string[]): readonly string[] =>
  new TextDecoder()
    .decode(repairObject(calendar(...lines), { modifiedMs }))
    .split('\r\n')
    .slice(3, -2)

/** What becomes of the lines of one event. */
const lines = (...given: string[]): readonly string[] => repaired(...event(...given)).slice(3, -1)

const start = 'DTSTART:20260301T100000Z'
const berlin = 'DTSTART;TZID=Europe/Berlin:20260301T100000'
const day = 'DTSTART;VALUE=DATE:20260301'

describe('The repair of an object', () => {
  it('gives back the same octets where nothing is wrong', () => {
    const data = calendar(...event(berlin, 'RRULE:FREQ=DAILY;UNTIL=20270101T000000Z', 'SUMMARY:a\\, b', 'X-ODD;A=b:c'))
    expect(repairObject(data, { modifiedMs })).toBe(data)
    expect(needsRepair(parseCalendar(data))).toBe(false)
  })

  const cases: readonly (readonly [what: string, given: readonly string[], wanted: readonly string[]])[] = [
    ['drops a line that is none (RFC 5545 §3.1)', [start, 'no colon here'], [start]],
    ['drops control characters (RFC 5545 §3.1)', [start, 'SUMMARY:a\u0007b'], [start, 'SUMMARY:ab']],
    [
      'says that a value is a DATE (RFC 5545 §3.3.4)',
      ['DTSTART:20260301', 'DTEND;TZID=Europe/Berlin:20260302'],
      [day, 'DTEND;VALUE=DATE:20260302'],
    ],
    ['writes a time in full (RFC 5545 §3.3.5)', ['DTSTART:2026-03-01T10:00:00Z'], [start]],
    ['drops a TZID beside a Z (RFC 5545 §3.2.19)', ['DTSTART;TZID=Europe/Berlin:20260301T100000Z'], [start]],
    [
      'lets the time of a zone float that nobody knows (RFC 5545 §3.2.19)',
      ['DTSTART;TZID=Our Zone:20260301T100000', 'X-ODD;TZID=Our Zone:1'],
      ['DTSTART:20260301T100000', 'X-ODD:1'],
    ],
    ['writes the IANA name of a Windows zone', ['DTSTART;TZID=W. Europe Standard Time:20260301T100000'], [berlin]],
    ['drops an end before the start (RFC 5545 §3.8.2.2)', [start, 'DTEND:20260301T090000Z'], [start]],
    ['drops an end that does not end a day', [day, 'DTEND;VALUE=DATE:20260301'], [day]],
    ['ends a day with a day (RFC 5545 §3.8.2.2)', [day, 'DTEND:20260302T120000'], [day, 'DTEND;VALUE=DATE:20260303']],
    [
      'ends a time with a time (RFC 5545 §3.8.2.2)',
      [berlin, 'DTEND;VALUE=DATE:20260302'],
      [berlin, 'DTEND;TZID=Europe/Berlin:20260302T000000'],
    ],
    [
      'keeps one of DTEND and DURATION',
      [start, 'DTEND:20260301T110000Z', 'DURATION:PT2H'],
      [start, 'DTEND:20260301T110000Z'],
    ],
    ['drops a negative duration', [start, 'DURATION:-PT1H'], [start]],
    ['drops a duration that is none', [start, 'DURATION:one hour'], [start]],
    ['measures a day in days (RFC 5545 §3.6.1)', [day, 'DURATION:PT36H'], [day, 'DURATION:P2D']],
    [
      'ends a rule in the form of its start (RFC 5545 §3.3.10)',
      [berlin, 'RRULE:FREQ=DAILY;UNTIL=20260701'],
      [berlin, 'RRULE:FREQ=DAILY;UNTIL=20260701T215959Z'],
    ],
    [
      'ends a rule of days with a day',
      [day, 'RRULE:FREQ=DAILY;UNTIL=20260701T220000Z'],
      [day, 'RRULE:FREQ=DAILY;UNTIL=20260701'],
    ],
    ['drops a rule that cannot be read', [start, 'RRULE:FREQ=OFTEN'], [start]],
    ['drops parts of a rule that say nothing', [start, 'RRULE:FREQ=DAILY;X-ODD=1'], [start, 'RRULE:FREQ=DAILY']],
    [
      'names the excepted instance and not its day (RFC 5545 §3.8.5.1)',
      [berlin, 'RRULE:FREQ=DAILY', 'EXDATE;VALUE=DATE:20260302,20260303'],
      [berlin, 'RRULE:FREQ=DAILY', 'EXDATE;TZID=Europe/Berlin:20260302T100000,20260303T100000'],
    ],
    [
      'leaves the day of an exception that names several instances',
      [start, 'RRULE:FREQ=HOURLY', 'EXDATE;VALUE=DATE:20260302'],
      [start, 'RRULE:FREQ=HOURLY', 'EXDATE;VALUE=DATE:20260302'],
    ],
    [
      'keeps of a list what can be read (RFC 5545 §3.8.5.2)',
      [start, 'RDATE:20260302T100000Z,,soon', 'RDATE:'],
      [start, 'RDATE:20260302T100000Z'],
    ],
    [
      'says that an RDATE is a PERIOD (RFC 5545 §3.8.5.2)',
      [start, 'RDATE:20260302T100000Z/PT1H'],
      [start, 'RDATE;VALUE=PERIOD:20260302T100000Z/PT1H'],
    ],
    ['escapes a text (RFC 5545 §3.3.11)', [start, 'SUMMARY:a, b\\, C:\\temp'], [start, 'SUMMARY:a\\, b\\, C:\\\\temp']],
    ['keeps one of what stands once (RFC 5545 §3.6.1)', [start, 'SUMMARY:a', 'SUMMARY:b'], [start, 'SUMMARY:a']],
    [
      'drops addresses that open files or run (CVE-2023-23397)',
      [
        start,
        'ATTACH:file:///etc/passwd',
        'ATTACH:\\\\host\\share',
        'URL:java script:alert(1)',
        'URL:https://a.example/',
      ],
      [start],
    ],
    [
      'gives a reminder its text (RFC 5545 §3.6.6)',
      [start, 'SUMMARY:a\\, b', 'BEGIN:VALARM', 'TRIGGER:-PT5M', 'END:VALARM'],
      [
        ...[start, 'SUMMARY:a\\, b', 'BEGIN:VALARM', 'TRIGGER:-PT5M', 'ACTION:DISPLAY', 'DESCRIPTION:a\\, b'],
        'END:VALARM',
      ],
    ],
    [
      'drops reminders that mail or start programs, and those without a time',
      [
        start,
        ...['EMAIL', 'PROCEDURE'].flatMap((action) => [
          'BEGIN:VALARM',
          `ACTION:${action}`,
          'TRIGGER:-PT5M',
          'END:VALARM',
        ]),
        ...['BEGIN:VALARM', 'ACTION:DISPLAY', 'DESCRIPTION:x', 'TRIGGER:soon', 'END:VALARM'],
      ],
      [start],
    ],
  ]
  it.each(cases)('%s', (_what, given, wanted) => {
    expect(lines(...given)).toEqual(wanted)
  })

  it('stamps what has no DTSTAMP with the time at which it was stored (RFC 5545 §3.8.7.2)', () => {
    expect(repaired('BEGIN:VEVENT', 'UID:a', start, 'END:VEVENT')).toContain('DTSTAMP:20260301T100000Z')
    expect(repaired('BEGIN:VTODO', 'UID:a', 'DTSTAMP:yesterday', 'END:VTODO')).toContain('DTSTAMP:20260301T100000Z')
  })

  it('makes events of instances whose series is not there, each under a UID of its own (RFC 5545 §3.8.4.7)', () => {
    const one = event('RECURRENCE-ID:20260302T100000Z', 'DTSTART:20260302T120000Z', 'RRULE:FREQ=DAILY')
    const other = event('RECURRENCE-ID;TZID=Europe/Berlin:20260303T100000')
    expect(repaired(...one, ...other).filter((line) => /^(?:UID|DTSTART|RRULE|RECURRENCE)/.test(line))).toEqual([
      'UID:a-20260302T100000Z',
      'DTSTART:20260302T120000Z',
      'UID:a-20260303T100000',
      'DTSTART;TZID=Europe/Berlin:20260303T100000',
    ])
  })

  it('gives an override the times that it has from its series, and the form (RFC 5545 §3.8.4.4)', () => {
    const master = event(berlin, 'DTEND;TZID=Europe/Berlin:20260301T113000', 'RRULE:FREQ=DAILY')
    expect(repaired(...master, ...event('RECURRENCE-ID;VALUE=DATE:20260305')).slice(-6, -1)).toEqual([
      'UID:a',
      'DTSTAMP:20260101T000000Z',
      'RECURRENCE-ID;TZID=Europe/Berlin:20260305T100000',
      'DTSTART;TZID=Europe/Berlin:20260305T100000',
      'DURATION:PT1H30M',
    ])
  })

  it('drops an event at no time, which some programs refuse the whole file for', () => {
    expect(repaired(...event('SUMMARY:x'))).toEqual([])
  })

  const root = fileURLToPath(new URL('../../test/fixtures/icalendar/', import.meta.url))
  const samples = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ics'))

  it('leaves every instance of every sample when it is, and has nothing left to do', () => {
    let faulty = 0
    for (const name of samples) {
      for (const data of objectsOf(new Uint8Array(readFileSync(root + name)))) {
        const mended = repairObject(data, { modifiedMs })
        if (mended !== data) faulty += 1
        expect(needsRepair(parseCalendar(data)), name).toBe(mended !== data)
        expect(repairObject(mended, { modifiedMs }), name).toBe(mended)
        expect(instancesOf(mended), name).toEqual(instancesOf(data))
      }
    }
    expect(faulty).toBeGreaterThan(50)
  })

  it('leaves every instance when it is, whatever the faults, and has nothing left to do', () => {
    fc.assert(
      fc.property(faultyLines, (given) => {
        const data = calendar(...given)
        const mended = repairObject(data, { modifiedMs })
        expect(needsRepair(parseCalendar(mended))).toBe(false)
        expect(repairObject(mended, { modifiedMs })).toBe(mended)
        expect(instancesOf(mended)).toEqual(instancesOf(data))
      }),
      { numRuns: 500 },
    )
  })
})

/** The objects of a file that a service would let in. */
function* objectsOf(file: Uint8Array): Generator<Uint8Array> {
  let added = 0
  for (const { data } of splitCalendar(parseCalendar(toUtf8(file).bytes), () => `made-${added++}`)) {
    try {
      validateObject(parseCalendar(data))
    } catch (error) {
      if (!CalendarError.is(error)) throw error
      continue
    }
    yield data
  }
}

/** When its events are over some years, in order; each UID for itself. Floating values are read in UTC. */
const instancesOf = (data: Uint8Array): readonly string[] => {
  const range = { startMs: Date.UTC(1990, 0, 1), endMs: Date.UTC(2030, 0, 1) }
  const found: string[] = []
  for (const object of splitCalendar(parseCalendar(data), () => 'none')) {
    if (object.component !== 'VEVENT') continue
    const { instances } = expandSeries(seriesFacts(parseCalendar(object.data)), { range, maxInstances: 200 })
    for (const { startMs, endMs } of instances) found.push(`${startMs} ${endMs}`)
  }
  return found.sort()
}

const time = fc.constantFrom(
  ...[':20260301T100000Z', ';TZID=Europe/Berlin:20260301T100000', ':20260302T1100', ':20260303', ':20260303T120000'],
  ...[';VALUE=DATE:20260302', ';TZID=Nowhere:20260301T100000', ';TZID=W. Europe Standard Time:20260304T100000'],
  ...[';TZID=Europe/Berlin:20260301', ':soon', ';TZID=Europe/Berlin:20260303T090000Z', ';VALUE=DATE:20260303T110000'],
)
const property = fc.oneof(
  fc.tuple(fc.constantFrom('DTEND', 'EXDATE', 'RDATE', 'DTSTAMP', 'X-ODD'), time).map((parts) => parts.join('')),
  fc.tuple(time, time).map(([one, other]) => `EXDATE${one},${other.replace(/^.*:/, '')}`),
  fc.constantFrom(
    ...[
      'DURATION:PT1H',
      'DURATION:-PT1H',
      'DURATION:p1d',
      'DURATION:long',
      'SUMMARY:a, b',
      'no colon',
      'SUMMARY;X="a:b',
    ],
    ...['RRULE:FREQ=DAILY;COUNT=5', 'RRULE:FREQ=WEEKLY;UNTIL=20260401', 'RRULE:FREQ=DAILY;UNTIL=20260310T100000'],
    ...['RRULE:FREQ=HOURLY;COUNT=30', 'RRULE:FREQ=DAILY;UNTIL=20260310T100000Z', 'SEQUENCE:2', 'SEQUENCE:x'],
  ),
)
// The engine reads an override's end of another form where it is looked at, not where it starts.
const overriding = property.filter((text) => !text.startsWith('DTEND'))
const readable = time.filter((text) => text !== ':soon')
/** A day without an instance is at no time of day. */
const identity = readable.filter((text) => /:\d{8}T/.test(text))
const faultyLines = fc
  .tuple(
    fc.option(fc.tuple(readable, fc.array(property, { maxLength: 5 }))),
    fc.array(fc.tuple(identity, fc.option(readable), fc.array(overriding, { maxLength: 3 })), { maxLength: 3 }),
  )
  .map(([master, overrides]) => [
    ...(master === null ? [] : event(`DTSTART${master[0]}`, ...master[1])),
    // Without a series the first one would lend its form to the others.
    ...overrides
      .slice(0, master === null ? 1 : undefined)
      .flatMap(([id, own, more]) => event(`RECURRENCE-ID${id}`, ...(own === null ? [] : [`DTSTART${own}`]), ...more)),
    ...(master === null && overrides.length === 0 ? event('DTSTART:20260301') : []),
  ])
