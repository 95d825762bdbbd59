import { CalendarError } from '@dayport/core'
import type { FeedLinkRecord, FeedLinkStore } from '@dayport/ical-export'
import type { Access } from './database.ts'

const columns = `id, principal, calendar, name, created_ms AS createdMs, expires_ms AS expiresMs, revoked_ms AS revokedMs,
  last_fetch_ms AS lastFetchMs, last_user_agent AS lastUserAgent`

export const createFeedLinkStore = (access: Access): FeedLinkStore => ({
  create: (record, options) =>
    access.writing(options, (sql) => {
      if (sql.get('SELECT 1 FROM dayport_feed_link WHERE id = ?', record.id) !== undefined) {
        throw new CalendarError('already-exists', 'the id of the feed link is taken')
      }
      sql.run(
        `INSERT INTO dayport_feed_link (id, principal, calendar, name, created_ms, expires_ms, revoked_ms, last_fetch_ms,
           last_user_agent) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        record.id,
        record.principal,
        record.calendar,
        record.name,
        record.createdMs,
        record.expiresMs,
        record.revokedMs,
        record.lastFetchMs,
        record.lastUserAgent,
      )
    }),
  get: async (id, options) => {
    const row = access.reading(options).get<FeedLinkRecord>(`SELECT ${columns} FROM dayport_feed_link WHERE id = ?`, id)
    return row === undefined ? null : { ...row }
  },
  list: async (principal, options) =>
    access
      .reading(options)
      .all<FeedLinkRecord>(
        `SELECT ${columns} FROM dayport_feed_link WHERE principal = ? ORDER BY created_ms DESC, id DESC`,
        principal,
      )
      .map((row) => ({ ...row })),
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
