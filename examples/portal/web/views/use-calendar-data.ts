import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { type Calendar, call, type EventList as Events, type Me, type Subscription } from '../api.ts'
import type { Day } from '../dates.ts'
import { type Entry, entryOf } from '../grid/entry.ts'
import { shownOnce } from '../shown-once.ts'
import { useTexts } from '../texts/index.ts'
import { type Loaded, useLoaded, useQueue } from '../ui/hooks.ts'

/** What was ticked on the list. `savedMs`: when the portal knew of it, on the clock of `performance`. */
interface Tick {
  readonly hidden: boolean
  readonly savedMs: number | null
}

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
  // What was just ticked, until a list that was asked for later is there: ticking is done at once and loads nothing anew.
  const [ticked, setTicked] = useState<ReadonlyMap<string, Tick>>(new Map())
  const listAskedMs = useRef(0)
  const list = useLoaded('calendars', async (signal) => {
    const askedMs = performance.now()
    const found = await call<Calendar[]>('GET', '/calendars?on=list', { signal })
    listAskedMs.current = askedMs
    return found
  })
  const rangeKey = `${range.from}/${range.to}/${me.timeZone}`
  const inRange = useLoaded(rangeKey, (signal) =>
    call<Events>('GET', `/events?from=${range.from}&to=${range.to}`, { signal }),
  )
  const subscriptions = useLoaded('subscriptions', (signal) =>
    call<Subscription[]>('GET', '/subscriptions', { signal }),
  )
  useEffect(() => {
    const isLater = ({ savedMs }: Tick) => savedMs === null || savedMs > listAskedMs.current
    setTicked((before) => new Map([...before].filter(([, tick]) => isLater(tick))))
  }, [list.data])
  const inOrder = useQueue()
  const calendars = (list.data ?? []).map((one) => ({ ...one, hidden: ticked.get(one.id)?.hidden ?? one.hidden }))
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
    /** Shows or hides a calendar at once, and has that saved: in the order of the ticks. Not saved, it is as before. */
    tick: async (calendar: string, hidden: boolean, save: () => Promise<void>): Promise<void> => {
      const tick: Tick = { hidden, savedMs: null }
      setTicked((before) => new Map(before).set(calendar, tick))
      const end = (next: Tick | null) =>
        setTicked((before) => {
          // Ticked again meanwhile.
          if (before.get(calendar) !== tick) return before
          const after = new Map(before)
          if (next === null) after.delete(calendar)
          else after.set(calendar, next)
          return after
        })
      try {
        await inOrder(save)
        end({ hidden, savedMs: performance.now() })
      } catch (error) {
        end(null)
        throw error
      }
    },
    reload: (): void => {
      list.reload()
      events.reload()
      subscriptions.reload()
    },
  }
}
