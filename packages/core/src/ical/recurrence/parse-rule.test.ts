import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CalendarError } from '../../errors.ts'
import { formatRule } from './format-rule.ts'
import { parseRule } from './parse-rule.ts'

const refusal = (text: string): unknown => {
  try {
    parseRule(text)
  } catch (error) {
    return CalendarError.is(error, 'invalid-calendar-data') ? error.details : error
  }
  return 'accepted'
}

describe('parseRule', () => {
  it('reads every part in any order and case (RFC 5545 §3.3.10)', () => {
    const rule = parseRule(
      'byday=-1su,MO;Freq=yearly;INTERVAL=2;BYMONTH=3,10;BYSETPOS=-1;WKST=SU;BYHOUR=9;BYMINUTE=0,30;BYSECOND=0;COUNT=5',
    )
    expect(rule).toMatchObject({
      freq: 'YEARLY',
      interval: 2,
      count: 5,
      until: null,
      byDay: [
        { weekday: 'SU', ordinal: -1 },
        { weekday: 'MO', ordinal: null },
      ],
      byMonth: [3, 10],
      bySetPos: [-1],
      byHour: [9],
      byMinute: [0, 30],
      bySecond: [0],
      weekStart: 'SU',
      warnings: [],
    })
  })

  it.each([
    ['UNTIL=20261231', { kind: 'date', date: '2026-12-31' }],
    ['UNTIL=20261231T235959', { kind: 'floating', local: '2026-12-31T23:59:59' }],
    ['UNTIL=20261231T235959Z', { kind: 'utc', instant: '2026-12-31T23:59:59Z' }],
    ['UNTIL=2026-12-31T23:59:59z', { kind: 'utc', instant: '2026-12-31T23:59:59Z' }],
    ['UNTIL=20261231T2359', { kind: 'floating', local: '2026-12-31T23:59:00' }],
    ['UNTIL=20260231', { kind: 'date', date: '2026-02-28' }],
    ['UNTIL=20261231T240000', { kind: 'floating', local: '2026-12-31T23:59:59' }],
  ])('reads %s as producers mean it', (part, until) => {
    expect(parseRule(`FREQ=DAILY;${part}`).until).toEqual(until)
  })

  it('tolerates white space, empty parts and values, a trailing semicolon and the property name, and says so', () => {
    const rule = parseRule(' RRULE:FREQ=WEEKLY; BYDAY=MO,,TU ;;INTERVAL=2;')
    expect(rule).toMatchObject({ freq: 'WEEKLY', interval: 2 })
    expect(rule.byDay.map((day) => day.weekday)).toEqual(['MO', 'TU'])
    expect(rule.warnings).toHaveLength(4)
  })

  it('keeps COUNT with UNTIL, unknown parts and a second FREQ with a warning', () => {
    const rule = parseRule('FREQ=DAILY;COUNT=3;UNTIL=20260101;X-APPLE=1;FREQ=YEARLY')
    expect(rule).toMatchObject({ freq: 'DAILY', count: 3, otherParts: [{ name: 'X-APPLE', value: '1' }] })
    expect(rule.warnings).toHaveLength(3)
  })

  it('warns of parts that RFC 5545 excludes under the FREQ', () => {
    expect(parseRule('FREQ=MONTHLY;BYWEEKNO=20').warnings).toHaveLength(1)
    expect(parseRule('FREQ=DAILY;BYYEARDAY=20').warnings).toHaveLength(1)
    expect(parseRule('FREQ=WEEKLY;BYMONTHDAY=20;BYDAY=1MO').warnings).toHaveLength(2)
    expect(parseRule('FREQ=HOURLY;BYYEARDAY=20').warnings).toEqual([])
  })

  it('reads RSCALE and SKIP, and leap months where the calendar has them (RFC 7529 §4)', () => {
    expect(parseRule('RSCALE=gregorian;FREQ=MONTHLY;SKIP=forward')).toMatchObject({
      rscale: 'GREGORIAN',
      skip: 'FORWARD',
    })
    expect(parseRule('RSCALE=HEBREW;FREQ=YEARLY;BYMONTH=5L,13')).toMatchObject({ byMonth: [13], byLeapMonth: [5] })
  })

  it.each([
    ['', 'FREQ'],
    ['FREQ=', 'FREQ'],
    ['FREQ=FORTNIGHTLY', 'FREQ'],
    ['FREQ=constructor', 'FREQ'],
    ['FREQ=DAILY;INTERVAL=0', 'INTERVAL'],
    ['FREQ=DAILY;INTERVAL=-1', 'INTERVAL'],
    ['FREQ=DAILY;COUNT=two', 'COUNT'],
    ['FREQ=DAILY;UNTIL=tomorrow', 'UNTIL'],
    ['FREQ=DAILY;UNTIL=20261301', 'UNTIL'],
    ['FREQ=DAILY;BYHOUR=24', 'BYHOUR'],
    ['FREQ=DAILY;BYMINUTE=60', 'BYMINUTE'],
    ['FREQ=DAILY;BYSECOND=61', 'BYSECOND'],
    ['FREQ=DAILY;BYMONTH=13', 'BYMONTH'],
    ['FREQ=DAILY;BYMONTH=5L', 'BYMONTH'],
    ['FREQ=DAILY;BYMONTHDAY=0', 'BYMONTHDAY'],
    ['FREQ=DAILY;BYMONTHDAY=-32', 'BYMONTHDAY'],
    ['FREQ=DAILY;BYYEARDAY=367', 'BYYEARDAY'],
    ['FREQ=DAILY;BYWEEKNO=54', 'BYWEEKNO'],
    ['FREQ=DAILY;BYDAY=MON', 'BYDAY'],
    ['FREQ=DAILY;BYDAY=0MO', 'BYDAY'],
    ['FREQ=DAILY;BYDAY=54MO', 'BYDAY'],
    ['FREQ=MONTHLY;BYSETPOS=400', 'BYSETPOS'],
    ['FREQ=DAILY;WKST=XX', 'WKST'],
    ['FREQ=DAILY;SKIP=SIDEWAYS', 'SKIP'],
  ])('refuses %j and names %s', (text, part) => {
    expect(refusal(text)).toMatchObject({ part })
  })

  it('reads names that objects inherit as unknown parts', () => {
    expect(parseRule('FREQ=DAILY;__PROTO__=1;CONSTRUCTOR=2').otherParts).toHaveLength(2)
  })

  it('refuses or reads any text, and reads its own writing as the same rule', () => {
    const part = fc.constantFrom(
      ...[
        'FREQ=DAILY',
        'FREQ=YEARLY',
        'INTERVAL=3',
        'COUNT=7',
        'UNTIL=20300101T000000Z',
        'UNTIL=20300101',
        'BYDAY=1MO,-2TU,WE',
      ],
      ...[
        'BYMONTHDAY=-1,31',
        'BYYEARDAY=366',
        'BYWEEKNO=-1',
        'BYMONTH=2,4',
        'BYSETPOS=-3',
        'BYHOUR=1',
        'WKST=SU',
        'X-A=b',
        '',
      ],
      ...['RSCALE=GREGORIAN', 'SKIP=BACKWARD', 'BYSECOND=60', ' ', '=', 'FREQ', ';'],
    )
    fc.assert(
      fc.property(fc.array(fc.oneof(part, fc.string()), { maxLength: 8 }), (parts) => {
        const text = parts.join(';')
        try {
          const rule = parseRule(text)
          expect({ ...parseRule(formatRule(rule)), warnings: [] }).toEqual({ ...rule, warnings: [] })
        } catch (error) {
          if (!CalendarError.is(error, 'invalid-calendar-data')) throw error
        }
      }),
      { numRuns: 500 },
    )
  })
})

describe('formatRule', () => {
  it('writes FREQ first and leaves defaults out', () => {
    expect(formatRule(parseRule('BYDAY=+1MO,-1FR;WKST=MO;INTERVAL=1;COUNT=3;FREQ=MONTHLY'))).toBe(
      'FREQ=MONTHLY;COUNT=3;BYDAY=1MO,-1FR',
    )
    expect(formatRule(parseRule('FREQ=DAILY;UNTIL=2030-01-02T03:04:05Z'))).toBe('FREQ=DAILY;UNTIL=20300102T030405Z')
  })

  it('refuses another part that would end early', () => {
    const rule = { ...parseRule('FREQ=DAILY'), otherParts: [{ name: 'X-A', value: 'b\r\nATTENDEE:mailto:x' }] }
    expect(() => formatRule(rule)).toThrow(CalendarError)
  })
})
