import type { Authorize, Privilege } from '../access.ts'
import type { CalendarId } from '../calendar.ts'
import { CalendarError } from '../errors.ts'
import type { Principal, PrincipalId } from '../principal.ts'
import type { CallOptions } from '../store.ts'

/** What every method asks before it does anything. */
export interface Gate {
  /**
   * @throws {CalendarError} `not-found` when the person may not know of the calendar, else `forbidden` with `details.privilege`.
   */
  assertMay(who: Principal, privilege: Privilege, calendar: CalendarId, options?: CallOptions): Promise<void>
  /** @throws {CalendarError} `forbidden` with `details.privilege`. */
  assertOwnsHome(who: Principal, home: PrincipalId, options?: CallOptions): Promise<void>
  /** Whether the person may know of the calendar at all. */
  maySee(who: Principal, calendar: CalendarId, options?: CallOptions): Promise<boolean>
}

export const createGate = (authorize: Authorize): Gate => {
  const maySee: Gate['maySee'] = (who, calendar, options) => authorize(who, 'read-free-busy', { calendar }, options)
  return {
    maySee,
    assertMay: async (who, privilege, calendar, options) => {
      if (await authorize(who, privilege, { calendar }, options)) return
      // The answer must not tell a calendar that is hidden from one that does not exist.
      if (!(await maySee(who, calendar, options))) throw new CalendarError('not-found', 'there is no such calendar')
      throw forbidden(privilege)
    },
    assertOwnsHome: async (who, home, options) => {
      if (!(await authorize(who, 'own', { home }, options))) throw forbidden('own')
    },
  }
}

const forbidden = (privilege: Privilege): CalendarError =>
  new CalendarError('forbidden', `the privilege ${privilege} is needed`, { details: { privilege } })
