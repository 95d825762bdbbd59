import type { CalendarObject, CalendarReader, CallOptions, IndexFilter, InstantRange } from '@dayport/core'
import { type CalendarKey, calendarKey } from './calendars.ts'
import type { SqlReader } from './client.ts'
import type { Access } from './database.ts'
import { earliestShortStart, type ObjectRow, objectColumns, objectOf } from './object-rows.ts'
import type { OccurrenceCache } from './occurrence-cache.ts'

/** Objects are read in pages of so many, ended early by their octets: memory stays flat however large the calendar. */
const pageObjects = 256
const pageBytes = 1024 * 1024

/** Names that may match, in their order; `null` when every name of the calendar may. */
type Candidates = readonly string[] | null

export const createFindObjects = (access: Access, cache: OccurrenceCache): CalendarReader['findObjects'] =>
  async function* findObjects(calendar, filter, options) {
    const { key, names } = access.snapshot(options, (sql) => {
      const found = calendarKey(sql, calendar)
      return { key: found, names: candidates(sql, found, filter, cache, options) }
    })
    if (names === null) {
      let after: string | null = null
      for (;;) {
        const page: Page = readAfter(access.reading(options), key.pk, after, filter.component ?? null)
        for (const object of page.objects) if (matches(object, filter)) yield object
        if (page.last === null) return
        after = page.last
      }
    }
    const wanted = filter.names === undefined ? null : new Set(filter.names)
    let rest = names
    while (rest.length > 0) {
      const page = readNamed(access.reading(options), key.pk, rest.slice(0, pageObjects))
      for (const object of page.objects) if ((wanted?.has(object.name) ?? true) && matches(object, filter)) yield object
      const read = page.last === null ? null : new Set(page.objects.map(({ name }) => name))
      rest = read === null ? rest.slice(pageObjects) : rest.filter((name) => !read.has(name))
    }
  }

/** `last` is the name after which the next page begins; `null` when this one had all. */
interface Page {
  readonly objects: readonly CalendarObject[]
  readonly last: string | null
}

const readAfter = (sql: SqlReader, calendarPk: number, after: string | null, component: string | null): Page =>
  pageOf(
    sql.iterate<ObjectRow>(
      `SELECT ${objectColumns} FROM dayport_object WHERE calendar = ? AND name ${after === null ? '>=' : '>'} ?
       AND (? IS NULL OR component = ?) ORDER BY name LIMIT ?`,
      calendarPk,
      after ?? '',
      component,
      component,
      pageObjects,
    ),
    pageObjects,
  )

const readNamed = (sql: SqlReader, calendarPk: number, names: readonly string[]): Page =>
  pageOf(
    sql.iterate<ObjectRow>(
      `SELECT ${objectColumns} FROM dayport_object
       WHERE calendar = ? AND name IN (SELECT value FROM json_each(?)) ORDER BY name`,
      calendarPk,
      JSON.stringify(names),
    ),
    Number.POSITIVE_INFINITY,
  )

const pageOf = (rows: Iterable<ObjectRow>, full: number): Page => {
  const objects: CalendarObject[] = []
  let bytes = 0
  for (const row of rows) {
    objects.push(objectOf(row))
    bytes += row.data.byteLength
    if (bytes >= pageBytes) return { objects, last: row.name }
  }
  return { objects, last: objects.length < full ? null : (objects.at(-1)?.name ?? null) }
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

/** Asked of the object as it is read: it may have changed since its name was found. Both ends of the range count as inside. */
const matches = ({ index }: CalendarObject, { component, uid, range }: IndexFilter): boolean =>
  (component === undefined || index.component === component) &&
  (uid === undefined || index.uid === uid) &&
  (range === undefined || (index.firstStartMs <= range.endMs && index.lastEndMs >= range.startMs))
