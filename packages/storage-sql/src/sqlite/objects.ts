import {
  assertCondition,
  CalendarError,
  type CalendarReader,
  type CalendarWriter,
  type Change,
  etagOf,
  type ObjectDraft,
  type ObjectRef,
  type Origin,
  type PutResult,
  type WriteCondition,
} from '@dayport/core'
import { calendarKey } from './calendars.ts'
import type { Sql } from './client.ts'
import type { Access } from './database.ts'
import { isLong, readObjectAt } from './object-rows.ts'

interface Current {
  readonly pk: number
  readonly uid: string
  readonly etag: string
  readonly revision: number
  readonly bytes: number
}

interface Stamp {
  readonly nowMs: number
  readonly origin: Origin
}

type Objects = CalendarWriter & Pick<CalendarReader, 'getObject'>

export const createObjects = (access: Access, now: () => number): Objects => {
  const stamp = (origin: Origin | undefined): Stamp => ({ nowMs: now(), origin: origin ?? { door: 'host' } })
  return {
    getObject: async (ref, options) => readObjectAt(access.reading(options), ref),
    putObject: (ref, draft, condition, options) =>
      access.writing(options, (sql) => put(sql, ref, draft, condition, stamp(options?.origin), options?.touch)),
    deleteObject: (ref, condition, options) =>
      access.writing(options, (sql) => remove(sql, ref, condition, stamp(options?.origin))),
  }
}

const currentOf = (sql: Sql, calendarPk: number, name: string): Current | undefined =>
  sql.get<Current>(
    'SELECT pk, uid, etag, revision, length(data) AS bytes FROM dayport_object WHERE calendar = ? AND name = ?',
    calendarPk,
    name,
  )

const put = (
  sql: Sql,
  { calendar, name }: ObjectRef,
  { data, index }: ObjectDraft,
  condition: WriteCondition | undefined,
  stamp: Stamp,
  touch = false,
): PutResult => {
  const key = calendarKey(sql, calendar)
  const current = currentOf(sql, key.pk, name)
  assertCondition(condition, current?.etag ?? null)
  if (current !== undefined && holdsAlready(sql, current, data)) {
    const { etag } = current
    if (!touch) return { etag, created: false, revision: current.revision }
    const revision = key.revision + 1
    record(sql, key.pk, { name, etag, component: index.component, revision }, 0, stamp)
    return { etag, created: false, revision }
  }
  assertUidIsFree(sql, key.pk, name, index.uid, current)

  const revision = key.revision + 1
  const etag = etagOf(revision, data)
  const facts = [
    index.uid,
    index.component,
    etag,
    revision,
    stamp.nowMs,
    index.firstStartMs,
    index.lastEndMs,
    isLong(index) ? 1 : 0,
    JSON.stringify(index.tzids),
    index.recurrence,
    index.needsRepair === undefined ? null : Number(index.needsRepair),
    index.body?.[0] ?? null,
    index.body === undefined ? null : (index.body?.[1] ?? 0),
    data,
  ] as const
  if (current === undefined) {
    sql.run(
      `INSERT INTO dayport_object (uid, component, etag, revision, modified_ms, first_start_ms, last_end_ms, long, tzids,
         recurrence, needs_repair, body_start, body_end, data, calendar, name)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...facts,
      key.pk,
      name,
    )
  } else {
    sql.run(
      `UPDATE dayport_object SET uid = ?, component = ?, etag = ?, revision = ?, modified_ms = ?, first_start_ms = ?,
         last_end_ms = ?, long = ?, tzids = ?, recurrence = ?, needs_repair = ?, body_start = ?, body_end = ?,
         data = ? WHERE pk = ?`,
      ...facts,
      current.pk,
    )
  }
  const grown = data.length - (current?.bytes ?? 0)
  record(sql, key.pk, { name, etag, component: index.component, revision }, grown, stamp)
  return { etag, created: current === undefined, revision }
}

const remove = (sql: Sql, { calendar, name }: ObjectRef, condition: WriteCondition | undefined, stamp: Stamp): void => {
  const key = calendarKey(sql, calendar)
  const current = currentOf(sql, key.pk, name)
  if (current === undefined) throw new CalendarError('not-found', 'no object of that name is in the calendar')
  assertCondition(condition, current.etag)
  sql.run('DELETE FROM dayport_object WHERE pk = ?', current.pk)
  record(sql, key.pk, { name, etag: null, component: null, revision: key.revision + 1 }, -current.bytes, stamp)
}

/** The etag's checksum tells most differences without reading the old bytes; only the bytes themselves prove sameness. */
const holdsAlready = (sql: Sql, current: Current, data: Uint8Array): boolean => {
  if (etagOf(current.revision, data) !== current.etag) return false
  return sql.get('SELECT 1 FROM dayport_object WHERE pk = ? AND data = ?', current.pk, data) !== undefined
}

const assertUidIsFree = (
  sql: Sql,
  calendarPk: number,
  name: string,
  uid: string,
  current: Current | undefined,
): void => {
  if (current?.uid === uid) return
  const holder =
    current === undefined
      ? sql.get<{ name: string }>('SELECT name FROM dayport_object WHERE calendar = ? AND uid = ?', calendarPk, uid)
          ?.name
      : name // an overwrite may not change the UID
  if (holder === undefined) return
  throw new CalendarError('uid-conflict', 'another object of the calendar has the UID', { details: { name: holder } })
}

const record = (
  sql: Sql,
  calendarPk: number,
  { name, etag, component, revision }: Omit<Change, 'origin'>,
  grown: number,
  { nowMs, origin }: Stamp,
): void => {
  // The name's former change goes: a feed tells the latest state of each name.
  sql.run(
    `INSERT OR REPLACE INTO dayport_change (calendar, revision, name, etag, component, origin, at_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
    calendarPk,
    revision,
    name,
    etag,
    component ?? null,
    JSON.stringify(origin),
    nowMs,
  )
  sql.run(
    'UPDATE dayport_calendar SET revision = ?, modified_ms = ?, bytes = bytes + ? WHERE pk = ?',
    revision,
    nowMs,
    grown,
    calendarPk,
  )
}
