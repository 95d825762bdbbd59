import type { InstantRange } from '@dayport/core'
import type { CalendarKey } from './calendars.ts'
import type { SqlReader } from './client.ts'

/** Which long objects of a calendar may have an instance in a range. */
export interface OccurrenceCache {
  /** `key` and `sql` must belong to one snapshot of committed state. */
  query(sql: SqlReader, key: CalendarKey, range: InstantRange): string[]
}

/** By the bounds of each object alone. */
export const createOccurrenceCache = (_maxObjects: number): OccurrenceCache => ({
  query: (sql, key, range) =>
    sql
      .all<{ name: string }>(
        `SELECT name FROM dayport_object INDEXED BY dayport_object_long
         WHERE calendar = ? AND long = 1 AND first_start_ms <= ? AND last_end_ms >= ?`,
        key.pk,
        range.endMs,
        range.startMs,
      )
      .map((row) => row.name),
})
