import { z } from 'zod'
import { color, principalKind, shortText } from './values.ts'

const members = z.array(z.string().max(200)).max(5_000).describe('ids of people and groups; all of them')

export const Group = z
  .object({
    id: z.string(),
    login: z.string().describe('the name in addresses'),
    name: z.string(),
    members: z.array(z.object({ id: z.string(), name: z.string(), kind: principalKind })),
    calendars: z.array(z.object({ id: z.string(), name: z.string() })).describe('those that belong to it'),
  })
  .meta({ id: 'Group' })

export const NewGroup = z.strictObject({ name: shortText, members: members.default([]) }).meta({ id: 'NewGroup' })

export const GroupPatch = z.strictObject({ name: shortText, members }).partial().meta({ id: 'GroupPatch' })

export const GroupCalendar = z
  .strictObject({ name: shortText, description: z.string().max(10_000), color: color.nullable() })
  .partial({ description: true, color: true })
  .meta({ id: 'GroupCalendar' })

export const Company = z
  .object({ calendar: z.string().nullable().describe('the company calendar; null: there is none') })
  .meta({ id: 'Company' })
