import { z } from 'zod'
import type { Settings } from '../accounts/settings.ts'
import { timeZone } from '../api/schemas/values.ts'
import { mailboxOf } from './mailbox-of.ts'
import type { Vault } from './vault.ts'

const text = z.string().trim().max(500)
const days = z.number().int().min(1).max(1_100)

/** Addresses in the settings: TLS, or this machine for a trial. */
export const isSafeAddress = (value: string): boolean => {
  if (!URL.canParse(value)) return false
  const { protocol, hostname, username, password } = new URL(value)
  const isHere = hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]'
  return username === '' && password === '' && (protocol === 'https:' || (protocol === 'http:' && isHere))
}
const address = text.refine((value) => value === '' || isSafeAddress(value), 'must be an https address')

/** A name or an address without scheme, port and path. */
const isHost = (value: string): boolean => {
  if (value === '') return true
  const bracketed = value.includes(':') ? `[${value}]` : value
  return !/[/?#@\s\\]/.test(value) && URL.canParse(`http://${bracketed}/`)
}

/** Patterns that make a mailbox of a person who has an address. */
const isMailboxPattern = (pattern: string): boolean =>
  !/[{}]/.test(pattern.replaceAll('{email}', '').replaceAll('{login}', '')) &&
  mailboxOf({ email: 'login@example.org', login: 'login' }, pattern, null) !== null

/** What the administrator decides about Exchange; the secret is kept apart. exchange.md §10, sync-engine.md §8. */
export const ExchangeSettings = z
  .strictObject({
    enabled: z.boolean().describe('off: no part of Exchange is shown to anybody'),
    backend: z.enum(['ews', 'graph']).describe('Exchange Server, or Microsoft 365'),
    ews: z.strictObject({
      address: address.describe('https://mail.example.org/EWS/Exchange.asmx'),
      signIn: z.enum(['basic', 'ntlm', 'oauth']),
      user: text.describe('the service account'),
      domain: text.describe('of NTLM; empty for user@example.org'),
      tenant: text.describe('of OAuth'),
      clientId: text.describe('of OAuth'),
      access: z.enum(['impersonation', 'delegate']).describe('how the account reaches the mailboxes'),
    }),
    graph: z.strictObject({
      tenant: text.describe('directory id or domain'),
      clientId: text.describe('application id'),
      address: address.describe(
        'empty: https://graph.microsoft.com/v1.0; a national cloud has its own, which tokens are asked for',
      ),
      authority: address.describe('empty: https://login.microsoftonline.com; a national cloud has its own'),
    }),
    mailbox: text
      .refine(isMailboxPattern, 'must be {email}, or an address with {login} in it')
      .describe('the mailbox of a person: {email} or {login}@example.org'),
    direction: z.enum(['both', 'to-remote', 'to-portal']),
    conflicts: z.enum(['organizer', 'remote-wins', 'portal-wins', 'newest', 'ask']),
    deletes: z.enum(['edit-wins', 'delete-wins']),
    earlier: z.enum(['include', 'leave-out']).describe('events from before the connection'),
    pastDays: days,
    futureDays: days,
    intervalMinutes: z.number().int().min(1).max(1_440),
    hints: z
      .boolean()
      .default(true)
      .describe(
        'the server tells of changes at once, beside the interval; Exchange Online where it reaches PUBLIC_URL by https',
      ),
    privateEvents: z.enum(['private', 'busy']).describe('how private events appear in Exchange'),
    timeZone: z
      .union([z.literal(''), timeZone])
      .default('')
      .describe('in which events are written to mailboxes; empty: each person’s own'),
    webMail: address.default('').describe('where people read their mail in a browser; empty: it is not offered'),
    proxy: z
      .strictObject({
        scheme: z.enum(['http', 'https']),
        host: text.refine(isHost, 'must be a host name or an address').describe('empty: without a proxy'),
        port: z.number().int().min(1).max(65_535),
        user: text.describe('empty: the proxy asks for none'),
      })
      .default({ scheme: 'http', host: '', port: 3128, user: '' })
      .describe('through which the servers are reached; its password is kept apart'),
  })
  .meta({ id: 'ExchangeSettings' })
export type ExchangeSettings = z.output<typeof ExchangeSettings>

export const defaultExchangeSettings: ExchangeSettings = {
  enabled: false,
  backend: 'ews',
  ews: { address: '', signIn: 'basic', user: '', domain: '', tenant: '', clientId: '', access: 'impersonation' },
  graph: { tenant: '', clientId: '', address: '', authority: '' },
  mailbox: '{email}',
  direction: 'both',
  conflicts: 'organizer',
  deletes: 'edit-wins',
  earlier: 'include',
  pastDays: 31,
  futureDays: 366,
  intervalMinutes: 5,
  hints: true,
  privateEvents: 'private',
  timeZone: '',
  webMail: '',
  proxy: { scheme: 'http', host: '', port: 3128, user: '' },
}

/** What the back end signs in with, and when it was given. */
export interface ExchangeSecret {
  readonly setMs: number
  readonly secret: string
}

const settingsName = 'exchange'
const secretName = 'exchange-secret'
const proxySecretName = 'exchange-proxy-secret'
const Sealed = z.object({ setMs: z.number(), sealed: z.string() })

/** The settings in the database, and the secrets sealed beside them: they can be replaced and deleted, never read back by anybody. */
export const createExchangeStore = ({
  settings,
  vault,
  now,
}: {
  readonly settings: Settings
  readonly vault: Vault
  readonly now: () => number
}) => {
  const secretOf = (name: string) => ({
    get: (): ExchangeSecret | null => {
      const stored = settings.get(name)
      if (stored === null) return null
      const { setMs, sealed } = Sealed.parse(JSON.parse(stored))
      return { setMs, secret: vault.open(sealed, name) }
    },
    setMs: (): number | null => {
      const stored = settings.get(name)
      return stored === null ? null : Sealed.parse(JSON.parse(stored)).setMs
    },
    put: (secret: string): Promise<void> =>
      settings.set(name, JSON.stringify({ setMs: now(), sealed: vault.seal(secret, name) })),
    remove: (): Promise<void> => settings.remove(name),
  })
  const secret = secretOf(secretName)
  return {
    get: (): ExchangeSettings => {
      const stored = settings.get(settingsName)
      return stored === null ? defaultExchangeSettings : ExchangeSettings.parse(JSON.parse(stored))
    },
    put: (value: ExchangeSettings): Promise<void> => settings.set(settingsName, JSON.stringify(value)),
    secret: secret.get,
    secretSetMs: secret.setMs,
    putSecret: secret.put,
    removeSecret: secret.remove,
    /** The password of the proxy. */
    proxySecret: secretOf(proxySecretName),
  }
}

/** Whether a proxy's password that was given for one set of settings may be shown to the proxy of another. */
export const sharesProxy = ({ proxy: a }: ExchangeSettings, { proxy: b }: ExchangeSettings): boolean =>
  a.scheme === b.scheme && a.host === b.host && a.port === b.port && a.user === b.user

/**
 * The servers that a secret is shown to, or what is got for it. A secret that was given for some is not shown to others: who may change
 * the settings could else read it at a server of their own.
 */
const serversOf = ({ backend, ews, graph }: ExchangeSettings): string => {
  const originOf = (value: string): string => (value === '' ? '' : new URL(value).origin)
  const servers =
    backend === 'graph'
      ? [graph.authority, graph.address]
      : [ews.address, ews.signIn === 'oauth' ? graph.authority : '']
  return [backend, ...servers.map(originOf)].join(' ')
}

/** Whether a secret that was given for one set of settings may be used with another. */
export const sharesServers = (a: ExchangeSettings, b: ExchangeSettings): boolean => serversOf(a) === serversOf(b)

/** Whether everything that the back end needs is there. */
export const isComplete = ({ backend, ews, graph }: ExchangeSettings, hasSecret: boolean): boolean => {
  if (!hasSecret) return false
  if (backend === 'graph') return graph.tenant !== '' && graph.clientId !== ''
  if (ews.address === '') return false
  return ews.signIn === 'oauth' ? ews.tenant !== '' && ews.clientId !== '' : ews.user !== ''
}
