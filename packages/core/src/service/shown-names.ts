import type { CalendarId } from '../calendar.ts'
import type { ChangePage, SyncToken } from '../changes.ts'
import { CalendarError } from '../errors.ts'
import type { CallOptions, ChangeFeed } from '../store.ts'

/** Finds the objects that projected names stand for. */
export interface ShownNames {
  /** Stored names; a shown name that stands for none is left out. */
  storedNames(calendar: CalendarId, shown: readonly string[], options?: CallOptions): Promise<readonly string[]>
}

interface Known {
  readonly token: SyncToken
  /** Stored names by shown ones. May hold some that are gone. */
  readonly names: Map<string, string>
}

/** Calendars whose names are remembered; some megabytes at most, where they are huge. */
const maxCalendars = 20

/**
 * Shown names cannot be turned back, so that those of a calendar are listed once and then followed by its change feed. There is a
 * list for the names below `read` only: from there on they are the stored ones.
 */
export const createShownNames = (
  store: ChangeFeed,
  nameOf: (calendar: CalendarId, name: string) => Promise<string>,
): ShownNames => {
  const remembered = new Map<CalendarId, Known>()

  const changesSince = async (
    calendar: CalendarId,
    known: Known | null,
    options: CallOptions | undefined,
  ): Promise<{ readonly page: ChangePage; readonly names: Map<string, string> }> => {
    try {
      const page = await store.changes(calendar, known?.token ?? null, options)
      return { page, names: known?.names ?? new Map() }
    } catch (error) {
      if (known === null || !CalendarError.is(error, 'invalid-sync-token')) throw error
      return changesSince(calendar, null, options)
    }
  }

  const namesOf = async (calendar: CalendarId, options: CallOptions | undefined): Promise<Map<string, string>> => {
    // What a unit of work sees may never have been: it is looked at, and forgotten.
    const known = options?.tx === undefined ? (remembered.get(calendar) ?? null) : null
    const { page, names } = await changesSince(calendar, known, options)
    const shown = await Promise.all(page.changes.map(({ name }) => nameOf(calendar, name)))
    for (const [i, { name }] of page.changes.entries()) names.set(shown[i]!, name)
    if (options?.tx === undefined) {
      remembered.delete(calendar)
      remembered.set(calendar, { token: page.token, names })
      if (remembered.size > maxCalendars) remembered.delete(remembered.keys().next().value ?? '')
    }
    return names
  }

  return {
    async storedNames(calendar, shown, options) {
      const names = await namesOf(calendar, options)
      return [...new Set(shown)].flatMap((name) => names.get(name) ?? [])
    },
  }
}
