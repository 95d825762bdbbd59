import type { CalendarId } from './calendar.ts'
import type { SyncToken } from './changes.ts'
import { CalendarError } from './errors.ts'

/** What our sync tokens wrap: how far a client has read, in revisions of one calendar. */
export interface SyncState {
  /** Changes up to this revision have been delivered. */
  readonly revision: number
  /**
   * Tombstones up to this revision never concern the client. Equal to `revision`, but larger within a paged first listing: there it
   * is the revision at which the listing began, so that the listing needs no tombstones and cannot expire half-way.
   */
  readonly base: number
}

const shape = /^(0|[1-9][0-9]{0,14})(?::([1-9][0-9]{0,14}))?-/

/** Wraps a state and its calendar. For authors of stores; everybody else keeps tokens opaque. */
export const formatSyncToken = (calendar: CalendarId, state: SyncState): SyncToken => {
  const base = state.base > state.revision ? `:${state.base}` : ''
  return `${state.revision}${base}-${calendar}`
}

/**
 * Unwraps a token of this calendar. `current` is the calendar's revision, `pruned` the revision of its newest pruned tombstone,
 * 0 when none was pruned.
 *
 * @throws {CalendarError} `invalid-sync-token` when it is malformed, another calendar's, of the future, or older than `pruned`.
 */
export const parseSyncToken = (
  calendar: CalendarId,
  token: SyncToken,
  bounds: { readonly current: number; readonly pruned: number },
): SyncState => {
  const match = shape.exec(token)
  if (match === null || token.slice(match[0].length) !== calendar) {
    throw new CalendarError('invalid-sync-token', 'the sync token is not one of this calendar')
  }
  const revision = Number(match[1])
  const base = match[2] === undefined ? revision : Number(match[2])
  if ((match[2] !== undefined && base <= revision) || base > bounds.current) {
    throw new CalendarError('invalid-sync-token', 'the sync token names a state that the calendar never had')
  }
  if (base < bounds.pruned) throw new CalendarError('invalid-sync-token', 'the sync token has expired')
  return { revision, base }
}
