import { z } from 'zod'
import { ms, shortText } from './values.ts'

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
