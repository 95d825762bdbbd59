import { CalendarError } from '@dayport/core'
import type { OutlookConnectionRecord, OutlookConnectionStore, OutlookList } from '@dayport/outlook-sync'
import { type CalendarRow, calendarColumns, toCalendar } from './calendars.ts'
import type { Access } from './database.ts'
import { listColumns } from './outlook-bindings.ts'

const columns = `id, principal, calendar, name, created_ms AS createdMs, revoked_ms AS revokedMs,
  last_sync_ms AS lastSyncMs, last_user_agent AS lastUserAgent`

/** The named columns as one JSON value, so that rows of several tables fit into one. */
const asJson = (named: string): string => {
  const pairs = named.split(',').map((text) => text.trim().split(' AS '))
  return `json_object(${pairs.map(([column, name = column]) => `'${name}', ${column}`).join(', ')})`
}

const opened = `SELECT ${calendarColumns},
  (SELECT ${asJson(columns)} FROM dayport_outlook_connection WHERE id = ?) AS record,
  (SELECT json_group_array(${asJson(listColumns)}) FROM dayport_outlook_list WHERE calendar = dayport_calendar.id) AS lists
  FROM dayport_calendar WHERE id = (SELECT calendar FROM dayport_outlook_connection WHERE id = ?)`

export const createOutlookConnectionStore = (access: Access): OutlookConnectionStore => ({
  create: (record, options) =>
    access.writing(options, (sql) => {
      if (sql.get('SELECT 1 FROM dayport_outlook_connection WHERE id = ?', record.id) !== undefined) {
        throw new CalendarError('already-exists', 'the id of the connection is taken')
      }
      sql.run(
        `INSERT INTO dayport_outlook_connection (id, principal, calendar, name, created_ms, revoked_ms, last_sync_ms,
           last_user_agent) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
        record.id,
        record.principal,
        record.calendar,
        record.name,
        record.createdMs,
        record.revokedMs,
        record.lastSyncMs,
        record.lastUserAgent,
      )
    }),
  get: async (id, options) =>
    access
      .reading(options)
      .get<OutlookConnectionRecord>(`SELECT ${columns} FROM dayport_outlook_connection WHERE id = ?`, id) ?? null,
  open: async (id, options) => {
    const row = access
      .reading(options)
      .get<CalendarRow & { readonly record: string; readonly lists: string }>(opened, id, id)
    if (row === undefined) return null
    return {
      record: JSON.parse(row.record) as OutlookConnectionRecord,
      calendar: toCalendar(row),
      lists: JSON.parse(row.lists) as OutlookList[],
    }
  },
  list: async (principal, options) =>
    access
      .reading(options)
      .all<OutlookConnectionRecord>(
        `SELECT ${columns} FROM dayport_outlook_connection WHERE principal = ? ORDER BY created_ms DESC, id DESC`,
        principal,
      ),
  rename: (id, name, options) =>
    access.writing(options, (sql) => {
      sql.run('UPDATE dayport_outlook_connection SET name = ? WHERE id = ?', name, id)
    }),
  revoke: (id, revokedMs, options) =>
    access.writing(options, (sql) => {
      const text = 'UPDATE dayport_outlook_connection SET revoked_ms = ? WHERE id = ? AND revoked_ms IS NULL'
      sql.run(text, revokedMs, id)
    }),
  touch: (id, sync, options) =>
    access.writing(options, (sql) => {
      const text = 'UPDATE dayport_outlook_connection SET last_sync_ms = ?, last_user_agent = ? WHERE id = ?'
      sql.run(text, sync.lastSyncMs, sync.lastUserAgent, id)
    }),
})
