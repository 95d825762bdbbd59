import type { CalendarId, ObjectRef, PrincipalId, Transaction } from '@dayport/core'
import type { SqliteDatabase } from '@dayport/storage-sql/sqlite'

/** Migrations; append only. */
export const invitationsSchema: readonly string[] = [
  `CREATE TABLE portal_invitations (
    calendar TEXT NOT NULL,
    object TEXT NOT NULL,
    person TEXT NOT NULL REFERENCES portal_people (id),
    copy_calendar TEXT NOT NULL,
    copy_object TEXT NOT NULL,
    gone INTEGER NOT NULL,
    PRIMARY KEY (calendar, object, person)
  ) STRICT, WITHOUT ROWID`,
  'CREATE INDEX portal_invitations_copy ON portal_invitations (copy_calendar, copy_object)',
  'CREATE INDEX portal_invitations_gone ON portal_invitations (person) WHERE gone = 1',
]

/** One person's copy of one meeting. */
export interface Invitation {
  /** The organizer's object. */
  readonly meeting: ObjectRef
  readonly person: PrincipalId
  readonly copy: ObjectRef
  /** The person has deleted their copy: it comes back when the meeting is at another time, and not before. */
  readonly gone: boolean
}

interface Row {
  readonly calendar: string
  readonly object: string
  readonly person: string
  readonly copyCalendar: string
  readonly copyObject: string
  readonly gone: number
}

const columns = 'calendar, object, person, copy_calendar AS copyCalendar, copy_object AS copyObject, gone'
const toInvitation = ({ calendar, object, person, copyCalendar, copyObject, gone }: Row): Invitation => ({
  meeting: { calendar, name: object },
  person,
  copy: { calendar: copyCalendar, name: copyObject },
  gone: gone === 1,
})

/** Who has a copy of which meeting: only what stands here is updated, cancelled and answered, within the unit of work that writes. */
export const createInvitations = ({ db }: { readonly db: SqliteDatabase }) => ({
  /** `tx` is `null` for what is committed. */
  of: (tx: Transaction | null, { calendar, name }: ObjectRef): readonly Invitation[] =>
    (tx === null ? db.read : db.within(tx))
      .all<Row>(`SELECT ${columns} FROM portal_invitations WHERE calendar = ? AND object = ?`, calendar, name)
      .map(toInvitation),

  /** Where else the meeting stands of which an object is the organizer's or a copy, as is committed. */
  twinsOf: ({ calendar, name }: ObjectRef): readonly ObjectRef[] =>
    db.read
      .all<{ calendar: string; name: string }>(
        `WITH meeting (calendar, object) AS (
          SELECT ?1, ?2 UNION SELECT calendar, object FROM portal_invitations WHERE copy_calendar = ?1 AND copy_object = ?2
        )
        SELECT i.calendar, i.object AS name FROM meeting m JOIN portal_invitations i USING (calendar, object)
        UNION SELECT i.copy_calendar, i.copy_object FROM meeting m JOIN portal_invitations i USING (calendar, object)`,
        calendar,
        name,
      )
      .filter((twin) => twin.calendar !== calendar || twin.name !== name),

  /** Of the meetings of a calendar, some. */
  inCalendar: (tx: Transaction, calendar: CalendarId, limit: number): readonly Invitation[] =>
    db
      .within(tx)
      .all<Row>(`SELECT ${columns} FROM portal_invitations WHERE calendar = ? LIMIT ?`, calendar, limit)
      .map(toInvitation),

  /** The meeting of which an object is a copy; `null` for all others. */
  byCopy: (tx: Transaction, { calendar, name }: ObjectRef): Invitation | null => {
    const row = db
      .within(tx)
      .get<Row>(`SELECT ${columns} FROM portal_invitations WHERE copy_calendar = ? AND copy_object = ?`, calendar, name)
    return row === undefined ? null : toInvitation(row)
  },

  /** Copies that the person has deleted. */
  goneOf: (tx: Transaction, person: PrincipalId): readonly Invitation[] =>
    db
      .within(tx)
      .all<Row>(`SELECT ${columns} FROM portal_invitations WHERE person = ? AND gone = 1`, person)
      .map(toInvitation),

  put: (tx: Transaction, { meeting, person, copy, gone }: Invitation): void => {
    db.within(tx).run(
      `INSERT OR REPLACE INTO portal_invitations (calendar, object, person, copy_calendar, copy_object, gone)
        VALUES (?, ?, ?, ?, ?, ?)`,
      meeting.calendar,
      meeting.name,
      person,
      copy.calendar,
      copy.name,
      gone ? 1 : 0,
    )
  },

  remove: (tx: Transaction, { meeting, person }: Invitation): void => {
    db.within(tx).run(
      'DELETE FROM portal_invitations WHERE calendar = ? AND object = ? AND person = ?',
      meeting.calendar,
      meeting.name,
      person,
    )
  },
})

export type Invitations = ReturnType<typeof createInvitations>
