import { type ComponentChildren, Fragment } from 'preact'
import { addDays, type Day, daysOf, dayTitle, groupByDay, timeOf } from '../dates.ts'
import { type Entry, keyOf } from '../grid/entry.ts'
import { ruleWords } from '../rule-words.ts'
import { useTexts } from '../texts/index.ts'
import { Icon } from '../ui/icon.tsx'
import { MenuButton, openMenuOf } from '../ui/menu.tsx'
import { roles } from '../ui/table-roles.ts'
import { useNow } from '../ui/use-now.ts'
import { entryMenu } from './entry-menu.ts'

const hue = (value: string): Record<string, string> => ({ '--hue': value })

/** How many days lie between. */
const daysBetween = (from: Day, to: Day): number =>
  Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000)

/** `9:00–9:30`; on a phone the end stands below the start. */
const Times = ({ time }: { readonly time: string }) => {
  const [from, to] = time.split('–')
  if (to === undefined) return <time>{time}</time>
  return (
    <time>
      {from}
      <span class="dash">–</span>
      <span class="to">{to}</span>
    </time>
  )
}

/** Rows of the whole list, one after the other, for the arrow keys. */
const moveRow = (event: KeyboardEvent): void => {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
  const target = event.target instanceof HTMLElement ? event.target : null
  if (step === 0 || target === null || !target.classList.contains('entry')) return
  const rows = [...(target.closest('.event-list')?.querySelectorAll<HTMLElement>('button.entry') ?? [])]
  const next = rows[rows.indexOf(target) + step]
  if (next === undefined) return
  event.preventDefault()
  next.focus()
}

/** The events of a range, day by day, one real table per day: everything that the grid can do, in words. */
export const EventList = ({
  entries,
  undated,
  range,
  timeZone,
  today,
  bare,
  onOpen,
  onEdit,
  onDelete,
  onDone,
}: {
  readonly entries: readonly Entry[]
  /** Tasks without a date, in a section of their own at the end. */
  readonly undated: readonly Entry[]
  readonly range: { readonly from: Day; readonly to: Day }
  readonly timeZone: string
  readonly today: Day
  /** The day is named above already. */
  readonly bare: boolean
  readonly onOpen: (key: string) => void
  readonly onEdit: (key: string) => void
  readonly onDelete: (key: string) => void
  readonly onDone: (key: string) => void
}) => {
  const texts = useTexts()
  const { grid } = texts
  const nowMs = useNow()
  const byKey = new Map(entries.map((entry) => [entry.key, entry]))
  const days = groupByDay(
    entries.map(({ event }) => event),
    range,
    timeZone,
  )

  const when = (entry: Entry, day: Day, first: Day, last: Day): string => {
    if (entry.done !== null) return entry.time
    if (entry.allDay) return texts.allDay
    if (first === last) return entry.time
    const [from = '', to = ''] = entry.time.split('–')
    return `${day === first ? from : '…'}–${day === last ? to : '…'}`
  }

  /** Time, and where: with which day of a long event this is. */
  const wordsOn = (entry: Entry, day: Day): { readonly time: string; readonly long: string } => {
    const { first, last } = daysOf(entry.event, timeZone)
    const length = daysBetween(first, addDays(last, 1))
    const long = length > 1 ? grid.dayOf(daysBetween(first, day) + 1, length) : ''
    return { time: when(entry, day, first, last), long }
  }

  /** `day`: `null` for a task that has none. */
  const row = (entry: Entry, day: Day | null) => {
    const { time, long } = day === null ? { time: '', long: '' } : wordsOn(entry, day)
    const marks = entry.marks.map(({ text, icon }) =>
      icon === 'repeat' && entry.event.repeat !== null ? grid.repeatsHow(ruleWords(entry.event.repeat, texts)) : text,
    )
    const where = [entry.calendar, entry.place, long, ...marks].filter((part) => part !== '').join(' · ')
    return (
      <tr
        key={entry.key}
        class={entry.look}
        style={hue(entry.hue)}
        data-key={entry.key}
        onContextMenu={openMenuOf}
        {...roles.row}
      >
        <td {...roles.cell}>
          <Times time={time} />
        </td>
        <td {...roles.cell}>
          {entry.done === null ? (
            <span class="dot" />
          ) : (
            <label class="done-box">
              <input
                type="checkbox"
                checked={entry.done}
                disabled={!entry.editable}
                aria-label={grid.doneOf(entry.title)}
                onChange={() => onDone(entry.key)}
              />
            </label>
          )}
          <button
            type="button"
            class="entry"
            onClick={() => onOpen(entry.key)}
            onKeyDown={(event) => {
              if (!entry.editable || event.ctrlKey || event.altKey || event.metaKey) return
              const edits = event.code === 'KeyE'
              if (!edits && event.key !== 'Delete') return
              event.preventDefault()
              if (edits) onEdit(entry.key)
              else onDelete(entry.key)
            }}
          >
            {entry.title}
          </button>
        </td>
        <td class="where" {...roles.cell}>
          {where}
        </td>
        <td class="acts" {...roles.cell}>
          <MenuButton
            name={texts.actions(entry.title)}
            class="button plain square"
            items={entryMenu(entry, texts, { onOpen, onEdit, onDelete, onDone })}
          >
            <Icon name="more" />
          </MenuButton>
        </td>
      </tr>
    )
  }

  /** Where the line of the present stands among a day's events: before the first that is to come. -1: nowhere. */
  const presentAt = (day: Day, events: readonly Entry['event'][]): number => {
    if (!bare || day !== today) return -1
    const isLater = ({ allDay, done, startMs }: Entry['event']) => done !== null || (!allDay && startMs > nowMs)
    const at = events.findIndex(isLater)
    return at < 0 ? events.length : at
  }
  const present = (
    <tr class="present" {...roles.row}>
      <td colSpan={4} {...roles.cell}>
        <time>{timeOf(nowMs, timeZone, texts.locale)}</time>
        <span class="hidden-text"> {grid.present}</span>
      </td>
    </tr>
  )

  const table = (labelledBy: string, rows: ComponentChildren) => (
    <table class="entries" aria-labelledby={labelledBy} {...roles.table}>
      <thead class="hidden-text" {...roles.group}>
        <tr {...roles.row}>
          {[grid.columnTime, grid.columnTitle, grid.columnWhere, grid.columnActions].map((name) => (
            <th key={name} scope="col" {...roles.header}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody {...roles.group}>{rows}</tbody>
    </table>
  )

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: arrows only move between the buttons inside.
    <div class="event-list" onKeyDown={moveRow}>
      {days.map(({ day, events }) => {
        const at = presentAt(day, events)
        const heading = bare ? 'day-in-hand' : `day-${day}`
        return (
          <section key={day} class={`day ${day === today ? 'today' : ''}`} aria-labelledby={heading}>
            {!bare && (
              <h2 id={heading}>
                {dayTitle(day, texts.locale)}
                {day === today && ` · ${texts.todayMark}`}
              </h2>
            )}
            {table(
              heading,
              <>
                {events.map((event, index) => {
                  const entry = byKey.get(keyOf(event))
                  return entry === undefined ? null : (
                    <Fragment key={entry.key}>
                      {index === at && present}
                      {row(entry, day)}
                    </Fragment>
                  )
                })}
                {at === events.length && present}
              </>,
            )}
          </section>
        )
      })}
      {undated.length > 0 && (
        <section class="day" aria-labelledby="undated">
          <h2 id="undated" tabIndex={-1}>
            {grid.undated}
          </h2>
          {table(
            'undated',
            undated
              .toSorted((a, b) => Number(a.done) - Number(b.done) || a.title.localeCompare(b.title, texts.locale))
              .map((entry) => row(entry, null)),
          )}
        </section>
      )}
    </div>
  )
}
