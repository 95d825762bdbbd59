import { z } from 'zod'
import { ExchangeState } from '../api/exchange-schemas.ts'
import { joinedServices, oauthServices, passwordServices } from './services.ts'
import { JoinedSettings } from './settings.ts'

/* Shapes of the operations of outside calendars. */

const ms = z.number().int().describe('ms since the Unix epoch')
const direction = z.enum(['both', 'to-portal'])
const password = z.string().min(1).max(1_000)
const remote = z.string().min(1).max(2_000)

/** A joined calendar and how it stands. */
export const JoinedCalendar = ExchangeState.omit({ webMail: true })
  .extend({
    id: z.string(),
    account: z.string(),
    service: z.string().describe('name of the service'),
    mailbox: z.string().describe('name of the account there'),
    calendar: z.string().describe('the calendar of the portal'),
    name: z.string().describe('of the outside calendar, when it was joined'),
    direction,
  })
  .meta({ id: 'JoinedCalendar' })

export const JoinedAccount = z
  .object({
    id: z.string(),
    service: z.enum(joinedServices),
    name: z.string().describe('of the service, as people call it'),
    login: z.string(),
    signedOut: z.boolean().describe('the service refuses the kept sign-in: it has to be given again'),
    calendars: z.array(JoinedCalendar),
  })
  .meta({ id: 'JoinedAccount' })

export const JoinedList = z
  .object({
    on: z.boolean().describe('switched on, and for me'),
    services: z.array(z.enum(joinedServices)).describe('those that can be chosen'),
    accounts: z.array(JoinedAccount),
  })
  .meta({ id: 'JoinedList' })

export const NewJoinedAccount = z
  .strictObject({
    service: z.enum(passwordServices),
    address: z.string().trim().max(500).default('').describe('of other CalDAV servers; https:// may be left out'),
    login: z.string().trim().min(1).max(320),
    password: password.describe('an app password where the service has them; never told again'),
  })
  .meta({ id: 'NewJoinedAccount' })

export const JoinedPassword = z.strictObject({ password }).meta({ id: 'JoinedPassword' })

export const OutsideCalendar = z
  .object({
    remote,
    name: z.string(),
    color: z.string().nullable(),
    mayWrite: z.boolean().describe('false: it can be joined one way only'),
    joined: z.string().nullable().describe('id of the joined calendar, when it is'),
  })
  .meta({ id: 'OutsideCalendar' })

export const NewJoin = z
  .strictObject({
    remote,
    direction: direction.default('both'),
    into: z.string().max(200).nullable().default(null).describe('a calendar of mine without events; null makes one'),
  })
  .meta({ id: 'NewJoin' })

export const JoinPatch = z.strictObject({ direction }).meta({ id: 'JoinPatch' })

export const JoinedEvents = z.object({
  events: z.enum(['keep', 'drop']).describe('of the portal’s calendar; the outside one stays as it is'),
})

export const OAuthStart = z
  .strictObject({
    service: z.enum(oauthServices),
    account: z.string().max(200).nullable().default(null).describe('to be signed in to again; null: a new one'),
  })
  .meta({ id: 'OAuthStart' })

export const OAuthAddress = z
  .object({ url: z.string().describe('where the browser goes') })
  .meta({ id: 'OAuthAddress' })

export const JoinedSetup = z
  .object({
    settings: JoinedSettings,
    secrets: z.object({ google: ms.nullable(), microsoft: ms.nullable() }).describe('when each was given'),
    callback: z.string().describe('the redirect address to register at the services'),
  })
  .meta({ id: 'JoinedSetup' })

const secret = z.string().min(1).max(5_000).optional().describe('absent: the kept one stays')

export const JoinedSetupChange = z
  .strictObject({
    settings: JoinedSettings,
    secrets: z.strictObject({ google: secret, microsoft: secret }).default({}),
  })
  .meta({ id: 'JoinedSetupChange' })
