import { describe, expect, it } from 'vitest'
import { CalendarError } from '../../errors.ts'
import type { CalendarTime } from '../../time.ts'
import { compileSeries, expandSeries, seriesBounds } from './expand-series.ts'
import { factsToJson, seriesFromFacts } from './facts.ts'
import type { ExpandOptions, SeriesFacts, SeriesOverride } from './model.ts'

const berlin = (local: string): CalendarTime => ({ kind: 'zoned', local, tzid: 'Europe/Berlin' })
const floating = (local: string): CalendarTime => ({ kind: 'floating', local })
const utc = (instant: string): CalendarTime => ({ kind: 'utc', instant })
const date = (text: string): CalendarTime => ({ kind: 'date', date: text })

const series = (start: CalendarTime | null, parts: Partial<SeriesFacts> = {}): SeriesFacts => ({
  start,
  end: null,
  duration: null,
  rrules: [],
  exrules: [],
  rdates: [],
  exdates: [],
  overrides: [],
  zones: {},
  ...parts,
})

const override = (recurrenceId: CalendarTime, parts: Partial<SeriesOverride> = {}): SeriesOverride => ({
  recurrenceId,
  thisAndFuture: false,
  start: recurrenceId,
  end: null,
  duration: null,
  sequence: 0,
  stamp: '',
  ...parts,
})

const always = { startMs: Number.NEGATIVE_INFINITY, endMs: Number.POSITIVE_INFINITY }
const between = (start: string, end: string) => ({ startMs: Date.parse(start), endMs: Date.parse(end) })
const iso = (ms: number): string => new Date(ms).toISOString().slice(0, 16)

const starts = (facts: SeriesFacts, options: Partial<ExpandOptions> = {}): string[] =>
  expandSeries(facts, { range: always, ...options }).instances.map(({ startMs }) => iso(startMs))

describe('expandSeries: the set of RFC 5545 §3.8.5', () => {
  it('is DTSTART alone when there is no rule', () => {
    expect(starts(series(utc('2026-01-05T09:00:00Z')))).toEqual(['2026-01-05T09:00'])
  })

  it('has DTSTART first and counts it, also when the rule does not name it (§3.8.5.3)', () => {
    const facts = series(utc('2026-01-06T09:00:00Z'), { rrules: ['FREQ=WEEKLY;BYDAY=MO;COUNT=3'] })
    expect(starts(facts)).toEqual(['2026-01-06T09:00', '2026-01-12T09:00', '2026-01-19T09:00'])
    expect(starts(facts, { range: between('2026-01-15T00:00Z', '2027-01-01T00:00Z') })).toEqual(['2026-01-19T09:00'])
    expect(starts(series(utc('2026-01-06T09:00:00Z'), { rrules: ['FREQ=WEEKLY;BYDAY=MO;COUNT=1'] }))).toHaveLength(1)
  })

  it('counts COUNT before EXDATE removes anything', () => {
    const facts = series(utc('2026-01-05T09:00:00Z'), {
      rrules: ['FREQ=DAILY;COUNT=3'],
      exdates: [utc('2026-01-06T09:00:00Z')],
    })
    expect(starts(facts)).toEqual(['2026-01-05T09:00', '2026-01-07T09:00'])
  })

  it('unites several rules and dates without duplicates, and takes exception rules away', () => {
    const facts = series(utc('2026-01-05T09:00:00Z'), {
      rrules: ['FREQ=WEEKLY;COUNT=3', 'FREQ=DAILY;COUNT=9'],
      exrules: ['FREQ=DAILY;INTERVAL=2'],
      rdates: [{ start: utc('2026-01-06T09:00:00Z') }, { start: utc('2026-01-06T15:00:00Z') }],
    })
    expect(starts(facts)).toEqual([
      '2026-01-06T09:00',
      '2026-01-06T15:00',
      '2026-01-08T09:00',
      '2026-01-10T09:00',
      '2026-01-12T09:00',
    ])
  })

  it('gives an RDATE of kind PERIOD its own length (§3.8.5.2)', () => {
    const facts = series(utc('2026-01-05T09:00:00Z'), {
      end: utc('2026-01-05T10:00:00Z'),
      rdates: [
        { start: utc('2026-01-07T09:00:00Z'), end: utc('2026-01-07T12:00:00Z') },
        { start: utc('2026-01-08T09:00:00Z'), duration: 'PT2H' },
        { start: utc('2026-01-09T09:00:00Z') },
      ],
    })
    const { instances } = expandSeries(facts, { range: always })
    expect(instances.map(({ startMs, endMs }) => (endMs - startMs) / 3_600_000)).toEqual([1, 3, 2, 1])
    expect(expandSeries(facts, { range: between('2026-01-07T11:30Z', '2026-01-07T11:40Z') }).instances).toHaveLength(1)
  })

  it('removes by local day when EXDATE is a DATE in a series of times', () => {
    const facts = series(berlin('2026-01-05T00:30:00'), {
      rrules: ['FREQ=DAILY;COUNT=3'],
      exdates: [date('2026-01-06')],
    })
    expect(starts(facts)).toEqual(['2026-01-04T23:30', '2026-01-06T23:30'])
  })

  it('removes by instant when EXDATE is in UTC or another zone, or floating in a series with a zone', () => {
    const facts = series(berlin('2026-01-05T09:00:00'), {
      rrules: ['FREQ=DAILY;COUNT=5'],
      exdates: [
        utc('2026-01-06T08:00:00Z'),
        { kind: 'zoned', local: '2026-01-07T11:00:00', tzid: 'Europe/Moscow' },
        floating('2026-01-08T09:00:00'),
        berlin('2026-01-09T10:00:00'), // not an instance
      ],
    })
    expect(starts(facts)).toEqual(['2026-01-05T08:00', '2026-01-09T08:00'])
  })

  it('removes days of an all-day series by EXDATEs of any kind', () => {
    const facts = series(date('2026-01-05'), {
      rrules: ['FREQ=DAILY;COUNT=4'],
      exdates: [date('2026-01-06'), utc('2026-01-07T00:00:00Z')],
    })
    expect(starts(facts)).toEqual(['2026-01-05T00:00', '2026-01-08T00:00'])
  })

  it('leaves out a rule that cannot be read, with a warning', () => {
    const facts = series(utc('2026-01-05T09:00:00Z'), { rrules: ['FREQ=SOMETIMES', 'FREQ=DAILY;COUNT=2'] })
    const { instances, warnings } = expandSeries(facts, { range: always })
    expect(instances).toHaveLength(2)
    expect(warnings).toEqual([expect.stringContaining('left out')])
  })
})

describe('expandSeries: UNTIL', () => {
  it('compares instants when it is in UTC and the start has a zone', () => {
    const facts = (until: string) => series(berlin('2026-03-27T09:00:00'), { rrules: [`FREQ=DAILY;UNTIL=${until}`] })
    expect(starts(facts('20260330T070000Z'))).toHaveLength(4)
    expect(starts(facts('20260330T065959Z'))).toHaveLength(3)
  })

  it('includes the whole day when it is a DATE, and reads a local one in the zone', () => {
    const facts = (until: string) => series(berlin('2026-03-27T09:00:00'), { rrules: [`FREQ=DAILY;UNTIL=${until}`] })
    expect(starts(facts('20260330'))).toHaveLength(4)
    expect(starts(facts('20260330T090000'))).toHaveLength(4)
    expect(starts(facts('20260330T085959'))).toHaveLength(3)
  })

  it('ends an all-day series on its day, whatever its form', () => {
    for (const until of ['20260107', '20260107T000000', '20260107T120000Z']) {
      expect(starts(series(date('2026-01-05'), { rrules: [`FREQ=DAILY;UNTIL=${until}`] }))).toHaveLength(3)
    }
  })

  it('counts with COUNT whichever ends first', () => {
    const facts = (rule: string) => series(utc('2026-01-05T09:00:00Z'), { rrules: [rule] })
    expect(starts(facts('FREQ=DAILY;COUNT=2;UNTIL=20260120'))).toHaveLength(2)
    expect(starts(facts('FREQ=DAILY;COUNT=20;UNTIL=20260106'))).toHaveLength(2)
  })
})

describe('expandSeries: clocks that change', () => {
  it('keeps the wall clock, moves a time in the gap to after it, and takes the first of two (§3.3.5)', () => {
    expect(starts(series(berlin('2026-03-28T02:30:00'), { rrules: ['FREQ=DAILY;COUNT=3'] }))).toEqual([
      '2026-03-28T01:30',
      '2026-03-29T01:30', // 03:30 summer time
      '2026-03-30T00:30',
    ])
    expect(starts(series(berlin('2026-10-24T02:30:00'), { rrules: ['FREQ=DAILY;COUNT=3'] }))).toEqual([
      '2026-10-24T00:30',
      '2026-10-25T00:30',
      '2026-10-26T01:30',
    ])
  })

  it('shows the time that the clocks show for an instance in the gap', () => {
    const { instances } = expandSeries(series(berlin('2026-03-29T02:30:00'), { duration: 'PT30M' }), { range: always })
    expect(instances).toMatchObject([{ start: berlin('2026-03-29T03:30:00'), end: berlin('2026-03-29T04:00:00') }])
  })

  it('makes one instance of two hours that fall on one instant', () => {
    const facts = series(berlin('2026-03-29T01:00:00'), { rrules: ['FREQ=HOURLY;COUNT=4'] })
    expect(starts(facts)).toEqual(['2026-03-29T00:00', '2026-03-29T01:00', '2026-03-29T02:00'])
  })

  it('keeps the exact length of DTEND, and counts days of DURATION by the calendar (§3.3.6)', () => {
    const rule = { rrules: ['FREQ=DAILY;COUNT=2'] }
    const exact = series(berlin('2026-03-27T12:00:00'), { ...rule, end: berlin('2026-03-28T12:00:00') })
    const nominal = series(berlin('2026-03-27T12:00:00'), { ...rule, duration: 'P1D' })
    const hours = (facts: SeriesFacts) =>
      expandSeries(facts, { range: always }).instances.map(({ startMs, endMs }) => (endMs - startMs) / 3_600_000)
    expect(hours(exact)).toEqual([24, 24])
    expect(hours(nominal)).toEqual([24, 23])
  })

  it('reads floating times and DATEs in the zone of the query', () => {
    const options = { floatingZone: 'Europe/Berlin' }
    expect(starts(series(floating('2026-07-01T09:00:00')), options)).toEqual(['2026-07-01T07:00'])
    const { instances } = expandSeries(series(date('2026-03-29')), { range: always, ...options })
    expect(instances).toMatchObject([{ start: date('2026-03-29'), end: date('2026-03-30') }])
    expect(instances.map(({ startMs, endMs }) => [iso(startMs), iso(endMs)])).toEqual([
      ['2026-03-28T23:00', '2026-03-29T22:00'], // a day of 23 hours
    ])
  })

  it('reads a zone that nobody knows as floating, and says so', () => {
    const facts = series({ kind: 'zoned', local: '2026-07-01T09:00:00', tzid: 'Nowhere/Land' })
    const { instances, warnings } = expandSeries(facts, { range: always, floatingZone: 'Asia/Tokyo' })
    expect(instances.map(({ startMs }) => iso(startMs))).toEqual(['2026-07-01T00:00'])
    expect(warnings).toEqual([expect.stringContaining('Nowhere/Land')])
  })

  it('takes a zone from its VTIMEZONE when only that explains it', () => {
    const text = [
      ...['BEGIN:VTIMEZONE', 'TZID:Office', 'BEGIN:STANDARD', 'DTSTART:19700101T000000'],
      ...['TZOFFSETFROM:+0530', 'TZOFFSETTO:+0530', 'END:STANDARD', 'END:VTIMEZONE', ''],
    ].join('\r\n')
    const facts = series({ kind: 'zoned', local: '2026-07-01T09:00:00', tzid: 'Office' }, { zones: { Office: text } })
    expect(starts(facts)).toEqual(['2026-07-01T03:30'])
  })
})

describe('expandSeries: overrides', () => {
  const weekly = (overrides: readonly SeriesOverride[], parts: Partial<SeriesFacts> = {}) =>
    series(berlin('2026-01-05T09:00:00'), {
      end: berlin('2026-01-05T10:00:00'),
      rrules: ['FREQ=WEEKLY;COUNT=4'],
      overrides,
      ...parts,
    })

  it('stands in for the instance of its RECURRENCE-ID, matched by instant', () => {
    const facts = weekly([
      override(utc('2026-01-12T08:00:00Z'), { start: berlin('2026-01-13T11:00:00'), duration: 'PT15M' }),
    ])
    const { instances } = expandSeries(facts, { range: always })
    expect(instances.map(({ startMs, override }) => [iso(startMs), override])).toEqual([
      ['2026-01-05T08:00', null],
      ['2026-01-13T10:00', 0],
      ['2026-01-19T08:00', null],
      ['2026-01-26T08:00', null],
    ])
    expect(instances[1]).toMatchObject({
      recurrenceId: berlin('2026-01-12T09:00:00'),
      start: berlin('2026-01-13T11:00:00'),
      end: berlin('2026-01-13T11:15:00'),
    })
  })

  it('is found when it moved into the range, and not where it moved away from', () => {
    const facts = weekly([override(berlin('2026-01-12T09:00:00'), { start: berlin('2026-06-01T09:00:00') })])
    expect(starts(facts, { range: between('2026-06-01T00:00Z', '2026-06-02T00:00Z') })).toEqual(['2026-06-01T07:00'])
    expect(starts(facts, { range: between('2026-01-12T00:00Z', '2026-01-13T00:00Z') })).toEqual([])
  })

  it('takes the first instance of the day when its RECURRENCE-ID is a DATE', () => {
    const facts = weekly([override(date('2026-01-12'), { start: berlin('2026-01-12T17:00:00') })])
    expect(starts(facts)).toEqual(['2026-01-05T08:00', '2026-01-12T16:00', '2026-01-19T08:00', '2026-01-26T08:00'])
  })

  it('wins by SEQUENCE, then by DTSTAMP, among several for one instance', () => {
    const at = (hour: string, sequence: number, stamp: string) =>
      override(berlin('2026-01-12T09:00:00'), { start: berlin(`2026-01-12T${hour}:00:00`), sequence, stamp })
    const facts = weekly([
      at('11', 1, '20260101T000000Z'),
      at('12', 2, '20260102T000000Z'),
      at('13', 2, '20260101T000000Z'),
    ])
    expect(starts(facts)[1]).toBe('2026-01-12T11:00')
    expect(starts(facts)).toHaveLength(4)
  })

  it('is shown without its master, and when it matches no instance', () => {
    expect(starts(series(null, { overrides: [override(berlin('2026-01-12T09:00:00'))] }))).toEqual(['2026-01-12T08:00'])
    expect(starts(weekly([override(berlin('2026-01-13T09:00:00'))]))).toHaveLength(5)
    const excluded = weekly([override(berlin('2026-01-12T09:00:00'))], { exdates: [berlin('2026-01-12T09:00:00')] })
    expect(starts(excluded)).toHaveLength(4)
  })

  it('without DTSTART keeps the place and length of its instance', () => {
    const { instances } = expandSeries(weekly([override(berlin('2026-01-12T09:00:00'), { start: null })]), {
      range: always,
    })
    expect(instances[1]).toMatchObject({ override: 0, end: berlin('2026-01-12T10:00:00') })
  })

  it('of THISANDFUTURE shifts later instances in local time, until the next; single ones still win (§3.2.13)', () => {
    const facts = series(berlin('2026-03-16T09:00:00'), {
      end: berlin('2026-03-16T10:00:00'),
      rrules: ['FREQ=WEEKLY;COUNT=6'],
      overrides: [
        override(berlin('2026-03-23T09:00:00'), {
          thisAndFuture: true,
          start: berlin('2026-03-24T11:00:00'),
          end: berlin('2026-03-24T11:30:00'),
        }),
        override(berlin('2026-04-06T09:00:00'), { start: berlin('2026-04-06T08:00:00') }),
        override(berlin('2026-04-13T09:00:00'), { thisAndFuture: true, duration: 'PT2H' }),
      ],
    })
    const { instances } = expandSeries(facts, { range: always })
    expect(
      instances.map(({ startMs, endMs, override }) => [iso(startMs), (endMs - startMs) / 60_000, override]),
    ).toEqual([
      ['2026-03-16T08:00', 60, null],
      ['2026-03-24T10:00', 30, 0],
      ['2026-03-31T09:00', 30, 0], // summer time: still 11:00
      ['2026-04-06T06:00', 0, 1],
      ['2026-04-13T07:00', 120, 2],
      ['2026-04-20T07:00', 120, 2],
    ])
    expect(instances[2]).toMatchObject({
      recurrenceId: berlin('2026-03-30T09:00:00'),
      start: berlin('2026-03-31T11:00:00'),
      end: berlin('2026-03-31T11:30:00'),
    })
    expect(starts(facts, { range: between('2026-03-31T00:00Z', '2026-04-01T00:00Z') })).toEqual(['2026-03-31T09:00'])
  })
})

describe('expandSeries: ranges (RFC 4791 §9.9)', () => {
  const daily = series(utc('2026-01-05T09:00:00Z'), { end: utc('2026-01-05T10:00:00Z'), rrules: ['FREQ=DAILY'] })
  const moment = series(utc('2026-01-05T09:00:00Z'), { rrules: ['FREQ=DAILY'] })
  const long = series(utc('2026-01-05T09:00:00Z'), { duration: 'P3D', rrules: ['FREQ=WEEKLY'] })

  it('is half-open', () => {
    expect(starts(daily, { range: between('2026-01-06T10:00Z', '2026-01-07T09:00Z') })).toEqual([])
    expect(starts(daily, { range: between('2026-01-06T09:59Z', '2026-01-07T09:01Z') })).toHaveLength(2)
  })

  it('includes an instance of no length that starts with the range, not with its end', () => {
    expect(starts(moment, { range: between('2026-01-06T09:00Z', '2026-01-07T09:00Z') })).toEqual(['2026-01-06T09:00'])
  })

  it('includes an instance that began long before', () => {
    expect(starts(long, { range: between('2026-01-15T08:00Z', '2026-01-15T09:00Z') })).toEqual(['2026-01-12T09:00'])
  })

  it('reaches a window in 2500 at once, and stops at maxInstances', () => {
    const { instances, truncated } = expandSeries(
      series(utc('0001-01-01T00:00:00Z'), { rrules: ['FREQ=SECONDLY;INTERVAL=7'] }),
      { range: between('2500-01-01T00:00Z', '2501-01-01T00:00Z'), maxInstances: 5 },
    )
    expect(instances).toHaveLength(5)
    expect(truncated).toBe(true)
  })

  it('ends when an exception rule removes everything', () => {
    const facts = series(utc('2026-01-05T09:00:00Z'), { rrules: ['FREQ=SECONDLY'], exrules: ['FREQ=SECONDLY'] })
    expect(expandSeries(facts, { range: always })).toMatchObject({ instances: [], truncated: true })
  })
})

describe('seriesBounds', () => {
  const bounds = (facts: SeriesFacts): (string | number)[] => {
    const { firstStartMs, lastEndMs } = seriesBounds(facts)
    return [firstStartMs, lastEndMs].map((ms) => (Number.isFinite(ms) ? iso(ms) : ms))
  }

  it('gives the true end of a COUNT, also of a large one', () => {
    const facts = (rule: string) => series(utc('2026-01-05T09:00:00Z'), { duration: 'PT1H', rrules: [rule] })
    expect(bounds(facts('FREQ=DAILY;COUNT=3'))).toEqual(['2026-01-05T09:00', '2026-01-07T10:00'])
    expect(bounds(facts('FREQ=MONTHLY;BYDAY=1MO;COUNT=1200'))).toEqual(['2026-01-05T09:00', '2125-12-03T10:00'])
    expect(bounds(facts('FREQ=DAILY'))).toEqual(['2026-01-05T09:00', Number.POSITIVE_INFINITY])
  })

  it('is a day wider where values are floating', () => {
    expect(bounds(series(floating('2026-01-05T09:00:00')))).toEqual(['2026-01-04T09:00', '2026-01-06T09:00'])
    expect(bounds(series(date('2026-01-05')))).toEqual(['2026-01-04T00:00', '2026-01-07T03:00'])
  })

  it('covers dates and overrides before and after the rest', () => {
    const facts = series(utc('2026-01-05T09:00:00Z'), {
      rdates: [{ start: utc('2025-01-05T09:00:00Z') }],
      overrides: [override(utc('2026-01-05T09:00:00Z'), { start: utc('2027-01-05T09:00:00Z'), duration: 'PT1H' })],
    })
    expect(bounds(facts)).toEqual(['2025-01-05T09:00', '2027-01-05T10:00'])
  })

  it('matches everything when nothing has a start', () => {
    expect(bounds(series(null))).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY])
  })
})

describe('seriesFromFacts', () => {
  it('reads what factsToJson wrote', () => {
    const facts = series(berlin('2026-01-05T09:00:00'), { rrules: ['FREQ=DAILY'], exdates: [date('2026-01-06')] })
    expect(seriesFromFacts(factsToJson(facts))).toEqual(facts)
    expect(compileSeries(facts).floating).toBe(false)
  })

  it.each(['', '[]', 'null', '{"start":null,"zones":{}}'])('refuses %j', (text) => {
    expect(() => seriesFromFacts(text)).toThrow(CalendarError)
  })
})

describe('EXRULE (RFC 2445 §4.8.5.2)', () => {
  it('removes what it names, as one by one, also sparse from dense, dense from sparse and past an UNTIL in UTC', () => {
    const start: CalendarTime = { kind: 'zoned', local: '2026-01-01T09:00:00', tzid: 'Europe/Berlin' }
    const bare = { start, end: null, duration: 'PT1H', exrules: [], rdates: [], exdates: [], overrides: [], zones: {} }
    const range = { startMs: Date.UTC(2026, 0, 1), endMs: Date.UTC(2028, 0, 1) }
    const ids = (facts: SeriesFacts): number[] =>
      expandSeries(facts, { range, maxInstances: 200_000 }).instances.map(({ recurrenceIdMs }) => recurrenceIdMs)
    const pairs = [
      ['FREQ=DAILY', 'FREQ=MONTHLY;BYDAY=-1SU'],
      ['FREQ=MONTHLY;INTERVAL=3', 'FREQ=MINUTELY;INTERVAL=7'],
      ['FREQ=HOURLY;INTERVAL=5', 'FREQ=HOURLY;INTERVAL=3;UNTIL=20260601T120000Z'],
      ['FREQ=DAILY', 'FREQ=DAILY;INTERVAL=2;UNTIL=20260301T070000Z'],
      ['FREQ=DAILY', 'FREQ=YEARLY;INTERVAL=2;BYWEEKNO=5,20'],
    ] as const
    for (const [rule, exrule] of pairs) {
      const removed = new Set(ids({ ...bare, rrules: [exrule] }))
      if (exrule.includes('BY')) removed.delete(Date.UTC(2026, 0, 1, 8)) // DTSTART is of the set, not of the rule
      const kept = ids({ ...bare, rrules: [rule] }).filter((id) => !removed.has(id))
      expect(ids({ ...bare, rrules: [rule], exrules: [exrule] })).toEqual(kept)
    }
  })
})
