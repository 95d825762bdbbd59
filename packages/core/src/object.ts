import type { CalendarId } from './calendar.ts'
import type { ETag } from './conditions.ts'
import type { InstantRange } from './time.ts'

/** Where an object is: its calendar and its name there. */
export interface ObjectRef {
  readonly calendar: CalendarId
  readonly name: string
}

/** One UID, one component kind, every override of it, and the time zones they use. RFC 4791 §4.1. */
export interface CalendarObject {
  /** Last path segment, unique in its calendar, not percent-encoded: `weekly-review.ics`. */
  readonly name: string
  readonly etag: ETag
  /** The accepted bytes, exactly. If taking them in had to change them (charset), PUT returns no etag. Text is a derived view. */
  readonly data: Uint8Array
  /** Facts that a store can query without parsing `data`; computed once, by `indexObject` in core/ical. */
  readonly index: ObjectIndex
  /** The calendar's revision that wrote this state; a version that a door shows follows it. */
  readonly revision: number
  /** ms since the Unix epoch. */
  readonly modifiedMs: number
}

/** Facts of one object, computed on write. Everything in it is JSON but the infinities, which stores clamp. */
export interface ObjectIndex {
  readonly uid: string
  /** The one component kind, upper case: `VEVENT`. */
  readonly component: string
  /**
   * Earliest start of any instance, ms since the epoch, widened by a day where a value is floating or a DATE.
   * `-Infinity` when the object has no start (RFC 4791 §9.9 then lets it match).
   */
  readonly firstStartMs: number
  /** Latest end of any instance, widened likewise; `Infinity` for an endless series. */
  readonly lastEndMs: number
  /** `null` when there is one instance only: then the two bounds say all. Else JSON for `seriesFromFacts` in core/ical. */
  readonly recurrence: string | null
  /** TZIDs that the object's values name. */
  readonly tzids: readonly string[]
  /** Whether a calendar program would stumble over the text as it is (`repairObject` in core/ical); absent: nobody has looked. */
  readonly needsRepair?: boolean
  /**
   * Where the components other than time zones stand in the text, when they follow each other there in CRLF and folded as RFC 5545 §3.1
   * asks, so that a feed takes them as they are: first octet and the one behind the last. `null`: they must be cut out; absent: nobody
   * has looked.
   */
  readonly body?: readonly [start: number, end: number] | null
}

/** The bodies of several objects, one behind the other as `ObjectIndex.body` bounds them. */
export interface JoinedBodies {
  /** Not to be written to. */
  readonly bytes: Uint8Array
  /** How many they are. */
  readonly objects: number
  /** The time zones that they name, and the bounds of those that name the same. */
  readonly zones: readonly Pick<ObjectIndex, 'tzids' | 'firstStartMs' | 'lastEndMs'>[]
}

/** What a writer hands to the store: accepted bytes and the facts computed from them. */
export interface ObjectDraft {
  readonly data: Uint8Array
  readonly index: ObjectIndex
}

/** All given parts must hold. A coarse filter: may select too many objects, never too few. */
export interface IndexFilter {
  readonly component?: string
  readonly uid?: string
  /** Objects that may have an instance overlapping the range. */
  readonly range?: InstantRange
  readonly names?: readonly string[]
}
