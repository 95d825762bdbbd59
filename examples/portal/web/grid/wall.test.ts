import { describe, expect, it } from 'vitest'
import { instantOf, shiftWall, wallOf } from './wall.ts'

describe('wall clocks', () => {
  it('are told for an instant, and give the instant back on each side of a change of the clock', () => {
    for (const ms of [Date.UTC(2026, 2, 29, 0, 30), Date.UTC(2026, 2, 29, 1, 30), Date.UTC(2026, 9, 25, 3), 0]) {
      expect(instantOf(wallOf(ms, 'Europe/Berlin'), 'Europe/Berlin')).toBe(ms)
    }
    expect(wallOf(Date.UTC(2026, 10, 25, 21, 30), 'Europe/Moscow')).toBe('2026-11-26T00:30:00')
  })

  it('take the first of two instants, and the clock before a gap', () => {
    expect(instantOf('2026-10-25T02:30:00', 'Europe/Berlin')).toBe(Date.UTC(2026, 9, 25, 0, 30))
    expect(instantOf('2026-03-29T02:30:00', 'Europe/Berlin')).toBe(Date.UTC(2026, 2, 29, 1, 30))
  })

  it('are moved by time, days by days', () => {
    expect(shiftWall('2026-11-25T23:45:00', 15 * 60_000)).toBe('2026-11-26T00:00:00')
    expect(shiftWall('2026-12-31', 86_400_000)).toBe('2027-01-01')
  })
})
