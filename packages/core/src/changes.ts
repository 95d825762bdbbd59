import type { ETag } from './conditions.ts'
import type { CallOptions } from './store.ts'

/**
 * A state of one calendar, RFC 6578 §3. Opaque: wraps the calendar's id and revision, never a clock. Two states of a calendar
 * have two tokens, and a token of another calendar, also of a deleted one of the same name, is refused.
 */
export type SyncToken = string

/** Who wrote, so that the sync engine can skip its own echoes. `operation` names one write for retries. */
export interface Origin {
  readonly door: string // 'caldav', 'portal', 'import', 'outlook', 'sync'
  readonly connection?: string
  readonly operation?: string
}

/** The latest state of one name. `etag` is `null` when the object is gone. */
export interface Change {
  readonly name: string
  readonly etag: ETag | null
  /** The object's kind, `VEVENT` say; `null` when it is gone, absent when the store would have to read the object to tell. */
  readonly component?: string | null
  readonly revision: number
  readonly origin: Origin
}

/** `token` continues after the last change of the page; `more` says that a further page follows. */
export interface ChangePage {
  readonly changes: readonly Change[]
  readonly token: SyncToken
  readonly more: boolean
}

export interface ChangeOptions extends CallOptions {
  /** Most changes in one page, at least 1. Default: no bound. */
  readonly limit?: number
}
