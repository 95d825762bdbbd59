import { useEffect, useMemo, useState } from 'preact/hooks'
import { type Calendar, call, type EventList as Events, type Me, type Subscription } from '../api.ts'
import type { Day } from '../dates.ts'
import { type Entry, entryOf } from '../grid/entry.ts'
import { shownOnce } from '../shown-once.ts'
import { useTexts } from '../texts/index.ts'
import { type Loaded, useLoaded } from '../ui/hooks.ts'

const nothing: Events = { events: [], truncated: false }

/** Entries of the calendars that are shown. */
const useEntries = (events: Events | null, calendars: ReadonlyMap<string, Calendar>, me: Me): readonly Entry[] => {
  const texts = useTexts()
  // Keyed by what an entry is made of, so that a window that opens does not draw the grid anew.
  const looks = [...calendars.values()].map(({ id, hidden, color, name, level }) => [id, hidden, color, name, level])
  return useMemo(() => {
    const on = (events?.events ?? []).filter(({ calendar }) => calendars.get(calendar)?.hidden === false)
    return shownOnce(on, calendars, me).flatMap((event) => {
      const calendar = calendars.get(event.calendar)
      return calendar === undefined ? [] : [entryOf(event, calendar, me, texts)]
    })
  }, [events, JSON.stringify(looks), me, texts])
}

export type CalendarData = ReturnType<typeof useCalendarData>

/** Everything that the page shows of calendars: those on the list, what stands in a range of days, and the tasks that have no date. */
export const useCalendarData = (me: Me, range: { readonly from: Day; readonly to: Day }) => {
  // What was just ticked, until the answer is there: ticking is done at once and loads nothing anew.
  const [ticked, setTicked] = useState<ReadonlyMap<string, boolean>>(new Map())
  const list = useLoaded('calendars', (signal) => call<Calendar[]>('GET', '/calendars?on=list', { signal }))
  const rangeKey = `${range.from}/${range.to}/${me.timeZone}`
  const inRange = useLoaded(rangeKey, (signal) =>
    call<Events>('GET', `/events?from=${range.from}&to=${range.to}`, { signal }),
  )
  const subscriptions = useLoaded('subscriptions', (signal) =>
    call<Subscription[]>('GET', '/subscriptions', { signal }),
  )
  useEffect(() => setTicked(new Map()), [list.data])
  const calendars = (list.data ?? []).map((one) => ({ ...one, hidden: ticked.get(one.id) ?? one.hidden }))
  const byId = useMemo(() => new Map(calendars.map((calendar) => [calendar.id, calendar])), [list.data, ticked])
  const hasTasks = calendars.some(({ components }) => components.includes('VTODO'))
  const undated = useLoaded(`undated/${hasTasks}`, (signal) =>
    hasTasks ? call<Events>('GET', '/undated-tasks', { signal }) : Promise.resolve(nothing),
  )

  const events: Loaded<Events> = {
    ...inRange,
    reload: () => {
      inRange.reload()
      undated.reload()
    },
  }
  return {
    list,
    calendars,
    byId,
    rangeKey,
    events,
    entries: useEntries(inRange.data, byId, me),
    undated: useEntries(undated.data, byId, me),
    subscriptions,
    /** Calendars of subscriptions whose last refresh failed. */
    failing: new Set(
      (subscriptions.data ?? []).filter(({ lastError }) => lastError !== null).map(({ calendar }) => calendar),
    ),
    tick: (calendar: string, hidden: boolean): void => setTicked((before) => new Map(before).set(calendar, hidden)),
    reload: (): void => {
      list.reload()
      events.reload()
      subscriptions.reload()
    },
  }
}
