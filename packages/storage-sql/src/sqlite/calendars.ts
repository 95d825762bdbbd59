import {
  type AccessGrant,
  type Calendar,
  type CalendarDirectory,
  CalendarError,
  type CalendarReader,
  type CalendarState,
  calendarFromDraft,
  compareCalendars,
  formatSyncToken,
  patchCalendar,
  reachOf,
} from '@dayport/core'
import type { Sql, SqlReader } from './client.ts'
import type { Access } from './database.ts'

export interface CalendarRow {
  readonly pk: number
  readonly id: string
  readonly owner: string
  readonly name: string
  readonly display_name: string
  readonly description: string
  readonly color: string | null
  readonly sort_order: number
  readonly components: string
  readonly timezone: string | null
  readonly export_allowed: number
  readonly read_only: number
  readonly access: string
  readonly dead_properties: string
  readonly revision: number
  readonly modified_ms: number
  readonly created_ms: number | null
  readonly bytes: number
}

export const calendarColumns =
  'pk, id, owner, name, display_name, description, color, sort_order, components, timezone, export_allowed, read_only, access, dead_properties, revision, modified_ms, created_ms, bytes'

/** What writes and feeds need of a calendar. */
export interface CalendarKey {
  readonly pk: number
  readonly revision: number
  readonly pruned: number
}

/** @throws {CalendarError} `not-found`. */
export const calendarKey = (sql: SqlReader, id: string): CalendarKey => {
  const key = sql.get<CalendarKey>(
    'SELECT pk, revision, pruned_revision AS pruned FROM dayport_calendar WHERE id = ?',
    id,
  )
  if (key === undefined) throw new CalendarError('not-found', 'there is no such calendar')
  return key
}

type Calendars = CalendarDirectory & Pick<CalendarReader, 'listCalendars'>

export const createCalendars = (access: Access, now: () => number, newId: () => string): Calendars => ({
  listCalendars: async (principal, options) => {
    const reach = JSON.stringify(reachOf(principal))
    const rows = access.reading(options).all<CalendarRow>(
      `SELECT ${calendarColumns} FROM dayport_calendar WHERE owner = ? OR pk IN (
         SELECT calendar FROM dayport_grantee WHERE principal IN (SELECT value FROM json_each(?)))`,
      principal.id,
      reach,
    )
    return rows.map(toCalendar).sort(compareCalendars)
  },

  getCalendar: async (id, options) => byId(access.reading(options), id),

  findCalendar: async (owner, name, options) => {
    const row = access
      .reading(options)
      .get<CalendarRow>(`SELECT ${calendarColumns} FROM dayport_calendar WHERE owner = ? AND name = ?`, owner, name)
    return row === undefined ? null : toCalendar(row)
  },

  createCalendar: (draft, options) =>
    access.writing(options, (sql) => {
      assertNameIsFree(sql, draft.owner, draft.name)
      const state = calendarFromDraft(draft, newId(), now())
      sql.run(
        `INSERT INTO dayport_calendar (id, owner, name, components, revision, pruned_revision, display_name, description,
           color, sort_order, timezone, export_allowed, access, dead_properties, modified_ms, read_only, created_ms, bytes)
         VALUES (?, ?, ?, ?, 0, 0, '', '', NULL, 0, NULL, 0, '[]', '{}', 0, ?, ?, 0)`,
        state.id,
        state.owner,
        state.name,
        JSON.stringify(state.components),
        state.readOnly ? 1 : 0,
        state.createdMs ?? null,
      )
      save(sql, calendarKey(sql, state.id).pk, state)
      return shown(state)
    }),

  updateCalendar: (id, patch, options) =>
    access.writing(options, (sql) => {
      const { pk } = calendarKey(sql, id)
      const { syncToken: _, ...state } = byId(sql, id)!
      const patched = patchCalendar(state, patch, now())
      if (patched.name !== state.name) assertNameIsFree(sql, state.owner, patched.name)
      save(sql, pk, patched)
      return shown(patched)
    }),

  deleteCalendar: (id, options) =>
    access.writing(options, (sql) => {
      const { pk } = calendarKey(sql, id)
      sql.run('DELETE FROM dayport_calendar WHERE pk = ?', pk)
    }),
})

const byId = (sql: SqlReader, id: string): Calendar | null => {
  const row = sql.get<CalendarRow>(`SELECT ${calendarColumns} FROM dayport_calendar WHERE id = ?`, id)
  return row === undefined ? null : toCalendar(row)
}

/** @throws {CalendarError} `already-exists`. */
const assertNameIsFree = (sql: SqlReader, owner: string, name: string): void => {
  const taken = sql.get('SELECT 1 FROM dayport_calendar WHERE owner = ? AND name = ?', owner, name)
  if (taken !== undefined) throw new CalendarError('already-exists', 'the owner has a calendar of that name')
}

/** Writes everything that a patch may change. */
const save = (sql: Sql, pk: number, state: CalendarState): void => {
  sql.run(
    `UPDATE dayport_calendar SET name = ?, display_name = ?, description = ?, color = ?, sort_order = ?, timezone = ?,
       export_allowed = ?, access = ?, dead_properties = ?, modified_ms = ? WHERE pk = ?`,
    state.name,
    state.displayName,
    state.description,
    state.color,
    state.order,
    state.timezone,
    state.exportAllowed ? 1 : 0,
    JSON.stringify(state.access),
    JSON.stringify(state.deadProperties),
    state.modifiedMs,
    pk,
  )
  sql.run('DELETE FROM dayport_grantee WHERE calendar = ?', pk)
  for (const { principal, level } of state.access) {
    if (level !== 'none') sql.run('INSERT OR IGNORE INTO dayport_grantee VALUES (?, ?)', principal, pk)
  }
}

const shown = (state: CalendarState): Calendar => ({
  ...state,
  syncToken: formatSyncToken(state.id, { revision: state.revision, base: state.revision }),
})

export const toCalendar = (row: CalendarRow): Calendar =>
  shown({
    id: row.id,
    owner: row.owner,
    name: row.name,
    displayName: row.display_name,
    description: row.description,
    color: row.color,
    order: row.sort_order,
    components: JSON.parse(row.components) as string[],
    timezone: row.timezone,
    exportAllowed: row.export_allowed === 1,
    readOnly: row.read_only === 1,
    access: JSON.parse(row.access) as AccessGrant[],
    deadProperties: JSON.parse(row.dead_properties) as Record<string, string>,
    revision: row.revision,
    modifiedMs: row.modified_ms,
    ...(row.created_ms !== null && { createdMs: row.created_ms }),
    bytes: row.bytes,
  })
