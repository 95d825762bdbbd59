import { z } from 'zod'
import { color, ms, shortText } from './values.ts'

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
