import type { Calendar, CalendarEvent, Me, Portal } from '../api.ts'
import type { Day } from '../dates.ts'
import { useTexts } from '../texts/index.ts'
import { CalendarWindow } from './calendar-window.tsx'
import { ChooserWindow } from './chooser-window.tsx'
import { ConnectWindow } from './connect-window.tsx'
import { EventWindow } from './event-window.tsx'
import { type ExportTarget, ExportWindow } from './export-window.tsx'
import { ImportWindow } from './import-window.tsx'

/** The one window that is open. */
export type OpenWindow =
  | { readonly kind: 'event'; readonly event: CalendarEvent | null }
  | { readonly kind: 'calendar'; readonly calendar: Calendar | null }
  | { readonly kind: 'export'; readonly target: ExportTarget }
  | { readonly kind: 'import' | 'phone'; readonly calendar: Calendar }
  | { readonly kind: 'choose'; readonly which: 'people' | 'groups' | 'favourites' }

/** Shows the open window. */
export const PortalWindows = ({
  open,
  me,
  portal,
  day,
  calendars,
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
      return <EventWindow event={open.event} day={day} calendars={calendars} onClose={() => onDone()} onDone={onDone} />
    case 'calendar': {
      const { calendar } = open
      const own = calendar !== null && calendar.owner.id === me.id
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
    case 'phone':
      return <ConnectWindow me={me} portal={portal} calendar={open.calendar} onClose={onClose} />
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
