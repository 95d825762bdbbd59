import type { CalendarId, CallOptions, SyncToken } from '@dayport/core'
import type { ItemAttachment } from './list-item.ts'

/** How much of a calendar a list shows: people with different levels see different items, in lists of their own. */
export type ListView = 'full' | 'read' | 'titles' | 'free-busy'

/** One calendar as a SharePoint list. */
export interface OutlookList {
  readonly calendar: CalendarId
  readonly view: ListView
  /** Upper case, without braces. Never changes. */
  readonly guid: string
  /** ms since the Unix epoch. */
  readonly createdMs: number
  /** Raised by every change of an item: what change tokens say. Starts at 0. */
  readonly sequence: number
  /** Deletions up to here are forgotten; a token below it is refused. */
  readonly prunedSequence: number
  /** The highest id that was given when items were last bound. Ids are never reused, in no view of the calendar. MS-OUTSPS 3.2.4.2.1. */
  readonly lastItemId: number
  /** How far the calendar's changes have been taken in; `null` before the first time. */
  readonly syncToken: SyncToken | null
  /** Revision of the calendar that the bindings agree with; `null` while changes are still to be taken in. */
  readonly revision: number | null
  /** UTC date (`2026-03-02`) whose window the items of windowed objects show; `null` when none is windowed. */
  readonly windowDate: string | null
  /** By which mapping, in which time zone and in which month the items were made; with another one all of them are made anew. `null` before the first time. */
  readonly mappedBy: string | null
}

/** What one item of a list stands for, and what the client knows of it. */
export interface ItemBinding {
  /** Positive, unique in its list, never reused. */
  readonly id: number
  /** Name of the object, as the list's view has it. */
  readonly objectName: string
  readonly key: string
  /**
   * UID of the event, as the list's view has it: what comes again with it under the same key is the same item. `null` where nothing shall be
   * taken for it: on tombstones of what a client has deleted.
   */
  readonly uid: string | null
  /** `owshiddenversion`: 1 for a new item, 1 more at every change, whoever made it. */
  readonly version: number
  /** The list's sequence at that change. */
  readonly sequence: number
  /** Whether the item is gone; its binding stays as tombstone until pruned. */
  readonly deleted: boolean
  /** The list's sequence when the item last came back after a deletion; `null` when it never did. MS-LISTSWS 2.2.5.1 `Restore`. */
  readonly restoredSequence: number | null
  /** Of the content at that version; another content is another version. */
  readonly digest: string
  /**
   * What it says at that version, so that a list is read without its objects: the beginning of its row as Outlook downloads it, UTF-8. `null`
   * where that is too much to be kept twice, and for tombstones.
   */
  readonly row: Uint8Array | null
  /** Files at the item. */
  readonly files: readonly ItemAttachment[]
  /** Upper case GUID without braces, for ever. */
  readonly uniqueId: string
  /** GUID of the series that the item belongs to, upper case without braces; `null` for single items. MS-OUTSPS `UID`. */
  readonly seriesGuid: string | null
  /** Of what makes the recurrence of a master: another one is another series, MS-OUTSPS 3.2.4.2.2. `null` for other items. */
  readonly recurrenceDigest: string | null
  /** As the client that made the item sent it; `null` for items made elsewhere. */
  readonly replicationId: string | null
  /** The item's property bag: every `MetaInfo` property that no calendar property stands for, as it came. */
  readonly bag: Readonly<Record<string, string>>
  /** Whether the window decided about this item. */
  readonly windowed: boolean
  /** ms since the Unix epoch, as `modifiedMs`. */
  readonly createdMs: number
  readonly modifiedMs: number
}

/** What a download needs of an item. */
export type BoundRow = Pick<ItemBinding, 'id' | 'objectName' | 'key' | 'row' | 'files'>

/** Names one list. */
export type ListRef = Pick<OutlookList, 'calendar' | 'view'>

/**
 * Seam: where the bindings are kept. Every method joins `options.tx`, so that a binding changes with its object or not at all. A list
 * goes with its calendar.
 */
export interface OutlookBindingStore {
  /** `null` when absent. */
  getList(list: ListRef, options?: CallOptions): Promise<OutlookList | null>
  /** Makes or replaces its state. */
  putList(list: OutlookList, options?: CallOptions): Promise<void>
  /** `null` when absent; tombstones are found too. */
  getBinding(list: ListRef, id: number, options?: CallOptions): Promise<ItemBinding | null>
  /** Living items of these objects, by id. */
  bindingsOf(list: ListRef, objectNames: readonly string[], options?: CallOptions): Promise<readonly ItemBinding[]>
  /** Tombstones of events with these UIDs, by sequence. */
  deletedOf(list: ListRef, uids: readonly string[], options?: CallOptions): Promise<readonly ItemBinding[]>
  /** The item made under that ReplicationID, a living one before one that is gone, and of those the one that went last; compared without regard to case. */
  findByReplicationId(list: ListRef, replicationId: string, options?: CallOptions): Promise<ItemBinding | null>
  /** The living master of that series, compared without regard to case. */
  findMaster(list: ListRef, seriesGuid: string, options?: CallOptions): Promise<ItemBinding | null>
  /** Makes or replaces them by id. */
  putBindings(list: ListRef, bindings: readonly ItemBinding[], options?: CallOptions): Promise<void>
  /** Changed after `sequence`, tombstones too, by sequence and then id; at most `limit`. */
  changedSince(list: ListRef, sequence: number, limit: number, options?: CallOptions): Promise<readonly ItemBinding[]>
  /** Living items after the object of that name, whole objects in the order of their names; at most about `limit` items. */
  bindingsAfter(
    list: ListRef,
    objectName: string | null,
    limit: number,
    options?: CallOptions,
  ): Promise<readonly ItemBinding[]>
  /** The same items in the same order, as a download needs them. */
  rowsAfter(
    list: ListRef,
    objectName: string | null,
    limit: number,
    options?: CallOptions,
  ): Promise<readonly BoundRow[]>
  /** Names of objects with living windowed items. */
  windowedNames(list: ListRef, options?: CallOptions): Promise<readonly string[]>
  /** How many items live. */
  countItems(list: ListRef, options?: CallOptions): Promise<number>
  /**
   * Forgets the tombstones of all lists that are older than that instant (ms since the Unix epoch), and raises the lists' `prunedSequence`
   * with them, so that a client which has not heard of one starts over. Without it they stay for ever.
   *
   * @returns how many.
   */
  forgetDeleted(beforeMs: number, options?: CallOptions): Promise<number>
}
