import type { CalendarId, CallOptions, Principal } from '@dayport/core'
import type { SeenCalendar } from './connection-store.ts'
import type { ItemAttachment, ItemUpload, ListItem } from './list-item.ts'

/** Who works in which calendar's list, and through which connection (`null` with Basic). */
export interface ListAccess {
  readonly principal: Principal
  readonly calendar: CalendarId
  readonly connection: string | null
  /** The calendar as it was when the request came, if that was read with the connection. Without it all is looked up. */
  readonly seen?: SeenCalendar
}

/** What a list is called, and what the person may do in it: known without looking at its items. */
export interface ListIdentity {
  /** Upper case, without braces. */
  readonly guid: string
  readonly title: string
  readonly mayWrite: boolean
  /** IANA name. */
  readonly timeZone: string
}

/** What `GetList` tells of a list. */
export interface ListDescription extends ListIdentity {
  readonly description: string
  readonly itemCount: number
  /** ms since the Unix epoch, as the others. */
  readonly createdMs: number
  readonly modifiedMs: number
  readonly lastDeletedMs: number
}

/** The content of an item as it is sent. */
export type RowItem = Omit<ListItem, 'masterKey'>

/** One item as it is sent. */
export interface ListRow {
  readonly id: number
  readonly version: number
  /** Upper case GUIDs without braces. */
  readonly uniqueId: string
  readonly seriesGuid: string | null
  /** Id of the master that a deleted or changed occurrence belongs to; `null` for others, and where there is none. */
  readonly masterId: number | null
  /** ms since the Unix epoch. */
  readonly createdMs: number
  readonly modifiedMs: number
  readonly item: RowItem
  /** Property bag without what `item` says; ReplicationID included. */
  readonly bag: Readonly<Record<string, string>>
}

/** An item's row as it is kept, for Outlook's own question. */
export interface KeptRow {
  readonly id: number
  /** UTF-8; it lacks what the asking connection adds. */
  readonly row: Uint8Array
  readonly files: readonly ItemAttachment[]
}

/** Where an answer to {@link ListService.changes} ends. */
export interface ChangesOptions extends CallOptions {
  /** Most rows; default: no bound. */
  readonly limit?: number
  /** `nextPosition` of the page before, with no token. */
  readonly position?: string
}

/** What a change is told of. */
export interface ItemName {
  readonly id: number
  readonly uniqueId: string
}

/** Answer to {@link ListService.changes}. */
export interface ListChanges {
  /** What the client shall send next time. */
  readonly token: string
  /** Items that are gone since the token. */
  readonly deleted: readonly ItemName[]
  /** Items that have come back since the token; they are among the rows. */
  readonly restored: readonly ItemName[]
  /** How many rows follow. */
  readonly rowCount: number
  /** Each master before its exceptions. To be read once. */
  readonly rows: AsyncIterable<ListRow>
  /** The same, some by some and as they are kept, for who wants them so; a row that is not kept is as in `rows`. Either is to be read. */
  readonly kept: AsyncIterable<readonly (KeptRow | ListRow)[]>
  /** With a token: more changes wait, to be asked for with `token`. */
  readonly more: boolean
  /** Without a token: where the next page begins; `null` on the last one. `token` is the first page's on all. */
  readonly nextPosition: string | null
}

/** One `Method` of `UpdateListItems`. */
export interface UploadMethod {
  readonly command: 'New' | 'Update' | 'Delete'
  /** `null` for New. */
  readonly id: number | null
  /** `owshiddenversion` as sent; `null` when absent. */
  readonly version: number | null
  readonly upload: ItemUpload
}

/** Codes of MS-LISTSWS and MS-OUTSPS 3.2.6.4 for one method; `0x00000000` is success. */
export type UploadCode = '0x00000000' | '0x81020014' | '0x81020015' | '0x81020016' | '0x800704c7'

export interface UploadResult {
  readonly code: UploadCode
  /** Why not, for the person; `null` on success. */
  readonly text: string | null
  /** The item as it is now; `null` when there is none. */
  readonly row: ListRow | null
}

/** Outcome of adding a file. */
export type AddAttachmentResult = 'added' | 'exists'

/** The list behind the wire: no HTTP, and no XML but in rows that are kept as they are sent. */
export interface ListService {
  /** `null` when the calendar is not there, or not for this person: told alike. Takes in no changes. */
  identify(access: ListAccess, options?: CallOptions): Promise<ListIdentity | null>
  /** `null` as {@link identify}. */
  describe(access: ListAccess, options?: CallOptions): Promise<ListDescription | null>
  /**
   * @returns `null` when the token can no longer be served, or is another list's: the client starts over. MS-OUTSPS 3.2.6.2.
   * @throws {CalendarError} `invalid-sync-token` when the token is no token of ours at all; `not-found` as {@link describe}.
   */
  changes(access: ListAccess, token: string | null, options?: ChangesOptions): Promise<ListChanges | null>
  /** All methods in their order, each answered for itself. @throws {CalendarError} `not-found`. */
  apply(
    access: ListAccess,
    methods: readonly UploadMethod[],
    options: { readonly onError: 'Return' | 'Continue' } & CallOptions,
  ): Promise<readonly UploadResult[]>
  /** Living item; `null` when absent. @throws {CalendarError} `not-found`. */
  getRow(access: ListAccess, id: number, options?: CallOptions): Promise<ListRow | null>
  /** Which event an item shows, for a link to its page; `null` when absent. @throws {CalendarError} `not-found`. */
  eventOf(
    access: ListAccess,
    id: number,
    options?: CallOptions,
  ): Promise<{ readonly objectName: string; readonly key: string } | null>
  /** `null` when the item or file is absent. @throws {CalendarError} `not-found`. */
  getAttachment(
    access: ListAccess,
    id: number,
    name: string,
    options?: CallOptions,
  ): Promise<{
    readonly bytes: Uint8Array
    readonly mediaType: string | null
    readonly version: string
    /** When the item was last changed: no file is younger. ms since the Unix epoch. */
    readonly modifiedMs: number
  } | null>
  /**
   * Adds a file. @throws {CalendarError} `not-found` also for an unknown item, `forbidden`, `too-large`.
   */
  addAttachment(
    access: ListAccess,
    id: number,
    name: string,
    bytes: Uint8Array,
    options?: CallOptions,
  ): Promise<AddAttachmentResult>
  /**
   * Puts a file over one of that name, if its version is still `ifVersion` (`null`: whatever it is).
   *
   * @throws {CalendarError} as {@link addAttachment}; `precondition-failed`.
   */
  replaceAttachment(
    access: ListAccess,
    id: number,
    name: string,
    bytes: Uint8Array,
    ifVersion: string | null,
    options?: CallOptions,
  ): Promise<void>
  /** Nothing when the file is absent. @throws {CalendarError} as {@link addAttachment}. */
  removeAttachment(access: ListAccess, id: number, name: string, options?: CallOptions): Promise<void>
}
