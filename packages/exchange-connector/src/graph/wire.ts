import { z } from 'zod'

/** Absent and `null` are one: the service leaves out, and blanks, what does not apply. */
const maybe = <T extends z.ZodType>(schema: T) => schema.nullish().transform((value) => value ?? null)

const dateTimeTimeZone = z.object({ dateTime: z.string(), timeZone: maybe(z.string()) })
const emailAddress = z.object({ address: maybe(z.string()), name: maybe(z.string()) })
const recipient = z.object({ emailAddress: maybe(emailAddress) })

const patternedRecurrence = z.object({
  pattern: z.object({
    type: z.string(),
    interval: maybe(z.number()),
    month: maybe(z.number()),
    dayOfMonth: maybe(z.number()),
    daysOfWeek: maybe(z.array(z.string())),
    firstDayOfWeek: maybe(z.string()),
    index: maybe(z.string()),
  }),
  range: z.object({
    type: z.string(),
    startDate: z.string(),
    endDate: maybe(z.string()),
    recurrenceTimeZone: maybe(z.string()),
    numberOfOccurrences: maybe(z.number()),
  }),
})

const eventFields = {
  id: z.string().min(1),
  '@odata.etag': maybe(z.string()),
  'calendar@odata.associationLink': maybe(z.string()),
  'calendar@odata.navigationLink': maybe(z.string()),
  changeKey: maybe(z.string()),
  type: maybe(z.string()),
  seriesMasterId: maybe(z.string()),
  occurrenceId: maybe(z.string()),
  iCalUId: maybe(z.string()),
  subject: maybe(z.string()),
  body: maybe(z.object({ contentType: maybe(z.string()), content: maybe(z.string()) })),
  start: maybe(dateTimeTimeZone),
  end: maybe(dateTimeTimeZone),
  originalStart: maybe(z.string()),
  originalStartTimeZone: maybe(z.string()),
  originalEndTimeZone: maybe(z.string()),
  isAllDay: maybe(z.boolean()),
  recurrence: maybe(patternedRecurrence),
  location: maybe(z.object({ displayName: maybe(z.string()) })),
  locations: maybe(z.array(z.object({ displayName: maybe(z.string()) }))),
  sensitivity: maybe(z.string()),
  showAs: maybe(z.string()),
  importance: maybe(z.string()),
  categories: maybe(z.array(z.string())),
  isReminderOn: maybe(z.boolean()),
  reminderMinutesBeforeStart: maybe(z.number()),
  attendees: maybe(
    z.array(
      z.object({
        type: maybe(z.string()),
        status: maybe(z.object({ response: maybe(z.string()) })),
        emailAddress: maybe(emailAddress),
      }),
    ),
  ),
  organizer: maybe(recipient),
  isOrganizer: maybe(z.boolean()),
  isCancelled: maybe(z.boolean()),
  responseRequested: maybe(z.boolean()),
  responseStatus: maybe(z.object({ response: maybe(z.string()) })),
  onlineMeetingUrl: maybe(z.string()),
  onlineMeeting: maybe(z.object({ joinUrl: maybe(z.string()) })),
  createdDateTime: maybe(z.string()),
  lastModifiedDateTime: maybe(z.string()),
  cancelledOccurrences: maybe(z.array(z.string())),
  singleValueExtendedProperties: maybe(z.array(z.object({ id: z.string(), value: maybe(z.string()) }))),
}

const plainEvent = z.object(eventFields)

/** An event, occurrence or exception, as far as we read it. */
export const graphEvent = z.object({ ...eventFields, exceptionOccurrences: maybe(z.array(plainEvent)) })

export type GraphOccurrence = z.output<typeof plainEvent>
export type GraphEvent = z.output<typeof graphEvent>
export type GraphRecurrence = z.output<typeof patternedRecurrence>

/** Names for `$select`: what `graphEvent` reads. */
export const selectedFields = Object.keys(eventFields)
  .filter((name) => !name.includes('@') && name !== 'singleValueExtendedProperties')
  .join(',')

/** One row of the change feed: which event, and no more; what it says is read anew by id. */
export const deltaPage = z.object({
  '@odata.nextLink': maybe(z.string()),
  '@odata.deltaLink': maybe(z.string()),
  value: z.array(
    z.object({
      id: z.string().min(1),
      type: maybe(z.string()),
      seriesMasterId: maybe(z.string()),
      '@odata.etag': maybe(z.string()),
      '@removed': maybe(z.object({ reason: maybe(z.string()) })),
    }),
  ),
})

/** A page of a list of events, each read for itself: one odd event does not spoil the page. */
export const eventList = z.object({ '@odata.nextLink': maybe(z.string()), value: z.array(z.unknown()) })

export const calendarResource = z.object({
  id: z.string().min(1),
  name: maybe(z.string()),
  canEdit: maybe(z.boolean()),
  isDefaultCalendar: maybe(z.boolean()),
  owner: maybe(emailAddress),
})

export const calendarList = z.object({ '@odata.nextLink': maybe(z.string()), value: z.array(calendarResource) })

export const translatedIds = z.object({
  value: z.array(z.object({ sourceId: z.string(), targetId: maybe(z.string()) })),
})

export const subscriptionResource = z.object({ id: z.string().min(1), expirationDateTime: z.string() })

/** What is delivered to a webhook: change hints and lifecycle events. */
export const notifications = z.object({
  value: z
    .array(
      z.object({
        subscriptionId: maybe(z.string()),
        clientState: maybe(z.string()),
        lifecycleEvent: maybe(z.string()),
        changeType: maybe(z.string()),
        resource: maybe(z.string()),
        resourceData: maybe(z.object({ id: maybe(z.string()) })),
      }),
    )
    .max(1_000),
})
