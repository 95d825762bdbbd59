import { useState } from 'preact/hooks'
import { type Calendar, type CalendarEvent, call, type Me } from '../api.ts'
import type { Day } from '../dates.ts'
import { draftOf, type EventDraft, emptyDraft } from '../event-draft.ts'
import { keyOf } from '../grid/entry.ts'
import { useTexts } from '../texts/index.ts'
import { useAction } from '../ui/hooks.ts'
import { ErrorNote } from '../ui/note.tsx'
import { canWrite, ownFirst } from './calendar-menu.ts'
import { deleteEvent } from './delete-event.ts'
import { EventDetailWindow } from './event-detail.tsx'
import { EventForm } from './event-form.tsx'
import { occurrencePath, type Scope } from './event-paths.ts'
import { ScopeWindow } from './scope-window.tsx'
import { TaskWindow } from './task-window.tsx'

export type EventMode = 'detail' | 'edit' | 'delete'

/** One event: to be read first; changed and deleted from there. A new one begins with its form. */
export const EventWindow = ({
  event: asked,
  mode: firstMode,
  times,
  day,
  calendars,
  me,
  onClose,
  onChanged,
  onDone,
}: {
  /** `null` for a new one. */
  readonly event: CalendarEvent | null
  readonly mode: EventMode
  /** Where on the grid a new one was asked for. */
  readonly times: Partial<EventDraft>
  readonly day: Day
  readonly calendars: readonly Calendar[]
  readonly me: Me
  readonly onClose: () => void
  /** Something changed, and the window stays. */
  readonly onChanged: () => void
  /** `undo` takes the change back. */
  readonly onDone: (message: string, undo?: () => Promise<void>) => void
}) => {
  const texts = useTexts()
  const [series, setSeries] = useState<CalendarEvent | null>(null)
  /** The one that was asked for, or the series that it was changed apart from. */
  const event = series ?? asked
  const [mode, setMode] = useState<EventMode>(firstMode)
  // What is new goes to the first unless another is chosen.
  const writable = ownFirst(calendars, me).filter(
    (calendar) => canWrite(calendar) && calendar.components.includes('VEVENT'),
  )
  const calendar = calendars.find(({ id }) => id === event?.calendar)
  const mayWrite = calendar !== undefined && canWrite(calendar)
  const forTasks = ownFirst(calendars, me).filter((one) => canWrite(one) && one.components.includes('VTODO'))
  const [asTask, setAsTask] = useState(false)

  const remove = useAction(async (scope: Scope) => {
    if (event === null) return
    onDone(event.done === null ? texts.eventDeleted : texts.grid.taskDeleted, await deleteEvent(event, scope))
  })
  const findSeries = useAction(async () => {
    if (event !== null) setSeries(await call<CalendarEvent>('GET', occurrencePath(event, 'all')))
  })
  const askToDelete = () => {
    if (event?.recurrenceId == null) void remove.run('all')
    else setMode('delete')
  }

  if (asTask || (event !== null && event.done !== null && mode !== 'delete')) {
    return (
      <TaskWindow
        task={event}
        day={times.startDay ?? day}
        calendars={mayWrite || event === null ? forTasks : calendars.filter(({ id }) => id === event.calendar)}
        readOnly={event !== null && !mayWrite}
        me={me}
        onClose={onClose}
        onSaved={() => onDone(texts.grid.taskSaved)}
        onDelete={event === null ? null : askToDelete}
      />
    )
  }
  if (event === null || mode === 'edit') {
    const first = event === null ? { ...emptyDraft(writable[0]?.id ?? '', day), ...times } : draftOf(event, me.timeZone)
    return (
      <EventForm
        event={event}
        first={first}
        calendars={writable}
        me={me}
        onClose={onClose}
        onSaved={() => onDone(texts.eventSaved)}
        onDelete={event === null ? null : askToDelete}
        onTask={event === null && forTasks.length > 0 ? () => setAsTask(true) : null}
      />
    )
  }
  if (mode === 'delete') {
    return (
      <ScopeWindow
        event={event}
        act="delete"
        scopes={['one', 'following', 'all']}
        onClose={firstMode === 'delete' ? onClose : () => setMode(firstMode)}
        onChosen={(scope) => void remove.run(scope)}
      />
    )
  }
  if (calendar === undefined) return <ErrorNote error={remove.error} />
  return (
    <EventDetailWindow
      // A window of its own for what is another event: what was loaded for the one before is not shown.
      key={keyOf(event)}
      event={event}
      calendar={calendar}
      me={me}
      onClose={onClose}
      onEdit={mayWrite ? () => setMode('edit') : null}
      onDelete={mayWrite ? askToDelete : null}
      onSeries={() => void findSeries.run()}
      onAnswered={onChanged}
    />
  )
}
