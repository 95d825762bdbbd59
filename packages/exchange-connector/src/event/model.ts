import type { Weekday } from '@dayport/core/ical'

/** When an event happens. */
export type ExchangeSpan =
  /** An all-day event: days on the calendar of `zone`; `endDate` (`YYYY-MM-DD`) is the day after the last. */
  | { readonly kind: 'days'; readonly startDate: string; readonly endDate: string; readonly zone: string | null }
  /**
   * Instants in ms since the Unix epoch, whole minutes, and the zones that they are meant in. A zone is a Windows name or an IANA name,
   * as the back end says it; `null` when it does not say one that is known: such a zone is never written back.
   */
  | {
      readonly kind: 'instants'
      readonly startMs: number
      readonly endMs: number
      readonly startZone: string | null
      readonly endZone: string | null
    }

/** Which of the days of a month that match. */
export type WeekIndex = 'first' | 'second' | 'third' | 'fourth' | 'last'

/**
 * How a series repeats. Intervals are at least 1. Days 29, 30 and 31 of the absolute patterns are the last day of a shorter month, unlike in an RRULE.
 * The relative patterns take one weekday, all seven, Monday to Friday or the weekend.
 */
export type ExchangePattern =
  | { readonly kind: 'daily'; readonly interval: number }
  | {
      readonly kind: 'weekly'
      readonly interval: number
      /** From Monday, each once, at least one. */
      readonly days: readonly Weekday[]
      readonly firstDay: Weekday
    }
  | { readonly kind: 'absoluteMonthly'; readonly interval: number; readonly day: number }
  | {
      readonly kind: 'relativeMonthly'
      readonly interval: number
      readonly days: readonly Weekday[]
      readonly index: WeekIndex
    }
  /** `month` is 1…12. EWS knows no interval of years: it is told as one of months. */
  | { readonly kind: 'absoluteYearly'; readonly interval: number; readonly month: number; readonly day: number }
  | {
      readonly kind: 'relativeYearly'
      readonly interval: number
      readonly month: number
      readonly days: readonly Weekday[]
      readonly index: WeekIndex
    }

/** From when to when a series goes; days (`YYYY-MM-DD`) in the zone of the series, both included. */
export type ExchangeRange =
  | { readonly kind: 'noEnd'; readonly startDate: string }
  /** `count` counts the occurrences of the pattern, deleted ones too; at least 1. */
  | { readonly kind: 'numbered'; readonly startDate: string; readonly count: number }
  | { readonly kind: 'endDate'; readonly startDate: string; readonly endDate: string }

export interface ExchangeRecurrence {
  readonly pattern: ExchangePattern
  readonly range: ExchangeRange
}

export interface ExchangeBody {
  readonly kind: 'text' | 'html'
  readonly content: string
}

export type Sensitivity = 'normal' | 'personal' | 'private' | 'confidential'
export type ShowAs = 'free' | 'tentative' | 'busy' | 'oof' | 'workingElsewhere' | 'noData'
export type Importance = 'low' | 'normal' | 'high'
export type AttendeeRole = 'required' | 'optional' | 'resource'
export type AttendeeResponse = 'none' | 'organizer' | 'tentative' | 'accepted' | 'declined' | 'notResponded'

export interface ExchangePerson {
  /** SMTP address; `''` when the back end gave another kind of address that nobody resolved. */
  readonly address: string
  /** `''` when there is none. */
  readonly name: string
}

export interface ExchangeAttendee extends ExchangePerson {
  readonly role: AttendeeRole
  /** Read only. */
  readonly response: AttendeeResponse
}

/** What an item says beside its times; an exception may have each of them its own, but for `sensitivity`. */
export interface ExchangeContent {
  /** Without line breaks; at most `maxSubject` of the back end. */
  readonly subject: string
  readonly body: ExchangeBody
  /** Several places are joined by `; `. */
  readonly location: string
  readonly sensitivity: Sensitivity
  readonly showAs: ShowAs
  readonly importance: Importance
  /** Compared as a set without case; never with `''`. */
  readonly categories: readonly string[]
  /** Minutes before the start, of an all-day event before its local midnight; `null` is off. Always written, or servers set 15. */
  readonly reminderMinutes: number | null
  /** `null` in an event to write: leave them as they are (somebody else invites, or organises). */
  readonly attendees: readonly ExchangeAttendee[] | null
  readonly responseRequested: boolean
}

/** An occurrence that differs from its series. Only what differs is there. */
export interface ExchangeException {
  /** The day on which the pattern has it, `YYYY-MM-DD` in the zone of the series: its only sound name. */
  readonly originalDate: string
  readonly span?: ExchangeSpan
  readonly fields: Partial<ExchangeContent>
}

/** One event or series as Exchange can hold it, whichever protocol it comes through. */
export interface ExchangeEvent extends ExchangeContent {
  /** As the creator wrote it, a wrapped one unwrapped; `null` when the back end does not say. A hint, never an identity. */
  readonly uid: string | null
  readonly span: ExchangeSpan
  /** `null` for a single event. */
  readonly recurrence: ExchangeRecurrence | null
  /** Original days of deleted occurrences, ascending, each once. */
  readonly deleted: readonly string[]
  /** Ascending by `originalDate`, each day once and none of `deleted`. */
  readonly exceptions: readonly ExchangeException[]
  /** Read only: the mailbox owner organises whatever we create. `null` when the back end says none. */
  readonly organizer: ExchangePerson | null
  /** Whether the mailbox owner organises it; `null` when it is no meeting. Read only. */
  readonly isOrganizer: boolean | null
  /** Read only. */
  readonly isCancelled: boolean
  /** The mailbox owner's own answer to an invitation. Read only; `none` when there is none. */
  readonly myResponse: AttendeeResponse
  /** Where to join; `null` when there is none. Read only. */
  readonly joinUrl: string | null
  /** What our property `PortalData` holds or shall hold: see `PortalData`. `null` when there is none. */
  readonly portalData: PortalData | null
  /** ms since the Unix epoch by the server's clock; `null` when it does not say. Informative. */
  readonly createdMs: number | null
  readonly modifiedMs: number | null
}

/** What travels beside the item because Exchange has no field for it. */
export interface PortalData {
  /** The iCalendar text that the item was written from; `null` when it would not fit. */
  readonly source: string | null
  /** UID of that text. An item that knows another UID is somebody's copy. */
  readonly uid: string
  /** TZID in which `source` was read where it says no zone. */
  readonly zone: string
}
