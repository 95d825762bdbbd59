import type { Calendar, CalendarEvent, EventList as Events, Me } from '../api.ts'
import type { Day, Span } from '../dates.ts'
import { useTexts } from '../texts/index.ts'
import type { Loaded } from '../ui/hooks.ts'
import { Icon } from '../ui/icon.tsx'
import { ErrorNote, Note } from '../ui/note.tsx'
import { EventList } from './event-list.tsx'
import { calendarTitle } from './sidebar.tsx'

/** The events of the range, or why there are none. */
export const CalendarView = ({
  me,
  events,
  calendars,
  range,
  span,
  today,
  onOpen,
  onNewEvent,
}: {
  readonly me: Me
  readonly events: Loaded<Events>
  readonly calendars: ReadonlyMap<string, Calendar>
  readonly range: { readonly from: Day; readonly to: Day }
  readonly span: Span
  readonly today: Day
  readonly onOpen: (event: CalendarEvent) => void
  /** `null` where the person may write nowhere. */
  readonly onNewEvent: (() => void) | null
}) => {
  const texts = useTexts()
  const shown = (events.data?.events ?? []).filter((event) => calendars.get(event.calendar)?.hidden === false)
  return (
    <>
      <ErrorNote error={events.error} />
      {events.error !== null && (
        <button type="button" class="button" onClick={events.reload}>
          {texts.retry}
        </button>
      )}
      {events.data?.truncated && (
        <Note kind="warn">
          <p>{texts.truncated}</p>
        </Note>
      )}
      {events.data !== null && calendars.size > 0 && shown.length === 0 && (
        <div class="quiet">
          <h2>{span === 'week' ? texts.emptyWeek : texts.emptyMonth}</h2>
          {onNewEvent !== null && (
            <button type="button" class="button" onClick={onNewEvent}>
              <Icon name="plus" />
              {texts.newEvent}
            </button>
          )}
        </div>
      )}
      <EventList
        events={shown}
        calendars={calendars}
        nameOf={(calendar) => calendarTitle(calendar, me)}
        range={range}
        timeZone={me.timeZone}
        today={today}
        onOpen={onOpen}
      />
    </>
  )
}
