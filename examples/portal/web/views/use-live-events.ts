import { useEffect, useRef, useState } from 'preact/hooks'
import type { Calendar, CalendarEvent, EventList, Me } from '../api.ts'
import { shortMoment } from '../dates.ts'
import { type LiveNews, noNews, withDifference } from '../live-news.ts'
import { useTexts } from '../texts/index.ts'
import type { Loaded } from '../ui/hooks.ts'
import { type LiveChange, type OwnEvent, useLive } from '../ui/use-live.ts'

/** Changes are loaded after a short while, and told together after a longer one: nobody wants to hear each of them. */
const loadAfterMs = 30
const tellAfterMs = 3_000
/** How often that while is given again to what was heard of and is not loaded yet, on a slow line. */
const maxWaits = 2

/** What is said of changes from outside: how many, and of a single one which. */
export interface SaidNews {
  readonly text: string
  readonly detail: string
}

/** Keeps what is shown up to date with every door, and says so without moving the focus or the view. */
export const useLiveEvents = (
  events: Loaded<EventList>,
  range: string,
  calendars: ReadonlyMap<string, Calendar>,
  me: Me,
  reloadCalendars: () => void,
  announce: (text: string) => void,
  after: number,
  onOwn: (event: OwnEvent | 'missed', data: unknown) => void,
): { readonly news: SaidNews | null; readonly closeNews: () => void } => {
  const texts = useTexts()
  const { grid } = texts
  const [said, setSaid] = useState<(SaidNews & { readonly range: string }) | null>(null)
  const state = useRef({
    doors: new Set<string>(),
    before: null as { readonly range: string; readonly list: EventList } | null,
    news: noNews as LiveNews,
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
  const wordsOf = (event: CalendarEvent): string => {
    const isBusy = calendars.get(event.calendar)?.level === 'free-busy'
    const title = isBusy ? texts.busy : event.title === '' ? texts.untitled : event.title
    return `${title}, ${shortMoment(event, me.timeZone, texts.locale)}`
  }
  const tell = () => {
    const { doors, news, waits, before } = state.current
    const count = news.added.size + news.changed.size
    const isLate = count === 0 && waits < maxWaits
    state.current.telling = isLate ? setTimeout(tell, tellAfterMs) : null
    state.current.waits = isLate ? waits + 1 : 0
    if (isLate) return
    state.current.doors = new Set()
    state.current.news = noNews
    if (count === 0 || before === null) return
    const [door] = doors
    const from = (doors.size === 1 ? grid.doorsFrom[door ?? ''] : undefined) ?? grid.doorsFrom.portal ?? ''
    const text = news.changed.size === 0 ? grid.newFrom(count, from) : grid.changedFrom(count, from)
    const [single] = news.added.values()
    announce(text)
    setSaid({ text, detail: count === 1 && single !== undefined ? wordsOf(single) : '', range: before.range })
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
      state.current.news = withDifference(state.current.news, before.list.events, events.data.events)
    }
    state.current.before = { range, list: events.data }
  }, [events.data, range])
  // Of another range it says nothing.
  return { news: said?.range === range ? said : null, closeNews: () => setSaid(null) }
}
