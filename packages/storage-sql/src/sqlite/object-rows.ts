import type { CalendarObject, ObjectIndex, ObjectRef } from '@dayport/core'
import type { SqlReader } from './client.ts'

/** The facts as columns; shared by whole objects and by the index of long ones. */
export interface FactsRow {
  readonly uid: string
  readonly component: string
  readonly first_start_ms: number
  readonly last_end_ms: number
  readonly tzids: string
  readonly recurrence: string | null
}

export interface ObjectRow extends FactsRow {
  readonly name: string
  readonly etag: string
  readonly revision: number
  readonly modified_ms: number
  readonly data: Uint8Array
  readonly needs_repair: number | null
  readonly body_start: number | null
  readonly body_end: number | null
}

export const factColumns = 'uid, component, first_start_ms, last_end_ms, tzids, recurrence'
/** Behind `data` in the file, so it is read with it only. */
export const objectColumns = `name, etag, revision, modified_ms, ${factColumns}, data, needs_repair, body_start, body_end`

/** Objects with one instance and no longer than this are found by an index over their start. */
const shortMs = 31 * 86_400_000

export const isLong = (index: ObjectIndex): boolean =>
  index.recurrence !== null || !(index.lastEndMs - index.firstStartMs <= shortMs)

/** The earliest start with which a short object may reach into a range. */
export const earliestShortStart = (rangeStartMs: number): number => rangeStartMs - shortMs

/** By its address: one statement, as this is the most frequent read. */
export const readObjectAt = (sql: SqlReader, { calendar, name }: ObjectRef): CalendarObject | null =>
  toObject(
    sql.get<ObjectRow>(
      `SELECT ${objectColumns} FROM dayport_object
       WHERE calendar = (SELECT pk FROM dayport_calendar WHERE id = ?) AND name = ?`,
      calendar,
      name,
    ),
  )

const toObject = (row: ObjectRow | undefined): CalendarObject | null => (row === undefined ? null : objectOf(row))

export const objectOf = (row: ObjectRow): CalendarObject => ({
  name: row.name,
  etag: row.etag,
  data: row.data,
  index: {
    uid: row.uid,
    component: row.component,
    firstStartMs: row.first_start_ms,
    lastEndMs: row.last_end_ms,
    recurrence: row.recurrence,
    tzids: tzidsOf(row.tzids),
    ...(row.needs_repair !== null && { needsRepair: row.needs_repair === 1 }),
    ...(row.body_end !== null && { body: row.body_end === 0 ? null : [row.body_start ?? 0, row.body_end] }),
  },
  revision: row.revision,
  modifiedMs: row.modified_ms,
})

export const toIndex = (row: FactsRow): ObjectIndex => ({
  uid: row.uid,
  component: row.component,
  firstStartMs: row.first_start_ms,
  lastEndMs: row.last_end_ms,
  recurrence: row.recurrence,
  tzids: tzidsOf(row.tzids),
})

/** Objects mostly name no zone or the one that the object before named. */
let lastTzids: { readonly json: string; readonly tzids: readonly string[] } = { json: '[]', tzids: [] }

export const tzidsOf = (json: string): readonly string[] => {
  if (json !== lastTzids.json) lastTzids = { json, tzids: Object.freeze(JSON.parse(json) as string[]) }
  return lastTzids.tzids
}
