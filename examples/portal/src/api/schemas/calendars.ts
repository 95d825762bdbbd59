import { accessLevels } from '@dayport/core'
import { z } from 'zod'
import { color, Problem, principalKind, shortText } from './values.ts'

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
    collects: z
      .boolean()
      .nullable()
      .describe('whether invitations come to this one of my calendars; null: it takes none'),
    joined: z.string().nullable().describe('name of the outside service that my calendar is joined to'),
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
