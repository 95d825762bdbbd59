import { type Day, dayTitle } from '../dates.ts'
import { type Cursor, firstCursor, type Move, moveCursor, slotMs, stretchCursor } from './cursor.ts'
import type { Entry } from './entry.ts'
import type { NewTimes } from './mount-grid.ts'
import { shiftWall, wallMs } from './wall.ts'

export interface GridKeysProps {
  readonly day: Day
  readonly locale: string
  readonly label: string
  readonly onNew: ((times: NewTimes) => void) | null
  readonly onMove: (key: string, times: NewTimes, revert: () => void) => void
  /** The arrows went over the edge of what is shown. */
  readonly onDayInHand: (day: Day) => void
  readonly onPage: (by: 1 | -1) => void
  readonly onEdit: (key: string) => void
  readonly onDelete: (key: string) => void
  /** A task is done now, or not any more. */
  readonly onDone: (key: string) => void
  /** Its menu is asked for, by a key or a pointer. */
  readonly onMenu: (key: string, beside: HTMLElement) => void
  /** Says something to those who hear the page. */
  readonly announce: (text: string) => void
  readonly cursorText: (day: string, from: string, to: string, titles: readonly string[]) => string
}

/** What the keys do to the grid. */
interface GridHands {
  readonly entries: ReadonlyMap<string, Entry>
  readonly select: (cursor: Cursor) => void
  readonly unselect: () => void
  readonly draw: (key: string, times: NewTimes) => void
  readonly hasHours: () => boolean
}

const moves: Readonly<Record<string, Move>> = {
  ArrowUp: 'up',
  ArrowDown: 'down',
  ArrowLeft: 'left',
  ArrowRight: 'right',
  Home: 'home',
  End: 'end',
}
const dayMs = 86_400_000
const stepMs = 15 * 60_000
/** How long an event may take to come to its place; half a second on most screens. */
const maxFrames = 30

/**
 * The keys of the grid, which the library has not: one stop for Tab, a cursor for empty slots, the next and previous event, and moving
 * by the keyboard. Focus stands on the library's own `role=grid` element or on one of its events.
 */
export const createGridKeys = (container: HTMLElement, props: () => GridKeysProps, hands: GridHands) => {
  let cursor: Cursor | null = null
  /** The event that Tab comes back to; `null`: the grid itself. */
  let active: string | null = null
  let moving: { readonly key: string; readonly before: NewTimes; times: NewTimes } | null = null
  /** Moves that are on their way to the portal, with the state that they began from. */
  const sent = new Map<string, { readonly etag: string; readonly times: NewTimes }>()
  let focused = false
  let pointing = false
  let unselectsLater = false
  /** The frame in which the focus is tried again. */
  let waiting: number | null = null

  const gridElement = (): HTMLElement | null => container.querySelector<HTMLElement>('[role=grid]')
  const elements = (): HTMLElement[] => [...container.querySelectorAll<HTMLElement>('[data-entry]')]
  const elementOf = (key: string): HTMLElement | undefined => elements().find(({ dataset }) => dataset.entry === key)
  const inOrder = (): Entry[] => {
    const drawn = new Set(elements().map(({ dataset }) => dataset.entry))
    return [...hands.entries.values()]
      .filter(({ key }) => drawn.has(key))
      .sort((a, b) => (a.start === b.start ? 0 : a.start < b.start ? -1 : 1))
  }

  let scroller: HTMLElement | null = null
  let inScroller: HTMLElement | null = null
  /** What scrolls needs something inside that takes the focus, also when no event is in it; the arrows scroll it with the cursor. */
  const markScroller = (grid: HTMLElement): void => {
    if (!hands.hasHours() || scroller?.isConnected) return
    scroller =
      [...grid.querySelectorAll('div')].find((one) => /auto|scroll/.test(getComputedStyle(one).overflowY)) ?? null
    inScroller = scroller?.querySelector<HTMLElement>('[role=gridcell], [role=row]') ?? null
    if (inScroller !== null) inScroller.tabIndex = -1
  }

  const isLost = (): boolean => document.activeElement === null || document.activeElement === document.body
  /** No event has the focus, nor anything beside the grid. */
  const isFree = (): boolean => isLost() || document.activeElement === gridElement()

  const refresh = (): void => {
    const grid = gridElement()
    if (grid === null) return
    markScroller(grid)
    grid.setAttribute('aria-label', props().label)
    const target = active === null ? undefined : elementOf(active)
    if (target === undefined && waiting === null) active = null
    grid.tabIndex = active === null ? 0 : -1
    for (const element of elements()) element.tabIndex = element === target ? 0 : -1
    // What was in focus was drawn anew: the focus must not fall out of the page.
    if (!focused || !isLost()) return
    if (active === null) grid.focus()
    else focusDrawn(active)
  }

  /** An event that stands on the grid but not in its place yet is not to be seen, and takes no focus; the grid takes its keys until then. */
  const focusDrawn = (key: string, frames = maxFrames): void => {
    if (waiting !== null) cancelAnimationFrame(waiting)
    waiting = null
    elementOf(key)?.focus()
    if (!isFree() || frames === 0) return
    waiting = requestAnimationFrame(() => {
      if (active === key && isFree()) focusDrawn(key, frames - 1)
      else waiting = null
    })
    if (isLost()) gridElement()?.focus()
  }

  let planned = false
  /** Once for all that is drawn in one go. */
  const refreshSoon = (): void => {
    if (planned) return
    planned = true
    queueMicrotask(() => {
      planned = false
      refresh()
    })
  }

  const focusEvent = (key: string): void => {
    active = key
    refresh()
    focusDrawn(key)
  }

  const titlesAt = ({ start, end }: Cursor): string[] =>
    inOrder()
      .filter((entry) => wallMs(entry.start) < wallMs(end) && wallMs(entry.end) > wallMs(start))
      .map(({ title }) => title)

  const say = (place: Cursor): void => {
    const { announce, cursorText, locale } = props()
    const day = dayTitle(place.start.slice(0, 10), locale)
    const [from, to] = [place.start, place.end].map((wall) => (wall.length === 10 ? '' : wall.slice(11, 16)))
    announce(cursorText(day, from ?? '', to ?? '', titlesAt(place)))
  }

  const toCursor = (next: Cursor): void => {
    cursor = next
    active = null
    refresh()
    gridElement()?.focus()
    hands.select(next)
    const day = next.start.slice(0, 10)
    if (day !== props().day) props().onDayInHand(day)
    say(next)
  }

  const startCursor = (): Cursor => cursor ?? firstCursor(props().day, hands.hasHours())

  const cursorOf = (entry: Entry): Cursor => {
    if (!hands.hasHours() || entry.allDay) return firstCursor(entry.start.slice(0, 10), hands.hasHours())
    const startMs = Math.floor(wallMs(entry.start) / slotMs) * slotMs
    return {
      start: shiftWall(entry.start, startMs - wallMs(entry.start)),
      end: shiftWall(entry.start, startMs - wallMs(entry.start) + slotMs),
    }
  }

  const next = (by: 1 | -1): void => {
    const list = inOrder()
    const from =
      active === null
        ? cursor === null
          ? -1
          : list.findIndex(({ start }) => start >= (cursor?.start ?? ''))
        : list.findIndex(({ key }) => key === active)
    const index = active === null ? (by === 1 ? Math.max(0, from) : from - 1) : from + by
    const entry = list[index]
    if (entry !== undefined) focusEvent(entry.key)
  }

  const sayTimes = ({ start, end }: NewTimes): void => {
    const { announce, locale } = props()
    const day = dayTitle(start.slice(0, 10), locale)
    announce(start.length === 10 ? day : `${day}, ${start.slice(11, 16)}–${end.slice(11, 16)}`)
  }

  const timesNow = (entry: Entry): NewTimes => {
    if (moving?.key === entry.key) return moving.times
    const move = sent.get(entry.key)
    return move?.etag === entry.event.etag ? move.times : entry
  }

  const nudge = (entry: Entry, move: Move, ends: boolean): void => {
    const { start, end, allDay } = timesNow(entry)
    const sign = move === 'up' || move === 'left' ? -1 : 1
    const sideways = move === 'left' || move === 'right'
    const delta = sign * (allDay || sideways ? dayMs : stepMs)
    const times = { allDay, start: ends ? start : shiftWall(start, delta), end: shiftWall(end, delta) }
    if (wallMs(times.end) <= wallMs(times.start)) return
    moving = { key: entry.key, before: moving?.before ?? { start, end, allDay }, times }
    hands.draw(entry.key, times)
    sayTimes(times)
    focusEvent(entry.key)
  }

  const stopMoving = (keep: boolean): void => {
    if (moving === null) return
    const { key, before, times } = moving
    moving = null
    const entry = hands.entries.get(key)
    if (keep && entry !== undefined) {
      sent.set(key, { etag: entry.event.etag, times })
      props().onMove(key, times, () => {
        sent.delete(key)
        hands.draw(key, before)
      })
    } else {
      hands.draw(key, before)
      sayTimes(before)
    }
  }

  /** Also from the grid, which has the focus for a moment when the event is drawn anew. */
  const endMove = ({ key }: KeyboardEvent): boolean => {
    if (moving === null || (key !== 'Enter' && key !== 'Escape')) return false
    stopMoving(key === 'Enter')
    return true
  }

  const onEvent = (event: KeyboardEvent, entry: Entry, move: Move | undefined): boolean => {
    if (event.altKey && move !== undefined && entry.editable && move !== 'home' && move !== 'end') {
      const ends = event.shiftKey && (move === 'up' || move === 'down')
      // A task has no end of its own.
      if (!ends || entry.done === null) nudge(entry, move, ends)
      return true
    }
    if (endMove(event)) return true
    if (event.key === ' ' && entry.done !== null && entry.editable) {
      props().onDone(entry.key)
      return true
    }
    if (event.code === 'KeyE' && !event.ctrlKey && !event.altKey && !event.metaKey) {
      props().onEdit(entry.key)
      return true
    }
    if (event.key === 'Delete' || event.key === 'Backspace') {
      props().onDelete(entry.key)
      return true
    }
    if (move !== undefined && !event.ctrlKey && !event.metaKey) {
      toCursor(moveCursor(cursorOf(entry), move))
      return true
    }
    return false
  }

  const onGrid = (event: KeyboardEvent, move: Move | undefined): boolean => {
    if (endMove(event)) return true
    if (move !== undefined && event.shiftKey && move !== 'home' && move !== 'end') {
      toCursor(stretchCursor(startCursor(), move))
      return true
    }
    if (move !== undefined && !event.ctrlKey && !event.altKey && !event.metaKey) {
      toCursor(cursor === null ? startCursor() : moveCursor(cursor, move))
      return true
    }
    if (event.key === 'Enter' || event.key === ' ') {
      const place = startCursor()
      props().onNew?.({ start: place.start, end: place.end, allDay: place.start.length === 10 })
      return true
    }
    return false
  }

  const onKeyDown = (event: KeyboardEvent): void => {
    const target = event.target instanceof HTMLElement ? event.target : null
    const held = waiting !== null && target === gridElement() ? active : null
    const entry = hands.entries.get(held ?? target?.closest<HTMLElement>('[data-entry]')?.dataset.entry ?? '')
    if (entry === undefined && target !== gridElement()) return
    const move = moves[event.key]
    let done = false
    if (event.key === 'PageUp' || event.key === 'PageDown') {
      props().onPage(event.key === 'PageUp' ? -1 : 1)
      done = true
    } else if ((event.ctrlKey || event.metaKey) && move !== undefined && move !== 'home' && move !== 'end') {
      next(move === 'up' || move === 'left' ? -1 : 1)
      done = true
    } else done = entry === undefined ? onGrid(event, move) : onEvent(event, entry, move)
    if (!done) return
    event.preventDefault()
    event.stopPropagation()
  }

  const onFocusIn = (event: FocusEvent): void => {
    focused = true
    const target = event.target instanceof HTMLElement ? event.target : null
    const key = target?.closest<HTMLElement>('[data-entry]')?.dataset.entry
    if (key !== undefined) {
      if (moving !== null && moving.key !== key) stopMoving(false)
      active = key
      // Drawing anew in the midst of a press would take the click away from what was pressed.
      if (pointing) unselectsLater = true
      else hands.unselect()
      refresh()
    } else if (target !== null && target === inScroller) gridElement()?.focus({ preventScroll: true })
    else if (waiting !== null) return
    else if (target === gridElement() && cursor !== null) hands.select(cursor)
  }

  const onFocusOut = (event: FocusEvent): void => {
    // Elements that are drawn anew lose the focus to nothing; only another place takes it away from the grid.
    if (!(event.relatedTarget instanceof Node)) return
    focused = container.contains(event.relatedTarget)
    if (!focused) {
      stopMoving(false)
      hands.unselect()
    }
  }

  const onContextMenu = (event: Event): void => {
    const target = event.target instanceof HTMLElement ? event.target.closest<HTMLElement>('[data-entry]') : null
    const key = target?.dataset.entry
    if (target === null || key === undefined) return
    event.preventDefault()
    props().onMenu(key, target)
  }

  const onPointer = (): void => {
    focused = false
    pointing = true
  }
  // A press is over once its click has been told.
  const onPointerEnd = (): void => {
    setTimeout(() => {
      pointing = false
      if (unselectsLater) hands.unselect()
      unselectsLater = false
    })
  }

  container.addEventListener('keydown', onKeyDown, true)
  container.addEventListener('focusin', onFocusIn)
  container.addEventListener('contextmenu', onContextMenu)
  container.addEventListener('focusout', onFocusOut)
  document.addEventListener('pointerdown', onPointer, true)
  document.addEventListener('pointerup', onPointerEnd, true)
  document.addEventListener('pointercancel', onPointerEnd, true)
  return {
    refresh,
    refreshSoon,
    destroy: (): void => {
      if (waiting !== null) cancelAnimationFrame(waiting)
      container.removeEventListener('keydown', onKeyDown, true)
      container.removeEventListener('focusin', onFocusIn)
      container.removeEventListener('contextmenu', onContextMenu)
      container.removeEventListener('focusout', onFocusOut)
      document.removeEventListener('pointerdown', onPointer, true)
      document.removeEventListener('pointerup', onPointerEnd, true)
      document.removeEventListener('pointercancel', onPointerEnd, true)
    },
  }
}
