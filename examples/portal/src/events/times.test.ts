import { describe, expect, it } from 'vitest'
import { shifted, toCalendarTimes, wallDistance, wallText } from './times.ts'

describe('toCalendarTimes', () => {
  it('makes the four forms of RFC 5545 §3.3.4–3.3.5', () => {
    const at = (allDay: boolean, timeZone: string | null) =>
      toCalendarTimes({ allDay, timeZone, start: allDay ? '2026-11-23' : '2026-11-23T10:00', end: '2026-11-24' }).start
    expect(at(true, null)).toEqual({ kind: 'date', date: '2026-11-23' })
    expect(at(false, null)).toEqual({ kind: 'floating', local: '2026-11-23T10:00:00' })
    expect(at(false, 'UTC')).toEqual({ kind: 'utc', instant: '2026-11-23T10:00:00Z' })
    expect(at(false, 'Europe/Moscow')).toEqual({ kind: 'zoned', local: '2026-11-23T10:00:00', tzid: 'Europe/Moscow' })
  })

  it('refuses days that no calendar has, and an end before the start', () => {
    const times = { allDay: false, timeZone: null, start: '2026-02-30T10:00', end: '2026-03-01T10:00' }
    expect(() => toCalendarTimes(times)).toThrow(/no such date/)
    expect(() => toCalendarTimes({ ...times, start: '2026-03-01T10:01' })).toThrow(/after the start/)
    const day = { allDay: true, timeZone: null, start: '2026-03-01', end: '2026-03-01' }
    expect(() => toCalendarTimes(day)).toThrow(/after the start/)
  })
})

describe('shifted', () => {
  it('moves the clock on the wall and keeps the form', () => {
    const start = { kind: 'zoned', local: '2026-03-28T10:00:00', tzid: 'Europe/Berlin' } as const
    const moved = shifted(start, 25 * 3_600_000)
    expect(moved).toEqual({ kind: 'zoned', local: '2026-03-29T11:00:00', tzid: 'Europe/Berlin' })
    expect(wallDistance(start, moved)).toBe(25 * 3_600_000)
    expect(wallText(shifted({ kind: 'date', date: '2026-12-31' }, 86_400_000))).toBe('2027-01-01')
  })
})
