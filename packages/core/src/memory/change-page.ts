import type { Change, ChangeOptions, ChangePage, SyncToken } from '../changes.ts'
import { formatSyncToken, parseSyncToken } from '../sync-token.ts'
import type { Shelf } from './shelf.ts'

/** One page of the change feed; the contract is that of `ChangeFeed.changes`. */
export const changePage = (shelf: Shelf, since: SyncToken | null, options: ChangeOptions = {}): ChangePage => {
  const { id, revision: current } = shelf.state
  const limit = options.limit ?? Number.POSITIVE_INFINITY
  if (!(limit >= 1)) throw new TypeError('limit must be at least 1')
  const from =
    since === null ? { revision: 0, base: current } : parseSyncToken(id, since, { current, pruned: shelf.pruned })
  const changes: Change[] = []
  if (from.revision < current) {
    for (const [, { name, etag, component = null, revision, origin }] of shelf.changes.entries()) {
      if (revision <= from.revision || (etag === null && revision <= from.base)) continue
      if (changes.length === limit) {
        const last = changes[changes.length - 1]!.revision
        const token = formatSyncToken(id, { revision: last, base: Math.max(last, from.base) })
        return { changes, token, more: true }
      }
      changes.push({ name, etag, component, revision, origin })
    }
  }
  return { changes, token: formatSyncToken(id, { revision: current, base: current }), more: false }
}
