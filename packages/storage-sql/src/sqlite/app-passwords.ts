import { CalendarError } from '@dayport/core'
import type { AppPasswordRecord, AppPasswordStore } from '@dayport/http'
import type { Access } from './database.ts'

type Row = Omit<AppPasswordRecord, 'scopes'> & { readonly scopes: string }

const columns = `id, principal, name, scopes, hash, created_ms AS createdMs, last_used_ms AS lastUsedMs,
  last_user_agent AS lastUserAgent, revoked_ms AS revokedMs`

const toRecord = (row: Row): AppPasswordRecord => ({ ...row, scopes: JSON.parse(row.scopes) as string[] })

export const createAppPasswordStore = (access: Access): AppPasswordStore => ({
  create: (record, options) =>
    access.writing(options, (sql) => {
      const taken = sql.get('SELECT 1 FROM dayport_app_password WHERE id = ? OR hash = ?', record.id, record.hash)
      if (taken !== undefined)
        throw new CalendarError('already-exists', 'the id or the hash of the app password is taken')
      sql.run(
        `INSERT INTO dayport_app_password (id, principal, name, scopes, hash, created_ms, last_used_ms, last_user_agent,
           revoked_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        record.id,
        record.principal,
        record.name,
        JSON.stringify(record.scopes),
        record.hash,
        record.createdMs,
        record.lastUsedMs,
        record.lastUserAgent,
        record.revokedMs,
      )
    }),
  get: async (id, options) => {
    const row = access.reading(options).get<Row>(`SELECT ${columns} FROM dayport_app_password WHERE id = ?`, id)
    return row === undefined ? null : toRecord(row)
  },
  findByHash: async (hash, options) => {
    const row = access.reading(options).get<Row>(`SELECT ${columns} FROM dayport_app_password WHERE hash = ?`, hash)
    return row === undefined ? null : toRecord(row)
  },
  list: async (principal, options) =>
    access
      .reading(options)
      .all<Row>(
        `SELECT ${columns} FROM dayport_app_password WHERE principal = ? ORDER BY created_ms DESC, id DESC`,
        principal,
      )
      .map(toRecord),
  revoke: (id, revokedMs, options) =>
    access.writing(options, (sql) => {
      sql.run('UPDATE dayport_app_password SET revoked_ms = ? WHERE id = ? AND revoked_ms IS NULL', revokedMs, id)
    }),
  touch: (id, use, options) =>
    access.writing(options, (sql) => {
      const text = 'UPDATE dayport_app_password SET last_used_ms = ?, last_user_agent = ? WHERE id = ?'
      sql.run(text, use.lastUsedMs, use.lastUserAgent, id)
    }),
})
