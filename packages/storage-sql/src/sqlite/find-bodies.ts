import type { CalendarObject, CalendarReader, JoinedBodies } from '@dayport/core'
import { calendarKey } from './calendars.ts'
import type { SqlReader } from './client.ts'
import type { Access } from './database.ts'
import { type ObjectRow, objectColumns, objectOf, tzidsOf } from './object-rows.ts'

/** So many objects behind a name; `null` is before all names. */
interface Page {
  readonly calendarPk: number
  readonly after: string | null
  readonly rows: number
}

/** Objects of one page that name the same zones, and of all or none of which the body can be taken as it is. */
interface KindRow {
  readonly tzids: string
  readonly plain: number
  readonly first_start_ms: number
  readonly last_end_ms: number
  readonly objects: number
  readonly octets: number
  readonly last: string
}

/** Where a page cannot be joined as a whole, smaller ones are tried as long as it pays. */
const firstRows = 256
const fewRows = 16
const maxBytes = 1024 * 1024
/** A page that has less is followed by one of more objects. */
const minBytes = 128 * 1024

/** SQLite joins the bodies of a page: a row for each object would cost more time than its octets do, and be garbage afterwards. */
export const createFindBodies = (access: Access): NonNullable<CalendarReader['findBodies']> =>
  async function* findBodies(calendar, joins, options) {
    const { pk } = calendarKey(access.reading(options), calendar)
    const canJoin = isUtf8(access.reading(options))
    let rows = firstRows
    let after: string | null = null
    for (;;) {
      const sql = access.reading(options)
      const page = { calendarPk: pk, after, rows }
      const kinds = readKinds(sql, page)
      const isJoined = canJoin && kinds.every(({ plain, tzids }) => plain === 1 && joins(tzidsOf(tzids)))
      const octets = sum(kinds, (kind) => kind.octets)
      const isBig = octets > maxBytes
      const least = isBig ? 1 : fewRows
      if (rows > least && (isBig || !isJoined)) {
        rows = Math.max(least, rows / 4)
        continue
      }
      const last = kinds.at(-1)
      if (last === undefined) return
      // In the same turn as the kinds, so of the same state.
      yield* isJoined ? [readJoined(sql, page, kinds)] : readWhole(sql, page)
      if (sum(kinds, ({ objects }) => objects) < rows) return
      after = last.last
      if (octets < minBytes) rows *= 4
    }
  }

/** Text of a UTF-8 database is octets to SQLite, whatever they are; from UTF-16 it would change them. */
const isUtf8 = (sql: SqlReader): boolean => sql.get<{ encoding: string }>('PRAGMA encoding')?.encoding === 'UTF-8'

const pageText = ({ after }: Page, columns: string): string =>
  `SELECT ${columns} FROM dayport_object WHERE calendar = ? AND name ${after === null ? '>=' : '>'} ? ORDER BY name LIMIT ?`

const valuesOf = ({ calendarPk, after, rows }: Page) => [calendarPk, after ?? '', rows] as const

const readKinds = (sql: SqlReader, page: Page): readonly KindRow[] => {
  const text = pageText(
    page,
    `name, tzids, first_start_ms, last_end_ms, length(data) AS octets,
     needs_repair IS 0 AND coalesce(body_end, 0) > 0 AS plain`,
  )
  return sql.all<KindRow>(
    `SELECT tzids, plain, min(first_start_ms) AS first_start_ms, max(last_end_ms) AS last_end_ms, count(*) AS objects,
       sum(octets) AS octets, max(name) AS last FROM (${text}) GROUP BY tzids, plain ORDER BY last`,
    ...valuesOf(page),
  )
}

const readJoined = (sql: SqlReader, page: Page, kinds: readonly KindRow[]): JoinedBodies => {
  const text = pageText(page, 'substr(data, body_start + 1, body_end - body_start) AS body')
  const { bytes } = sql.get<{ bytes: Uint8Array }>(
    `SELECT CAST(group_concat(body, '') AS BLOB) AS bytes FROM (${text})`,
    ...valuesOf(page),
  )!
  const zones = kinds.map(({ tzids, first_start_ms, last_end_ms }) => ({
    tzids: tzidsOf(tzids),
    firstStartMs: first_start_ms,
    lastEndMs: last_end_ms,
  }))
  return { bytes, objects: sum(kinds, ({ objects }) => objects), zones }
}

const readWhole = (sql: SqlReader, page: Page): readonly CalendarObject[] =>
  sql.all<ObjectRow>(pageText(page, objectColumns), ...valuesOf(page)).map(objectOf)

const sum = (kinds: readonly KindRow[], of: (kind: KindRow) => number): number =>
  kinds.reduce((total, kind) => total + of(kind), 0)
