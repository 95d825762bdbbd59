import { CalendarError } from '@dayport/core'
import type { SubscriptionRecord, SubscriptionState, SubscriptionStore } from '@dayport/ical-export/subscription'
import type { SqlValue } from './client.ts'
import type { Access } from './database.ts'

interface SubscriptionRow extends Omit<SubscriptionRecord, 'lastError'> {
  readonly lastError: string | null
}

const columns = `id, principal, calendar, url, created_ms AS createdMs, refresh_minutes AS refreshMinutes, etag,
  last_modified AS lastModified, asked_minutes AS askedMinutes, last_fetch_ms AS lastFetchMs,
  last_success_ms AS lastSuccessMs, next_fetch_ms AS nextFetchMs, failures, last_error AS lastError, refused`

export const createSubscriptionStore = (access: Access): SubscriptionStore => ({
  create: (record, options) =>
    access.writing(options, (sql) => {
      const { id, calendar } = record
      if (sql.get('SELECT 1 FROM dayport_subscription WHERE id = ? OR calendar = ?', id, calendar) !== undefined) {
        throw new CalendarError('already-exists', 'the subscription is there already')
      }
      sql.run(
        `INSERT INTO dayport_subscription (id, principal, calendar, url, created_ms, refresh_minutes, etag, last_modified,
           asked_minutes, last_fetch_ms, last_success_ms, next_fetch_ms, failures, last_error, refused)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        id,
        record.principal,
        calendar,
        record.url,
        record.createdMs,
        record.refreshMinutes,
        ...stateValues(record),
      )
    }),
  get: async (id, options) => {
    const text = `SELECT ${columns} FROM dayport_subscription WHERE id = ?`
    const row = access.reading(options).get<SubscriptionRow>(text, id)
    return row === undefined ? null : toRecord(row)
  },
  list: async (principal, options) => {
    const text = `SELECT ${columns} FROM dayport_subscription WHERE principal = ? ORDER BY created_ms, id`
    return access.reading(options).all<SubscriptionRow>(text, principal).map(toRecord)
  },
  update: (id, state, options) =>
    access.writing(options, (sql) => {
      sql.run(
        `UPDATE dayport_subscription SET etag = ?, last_modified = ?, asked_minutes = ?, last_fetch_ms = ?,
           last_success_ms = ?, next_fetch_ms = ?, failures = ?, last_error = ?, refused = ? WHERE id = ?`,
        ...stateValues(state),
        id,
      )
    }),
  remove: (id, options) =>
    access.writing(options, (sql) => {
      sql.run('DELETE FROM dayport_subscription WHERE id = ?', id)
    }),
  takeDue: (when, options) =>
    access.writing(options, (sql) => {
      const text = `SELECT ${columns} FROM dayport_subscription WHERE next_fetch_ms <= ? ORDER BY next_fetch_ms, id LIMIT ?`
      const due = sql.all<SubscriptionRow>(text, when.nowMs, when.limit).map(toRecord)
      for (const { id } of due)
        sql.run('UPDATE dayport_subscription SET next_fetch_ms = ? WHERE id = ?', when.untilMs, id)
      return due
    }),
})

/** In the order of the columns, etag to refused. */
const stateValues = (state: SubscriptionState): readonly SqlValue[] => [
  state.etag,
  state.lastModified,
  state.askedMinutes,
  state.lastFetchMs,
  state.lastSuccessMs,
  state.nextFetchMs,
  state.failures,
  state.lastError === null ? null : JSON.stringify(state.lastError),
  state.refused,
]

const toRecord = ({ lastError, ...row }: SubscriptionRow): SubscriptionRecord => ({
  ...row,
  lastError: lastError === null ? null : (JSON.parse(lastError) as SubscriptionRecord['lastError']),
})
