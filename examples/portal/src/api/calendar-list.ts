import type { PortalParts } from '../parts.ts'
import { byId } from './account.ts'
import { readableCalendar } from './calendar-json.ts'
import { type Caller, type Operation, operation } from './operation.ts'

/** A mark of the caller's own on a calendar: PUT sets it, DELETE takes it off. */
interface Mark {
  /** Last segment of the address. */
  readonly name: 'favourite' | 'listed' | 'hidden'
  readonly on: { readonly id: string; readonly summary: string }
  readonly off: { readonly id: string; readonly summary: string }
  readonly set: (caller: Caller, calendar: string, on: boolean) => Promise<void>
}

/** What a person chose for their own page: favourites, the list, and which calendars are hidden. */
export const calendarListOperations = (parts: PortalParts): readonly Operation[] => {
  const { favourites, calendarList, live } = parts
  const marks: readonly Mark[] = [
    {
      name: 'favourite',
      on: { id: 'addFavourite', summary: 'Puts the calendar among my favourites' },
      off: { id: 'removeFavourite', summary: 'Takes the calendar off my favourites' },
      set: ({ person }, calendar, on) =>
        on ? favourites.add(person.id, calendar) : favourites.remove(person.id, calendar),
    },
    {
      name: 'listed',
      on: { id: 'addToList', summary: 'Puts a calendar that I may see on my list' },
      off: { id: 'removeFromList', summary: 'Takes the calendar off my list; my rights stay' },
      set: ({ person }, calendar, on) => calendarList.setListed(person.id, calendar, on),
    },
    {
      name: 'hidden',
      on: { id: 'hideCalendar', summary: 'Hides the events of a calendar on my page, on every device' },
      off: { id: 'showCalendar', summary: 'Shows the events of a calendar on my page' },
      set: ({ person }, calendar, on) => calendarList.setHidden(person.id, calendar, on),
    },
  ]
  const write = async (mark: Mark, caller: Caller, calendar: string, on: boolean): Promise<void> => {
    await mark.set(caller, calendar, on)
    // What is put on the list or taken off brings events along; the others are looks only.
    if (mark.name === 'listed') live.listChanged(caller.person.id)
    else live.tell(caller.person.id, 'list', {})
  }
  return marks.flatMap((mark) => [
    operation({
      method: 'put',
      address: `/calendars/{id}/${mark.name}`,
      ...mark.on,
      access: 'person',
      path: byId,
      status: 204,
      handle: async ({ caller, path }) =>
        write(mark, caller, (await readableCalendar(parts, caller, path.id)).id, true),
    }),
    operation({
      method: 'delete',
      address: `/calendars/{id}/${mark.name}`,
      ...mark.off,
      access: 'person',
      path: byId,
      status: 204,
      // Also where the right was lost: what is on the list must be possible to take off.
      handle: async ({ caller, path }) => write(mark, caller, path.id, false),
    }),
  ])
}
