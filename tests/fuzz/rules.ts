import type { CalendarTime } from '@dayport/core'
import fc from 'fast-check'

const few = (values: fc.Arbitrary<number | string>, most = 4): fc.Arbitrary<string> =>
  fc.array(values, { minLength: 1, maxLength: most }).map((list) => list.join(','))
const signed = (most: number): fc.Arbitrary<number> =>
  fc.integer({ min: -most, max: most }).filter((value) => value !== 0)
const weekday = fc.constantFrom('MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU')
const part = (name: string, values: fc.Arbitrary<number | string>, weight = 3): fc.Arbitrary<string> =>
  fc.oneof({ weight, arbitrary: fc.constant('') }, { weight: 1, arbitrary: values.map((value) => `;${name}=${value}`) })

/** A rule as RFC 5545 §3.3.10 lets it be, and with parts that it excludes under a FREQ. */
export const anyRule: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom('YEARLY', 'MONTHLY', 'WEEKLY', 'DAILY', 'HOURLY', 'MINUTELY', 'SECONDLY'),
    part('INTERVAL', fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 13, max: 2_000 })), 1),
    part('COUNT', fc.integer({ min: 1, max: 60 }), 2),
    part(
      'UNTIL',
      fc.integer({ min: 2026, max: 2040 }).map((year) => `${year}0615T120000Z`),
      5,
    ),
    part('BYMONTH', few(fc.integer({ min: 1, max: 12 }))),
    part('BYWEEKNO', few(signed(53)), 6),
    part('BYYEARDAY', few(signed(366)), 6),
    part('BYMONTHDAY', few(signed(31))),
    part(
      'BYDAY',
      few(fc.tuple(fc.oneof(fc.constant(''), fc.constant(''), signed(5)), weekday).map(([n, day]) => `${n}${day}`)),
      1,
    ),
    part('BYHOUR', few(fc.integer({ min: 0, max: 23 }))),
    part('BYMINUTE', few(fc.integer({ min: 0, max: 59 })), 5),
    part('BYSECOND', few(fc.integer({ min: 0, max: 59 })), 6),
    part('BYSETPOS', few(signed(6), 2), 5),
    part('WKST', weekday),
  )
  .map(([freq, ...parts]) => `FREQ=${freq}${parts.join('')}`)

const local = fc
  .integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2028, 0, 1) })
  .map((ms) => new Date(Math.floor(ms / 1000) * 1000).toISOString().slice(0, 19))

/** A start of any of the four forms, within four years with their leap day and changes of clocks. */
export const anyStart: fc.Arbitrary<CalendarTime> = fc.oneof(
  local.map((text): CalendarTime => ({ kind: 'utc', instant: `${text}Z` })),
  local.map((text): CalendarTime => ({ kind: 'floating', local: text })),
  local.map((text): CalendarTime => ({ kind: 'date', date: text.slice(0, 10) })),
  fc
    .tuple(local, fc.constantFrom('Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe'))
    .map(([text, tzid]): CalendarTime => ({ kind: 'zoned', local: text, tzid })),
)
