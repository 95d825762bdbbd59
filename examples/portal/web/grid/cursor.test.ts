import { describe, expect, it } from 'vitest'
import { firstCursor, moveCursor, stretchCursor } from './cursor.ts'

describe('the cursor of the grid', () => {
  it('goes slot by slot and day by day, and stays in its day upwards and downwards', () => {
    const start = firstCursor('2026-11-25', true)
    expect(start).toEqual({ start: '2026-11-25T09:00:00', end: '2026-11-25T09:30:00' })
    expect(moveCursor(start, 'down').start).toBe('2026-11-25T09:30:00')
    expect(moveCursor(start, 'left').start).toBe('2026-11-24T09:00:00')
    expect(moveCursor(start, 'home').start).toBe('2026-11-23T09:00:00')
    expect(moveCursor(start, 'end').start).toBe('2026-11-29T09:00:00')
    const midnight = { start: '2026-11-25T00:00:00', end: '2026-11-25T00:30:00' }
    expect(moveCursor(midnight, 'up')).toEqual(midnight)
  })

  it('goes by days and weeks where there are no hours', () => {
    const day = firstCursor('2026-11-25', false)
    expect(moveCursor(day, 'down').start).toBe('2026-12-02')
    expect(moveCursor(day, 'right')).toEqual({ start: '2026-11-26', end: '2026-11-27' })
  })

  it('stretches its end, never below one slot nor over midnight', () => {
    const late = { start: '2026-11-25T23:00:00', end: '2026-11-25T23:30:00' }
    const longest = stretchCursor(stretchCursor(late, 'down'), 'down')
    expect(longest.end).toBe('2026-11-26T00:00:00')
    expect(stretchCursor(late, 'up')).toEqual(late)
  })
})
