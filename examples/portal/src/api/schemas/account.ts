import { z } from 'zod'
import { locales } from '../../accounts/people.ts'
import { login, password, shortText, timeZone } from './values.ts'

export const Me = z
  .object({
    id: z.string(),
    login: z.string(),
    name: z.string(),
    email: z.string(),
    admin: z.boolean(),
    locale: z.enum(locales),
    timeZone: z.string(),
    external: z.boolean().describe('from outside: makes no calendars'),
    banner: z.boolean().describe('whether the row that offers connections stands above the calendar'),
  })
  .meta({ id: 'Me' })

export const DoorStates = z.object({
  outlook: z.boolean(),
  feed: z.boolean(),
  caldav: z.boolean(),
  joined: z.boolean().describe('outside calendars that people join'),
})

export const Portal = z
  .object({
    setup: z.boolean().describe('no account yet: the first-run wizard is open'),
    me: Me.nullable().describe('who is signed in'),
    origin: z.string().describe('scheme and host that people and programs see'),
    caldavUrl: z.string(),
    doors: DoorStates.describe('ways out that are on, and for whoever is signed in'),
    changes: z
      .number()
      .int()
      .describe('how many changes open pages were told of; for GET /api/live. 0 before anybody has signed in'),
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
