import type { CalendarId, PrincipalId } from '@dayport/core'
import type { SqliteDatabase } from '@dayport/storage-sql/sqlite'
import type { Vault } from '../exchange/vault.ts'
import type { JoinedService } from './services.ts'

/** A person's account at an outside service. */
export interface JoinedAccount {
  readonly id: string
  readonly person: PrincipalId
  readonly service: JoinedService
  /** Where the search for its calendars begins; of Google and Microsoft 365 the service's interface. */
  readonly address: string
  /** As the person, or the service, calls the account. */
  readonly login: string
  /** ms since the Unix epoch. */
  readonly madeMs: number
}

/** Which way changes go. */
export type JoinedDirection = 'both' | 'to-portal'

/** An outside calendar that is a calendar of the portal. */
export interface JoinedCalendar {
  readonly id: string
  readonly account: string
  /** The portal's calendar. */
  readonly calendar: CalendarId
  /** Address of the collection, or Graph's id of the calendar. */
  readonly remote: string
  /** Names the folder whoever reaches it; `null` where only this account does, and of those that were joined before it was kept. */
  readonly folder: string | null
  /** As it was called there when it was joined. */
  readonly name: string
  readonly direction: JoinedDirection
  readonly madeMs: number
}

/** Migrations; append only. */
export const joinedSchema: readonly string[] = [
  `CREATE TABLE portal_joined_accounts (
    id TEXT PRIMARY KEY,
    person TEXT NOT NULL REFERENCES portal_people (id),
    service TEXT NOT NULL,
    address TEXT NOT NULL,
    login TEXT NOT NULL,
    sealed TEXT NOT NULL,
    made_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID`,
  'CREATE INDEX portal_joined_accounts_of ON portal_joined_accounts (person)',
  `CREATE TABLE portal_joined_calendars (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL REFERENCES portal_joined_accounts (id),
    calendar TEXT NOT NULL UNIQUE,
    remote TEXT NOT NULL,
    name TEXT NOT NULL,
    direction TEXT NOT NULL,
    made_ms INTEGER NOT NULL,
    UNIQUE (account, remote)
  ) STRICT, WITHOUT ROWID`,
  'ALTER TABLE portal_joined_calendars ADD COLUMN folder TEXT',
]

interface AccountRow extends Omit<JoinedAccount, 'madeMs'> {
  readonly made_ms: number
}
interface CalendarRow extends Omit<JoinedCalendar, 'madeMs'> {
  readonly made_ms: number
}

const accountColumns = 'id, person, service, address, login, made_ms'
const calendarColumns = 'id, account, calendar, remote, name, direction, made_ms, folder'

const dated = <R extends { readonly made_ms: number }>({ made_ms: madeMs, ...rest }: R) => ({ ...rest, madeMs })

/** A secret opens for its own account and the origin that it was given for, and nowhere else. */
const purposeOf = ({ id, address }: Pick<JoinedAccount, 'id' | 'address'>): string =>
  `joined ${id} ${new URL(address).origin}`

export type JoinedStore = ReturnType<typeof createJoinedStore>

/** Accounts with their sealed secrets, and which of their calendars are joined. */
export const createJoinedStore = ({ db, vault }: { readonly db: SqliteDatabase; readonly vault: Vault }) => ({
  accountsOf: (person: PrincipalId): readonly JoinedAccount[] =>
    db.read
      .all<AccountRow>(
        `SELECT ${accountColumns} FROM portal_joined_accounts WHERE person = ? ORDER BY made_ms, id`,
        person,
      )
      .map(dated),

  accounts: (): readonly JoinedAccount[] =>
    db.read.all<AccountRow>(`SELECT ${accountColumns} FROM portal_joined_accounts ORDER BY made_ms, id`).map(dated),

  account: (id: string): JoinedAccount | null => {
    const row = db.read.get<AccountRow>(`SELECT ${accountColumns} FROM portal_joined_accounts WHERE id = ?`, id)
    return row === undefined ? null : dated(row)
  },

  putAccount: (account: JoinedAccount, secret: string): Promise<void> =>
    db.write((sql) => {
      const { id, person, service, address, login, madeMs } = account
      const sealed = vault.seal(secret, purposeOf(account))
      sql.run(
        `INSERT INTO portal_joined_accounts (${accountColumns}, sealed) VALUES (?, ?, ?, ?, ?, ?, ?)
          ON CONFLICT (id) DO UPDATE SET sealed = excluded.sealed, login = excluded.login`,
        id,
        person,
        service,
        address,
        login,
        madeMs,
        sealed,
      )
    }),

  /** The secret of an account that is there. */
  secretOf: (account: JoinedAccount): string => {
    const row = db.read.get<{ sealed: string }>('SELECT sealed FROM portal_joined_accounts WHERE id = ?', account.id)
    if (row === undefined) throw new Error('the account is gone')
    return vault.open(row.sealed, purposeOf(account))
  },

  /** With what says that its calendars are joined. */
  removeAccount: (id: string): Promise<void> =>
    db.write((sql) => {
      sql.run('DELETE FROM portal_joined_calendars WHERE account = ?', id)
      sql.run('DELETE FROM portal_joined_accounts WHERE id = ?', id)
    }),

  calendars: (): readonly JoinedCalendar[] =>
    db.read.all<CalendarRow>(`SELECT ${calendarColumns} FROM portal_joined_calendars ORDER BY made_ms, id`).map(dated),

  calendarsOf: (account: string): readonly JoinedCalendar[] =>
    db.read
      .all<CalendarRow>(
        `SELECT ${calendarColumns} FROM portal_joined_calendars WHERE account = ? ORDER BY made_ms, id`,
        account,
      )
      .map(dated),

  calendar: (id: string): JoinedCalendar | null => {
    const row = db.read.get<CalendarRow>(`SELECT ${calendarColumns} FROM portal_joined_calendars WHERE id = ?`, id)
    return row === undefined ? null : dated(row)
  },

  /** What a calendar of the portal is joined to; `null` when it is not. */
  joinOf: (calendar: CalendarId): JoinedCalendar | null => {
    const sql = `SELECT ${calendarColumns} FROM portal_joined_calendars WHERE calendar = ?`
    const row = db.read.get<CalendarRow>(sql, calendar)
    return row === undefined ? null : dated(row)
  },

  putCalendar: ({ id, account, calendar, remote, name, direction, madeMs, folder }: JoinedCalendar): Promise<void> =>
    db.write((sql) => {
      sql.run(
        `INSERT INTO portal_joined_calendars (${calendarColumns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
          ON CONFLICT (id) DO UPDATE SET direction = excluded.direction`,
        id,
        account,
        calendar,
        remote,
        name,
        direction,
        madeMs,
        folder,
      )
    }),

  removeCalendar: (id: string): Promise<void> =>
    db.write((sql) => {
      sql.run('DELETE FROM portal_joined_calendars WHERE id = ?', id)
    }),
})
