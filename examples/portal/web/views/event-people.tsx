import { useState } from 'preact/hooks'
import { type Calendar, type CalendarEvent, call, type EventDetail, type Me } from '../api.ts'
import { type EventDraft, type Invited, instantsOf, movedTo } from '../event-draft.ts'
import { useTexts } from '../texts/index.ts'
import { useLoaded } from '../ui/hooks.ts'
import { Icon } from '../ui/icon.tsx'
import { lazy } from '../ui/lazy.tsx'
import { AttendeesField, type ShownAttendee } from './attendees-field.tsx'
import { occurrencePath } from './event-paths.ts'

const PlannerWindow = lazy(async () => (await import('./planner-window.tsx')).PlannerWindow)

/** Who is invited to a draft's event, with what is stored of them; `etag` names the version that the form began with. */
export const useEventPeople = (event: CalendarEvent | null, etag: string | null, draft: EventDraft) => {
  const detail = useLoaded(event === null ? '' : `${occurrencePath(event)} ${etag}`, (signal) =>
    event === null ? Promise.resolve(null) : call<EventDetail>('GET', occurrencePath(event), { signal }),
  )
  const stored = detail.data?.attendees ?? []
  const attendees = (draft.attendees ?? stored).map(
    ({ email, name, optional, kind }): ShownAttendee => ({
      email,
      name,
      optional,
      kind,
      answer: stored.find((one) => one.email.toLowerCase() === email.toLowerCase())?.answer ?? null,
    }),
  )
  return {
    attendees,
    organizer: detail.data?.organizer ?? null,
    ready: event === null || detail.data !== null,
    error: detail.error,
  }
}

/** The attendees of the form, with the way to a time that suits them. */
export const EventPeople = ({
  event,
  people: { attendees, organizer, ready },
  draft,
  calendar,
  me,
  onChange,
}: {
  readonly event: CalendarEvent | null
  readonly people: ReturnType<typeof useEventPeople>
  readonly draft: EventDraft
  readonly calendar: Calendar | undefined
  readonly me: Me
  readonly onChange: (draft: EventDraft) => void
}) => {
  const texts = useTexts()
  const { grid, planner } = texts
  const [planning, setPlanning] = useState(false)
  const times = instantsOf(draft, me.timeZone)
  const own = calendar?.owner.id === me.id
  const setAttendees = (next: readonly Invited[]) => {
    const room = next.find(({ kind, email }) => kind === 'room' && !attendees.some((one) => one.email === email))
    const place = draft.place === '' ? room?.name : undefined
    onChange({ ...draft, attendees: next, ...(place === undefined ? {} : { place }) })
  }
  if (organizer !== null && !organizer.me && own) {
    return (
      <div class="field">
        <span class="label">{grid.attendeesLabel}</span>
        <p>{attendees.map(({ name, email }) => name || email).join(', ')}</p>
        <p class="hint">{grid.attendeesByOrganizer(organizer.name)}</p>
      </div>
    )
  }
  if (me.email === '' && own) {
    return (
      <div class="field">
        <span class="label">{grid.attendeesLabel}</span>
        <p class="hint">
          {grid.needAddress} <a href="/settings">{texts.settings}</a>
        </p>
      </div>
    )
  }
  if (!ready) return null
  return (
    <>
      <AttendeesField attendees={attendees} organizer={organizer?.email ?? me.email} onChange={setAttendees}>
        {attendees.length > 0 && times !== null && (
          <button type="button" class="button plain link" onClick={() => setPlanning(true)}>
            <Icon name="clock" />
            {planner.open}
          </button>
        )}
      </AttendeesField>
      {planning && times !== null && (
        <PlannerWindow
          people={[
            { email: organizer?.email ?? me.email, name: organizer?.name ?? me.name, optional: false },
            ...attendees.map(({ email, name = '', optional = false }) => ({ email, name, optional })),
          ]}
          {...times}
          except={event}
          me={me}
          onClose={() => setPlanning(false)}
          onChosen={(startMs) => {
            setPlanning(false)
            onChange(movedTo(draft, startMs, times.lengthMs, me.timeZone))
          }}
        />
      )}
    </>
  )
}
