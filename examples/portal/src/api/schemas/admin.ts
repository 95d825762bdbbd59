import { z } from 'zod'
import { auditActions, secretKinds } from '../../accounts/audit.ts'
import { DoorStates } from './account.ts'
import { ms } from './values.ts'

const doorPeople = z
  .union([z.array(z.string().max(200)).max(500).readonly(), z.literal('all')])
  .nullable()
  .describe('ids of people and groups; null: every employee, but nobody from outside; all: those too')

const doorsPeople = {
  outlook: doorPeople,
  feed: doorPeople,
  caldav: doorPeople,
  joined: doorPeople,
  exchange: doorPeople,
}

export const Doors = z
  .object({
    on: DoorStates.extend({ exchange: z.boolean() }),
    people: z.object(doorsPeople),
    connections: z.object({
      outlook: z.number().int(),
      feed: z.number().int(),
      caldav: z.number().int(),
      joined: z.number().int(),
      exchange: z.number().int(),
    }),
  })
  .meta({ id: 'Doors' })

export const DoorPatch = z
  .strictObject({
    outlook: z.boolean(),
    feed: z.boolean(),
    caldav: z.boolean(),
    joined: z.boolean(),
    exchange: z.boolean(),
    people: z.strictObject(doorsPeople).partial(),
  })
  .partial()
  .meta({ id: 'DoorPatch' })

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
      action: z.enum(auditActions),
      name: z.string(),
    }),
  )
  .meta({ id: 'AuditList' })
