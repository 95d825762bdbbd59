import type { CalendarId, PrincipalId } from '@dayport/core'
import type { SqliteDatabase } from '@dayport/storage-sql/sqlite'

export type Favourites = ReturnType<typeof createFavourites>

/** Calendars of others, or own ones, that a person put on their list. */
export const createFavourites = ({ db, now }: { readonly db: SqliteDatabase; readonly now: () => number }) => ({
  /** In the order in which they were added. */
  of: (person: PrincipalId): ReadonlySet<CalendarId> =>
    new Set(
      db.read
        .all<{ calendar: string }>('SELECT calendar FROM portal_favourites WHERE person = ? ORDER BY added_ms', person)
        .map((row) => row.calendar),
    ),

  add: (person: PrincipalId, calendar: CalendarId): Promise<void> =>
    db.write((sql) => {
      sql.run('INSERT OR IGNORE INTO portal_favourites VALUES (?, ?, ?)', person, calendar, now())
    }),

  remove: (person: PrincipalId, calendar: CalendarId): Promise<void> =>
    db.write((sql) => {
      sql.run('DELETE FROM portal_favourites WHERE person = ? AND calendar = ?', person, calendar)
    }),

  forget: (calendar: CalendarId): Promise<void> =>
    db.write((sql) => {
      sql.run('DELETE FROM portal_favourites WHERE calendar = ?', calendar)
    }),
})
