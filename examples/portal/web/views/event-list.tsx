import { addDays, type Day, daysOf, dayTitle, groupByDay } from '../dates.ts'
import { type Entry, keyOf } from '../grid/entry.ts'
import { useTexts } from '../texts/index.ts'
import { Icon } from '../ui/icon.tsx'
import { MenuButton } from '../ui/menu.tsx'

const hue = (value: string): Record<string, string> => ({ '--hue': value })

/** How many days lie between. */
const daysBetween = (from: Day, to: Day): number =>
  Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000)

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

  const row = (entry: Entry, day: Day) => {
    const { first, last } = daysOf(entry.event, timeZone)
    const length = daysBetween(first, addDays(last, 1))
    const long = length > 1 ? grid.dayOf(daysBetween(first, day) + 1, length) : ''
    const where = [entry.calendar, entry.place, long, ...entry.marks.map(({ text }) => text)]
      .filter((part) => part !== '')
      .join(' · ')
    return (
      <tr key={entry.key} class={entry.look} style={hue(entry.hue)} data-key={entry.key}>
        <td>
          <time>{when(entry, day, first, last)}</time>
        </td>
        <td>
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
        <td class="where">{where}</td>
        <td class="acts">
          <MenuButton
            name={texts.actions(entry.title)}
            class="button plain square"
            items={[
              { label: texts.event, icon: 'info', onChoose: () => onOpen(entry.key) },
              ...(entry.editable
                ? [
                    { label: grid.edit, icon: 'pencil' as const, onChoose: () => onEdit(entry.key) },
                    {
                      label: grid.deleteDo,
                      icon: 'trash' as const,
                      danger: true,
                      apart: true,
                      onChoose: () => onDelete(entry.key),
                    },
                  ]
                : []),
            ]}
          >
            <Icon name="more" />
          </MenuButton>
        </td>
      </tr>
    )
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: arrows only move between the buttons inside.
    <div class="event-list" onKeyDown={moveRow}>
      {days.map(({ day, events }) => (
        <section key={day} class={`day ${day === today ? 'today' : ''}`} aria-labelledby={`day-${day}`}>
          <h2 id={`day-${day}`} class={bare ? 'hidden-text' : ''}>
            {dayTitle(day, texts.locale)}
            {day === today && ` · ${texts.todayMark}`}
          </h2>
          <table class="entries" aria-labelledby={`day-${day}`}>
            <thead class="hidden-text">
              <tr>
                <th scope="col">{grid.columnTime}</th>
                <th scope="col">{grid.columnTitle}</th>
                <th scope="col">{grid.columnWhere}</th>
                <th scope="col">{grid.columnActions}</th>
              </tr>
            </thead>
            <tbody>
              {events.map((event) => {
                const entry = byKey.get(keyOf(event))
                return entry === undefined ? null : row(entry, day)
              })}
            </tbody>
          </table>
        </section>
      ))}
    </div>
  )
}
