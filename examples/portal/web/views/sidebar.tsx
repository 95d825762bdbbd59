import type { Calendar, Me } from '../api.ts'
import { hueStyle } from '../colors.ts'
import { type Texts, useTexts } from '../texts/index.ts'
import { Icon } from '../ui/icon.tsx'
import { MenuButton, type MenuItem } from '../ui/menu.tsx'

/** What a person may ask of a calendar from its menu. */
export interface CalendarActions {
  readonly onExport: (calendar: Calendar) => void
  readonly onImport: (calendar: Calendar) => void
  readonly onEdit: (calendar: Calendar) => void
  readonly onDelete: (calendar: Calendar) => void
  readonly onFavourite: (calendar: Calendar) => void
}

const canWrite = ({ level }: Calendar): boolean => level === 'write' || level === 'owner'
const canRead = (calendar: Calendar): boolean => canWrite(calendar) || calendar.level === 'read'

const itemsOf = (texts: Texts, calendar: Calendar, mine: boolean, actions: CalendarActions): MenuItem[] => {
  const owner = calendar.level === 'owner'
  return [
    // Only with "allow export"; the owner finds the window also while it is off, to turn it on.
    ...(canRead(calendar) && (calendar.exportAllowed || owner)
      ? [{ label: texts.menuExport, icon: 'feed' as const, onChoose: () => actions.onExport(calendar) }]
      : []),
    ...(canRead(calendar) && (calendar.exportAllowed || owner)
      ? [
          {
            label: texts.menuDownload,
            icon: 'download' as const,
            href: `/api/calendars/${encodeURIComponent(calendar.id)}/export.ics`,
          },
        ]
      : []),
    { label: texts.menuPhone, icon: 'phone' as const, href: '/connections' },
    ...(canWrite(calendar)
      ? [{ label: texts.menuImport, icon: 'upload' as const, onChoose: () => actions.onImport(calendar) }]
      : []),
    {
      label: owner ? texts.menuEdit : texts.menuView,
      icon: 'pencil' as const,
      onChoose: () => actions.onEdit(calendar),
    },
    {
      label: calendar.favourite ? texts.menuUnfavourite : texts.menuFavourite,
      icon: 'star' as const,
      onChoose: () => actions.onFavourite(calendar),
    },
    ...(owner && mine
      ? [{ label: texts.menuDelete, icon: 'trash' as const, danger: true, onChoose: () => actions.onDelete(calendar) }]
      : []),
  ]
}

const tagOf = (texts: Texts, calendar: Calendar): string | null => {
  if (calendar.level === 'free-busy') return texts.busyTag
  if (!calendar.components.includes('VEVENT')) return texts.tasksTag
  return canWrite(calendar) ? null : texts.readTag
}

/** My calendars and those of others: show, hide, and the menu of each. */
export const Sidebar = ({
  me,
  calendars,
  hidden,
  open,
  onToggle,
  onNewEvent,
  onNewCalendar,
  ...actions
}: CalendarActions & {
  readonly me: Me
  readonly calendars: readonly Calendar[]
  readonly hidden: ReadonlySet<string>
  readonly open: boolean
  readonly onToggle: (id: string) => void
  readonly onNewEvent: () => void
  readonly onNewCalendar: () => void
}) => {
  const texts = useTexts()
  const mine = calendars.filter(({ owner }) => owner.id === me.id)
  const others = calendars.filter(({ owner }) => owner.id !== me.id)
  const groups = [
    [texts.colleagues, others.filter(({ owner, favourite }) => !favourite && owner.kind === 'individual')],
    [texts.company, others.filter(({ owner, favourite }) => !favourite && owner.kind !== 'individual')],
    [texts.favourites, others.filter(({ favourite }) => favourite)],
  ] as const

  const row = (calendar: Calendar) => {
    const own = calendar.owner.id === me.id
    const plain = own || calendar.owner.name === calendar.name
    const shown = plain ? calendar.name : `${calendar.owner.name} — ${calendar.name}`
    const tag = tagOf(texts, calendar)
    return (
      <li key={calendar.id} style={hueStyle(calendar.color)}>
        <label title={shown}>
          <input type="checkbox" checked={!hidden.has(calendar.id)} onChange={() => onToggle(calendar.id)} />
          <span>{shown}</span>
          {tag !== null && <span class="tag">{tag}</span>}
        </label>
        <MenuButton
          name={texts.actions(shown)}
          class="button plain square"
          items={itemsOf(texts, calendar, own, actions)}
        >
          <Icon name="more" />
        </MenuButton>
      </li>
    )
  }

  return (
    <nav id="calendars" class={`side ${open ? 'open' : ''}`} aria-label={texts.calendars}>
      <button type="button" class="button main only-wide" onClick={onNewEvent}>
        <Icon name="plus" />
        {texts.newEvent}
      </button>
      <section class="group">
        <header>
          <h3>{texts.myCalendars}</h3>
          <button type="button" class="button plain square" aria-label={texts.addCalendar} onClick={onNewCalendar}>
            <Icon name="plus" />
          </button>
        </header>
        <ul>{mine.map(row)}</ul>
      </section>
      {groups
        .filter(([, list]) => list.length > 0)
        .map(([title, list]) => (
          <section key={title} class="group">
            <header>
              <h3>{title}</h3>
            </header>
            <ul>{list.map(row)}</ul>
          </section>
        ))}
    </nav>
  )
}
