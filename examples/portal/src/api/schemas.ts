import { accessLevels } from '@dayport/core'
import { feedDetails } from '@dayport/ical-export'
import { z } from 'zod'
import { secretKinds } from '../accounts/audit.ts'
import { minPasswordLength } from '../accounts/passwords.ts'
import { isLogin, locales } from '../accounts/people.ts'

/*
 * Every shape that crosses the API, once: requests are checked with these, and the OpenAPI document is made from them.
 */

const shortText = z.string().trim().min(1).max(200)
const isTimeZone = (name: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
export const timeZone = z.string().max(100).refine(isTimeZone, 'is not a time zone known here').describe('IANA name')
const color = z
  .string()
  .regex(/^#[0-9a-fA-F]{6}([0-9a-fA-F]{2})?$/)
  .describe('#RRGGBB')
const login = z.string().max(200).refine(isLogin, 'may hold no slash, colon or control character')
const password = z.string().min(minPasswordLength).max(500)
const ms = z.number().int().describe('ms since the Unix epoch')

const principalKind = z.enum(['individual', 'group', 'room', 'resource'])

export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    code: z.string().describe('stable; switch on it'),
    details: z.record(z.string(), z.unknown()).optional(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457' })

export const Me = z
  .object({
    id: z.string(),
    login: z.string(),
    name: z.string(),
    email: z.string(),
    admin: z.boolean(),
    locale: z.enum(locales),
    timeZone: z.string(),
    banner: z.boolean().describe('whether the row that offers connections stands above the calendar'),
  })
  .meta({ id: 'Me' })

const DoorStates = z.object({ outlook: z.boolean(), feed: z.boolean(), caldav: z.boolean() })

export const Portal = z
  .object({
    setup: z.boolean().describe('no account yet: the first-run wizard is open'),
    me: Me.nullable().describe('who is signed in'),
    origin: z.string().describe('scheme and host that people and programs see'),
    caldavUrl: z.string(),
    doors: DoorStates.describe('ways out that are on, and for whoever is signed in'),
    oidc: z.boolean().describe('people sign in at a provider: GET /api/oidc/start'),
    version: z.string(),
  })
  .meta({ id: 'Portal' })

export const SignIn = z
  .strictObject({ login: z.string().max(200), password: z.string().max(500) })
  .meta({ id: 'SignIn' })

export const Setup = z
  .strictObject({
    code: z.string().max(100).describe('the one-time code from the console'),
    login,
    password,
    name: shortText.optional(),
    email: z.string().max(320).optional(),
    locale: z.enum(locales).default('en'),
    timeZone: timeZone.default('UTC'),
  })
  .meta({ id: 'Setup' })

export const MePatch = z
  .strictObject({
    name: shortText.optional(),
    email: z.string().max(320).optional(),
    locale: z.enum(locales).optional(),
    timeZone: timeZone.optional(),
    banner: z.boolean().optional(),
  })
  .meta({ id: 'MePatch' })

export const PasswordChange = z
  .strictObject({ current: z.string().max(500), next: password })
  .meta({ id: 'PasswordChange' })

export const PersonInfo = z
  .object({
    id: z.string(),
    login: z.string(),
    name: z.string(),
    email: z.string().describe("'' when unknown"),
    kind: principalKind,
  })
  .meta({ id: 'Person' })

export const NewPerson = z
  .strictObject({
    login,
    password,
    name: shortText.optional(),
    email: z.string().max(320).optional(),
    admin: z.boolean().default(false),
    locale: z.enum(locales).default('en'),
    timeZone: timeZone.default('UTC'),
  })
  .meta({ id: 'NewPerson' })

const level = z.enum(accessLevels)
const Grant = z
  .strictObject({ principal: z.string().describe('id of a person or group; * is everyone in the portal'), level })
  .meta({ id: 'Grant' })
const components = z.array(z.enum(['VEVENT', 'VTODO', 'VJOURNAL'])).min(1)

export const Calendar = z
  .object({
    id: z.string(),
    name: z.string(),
    description: z.string(),
    color: z.string().nullable(),
    components: z.array(z.string()),
    owner: z.object({ id: z.string(), login: z.string(), name: z.string(), kind: principalKind }),
    level,
    favourite: z.boolean(),
    listed: z.boolean().describe('stands on my list; those that are only open to everyone do once I add them'),
    hidden: z.boolean().describe('on my list, but its events are not shown now'),
    readOnly: z.boolean().describe('filled by the portal itself, from a subscription: nobody edits its events'),
    exportAllowed: z.boolean(),
    exchange: z.boolean().describe('joined to my mailbox at Exchange'),
    access: z.array(Grant).describe('empty for all but owners'),
    revision: z.number().int(),
    caldavUrl: z.string(),
  })
  .meta({ id: 'Calendar' })

const calendarFields = {
  description: z.string().max(10_000),
  color: color.nullable(),
  exportAllowed: z.boolean(),
  access: z.array(Grant).max(1_000),
}
export const NewCalendar = z
  .strictObject({ name: shortText, ...calendarFields, components, favourite: z.boolean() })
  .partial({ favourite: true, description: true, color: true, exportAllowed: true, access: true, components: true })
  .meta({ id: 'NewCalendar' })
export const CalendarPatch = z
  .strictObject({ name: shortText, ...calendarFields })
  .partial()
  .meta({ id: 'CalendarPatch' })

const date = /^\d{4}-\d\d-\d\d$/
const local = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/
const time = z
  .string()
  .refine((text) => date.test(text) || local.test(text), 'is neither 2026-03-29 nor 2026-03-29T10:00')
  .describe('2026-03-29 when all day, else 2026-03-29T10:00:00 on the clock of timeZone')

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
    start: z.string().describe('2026-03-29 when all day, else 2026-03-29T10:00:00 on the clock of timeZone'),
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

export const NewEvent = z
  .strictObject({
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
    start: time,
    end: time,
    timeZone: timeZone.nullable(),
    repeat: z.string().max(1_000).nullable(),
    attendees,
    ...EventFields.shape,
  })
  .partial()
  .meta({ id: 'EventPatch' })

export const NewTask = z
  .strictObject({
    title: z.string().max(1_000),
    description: z.string().max(200_000).default(''),
    due: time,
    timeZone: timeZone.optional().describe('left out: that of the person'),
  })
  .meta({ id: 'NewTask' })

export const Done = z.strictObject({ done: z.boolean() }).meta({ id: 'Done' })

export const StoredObject = z
  .object({ calendar: z.string(), object: z.string(), etag: z.string().nullable() })
  .meta({ id: 'StoredObject' })

export const ImportJob = z
  .object({
    id: z.string(),
    calendar: z.string(),
    state: z.enum(['running', 'done', 'failed', 'cancelled']),
    done: z.number().int(),
    total: z.number().int().nullable().describe('null until the file has been read'),
    created: z.number().int(),
    updated: z.number().int(),
    unchanged: z.number().int(),
    skipped: z.number().int(),
    refused: z.array(z.object({ uid: z.string(), code: z.string(), message: z.string() })).describe('at most 100'),
    refusedCount: z.number().int(),
    problem: Problem.nullable(),
  })
  .meta({ id: 'ImportJob' })

const days = z.number().int().min(0).max(36_525).nullable().describe('null: no bound')
export const FeedOptions = z
  .strictObject({
    window: z.strictObject({ daysBack: days, daysForward: days }).describe('around the day of the fetch'),
    alarms: z.boolean(),
    attendees: z.boolean(),
    descriptions: z.boolean(),
    detail: z.enum(feedDetails).describe('the most that is told; less where the maker may see less'),
  })
  .meta({ id: 'FeedOptions' })

export const FeedLink = z
  .object({
    id: z.string(),
    calendar: z.string().nullable().describe('null: all my favourites, as they are at each fetch'),
    calendarName: z.string().nullable().describe('null also where the calendar is gone or no longer mine to see'),
    name: z.string(),
    options: FeedOptions,
    url: z.string().describe('secret: whoever has it sees the events'),
    webcal: z.string(),
    state: z.enum(['works', 'unused', 'expired', 'export-off', 'no-access']),
    createdMs: ms,
    expiresMs: ms.nullable(),
    lastFetchMs: ms.nullable(),
    lastUserAgent: z.string().nullable(),
  })
  .meta({ id: 'FeedLink' })

export const NewFeedLink = z
  .strictObject({
    calendar: z.string().optional().describe('this or favourites'),
    favourites: z.literal(true).optional(),
    name: shortText,
    expiresMs: ms.nullable().optional().describe('ahead; null or left out: never'),
    options: FeedOptions.partial().optional().describe('left out: everything, always'),
  })
  .refine(
    (link) => (link.calendar === undefined) !== (link.favourites === undefined),
    'Expected calendar or favourites',
  )
  .meta({ id: 'NewFeedLink' })

export const FeedLinkPatch = z
  .strictObject({
    name: shortText,
    expiresMs: ms.nullable().describe('ahead; null: never'),
    options: FeedOptions.partial(),
  })
  .partial()
  .meta({ id: 'FeedLinkPatch' })

export const Subscription = z
  .object({
    id: z.string(),
    calendar: z.string(),
    name: z.string(),
    url: z.string().describe('may hold a secret of its own'),
    lastFetchMs: ms,
    lastSuccessMs: ms,
    nextFetchMs: ms,
    lastError: z.string().nullable().describe('code of the last try; null when it went well'),
    refused: z.number().int().describe('objects that could not be taken'),
  })
  .meta({ id: 'Subscription' })

export const NewSubscription = z
  .strictObject({
    url: z.string().trim().min(1).max(4_000).describe('https://, http:// or webcal://'),
    name: shortText.optional().describe("left out: the calendar's own, else its host"),
    color: color.optional(),
  })
  .meta({ id: 'NewSubscription' })

export const OutlookConnection = z
  .object({
    id: z.string(),
    calendar: z.string(),
    calendarName: z.string().nullable().describe('null where the calendar is gone or no longer mine to see'),
    name: z.string(),
    folder: z.string().nullable().describe('what Outlook calls its folder: owner - calendar'),
    link: z
      .string()
      .nullable()
      .describe('stssync: address for classic Outlook; secret: whoever has it acts as I do in this calendar'),
    url: z.string().describe('base address of the list, as secret as the link'),
    mayWrite: z.boolean().describe('false: read-only in Outlook too'),
    state: z.enum(['works', 'unused', 'no-access']),
    createdMs: ms,
    lastSyncMs: ms.nullable(),
    lastUserAgent: z.string().nullable(),
  })
  .meta({ id: 'OutlookConnection' })

export const NewOutlookConnection = z
  .strictObject({ calendar: z.string().max(200), name: shortText.describe('of the computer, so that I know it again') })
  .meta({ id: 'NewOutlookConnection' })

export const OutlookConnectionPatch = z.strictObject({ name: shortText }).meta({ id: 'OutlookConnectionPatch' })

const doors = ['caldav', 'api', 'outlook'] as const
export const AppPassword = z
  .object({
    id: z.string(),
    name: z.string(),
    scopes: z.array(z.string()),
    createdMs: ms,
    lastUsedMs: ms.nullable(),
    lastUserAgent: z.string().nullable(),
    revokedMs: ms.nullable(),
    lastRefusedMs: ms.nullable().describe('when a device last tried it after it was revoked'),
  })
  .meta({ id: 'AppPassword' })

export const CreatedAppPassword = AppPassword.extend({ password: z.string().describe('shown this once') }).meta({
  id: 'CreatedAppPassword',
})

export const NewAppPassword = z
  .strictObject({ name: shortText, scopes: z.array(z.enum(doors)).min(1).default(['caldav']) })
  .meta({ id: 'NewAppPassword' })

export const SetupTicket = z
  .object({
    url: z.string().describe('one-time and short-lived; for a QR code'),
    expiresMs: ms,
    signer: z.string().nullable().describe('who signs the profile behind it'),
  })
  .meta({ id: 'SetupTicket' })

const doorPeople = z
  .array(z.string().max(200))
  .max(500)
  .readonly()
  .nullable()
  .describe('ids of people and groups; null: everybody')

export const Doors = z
  .object({
    on: DoorStates.extend({ exchange: z.boolean() }),
    people: z.object({ outlook: doorPeople, feed: doorPeople, caldav: doorPeople, exchange: doorPeople }),
    connections: z.object({
      outlook: z.number().int(),
      feed: z.number().int(),
      caldav: z.number().int(),
      exchange: z.number().int(),
    }),
  })
  .meta({ id: 'Doors' })

export const DoorPatch = z
  .strictObject({
    outlook: z.boolean(),
    feed: z.boolean(),
    caldav: z.boolean(),
    exchange: z.boolean(),
    people: z
      .strictObject({ outlook: doorPeople, feed: doorPeople, caldav: doorPeople, exchange: doorPeople })
      .partial(),
  })
  .partial()
  .meta({ id: 'DoorPatch' })

export const PersonState = z
  .object({
    id: z.string(),
    login: z.string(),
    name: z.string(),
    email: z.string(),
    admin: z.boolean(),
    devices: z.number().int(),
    links: z.number().int(),
    outlooks: z.number().int(),
    lastMs: ms.nullable().describe('last use of a device or link'),
  })
  .meta({ id: 'PersonState' })

export const ErrorList = z
  .array(z.object({ id: z.string(), atMs: ms, where: z.string(), what: z.string() }))
  .meta({ id: 'ErrorList' })

export const AuditList = z
  .array(
    z.object({
      atMs: ms,
      person: z.string(),
      personName: z.string(),
      actor: z.string(),
      actorName: z.string(),
      kind: z.enum(secretKinds),
      action: z.enum(['made', 'revoked', 'on', 'off', 'people']),
      name: z.string(),
    }),
  )
  .meta({ id: 'AuditList' })
