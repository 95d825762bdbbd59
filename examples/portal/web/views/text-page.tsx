import type { Me } from '../api.ts'
import type { Texts } from '../texts/index.ts'
import { lazy } from '../ui/lazy.tsx'
import type { OpenWindow } from './portal-windows.tsx'
import type { CalendarData } from './use-calendar-data.ts'

const ExchangeHistoryPage = lazy(async () => (await import('./exchange/history-page.tsx')).ExchangeHistoryPage)
const JoinedHistoryPage = lazy(async () => (await import('./joined/history-page.tsx')).JoinedHistoryPage)
const AdminPage = lazy(async () => (await import('./admin-page.tsx')).AdminPage)
const OwnConnections = lazy(async () => (await import('./own-connections.tsx')).OwnConnections)
const SettingsPage = lazy(async () => (await import('./settings.tsx')).SettingsPage)

/** The name of the page beside the calendar that stands at this path; `null` for the calendar itself. */
export const textPageName = (path: string, me: Me, texts: Texts): string | null =>
  path === '/connections'
    ? texts.connections
    : path === '/settings'
      ? texts.settings
      : path === '/exchange' || path === '/outside'
        ? texts.exchange.history
        : path === '/admin' && me.admin
          ? texts.setup.admin
          : null

/** A page beside the calendar. */
export const TextPage = ({
  path,
  me,
  data,
  onMe,
  onPortal,
  onBanner,
  onOpen,
}: {
  readonly path: string
  readonly me: Me
  readonly data: CalendarData
  readonly onMe: (me: Me) => void
  readonly onPortal: () => void
  /** Brings the row of connections back. */
  readonly onBanner: () => void
  readonly onOpen: (window: OpenWindow) => void
}) => {
  if (path === '/exchange') return <ExchangeHistoryPage calendars={data.calendars} />
  if (path === '/outside') return <JoinedHistoryPage calendars={data.calendars} />
  if (path === '/admin') return <AdminPage me={me} onDoors={onPortal} />
  if (path === '/settings') return <SettingsPage me={me} onChanged={onMe} />
  return (
    <OwnConnections
      me={me}
      calendars={data.calendars}
      subscriptions={data.subscriptions}
      onBanner={onBanner}
      onConnect={() => onOpen({ kind: 'phone', calendar: null })}
      onDoctor={() => onOpen({ kind: 'doctor' })}
      onJoin={(account) => onOpen({ kind: 'join', account })}
      onChanged={data.reload}
    />
  )
}
