import type { Authorize, Privilege } from '../access.ts'
import type { CalendarId } from '../calendar.ts'
import { CalendarError } from '../errors.ts'
import type { Detail } from '../ical/index.ts'
import type { Principal, PrincipalId } from '../principal.ts'
import type { CallOptions } from '../store.ts'
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
  /** Whether the person may know of the calendar at all. */
  maySee(who: Principal, calendar: CalendarId, options?: CallOptions): Promise<boolean>
}

export const createGate = (authorize: Authorize): Gate => {
  const maySee: Gate['maySee'] = (who, calendar, options) => authorize(who, 'read-free-busy', { calendar }, options)
  const detailOf = createDetailOf(authorize)
  return {
    may: (who, privilege, calendar, options) => authorize(who, privilege, { calendar }, options),
    maySee,
    detailFor: async (who, calendar, options) => {
      const detail = await detailOf(who, calendar, options)
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
