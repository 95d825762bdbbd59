import type { InstantRange } from '@dayport/core'
import type { ItemKey, ItemUpload, ListItem } from './list-item.ts'

/** What the mapping needs to know beside the object. */
export interface MappingContext {
  /** ms since the Unix epoch: for DTSTAMP and LAST-MODIFIED. */
  readonly nowMs: number
  /** Occurrences in it are shown one by one where the format cannot say the series. */
  readonly window: InstantRange
  /** TZID in which floating values are read and new events are written. */
  readonly timeZone: string
  /** UID of a new event. */
  readonly newUid: () => string
}

/** A calendar object as items of a list. */
export interface MappedObject {
  /** Masters before their exceptions. Empty when the object has nothing that a list can show. */
  readonly items: readonly ListItem[]
  /** Whether another window would give other items. */
  readonly windowed: boolean
}

/** An object after an edit, and the key of the item that was made or changed. */
export interface EditedObject {
  readonly data: Uint8Array
  readonly key: ItemKey
}

/**
 * Between the stored bytes of one VEVENT object and list items. Edits are patches: what an upload does not carry, or carries as it was,
 * keeps its bytes.
 *
 * @throws {UploadError} from every edit that cannot be made: an invalid value, or a change that the item does not allow.
 */
export interface ItemMapping {
  /** Another one with every change of what `itemsOf` gives for the same object: kept items are then made anew. */
  readonly revision: string
  itemsOf(data: Uint8Array, context: MappingContext): MappedObject
  /** A new event or series (EventType 0, 1 or 2). */
  create(upload: ItemUpload, context: MappingContext): Uint8Array
  update(data: Uint8Array, key: ItemKey, upload: ItemUpload, context: MappingContext): EditedObject
  /**
   * A new changed or deleted occurrence of the object (EventType 4 or 3).
   *
   * @throws {OccurrenceChanged} when the occurrence is a changed one already: who sends another one as new has not heard of it.
   */
  addOccurrence(data: Uint8Array, upload: ItemUpload, context: MappingContext): EditedObject
  /** `null` when the object itself is to be deleted. */
  remove(data: Uint8Array, key: ItemKey, context: MappingContext): Uint8Array | null
  /** `null` when the item has no such file. */
  attachment(
    data: Uint8Array,
    key: ItemKey,
    name: string,
    context: MappingContext,
  ): { readonly bytes: Uint8Array; readonly mediaType: string | null } | null
  /** Adds the file, or puts it in the place of one of that name. */
  putAttachment(data: Uint8Array, key: ItemKey, name: string, bytes: Uint8Array, context: MappingContext): Uint8Array
  /** The same bytes when the item has no such file. */
  removeAttachment(data: Uint8Array, key: ItemKey, name: string, context: MappingContext): Uint8Array
}

/** An upload that cannot be stored; the client is told the text with 0x81020014 and keeps its copy. MS-OUTSPS 3.2.6.4. */
export class UploadError extends Error {
  override readonly name = 'UploadError'
}

/**
 * An occurrence that is sent as newly changed or deleted was changed by somebody else, whose change would go unseen. The client is told
 * the conflict, 0x81020015 with that item, unless it says the item's version.
 */
export class OccurrenceChanged extends UploadError {
  /** The item that shows the change is the one of these that is there. */
  readonly keys: readonly ItemKey[]
  constructor(keys: readonly ItemKey[]) {
    super('this occurrence has been changed already')
    this.keys = keys
  }
}
