import { CalendarError } from '@dayport/core'
import type { OutlookConnectionRecord, OutlookConnectionStore } from '@dayport/outlook-sync'
import type { Access } from './database.ts'

const columns = `id, principal, calendar, name, created_ms AS createdMs, revoked_ms AS revokedMs,
  last_sync_ms AS lastSyncMs, last_user_agent AS lastUserAgent`

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
