import { CalendarError, type Principal } from '@dayport/core'
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

/**
 * How the host's own tables in this file tell of people, as scalar SQL over the SQL of a principal's id. With it the one statement that
 * opens a connection also tells who its maker is today and in which zone the calendar's owner lives.
 */
export interface PeopleSql {
  /** JSON of the person's `Principal` without the id: `groups` (all, also through others) and `external`; NULL for who is gone. */
  readonly principalOf: (id: string) => string
  /** IANA name; NULL where none is known. */
  readonly timeZoneOf: (id: string) => string
}

const openedBy = (people: PeopleSql | undefined): string => `SELECT ${calendarColumns}, record,
  (SELECT json_group_array(${asJson(listColumns)}) FROM dayport_outlook_list WHERE calendar = dayport_calendar.id) AS lists,
  ${people?.principalOf('maker') ?? 'NULL'} AS who, ${people?.timeZoneOf('dayport_calendar.owner') ?? 'NULL'} AS zone
  FROM (SELECT calendar AS opened, principal AS maker, ${asJson(columns)} AS record FROM dayport_outlook_connection WHERE id = ?)
  JOIN dayport_calendar ON dayport_calendar.id = opened`

interface OpenedRow extends CalendarRow {
  readonly record: string
  readonly lists: string
  readonly who: string | null
  readonly zone: string | null
}

export const createOutlookConnectionStore = (access: Access, people?: PeopleSql): OutlookConnectionStore => {
  const opened = openedBy(people)
  return {
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
      const row = access.reading(options).get<OpenedRow>(opened, id)
      if (row === undefined) return null
      const record = JSON.parse(row.record) as OutlookConnectionRecord
      const who = row.who === null ? null : (JSON.parse(row.who) as Omit<Principal, 'id'>)
      return {
        record,
        calendar: toCalendar(row),
        lists: JSON.parse(row.lists) as OutlookList[],
        ...(people !== undefined && { maker: who === null ? null : { id: record.principal, ...who } }),
        ...(row.zone !== null && { timeZone: row.zone }),
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
  }
}
