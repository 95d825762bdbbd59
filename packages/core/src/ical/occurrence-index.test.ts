import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ObjectIndex } from '../object.ts'
import type { CalendarTime, InstantRange } from '../time.ts'
import { createOccurrenceIndex } from './occurrence-index.ts'
import { expandSeries, seriesBounds } from './recurrence/expand-series.ts'
import { factsToJson } from './recurrence/facts.ts'
import type { SeriesFacts } from './recurrence/model.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const base = Date.UTC(2026, 0, 5)

const single = (startMs: number, endMs: number, component = 'VEVENT'): ObjectIndex => ({
  uid: 'uid',
  component,
  firstStartMs: startMs,
  lastEndMs: endMs,
  recurrence: null,
  tzids: [],
})

const factsOf = (start: CalendarTime, rule: string): SeriesFacts => ({
  ...{ start, end: null, duration: start.kind === 'date' ? 'P1D' : 'PT1H', exrules: [], rdates: [], exdates: [] },
  ...{ rrules: [rule], overrides: [], zones: {} },
})

const recurring = (facts: SeriesFacts): ObjectIndex => ({
  ...single(0, 0),
  ...seriesBounds(facts),
  recurrence: factsToJson(facts),
})

const at = (ms: number): CalendarTime => ({ kind: 'utc', instant: `${new Date(ms).toISOString().slice(0, 19)}Z` })
const range = (startMs: number, endMs: number): InstantRange => ({ startMs, endMs })

describe('createOccurrenceIndex', () => {
  it('names exactly the objects with an instance in a range of up to five weeks', () => {
    const index = createOccurrenceIndex()
    index.set('meeting', single(base, base + hourMs))
    index.set('holiday', single(base - 100 * dayMs, base + 100 * dayMs))
    index.set('mondays', recurring(factsOf(at(base - 70 * dayMs), 'FREQ=WEEKLY')))
    index.set('yearly', recurring(factsOf(at(base + 40 * dayMs), 'FREQ=YEARLY')))
    expect(index.size).toBe(4)
    expect(index.query(range(base, base + dayMs)).sort()).toEqual(['holiday', 'meeting', 'mondays'])
    expect(index.query(range(base + hourMs, base + dayMs))).toEqual(['holiday'])
    expect(index.query(range(base + 365 * dayMs, base + 398 * dayMs))).toEqual(['mondays'])
    expect(index.query(range(base + 395 * dayMs, base + 406 * dayMs)).sort()).toEqual(['mondays', 'yearly'])
  })

  it('follows changes and deletions in weeks that it knows already', () => {
    const index = createOccurrenceIndex()
    const week = range(base, base + 7 * dayMs)
    index.set('a', recurring(factsOf(at(base), 'FREQ=WEEKLY')))
    expect(index.query(week)).toEqual(['a'])
    index.set('a', recurring(factsOf(at(base + 30 * dayMs), 'FREQ=WEEKLY')))
    index.set('b', recurring(factsOf(at(base + dayMs), 'FREQ=MONTHLY')))
    expect(index.query(week)).toEqual(['b'])
    index.set('b', single(base, base + 1))
    index.set('c', single(base, base + 1))
    index.delete('c')
    index.delete('never there')
    expect(index.query(week)).toEqual(['b'])
    expect(index.size).toBe(2)
  })

  it('answers a huge or open range by bounds', () => {
    const index = createOccurrenceIndex()
    index.set('old', single(0, hourMs))
    index.set('endless', recurring(factsOf(at(base), 'FREQ=DAILY')))
    index.set('no start', single(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, 'VTODO'))
    expect(index.query(range(base, Number.POSITIVE_INFINITY)).sort()).toEqual(['endless', 'no start'])
    expect(index.query(range(Number.NEGATIVE_INFINITY, base)).sort()).toEqual(['no start', 'old'])
    expect(index.query(range(base + dayMs, base + 2 * dayMs)).sort()).toEqual(['endless', 'no start'])
  })

  it('always names a series that cannot be worked out', () => {
    const index = createOccurrenceIndex()
    const slow = factsOf(at(base), 'FREQ=SECONDLY;BYDAY=MO;COUNT=999999999')
    index.set('slow', recurring(slow))
    index.set('unreadable', { ...recurring(slow), recurrence: '{}' })
    index.set('often', recurring(factsOf(at(base), 'FREQ=MINUTELY')))
    expect(index.query(range(base + 5000 * dayMs, base + 5001 * dayMs)).sort()).toEqual(['often', 'slow', 'unreadable'])
  })

  it('lets a to-do count that is due just when the range begins or ends (RFC 4791 §9.9)', () => {
    const index = createOccurrenceIndex()
    index.set('due', single(base, base, 'VTODO'))
    expect(index.query(range(base - dayMs, base))).toEqual(['due'])
    expect(index.query(range(base, base + dayMs))).toEqual(['due'])
  })

  it('stays right when more weeks are asked for than it keeps', () => {
    const index = createOccurrenceIndex()
    index.set('mondays', recurring(factsOf(at(base), 'FREQ=WEEKLY')))
    for (let week = 0; week < 200; week++) {
      const start = base + week * 7 * dayMs
      expect(index.query(range(start, start + dayMs))).toEqual(['mondays'])
      expect(index.query(range(start + dayMs, start + 2 * dayMs))).toEqual([])
    }
  })

  it('never misses an object and, but for floating values, never names one too many', () => {
    const rules = [
      ...[
        'FREQ=DAILY;COUNT=5',
        'FREQ=WEEKLY;BYDAY=MO,FR',
        'FREQ=MONTHLY;BYDAY=-1FR',
        'FREQ=YEARLY',
        'FREQ=HOURLY;INTERVAL=5',
      ],
      ...['FREQ=WEEKLY;INTERVAL=3;UNTIL=20260301', 'FREQ=DAILY;INTERVAL=9', 'FREQ=MINUTELY;INTERVAL=13;COUNT=500'],
    ]
    const time = fc.integer({ min: 0, max: 90 * 24 }).map((hours) => base + hours * hourMs)
    const start = fc.oneof(
      time.map(at),
      time.map((ms): CalendarTime => {
        return { kind: 'zoned', local: new Date(ms).toISOString().slice(0, 19), tzid: 'America/New_York' }
      }),
      time.map((ms): CalendarTime => ({ kind: 'date', date: new Date(ms).toISOString().slice(0, 10) })),
    )
    const facts = fc.tuple(start, fc.constantFrom(...rules)).map(([from, rule]) => factsOf(from, rule))
    const window = fc
      .tuple(time, fc.integer({ min: 1, max: 30 * 24 }))
      .map(([from, hours]) => range(from, from + hours * hourMs))
    fc.assert(
      fc.property(
        fc.array(facts, { maxLength: 8 }),
        fc.array(window, { minLength: 1, maxLength: 5 }),
        (objects, windows) => {
          const index = createOccurrenceIndex()
          objects.forEach((object, i) => {
            index.set(`${i}`, recurring(object))
          })
          for (const wanted of windows) {
            const found = new Set(index.query(wanted))
            objects.forEach((object, i) => {
              const floating = object.start?.kind === 'date'
              const happens = expandSeries(object, { range: wanted }).instances.length > 0
              if (happens || !floating) expect(found.has(`${i}`)).toBe(happens)
            })
          }
        },
      ),
      { numRuns: 100 },
    )
  })
})
