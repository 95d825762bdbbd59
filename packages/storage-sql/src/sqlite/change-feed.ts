import {
  type CalendarId,
  type Change,
  type ChangeFeed,
  formatSyncToken,
  type Origin,
  parseSyncToken,
} from '@dayport/core'
import { calendarKey } from './calendars.ts'
import type { Access } from './database.ts'

type ChangeRow = readonly [
  name: string,
  etag: string | null,
  component: string | null,
  revision: number,
  origin: string,
]

export const createChangeFeed = (access: Access): ChangeFeed => ({
  changes: async (calendar, since, options) => {
    const limit = options?.limit ?? null
    if (limit !== null && !(limit >= 1)) throw new TypeError('limit must be at least 1')
    return access.snapshot(options, (sql) => {
      const { pk, revision: current, pruned } = calendarKey(sql, calendar)
      const from =
        since === null ? { revision: 0, base: current } : parseSyncToken(calendar, since, { current, pruned })
      const rows =
        from.revision === current
          ? []
          : sql.rows<ChangeRow>(
              `SELECT name, etag, component, revision, origin FROM dayport_change
               WHERE calendar = ? AND revision > ? AND (etag IS NOT NULL OR revision > ?) ORDER BY revision LIMIT ?`,
              pk,
              from.revision,
              from.base,
              limit === null ? -1 : Math.min(Math.floor(limit), Number.MAX_SAFE_INTEGER - 1) + 1, // one more tells whether more follow
            )
      const more = limit !== null && rows.length > limit
      const changes = (more ? rows.slice(0, limit) : rows).map(createToChange())
      const read = more ? changes[changes.length - 1]!.revision : current
      return { changes, token: formatSyncToken(calendar, { revision: read, base: Math.max(read, from.base) }), more }
    })
  },
})

/** Thousands of rows name the same few origins, one after another. */
const createToChange = () => {
  let text = ''
  let known: Origin | null = null
  return ([name, etag, component, revision, origin]: ChangeRow): Change => {
    if (known === null || origin !== text) {
      text = origin
      known = Object.freeze(JSON.parse(origin) as Origin)
    }
    return { name, etag, component, revision, origin: known }
  }
}

/** Forgets old tombstones of one calendar, or of all; tokens that need them are refused from then on. Returns how many. */
export const pruneTombstones = (access: Access, calendar: CalendarId | null, beforeMs: number): Promise<number> =>
  access.writing(undefined, (sql) => {
    const pk = calendar === null ? null : calendarKey(sql, calendar).pk
    const old = 'etag IS NULL AND at_ms < ? AND (? IS NULL OR calendar = ?)'
    sql.run(
      `UPDATE dayport_calendar SET pruned_revision = max(pruned_revision, newest) FROM (
         SELECT calendar, max(revision) AS newest FROM dayport_change WHERE ${old} GROUP BY calendar) AS gone
       WHERE pk = gone.calendar`,
      beforeMs,
      pk,
      pk,
    )
    return sql.run(`DELETE FROM dayport_change WHERE ${old}`, beforeMs, pk, pk)
  })
