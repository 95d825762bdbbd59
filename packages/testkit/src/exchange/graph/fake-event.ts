/** patternedRecurrence as it stands in JSON. */
export interface FakeRecurrence {
  readonly pattern: {
    readonly type: 'daily' | 'weekly' | 'absoluteMonthly' | 'relativeMonthly' | 'absoluteYearly' | 'relativeYearly'
    readonly interval: number
    readonly daysOfWeek?: readonly string[]
    readonly firstDayOfWeek?: string
    readonly dayOfMonth?: number
    readonly month?: number
    readonly index?: string
  }
  readonly range: {
    readonly type: 'noEnd' | 'numbered' | 'endDate'
    readonly startDate: string
    readonly endDate?: string
    readonly numberOfOccurrences?: number
    readonly recurrenceTimeZone?: string
  }
}

/** Fields of an event that a client writes, in Graph's names and shapes. */
export interface FakeFields {
  subject: string
  body: { contentType: 'text' | 'html'; content: string }
  start: FakeTime
  end: FakeTime
  isAllDay: boolean
  location: { displayName: string }
  sensitivity: string
  showAs: string
  importance: string
  categories: readonly string[]
  isReminderOn: boolean
  reminderMinutesBeforeStart: number
  attendees: readonly FakeAttendee[]
  responseRequested: boolean
  isOnlineMeeting: boolean
  joinUrl: string | null
}

/** Wall-clock text to the second, in a zone named by its IANA or Windows name. */
export interface FakeTime {
  readonly dateTime: string
  readonly timeZone: string
}

export interface FakeAttendee {
  readonly type: 'required' | 'optional' | 'resource'
  readonly emailAddress: { readonly address: string; readonly name?: string }
  readonly status?: { readonly response: string; readonly time?: string }
}

/** An occurrence that differs. */
export interface FakeException {
  readonly id: string
  version: number
  readonly fields: Partial<FakeFields>
}

/** One event or series in a mailbox. */
export interface FakeEvent {
  readonly id: string
  calendar: string
  /** Raised by each write; the change key is made of it. */
  version: number
  fields: FakeFields
  recurrence: FakeRecurrence | null
  /** By original day. */
  exceptions: Map<string, FakeException>
  /** Original days of deleted occurrences. */
  cancelled: Set<string>
  /** Extended properties by id in lower case. */
  properties: Map<string, { readonly id: string; readonly value: string }>
  readonly transactionId: string | null
  organizer: { readonly address: string; readonly name: string }
  isOrganizer: boolean
  isCancelled: boolean
  response: string
  readonly uid: string
  readonly createdMs: number
  modifiedMs: number
  /** Before it, lists and filters do not show the event yet. */
  readonly listedFromMs: number
}
