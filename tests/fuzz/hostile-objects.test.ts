import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { CalendarError, defaultObjectLimits } from '@dayport/core'
import { expandSeries, objectSlice, parseCalendar, seriesFacts, seriesFromFacts, toUtf8 } from '@dayport/core/ical'
import { describe, expect, it } from 'vitest'
import { allowedMs, cheapestMs, outcomeOf } from './cost.ts'
import { event, eventLines, hoursLater, times, wrap } from './ics.ts'
import { createFuzzService } from './service.ts'

const windows = [
  { startMs: Date.UTC(2026, 0, 1), endMs: Date.UTC(2026, 0, 8) },
  { startMs: Date.UTC(9000, 0, 1), endMs: Date.UTC(9001, 0, 1) },
  { startMs: Number.NEGATIVE_INFINITY, endMs: Number.POSITIVE_INFINITY },
]

/** What a PUT and the queries after it do with the bytes: the limit that refused them, another code, or `stored`. */
const takeIn = async (bytes: Uint8Array): Promise<string> => {
  const { put, read } = await createFuzzService()
  try {
    await put(bytes)
  } catch (error) {
    if (!CalendarError.is(error)) throw error
    return String(error.details?.limit ?? error.code)
  }
  const object = await read()
  if (object === null) throw new Error('expected the object to be there')
  objectSlice(object.data)
  const facts = object.index.recurrence
  if (facts !== null) {
    for (const range of windows) expandSeries(seriesFromFacts(facts), { range, maxInstances: 100 })
  }
  return 'stored'
}

const zone = (tzid: string, ...lines: readonly string[]): readonly string[] => [
  'BEGIN:VTIMEZONE',
  `TZID:${tzid}`,
  ...lines,
  'END:VTIMEZONE',
]
const standard = (...lines: readonly string[]): readonly string[] => [
  'BEGIN:STANDARD',
  'DTSTART:16010101T000000',
  'TZOFFSETFROM:+0100',
  'TZOFFSETTO:+0200',
  ...lines,
  'END:STANDARD',
]
const inZone = (tzid: string): readonly string[] => [
  ...['BEGIN:VEVENT', 'UID:u', 'DTSTAMP:20260101T000000Z', `DTSTART;TZID=${tzid}:20260101T090000`],
  ...['RRULE:FREQ=DAILY', 'END:VEVENT'],
]
const override = (i: number, params: string): readonly string[] => [
  ...['BEGIN:VEVENT', 'UID:u', 'DTSTAMP:20260101T000000Z', `RECURRENCE-ID${params}:${hoursLater(i)}`],
  ...['DURATION:P300D', 'END:VEVENT'],
]
const all = (most: number): string => times(most, String).join(',')

/** Name, text, and how it ends. */
const objects: readonly (readonly [string, () => string | Uint8Array, string])[] = [
  ['a rule that never matches', () => event('RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30'), 'stored'],
  ['a rule by seconds for ever', () => event('RRULE:FREQ=SECONDLY'), 'stored'],
  ['a rule by seconds that its EXRULE removes', () => event('RRULE:FREQ=SECONDLY', 'EXRULE:FREQ=SECONDLY'), 'stored'],
  ['centuries of overlapping instances', () => event('DURATION:P99999D', 'RRULE:FREQ=MINUTELY;INTERVAL=7'), 'stored'],
  ['a duration past the end of time', () => event('DURATION:P999999999W', 'RRULE:FREQ=SECONDLY'), 'stored'],
  [
    'the last second of the calendar',
    () => event('RRULE:FREQ=YEARLY;INTERVAL=99999999999999999999;COUNT=99'),
    'stored',
  ],
  ['INTERVAL=0', () => event('RRULE:FREQ=DAILY;INTERVAL=0'), 'invalid-calendar-data'],
  ['a value out of its list', () => event('RRULE:FREQ=DAILY;BYHOUR=24'), 'invalid-calendar-data'],
  [
    'every second of every day, the last one',
    () =>
      event(
        `RRULE:FREQ=YEARLY;BYHOUR=${all(24)};BYMINUTE=${all(60)};BYSECOND=${all(60)};BYYEARDAY=${all(367).slice(2)};BYSETPOS=-1`,
      ),
    'stored',
  ],
  [
    '100 000 parts of a rule',
    () => event(`RRULE:FREQ=DAILY;${times(100_000, (i) => `A${i}=1`).join(';')}`),
    'maxRuleLength',
  ],
  ['100 parts of a rule', () => event(`RRULE:FREQ=DAILY;${times(100, (i) => `A${i}=1`).join(';')}`), 'maxRuleParts'],
  ['100 000 values in a list', () => event(`RRULE:FREQ=DAILY;BYDAY=${'MO,'.repeat(100_000)}`), 'maxRuleLength'],
  ['10 000 values in a list', () => event(`RRULE:FREQ=YEARLY;BYSETPOS=${'1,'.repeat(10_000)}1`), 'maxRuleValues'],
  [
    'ten slow rules',
    () =>
      event(
        ...times(
          10,
          (i) => `RRULE:FREQ=SECONDLY;INTERVAL=${86_401 + i * 1000};BYHOUR=3;BYMINUTE=30;BYSECOND=${i};COUNT=99999`,
        ),
      ),
    'stored',
  ],
  [
    'ten rules with SKIP to be counted',
    () =>
      event(
        ...times(
          10,
          (i) =>
            `RRULE:RSCALE=GREGORIAN;SKIP=FORWARD;FREQ=YEARLY;BYMONTHDAY=29,30,31;BYDAY=MO;BYMONTH=${i + 1};COUNT=99999`,
        ),
      ),
    'stored',
  ],
  [
    'ten EXRULEs',
    () =>
      event(
        'RRULE:FREQ=HOURLY',
        ...times(10, (i) => `EXRULE:RSCALE=GREGORIAN;SKIP=FORWARD;FREQ=YEARLY;INTERVAL=2;BYMONTHDAY=${i + 1},-7`),
      ),
    'stored',
  ],
  ['a hundred rules', () => event(...times(100, () => 'RRULE:FREQ=DAILY')), 'maxRules'],
  ['a hundred EXRULEs', () => event(...times(100, () => 'EXRULE:FREQ=DAILY')), 'maxRules'],
  [
    '100 000 RDATEs',
    () => event(...times(2_000, (i) => `RDATE:${times(50, (j) => hoursLater(i * 50 + j)).join(',')}`)),
    'maxRecurrenceDates',
  ],
  [
    '19 950 RDATEs and 4 900 THISANDFUTURE overrides',
    () =>
      wrap(
        ...eventLines(...times(399, (i) => `RDATE:${times(50, (j) => hoursLater(90_000 + i * 50 + j)).join(',')}`)),
        ...times(4_900, (i) => override(i, ';RANGE=THISANDFUTURE').join('\r\n')),
      ),
    'stored',
  ],
  [
    'a storm of EXDATEs in unknown zones',
    () => event('RRULE:FREQ=HOURLY', ...times(19_000, (i) => `EXDATE;TZID=Europe/X${i}:20260101T090000`)),
    'stored',
  ],
  [
    'a storm of EXDATEs in names made for people',
    () =>
      event(
        'RRULE:FREQ=HOURLY',
        ...times(15_000, (i) => `EXDATE;TZID="(UTC+0${i % 9}:00) B${i}, Berlin":20260101T090000`),
      ),
    'stored',
  ],
  [
    'a storm of THISANDFUTURE overrides',
    () =>
      wrap(
        ...eventLines(...times(10, (i) => `RRULE:FREQ=YEARLY;INTERVAL=2;BYWEEKNO=${i + 1}`)),
        ...times(4_900, (i) => override(i, ';RANGE=THISANDFUTURE').join('\r\n')),
      ),
    'stored',
  ],
  [
    'a storm of overrides of days in a series of times',
    () =>
      wrap(
        ...eventLines(...times(10, (i) => `RRULE:FREQ=SECONDLY;INTERVAL=7;BYHOUR=3;BYMINUTE=30;BYSECOND=${i}`)),
        ...times(4_900, (i) =>
          override(i * 24, ';VALUE=DATE')
            .join('\r\n')
            .replace(/(VALUE=DATE:\d{8})T\d{6}Z/, '$1'),
        ),
      ),
    'stored',
  ],
  [
    '6 000 overrides',
    () => wrap(...eventLines('RRULE:FREQ=HOURLY'), ...times(6_000, (i) => override(i, '').join('\r\n'))),
    'maxOverrides',
  ],
  [
    'a time zone with 5 000 rules by seconds',
    () =>
      wrap(
        ...zone(
          'Mine',
          ...times(500, () => standard(...times(10, (i) => `RRULE:FREQ=SECONDLY;INTERVAL=${i + 1}`)).join('\r\n')),
        ),
        ...inZone('Mine'),
      ),
    'stored',
  ],
  [
    '4 000 time zones with a rule by seconds each',
    () =>
      wrap(
        ...times(4_000, (i) => zone(`Q${i}`, ...standard('RRULE:FREQ=SECONDLY')).join('\r\n')),
        ...eventLines('RRULE:FREQ=DAILY', ...times(4_000, (i) => `EXDATE;TZID=Q${i}:20260101T090000`)),
      ),
    'stored',
  ],
  [
    'a time zone with offsets of a year',
    () =>
      wrap(
        ...zone(
          'Mine',
          'BEGIN:STANDARD',
          'DTSTART:00010101T000000',
          'TZOFFSETFROM:+999999',
          'TZOFFSETTO:-999999',
          'RRULE:FREQ=YEARLY',
          'END:STANDARD',
        ),
        ...inZone('Mine'),
      ),
    'stored',
  ],
  ['a TZID of 4 MB', () => wrap(...inZone('a/'.repeat(2_000_000))), 'stored'],
  ['a TZID of brackets', () => wrap(...inZone(`"${'( '.repeat(120)}"`)), 'stored'],
  ['a TZID called __proto__', () => wrap(...zone('__proto__', ...standard()), ...inZone('__proto__')), 'stored'],
  [
    'names of the prototype',
    () =>
      event(
        '__proto__:x',
        'CONSTRUCTOR;__proto__=1;TOSTRING=2:x',
        'RRULE:FREQ=DAILY;__PROTO__=1;CONSTRUCTOR=2;TOSTRING=3',
      ),
    'stored',
  ],
  ['a UID of 5 MB', () => event().replace('UID:u', `UID:${'u'.repeat(5_000_000)}`), 'maxUidLength'],
  ['a start of 5 MB', () => event().replace('DTSTART:', `DTSTART:${'2'.repeat(5_000_000)}`), 'invalid-calendar-data'],
  ['10 MB of folds', () => event(`SUMMARY:${'\r\n '.repeat(3_300_000)}x`), 'stored'],
  ['10 MB of blank lines inside a fold', () => event(`SUMMARY:${'\r\n'.repeat(4_900_000)} x`), 'stored'],
  ['10 MB of blank lines', () => event('\n'.repeat(9_900_000)), 'stored'],
  ['10 MB of ;A=B', () => event(`SUMMARY${';A=B'.repeat(2_600_000)}:x`), 'maxLineBytes'],
  ['300 parameters', () => event(`SUMMARY${';A=B'.repeat(300)}:x`), 'maxParametersPerLine'],
  ['8 MB of values of one parameter', () => event(`SUMMARY;A=${'a,'.repeat(4_000_000)}:x`), 'stored'],
  ['8 MB of quotes', () => event(`SUMMARY;A=${'"'.repeat(8_000_001)}:x`), 'stored'],
  ['8 MB of carets', () => event(`SUMMARY;TZID=${'^n'.repeat(4_000_000)}:x`), 'stored'],
  ['700 000 nested components', () => event('BEGIN:VALARM\r\n'.repeat(700_000)), 'maxDepth'],
  ['half a million components', () => wrap(...eventLines(), 'BEGIN:A\nEND:A\n'.repeat(500_000)), 'maxComponents'],
  ['90 000 components', () => wrap(...eventLines(), 'BEGIN:A\nEND:A\n'.repeat(90_000)), 'maxComponents'],
  ['190 000 attendees', () => event(times(190_000, (i) => `ATTENDEE:mailto:a${i}@x.y`).join('\n')), 'maxAttendees'],
  ['a million attendees', () => event('ATTENDEE:a\n'.repeat(900_000)), 'maxLines'],
  ['190 000 lines of junk', () => event('junk\n'.repeat(190_000)), 'stored'],
  ['190 000 ENDs', () => event('END:X\n'.repeat(190_000)), 'invalid-calendar-data'],
  ['more than 10 MB', () => 'x'.repeat(defaultObjectLimits.maxBytes + 1), 'maxBytes'],
  ['5 MB of NUL', () => event(`SUMMARY:${'\0'.repeat(5_000_000)}`), 'stored'],
  [
    'lone surrogates in UTF-8',
    () => Buffer.from(event('SUMMARY:@')).map((octet) => (octet === 0x40 ? 0xed : octet)),
    'stored',
  ],
  [
    'lone surrogates in UTF-16',
    () => Buffer.from(`\ufeff${event(`SUMMARY:${'\ud800'.repeat(500_000)}`)}`, 'utf16le'),
    'stored',
  ],
  ['UTF-16 of 8 MB', () => Buffer.from(`\ufeff${event(`SUMMARY:${'ы'.repeat(4_000_000)}`)}`, 'utf16le'), 'stored'],
  ['90 000 lines in Latin-1', () => Buffer.from(event('SUMMARY:\xe9\xe8 abc\n'.repeat(90_000)), 'latin1'), 'stored'],
  [
    'a gzip file',
    () => Uint8Array.of(0x1f, 0x8b, 8, ...times(100_000, String).map((_, i) => (i * 7919) % 256)),
    'invalid-calendar-data',
  ],
  ['nothing', () => '', 'invalid-calendar-data'],
  [
    'ten thousand alarms',
    () => event('BEGIN:VALARM\nTRIGGER:-PT1S\nREPEAT:999999999\nDURATION:PT1S\nEND:VALARM\n'.repeat(9_000)),
    'stored',
  ],
]

describe('putObject, and the queries after it', () => {
  it.each(objects)('answers %s in 5 ms each and 5 ms for each kB', { timeout: 120_000 }, async (_, make, expected) => {
    const text = make()
    const bytes = typeof text === 'string' ? Buffer.from(text) : text
    expect(await takeIn(bytes)).toBe(expected)
    // What is only scanned must cost far less; a refused rule costs what its line costs.
    const perKb = bytes.length > 2_000_000 ? 0.5 : 5
    expect(await cheapestMs(() => takeIn(bytes), bytes.length < 100_000 ? 12 : 3)).toBeLessThan(
      allowedMs(bytes.length, { perKb, answers: 1 + windows.length }),
    )
  })

  it('reads a fold bomb of 10 MB within a second', async () => {
    const bytes = Buffer.from(event(`SUMMARY:${'\r\n '.repeat(3_300_000)}x`))
    expect(await cheapestMs(() => seriesFacts(parseCalendar(toUtf8(bytes).bytes)), 3)).toBeLessThan(1_000)
  })

  it('needs for a fold bomb at its peak no more than twice what came, in a process of its own', async () => {
    const script = fileURLToPath(new URL('peak-memory.ts', import.meta.url))
    const loader = fileURLToPath(new URL('../crash/resolve-source.mjs', import.meta.url))
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', loader, script])
    const { bytes, peak } = JSON.parse(stdout) as { readonly bytes: number; readonly peak: number }
    expect(bytes).toBeGreaterThan(9_900_000)
    expect(peak).toBeLessThan(2 * bytes + 8 * 1024 * 1024) // and room for what the collector lets lie about
  })

  it('imports nothing that would become out of proportion, and says which limit', async () => {
    const { service, calendar, owner } = await createFuzzService()
    const bytes = Buffer.from(
      wrap(
        `X-A:${'x'.repeat(500_000)}`,
        ...times(4_000, (i) => eventLines().join('\r\n').replace('UID:u', `UID:${i}`)),
      ),
    )
    const work = () => service.importCalendar(owner, calendar.id, bytes)
    await expect(work()).rejects.toMatchObject({ code: 'limit-exceeded', details: { limit: 'maxSplitBytes' } })
    expect(await cheapestMs(() => outcomeOf(work, CalendarError.is), 3)).toBeLessThan(allowedMs(bytes.length))
  })
})
