import type { Calendar, CalendarEvent, Me, Portal } from '../api.ts'
import type { Day } from '../dates.ts'
import type { EventDraft } from '../event-draft.ts'
import { keyOf } from '../grid/entry.ts'
import { useTexts } from '../texts/index.ts'
import { lazy } from '../ui/lazy.tsx'
import { ConnectSheet } from './banner.tsx'
import { isOwned } from './calendar-menu.ts'
import { CalendarWindow } from './calendar-window.tsx'
import { ChooserWindow } from './chooser-window.tsx'
import { type EventMode, EventWindow } from './event-window.tsx'
import { type ExportTarget, ExportWindow } from './export-window.tsx'
import { ImportWindow } from './import-window.tsx'
import { KeysWindow } from './keys-window.tsx'
import { OutlookWindow } from './outlook-window.tsx'
import { SubscribeWindow } from './subscribe-window.tsx'

const AdviceWindow = lazy(async () => (await import('./advice-window.tsx')).AdviceWindow)
const JoinWindow = lazy(async () => (await import('./joined/join-window.tsx')).JoinWindow)
const DoctorWindow = lazy(async () => (await import('./doctor-window.tsx')).DoctorWindow)

/** The one window that is open. */
export type OpenWindow =
  | {
      readonly kind: 'event'
      readonly event: CalendarEvent | null
      readonly mode: EventMode
      readonly times: Partial<EventDraft>
    }
  | { readonly kind: 'keys' }
  | { readonly kind: 'calendar'; readonly calendar: Calendar | null }
  | { readonly kind: 'export'; readonly target: ExportTarget }
  | { readonly kind: 'import'; readonly calendar: Calendar }
  | { readonly kind: 'outlook'; readonly calendar: Calendar }
  /** `calendar` is `null` where none was chosen: programs find them all. */
  | { readonly kind: 'phone'; readonly calendar: Calendar | null }
  | { readonly kind: 'doctor' }
  | { readonly kind: 'ways' }
  | { readonly kind: 'subscribe' }
  /** Of this outside account; `null`: a new one. */
  | { readonly kind: 'join'; readonly account: string | null }
  | { readonly kind: 'choose'; readonly which: 'people' | 'groups' | 'favourites' }

/** Shows the open window. */
export const PortalWindows = ({
  open,
  me,
  portal,
  day,
  calendars,
  onOpen,
  onClose,
  onDone,
  onChanged,
  onDelete,
}: {
  readonly open: OpenWindow
  readonly me: Me
  readonly portal: Portal
  readonly day: Day
  readonly calendars: readonly Calendar[]
  readonly onOpen: (next: OpenWindow) => void
  readonly onClose: () => void
  /** Closed after something was done; everything is loaded anew. `undo` takes it back. */
  readonly onDone: (message?: string, undo?: () => Promise<void>) => void
  /** Something was done, and the window stays. */
  readonly onChanged: () => void
  readonly onDelete: (calendar: Calendar) => void
}) => {
  const texts = useTexts()
  switch (open.kind) {
    case 'event':
      return (
        <EventWindow
          // Beside a panel another event may be chosen.
          key={open.event === null ? '' : keyOf(open.event)}
          event={open.event}
          mode={open.mode}
          times={open.times}
          day={day}
          calendars={calendars}
          me={me}
          onClose={onClose}
          onChanged={onChanged}
          onDone={onDone}
        />
      )
    case 'keys':
      return <KeysWindow onClose={onClose} />
    case 'calendar': {
      const { calendar } = open
      const own = calendar !== null && isOwned(calendar, calendar.owner.id === me.id)
      return (
        <CalendarWindow
          calendar={calendar}
          onClose={onClose}
          onDone={() => onDone(texts.saved)}
          onDelete={own ? () => onDelete(calendar) : null}
        />
      )
    }
    case 'export':
      return <ExportWindow target={open.target} onClose={onClose} onChanged={onChanged} />
    case 'import':
      return <ImportWindow calendar={open.calendar} onClose={onClose} onDone={onChanged} />
    case 'outlook':
      return (
        <OutlookWindow
          me={me}
          calendars={calendars}
          calendar={open.calendar}
          onExport={(calendar) => onOpen({ kind: 'export', target: { kind: 'calendar', calendar } })}
          onPhone={(calendar) => onOpen({ kind: 'phone', calendar })}
          onClose={onClose}
        />
      )
    case 'phone':
      return (
        <AdviceWindow
          me={me}
          portal={portal}
          calendars={calendars}
          calendar={open.calendar}
          onOutlook={(calendar) => onOpen({ kind: 'outlook', calendar })}
          onExport={(calendar) => onOpen({ kind: 'export', target: { kind: 'calendar', calendar } })}
          onDoctor={() => onOpen({ kind: 'doctor' })}
          onClose={() => onDone()}
        />
      )
    case 'doctor':
      return (
        <DoctorWindow portal={portal} onConnect={() => onOpen({ kind: 'phone', calendar: null })} onClose={onClose} />
      )
    case 'ways':
      return (
        <ConnectSheet
          me={me}
          calendars={calendars}
          onOutlook={(calendar) => onOpen({ kind: 'outlook', calendar })}
          onPhone={() => onOpen({ kind: 'phone', calendar: null })}
          onExport={(calendar) => onOpen({ kind: 'export', target: { kind: 'calendar', calendar } })}
          onClose={onClose}
        />
      )
    case 'subscribe':
      return <SubscribeWindow onClose={onClose} onDone={() => onDone(texts.saved)} />
    case 'join':
      return (
        <JoinWindow
          me={me}
          account={open.account}
          calendars={calendars}
          onClose={onClose}
          onDone={(count) => onDone(texts.joined.joined(count))}
        />
      )
    case 'choose':
      return (
        <ChooserWindow
          which={open.which}
          me={me}
          mine={calendars.filter(({ owner }) => owner.id === me.id)}
          onClose={() => onDone()}
        />
      )
  }
}
