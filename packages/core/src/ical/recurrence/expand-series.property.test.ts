import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CalendarTime } from '../../time.ts'
import { expandSeries, seriesBounds } from './expand-series.ts'
import type { SeriesFacts, SeriesOverride } from './model.ts'
import { overlaps } from './walk-series.ts'

const hourMs = 3_600_000
const base = Date.UTC(2026, 1, 20) // clocks change in Berlin on 29 March, in New York on 8 March
const hours = fc.integer({ min: 0, max: 60 * 24 }).map((hour) => base + hour * hourMs)
const local = (ms: number): string => new Date(ms).toISOString().slice(0, 19)

const times: Readonly<Record<string, (ms: number) => CalendarTime>> = {
  utc: (ms) => ({ kind: 'utc', instant: `${local(ms)}Z` }),
  berlin: (ms) => ({ kind: 'zoned', local: local(ms), tzid: 'Europe/Berlin' }),
  newYork: (ms) => ({ kind: 'zoned', local: local(ms), tzid: 'America/New_York' }),
  floating: (ms) => ({ kind: 'floating', local: local(ms) }),
  date: (ms) => ({ kind: 'date', date: local(ms).slice(0, 10) }),
}

const rules = [
  ...['FREQ=DAILY', 'FREQ=DAILY;INTERVAL=2;COUNT=20', 'FREQ=WEEKLY;BYDAY=MO,SU', 'FREQ=HOURLY;INTERVAL=7;COUNT=60'],
  ...['FREQ=MONTHLY;BYDAY=-1SU', 'FREQ=DAILY;BYHOUR=2;BYMINUTE=30', 'FREQ=WEEKLY;UNTIL=20260401T003000Z'],
]

const seriesWith = (form: keyof typeof times): fc.Arbitrary<SeriesFacts> => {
  const time = hours.map((ms) => times[form]!(ms))
  const anyTime = fc.tuple(fc.constantFrom(...Object.keys(times)), hours).map(([kind, ms]) => times[kind]!(ms))
  const duration = fc.constantFrom('PT1H', 'PT90M', 'P1D', 'P2DT3H', 'PT0S', 'P1W')
  const override: fc.Arbitrary<SeriesOverride> = fc.record({
    recurrenceId: time,
    thisAndFuture: fc.boolean(),
    start: fc.oneof(fc.constant(null), time),
    end: fc.constant(null),
    duration: fc.oneof(fc.constant(null), duration),
    sequence: fc.integer({ min: 0, max: 2 }),
    stamp: fc.constant(''),
  })
  return fc.record({
    start: time,
    end: fc.constant(null),
    duration,
    rrules: fc.array(fc.constantFrom(...rules), { maxLength: 2 }),
    exrules: fc.oneof(fc.constant([]), fc.constant(['FREQ=DAILY;INTERVAL=3'])),
    rdates: fc.array(fc.record({ start: time, duration }), { maxLength: 3 }),
    exdates: fc.array(anyTime, { maxLength: 3 }),
    overrides: fc.array(override, { maxLength: 3 }),
    zones: fc.constant({}),
  })
}

const whole = { startMs: base - 400 * 24 * hourMs, endMs: base + 400 * 24 * hourMs }

describe('expandSeries, as a set', () => {
  it.each(Object.keys(times))('gives any window as the same instances filtered, for %s', (form) => {
    fc.assert(
      fc.property(
        seriesWith(form),
        hours,
        fc.integer({ min: 1, max: 500 }),
        fc.constantFrom('UTC', 'Europe/Berlin'),
        (facts, from, length, floatingZone) => {
          const range = { startMs: from, endMs: from + length * hourMs }
          const all = expandSeries(facts, { range: whole, floatingZone }).instances
          const expected = all.filter(({ startMs, endMs }) => overlaps(startMs, endMs, range))
          expect(expandSeries(facts, { range, floatingZone }).instances).toEqual(expected)
        },
      ),
      { numRuns: 150 },
    )
  })

  it.each(Object.keys(times))('has each id once, in order, and inside the bounds, for %s', (form) => {
    fc.assert(
      fc.property(seriesWith(form), (facts) => {
        const { instances } = expandSeries(facts, { range: whole, floatingZone: 'America/New_York' })
        expect(new Set(instances.map(({ recurrenceIdMs }) => recurrenceIdMs)).size).toBe(instances.length)
        const starts = instances.map(({ startMs }) => startMs)
        expect(starts).toEqual([...starts].sort((first, second) => first - second))
        const { firstStartMs, lastEndMs } = seriesBounds(facts)
        for (const { startMs, endMs } of instances) {
          expect(endMs).toBeGreaterThanOrEqual(startMs)
          expect(startMs).toBeGreaterThanOrEqual(firstStartMs)
          expect(endMs).toBeLessThanOrEqual(lastEndMs)
        }
      }),
      { numRuns: 150 },
    )
  })
})
