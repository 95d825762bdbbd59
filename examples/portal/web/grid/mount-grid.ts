import { type CalendarOptions, type EventApi, Calendar as FullCalendar } from 'fullcalendar'
import dayGrid from 'fullcalendar/daygrid'
import interaction from 'fullcalendar/interaction'
import timeGrid from 'fullcalendar/timegrid'
import { addDays, type Day, dayTitle } from '../dates.ts'
import type { Entry } from './entry.ts'
import { entryContent } from './entry-content.ts'
import { createGridKeys, type GridKeysProps } from './grid-keys.ts'
import { gridClasses } from './grid-theme.ts'
import { shiftWall, wallMs } from './wall.ts'

/** New times of an entry, as the person sees clocks: `2026-11-25T10:00:00`, or days. */
export interface NewTimes {
  readonly start: string
  readonly end: string
  readonly allDay: boolean
}

export interface GridProps extends GridKeysProps {
  readonly span: 'day' | 'week' | 'month'
  readonly day: Day
  readonly locale: string
  readonly label: string
  readonly allDayText: string
  readonly more: (count: number) => string
  readonly weekends: boolean
  readonly entries: readonly Entry[]
  /** The person's wall clock now. */
  readonly now: () => string
  readonly onOpen: (key: string) => void
  /** `revert` puts the entry back on the grid. */
  readonly onMove: (key: string, times: NewTimes, revert: () => void) => void
  /** `null` where the person may write nowhere. */
  readonly onNew: ((times: NewTimes) => void) | null
  readonly onDay: (day: Day) => void
}

const views = { day: 'timeGridDay', week: 'timeGridWeek', month: 'dayGridMonth' } as const

/** Times of the grid's API: its clock is set to UTC and shows ours. */
const toGrid = (wall: string): string => (wall.length === 10 ? wall : `${wall}Z`)
const fromGrid = (text: string): string => text.replace(/(\.\d+)?Z$/, '')

const timesOf = (event: EventApi): NewTimes => {
  const start = fromGrid(event.startStr)
  const fallback = event.allDay ? addDays(start, 1) : shiftWall(start, 3_600_000)
  return { start, end: event.endStr === '' ? fallback : fromGrid(event.endStr), allDay: event.allDay }
}

const weeksOfMonth = 6
/** Heights in a month, px: the weekdays, a day's number, "more", and an entry with the space below it. */
const heights = { weekdays: 28, number: 26, more: 18, entry: 20 }

/**
 * How many entries fit a day of the month. Asked to find out by itself, the library draws all of them and takes most away again: a third
 * of a second for 2 000.
 */
const fittingMonth = ({ clientHeight }: HTMLElement): number => {
  const day = (clientHeight - heights.weekdays) / weeksOfMonth
  return Math.max(1, Math.floor((day - heights.number - heights.more) / heights.entry))
}

/** Changes beyond this are drawn anew together. */
const maxOneByOne = 40

/** What is compared to tell whether an entry must be drawn anew. */
const stamp = ({ event, ...entry }: Entry): string => JSON.stringify([entry, event.etag])

/** Draws the grid into an element; `update` gives it new properties, and only what differs is drawn anew. */
export const mountGrid = (container: HTMLElement, first: GridProps) => {
  let props = first
  const drawn = new Map<string, { readonly stamp: string; readonly api: EventApi }>()
  const entries = new Map<string, Entry>()
  let source: ReturnType<FullCalendar['addEventSource']> | null = null

  const inputOf = (entry: Entry) => ({
    id: entry.key,
    title: entry.title,
    start: toGrid(entry.start),
    // A moment has no length, and an entry on the grid must.
    end: toGrid(
      !entry.allDay && wallMs(entry.end) <= wallMs(entry.start) ? shiftWall(entry.start, 1_800_000) : entry.end,
    ),
    allDay: entry.allDay,
    editable: entry.editable,
    // A task has no end of its own.
    durationEditable: entry.editable && entry.done === null,
    below: entry.done === null ? 0 : 1,
    interactive: true,
  })

  const options: CalendarOptions = {
    plugins: [dayGrid, timeGrid, interaction],
    initialView: views[first.span],
    initialDate: first.day,
    locale: first.locale,
    timeZone: 'UTC',
    now: () => toGrid(props.now()),
    firstDay: 1,
    headerToolbar: false,
    height: '100%',
    nowIndicator: true,
    scrollTime: '08:30:00',
    scrollTimeReset: false,
    slotDuration: '00:30:00',
    slotHeaderInterval: '01:00:00',
    snapDuration: '00:15:00',
    slotHeaderFormat: { hour: 'numeric', minute: '2-digit', hour12: false },
    eventTimeFormat: { hour: 'numeric', minute: '2-digit', hour12: false },
    // Tasks stay below the events of their day.
    eventOrder: 'below,start,-duration,allDay,title',
    slotEventOverlap: false,
    // 54 px an hour, 72 on very large screens.
    slotMinHeight: matchMedia('(min-width: 2400px)').matches ? 36 : 27,
    eventMinHeight: 22,
    eventShortHeight: 36,
    dayMaxEvents: first.span === 'month' ? fittingMonth(container) : 3,
    allDayText: first.allDayText,
    weekends: first.weekends,
    selectable: first.onNew !== null,
    selectMirror: true,
    // The keys take the chosen slot away: while a press is under way it would take the click along.
    unselectAuto: false,
    editable: true,
    eventResizableFromStart: false,
    eventInteractive: true,
    ...gridClasses((key) => entries.get(key)),
    moreLinkContent: ({ num }) => props.more(num),
    moreLinkClick: ({ date }) => {
      props.onDay(date.toISOString().slice(0, 10))
    },
    dayHeaderDidMount: ({ el, date }) => {
      el.setAttribute('aria-label', dayTitle(date.toISOString().slice(0, 10), props.locale))
    },
    eventContent: (info) => {
      const entry = entries.get(info.event.id)
      return entry === undefined
        ? info.event.title
        : { domNodes: entryContent(entry, info.view.type === 'dayGridMonth') }
    },
    eventDidMount: ({ el, event }) => {
      const entry = entries.get(event.id)
      if (entry === undefined) return
      el.dataset.entry = entry.key
      el.setAttribute('aria-label', entry.label)
      el.style.setProperty('--hue', entry.hue)
      el.tabIndex = -1
      keys.refreshSoon()
    },
    eventClick: ({ event, jsEvent }) => {
      const entry = entries.get(event.id)
      const onBox = jsEvent.target instanceof Element && jsEvent.target.closest('.g-check') !== null
      if (onBox && entry?.editable && entry.done !== null) props.onDone(event.id)
      else props.onOpen(event.id)
    },
    eventDrop: ({ event, revert }) => props.onMove(event.id, timesOf(event), revert),
    eventResize: ({ event, revert }) => props.onMove(event.id, timesOf(event), revert),
    select: ({ startStr, endStr, allDay, jsEvent }) => {
      // The keyboard's cursor is drawn as a selection too: only a pointer asks for a new event by selecting.
      if (jsEvent === null) return
      props.onNew?.({ start: fromGrid(startStr), end: fromGrid(endStr), allDay })
      grid.unselect()
    },
  }
  const grid = new FullCalendar(container, options)
  const keys = createGridKeys(container, () => props, {
    entries,
    select: ({ start, end }) => {
      grid.select({ start: toGrid(start), end: toGrid(end), allDay: start.length === 10 })
      if (start.length > 10) grid.scrollToTime(`${start.slice(11, 13)}:00:00`)
    },
    unselect: () => grid.unselect(),
    draw: (key, { start, end, allDay }) => drawn.get(key)?.api.setDates(toGrid(start), toGrid(end), { allDay }),
    hasHours: () => props.span !== 'month',
  })

  /** All at once: adding one by one costs the library a copy of everything for each. */
  const showAnew = (next: readonly Entry[]): void => {
    source?.remove()
    grid.removeAllEvents()
    drawn.clear()
    source = grid.addEventSource(next.map(inputOf))
    const stamps = new Map(next.map((entry) => [entry.key, stamp(entry)]))
    for (const api of grid.getEvents()) drawn.set(api.id, { stamp: stamps.get(api.id) ?? '', api })
  }

  const show = (next: readonly Entry[]): void => {
    entries.clear()
    for (const entry of next) entries.set(entry.key, entry)
    const gone = [...drawn].filter(([key, { stamp: old }]) => {
      const entry = entries.get(key)
      return entry === undefined || stamp(entry) !== old
    })
    const goneKeys = new Set(gone.map(([key]) => key))
    const fresh = next.filter(({ key }) => !drawn.has(key) || goneKeys.has(key))
    if (gone.length + fresh.length > maxOneByOne) {
      showAnew(next)
      return
    }
    for (const [key, { api }] of gone) {
      api.remove()
      drawn.delete(key)
    }
    for (const entry of fresh) {
      const api = grid.addEvent(inputOf(entry))
      if (api !== null) drawn.set(entry.key, { stamp: stamp(entry), api })
    }
  }

  grid.batchRendering(() => {
    grid.render()
    show(first.entries)
  })
  keys.refresh()
  const sizes = new ResizeObserver(() => {
    const fitting = fittingMonth(container)
    if (props.span === 'month' && grid.getOption('dayMaxEvents') !== fitting) grid.setOption('dayMaxEvents', fitting)
  })
  sizes.observe(container)

  return {
    update: (next: GridProps): void => {
      const before = props
      props = next
      grid.batchRendering(() => {
        if (before.locale !== next.locale) grid.setOption('locale', next.locale)
        if (before.allDayText !== next.allDayText) grid.setOption('allDayText', next.allDayText)
        if (before.weekends !== next.weekends) grid.setOption('weekends', next.weekends)
        if ((before.onNew === null) !== (next.onNew === null)) grid.setOption('selectable', next.onNew !== null)
        if (before.span !== next.span) {
          grid.setOption('dayMaxEvents', next.span === 'month' ? fittingMonth(container) : 3)
          grid.changeView(views[next.span], next.day)
        } else if (before.day !== next.day) grid.gotoDate(next.day)
        if (before.entries !== next.entries) show(next.entries)
      })
      keys.refresh()
    },
    destroy: (): void => {
      sizes.disconnect()
      keys.destroy()
      grid.destroy()
    },
  }
}

export type MountedGrid = ReturnType<typeof mountGrid>
