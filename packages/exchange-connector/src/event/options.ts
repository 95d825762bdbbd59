import { CalendarError } from '@dayport/core'

/** What decides how an event is mapped, beside the event. */
export interface MappingOptions {
  /** Time zone of the mailbox owner, an IANA or Windows name: where iCalendar says none (floating times, days). */
  readonly zone: string
  /** SMTP addresses of the mailbox owner, in any case. */
  readonly ownerAddresses: readonly string[]
  /**
   * `write`: attendees of meetings that the owner organises go to Exchange. `carry`: they stay in our property, so that Exchange has nobody
   * to mail.
   */
  readonly attendees: 'write' | 'carry'
  /**
   * `private`: with their text and marked private. `busy`: a shared calendar shows them as {@link busyText} and nothing else.
   */
  readonly privateEvents: 'private' | 'busy'
  /** Subject of a hidden private event. */
  readonly busyText: string
  /** Longest subject and place, in UTF-16 code units, at least 2. Longer ones end in `…`. */
  readonly maxSubject: number
  readonly maxLocation: number
}

/** Options of most mailboxes. */
export const defaultMappingOptions: MappingOptions = {
  zone: 'UTC',
  ownerAddresses: [],
  attendees: 'write',
  privateEvents: 'private',
  busyText: 'Busy',
  maxSubject: 255,
  maxLocation: 255,
}

/** Why Exchange cannot hold an event. Each has words for a person in `messages`. */
export type UnrepresentableReason = keyof typeof messages

const messages = {
  'no-event': 'only events can be kept in Exchange',
  'no-master': 'occurrences of a series without the series cannot be kept in Exchange',
  'no-start': 'the event has no start that can be read',
  'end-before-start': 'the event ends before it starts',
  'too-long': 'Exchange keeps events of at most five years',
  'year-range': 'Exchange keeps the years 1601 to 4500',
  'time-zone': 'the series is in a time zone that Exchange does not know',
  'rule-unreadable': 'the recurrence rule cannot be read',
  'several-rules': 'Exchange keeps one recurrence rule for a series',
  'rule-excluded': 'Exchange has no rules that take occurrences away',
  'extra-dates': 'Exchange has no series with single dates added',
  'rule-pattern': 'Exchange has no recurrence pattern like this',
  'short-months': 'Exchange moves days that a month does not have to its last day',
  'start-outside-rule': 'the series starts on a day that its rule does not have',
  'this-and-future': 'Exchange cannot change an occurrence and all that follow it',
  'occurrence-outside-rule': 'a changed occurrence belongs to a day that the rule does not have',
  'occurrence-order': 'an occurrence is moved to or past the day of its neighbour',
  'no-occurrence': 'every occurrence of the series is deleted',
  'too-many-singles': 'the series has more occurrences than Exchange is given as single events',
  'too-many-occurrences': 'the series has more occurrences than can be looked through',
} as const

/** The error for an event that Exchange cannot hold; `details.reason` tells why. */
export const unrepresentable = (reason: UnrepresentableReason, cause?: unknown): CalendarError =>
  new CalendarError('unrepresentable', messages[reason], {
    details: { reason },
    ...(cause === undefined ? {} : { cause }),
  })
