import type { Origin } from '../changes.ts'
import type { ObjectRef } from '../object.ts'
import type { Principal } from '../principal.ts'
import type { Transaction } from '../store.ts'

/** An object that is about to be stored or deleted, authorised and valid; its condition is tested when it is written. */
export interface JoinedWrite {
  /** The unit of work of the write: what is read and written in it becomes visible with the write, or not at all. */
  readonly tx: Transaction
  readonly who: Principal
  readonly ref: ObjectRef
  readonly origin: Origin
  /** What is to be stored; `null` when the object is deleted. What is there before it is still in the store. */
  readonly data: Uint8Array | null
}

/** What somebody adds to a write. */
export interface WriteShare {
  /**
   * Stored in place of what was sent; whoever sent it gets no etag, as after a conversion (RFC 4791 §5.3.4). Where it is above a limit of
   * objects, that is what was sent.
   */
  readonly data?: Uint8Array
  /** Runs in the same unit of work once the object is written. What it throws undoes all of it. */
  readonly afterwards?: () => Promise<void>
}

/**
 * Has a part in every write of an object, by whatever door, imports too; `null` where it has none. Writes of its own go through the
 * service with the same `tx`, and come here again: tell them by their origin.
 */
export type JoinWrite = (write: JoinedWrite) => Promise<WriteShare | null>
