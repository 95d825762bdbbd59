import type { EventList as Events, Me } from '../api.ts'
import { addMonths, type Day, daysOf, dayTitle, monthName, type Span, timeOf } from '../dates.ts'
import type { Entry } from '../grid/entry.ts'
import type { NewTimes } from '../grid/mount-grid.ts'
import { wallOf } from '../grid/wall.ts'
import { useTexts } from '../texts/index.ts'
import type { Loaded } from '../ui/hooks.ts'
import { Icon } from '../ui/icon.tsx'
import { Note } from '../ui/note.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { medium, narrow, useMedia } from '../ui/use-media.ts'
import { EventList } from './event-list.tsx'
import { GridView } from './grid-view.tsx'
import type { SaidNews } from './use-live-events.ts'

/** What a person does with an event, wherever it is shown. */
export interface EntryActions {
  readonly onOpen: (key: string) => void
  readonly onEdit: (key: string) => void
  readonly onDelete: (key: string) => void
  readonly onMove: (key: string, times: NewTimes, revert: () => void) => void
  readonly onDone: (key: string) => void
  /** Opens the menu of an entry of the grid, beside it. */
  readonly onMenu: (key: string, beside: HTMLElement) => void
}

/** The calendar itself: grid or list, with what is to be said above it. */
export const CalendarView = ({
  me,
  events,
  entries,
  undated,
  ready,
  day,
  range,
  span,
  title,
  today,
  weekends,
  onWeekends,
  actions,
  onDay,
  onDayInHand,
  onPage,
  onNewEvent,
  announce,
  news,
  onNewsSeen,
}: {
  readonly me: Me
  readonly events: Loaded<Events>
  readonly entries: readonly Entry[]
  /** Tasks that have no date: at the end of the list, whatever its days. */
  readonly undated: readonly Entry[]
  /** Whether the calendars are known. */
  readonly ready: boolean
  readonly day: Day
  readonly range: { readonly from: Day; readonly to: Day }
  readonly span: Span
  readonly title: string
  readonly today: Day
  readonly weekends: boolean
  readonly onWeekends: (shown: boolean) => void
  readonly actions: EntryActions
  /** Shows a day by itself. */
  readonly onDay: (day: Day) => void
  /** Another day is in hand; what is shown follows when it must. */
  readonly onDayInHand: (day: Day) => void
  readonly onPage: (by: 1 | -1) => void
  /** `null` where the person may write nowhere. */
  readonly onNewEvent: ((times?: NewTimes) => void) | null
  readonly announce: (text: string) => void
  /** What came from outside to the range that is shown. */
  readonly news: SaidNews | null
  readonly onNewsSeen: () => void
}) => {
  const texts = useTexts()
  const phone = useMedia(narrow)
  const tablet = useMedia(medium)
  // On paper a list says more than a grid.
  const printed = useMedia('print')
  const asList = span === 'list' || (phone && span !== 'month') || printed
  const listRange = range
  const shown = entries.filter(({ event }) => {
    const { first, last } = daysOf(event, me.timeZone)
    return first < listRange.to && last >= listRange.from
  })
  const isLoading = events.error === null && (events.data === null || events.isStale || !ready)
  const empty = events.data !== null && !events.isStale && ready && shown.length === 0
  const names = { day: texts.grid.day, week: texts.week, month: texts.month, list: texts.grid.listView }
  return (
    <>
      {events.error !== null && (
        <Note kind="err">
          <p>
            {texts.grid.loadFailed}{' '}
            {events.loadedMs !== null && texts.grid.loadSaved(timeOf(events.loadedMs, me.timeZone, texts.locale))}
          </p>
          <button type="button" class="button" onClick={events.reload}>
            {texts.retry}
          </button>
        </Note>
      )}
      {events.data?.truncated && (
        <Note kind="warn">
          <p>{texts.truncated}</p>
        </Note>
      )}
      {phone && span === 'month' && (
        <div class="month-turn">
          <button type="button" class="button plain" onClick={() => onPage(-1)}>
            <Icon name="left" />
            <span class="hidden-text">{texts.earlier}: </span>
            {monthName(addMonths(day, -1), texts.locale)}
          </button>
          <button type="button" class="button plain" onClick={() => onPage(1)}>
            <span class="hidden-text">{texts.later}: </span>
            {monthName(addMonths(day, 1), texts.locale)}
            <Icon name="right" />
          </button>
        </div>
      )}
      {phone && span === 'day' && (
        <div class="day-head">
          <h2 id="day-in-hand" aria-live="polite">
            {dayTitle(day, texts.locale)}
          </h2>
          <span class="hint">{shown.length > 0 && texts.grid.eventsCount(shown.length)}</span>
        </div>
      )}
      {empty && asList && (
        <div class="quiet">
          <Icon name="calendar" />
          <h2>{span === 'day' ? texts.grid.emptyDay : texts.emptyWeek}</h2>
          <p>{phone ? texts.grid.emptyHintPhone : texts.grid.emptyHint}</p>
          {onNewEvent !== null && (
            <button type="button" class="button" onClick={() => onNewEvent()}>
              <Icon name="plus" />
              {texts.newEvent}
            </button>
          )}
        </div>
      )}
      {asList && isLoading && shown.length === 0 && <SkeletonRows />}
      {asList ? (
        <EventList
          entries={shown}
          undated={undated}
          range={listRange}
          timeZone={me.timeZone}
          today={today}
          bare={phone && span === 'day'}
          onOpen={actions.onOpen}
          onEdit={actions.onEdit}
          onDelete={actions.onDelete}
          onDone={actions.onDone}
        />
      ) : (
        <>
          {empty && (
            <p class="quiet-line" role="status">
              {span === 'month' ? texts.emptyMonth : span === 'day' ? texts.grid.emptyDay : texts.emptyWeek}
            </p>
          )}
          {span === 'week' && (
            <label class="choice only-tablet weekends">
              <input
                type="checkbox"
                checked={weekends}
                onChange={({ currentTarget }) => onWeekends(currentTarget.checked)}
              />
              <span>{texts.grid.weekend}</span>
            </label>
          )}
          <p class="hidden-text">{texts.grid.gridNote}</p>
          <GridView
            span={span}
            day={day}
            locale={texts.locale}
            label={texts.grid.gridName(names[span], title)}
            allDayText={texts.allDay}
            more={texts.grid.more}
            // Only a week of narrow columns gains by leaving days out; nobody's weekend goes missing from a month.
            weekends={span !== 'week' || !tablet || weekends}
            entries={entries}
            now={() => wallOf(Date.now(), me.timeZone)}
            onOpen={actions.onOpen}
            onMove={actions.onMove}
            onEdit={actions.onEdit}
            onDelete={actions.onDelete}
            onDone={actions.onDone}
            onMenu={actions.onMenu}
            onNew={onNewEvent}
            onDay={onDay}
            onDayInHand={onDayInHand}
            onPage={onPage}
            announce={announce}
            cursorText={texts.grid.cursor}
          />
        </>
      )}
      {asList && news !== null && (
        // The page's own region has said it already.
        <div class="news">
          <Note kind="info" icon="refresh">
            <div>
              <p>
                <strong>{news.text}</strong>
              </p>
              {news.detail !== '' && <p>{news.detail}</p>}
            </div>
            <button type="button" class="button plain square" aria-label={texts.grid.newsClose} onClick={onNewsSeen}>
              <Icon name="close" />
            </button>
          </Note>
        </div>
      )}
    </>
  )
}
