import type { Calendar, CalendarEvent } from '../api.ts'
import { hueStyle } from '../colors.ts'
import { type Day, dayOf, dayTitle, groupByDay, timeOf } from '../dates.ts'
import { useTexts } from '../texts/index.ts'

/** The events of a range, day by day. */
export const EventList = ({
  events,
  calendars,
  nameOf,
  range,
  timeZone,
  today,
  onOpen,
}: {
  readonly events: readonly CalendarEvent[]
  readonly calendars: ReadonlyMap<string, Calendar>
  /** A calendar's name, with whose it is where it is another's. */
  readonly nameOf: (calendar: Calendar) => string
  readonly range: { readonly from: Day; readonly to: Day }
  readonly timeZone: string
  readonly today: Day
  readonly onOpen: (event: CalendarEvent) => void
}) => {
  const texts = useTexts()

  const when = (event: CalendarEvent, day: Day): string => {
    if (event.allDay) return texts.allDay
    const from = dayOf(event.startMs, timeZone) < day ? '…' : timeOf(event.startMs, timeZone, texts.locale)
    const ends = event.endMs > event.startMs
    const to = ends && dayOf(event.endMs - 1, timeZone) > day ? '…' : timeOf(event.endMs, timeZone, texts.locale)
    return ends ? `${from}–${to}` : from
  }

  const titleOf = (event: CalendarEvent, calendar: Calendar | undefined): string => {
    if (calendar?.level === 'free-busy') return texts.busy
    return event.title === '' ? texts.untitled : event.title
  }

  const entry = (event: CalendarEvent, day: Day) => {
    const calendar = calendars.get(event.calendar)
    const marks = [
      event.status === 'CANCELLED' ? texts.cancelled : '',
      event.status === 'TENTATIVE' ? texts.tentative : '',
      event.repeat === null ? '' : texts.repeats,
      event.private ? texts.privateMark : '',
    ]
    const where = [calendar === undefined ? '' : nameOf(calendar), event.place, ...marks]
      .filter((part) => part !== '')
      .join(' · ')
    return (
      <li key={`${event.calendar}/${event.object}/${event.recurrenceId ?? ''}`}>
        <button
          type="button"
          class={`entry ${(event.status ?? '').toLowerCase()}`}
          style={hueStyle(calendar?.color ?? null)}
          onClick={() => onOpen(event)}
        >
          <time>{when(event, day)}</time>
          <span class="dot" />
          <span class="what">{titleOf(event, calendar)}</span>
          <span class="where">{where}</span>
        </button>
      </li>
    )
  }

  return (
    <>
      {groupByDay(events, range, timeZone).map(({ day, events: list }) => (
        <section key={day} class={`day ${day === today ? 'today' : ''}`} aria-labelledby={`day-${day}`}>
          <h2 id={`day-${day}`}>
            {dayTitle(day, texts.locale)}
            {day === today && ` · ${texts.todayMark}`}
          </h2>
          <ul class="entries">{list.map((event) => entry(event, day))}</ul>
        </section>
      ))}
    </>
  )
}
