import type { CalendarId, PrincipalId } from '@dayport/core'
import type { SqliteDatabase } from '@dayport/storage-sql/sqlite'

/** What differs for one person from the administrator's settings. */
export interface ExchangeMember {
  /** Their mailbox where the pattern does not give it; `null`: by the pattern. */
  readonly mailbox: string | null
  /** Which of their calendars is joined; `null`: their first one for events. */
  readonly calendar: CalendarId | null
  /** Left out by an administrator. */
  readonly off: boolean
}

/** Migrations; append only. */
export const membersSchema: readonly string[] = [
  `CREATE TABLE portal_exchange (
    person TEXT PRIMARY KEY REFERENCES portal_people (id),
    mailbox TEXT,
    calendar TEXT,
    off INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID`,
]

export const createExchangeMembers = ({ db }: { readonly db: SqliteDatabase }) => {
  const get = (person: PrincipalId): ExchangeMember => {
    const row = db.read.get<{ mailbox: string | null; calendar: string | null; off: number }>(
      'SELECT mailbox, calendar, off FROM portal_exchange WHERE person = ?',
      person,
    )
    return row === undefined ? { mailbox: null, calendar: null, off: false } : { ...row, off: row.off === 1 }
  }
  return {
    get,
    put: (person: PrincipalId, patch: Partial<ExchangeMember>): Promise<void> => {
      const { mailbox, calendar, off } = { ...get(person), ...patch }
      return db.write((sql) => {
        sql.run(
          'INSERT OR REPLACE INTO portal_exchange (person, mailbox, calendar, off) VALUES (?, ?, ?, ?)',
          person,
          mailbox,
          calendar,
          off ? 1 : 0,
        )
      })
    },
  }
}
