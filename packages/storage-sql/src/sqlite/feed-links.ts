import { CalendarError } from '@dayport/core'
import type { FeedLinkRecord, FeedLinkStore, FeedOptions, FeedScope } from '@dayport/ical-export'
import type { Access } from './database.ts'

type Row = Omit<FeedLinkRecord, 'scope' | 'options'> & { readonly scope: string; readonly options: string }

const columns = `id, principal, scope, options, name, created_ms AS createdMs, modified_ms AS modifiedMs,
  expires_ms AS expiresMs, revoked_ms AS revokedMs, last_fetch_ms AS lastFetchMs, last_user_agent AS lastUserAgent`

const toRecord = (row: Row): FeedLinkRecord => ({
  ...row,
  scope: JSON.parse(row.scope) as FeedScope,
  options: JSON.parse(row.options) as FeedOptions,
})

export const createFeedLinkStore = (access: Access): FeedLinkStore => ({
  create: (record, options) =>
    access.writing(options, (sql) => {
      if (sql.get('SELECT 1 FROM dayport_feed_link WHERE id = ?', record.id) !== undefined) {
        throw new CalendarError('already-exists', 'the id of the feed link is taken')
      }
      sql.run(
        `INSERT INTO dayport_feed_link (id, principal, scope, options, name, created_ms, modified_ms, expires_ms, revoked_ms,
           last_fetch_ms, last_user_agent) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        record.id,
        record.principal,
        JSON.stringify(record.scope),
        JSON.stringify(record.options),
        record.name,
        record.createdMs,
        record.modifiedMs,
        record.expiresMs,
        record.revokedMs,
        record.lastFetchMs,
        record.lastUserAgent,
      )
    }),
  get: async (id, options) => {
    const row = access.reading(options).get<Row>(`SELECT ${columns} FROM dayport_feed_link WHERE id = ?`, id)
    return row === undefined ? null : toRecord(row)
  },
  list: async (principal, options) =>
    access
      .reading(options)
      .all<Row>(
        `SELECT ${columns} FROM dayport_feed_link WHERE principal = ? ORDER BY created_ms DESC, id DESC`,
        principal,
      )
      .map(toRecord),
  update: (id, state, options) =>
    access.writing(options, (sql) => {
      sql.run(
        'UPDATE dayport_feed_link SET name = ?, options = ?, expires_ms = ?, modified_ms = ? WHERE id = ?',
        state.name,
        JSON.stringify(state.options),
        state.expiresMs,
        state.modifiedMs,
        id,
      )
    }),
  revoke: (id, revokedMs, options) =>
    access.writing(options, (sql) => {
      sql.run('UPDATE dayport_feed_link SET revoked_ms = ? WHERE id = ? AND revoked_ms IS NULL', revokedMs, id)
    }),
  touch: (id, fetch, options) =>
    access.writing(options, (sql) => {
      const text = 'UPDATE dayport_feed_link SET last_fetch_ms = ?, last_user_agent = ? WHERE id = ?'
      sql.run(text, fetch.lastFetchMs, fetch.lastUserAgent, id)
    }),
})
