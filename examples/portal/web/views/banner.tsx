import type { Calendar, Me } from '../api.ts'
import { useTexts } from '../texts/index.ts'
import { Icon } from '../ui/icon.tsx'
import { MenuButton } from '../ui/menu.tsx'
import { canExport } from './calendar-menu.ts'
import { calendarTitle } from './sidebar.tsx'

/** One calm row that offers the ways out; closed, it stays closed on every device. */
export const Banner = ({
  me,
  calendars,
  onPhone,
  onExport,
  onClose,
}: {
  readonly me: Me
  readonly calendars: readonly Calendar[]
  readonly onPhone: (calendar: Calendar) => void
  readonly onExport: (calendar: Calendar) => void
  readonly onClose: () => void
}) => {
  const texts = useTexts()
  const { doors } = texts
  const items = (offered: readonly Calendar[], act: (calendar: Calendar) => void) =>
    offered.map((calendar) => ({
      label: calendarTitle(calendar, me),
      icon: 'calendar' as const,
      onChoose: () => act(calendar),
    }))
  return (
    <section class="banner" aria-label={doors.bannerName}>
      <span class="only-wide">{doors.bannerLabel}</span>
      <MenuButton
        name={texts.menuPhone}
        tip={doors.bannerPhoneTip}
        class="button"
        note={doors.bannerNone}
        items={items(calendars, onPhone)}
      >
        <Icon name="phone" />
        {texts.menuPhone}
        <Icon name="down" />
      </MenuButton>
      <MenuButton
        name={texts.menuExport}
        tip={doors.bannerIcalTip}
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
      <span class="spring" />
      <button type="button" class="button plain square" aria-label={doors.bannerClose} onClick={onClose}>
        <Icon name="close" />
      </button>
    </section>
  )
}
