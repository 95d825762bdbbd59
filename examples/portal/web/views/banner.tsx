import type { Calendar, Me } from '../api.ts'
import { useTexts } from '../texts/index.ts'
import { useDoors } from '../ui/doors-context.ts'
import { Icon } from '../ui/icon.tsx'
import { MenuButton } from '../ui/menu.tsx'
import { Note } from '../ui/note.tsx'
import { Tip } from '../ui/tip.tsx'
import { Window } from '../ui/window.tsx'
import { canConnect, canExport, ownFirst } from './calendar-menu.ts'
import { ExchangePart } from './exchange/banner-part.tsx'
import { useExchange } from './exchange/use-exchange.ts'
import { calendarTitle } from './sidebar.tsx'

/** One calm row that offers the ways out; closed, it stays closed on every device. */
export const Banner = ({
  me,
  calendars,
  onOutlook,
  onPhone,
  onExport,
  onOpen,
  onClose,
}: {
  readonly me: Me
  readonly calendars: readonly Calendar[]
  readonly onOutlook: (calendar: Calendar) => void
  readonly onPhone: (calendar: Calendar) => void
  readonly onExport: (calendar: Calendar) => void
  /** Opens the same choice as a sheet, on narrow screens. */
  readonly onOpen: () => void
  readonly onClose: () => void
}) => {
  const texts = useTexts()
  const { doors } = texts
  const on = useDoors()
  const exchange = useExchange()
  const items = (offered: readonly Calendar[], act: (calendar: Calendar) => void) =>
    ownFirst(offered, me).map((calendar) => ({
      label: calendarTitle(calendar, me),
      icon: 'calendar' as const,
      onChoose: () => act(calendar),
    }))
  const hasExchange = exchange.state.data !== null && exchange.state.data.state !== 'not-available'
  if (!on.outlook && !on.caldav && !on.feed && !hasExchange) return null
  return (
    <section class="banner" aria-label={doors.bannerName}>
      <span class="only-wide">{doors.bannerLabel}</span>
      <button type="button" class="button plain link only-narrow" onClick={onOpen}>
        {doors.bannerShort}
        <Icon name="down" />
      </button>
      {on.outlook && (
        <MenuButton
          name="Outlook"
          tip={doors.bannerOutlookTip}
          head={doors.bannerPick}
          class="button"
          note={doors.bannerNone}
          items={items(
            calendars.filter((calendar) => canConnect(calendar)),
            onOutlook,
          )}
        >
          <Icon name="mail" />
          Outlook
          <Icon name="down" />
        </MenuButton>
      )}
      {on.caldav && (
        <MenuButton
          name={texts.menuPhone}
          tip={doors.bannerPhoneTip}
          head={doors.bannerPick}
          class="button"
          note={doors.bannerNone}
          items={items(calendars, onPhone)}
        >
          <Icon name="phone" />
          {texts.menuPhone}
          <Icon name="down" />
        </MenuButton>
      )}
      {on.feed && (
        <MenuButton
          name={texts.menuExport}
          tip={doors.bannerIcalTip}
          head={doors.bannerPick}
          class="button"
          note={doors.bannerNone}
          items={items(
            calendars.filter((calendar) => canExport(calendar)),
            onExport,
          )}
        >
          <Icon name="feed" />
          {texts.menuExport}
          <Icon name="down" />
        </MenuButton>
      )}
      <ExchangePart me={me} door={exchange} />
      {!(on.outlook && on.caldav && on.feed) && (
        <Tip text={doors.bannerPartial} byPress>
          {(id) => (
            <button
              type="button"
              class="button plain square missing"
              aria-label={doors.bannerMissing}
              aria-describedby={id}
            >
              <Icon name="info" />
            </button>
          )}
        </Tip>
      )}
      <span class="spring" />
      <button type="button" class="button plain square" aria-label={doors.bannerClose} onClick={onClose}>
        <Icon name="close" />
      </button>
    </section>
  )
}

/** The banner's choice as a sheet: first the way, then the calendar. */
export const ConnectSheet = ({
  me,
  calendars,
  onOutlook,
  onPhone,
  onExport,
  onClose,
}: {
  readonly me: Me
  readonly calendars: readonly Calendar[]
  readonly onOutlook: (calendar: Calendar) => void
  readonly onPhone: () => void
  readonly onExport: (calendar: Calendar) => void
  readonly onClose: () => void
}) => {
  const texts = useTexts()
  const { doors } = texts
  const on = useDoors()
  const exchange = useExchange()
  const exportable = ownFirst(calendars, me).filter((calendar) => canExport(calendar))
  const connectable = ownFirst(calendars, me).filter((calendar) => canConnect(calendar))
  return (
    <Window sheet title={doors.bannerName} onClose={onClose}>
      {on.caldav && (
        <button type="button" class="way" onClick={onPhone}>
          <span class="face square-face">
            <Icon name="phone" />
          </span>
          <span>
            {texts.menuPhone}
            <span class="sub">{doors.wayPhone}</span>
          </span>
          <Icon name="right" />
        </button>
      )}
      {on.feed && (
        <details class="way-group">
          <summary class="way">
            <span class="face square-face">
              <Icon name="feed" />
            </span>
            <span>
              {texts.menuExport}
              <span class="sub">{doors.wayIcal}</span>
            </span>
            <Icon name="down" />
          </summary>
          {exportable.length === 0 && <p class="hint">{doors.bannerNone}</p>}
          {exportable.map((calendar) => (
            <button key={calendar.id} type="button" class="button plain" onClick={() => onExport(calendar)}>
              {calendarTitle(calendar, me)}
            </button>
          ))}
        </details>
      )}
      {on.outlook && (
        <details class="way-group">
          <summary class="way">
            <span class="face square-face">
              <Icon name="mail" />
            </span>
            <span>
              {doors.menuOutlook}
              <span class="sub">{doors.wayOutlook}</span>
            </span>
            <Icon name="down" />
          </summary>
          {connectable.length === 0 && <p class="hint">{doors.bannerNone}</p>}
          {connectable.map((calendar) => (
            <button key={calendar.id} type="button" class="button plain" onClick={() => onOutlook(calendar)}>
              {calendarTitle(calendar, me)}
            </button>
          ))}
        </details>
      )}
      <ExchangePart me={me} door={exchange} />
      <Note kind="plain" icon="info">
        <p>{doors.bannerPartial}</p>
      </Note>
    </Window>
  )
}
