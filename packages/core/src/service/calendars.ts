import type { Calendar, CalendarDraft, CalendarId, CalendarPatch } from '../calendar.ts'
import { defaultComponents } from '../calendar-state.ts'
import { CalendarError } from '../errors.ts'
import { parseCalendar } from '../ical/index.ts'
import type { Principal, PrincipalId } from '../principal.ts'
import type { CallOptions, Transaction, WriteOptions } from '../store.ts'
import type { CalendarEvent } from './announce.ts'
import { assertName } from './names.ts'
import { defaultOrigin, existing, type ServiceParts, withTx } from './objects.ts'
import { shownCalendar } from './shown-calendar.ts'

/** The methods of the calendar service that concern calendars themselves. */
export interface CalendarsService {
  /**
   * In display order, those that the person owns or has any level of, free/busy included. Below `read` they come without description,
   * kept properties and the text of their time zone. Rights that only the host's own `authorize` knows of do not make a calendar
   * appear here.
   */
  listCalendars(who: Principal, options?: CallOptions): Promise<readonly Calendar[]>
  /** `null` when absent, and also when the person has no level of it. */
  getCalendar(who: Principal, id: CalendarId, options?: CallOptions): Promise<Calendar | null>
  /** By its address; otherwise as `getCalendar`. */
  findCalendar(who: Principal, owner: PrincipalId, name: string, options?: CallOptions): Promise<Calendar | null>
  /**
   * In a home that the person may `own`.
   *
   * @throws {CalendarError} `forbidden`, `already-exists`, `unsupported-component`, `invalid-calendar-object` (the name),
   * `invalid-calendar-data` (the time zone).
   */
  createCalendar(who: Principal, draft: CalendarDraft, options?: WriteOptions): Promise<Calendar>
  /**
   * Needs `write-properties`, and `own` where the patch changes access, export or the address.
   *
   * @throws {CalendarError} `not-found`, `forbidden`, `already-exists` and `invalid-calendar-object` (the name),
   * `invalid-calendar-data` (the time zone).
   */
  updateCalendar(who: Principal, id: CalendarId, patch: CalendarPatch, options?: WriteOptions): Promise<Calendar>
  /** With everything in it. Needs `own`. @throws {CalendarError} `not-found`, `forbidden`. */
  deleteCalendar(who: Principal, id: CalendarId, options?: WriteOptions): Promise<void>
}

export const createCalendarsService = ({ store, gate, units }: ServiceParts): CalendarsService => {
  const announce = (
    tx: Transaction,
    kind: CalendarEvent['kind'],
    calendar: CalendarId,
    who: Principal,
    options: WriteOptions | undefined,
  ): void => units.announce(tx, { kind, calendar, by: who.id, origin: options?.origin ?? defaultOrigin, changes: [] })

  const ifSeen = async (who: Principal, calendar: Calendar | null, options: CallOptions | undefined) => {
    if (calendar === null) return null
    const sight = await gate.sightOf(who, calendar, options)
    return sight === null ? null : sight === 'all' ? calendar : shownCalendar(calendar)
  }

  return {
    listCalendars: async (who, options) => {
      const seen: Calendar[] = []
      for (const calendar of await store.listCalendars(who, options)) {
        const shown = await ifSeen(who, calendar, options)
        if (shown !== null) seen.push(shown)
      }
      return seen
    },

    getCalendar: async (who, id, options) => ifSeen(who, await store.getCalendar(id, options), options),

    findCalendar: async (who, owner, name, options) =>
      ifSeen(who, await store.findCalendar(owner, name, options), options),

    createCalendar: (who, draft, options) =>
      units.write(options, async (tx) => {
        await gate.assertOwnsHome(who, draft.owner, { tx })
        assertName(draft.name)
        assertKnownComponents(draft.components)
        assertTimezone(draft.timezone)
        const calendar = await store.createCalendar(draft, withTx(options, tx))
        announce(tx, 'calendar-created', calendar.id, who, options)
        return calendar
      }),

    updateCalendar: (who, id, patch, options) =>
      units.write(options, async (tx) => {
        await gate.assertMay(who, 'write-properties', id, { tx })
        if (patch.access !== undefined || patch.exportAllowed !== undefined || patch.name !== undefined)
          await gate.assertMay(who, 'own', id, { tx })
        if (patch.name !== undefined) assertName(patch.name)
        assertTimezone(patch.timezone)
        const calendar = await store.updateCalendar(id, patch, withTx(options, tx))
        announce(tx, 'calendar-updated', id, who, options)
        return calendar
      }),

    deleteCalendar: (who, id, options) =>
      units.write(options, async (tx) => {
        await gate.assertMay(who, 'own', id, { tx })
        await existing(store, id, tx)
        await store.deleteCalendar(id, withTx(options, tx))
        announce(tx, 'calendar-deleted', id, who, options)
      }),
  }
}

/** RFC 4791 §5.2.3: a calendar takes some of the kinds that the server knows, at least one. */
const assertKnownComponents = (components: readonly string[] | undefined): void => {
  if (components === undefined) return
  const component = components.find((name) => !defaultComponents.includes(name))
  if (component === undefined && components.length > 0) return
  throw new CalendarError('unsupported-component', `some of ${defaultComponents.join(', ')} were expected`, {
    details: { component: component ?? '', components: defaultComponents },
  })
}

/** RFC 4791 §5.2.2: an iCalendar object with exactly one VTIMEZONE. */
const assertTimezone = (timezone: string | null | undefined): void => {
  if (timezone === undefined || timezone === null) return
  const { calendars } = parseCalendar(new TextEncoder().encode(timezone))
  const components = calendars.flatMap((calendar) => calendar.components)
  if (calendars.length !== 1 || components.length !== 1 || components[0]?.name !== 'VTIMEZONE') {
    throw new CalendarError('invalid-calendar-data', 'a time zone is a VCALENDAR with one VTIMEZONE')
  }
}
