import type { Calendar, CalendarEvent, Me } from '../api.ts'
import { type Day, type Span, spans } from '../dates.ts'
import { useTexts } from '../texts/index.ts'
import { Icon } from '../ui/icon.tsx'
import { MenuButton } from '../ui/menu.tsx'
import { SearchBox } from './search-box.tsx'

const initials = (name: string): string =>
  name
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => [...word][0]?.toUpperCase() ?? '')
    .join('')

/** Where one is and where one may go: over the calendar its range, elsewhere the way back to it. */
export const TopBar = ({
  me,
  here,
  title,
  span,
  sideOpen,
  onSide,
  onToday,
  onMove,
  onSpan,
  today,
  calendars,
  onOpenEvent,
  onKeys,
  onSignOut,
}: {
  readonly me: Me
  /** `null` over the calendar; else the name of the view. */
  readonly here: string | null
  readonly title: string
  readonly span: Span
  readonly sideOpen: boolean
  readonly onSide: () => void
  readonly onToday: () => void
  readonly onMove: (direction: 1 | -1) => void
  readonly onSpan: (span: Span) => void
  readonly today: Day
  readonly calendars: ReadonlyMap<string, Calendar>
  readonly onOpenEvent: (event: CalendarEvent) => void
  readonly onKeys: () => void
  readonly onSignOut: () => void
}) => {
  const texts = useTexts()
  const names = { day: texts.grid.day, week: texts.week, month: texts.month, list: texts.grid.listView }
  return (
    <header class="top">
      <a class="brand" href="/" aria-label={texts.portal}>
        <img src="/icon.svg" alt="" width={26} height={26} />
        <span>{texts.portal}</span>
      </a>
      {here === null ? (
        <>
          <button
            type="button"
            class="button plain square only-drawer"
            aria-label={texts.showCalendars}
            aria-controls="calendars"
            aria-expanded={sideOpen}
            onClick={onSide}
          >
            <Icon name="list" />
          </button>
          <button type="button" class="button to-today" onClick={onToday}>
            {texts.today}
          </button>
          <button type="button" class="button plain square turn" aria-label={texts.earlier} onClick={() => onMove(-1)}>
            <Icon name="left" />
          </button>
          <button type="button" class="button plain square turn" aria-label={texts.later} onClick={() => onMove(1)}>
            <Icon name="right" />
          </button>
          <h1 aria-live="polite">{title}</h1>
          <SearchBox me={me} today={today} calendars={calendars} onOpen={onOpenEvent} />
          <fieldset class="switch only-wide">
            <legend class="hidden-text">{texts.view}</legend>
            {spans.map((one) => (
              <button key={one} type="button" aria-pressed={span === one} onClick={() => onSpan(one)}>
                {names[one]}
              </button>
            ))}
          </fieldset>
          <a class="button only-wide to-connections" href="/connections">
            <Icon name="link" />
            <span>{texts.connections}</span>
          </a>
        </>
      ) : (
        <nav class="crumbs" aria-label={texts.doors.navigation}>
          <a href="/">{texts.doors.homeBack}</a>
          <Icon name="right" />
          <span aria-current="page">{here}</span>
        </nav>
      )}
      <MenuButton
        // With the letters that are seen, so that a voice may say them.
        name={`${initials(me.name)}, ${texts.account}: ${me.name}`}
        class="avatar"
        items={[
          { label: texts.connections, icon: 'link', href: '/connections' },
          { label: texts.settings, icon: 'gear', href: '/settings' },
          ...(me.admin ? [{ label: texts.setup.admin, icon: 'shield' as const, href: '/admin' }] : []),
          { label: texts.grid.keysTitle, icon: 'keyboard', onChoose: onKeys },
          { label: texts.signOut, icon: 'leave', onChoose: onSignOut, apart: true },
        ]}
      >
        {initials(me.name)}
      </MenuButton>
    </header>
  )
}

/** The same ways at a thumb's reach, on narrow screens. */
export const BottomBar = ({
  path,
  span,
  sideOpen,
  onSpan,
  onSide,
}: {
  readonly path: string
  readonly span: Span
  readonly sideOpen: boolean
  readonly onSpan: (span: Span) => void
  readonly onSide: () => void
}) => {
  const texts = useTexts()
  const view = (one: 'day' | 'month', icon: 'list' | 'calendar') => (
    <button type="button" aria-pressed={path === '/' && span === one && !sideOpen} onClick={() => onSpan(one)}>
      <Icon name={icon} />
      {one === 'day' ? texts.grid.day : texts[one]}
    </button>
  )
  return (
    <nav class="bottom" aria-label={texts.doors.navigation}>
      {view('day', 'list')}
      {view('month', 'calendar')}
      <button type="button" aria-expanded={sideOpen} aria-controls="calendars" onClick={onSide}>
        <Icon name="eye" />
        {texts.calendars}
      </button>
      <a href="/connections" aria-current={path === '/connections' ? 'page' : undefined}>
        <Icon name="link" />
        {texts.connectionsShort}
      </a>
    </nav>
  )
}
