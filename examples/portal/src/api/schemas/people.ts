import { z } from 'zod'
import { locales } from '../../accounts/people.ts'
import { login, ms, password, principalKind, shortText, timeZone } from './values.ts'

export const PersonInfo = z
  .object({
    id: z.string(),
    login: z.string(),
    name: z.string(),
    email: z.string().describe("'' when unknown"),
    kind: principalKind,
  })
  .meta({ id: 'Person' })

export const FoundPerson = PersonInfo.extend({
  members: z
    .array(PersonInfo)
    .nullable()
    .describe('of a group, where members are asked for: the people in it, through groups in it too; at most 501'),
}).meta({ id: 'FoundPerson' })

export const NewPerson = z
  .strictObject({
    login,
    password,
    name: shortText.optional(),
    email: z.string().max(320).optional(),
    admin: z.boolean().default(false),
    external: z.boolean().default(false).describe('from outside: a customer, a contractor'),
    locale: z.enum(locales).default('en'),
    timeZone: timeZone.default('UTC'),
  })
  .meta({ id: 'NewPerson' })

export const PersonPatch = z
  .strictObject({ name: shortText, email: z.string().max(320), external: z.boolean(), admin: z.boolean() })
  .partial()
  .meta({ id: 'PersonPatch' })

export const PersonState = z
  .object({
    id: z.string(),
    login: z.string(),
    name: z.string(),
    email: z.string(),
    admin: z.boolean(),
    external: z.boolean(),
    devices: z.number().int(),
    links: z.number().int(),
    outlooks: z.number().int(),
    lastMs: ms.nullable().describe('last use of a device or link'),
  })
  .meta({ id: 'PersonState' })
