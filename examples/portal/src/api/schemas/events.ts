import { z } from 'zod'
import { ms, time, timeZone } from './values.ts'

const eventText = { title: z.string().max(1_000), place: z.string().max(5_000), description: z.string().max(200_000) }

const minutes = z.number().int().min(0).max(525_600).nullable().describe('before the start; null: none')
const busy = z.enum(['free', 'tentative', 'busy', 'away'])
const importance = z.enum(['low', 'normal', 'high'])
const answer = z.enum(['ACCEPTED', 'DECLINED', 'TENTATIVE', 'NEEDS-ACTION', 'DELEGATED'])

/** What an entry shows besides its text and time. */
export const EventMarks = z.object({
  busy,
  importance,
  reminder: minutes.describe('the first one; null: none that a person would notice'),
  color: z.string().nullable().describe('CSS colour name, RFC 7986 §5.9'),
  answer: answer.nullable().describe('mine; null when I am not among the attendees'),
  attendeeCount: z.number().int(),
})

/** What of this a person may change. */
export const EventFields = z.strictObject({
  reminder: minutes,
  busy,
  importance,
  private: z.boolean(),
  color: z
    .string()
    .regex(/^[a-z]{3,30}$/)
    .nullable()
    .describe('CSS colour name'),
})

/** Who is invited; `email` names them, also where it is another kind of address that came with the event. */
export const Invited = z
  .strictObject({
    email: z.string().trim().min(1).max(1_000),
    name: z.string().trim().max(200).default(''),
    optional: z.boolean().default(false),
    kind: z.enum(['person', 'group', 'room', 'resource']).default('person'),
  })
  .meta({ id: 'Invited' })
const attendees = z
  .array(Invited)
  .max(500)
  .describe('all of them: who is left out is no longer invited, who stays keeps their answer. Nobody is sent mail')

export const Event = z
  .object({
    calendar: z.string(),
    object: z.string().describe('name of the calendar object, the last segment of its CalDAV address'),
    uid: z.string(),
    etag: z.string(),
    component: z.string(),
    recurrenceId: z.string().nullable().describe('names one occurrence of a series; null for what happens once'),
    ...eventText,
    allDay: z.boolean(),
    start: z
      .string()
      .describe(
        "2026-03-29 when all day, else 2026-03-29T10:00:00 on the clock of timeZone; '' for a task without a date",
      ),
    end: z.string().describe('exclusive'),
    timeZone: z.string().nullable().describe('null: floating, or a whole day'),
    startMs: ms,
    endMs: ms,
    repeat: z.string().nullable().describe('RRULE value'),
    status: z.string().nullable().describe('TENTATIVE, CONFIRMED, CANCELLED'),
    transparent: z.boolean().describe('does not make busy'),
    private: z.boolean(),
    done: z.boolean().nullable().describe('of a task, which stands where it is due; null for events'),
    ...EventMarks.shape,
  })
  .meta({ id: 'Event' })

export const EventDetail = Event.extend({
  reminders: z.array(z.number().int()).describe('minutes before the start; below 0: after it'),
  organizer: z.object({ name: z.string(), email: z.string(), me: z.boolean() }).nullable(),
  attendees: z.array(
    z.object({
      name: z.string(),
      email: z.string(),
      answer,
      optional: z.boolean(),
      kind: z.enum(['person', 'group', 'room', 'resource']),
      me: z.boolean(),
    }),
  ),
  categories: z.array(z.string()),
  url: z.string().nullable().describe('http or https'),
  conference: z.string().nullable().describe('http or https'),
  attachments: z.array(z.object({ name: z.string(), url: z.string().nullable(), bytes: z.number().int().nullable() })),
  ownOverride: z.boolean().describe('this occurrence was changed by itself'),
  changed: z.object({ door: z.string(), atMs: ms }).nullable().describe('by which door it was last written, and when'),
}).meta({ id: 'EventDetail' })

export const BusyTime = z.object({ startMs: ms, endMs: ms, kind: z.enum(['tentative', 'busy', 'away']) })
export const BusyPerson = z
  .object({
    email: z.string().describe('as it was asked for'),
    name: z.string().describe("'' for those who are not of the portal"),
    known: z.boolean().describe('false: I may see none of their calendars, so that no time says nothing'),
    timeZone: z.string().nullable().describe('in which they live'),
    busy: z.array(BusyTime),
  })
  .meta({ id: 'BusyPerson' })

export const Answer = z.strictObject({ answer: z.enum(['ACCEPTED', 'DECLINED', 'TENTATIVE']) }).meta({ id: 'Answer' })

export const EventList = z
  .object({ events: z.array(Event), truncated: z.boolean().describe('there were more than fit') })
  .meta({ id: 'EventList' })

const newUid = z
  .uuid()
  .describe(
    'chosen by who asks: should the answer be lost, the same again changes what was made, and makes no second one',
  )

export const NewEvent = z
  .strictObject({
    uid: newUid,
    ...eventText,
    allDay: z.boolean(),
    start: time,
    end: time.describe('exclusive'),
    timeZone: timeZone.nullable().describe('left out: that of the person; null: floating'),
    repeat: z.string().max(1_000).nullable(),
    attendees,
    ...EventFields.shape,
  })
  .partial({
    uid: true,
    place: true,
    description: true,
    allDay: true,
    timeZone: true,
    repeat: true,
    reminder: true,
    busy: true,
    importance: true,
    private: true,
    color: true,
    attendees: true,
  })
  .meta({ id: 'NewEvent' })

export const EventPatch = z
  .strictObject({
    ...eventText,
    allDay: z.boolean(),
    start: time.nullable().describe('of a task, when it is due; null: it has no date any more'),
    end: time,
    timeZone: timeZone.nullable(),
    repeat: z.string().max(1_000).nullable(),
    attendees,
    done: z.boolean().describe('of a task, whether it is done'),
    ...EventFields.shape,
  })
  .partial()
  .meta({ id: 'EventPatch' })

export const NewTask = z
  .strictObject({
    uid: newUid.optional(),
    title: z.string().max(1_000),
    description: z.string().max(200_000).default(''),
    due: time.optional().describe('left out: it has no date'),
    timeZone: timeZone.optional().describe('left out: that of the person'),
  })
  .meta({ id: 'NewTask' })

export const Done = z.strictObject({ done: z.boolean() }).meta({ id: 'Done' })

export const StoredObject = z
  .object({ calendar: z.string(), object: z.string(), etag: z.string().nullable() })
  .meta({ id: 'StoredObject' })
