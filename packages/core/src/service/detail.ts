import type { Authorize } from '../access.ts'
import type { Calendar, CalendarId } from '../calendar.ts'
import type { Detail } from '../ical/index.ts'
import type { Principal } from '../principal.ts'
import type { CallOptions } from '../store.ts'
import { levelOf } from './authorize.ts'

/**
 * How much of a calendar's objects a person sees, by {@link levelOf}; `null` for nothing at all. Who writes sees everything, since they
 * must not write back less than is there; who only reads sees private events as busy.
 */
export const detailOf = (calendar: Calendar, who: Principal): Detail | null => {
  switch (levelOf(calendar, who)) {
    case 'none':
      return null
    case 'write':
      return calendar.readOnly ? 'read' : 'full'
    case 'owner':
      return 'full'
    case 'read':
      return 'read'
    case 'titles':
      return 'titles'
    case 'free-busy':
      return 'free-busy'
  }
}

/** The same by any `authorize`. */
export const createDetailOf =
  (authorize: Authorize) =>
  async (who: Principal, calendar: CalendarId, options?: CallOptions): Promise<Detail | null> => {
    const may = (privilege: Parameters<Authorize>[1]) => authorize(who, privilege, { calendar }, options)
    if (await may('read')) return (await may('own')) || (await may('write')) ? 'full' : 'read'
    if (await may('read-titles')) return 'titles'
    return (await may('read-free-busy')) ? 'free-busy' : null
  }
