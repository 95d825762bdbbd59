import type { Origin, SyncToken } from './changes.ts'
import type { ETag, WriteCondition } from './conditions.ts'
import type { CallOptions } from './store.ts'
import type { InstantRange } from './time.ts'

/** What one side of a synchronisation can do. */
export interface PeerCapabilities {
  readonly write: boolean
  /** Whether `condition` is tested by the other side itself. Without it a peer compares right before it writes. */
  readonly conditionalWrite: boolean
  /** Whether a listing is bound to the window that it was begun with. */
  readonly windowed: boolean
}

/** The latest state of one name, as a peer's feed tells it. A hint: the same state may be told again, and in any order. */
export interface PeerChange {
  /** Opaque, compared octet by octet, at most 1 024 characters. */
  readonly name: string
  /** `null` when the feed says that the object is gone; only `get` answering `null` proves it. */
  readonly etag: ETag | null
  /** Who wrote, where the side knows; `null` elsewhere. */
  readonly origin: Origin | null
}

/** `token` continues after the last change of the page; `more` says that a further page follows. */
export interface PeerChangePage {
  readonly changes: readonly PeerChange[]
  readonly token: SyncToken
  readonly more: boolean
  /**
   * The other side's clock when it made this page, ms since the Unix epoch: the `Date` header of its answer (RFC 9110 §6.6.1), or of the
   * last one where a page takes several. `null` or absent when it did not say. A reader compares it with its own clock.
   */
  readonly serverMs?: number | null
}

export interface PeerChangeOptions extends CallOptions {
  /** Most changes in one page, at least 1. A peer may send fewer. Default: the peer's own. */
  readonly limit?: number
  /**
   * With `since` null: objects without an instance in it may be left out. A peer whose feed is bound to a window keeps it in the token.
   * Default: no bound.
   */
  readonly window?: InstantRange
}

/** One event or series with its overrides, as iCalendar bytes (RFC 4791 §4.1), whatever the other side keeps. */
export interface PeerObject {
  readonly name: string
  readonly etag: ETag
  /**
   * Where `put` made it, its UID is that of what it was made from, also on a side that gives UIDs of its own: nothing else outlives a lost
   * database.
   */
  readonly data: Uint8Array
  /** ms since the Unix epoch, by the other side's clock; `null` when it does not say. */
  readonly modifiedMs: number | null
  /** Whether the calendar's owner organises the meeting; `null` when it is no meeting. */
  readonly isOrganizer: boolean | null
  /** `operationId` of the write that made it, where the side remembers it; else `null`. A hint: copies carry it too. */
  readonly operationId: string | null
}

/** Who hears of a write. Anything but `never` names what a person did just now to ask for mail; a peer refuses it otherwise. */
export type PeerNotify = 'never' | { readonly userAction: string }

export interface PeerWriteOptions extends CallOptions {
  /**
   * Names one write, 1–64 characters of `A–Z a–z 0–9 - _`. A creation that is repeated under it gives the first one's object instead of
   * a second; {@link CalendarPeer.findByOperation} finds it.
   */
  readonly operationId?: string
  /** Default: `never`. */
  readonly notify?: PeerNotify
}

/** A write that was done, as it stands on the other side. */
export interface PeerWrite {
  /** Of a creation, or of an object that the write moved. */
  readonly name: string
  readonly etag: ETag
  /** What the other side made of it, where the peer has read it back; `null` asks the caller to `get`. */
  readonly data: Uint8Array | null
}

/**
 * One calendar as sync-engine sees it: the store's, an Exchange mailbox's, a remote CalDAV server's. Failures of the other side are
 * {@link RemoteError}s.
 */
export interface CalendarPeer {
  readonly capabilities: PeerCapabilities
  /**
   * Objects changed after `since`; `null` lists those that are there. Only a listing that ended with `more` false is complete.
   *
   * @throws {CalendarError} `invalid-sync-token` when `since` can no longer be served: list anew, and delete nothing for it.
   */
  changes(since: SyncToken | null, options?: PeerChangeOptions): Promise<PeerChangePage>
  /**
   * `null` when the other side says that there is no such object (a moved one has gone too).
   *
   * @throws {CalendarError} `invalid-calendar-data` when the object is there and cannot be read.
   */
  get(name: string, options?: CallOptions): Promise<PeerObject | null>
  /** Several at once, in fewer requests where the side can; each answered for itself, in any order. Default: `get` one by one. */
  getMany?(
    names: readonly string[],
    options?: CallOptions,
  ): AsyncIterable<{ readonly name: string; readonly result: PeerObject | null | Error }>
  /** The object that the creation of that name made; `null` when there is none (yet). */
  findByOperation(operationId: string, options?: CallOptions): Promise<PeerObject | null>
  /**
   * Writes; `name` null makes a new object. What the other side cannot hold is carried by the peer where it has a place for it, and left
   * as it is there otherwise.
   *
   * @throws {CalendarError} `precondition-failed` when the object is another than `condition` says, `not-found` when it is gone,
   * `unrepresentable` when the other side cannot say it, `forbidden` when a write would notify people and `notify` does not allow it, or
   * when the other side keeps the field for someone else.
   */
  put(name: string | null, data: Uint8Array, condition?: WriteCondition, options?: PeerWriteOptions): Promise<PeerWrite>
  /** @throws {CalendarError} as {@link put}; an object that is gone already is no error. */
  delete(name: string, condition?: WriteCondition, options?: PeerWriteOptions): Promise<void>
  /**
   * What would come back if these bytes were put and read again: the part of them that this side can hold. No request.
   *
   * @throws {CalendarError} `unrepresentable` with a reason for a person.
   */
  project(data: Uint8Array): Uint8Array
}
