/** What a list item is in a calendar: EventType 0, 1, 3 and 4 of MS-OUTSPS 2.2.5.5. */
export type ItemKind = 'single' | 'master' | 'deleted' | 'exception'

/**
 * Which part of a calendar object an item stands for; unique in its object, and the same as long as that part is there:
 * `event`, the event itself, repeating or not; `exception:RID` and `deleted:RID`, an occurrence that differs or is gone;
 * `instance:RID`, an occurrence shown as an item of its own (RDATE, an expanded rule, one moved past its neighbour); `part:N`, one of the
 * series into which a rule was split. RID is the RECURRENCE-ID as on its line: `20260302`, `20260302T110000`, `20260302T110000Z`.
 */
export type ItemKey = string

/** -1 unspecified, 0 free, 1 tentative, 2 busy, 3 out of office. MS-OUTSPS 3.2.4.2.2. */
export type BusyStatus = -1 | 0 | 1 | 2 | 3

/** A file at an item: an inline ATTACH of its component. */
export interface ItemAttachment {
  /** Unique in its item, without `/`. */
  readonly name: string
  /** Changes with the bytes. */
  readonly version: string
}

/** The content of one list item, as the field values mean it and before they are written as a row. All JSON. */
export interface ListItem {
  readonly key: ItemKey
  readonly kind: ItemKind
  /** The master of the same object that a deleted or changed occurrence belongs to; else `null`. */
  readonly masterKey: ItemKey | null
  readonly title: string
  readonly location: string
  /** HTML; `''` when there is none. */
  readonly description: string
  /** `yyyy-MM-ddTHH:mm:ssZ`. All-day items have dates here, written with 00:00:00Z and shifted by nothing. */
  readonly start: string
  /** As `start`; of a series, the end of its first occurrence. All-day items end at 23:59:00Z of their last day. */
  readonly end: string
  readonly allDay: boolean
  readonly durationSeconds: number
  /** The original start of a deleted or changed occurrence, in the form of `start`; else `null`. */
  readonly recurrenceId: string | null
  /** XML of a master, MS-OUTSPS 2.2.4.2; else `null`. */
  readonly recurrenceData: string | null
  /** XML of a master, MS-OUTSPS 2.2.4.6; else `null`. */
  readonly timeZoneXml: string | null
  readonly categories: readonly string[]
  readonly busyStatus: BusyStatus
  /** What its maker chose, before anybody answered; -1 where that is not known. */
  readonly intendedBusyStatus: BusyStatus
  /** -1 low, 0 normal, 1 high. */
  readonly priority: -1 | 0 | 1
  readonly attachments: readonly ItemAttachment[]
}

/** What a client sent for one item. An absent field is unchanged, an empty one is cleared. MS-LISTSWS 3.1.4.31.2.1. */
export interface ItemUpload {
  /** Values by field name. Date-times stand in the form of {@link ListItem.start}, however they were sent. */
  readonly fields: ReadonlyMap<string, string>
  /** Values of `MetaInfo` by `Property`. */
  readonly bag: ReadonlyMap<string, string>
}
