import { useEffect, useLayoutEffect, useState } from 'preact/hooks'
import { ApiError, type Calendar, type CalendarEvent, call, type ImportJob, type Me, type Portal } from '../api.ts'
import { dayOf, rangeAround, rangeTitle, type Span, spans, stepFrom } from '../dates.ts'
import { draftTimes } from '../event-draft.ts'
import type { NewTimes } from '../grid/mount-grid.ts'
import { useTexts } from '../texts/index.ts'
import { useAnnouncer } from '../ui/announcer.tsx'
import { useWork } from '../ui/hooks.ts'
import { Icon } from '../ui/icon.tsx'
import { lazy } from '../ui/lazy.tsx'
import { ErrorNote } from '../ui/note.tsx'
import { goTo, useRoute } from '../ui/route.ts'
import { useShortcuts } from '../ui/shortcuts.ts'
import { type Toast, Toasts } from '../ui/toasts.tsx'
import { tellJob } from '../ui/use-import-job.ts'
import { narrow, useMedia } from '../ui/use-media.ts'
import { Banner } from './banner.tsx'
import { canWrite } from './calendar-menu.ts'
import { CalendarView } from './calendar-view.tsx'
import { exchangeEvent } from './exchange/side.tsx'
import { ImportProgress } from './import-progress.tsx'
import { joinedEvent } from './joined/joined-event.ts'
import { useJoinedReturn } from './joined/use-joined-return.ts'
import type { OpenWindow } from './portal-windows.tsx'
import { Sidebar } from './sidebar.tsx'
import { TextPage, textPageName } from './text-page.tsx'
import { BottomBar, TopBar } from './top-bar.tsx'
import { useCalendarActions } from './use-calendar-actions.ts'
import { useCalendarData } from './use-calendar-data.ts'
import { useEntryActions } from './use-entry-actions.tsx'
import { useLiveEvents } from './use-live-events.ts'
import { WeekStrip } from './week-strip.tsx'

const PortalWindows = lazy(async () => (await import('./portal-windows.tsx')).PortalWindows)
/** When the windows' code is fetched, ms after the first events stand there: before anybody has pressed anything. */
const windowsAfterMs = 1_000

/** What was looked at last in this browser, so that the page opens as it was left. */
const storedSpan = 'dayport-span'
const firstSpan = (phone: boolean): Span => {
  const stored = localStorage.getItem(storedSpan)
  return spans.find((one) => one === stored) ?? (phone ? 'day' : 'week')
}

/** `?calendar=…&event=…&at=…` as a path of the API; `null` when no event is named. */
const wantedEvent = (search: string): string | null => {
  const query = new URLSearchParams(search)
  const [calendar, event, at] = ['calendar', 'event', 'at'].map((name) => query.get(name))
  if (calendar == null || event == null) return null
  const occurrence = at == null ? '' : `?recurrenceId=${encodeURIComponent(at)}`
  return `/calendars/${encodeURIComponent(calendar)}/events/${encodeURIComponent(event)}${occurrence}`
}

/** Everything behind the sign-in: bar, sidebar, the view, windows and short messages. */
export const PortalPage = ({
  me,
  portal,
  onMe,
  onPortal,
  onSignedOut,
}: {
  readonly me: Me
  readonly portal: Portal
  readonly onMe: (me: Me) => void
  /** What is on or off may have changed. */
  readonly onPortal: () => void
  readonly onSignedOut: () => void
}) => {
  const texts = useTexts()
  const path = useRoute()
  const today = dayOf(Date.now(), me.timeZone)
  const [day, setDay] = useState(today)
  const phone = useMedia(narrow)
  const [span, setSpanState] = useState<Span>(() => firstSpan(matchMedia(narrow).matches))
  const [weekends, setWeekends] = useState(false)
  const [sideOpen, setSideOpen] = useState(false)
  const [open, setOpen] = useState<OpenWindow | null>(null)
  const [toast, setToast] = useState<Toast | null>(null)
  const { announce, region } = useAnnouncer()
  const range = rangeAround(day, span)
  // A phone shows one day, and dots for its week.
  const data = useCalendarData(me, phone && span === 'day' ? rangeAround(day, 'week') : range)
  const { list, calendars, byId, events, entries, undated, subscriptions, reload } = data
  const canCreate = calendars.some((calendar) => canWrite(calendar) && calendar.components.includes('VEVENT'))

  const here = textPageName(path, me, texts)
  const title = rangeTitle(day, span, texts.locale)
  const spanNames = { day: texts.grid.day, week: texts.week, month: texts.month, list: texts.grid.listView }
  useEffect(() => {
    document.title = `${here ?? `${title} · ${spanNames[span]}`} · ${texts.portal}`
  })
  // Before a key can open one: the window of a fast hand would be taken away.
  useLayoutEffect(() => {
    setOpen(null)
    setSideOpen(false)
  }, [path])
  // The address that Outlook opens for an item: the event's window, above its week.
  useEffect(() => {
    const wanted = wantedEvent(location.search)
    if (wanted === null) return
    history.replaceState(null, '', '/')
    void act.run(async () => {
      const event = await call<CalendarEvent>('GET', wanted)
      setDay(dayOf(event.startMs, me.timeZone))
      setOpen({ kind: 'event', event, mode: 'detail', times: {} })
    })
  }, [])
  useJoinedReturn(
    (account) => setOpen({ kind: 'join', account }),
    (code) => void act.run(() => Promise.reject(new ApiError(0, code))),
  )
  useLayoutEffect(() => {
    if (!sideOpen) return
    const leave = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.defaultPrevented) setSideOpen(false)
    }
    addEventListener('keydown', leave)
    return () => removeEventListener('keydown', leave)
  }, [sideOpen])
  const isShown = events.data !== null
  useEffect(() => {
    if (!isShown) return
    const timer = setTimeout(() => void PortalWindows.load().catch(() => undefined), windowsAfterMs)
    return () => clearTimeout(timer)
  }, [isShown])
  const ended = [list.error, events.error].some((error) => error instanceof ApiError && error.status === 401)
  useEffect(() => {
    if (ended) onSignedOut()
  }, [ended])

  const done = (message?: string, undo?: () => Promise<void>) => {
    setOpen(null)
    if (message !== undefined) setToast({ message, undo })
    reload()
  }
  const show = (next: OpenWindow) => {
    setSideOpen(false)
    setOpen(next)
  }
  const setSpan = (next: Span) => {
    localStorage.setItem(storedSpan, next)
    setSpanState(next)
  }
  // From the day that is then, so that fast presses are each a step.
  const page = (by: 1 | -1) => setDay((now) => stepFrom(now, span, by))
  const newEvent = (times?: NewTimes) =>
    show({ kind: 'event', event: null, mode: 'edit', times: times === undefined ? {} : draftTimes(times) })
  const openEvent = (event: CalendarEvent, mode: 'detail' | 'edit' | 'delete' = 'detail') =>
    show({ kind: 'event', event, mode, times: {} })
  const act = useWork()
  const { mark, hide, remove, setBanner } = useCalendarActions({
    data,
    run: act.run,
    onMe,
    done,
    say: (message) => setToast({ message, undo: undefined }),
  })
  const signOut = () =>
    act.run(async () => {
      await call('DELETE', '/session')
      onSignedOut()
    })
  const entryActions = useEntryActions({ data, me, run: act.run, openEvent, done, announce })
  const { news, closeNews } = useLiveEvents(
    events,
    data.rangeKey,
    byId,
    me,
    list.reload,
    announce,
    portal.changes,
    (event, data) => {
      if (event === 'job' || event === 'missed') tellJob(data as ImportJob | null)
      if (event === 'list') list.reload()
      if (event === 'subscription' || event === 'missed') subscriptions.reload()
      // Windows that wait for a device listen; nobody else needs it.
      if (event === 'device') dispatchEvent(new Event('dayport-device'))
      // Doors that were opened or closed, here or for this person, come and go with everything that leads to them.
      if (event === 'portal' || event === 'missed') onPortal()
      if (event === 'exchange' || event === 'portal') dispatchEvent(new Event(exchangeEvent))
      if (event === 'joined' || event === 'portal') dispatchEvent(new Event(joinedEvent))
    },
  )
  useShortcuts((key) => {
    const span = ({ D: 'day', W: 'week', M: 'month', L: 'list' } as const)[key]
    if (here !== null && key !== 'GC' && key !== '?') return false
    if (span !== undefined) setSpan(span)
    else if (key === 'T') setDay(today)
    else if (key === 'C' && canCreate) newEvent()
    else if (key === 'GC') goTo('/connections')
    else if (key === '/') document.getElementById('search')?.focus()
    else if (key === '?') show({ kind: 'keys' })
    else return false
    return true
  })
  const chooseSpan = (next: Span) => {
    setSpan(next)
    setSideOpen(false)
    if (path !== '/') goTo('/')
  }
  const showUndated = () => {
    chooseSpan('list')
    // Once the list stands.
    requestAnimationFrame(() => document.getElementById('undated')?.focus())
  }
  const onOutlook = (calendar: Calendar) => show({ kind: 'outlook', calendar })
  const onPhone = (calendar: Calendar) => show({ kind: 'phone', calendar })
  const onExport = (calendar: Calendar) => show({ kind: 'export', target: { kind: 'calendar', calendar } })

  return (
    <div class={`page ${here === null ? '' : 'without-side'}`}>
      <a class="skip button" href="#main">
        {texts.skip}
      </a>
      <TopBar
        me={me}
        here={here}
        // The day of a phone is named below, above its list.
        title={phone ? rangeTitle(day, 'month', texts.locale) : title}
        span={span}
        sideOpen={sideOpen}
        onSide={() => setSideOpen(!sideOpen)}
        onToday={() => setDay(today)}
        onMove={page}
        today={today}
        calendars={byId}
        onOpenEvent={(event) => openEvent(event)}
        onKeys={() => show({ kind: 'keys' })}
        onSpan={setSpan}
        onSignOut={() => void signOut()}
      />
      {(here === null || sideOpen) && (
        <Sidebar
          me={me}
          calendars={calendars}
          open={sideOpen}
          day={day}
          today={today}
          onDay={(next) => {
            setDay(next)
            setSideOpen(false)
          }}
          onNewEvent={canCreate ? () => newEvent() : null}
          onNewCalendar={() => show({ kind: 'calendar', calendar: null })}
          onSubscribe={() => show({ kind: 'subscribe' })}
          onJoin={() => show({ kind: 'join', account: null })}
          failing={data.failing}
          undated={undated.filter(({ done }) => !done).length}
          onUndated={showUndated}
          onChoose={(which) => show({ kind: 'choose', which })}
          onExportFavourites={() =>
            show({
              kind: 'export',
              target: { kind: 'favourites', calendars: calendars.filter(({ favourite }) => favourite) },
            })
          }
          onOutlook={onOutlook}
          onExport={onExport}
          onPhone={onPhone}
          onImport={(calendar) => show({ kind: 'import', calendar })}
          onEdit={(calendar) => show({ kind: 'calendar', calendar })}
          onDelete={(calendar) => void remove(calendar)}
          onFavourite={(calendar) => void mark(calendar, 'favourite', !calendar.favourite)}
          onHide={(calendar) => void hide(calendar)}
          onOffList={(calendar) => void mark(calendar, 'listed', false)}
        />
      )}
      <main id="main" class="content" tabIndex={-1} aria-busy={events.data === null}>
        {here === null && phone && span !== 'month' && (
          <WeekStrip day={day} today={today} entries={entries} timeZone={me.timeZone} onDay={setDay} />
        )}
        {here === null && me.banner && (
          <Banner
            me={me}
            calendars={calendars}
            onOutlook={onOutlook}
            onPhone={onPhone}
            onExport={onExport}
            onOpen={() => show({ kind: 'ways' })}
            onClose={() => {
              // The cross goes with the row.
              document.getElementById('main')?.focus()
              void setBanner(false)
            }}
          />
        )}
        <div class={`view ${here === null && span !== 'list' && !(phone && span !== 'month') ? 'of-grid' : ''}`}>
          <ErrorNote error={act.error ?? list.error} />
          {here !== null ? (
            <TextPage
              path={path}
              me={me}
              data={data}
              onMe={onMe}
              onPortal={onPortal}
              onBanner={() => void setBanner(true)}
              onOpen={show}
            />
          ) : (
            <CalendarView
              me={me}
              events={events}
              entries={entries}
              undated={undated}
              ready={list.data !== null}
              day={day}
              range={range}
              span={span}
              title={title}
              today={today}
              weekends={weekends}
              onWeekends={setWeekends}
              actions={entryActions.actions}
              onDay={(next) => {
                setDay(next)
                setSpan('day')
              }}
              onDayInHand={setDay}
              onPage={page}
              onNewEvent={canCreate ? newEvent : null}
              announce={announce}
              news={news}
              onNewsSeen={closeNews}
            />
          )}
        </div>
      </main>
      {here === null && canCreate && (
        <button
          type="button"
          class="button main add only-drawer"
          aria-label={texts.newEvent}
          onClick={() => newEvent()}
        >
          <Icon name="plus" />
        </button>
      )}
      <BottomBar
        path={path}
        span={span}
        sideOpen={sideOpen}
        onSpan={chooseSpan}
        onSide={() => setSideOpen(!sideOpen)}
      />
      {open !== null && (
        <PortalWindows
          open={open}
          me={me}
          portal={portal}
          day={day}
          calendars={calendars}
          onOpen={show}
          onClose={() => setOpen(null)}
          onDone={done}
          onChanged={reload}
          onDelete={(calendar) => void remove(calendar)}
        />
      )}
      {entryActions.windows}
      {region}
      <ImportProgress hidden={open?.kind === 'import'} onEnded={(message) => setToast({ message, undo: undefined })} />
      <Toasts toast={toast} onGone={() => setToast(null)} onUndone={reload} />
    </div>
  )
}
