import { type Calendar, type CalendarDraft, CalendarError, type Principal } from '@dayport/core'
import type { PortalParts } from './parts.ts'
import { toSlug } from './slug.ts'

/** Most calendars of one name and owner. */
const maxNamesakes = 1_000

/** Makes a calendar in the person's home at the first free address made from its name: `work`, `work-2`… */
export const createCalendarByName = async (
  { service }: Pick<PortalParts, 'service'>,
  who: Principal,
  draft: Omit<CalendarDraft, 'owner' | 'name'> & { readonly displayName: string; readonly segment?: string },
): Promise<Calendar> => {
  const { segment, ...rest } = draft
  const base = segment ?? toSlug(draft.displayName)
  for (let count = 1; count <= maxNamesakes; count += 1) {
    try {
      return await service.createCalendar(who, {
        ...rest,
        owner: who.id,
        name: count === 1 ? base : `${base}-${count}`,
      })
    } catch (error) {
      // Taken: try the next address. Trying is the test; a look before would race with another maker.
      if (!CalendarError.is(error, 'already-exists')) throw error
    }
  }
  throw new CalendarError('limit-exceeded', 'Too many calendars of this name')
}
