import { useEffect, useState } from 'preact/hooks'
import {
  ApiError,
  type Calendar,
  type CalendarEvent,
  call,
  type EventList as Events,
  type Me,
  type Portal,
} from '../api.ts'
import { addDays, addMonths, dayOf, rangeAround, rangeTitle, type Span } from '../dates.ts'
import { useTexts } from '../texts/index.ts'
import { useLoaded } from '../ui/hooks.ts'
import { Icon } from '../ui/icon.tsx'
import { MenuButton } from '../ui/menu.tsx'
import { ErrorNote, Note } from '../ui/note.tsx'
import { CalendarWindow } from './calendar-window.tsx'
import { ConnectionsPage } from './connections.tsx'
import { EventList } from './event-list.tsx'
import { EventWindow } from './event-window.tsx'
import { ExportWindow } from './export-window.tsx'
import { ImportWindow } from './import-window.tsx'
import { SettingsPage } from './settings.tsx'
import { Sidebar } from './sidebar.tsx'

/** The one window that is open. */
type Open =
  | { readonly kind: 'event'; readonly event: CalendarEvent | null }
  | { readonly kind: 'calendar'; readonly calendar: Calendar | null }
  | { readonly kind: 'export' | 'import'; readonly calendar: Calendar }
  | null

/** A short message, perhaps with a way back. */
type Toast = { readonly message: string; readonly undo?: (() => Promise<void>) | undefined } | null

const initials = (name: string): string =>
  name
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => [...word][0]?.toUpperCase() ?? '')
    .join('')

/** Everything behind the sign-in: bar, sidebar, the view, windows and short messages. */
export const PortalPage = ({
  me,
  portal,
  onMe,
  onSignedOut,
}: {
  readonly me: Me
  readonly portal: Portal
  readonly onMe: (me: Me) => void
  readonly onSignedOut: () => void
}) => {
  const texts = useTexts()
  const today = dayOf(Date.now(), me.timeZone)
  const [day, setDay] = useState(today)
  const [span, setSpan] = useState<Span>('week')
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set())
  const [sideOpen, setSideOpen] = useState(false)
  const [open, setOpen] = useState<Open>(null)
  const [toast, setToast] = useState<Toast>(null)

  const path = location.pathname
  const range = rangeAround(day, span)
  const calendars = useLoaded('calendars', (signal) => call<Calendar[]>('GET', '/calendars', { signal }))
  const events = useLoaded(`${range.from}/${range.to}/${me.timeZone}`, (signal) =>
    call<Events>('GET', `/events?from=${range.from}&to=${range.to}`, { signal }),
  )
  const byId = new Map((calendars.data ?? []).map((calendar) => [calendar.id, calendar]))
  const shown = (events.data?.events ?? []).filter((event) => !hidden.has(event.calendar))

  const title = path === '/' ? rangeTitle(range, span, texts.locale) : ''
  useEffect(() => {
    const name = path === '/connections' ? texts.connections : path === '/settings' ? texts.settings : title
    document.title = `${name} · ${texts.portal}`
  })
  const ended = [calendars.error, events.error].some((error) => error instanceof ApiError && error.status === 401)
  useEffect(() => {
    if (ended) onSignedOut()
  }, [ended])
  useEffect(() => {
    if (toast === null) return
    const timer = setTimeout(() => setToast(null), toast.undo === undefined ? 6_000 : 10_000)
    return () => clearTimeout(timer)
  }, [toast])

  const move = (direction: 1 | -1) => setDay(span === 'week' ? addDays(day, 7 * direction) : addMonths(day, direction))
  const reload = () => {
    calendars.reload()
    events.reload()
  }
  const closeAnd = (message?: string, undo?: () => Promise<void>) => {
    setOpen(null)
    setToast(message === undefined ? null : { message, undo })
    reload()
  }
  const takeBack = async () => {
    const undo = toast?.undo
    setToast(null)
    await undo?.()
    reload()
  }
  const newEvent = () => setOpen({ kind: 'event', event: null })
  const canCreate = (calendars.data ?? []).some(
    ({ level, components }) => (level === 'owner' || level === 'write') && components.includes('VEVENT'),
  )

  const signOut = async () => {
    await call('DELETE', '/session')
    onSignedOut()
  }
  const removeCalendar = async (calendar: Calendar) => {
    if (!confirm(texts.deleteCalendarAsk(calendar.name))) return
    await call('DELETE', `/calendars/${encodeURIComponent(calendar.id)}`)
    reload()
  }
  const toggleFavourite = async (calendar: Calendar) => {
    await call(calendar.favourite ? 'DELETE' : 'PUT', `/calendars/${encodeURIComponent(calendar.id)}/favourite`)
    calendars.reload()
  }
  const toggle = (id: string) =>
    setHidden((before) => {
      const next = new Set(before)
      if (!next.delete(id)) next.add(id)
      return next
    })

  const view =
    path === '/connections' ? (
      <ConnectionsPage me={me} portal={portal} calendars={byId} />
    ) : path === '/settings' ? (
      <SettingsPage me={me} onChanged={onMe} />
    ) : (
      <>
        <ErrorNote error={events.error ?? calendars.error} />
        {events.error !== null && (
          <button type="button" class="button" onClick={reload}>
            {texts.retry}
          </button>
        )}
        {events.data?.truncated && (
          <Note kind="warn">
            <p>{texts.truncated}</p>
          </Note>
        )}
        {events.data !== null && shown.length === 0 && (
          <div class="quiet">
            <h2>{span === 'week' ? texts.emptyWeek : texts.emptyMonth}</h2>
            {canCreate && (
              <button type="button" class="button" onClick={newEvent}>
                <Icon name="plus" />
                {texts.newEvent}
              </button>
            )}
          </div>
        )}
        <EventList
          events={shown}
          calendars={byId}
          range={range}
          timeZone={me.timeZone}
          today={today}
          onOpen={(event) => setOpen({ kind: 'event', event })}
        />
      </>
    )

  return (
    <div class="page">
      <a class="skip button" href="#main">
        {texts.skip}
      </a>
      <header class="top">
        <a class="brand" href="/">
          <img src="/icon.svg" alt="" width={26} height={26} />
          <span>{texts.portal}</span>
        </a>
        <button
          type="button"
          class="button plain square only-narrow"
          aria-label={texts.showCalendars}
          aria-controls="calendars"
          aria-expanded={sideOpen}
          onClick={() => setSideOpen(!sideOpen)}
        >
          <Icon name="list" />
        </button>
        {path === '/' ? (
          <>
            <button type="button" class="button only-wide" onClick={() => setDay(today)}>
              {texts.today}
            </button>
            <button type="button" class="button plain square" aria-label={texts.earlier} onClick={() => move(-1)}>
              <Icon name="left" />
            </button>
            <button type="button" class="button plain square" aria-label={texts.later} onClick={() => move(1)}>
              <Icon name="right" />
            </button>
            <h1 aria-live="polite">{title}</h1>
            <fieldset class="switch">
              <legend class="hidden-text">{texts.view}</legend>
              {(['week', 'month'] as const).map((one) => (
                <button key={one} type="button" aria-pressed={span === one} onClick={() => setSpan(one)}>
                  {texts[one]}
                </button>
              ))}
            </fieldset>
          </>
        ) : (
          <span class="spring" />
        )}
        <a
          class="button only-wide to-connections"
          href="/connections"
          aria-current={path === '/connections' ? 'page' : undefined}
        >
          <Icon name="link" />
          <span>{texts.connections}</span>
        </a>
        <MenuButton
          name={`${texts.account}: ${me.name}`}
          class="avatar"
          items={[
            { label: texts.connections, icon: 'link', href: '/connections' },
            { label: texts.settings, icon: 'pencil', href: '/settings' },
            { label: texts.signOut, icon: 'open', onChoose: () => void signOut() },
          ]}
        >
          {initials(me.name)}
        </MenuButton>
      </header>
      <Sidebar
        me={me}
        calendars={calendars.data ?? []}
        hidden={hidden}
        open={sideOpen}
        onToggle={toggle}
        onNewEvent={newEvent}
        onNewCalendar={() => setOpen({ kind: 'calendar', calendar: null })}
        onExport={(calendar) => setOpen({ kind: 'export', calendar })}
        onImport={(calendar) => setOpen({ kind: 'import', calendar })}
        onEdit={(calendar) => setOpen({ kind: 'calendar', calendar })}
        onDelete={(calendar) => void removeCalendar(calendar)}
        onFavourite={(calendar) => void toggleFavourite(calendar)}
      />
      <main id="main" class="content" tabIndex={-1} aria-busy={events.data === null}>
        {view}
      </main>
      {path === '/' && canCreate && (
        <button type="button" class="button main add only-narrow" aria-label={texts.newEvent} onClick={newEvent}>
          <Icon name="plus" />
        </button>
      )}
      {open?.kind === 'event' && (
        <EventWindow
          event={open.event}
          day={day}
          calendars={calendars.data ?? []}
          onClose={() => closeAnd()}
          onDone={closeAnd}
        />
      )}
      {open?.kind === 'calendar' && (
        <CalendarWindow calendar={open.calendar} onClose={() => setOpen(null)} onDone={() => closeAnd(texts.saved)} />
      )}
      {open?.kind === 'export' && (
        <ExportWindow calendar={open.calendar} onClose={() => setOpen(null)} onChanged={calendars.reload} />
      )}
      {open?.kind === 'import' && (
        <ImportWindow calendar={open.calendar} onClose={() => setOpen(null)} onDone={reload} />
      )}
      <div class="toasts" role="status">
        {toast !== null && (
          <p class="toast">
            {toast.message}
            {toast.undo !== undefined && (
              <button type="button" class="button plain" onClick={() => void takeBack()}>
                {texts.undo}
              </button>
            )}
          </p>
        )}
      </div>
    </div>
  )
}
