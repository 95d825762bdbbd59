import type { Calendar, CalendarDraft, CalendarId, CalendarPatch } from './calendar.ts'
import type { ChangeOptions, ChangePage, Origin, SyncToken } from './changes.ts'
import type { ETag, WriteCondition } from './conditions.ts'
import type { CalendarObject, IndexFilter, JoinedBodies, ObjectDraft, ObjectRef } from './object.ts'
import type { Principal, PrincipalId } from './principal.ts'

declare const transactionBrand: unique symbol
/** Handle of a running unit of work; only the store that made it can read it. */
export interface Transaction {
  readonly [transactionBrand]: true
}

export interface CallOptions {
  readonly signal?: AbortSignal
  /** Join this unit of work: see its writes, and become visible with it or not at all. */
  readonly tx?: Transaction
}

export interface WriteOptions extends CallOptions {
  /** Recorded with the change. Default: `{ door: 'host' }`. */
  readonly origin?: Origin
}

export interface PutOptions extends WriteOptions {
  /** Storing the bytes that are there already counts as a change of the member: a change record of a new revision, with the same etag. */
  readonly touch?: boolean
}

export interface CalendarReader {
  /** Calendars that the principal owns or has been given any level of, in display order. */
  listCalendars(principal: Principal, options?: CallOptions): Promise<readonly Calendar[]>
  /** `null` when absent: looking is not an error. */
  getObject(ref: ObjectRef, options?: CallOptions): Promise<CalendarObject | null>
  /** A coarse filter: may return too many, never too few. The caller applies RFC 4791 §9.7 exactly. Ordered by name. */
  findObjects(calendar: CalendarId, filter: IndexFilter, options?: CallOptions): AsyncIterable<CalendarObject>
  /**
   * All objects of a calendar in the order of their names, for a feed made of them. Those that need no repair and whose `index.body` has
   * bounds may come joined, if `joins` says yes to the TZIDs that they name; the others come whole. Optional: for a store that joins texts
   * in less time than it hands out objects.
   */
  findBodies?(
    calendar: CalendarId,
    joins: (tzids: readonly string[]) => boolean,
    options?: CallOptions,
  ): AsyncIterable<CalendarObject | JoinedBodies>
}

export interface CalendarWriter {
  /**
   * Stores the object and records the change in one transaction. `condition` is tested inside that transaction.
   * Storing the very bytes that are there already changes nothing, unless `touch` is asked for: same etag, same revision, no change record.
   *
   * @returns the object's etag, and whether the name was new.
   * @throws {CalendarError} `precondition-failed`; `uid-conflict` with `details.name`, the holder's (RFC 4791 §5.3.2.1: another
   * object of the calendar has the UID, or the overwritten one has another); `not-found` when the calendar is gone.
   */
  putObject(ref: ObjectRef, draft: ObjectDraft, condition?: WriteCondition, options?: PutOptions): Promise<PutResult>
  /** @throws {CalendarError} `not-found`, `precondition-failed`. */
  deleteObject(ref: ObjectRef, condition?: WriteCondition, options?: WriteOptions): Promise<void>
}

export interface PutResult {
  readonly etag: ETag
  readonly created: boolean
  readonly revision: number
}

export interface ChangeFeed {
  /**
   * Latest state of each name changed after `since`, in the order of revisions; `null` lists the current members and never
   * tombstones. Each name once. Tokens are opaque.
   *
   * @throws {CalendarError} `invalid-sync-token` when `since` is unknown, another calendar's or expired (RFC 6578 §3.2);
   * `not-found` when the calendar is gone.
   */
  changes(calendar: CalendarId, since: SyncToken | null, options?: ChangeOptions): Promise<ChangePage>
}

export interface CalendarStore extends CalendarReader, CalendarWriter, ChangeFeed {}

/** The calendars themselves. */
export interface CalendarDirectory {
  getCalendar(id: CalendarId, options?: CallOptions): Promise<Calendar | null>
  /** By its address: the owner's home and the name there. */
  findCalendar(owner: PrincipalId, name: string, options?: CallOptions): Promise<Calendar | null>
  /** @throws {CalendarError} `already-exists`. */
  createCalendar(draft: CalendarDraft, options?: WriteOptions): Promise<Calendar>
  /** Does not raise the revision: RFC 6578 speaks of members. @throws {CalendarError} `not-found`, `already-exists` (the name). */
  updateCalendar(id: CalendarId, patch: CalendarPatch, options?: WriteOptions): Promise<Calendar>
  /** With everything in it. @throws {CalendarError} `not-found`. */
  deleteCalendar(id: CalendarId, options?: WriteOptions): Promise<void>
}

/**
 * What `transaction` hands to its callback; pass it on as `options.tx`. Objects, change records, Outlook bindings, sync links
 * and secrets written under one handle become visible together or not at all. Units of work run one after another; a thrown error
 * undoes everything.
 */
export interface UnitOfWork {
  transaction<T>(work: (tx: Transaction) => Promise<T>, options?: CallOptions): Promise<T>
}

/** Everything that our own stores implement. */
export interface DayportStore extends CalendarStore, CalendarDirectory, UnitOfWork {}
