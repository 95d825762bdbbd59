import type { Calendar, Me, Portal } from '../api.ts'
import type { Texts } from '../texts/index.ts'
import type { MenuItem } from '../ui/menu-list.tsx'

/** What a person may ask of a calendar from its menu. */
export interface CalendarActions {
  readonly onOutlook: (calendar: Calendar) => void
  readonly onExport: (calendar: Calendar) => void
  readonly onImport: (calendar: Calendar) => void
  readonly onPhone: (calendar: Calendar) => void
  readonly onEdit: (calendar: Calendar) => void
  readonly onDelete: (calendar: Calendar) => void
  readonly onFavourite: (calendar: Calendar) => void
  readonly onHide: (calendar: Calendar) => void
  readonly onOffList: (calendar: Calendar) => void
}

/** Calendars to choose from: one's own come first. */
export const ownFirst = (calendars: readonly Calendar[], { id }: Me): readonly Calendar[] =>
  calendars.toSorted((a, b) => Number(b.owner.id === id) - Number(a.owner.id === id))

/** Whether events of it may be changed here. */
export const canWrite = ({ level, readOnly }: Calendar): boolean =>
  !readOnly && (level === 'write' || level === 'owner')

/** The export window also answers the owner while export is off: there it is turned on. */
export const canExport = ({ level, exportAllowed }: Calendar): boolean =>
  level === 'owner' || (exportAllowed && level !== 'none')

/** Whether the person may end it: their own, or a group's that they look after. */
export const isOwned = ({ level, owner }: Calendar, mine: boolean): boolean =>
  level === 'owner' && (mine || owner.kind === 'group')

/** Outlook and programs on devices take what holds events. */
export const canConnect = ({ level, components }: Calendar): boolean =>
  level !== 'none' && components.includes('VEVENT')

/** The items that the person's rights leave, in the order of the design: ways out, the calendar itself, its end. */
export const menuItems = (
  texts: Texts,
  calendar: Calendar,
  mine: boolean,
  actions: CalendarActions,
  doors: Portal['doors'],
): readonly MenuItem[] => {
  const owner = calendar.level === 'owner'
  const item = (
    when: boolean,
    label: string,
    icon: MenuItem['icon'],
    act: (calendar: Calendar) => void,
    more: Partial<MenuItem> = {},
  ): MenuItem[] => (when ? [{ label, icon, onChoose: () => act(calendar), ...more }] : [])
  return [
    ...item(doors.outlook && canConnect(calendar), texts.doors.menuOutlook, 'mail', actions.onOutlook),
    ...item(doors.feed && calendar.exportAllowed && canExport(calendar), texts.menuExport, 'feed', actions.onExport),
    ...item(doors.caldav, texts.menuPhone, 'phone', actions.onPhone),
    ...item(canWrite(calendar), texts.menuImport, 'upload', actions.onImport),
    ...item(true, owner ? texts.menuEdit : texts.menuView, owner ? 'pencil' : 'info', actions.onEdit, { apart: true }),
    ...item(
      true,
      calendar.hidden ? texts.doors.menuShow : texts.doors.menuHide,
      calendar.hidden ? 'eye' : 'eye-off',
      actions.onHide,
    ),
    ...item(true, calendar.favourite ? texts.menuUnfavourite : texts.menuFavourite, 'star', actions.onFavourite),
    ...item(!mine && !calendar.favourite, texts.doors.menuOffList, 'close', actions.onOffList),
    ...item(isOwned(calendar, mine), texts.menuDelete, 'trash', actions.onDelete, { danger: true, apart: true }),
  ]
}
