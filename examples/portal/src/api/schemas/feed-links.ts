import { feedDetails } from '@dayport/ical-export'
import { z } from 'zod'
import { ms, shortText } from './values.ts'

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
