import type { CalendarId, PrincipalId } from '@dayport/core'
import type { SqliteDatabase } from '@dayport/storage-sql/sqlite'

/** What a person chose about one calendar on their page. */
export interface ListChoice {
  /** `null`: never chosen, so that {@link isListed} decides. */
  readonly listed: boolean | null
  /** On the list, but its events are not shown now. */
  readonly hidden: boolean
}

interface Row {
  readonly calendar: string
  readonly listed: number | null
  readonly hidden: number
}

const untouched: ListChoice = { listed: null, hidden: false }

export type CalendarList = ReturnType<typeof createCalendarList>

/** Which calendars stand on a person's list, and which of them are shown: the same on every device. */
export const createCalendarList = ({ db }: { readonly db: SqliteDatabase }) => ({
  of: (person: PrincipalId): ((calendar: CalendarId) => ListChoice) => {
    const rows = db.read.all<Row>('SELECT calendar, listed, hidden FROM portal_list WHERE person = ?', person)
    const choices = new Map(
      rows.map(({ calendar, listed, hidden }) => [
        calendar,
        { listed: listed === null ? null : listed === 1, hidden: hidden === 1 },
      ]),
    )
    return (calendar) => choices.get(calendar) ?? untouched
  },

  setListed: (person: PrincipalId, calendar: CalendarId, listed: boolean): Promise<void> =>
    db.write((sql) => {
      sql.run(
        `INSERT INTO portal_list (person, calendar, listed) VALUES (?, ?, ?)
          ON CONFLICT (person, calendar) DO UPDATE SET listed = excluded.listed, hidden = 0`,
        person,
        calendar,
        listed ? 1 : 0,
      )
    }),

  setHidden: (person: PrincipalId, calendar: CalendarId, hidden: boolean): Promise<void> =>
    db.write((sql) => {
      sql.run(
        `INSERT INTO portal_list (person, calendar, hidden) VALUES (?, ?, ?)
          ON CONFLICT (person, calendar) DO UPDATE SET hidden = excluded.hidden`,
        person,
        calendar,
        hidden ? 1 : 0,
      )
    }),

  forget: (calendar: CalendarId): Promise<void> =>
    db.write((sql) => {
      sql.run('DELETE FROM portal_list WHERE calendar = ?', calendar)
    }),
})
