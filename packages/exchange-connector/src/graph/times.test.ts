import { describe, expect, it } from 'vitest'
import { readEvent } from './mailbox.ts'
import { graphTimes, spanOf, stampOf } from './times.ts'

const event = (fields: Record<string, unknown>) => readEvent({ id: 'x', ...fields })
const time = (dateTime: string, timeZone: string | null = 'UTC') => ({ dateTime, timeZone })

describe('times of an event in Graph', () => {
  it.each([
    ['2026-01-12T09:00:00.0000000', 'UTC', '2026-01-12T09:00:00Z'],
    ['2026-01-12T09:00:59.9999999', 'UTC', '2026-01-12T09:00:00Z'],
    ['2026-01-12T09:00', 'UTC', '2026-01-12T09:00:00Z'],
    ['2026-01-12T09:00:00Z', null, '2026-01-12T09:00:00Z'],
    ['2026-01-12T09:00:00.123456+03:00', 'Pacific Standard Time', '2026-01-12T06:00:00Z'],
    ['2026-01-12T09:00:00', 'Russian Standard Time', '2026-01-12T06:00:00Z'],
    ['2026-07-12T09:00:00', 'Europe/Berlin', '2026-07-12T07:00:00Z'],
    ['2026-01-12T09:00:00', 'tzone://Microsoft/Utc', '2026-01-12T09:00:00Z'],
  ])('%s in %s is the minute %s (exchange.md §5.2)', (dateTime, zone, expected) => {
    const span = spanOf(event({ start: time(dateTime, zone), end: time(dateTime, zone) }), 'UTC')
    expect(span).toMatchObject({ kind: 'instants', startMs: Date.parse(expected) })
  })

  it('cannot be read in a zone that nobody knows, or without a date', () => {
    for (const start of [time('2026-01-12T09:00:00', 'tzone://Microsoft/Custom'), time('soon'), null]) {
      expect(spanOf(event({ start, end: time('2026-01-12T09:00:00') }), 'UTC')).toBeNull()
    }
  })

  it('keep no zone that nobody knows, so that it is never written back', () => {
    const span = spanOf(
      event({
        start: time('2026-01-12T09:00:00'),
        end: time('2026-01-12T10:00:00'),
        originalStartTimeZone: 'tzone://Microsoft/Custom',
        originalEndTimeZone: 'Customized Time Zone',
      }),
      'UTC',
    )
    expect(span).toMatchObject({ startZone: null, endZone: null })
    expect(graphTimes(span!)).toMatchObject({ start: { dateTime: '2026-01-12T09:00:00', timeZone: 'UTC' } })
  })

  it('that come twice in a night are written so that the second stays the second (RFC 5545 §3.3.5)', () => {
    const second = Date.parse('2026-10-25T01:30:00Z')
    const span = {
      kind: 'instants',
      startMs: second,
      endMs: second,
      startZone: 'Europe/Berlin',
      endZone: null,
    } as const
    expect(graphTimes(span).start).toEqual({ dateTime: '2026-10-25T01:30:00', timeZone: 'UTC' })
    const first = { ...span, startMs: second - 3_600_000, endMs: second - 3_600_000 }
    expect(graphTimes(first).start).toEqual({ dateTime: '2026-10-25T02:30:00', timeZone: 'Europe/Berlin' })
  })
})

describe('an all-day event in Graph', () => {
  it('is the days of its midnights, in every zone (exchange.md §5.3)', () => {
    for (const originalStartTimeZone of [
      'Pacific/Pago_Pago',
      'UTC',
      'Russian Standard Time',
      'Pacific/Kiritimati',
      'tzone://Microsoft/Custom',
    ]) {
      const span = spanOf(
        event({
          isAllDay: true,
          start: time('2026-03-29T00:00:00.0000000'),
          end: time('2026-03-30T00:00:00.0000000'),
          originalStartTimeZone,
        }),
        'Asia/Tokyo',
      )
      expect(span).toMatchObject({ kind: 'days', startDate: '2026-03-29', endDate: '2026-03-30' })
    }
  })

  it.each([
    ['Russian Standard Time', 'America/New_York'],
    [null, 'Europe/Moscow'],
    ['tzone://Microsoft/Custom', 'Europe/Moscow'],
  ])(
    'that is told as 21:00Z is one day for its owner at +03:00, zone %s, reader at %s',
    (originalStartTimeZone, reader) => {
      const span = spanOf(
        event({
          isAllDay: true,
          start: time('2026-03-28T21:00:00'),
          end: time('2026-03-29T21:00:00'),
          originalStartTimeZone,
        }),
        reader,
      )
      expect(span).toMatchObject({ kind: 'days', startDate: '2026-03-29', endDate: '2026-03-30' })
    },
  )

  it('is at least a day long, and grows to whole days', () => {
    const same = { isAllDay: true, start: time('2026-03-29T00:00:00'), end: time('2026-03-29T00:00:00') }
    expect(spanOf(event(same), 'UTC')).toMatchObject({ startDate: '2026-03-29', endDate: '2026-03-30' })
    const odd = { isAllDay: true, start: time('2026-03-29T05:00:00'), end: time('2026-03-29T06:00:00') }
    expect(spanOf(event(odd), 'UTC')).toMatchObject({ startDate: '2026-03-29', endDate: '2026-03-30' })
  })
})

describe('a stamp of Graph', () => {
  it('is ms since the epoch, and nothing for the year 1 that stands for none', () => {
    expect(stampOf('2017-04-15T03:00:50.7579581Z')).toBe(Date.parse('2017-04-15T03:00:50Z'))
    expect(stampOf('0001-01-01T00:00:00Z')).toBeNull()
    expect(stampOf(null)).toBeNull()
    expect(stampOf('yesterday')).toBeNull()
  })
})
