import { z } from 'zod'
import type { Settings } from '../accounts/settings.ts'
import { isSafeAddress } from '../exchange/settings.ts'
import type { Vault } from '../exchange/vault.ts'
import { type OAuthService, oauthServices } from './services.ts'

const text = z.string().trim().max(500)
const address = text.refine((value) => value === '' || isSafeAddress(value), 'must be an https address')

const origin = text
  .refine(
    (value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol),
    'must be an http or https address',
  )
  .transform((value) => new URL(value).origin)

/** What the administrator decides about outside calendars; secrets are kept apart. */
export const JoinedSettings = z
  .strictObject({
    google: z.strictObject({
      clientId: text,
      issuer: address.describe('empty: https://accounts.google.com'),
      address: address.describe('empty: https://apidata.googleusercontent.com'),
    }),
    microsoft: z.strictObject({
      clientId: text,
      tenant: text.describe('directory id or domain; empty: any directory'),
      issuer: address.describe('empty: https://login.microsoftonline.com/TENANT/v2.0; a national cloud has its own'),
      address: address.describe('empty: https://graph.microsoft.com/v1.0; a national cloud has its own'),
    }),
    inside: z
      .array(origin)
      .max(50)
      .describe('servers of the network inside that people may name, by origin: https://cloud.example.org'),
    intervalMinutes: z.number().int().min(1).max(1_440),
  })
  .meta({ id: 'JoinedSettings' })
export type JoinedSettings = z.output<typeof JoinedSettings>

export const defaultJoinedSettings: JoinedSettings = {
  google: { clientId: '', issuer: '', address: '' },
  microsoft: { clientId: '', tenant: '', issuer: '', address: '' },
  inside: [],
  intervalMinutes: 15,
}

/** Where a service signs people in, and where their calendars are. */
export interface OAuthPlace {
  readonly clientId: string
  readonly issuer: string
  /** Of the interface. */
  readonly address: string
  /** Rights that are asked for. */
  readonly scope: string
}

export const placeOf = (service: OAuthService, settings: JoinedSettings): OAuthPlace => {
  if (service === 'google') {
    const { clientId, issuer, address } = settings.google
    return {
      clientId,
      issuer: issuer || 'https://accounts.google.com',
      address: address || 'https://apidata.googleusercontent.com',
      scope: 'openid email https://www.googleapis.com/auth/calendar',
    }
  }
  const { clientId, tenant, issuer, address } = settings.microsoft
  const interfaceAddress = address || 'https://graph.microsoft.com/v1.0'
  return {
    clientId,
    issuer: issuer || `https://login.microsoftonline.com/${encodeURIComponent(tenant || 'common')}/v2.0`,
    address: interfaceAddress,
    scope: `openid profile offline_access ${new URL(interfaceAddress).origin}/Calendars.ReadWrite`,
  }
}

const settingsName = 'joined'
const secretName = (service: OAuthService): string => `joined-${service}-secret`
const Sealed = z.object({ setMs: z.number(), sealed: z.string() })

/** A client secret opens for the issuer that it was given for only: who may change the settings could else read it elsewhere. */
const purposeOf = (service: OAuthService, settings: JoinedSettings): string =>
  `${secretName(service)} ${new URL(placeOf(service, settings).issuer).origin}`

export type JoinedSettingsStore = ReturnType<typeof createJoinedSettings>

/** The settings in the database, and the clients' secrets sealed beside them: written and deleted, never read back by anybody. */
export const createJoinedSettings = ({
  settings,
  vault,
  now,
}: {
  readonly settings: Settings
  readonly vault: Vault
  readonly now: () => number
}) => {
  const get = (): JoinedSettings => {
    const stored = settings.get(settingsName)
    return stored === null ? defaultJoinedSettings : JoinedSettings.parse(JSON.parse(stored))
  }
  const secretSetMs = (service: OAuthService): number | null => {
    const stored = settings.get(secretName(service))
    return stored === null ? null : Sealed.parse(JSON.parse(stored)).setMs
  }
  return {
    get,
    /** Forgets the secret of a service whose issuer is another. */
    put: async (value: JoinedSettings): Promise<void> => {
      const before = get()
      for (const service of oauthServices) {
        if (purposeOf(service, before) !== purposeOf(service, value)) await settings.remove(secretName(service))
      }
      await settings.set(settingsName, JSON.stringify(value))
    },
    secretSetMs,
    putSecret: (service: OAuthService, secret: string): Promise<void> => {
      const sealed = vault.seal(secret, purposeOf(service, get()))
      return settings.set(secretName(service), JSON.stringify({ setMs: now(), sealed }))
    },
    removeSecret: (service: OAuthService): Promise<void> => settings.remove(secretName(service)),
    /** `null` when none was given. */
    secret: (service: OAuthService): string | null => {
      const stored = settings.get(secretName(service))
      return stored === null ? null : vault.open(Sealed.parse(JSON.parse(stored)).sealed, purposeOf(service, get()))
    },
    /** Whether an administrator has entered all that the service needs. */
    isSetUp: (service: OAuthService): boolean =>
      placeOf(service, get()).clientId !== '' && secretSetMs(service) !== null,
  }
}
