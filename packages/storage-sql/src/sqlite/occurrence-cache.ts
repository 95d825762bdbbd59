import type { InstantRange } from '@dayport/core'
import { createOccurrenceIndex, type OccurrenceIndex } from '@dayport/core/ical'
import type { CalendarKey } from './calendars.ts'
import type { SqlReader } from './client.ts'
import { type FactsRow, factColumns, toIndex } from './object-rows.ts'

interface Entry {
  readonly index: OccurrenceIndex
  /** State of the calendar that the index shows. */
  revision: number
}

/** Which long objects of a calendar may have an instance in a range, from an index that is kept per calendar. */
export interface OccurrenceCache {
  /** `key` and `sql` must belong to one snapshot of committed state. */
  query(sql: SqlReader, key: CalendarKey, range: InstantRange): string[]
}

/**
 * Loads the facts of a calendar's long objects when it is first asked and afterwards reads the change table from the revision it
 * knows, so that writes of this and of other processes are followed alike. Keeps the calendars used last, up to `maxObjects`
 * long objects in all (at least one calendar).
 */
export const createOccurrenceCache = (maxObjects: number): OccurrenceCache => {
  const entries = new Map<number, Entry>() // by calendar pk; least recently used first

  const entryOf = (sql: SqlReader, key: CalendarKey): Entry => {
    const known = entries.get(key.pk)
    entries.delete(key.pk)
    const usable = known !== undefined && known.revision >= key.pruned && known.revision <= key.revision
    const entry = usable ? known : load(sql, key)
    entries.set(key.pk, entry)
    if (entry.revision < key.revision) catchUp(sql, key, entry)
    return entry
  }

  const evict = (): void => {
    let total = 0
    for (const { index } of entries.values()) total += index.size
    for (const [pk, { index }] of entries) {
      if (total <= maxObjects || entries.size === 1) return
      entries.delete(pk)
      total -= index.size
    }
  }

  return {
    query: (sql, key, range) => {
      const sizeBefore = entries.get(key.pk)?.index.size
      const { index } = entryOf(sql, key)
      if (index.size !== sizeBefore) evict()
      return index.query(range)
    },
  }
}

const load = (sql: SqlReader, key: CalendarKey): Entry => {
  const index = createOccurrenceIndex()
  const rows = sql.all<FactsRow & { name: string }>(
    `SELECT name, ${factColumns} FROM dayport_object WHERE calendar = ? AND long = 1`,
    key.pk,
  )
  for (const row of rows) index.set(row.name, toIndex(row))
  return { index, revision: key.revision }
}

const catchUp = (sql: SqlReader, key: CalendarKey, entry: Entry): void => {
  const changed = sql.all<FactsRow & { name: string; long: number | null }>(
    `WITH c AS (SELECT name AS changed FROM dayport_change WHERE calendar = ? AND revision > ?)
     SELECT c.changed AS name, long, ${factColumns} FROM c LEFT JOIN dayport_object ON calendar = ? AND name = c.changed`,
    key.pk,
    entry.revision,
    key.pk,
  )
  for (const row of changed) {
    if (row.long === 1) entry.index.set(row.name, toIndex(row))
    else entry.index.delete(row.name)
  }
  entry.revision = key.revision
}
