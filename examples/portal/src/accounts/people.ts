import type { Principal, PrincipalId, PrincipalInfo, PrincipalKind } from '@dayport/core'
import type { PeopleSql, Sql, SqliteDatabase } from '@dayport/storage-sql/sqlite'
import { PortalError } from '../problem.ts'

/** Languages of the page. */
export const locales = ['ru', 'en'] as const
export type Locale = (typeof locales)[number]

/** An account. Groups, rooms and resources are accounts too, mostly without a password. */
export interface Person {
  readonly id: PrincipalId
  readonly login: string
  readonly name: string
  /** '' when unknown. */
  readonly email: string
  readonly kind: PrincipalKind
  readonly admin: boolean
  readonly locale: Locale
  /** IANA name: in which days are shown and floating times are read. */
  readonly timeZone: string
  /** Whether the row that offers connections stands above the calendar. */
  readonly banner: boolean
  /** From outside: a customer, a contractor. What is open to everybody is not open to them; see `Principal.external` in core. */
  readonly external: boolean
}

/** What a new account needs. */
export interface PersonDraft extends Omit<Person, 'id' | 'banner' | 'external'> {
  readonly external?: boolean // false
  /** argon2 text; `null` for accounts that nobody signs in to. */
  readonly passwordHash: string | null
}

export interface PersonPatch {
  readonly name?: string
  readonly email?: string
  readonly locale?: Locale
  readonly timeZone?: string
  readonly banner?: boolean
  readonly external?: boolean
  readonly admin?: boolean
}

interface Row {
  readonly id: string
  readonly login: string
  readonly name: string
  readonly email: string
  readonly kind: PrincipalKind
  readonly admin: number
  readonly locale: Locale
  readonly time_zone: string
  readonly banner: number
  readonly external: number
}

const columns = 'id, login, name, email, kind, admin, locale, time_zone, banner, external'
const toPerson = ({ time_zone, admin, banner, external, ...row }: Row): Person => ({
  ...row,
  admin: admin === 1,
  banner: banner === 1,
  external: external === 1,
  timeZone: time_zone,
})
const fold = (login: string): string => login.normalize('NFC').toLowerCase()

/** Logins are path segments and Basic user names: no slash, no colon (RFC 7617 §2), no control characters, no dots alone. */
export const isLogin = (text: string): boolean =>
  text.length > 0 &&
  text.length <= 200 &&
  text === text.trim() &&
  !/[/\\:\u0000-\u001f\u007f]/.test(text) &&
  !/^\.+$/.test(text)

/** Grants given to it reach administrators, whoever they are at the time. No account has this id. */
export const administrators: PrincipalId = '@administrators'

/** The setting that names the account which holds the company's calendar. */
export const companySetting = 'company'

/** What other tables of the database say of people with. A person's groups are those above them too, of administrators also their own. */
export const peopleSql: PeopleSql = {
  principalOf: (id) => `(SELECT json_object(
      'groups', json(CASE admin WHEN 1 THEN json_insert(groups_above, '$[#]', '${administrators}') ELSE groups_above END),
      'external', json(CASE external WHEN 1 THEN 'true' ELSE 'false' END)
    ) FROM portal_people WHERE portal_people.id = ${id} AND gone_ms IS NULL)`,
  timeZoneOf: (id) => `(SELECT time_zone FROM portal_people WHERE portal_people.id = ${id} AND gone_ms IS NULL)`,
}

/** A group or person and everybody in it, through groups in it too. A ring of groups ends by UNION. */
const idsBelow = (sql: Pick<Sql, 'all'>, id: PrincipalId): PrincipalId[] =>
  sql
    .all<{ id: string }>(
      `WITH RECURSIVE below (id) AS (
        SELECT ? UNION SELECT m.member_id FROM portal_members m JOIN below ON m.group_id = below.id
      ) SELECT id FROM below`,
      id,
    )
    .map((row) => row.id)

/** To be run after every change of a membership, for those below it. */
const writeGroupsAbove = (sql: Sql, ids: readonly PrincipalId[]): void => {
  sql.run(
    `UPDATE portal_people SET groups_above = (
      WITH RECURSIVE above (id) AS (
        SELECT group_id FROM portal_members WHERE member_id = portal_people.id
        UNION SELECT m.group_id FROM portal_members m JOIN above ON m.member_id = above.id
      ) SELECT json_group_array(id) FROM above) WHERE id IN (SELECT value FROM json_each(?))`,
    JSON.stringify(ids),
  )
}

/** @throws {PortalError} `last-administrator` when there is no other: nobody could make one. */
const assertOtherAdministrator = (sql: Sql, id: PrincipalId): void => {
  const admins = sql.all<{ id: string }>('SELECT id FROM portal_people WHERE admin = 1 AND gone_ms IS NULL')
  if (admins.length === 1 && admins[0]?.id === id) {
    throw new PortalError('last-administrator', 'There is no other administrator')
  }
}

/** As names of groups are compared: SQLite folds ASCII only. */
const foldName = (name: string): string => fold(name.trim().replace(/\s+/g, ' '))

/**
 * Two groups of one name cannot be told apart where access or a door is given to them.
 *
 * @throws {PortalError} `name-taken`
 */
const assertFreeName = (sql: Sql, name: string, except: PrincipalId | null): void => {
  const taken = sql
    .all<{ id: string; name: string }>(
      `SELECT id, name FROM portal_people WHERE kind = 'group' AND gone_ms IS NULL
        AND id NOT IN (SELECT value FROM portal_settings WHERE name = ?)`,
      companySetting,
    )
    .some((group) => group.id !== except && foldName(group.name) === foldName(name))
  if (taken) throw new PortalError('name-taken', 'There is a group of this name already', { name })
}

export type People = ReturnType<typeof createPeople>

/** The accounts. A login is found exactly as written, or without regard to case when that names one account only. */
export const createPeople = ({
  db,
  now,
  newId,
}: {
  readonly db: SqliteDatabase
  readonly now: () => number
  readonly newId: () => string
}) => {
  const membersOf = (group: PrincipalId): string[] =>
    db.read
      .all<{ member_id: string }>('SELECT member_id FROM portal_members WHERE group_id = ? ORDER BY member_id', group)
      .map((row) => row.member_id)

  const get = (id: PrincipalId): Person | null => {
    const row = db.read.get<Row>(`SELECT ${columns} FROM portal_people WHERE id = ? AND gone_ms IS NULL`, id)
    return row === undefined ? null : toPerson(row)
  }

  /** Who has that address; of several the one who came first. */
  const findByEmail = (email: string): Person | null => {
    const row = db.read.get<Row>(
      `SELECT ${columns} FROM portal_people WHERE gone_ms IS NULL AND email <> '' AND lower(email) = lower(?)
        ORDER BY created_ms, id LIMIT 1`,
      email.trim(),
    )
    return row === undefined ? null : toPerson(row)
  }

  const findByLogin = (login: string): Person | null => {
    const text = login.normalize('NFC')
    const exact = db.read.get<Row>(`SELECT ${columns} FROM portal_people WHERE login = ? AND gone_ms IS NULL`, text)
    if (exact !== undefined) return toPerson(exact)
    const [row, second] = db.read.all<Row>(
      `SELECT ${columns} FROM portal_people WHERE folded_login = ? AND gone_ms IS NULL LIMIT 2`,
      fold(login),
    )
    return row === undefined || second !== undefined ? null : toPerson(row)
  }

  const toInfo = (person: Person): PrincipalInfo => ({
    id: person.id,
    login: person.login,
    displayName: person.name,
    emails: person.email === '' ? [] : [person.email],
    kind: person.kind,
    members: person.kind === 'group' ? membersOf(person.id) : [],
  })

  const insert = (sql: Sql, draft: PersonDraft): Person => {
    const { passwordHash, external = false, ...rest } = draft
    const person: Person = { ...rest, external, id: newId(), login: draft.login.normalize('NFC'), banner: true }
    // Also a login of someone who left stays taken: addresses and grants must not pass to a namesake.
    if (sql.get('SELECT 1 FROM portal_people WHERE login = ?', person.login) !== undefined) {
      throw new PortalError('login-taken', 'There is an account with this login already', { login: person.login })
    }
    sql.run(
      `INSERT INTO portal_people (${columns}, folded_login, password_hash, created_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      person.id,
      person.login,
      person.name,
      person.email,
      person.kind,
      person.admin ? 1 : 0,
      person.locale,
      person.timeZone,
      1,
      person.external ? 1 : 0,
      fold(person.login),
      passwordHash,
      now(),
    )
    return person
  }

  /**
   * People and groups whose name, login or address contains the text, by name; at most `limit`. The account that holds the company's
   * calendar is none of them: it has no members, so that what was given to it would reach nobody.
   */
  const search = (text: string, limit: number, among: ReadonlySet<PrincipalId> | null = null): Person[] => {
    const rows = db.read
      .all<Row>(
        `SELECT ${columns} FROM portal_people WHERE gone_ms IS NULL
          AND id NOT IN (SELECT value FROM portal_settings WHERE name = ?) ORDER BY name, login`,
        companySetting,
      )
      .filter(({ id }) => among === null || among.has(id))
    const wanted = fold(text)
    // SQLite folds ASCII only, so that Cyrillic is compared here.
    const matches = rows.filter((row) => [row.name, row.login, row.email].some((field) => fold(field).includes(wanted)))
    return matches.slice(0, limit).map(toPerson)
  }

  /** Everybody who has not left, by name. */
  const list = (): Person[] =>
    db.read.all<Row>(`SELECT ${columns} FROM portal_people WHERE gone_ms IS NULL ORDER BY name, login`).map(toPerson)

  return {
    get,
    list,
    toInfo,
    findByLogin,
    findByEmail,
    membersOf,
    search,

    /** Direct ones: who is in a group is told by the group's own members anyway. */
    groupsOf: async (id: PrincipalId): Promise<PrincipalId[]> =>
      db.read
        .all<{ id: string }>('SELECT group_id AS id FROM portal_members WHERE member_id = ? ORDER BY group_id', id)
        .map((row) => row.id),

    /** The people in a group, and in groups in it, by name. */
    everybodyIn: (group: PrincipalId): Person[] =>
      db.read
        .all<Row>(
          `SELECT ${columns} FROM portal_people WHERE id IN (SELECT value FROM json_each(?)) AND kind = 'individual' AND gone_ms IS NULL
            ORDER BY name, login`,
          JSON.stringify(idsBelow(db.read, group)),
        )
        .map(toPerson),

    /** Whether anybody is there at all. */
    isEmpty: (): boolean => db.read.get('SELECT 1 FROM portal_people LIMIT 1') === undefined,

    /**
     * Who asks, for `authorize`, with all their groups, of administrators also {@link administrators}; `null` when the person is gone, so that
     * everything which stands on them ends.
     */
    principalOf: async (id: PrincipalId): Promise<Principal | null> => {
      const row = db.read.get<{ who: string | null }>(`SELECT ${peopleSql.principalOf('?')} AS who`, id)
      const who = row?.who ?? null
      return who === null ? null : { id, ...(JSON.parse(who) as Omit<Principal, 'id'>) }
    },

    getPrincipal: async (id: PrincipalId): Promise<PrincipalInfo | null> => {
      const person = get(id)
      return person === null ? null : toInfo(person)
    },

    findPrincipal: async (login: string): Promise<PrincipalInfo | null> => {
      const person = findByLogin(login)
      return person === null ? null : toInfo(person)
    },

    passwordHashOf: (id: PrincipalId): string | null =>
      db.read.get<{ password_hash: string | null }>('SELECT password_hash FROM portal_people WHERE id = ?', id)
        ?.password_hash ?? null,

    /** All of them or none. @throws {PortalError} `login-taken`. */
    createAll: (drafts: readonly PersonDraft[]): Promise<readonly Person[]> =>
      db.write((sql) => drafts.map((draft) => insert(sql, draft))),

    /** @throws {PortalError} `login-taken`, `name-taken`. */
    createGroup: (draft: Omit<PersonDraft, 'kind' | 'admin' | 'passwordHash' | 'email'>): Promise<Person> =>
      db.write((sql) => {
        assertFreeName(sql, draft.name, null)
        return insert(sql, { ...draft, kind: 'group', email: '', admin: false, passwordHash: null })
      }),

    /** The first account, an administrator. @throws {PortalError} `setup-done` when there is one already. */
    createFirst: (draft: PersonDraft): Promise<Person> =>
      db.write((sql) => {
        if (sql.get('SELECT 1 FROM portal_people LIMIT 1') !== undefined) {
          throw new PortalError('setup-done', 'The portal has been set up already')
        }
        return insert(sql, { ...draft, admin: true })
      }),

    setMembers: (group: PrincipalId, members: readonly PrincipalId[]): Promise<void> =>
      db.write((sql) => {
        const before = idsBelow(sql, group)
        sql.run('DELETE FROM portal_members WHERE group_id = ?', group)
        for (const member of new Set(members)) sql.run('INSERT INTO portal_members VALUES (?, ?)', group, member)
        writeGroupsAbove(sql, [...before, ...idsBelow(sql, group)])
      }),

    /** @throws {PortalError} `last-administrator`, `name-taken` (of a group). */
    update: (id: PrincipalId, patch: PersonPatch): Promise<void> =>
      db.write((sql) => {
        if (patch.admin === false) assertOtherAdministrator(sql, id)
        if (patch.name !== undefined && get(id)?.kind === 'group') assertFreeName(sql, patch.name, id)
        sql.run(
          `UPDATE portal_people SET name = coalesce(?, name), email = coalesce(?, email), locale = coalesce(?, locale),
            time_zone = coalesce(?, time_zone), banner = coalesce(?, banner),
            external = coalesce(?, external), admin = coalesce(?, admin) WHERE id = ?`,
          patch.name ?? null,
          patch.email ?? null,
          patch.locale ?? null,
          patch.timeZone ?? null,
          patch.banner === undefined ? null : Number(patch.banner),
          patch.external === undefined ? null : Number(patch.external),
          patch.admin === undefined ? null : Number(patch.admin),
          id,
        )
      }),

    /** Ends every session of the person, the one in use too. */
    setPassword: (id: PrincipalId, passwordHash: string): Promise<void> =>
      db.write((sql) => {
        sql.run('UPDATE portal_people SET password_hash = ? WHERE id = ?', passwordHash, id)
        sql.run('DELETE FROM portal_sessions WHERE person = ?', id)
      }),

    /**
     * The person left, or the group is no more: no door opens any more. Calendars stay with their objects.
     *
     * @throws {PortalError} `last-administrator`
     */
    leave: (id: PrincipalId): Promise<void> =>
      db.write((sql) => {
        assertOtherAdministrator(sql, id)
        sql.run('UPDATE portal_people SET gone_ms = ?, password_hash = NULL WHERE id = ?', now(), id)
        sql.run('DELETE FROM portal_sessions WHERE person = ?', id)
        const below = idsBelow(sql, id)
        sql.run('DELETE FROM portal_members WHERE member_id = ? OR group_id = ?', id, id)
        writeGroupsAbove(sql, below)
      }),
  }
}
