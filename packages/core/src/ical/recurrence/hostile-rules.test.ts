import { describe, expect, it } from 'vitest'
import { CalendarError } from '../../errors.ts'
import { ruleLimits } from '../../limits.ts'
import type { CalendarTime } from '../../time.ts'
import { expandRule } from './expand-rule.ts'
import { expandSeries } from './expand-series.ts'

const start: CalendarTime = { kind: 'utc', instant: '1997-09-02T09:00:00Z' }
const yearOne: CalendarTime = { kind: 'utc', instant: '0001-01-01T00:00:00Z' }
const all = (most: number): string => Array.from({ length: most }, (_, value) => value).join(',')

/** Processor time of the fastest of a few tries: the machine may be busy with other tests. */
const fastestMs = (work: () => unknown): number => {
  let best = Number.POSITIVE_INFINITY
  for (let i = 0; i < 8; i++) {
    const before = process.cpuUsage()
    work()
    best = Math.min(best, process.cpuUsage(before).user / 1000)
  }
  return best
}

const answer = (rule: string, from: CalendarTime, window?: CalendarTime): number | string => {
  try {
    return expandRule(rule, from, { limit: 3, ...(window === undefined ? {} : { from: window }) }).length
  } catch (error) {
    if (CalendarError.is(error)) return error.code
    throw error
  }
}

describe('rules that can never match', () => {
  it.each([
    'FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30',
    'FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30',
    'FREQ=YEARLY;BYWEEKNO=53;BYMONTH=6',
    'FREQ=YEARLY;BYYEARDAY=366;BYMONTH=1',
    'FREQ=YEARLY;BYDAY=53MO;BYMONTH=1',
    'FREQ=MONTHLY;BYSETPOS=366;BYDAY=MO',
    'FREQ=WEEKLY;BYDAY=MO,TU;BYMONTH=1;BYSETPOS=3',
    'FREQ=DAILY;BYSETPOS=2',
    'FREQ=MINUTELY;INTERVAL=120;BYHOUR=3;BYMINUTE=30',
    'FREQ=HOURLY;INTERVAL=2;BYHOUR=10',
    'FREQ=DAILY;INTERVAL=7;BYDAY=MO',
    'FREQ=YEARLY;INTERVAL=4;BYMONTH=2;BYMONTHDAY=29',
    'FREQ=WEEKLY;INTERVAL=20871;BYMONTH=5',
    'FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=13;BYDAY=FR;BYSETPOS=2',
  ])('%s has no instance, and says so within 5 ms', (rule) => {
    expect(answer(rule, start)).toBe(0)
    expect(fastestMs(() => answer(rule, start))).toBeLessThan(5)
  })
})

describe('rules made to be slow', () => {
  it.each([
    `FREQ=YEARLY;BYHOUR=${all(24)};BYMINUTE=${all(60)};BYSECOND=${all(60)};BYDAY=MO,TU,WE,TH,FR,SA,SU;BYSETPOS=-1`,
    'FREQ=SECONDLY;INTERVAL=7',
    'FREQ=SECONDLY;INTERVAL=86401;BYHOUR=3;BYMINUTE=30;BYSECOND=1',
    'FREQ=SECONDLY;INTERVAL=999983;BYHOUR=3;BYMINUTE=30;BYMONTH=2;BYMONTHDAY=29',
    'FREQ=SECONDLY;INTERVAL=604800;BYDAY=TU',
    'FREQ=SECONDLY;COUNT=999999999',
    'FREQ=SECONDLY;BYDAY=MO;COUNT=999999999',
    'FREQ=MINUTELY;INTERVAL=7;BYHOUR=3,5;COUNT=99999999',
    'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=999999',
    'FREQ=YEARLY;INTERVAL=99999999999999999999',
    'FREQ=HOURLY;INTERVAL=23;BYHOUR=3;BYDAY=MO;BYYEARDAY=366',
    'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=SU;COUNT=900000',
    'RSCALE=GREGORIAN;SKIP=FORWARD;FREQ=MONTHLY;BYMONTHDAY=31;BYDAY=MO;BYMONTH=2;COUNT=99999',
  ])('%s is answered or refused within 5 ms, also far away', (rule) => {
    for (const window of [undefined, '2500-01-01T00:00:00Z', '9990-01-01T00:00:00Z']) {
      const far: CalendarTime | undefined = window === undefined ? undefined : { kind: 'utc', instant: window }
      expect([0, 1, 2, 3, 'limit-exceeded']).toContain(answer(rule, yearOne, far))
      expect(fastestMs(() => answer(rule, yearOne, far))).toBeLessThan(5)
    }
  })

  it('gives what it found and says that it was cut, as a series', () => {
    const facts = {
      ...{ start: yearOne, end: null, duration: null, exrules: [], rdates: [], exdates: [], overrides: [], zones: {} },
      rrules: ['FREQ=SECONDLY;INTERVAL=86401;BYHOUR=3;BYMINUTE=30;BYSECOND=1'],
    }
    const range = { startMs: Date.parse('2026-01-01'), endMs: Number.POSITIVE_INFINITY }
    expect(expandSeries(facts, { range })).toMatchObject({ truncated: true })
  })

  it.each([
    ['maxRuleLength', `FREQ=DAILY;BYDAY=${'MO,'.repeat(1_000_000)}`],
    ['maxRuleParts', `FREQ=DAILY;${Array.from({ length: 100 }, (_, i) => `X-${i}=1`).join(';')}`],
    ['maxRuleValues', `FREQ=YEARLY;BYSETPOS=${'1,'.repeat(1_001)}`],
  ] as const)('refuses a rule over %s before it does any work', (limit, rule) => {
    const details = { limit, allowed: ruleLimits[limit] }
    expect(() => expandRule(rule, start)).toThrow(expect.objectContaining({ code: 'limit-exceeded', details }))
    expect(fastestMs(() => answer(rule, start))).toBeLessThan(5)
  })

  it('takes every possible value of every list', () => {
    const signed = (most: number): string => Array.from({ length: most }, (_, i) => `${i + 1},${-i - 1}`).join(',')
    const days = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU']
    const byDay = days.flatMap((day) => [
      day,
      ...Array.from({ length: 53 }, (_, i) => `${i + 1}${day},-${i + 1}${day}`),
    ])
    const lists = `BYSECOND=${all(61)};BYMINUTE=${all(60)};BYHOUR=${all(24)};BYDAY=${byDay};BYMONTHDAY=${signed(31)}`
    const rule = `FREQ=YEARLY;${lists};BYYEARDAY=${signed(366)};BYWEEKNO=${signed(53)};BYSETPOS=${signed(366)}`
    expect(answer(rule, start)).toBe(3)
  })
})

describe('the edges of the calendar', () => {
  it('ends with the year 9999', () => {
    const late: CalendarTime = { kind: 'date', date: '9999-12-30' }
    for (const freq of ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY']) {
      expect(expandRule(`FREQ=${freq}`, late, { limit: 10 }).length).toBeLessThanOrEqual(2)
    }
    expect(expandRule('FREQ=DAILY', late)).toHaveLength(2)
    expect(expandRule('FREQ=YEARLY;BYWEEKNO=52,53;BYDAY=FR', late)).toHaveLength(1)
  })

  it('reads the second 60 as 59 (RFC 5545 §3.3.5)', () => {
    expect(expandRule('FREQ=MINUTELY;BYSECOND=59,60', start, { limit: 2 })).toEqual([
      { kind: 'utc', instant: '1997-09-02T09:00:59Z' },
      { kind: 'utc', instant: '1997-09-02T09:01:59Z' },
    ])
  })

  it('ignores times for a DATE, and reads rules by hours as rules by days there', () => {
    const day: CalendarTime = { kind: 'date', date: '2026-01-01' }
    const second: CalendarTime = { kind: 'date', date: '2026-01-02' }
    expect(expandRule('FREQ=DAILY;BYHOUR=9,12;BYMINUTE=30', day, { limit: 2 })).toEqual([day, second])
    expect(expandRule('FREQ=HOURLY', day, { limit: 2 })).toEqual([day, second])
  })

  it.each(['2026-02-30', '2026-13-01', '0000-01-01', '20260101', '2026-1-1'])('refuses the start %s', (text) => {
    expect(() => expandRule('FREQ=DAILY', { kind: 'date', date: text })).toThrow(CalendarError)
  })
})

describe('where schools differ', () => {
  const dates = (rule: string): string =>
    expandRule(rule, start, { limit: 3 })
      .map((time) => (time.kind === 'utc' ? time.instant.slice(0, 10) : ''))
      .join(' ')

  it.each([
    ['FREQ=YEARLY;BYWEEKNO=20', '1998-05-12 1999-05-18 2000-05-16'],
    ['FREQ=YEARLY;BYWEEKNO=1;BYDAY=MO', '1997-12-29 1999-01-04 2000-01-03'],
    ['FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO', '1998-12-28 2004-12-27 2009-12-28'],
    ['FREQ=YEARLY;BYWEEKNO=-1;BYDAY=SU', '1997-12-28 1999-01-03 2000-01-02'],
    ['FREQ=MONTHLY;BYWEEKNO=20', '1998-05-11 1998-05-12 1998-05-13'],
    ['FREQ=DAILY;BYWEEKNO=20', '1998-05-11 1998-05-12 1998-05-13'],
    ['FREQ=MONTHLY;BYYEARDAY=1,100,200,365', '1997-12-31 1998-01-01 1998-04-10'],
    ['FREQ=WEEKLY;BYYEARDAY=-1,1', '1997-12-31 1998-01-01 1998-12-31'],
    ['FREQ=WEEKLY;BYMONTHDAY=1,3', '1997-09-03 1997-10-01 1997-10-03'],
    ['FREQ=DAILY;BYYEARDAY=100', '1998-04-10 1999-04-10 2000-04-09'],
    ['FREQ=WEEKLY;BYDAY=1TU,-1TH', '1997-09-02 1997-09-04 1997-09-09'],
    ['FREQ=DAILY;BYDAY=1TU', '1997-09-02 1997-09-09 1997-09-16'],
  ])('%s gives %s', (rule, expected) => {
    expect(dates(rule)).toBe(expected)
  })

  it('counts the interval of BYWEEKNO in years of weeks', () => {
    const monday: CalendarTime = { kind: 'date', date: '2018-12-31' } // week 1 of 2019
    expect(expandRule('FREQ=YEARLY;INTERVAL=2;BYWEEKNO=1;BYDAY=MO', monday, { limit: 3 })).toEqual([
      monday,
      { kind: 'date', date: '2021-01-04' },
      { kind: 'date', date: '2023-01-02' },
    ])
  })
})
