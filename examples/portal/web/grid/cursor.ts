import { addDays, type Day, dayOfWeek } from '../dates.ts'
import { wallMs, wallText } from './wall.ts'

/** The place that the arrow keys move over an empty grid: some slots of one day, or whole days where there are no hours. */
export interface Cursor {
  readonly start: string
  readonly end: string
}

/** Half an hour, as the grid's lines are. */
export const slotMs = 30 * 60_000
const dayMs = 86_400_000

export type Move = 'up' | 'down' | 'left' | 'right' | 'home' | 'end'

const dayOfWall = (wall: string): Day => wall.slice(0, 10)

/** Where the cursor stands first: at this hour on the day in hand, or on the day itself. */
export const firstCursor = (day: Day, hours: boolean, hour = 9): Cursor =>
  hours
    ? { start: `${day}T${String(hour).padStart(2, '0')}:00:00`, end: `${day}T${String(hour).padStart(2, '0')}:30:00` }
    : { start: day, end: addDays(day, 1) }

/** One step: over hours slot by slot and day by day, over whole days as the month is laid out. It never leaves its day upwards or downwards. */
export const moveCursor = (cursor: Cursor, move: Move): Cursor => {
  const whole = cursor.start.length === 10
  const startMs = wallMs(cursor.start)
  const at = (ms: number): Cursor => ({
    start: wallText(ms, whole),
    end: wallText(ms + (whole ? dayMs : slotMs), whole),
  })
  switch (move) {
    case 'left':
      return at(startMs - dayMs)
    case 'right':
      return at(startMs + dayMs)
    case 'home':
      return at(startMs - dayOfWeek(dayOfWall(cursor.start)) * dayMs)
    case 'end':
      return at(startMs + (6 - dayOfWeek(dayOfWall(cursor.start))) * dayMs)
    default: {
      const step = move === 'up' ? -1 : 1
      if (whole) return at(startMs + step * 7 * dayMs)
      const next = startMs + step * slotMs
      return wallText(next, true) === dayOfWall(cursor.start) ? at(next) : cursor
    }
  }
}

/** Stretches or shrinks the end, never below one slot or over midnight. */
export const stretchCursor = (cursor: Cursor, move: 'up' | 'down' | 'left' | 'right'): Cursor => {
  const whole = cursor.start.length === 10
  const step = whole ? dayMs : slotMs
  const sign = move === 'down' || move === 'right' ? 1 : -1
  const startMs = wallMs(cursor.start)
  const most = whole ? startMs + 31 * dayMs : wallMs(dayOfWall(cursor.start)) + dayMs
  const endMs = Math.min(Math.max(wallMs(cursor.end) + sign * step, startMs + step), most)
  return { start: cursor.start, end: wallText(endMs, whole) }
}
