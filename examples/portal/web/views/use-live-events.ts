import { useEffect, useRef } from 'preact/hooks'
import type { Calendar, EventList } from '../api.ts'
import { keyOf } from '../grid/entry.ts'
import { useTexts } from '../texts/index.ts'
import type { Loaded } from '../ui/hooks.ts'
import { type LiveChange, type OwnEvent, useLive } from '../ui/use-live.ts'

/** Changes are loaded after a short while, and told together after a longer one: nobody wants to hear each of them. */
const loadAfterMs = 30
const tellAfterMs = 3_000
/** How often that while is given again to what was heard of and is not loaded yet, on a slow line. */
const maxWaits = 2

/** How many occurrences of the range are new, gone or other than before. */
const difference = (before: EventList, after: EventList): number => {
  const old = new Map(before.events.map((event) => [keyOf(event), event.etag]))
  let count = 0
  for (const event of after.events) {
    if (old.get(keyOf(event)) !== event.etag) count += 1
    old.delete(keyOf(event))
  }
  return count + old.size
}

/** Keeps what is shown up to date with every door, and says so without moving the focus or the view. */
export const useLiveEvents = (
  events: Loaded<EventList>,
  range: string,
  calendars: ReadonlyMap<string, Calendar>,
  reloadCalendars: () => void,
  announce: (text: string) => void,
  after: number,
  onOwn: (event: OwnEvent | 'missed', data: unknown) => void,
) => {
  const { grid } = useTexts()
  const state = useRef({
    doors: new Set<string>(),
    before: null as { readonly range: string; readonly list: EventList } | null,
    count: 0,
    waits: 0,
    loading: null as ReturnType<typeof setTimeout> | null,
    telling: null as ReturnType<typeof setTimeout> | null,
  })

  const load = () => {
    if (state.current.loading !== null) return
    state.current.loading = setTimeout(() => {
      state.current.loading = null
      events.reload()
    }, loadAfterMs)
  }
  const tell = () => {
    const { doors, count, waits } = state.current
    const isLate = count === 0 && waits < maxWaits
    state.current.telling = isLate ? setTimeout(tell, tellAfterMs) : null
    state.current.waits = isLate ? waits + 1 : 0
    if (isLate) return
    state.current.doors = new Set()
    state.current.count = 0
    const [door] = doors
    if (count > 0)
      announce(
        grid.changedFrom(
          count,
          (doors.size === 1 ? grid.doorsFrom[door ?? ''] : undefined) ?? grid.doorsFrom.portal ?? '',
        ),
      )
  }

  useLive(
    after,
    (change: LiveChange) => {
      if (change.kind === 'changed') {
        if (!calendars.has(change.calendar)) return
        for (const door of change.doors) if (door !== 'own') state.current.doors.add(door)
        if (state.current.doors.size > 0) state.current.telling ??= setTimeout(tell, tellAfterMs)
      } else reloadCalendars()
      if (change.kind === 'all') onOwn('missed', null)
      load()
    },
    onOwn,
  )

  useEffect(() => {
    const { before, doors } = state.current
    if (events.data === null) return
    if (before !== null && before.range === range && doors.size > 0) {
      state.current.count += difference(before.list, events.data)
    }
    state.current.before = { range, list: events.data }
  }, [events.data, range])
}
