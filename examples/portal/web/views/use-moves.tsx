import { useRef, useState } from 'preact/hooks'
import { type CalendarEvent, call } from '../api.ts'
import { dayOf } from '../dates.ts'
import type { NewTimes } from '../grid/mount-grid.ts'
import { shiftWall, wallMs, wallOf } from '../grid/wall.ts'
import { useTexts } from '../texts/index.ts'
import { useQueue } from '../ui/hooks.ts'
import { ErrorNote } from '../ui/note.tsx'
import { Window } from '../ui/window.tsx'
import { occurrencePath, type Scope } from './event-paths.ts'
import { ScopeWindow } from './scope-window.tsx'

interface Move {
  readonly event: CalendarEvent
  readonly times: NewTimes
  readonly timeZone: string
  readonly revert: () => void
}

/** The patch of a task's move: by whole days among the tasks, or to an hour of the person's clock. */
const movedDue = ({ event, times, timeZone }: Omit<Move, 'revert'>) => {
  if (!times.allDay) return { allDay: false, start: times.start, timeZone }
  if (event.allDay) return { allDay: true, start: times.start.slice(0, 10) }
  const days = wallMs(times.start.slice(0, 10)) - wallMs(dayOf(event.startMs, timeZone))
  return { allDay: false, start: shiftWall(event.start, days) }
}

/** The patch of a move: on the event's own clock, by as much as it moved on the person's. */
export const movedTimes = ({ event, times, timeZone }: Omit<Move, 'revert'>) => {
  if (event.done !== null) return movedDue({ event, times, timeZone })
  if (times.allDay) return { allDay: true, start: times.start.slice(0, 10), end: times.end.slice(0, 10) }
  if (event.allDay) return { allDay: false, start: times.start, end: times.end, timeZone }
  const by = (from: number, to: string): number => wallMs(to) - wallMs(wallOf(from, timeZone))
  return {
    allDay: false,
    start: shiftWall(event.start, by(event.startMs, times.start)),
    end: shiftWall(event.end, by(event.endMs, times.end)),
  }
}

/** Entries that were moved on the grid: a series asks first how much of it is meant. */
export const useMoves = ({ onMoved, onFailed }: { readonly onMoved: () => void; readonly onFailed: () => void }) => {
  const texts = useTexts()
  const [asking, setAsking] = useState<Move | null>(null)
  const [failed, setFailed] = useState<unknown>(null)
  const inOrder = useQueue()
  // What became of a state by a move: the next one may begin before the page has heard of it.
  const after = useRef(new Map<string, string>())
  const save = async (move: Move, scope: Scope) => {
    setAsking(null)
    try {
      await inOrder(async () => {
        let { etag } = move.event
        for (let next = after.current.get(etag); next !== undefined; next = after.current.get(etag)) etag = next
        const headers = { 'If-Match': etag }
        const made = await call<{ object: string; etag: string }>('PATCH', occurrencePath(move.event, scope), {
          body: movedTimes(move),
          headers,
        })
        if (made.object === move.event.object && made.etag !== etag) after.current.set(etag, made.etag)
      })
      onMoved()
    } catch (error) {
      move.revert()
      setFailed(error)
      onFailed()
    }
  }
  return {
    ask: (event: CalendarEvent, times: NewTimes, timeZone: string, revert: () => void): void => {
      const move = { event, times, timeZone, revert }
      if (event.recurrenceId === null) void save(move, 'all')
      else setAsking(move)
    },
    window:
      asking !== null ? (
        <ScopeWindow
          event={asking.event}
          act="change"
          scopes={['one', 'following', 'all']}
          onClose={() => {
            asking.revert()
            setAsking(null)
          }}
          onChosen={(scope) => void save(asking, scope)}
        />
      ) : failed !== null ? (
        <Window title={texts.event} small onClose={() => setFailed(null)}>
          <ErrorNote error={failed} />
        </Window>
      ) : null,
  }
}
