import type { ComponentChildren } from 'preact'
import { useId, useState } from 'preact/hooks'
import type { Calendar, Me } from '../api.ts'
import { hueStyle } from '../colors.ts'
import type { Day } from '../dates.ts'
import { type Texts, useTexts } from '../texts/index.ts'
import { useDoors } from '../ui/doors-context.ts'
import { Icon } from '../ui/icon.tsx'
import { MenuButton, openMenuOf } from '../ui/menu.tsx'
import { Tip } from '../ui/tip.tsx'
import { type CalendarActions, canWrite, menuItems } from './calendar-menu.ts'
import { MiniMonth } from './mini-month.tsx'

/** How a calendar is called where others' stand beside it: `Igor — Work`. */
export const calendarTitle = (calendar: Calendar, me: Me): string =>
  calendar.owner.id === me.id || calendar.owner.kind !== 'individual' || calendar.owner.name === calendar.name
    ? calendar.name
    : `${calendar.owner.name} — ${calendar.name}`

const tagOf = (texts: Texts, calendar: Calendar): string | null => {
  if (calendar.readOnly) return texts.doors.subscriptionTag
  if (calendar.exchange) return 'Exchange'
  if (calendar.joined !== null) return calendar.joined
  if (calendar.level === 'free-busy') return texts.busyTag
  if (calendar.level === 'titles') return texts.titlesTag
  if (!calendar.components.includes('VEVENT')) return texts.tasksTag
  return canWrite(calendar) ? null : texts.readTag
}

/** A group of calendars that folds, with what can be done to the group beside its name. */
const Group = ({
  title,
  action,
  children,
}: {
  readonly title: string
  readonly action: ComponentChildren
  readonly children: ComponentChildren
}) => {
  const texts = useTexts()
  const id = useId()
  const [open, setOpen] = useState(true)
  return (
    <section class="group" aria-labelledby={id}>
      <header>
        <button
          type="button"
          class={`fold-button ${open ? '' : 'folded'}`}
          aria-expanded={open}
          aria-label={texts.doors.groupFold(title)}
          onClick={() => setOpen(!open)}
        >
          <Icon name="down" />
        </button>
        <h3 id={id}>{title}</h3>
        {action}
      </header>
      {open && children}
    </section>
  )
}

export interface SidebarProps extends CalendarActions {
  readonly me: Me
  /** Those on the person's list. */
  readonly calendars: readonly Calendar[]
  readonly open: boolean
  readonly day: Day
  readonly today: Day
  readonly onDay: (day: Day) => void
  /** `null` where the person may write nowhere. */
  readonly onNewEvent: (() => void) | null
  readonly onNewCalendar: () => void
  readonly onSubscribe: () => void
  readonly onJoin: () => void
  /** Calendars of subscriptions whose last refresh failed. */
  readonly failing: ReadonlySet<string>
  /** How many tasks without a date are to be done. */
  readonly undated: number
  readonly onUndated: () => void
  readonly onChoose: (which: 'people' | 'groups' | 'favourites') => void
  readonly onExportFavourites: () => void
}

/** Month, and the calendars of the person's list in four groups: show, hide, and the menu of each. */
export const Sidebar = (props: SidebarProps) => {
  const { me, calendars, onChoose, onNewEvent } = props
  const texts = useTexts()
  const doors = useDoors()
  const mine = calendars.filter(({ owner }) => owner.id === me.id)
  const others = calendars.filter(({ owner }) => owner.id !== me.id)
  const colleagues = others.filter(({ owner, favourite }) => !favourite && owner.kind === 'individual')
  const company = others.filter(({ owner, favourite }) => !favourite && owner.kind !== 'individual')
  const favourites = others.filter(({ favourite }) => favourite)

  const row = (calendar: Calendar) => {
    const own = calendar.owner.id === me.id
    const shown = calendarTitle(calendar, me)
    const tag = tagOf(texts, calendar)
    const marks = [
      ...(own && calendar.favourite ? [['', 'star', texts.doors.isFavourite] as const] : []),
      ...(props.failing.has(calendar.id) ? [['warn', 'warning', texts.doors.subscriptionFault] as const] : []),
    ]
    return (
      <li key={calendar.id} style={hueStyle(calendar.color)} onContextMenu={openMenuOf}>
        <Tip text={[shown, ...marks.map(([, , words]) => words)].join('. ')} ifCut={marks.length === 0}>
          {() => (
            <label>
              <input type="checkbox" checked={!calendar.hidden} onChange={() => props.onHide(calendar)} />
              <span>{shown}</span>
              {marks.map(([kind, icon, words]) => (
                <span key={icon} class={`mark ${kind}`}>
                  <Icon name={icon} />
                  <span class="hidden-text">{words}</span>
                </span>
              ))}
              {tag !== null && <span class="tag">{tag}</span>}
            </label>
          )}
        </Tip>
        <MenuButton
          name={texts.actions(shown)}
          class="button plain square"
          items={menuItems(texts, calendar, own, props, doors)}
        >
          <Icon name="more" />
        </MenuButton>
      </li>
    )
  }
  const list = (rows: readonly Calendar[]) =>
    rows.length === 0 ? <p class="hint">{texts.doors.groupEmpty}</p> : <ul>{rows.map(row)}</ul>
  const add = (label: string, which: 'people' | 'groups') => (
    <Tip text={label}>
      {() => (
        <button type="button" class="button plain square" aria-label={label} onClick={() => onChoose(which)}>
          <Icon name="plus" />
        </button>
      )}
    </Tip>
  )

  return (
    <nav id="calendars" class={`side ${props.open ? 'open' : ''}`} aria-label={texts.calendars}>
      {onNewEvent !== null && (
        <button type="button" class="button main only-wide" onClick={onNewEvent}>
          <Icon name="plus" />
          {texts.newEvent}
        </button>
      )}
      <MiniMonth day={props.day} today={props.today} onDay={props.onDay} />
      <Group
        title={texts.myCalendars}
        action={
          me.external ? null : (
            <MenuButton
              name={texts.doors.addCalendarMenu}
              class="button plain square"
              items={[
                { label: texts.addCalendar, icon: 'calendar', onChoose: props.onNewCalendar },
                { label: texts.doors.subscribe, icon: 'feed', onChoose: props.onSubscribe },
                ...(doors.joined ? [{ label: texts.joined.add, icon: 'link' as const, onChoose: props.onJoin }] : []),
              ]}
            >
              <Icon name="plus" />
            </MenuButton>
          )
        }
      >
        {list(mine)}
        {props.undated > 0 && (
          <button type="button" class="button plain link" onClick={props.onUndated}>
            <Icon name="check" />
            {texts.grid.undatedTasks(props.undated)}
          </button>
        )}
      </Group>
      <Group title={texts.colleagues} action={add(texts.doors.addColleague, 'people')}>
        {list(colleagues)}
      </Group>
      <Group title={texts.company} action={add(texts.doors.addCompany, 'groups')}>
        {list(company)}
      </Group>
      <Group
        title={texts.favourites}
        action={
          <Tip text={texts.doors.chooseFavourites}>
            {() => (
              <button
                type="button"
                class="button plain square"
                aria-label={texts.doors.chooseFavourites}
                onClick={() => onChoose('favourites')}
              >
                <Icon name="gear" />
              </button>
            )}
          </Tip>
        }
      >
        {list(favourites)}
        {doors.feed && calendars.some(({ favourite }) => favourite) && (
          <button type="button" class="button plain link" onClick={props.onExportFavourites}>
            <Icon name="feed" />
            {texts.doors.exportFavourites}
          </button>
        )}
      </Group>
    </nav>
  )
}
