import type { Authorize, Privilege } from '../access.ts'
import type { Calendar, CalendarId } from '../calendar.ts'
import { CalendarError } from '../errors.ts'
import type { Detail } from '../ical/index.ts'
import type { Principal, PrincipalId } from '../principal.ts'
import type { CalendarDirectory, CallOptions } from '../store.ts'
import { createDetailOf } from './detail.ts'

/** What every method asks before it does anything. */
export interface Gate {
  /**
   * @throws {CalendarError} `not-found` when the person may not know of the calendar, else `forbidden` with `details.privilege`.
   */
  assertMay(who: Principal, privilege: Privilege, calendar: CalendarId, options?: CallOptions): Promise<void>
  /** @throws {CalendarError} `forbidden` with `details.privilege`. */
  assertOwnsHome(who: Principal, home: PrincipalId, options?: CallOptions): Promise<void>
  /**
   * How much the person sees of the calendar's objects.
   *
   * @throws {CalendarError} `not-found` when it is nothing.
   */
  detailFor(who: Principal, calendar: CalendarId, options?: CallOptions): Promise<Detail>
  may(who: Principal, privilege: Privilege, calendar: CalendarId, options?: CallOptions): Promise<boolean>
  /** What of a calendar that was read already: all of it, `shown` to who may not read it, or nothing. */
  sightOf(who: Principal, calendar: Calendar, options?: CallOptions): Promise<'all' | 'shown' | null>
}

/** @param known the same answers from a calendar that was read, where the host keeps rights with the calendars. */
export const createGate = (
  authorize: Authorize,
  { getCalendar }: Pick<CalendarDirectory, 'getCalendar'>,
  known?: (calendar: Calendar, who: Principal) => Detail | null,
): Gate => {
  const maySee = (who: Principal, calendar: CalendarId, options?: CallOptions) =>
    authorize(who, 'read-free-busy', { calendar }, options)
  const detailOf = createDetailOf(authorize)
  return {
    may: (who, privilege, calendar, options) => authorize(who, privilege, { calendar }, options),
    sightOf: async (who, calendar, options) => {
      if (known !== undefined) {
        const detail = known(calendar, who)
        return detail === null ? null : detail === 'read' || detail === 'full' ? 'all' : 'shown'
      }
      if (await authorize(who, 'read', { calendar: calendar.id }, options)) return 'all'
      return (await maySee(who, calendar.id, options)) ? 'shown' : null
    },
    detailFor: async (who, calendar, options) => {
      // One look at the calendar instead of one for each privilege.
      const read = known === undefined ? null : await getCalendar(calendar, options)
      const detail =
        known === undefined ? await detailOf(who, calendar, options) : read === null ? null : known(read, who)
      // The answer must not tell a calendar that is hidden from one that does not exist.
      if (detail === null) throw noCalendar()
      return detail
    },
    assertMay: async (who, privilege, calendar, options) => {
      if (await authorize(who, privilege, { calendar }, options)) return
      if (!(await maySee(who, calendar, options))) throw noCalendar()
      throw forbidden(privilege)
    },
    assertOwnsHome: async (who, home, options) => {
      if (!(await authorize(who, 'own', { home }, options))) throw forbidden('own')
    },
  }
}

const noCalendar = (): CalendarError => new CalendarError('not-found', 'there is no such calendar')

const forbidden = (privilege: Privilege): CalendarError =>
  new CalendarError('forbidden', `the privilege ${privilege} is needed`, { details: { privilege } })
