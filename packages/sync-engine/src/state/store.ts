import type { CallOptions, Transaction } from '@dayport/core'
import type {
  HistoryEntry,
  InboxRow,
  LinkState,
  MailboxState,
  Side,
  SyncBinding,
  SyncConnection,
  SyncLink,
  SyncOperation,
  SyncRun,
} from './records.ts'

/** Names one inbox row. */
export type InboxRef = Pick<InboxRow, 'binding' | 'side' | 'name'>

export interface InboxFilter {
  readonly side?: Side
  readonly states?: readonly InboxRow['state'][]
  /** Rows that may be looked at by then. */
  readonly readyMs?: number
  /** Continue after this row, in the order of side and name. */
  readonly after?: Pick<InboxRow, 'side' | 'name'>
}

export interface LinkFilter {
  readonly states?: readonly LinkState[]
  /** Living links whose end on that side was not seen in that generation, or since. */
  readonly unseen?: { readonly side: Side; readonly generation: number }
  /** Continue after this id. */
  readonly after?: string
}

/**
 * Seam: where the engine keeps what it knows. Every method joins `options.tx`, so that an object, its link and its place in the inbox
 * change together or not at all. Lists come in pages of at most `limit`. A binding takes everything of its own along, and goes with its
 * calendar; a connection takes its bindings along.
 */
export interface SyncStateStore {
  putConnection(connection: SyncConnection, options?: CallOptions): Promise<void>
  /** `null` when absent, as everywhere here. */
  getConnection(id: string, options?: CallOptions): Promise<SyncConnection | null>
  /** By id. */
  listConnections(options?: CallOptions): Promise<readonly SyncConnection[]>
  deleteConnection(id: string, options?: CallOptions): Promise<void>

  /**
   * @throws {CalendarError} `already-exists` with `details.part`, `id`, `calendar` or `remote`, when one of them has a binding;
   * `not-found` when the connection is absent.
   */
  createBinding(binding: SyncBinding, options?: CallOptions): Promise<void>
  /** Replaces its state; nothing when absent. */
  putBinding(binding: SyncBinding, options?: CallOptions): Promise<void>
  getBinding(id: string, options?: CallOptions): Promise<SyncBinding | null>
  /** By id; all given parts must hold. */
  listBindings(
    filter: { readonly connection?: string; readonly principal?: string; readonly mailbox?: string },
    options?: CallOptions,
  ): Promise<readonly SyncBinding[]>
  deleteBinding(id: string, options?: CallOptions): Promise<void>

  getMailbox(mailbox: string, options?: CallOptions): Promise<MailboxState | null>
  putMailbox(state: MailboxState, options?: CallOptions): Promise<void>

  /** Makes or replaces them. */
  putInbox(rows: readonly InboxRow[], options?: CallOptions): Promise<void>
  getInbox(ref: InboxRef, options?: CallOptions): Promise<InboxRow | null>
  listInbox(binding: string, filter: InboxFilter, limit: number, options?: CallOptions): Promise<readonly InboxRow[]>
  countInbox(binding: string, filter: Omit<InboxFilter, 'after'>, options?: CallOptions): Promise<number>
  /** All loaded rows of that side with that UID, or with that digest, by name. */
  findInbox(
    binding: string,
    side: Side,
    by: { readonly uid: string } | { readonly digest: string },
    options?: CallOptions,
  ): Promise<readonly InboxRow[]>
  deleteInbox(refs: readonly InboxRef[], options?: CallOptions): Promise<void>

  /** Makes or replaces them by id. */
  putLinks(links: readonly SyncLink[], options?: CallOptions): Promise<void>
  getLink(id: string, options?: CallOptions): Promise<SyncLink | null>
  /** The living link whose end on that side has this name, else the newest tombstone. */
  findLink(binding: string, side: Side, name: string, options?: CallOptions): Promise<SyncLink | null>
  /** All living links with that UID on either side, newest first: copies may share one, however many they are. */
  findLinksByUid(binding: string, uid: string, options?: CallOptions): Promise<readonly SyncLink[]>
  /** As {@link findLinksByUid}, of the tombstones. */
  findTombstonesByUid(binding: string, uid: string, options?: CallOptions): Promise<readonly SyncLink[]>
  /** By id. */
  listLinks(binding: string, filter: LinkFilter, limit: number, options?: CallOptions): Promise<readonly SyncLink[]>
  countLinks(binding: string, states: readonly LinkState[], options?: CallOptions): Promise<number>
  /** Notes that those ends were seen. Names without a link are passed over. */
  markSeen(
    binding: string,
    side: Side,
    names: readonly string[],
    generation: number,
    options?: CallOptions,
  ): Promise<void>

  putOperation(operation: SyncOperation, options?: CallOptions): Promise<void>
  getOperation(id: string, options?: CallOptions): Promise<SyncOperation | null>
  /** By the time of sending. */
  listOperations(
    binding: string,
    states: readonly SyncOperation['state'][],
    options?: CallOptions,
  ): Promise<readonly SyncOperation[]>

  putRun(run: SyncRun, options?: CallOptions): Promise<void>
  getRun(id: string, options?: CallOptions): Promise<SyncRun | null>
  /** Newest first. */
  listRuns(binding: string, limit: number, options?: CallOptions): Promise<readonly SyncRun[]>
  putHistory(entries: readonly HistoryEntry[], options?: CallOptions): Promise<void>
  getHistory(id: string, options?: CallOptions): Promise<HistoryEntry | null>
  /** Of a run or of a link, newest first. */
  listHistory(
    binding: string,
    of: { readonly run: string } | { readonly link: string },
    limit: number,
    options?: CallOptions,
  ): Promise<readonly HistoryEntry[]>
  /** Forgets runs, history and finished operations from before `beforeMs`, and tombstones from before `tombstonesBeforeMs`. */
  prune(
    binding: string,
    bounds: { readonly beforeMs: number; readonly tombstonesBeforeMs: number },
    options?: CallOptions,
  ): Promise<void>
}

/** The state store with the units of work that it shares with the calendars. */
export interface SyncStorage {
  readonly state: SyncStateStore
  transaction<T>(work: (tx: Transaction) => Promise<T>, options?: CallOptions): Promise<T>
}
