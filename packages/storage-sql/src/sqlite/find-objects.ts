import type { CalendarObject, CalendarReader, CallOptions, IndexFilter, InstantRange } from '@dayport/core'
import { type CalendarKey, calendarKey } from './calendars.ts'
import type { SqlReader } from './client.ts'
import type { Access } from './database.ts'
import { earliestShortStart, readObject } from './object-rows.ts'
import type { OccurrenceCache } from './occurrence-cache.ts'

/** Names are read in pages, objects one by one as they are asked for: memory stays flat however large the calendar. */
const pageSize = 256

/** Names that may match, in their order; `null` when every name of the calendar may. */
type Candidates = readonly string[] | null

export const createFindObjects = (access: Access, cache: OccurrenceCache): CalendarReader['findObjects'] =>
  async function* findObjects(calendar, filter, options) {
    const { key, names } = access.snapshot(options, (sql) => {
      const found = calendarKey(sql, calendar)
      return { key: found, names: candidates(sql, found, filter, cache, options) }
    })
    const wanted = filter.names === undefined ? null : new Set(filter.names)
    const pages = names === null ? everyName(access, key.pk, filter.component ?? null, options) : [names]
    for await (const page of pages) {
      for (const name of page) {
        const object = readObject(access.reading(options), key.pk, name)
        if (object !== null && (wanted?.has(name) ?? true) && matches(object, filter)) yield object
      }
    }
  }

const candidates = (
  sql: SqlReader,
  key: CalendarKey,
  filter: IndexFilter,
  cache: OccurrenceCache,
  options: CallOptions | undefined,
): Candidates => {
  if (filter.uid !== undefined) {
    const text = 'SELECT name FROM dayport_object WHERE calendar = ? AND uid = ?'
    return sql.all<{ name: string }>(text, key.pk, filter.uid).map((row) => row.name)
  }
  if (filter.names !== undefined) return [...new Set(filter.names)].sort()
  if (filter.range === undefined) return null
  const long = options?.tx === undefined ? cache.query(sql, key, filter.range) : longByBounds(sql, key.pk, filter.range) // the cache knows committed state only
  return [...shortByBounds(sql, key.pk, filter.range), ...long].sort()
}

const shortByBounds = (sql: SqlReader, calendarPk: number, range: InstantRange): string[] =>
  sql
    .all<{ name: string }>(
      `SELECT name FROM dayport_object INDEXED BY dayport_object_short
       WHERE calendar = ? AND long = 0 AND first_start_ms BETWEEN ? AND ? AND last_end_ms >= ?`,
      calendarPk,
      earliestShortStart(range.startMs),
      range.endMs,
      range.startMs,
    )
    .map((row) => row.name)

const longByBounds = (sql: SqlReader, calendarPk: number, range: InstantRange): string[] =>
  sql
    .all<{ name: string }>(
      `SELECT name FROM dayport_object INDEXED BY dayport_object_long
       WHERE calendar = ? AND long = 1 AND first_start_ms <= ? AND last_end_ms >= ?`,
      calendarPk,
      range.endMs,
      range.startMs,
    )
    .map((row) => row.name)

async function* everyName(
  access: Access,
  calendarPk: number,
  component: string | null,
  options: CallOptions | undefined,
): AsyncIterable<readonly string[]> {
  const page = (comparison: string, bound: string): { name: string }[] =>
    access.reading(options).all(
      `SELECT name FROM dayport_object WHERE calendar = ? AND name ${comparison} ? AND (? IS NULL OR component = ?)
       ORDER BY name LIMIT ?`,
      calendarPk,
      bound,
      component,
      component,
      pageSize,
    )
  let rows = page('>=', '')
  while (rows.length > 0) {
    yield rows.map((row) => row.name)
    rows = page('>', rows[rows.length - 1]!.name)
  }
}

/** Asked of the object as it is read: it may have changed since its name was found. Both ends of the range count as inside. */
const matches = ({ index }: CalendarObject, { component, uid, range }: IndexFilter): boolean =>
  (component === undefined || index.component === component) &&
  (uid === undefined || index.uid === uid) &&
  (range === undefined || (index.firstStartMs <= range.endMs && index.lastEndMs >= range.startMs))
