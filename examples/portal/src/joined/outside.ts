import { type CalDavClientOptions, createCalDavPeer, discoverCalendars } from '@dayport/caldav-protocol/client'
import { type CalendarPeer, RemoteError } from '@dayport/core'
import {
  createGraphClient,
  createGraphPeer,
  type GraphClient,
  listGraphCalendars,
} from '@dayport/exchange-connector/graph'
import { calendarByIdOf, defaultCalendarOf } from '../exchange/remote-folder.ts'
import { PortalError } from '../problem.ts'
import type { JoinedAccount, JoinedCalendar, JoinedStore } from './joined-store.ts'
import { type JoinedOAuth, OAuthTokens } from './oauth.ts'
import type { OutsideFetch } from './outside-fetch.ts'
import { isOfService, oauthServices } from './services.ts'

/** A calendar of an outside account. */
export interface OutsideCalendar {
  /** Address of the collection, or Graph's id. */
  readonly remote: string
  readonly name: string
  /** `#rrggbb`; `null` when the service says none. */
  readonly color: string | null
  readonly mayWrite: boolean
  /** Names the folder whoever reaches it; `null` where only this account does. */
  readonly folder: string | null
}

/** Whose calendars they are, for how events are written there. */
export interface OutsideOwner {
  readonly person: string
  /** IANA name. */
  readonly timeZone: string
  readonly locale: 'ru' | 'en'
}

export interface OutsideParts {
  readonly store: JoinedStore
  readonly oauth: JoinedOAuth
  /** For addresses that people enter. */
  readonly fetchOutside: OutsideFetch
  /** For those that an administrator enters. */
  readonly fetchService: typeof fetch
  readonly now: () => number
  readonly newId: () => string
  readonly userAgent: string
  /** Names this portal in what it leaves beside events at Microsoft 365. */
  readonly portalId: string
}

/** Most calendars of one account that are shown. */
const maxCalendars = 200

const peopleHeadings = { ru: 'Участники', en: 'Participants' } as const

/** `#rrggbb` of a colour that Apple's programs write with an opacity behind. */
const colorOf = (text: string | null): string | null =>
  /^(#[0-9a-f]{6})(?:[0-9a-f]{2})?$/i.exec(text ?? '')?.[1] ?? null

/** Google's place of an account: each calendar of it stands beside. */
const googleAddress = (address: string, user: string): string =>
  `${address.replace(/\/+$/, '')}/caldav/v2/${encodeURIComponent(user)}/user`

export type Outside = ReturnType<typeof createOutside>

/** The services behind accounts: their calendars, and each of them as a side of a synchronisation. */
export const createOutside = (parts: OutsideParts) => {
  const { store, oauth, now, userAgent } = parts
  const renewing = new Map<string, Promise<OAuthTokens>>()

  const renewed = (account: JoinedAccount, tokens: OAuthTokens): Promise<OAuthTokens> => {
    const running = renewing.get(account.id)
    if (running !== undefined) return running
    const service = account.service === 'google' ? 'google' : 'microsoft'
    const run = oauth
      .refresh(service, tokens)
      .then(async (fresh) => {
        // The account may have been switched off meanwhile, or signed in to anew.
        if (store.account(account.id) !== null) await store.putAccount(account, JSON.stringify(fresh))
        return fresh
      })
      .finally(() => renewing.delete(account.id))
    renewing.set(account.id, run)
    return run
  }

  const tokensOf = (account: JoinedAccount): OAuthTokens => OAuthTokens.parse(JSON.parse(store.secretOf(account)))

  /** A token for now; `fresh`: another than the last one, since the service has just refused that. */
  const tokenOf = async (account: JoinedAccount, fresh = false): Promise<string> => {
    const tokens = tokensOf(account)
    return (fresh || oauth.isStale(tokens) ? await renewed(account, tokens) : tokens).access
  }

  const basic = (login: string, password: string): string =>
    `Basic ${Buffer.from(`${login}:${password}`).toString('base64')}`

  const caldavOf = (account: JoinedAccount, password?: string): CalDavClientOptions => {
    const shared = { userAgent, now, timeoutMs: 30_000 }
    if (account.service === 'google') {
      const { user } = tokensOf(account)
      return {
        ...shared,
        url: googleAddress(account.address, user),
        fetch: async (url, init) => {
          const answer = await parts.fetchService(url, init)
          if (answer.status !== 401) return answer
          await answer.body?.cancel()
          // It may have ended early; who cannot renew it says so.
          const headers = new Headers(init.headers)
          headers.set('Authorization', `Bearer ${await tokenOf(account, true)}`)
          return parts.fetchService(url, { ...init, headers })
        },
        authorization: async () => `Bearer ${await tokenOf(account)}`,
      }
    }
    return {
      ...shared,
      url: account.address,
      fetch: parts.fetchOutside,
      authorization: async () => basic(account.login, password ?? store.secretOf(account)),
      isTrustedOrigin: (origin) => isOfService(account.service, origin),
    }
  }

  const graphOf = (account: JoinedAccount): { readonly client: GraphClient; readonly user: string } => ({
    user: tokensOf(account).user,
    client: createGraphClient({
      tokens: { token: (options) => tokenOf(account, options?.fresh) },
      fetch: parts.fetchService,
      now,
      newId: parts.newId,
      userAgent,
      baseUrl: account.address,
    }),
  })

  return {
    /**
     * The calendars of an account that hold events, with the password given or the one kept.
     *
     * @throws {PortalError} `outside-…` in the person's words.
     */
    list: async (account: JoinedAccount, password?: string): Promise<readonly OutsideCalendar[]> => {
      try {
        if (account.service === 'microsoft') {
          const { client, user } = graphOf(account)
          const found = await listGraphCalendars(client, user)
          return found.slice(0, maxCalendars).map(({ id, name, canEdit, isDefault, owner }) => ({
            remote: id,
            name,
            color: null,
            mayWrite: canEdit,
            folder: isDefault ? defaultCalendarOf(owner ?? account.login) : calendarByIdOf(id),
          }))
        }
        const found = await discoverCalendars(caldavOf(account, password))
        return found
          .filter(({ url }) => isAtHome(account, url))
          .filter(({ components }) => components.length === 0 || components.includes('VEVENT'))
          .slice(0, maxCalendars)
          .map(({ url, displayName, color, mayWrite }) => ({
            remote: url,
            name: displayName || decodeURIComponent(new URL(url).pathname.split('/').at(-2) ?? ''),
            color: colorOf(color),
            mayWrite,
            folder: null,
          }))
      } catch (error) {
        throw told(error, isOAuth(account))
      }
    },

    /** A joined calendar as a side. */
    openPeer: async (
      account: JoinedAccount,
      { remote }: JoinedCalendar,
      owner: OutsideOwner,
    ): Promise<CalendarPeer> => {
      if (account.service === 'microsoft') {
        const { client, user } = graphOf(account)
        return createGraphPeer({
          client,
          user,
          calendar: remote,
          origin: `${parts.portalId} ${owner.person} joined`,
          now,
          mapping: { zone: owner.timeZone, ownerAddresses: [account.login], privateEvents: 'private' },
          participantsHeading: peopleHeadings[owner.locale],
        })
      }
      const options = caldavOf(account)
      if (!isAtHome(account, remote)) throw elsewhere()
      const isTrustedOrigin = (origin: string) => isAtHome(account, origin)
      const writesPeople = account.service !== 'google'
      return createCalDavPeer({ ...options, url: remote, isTrustedOrigin, newId: parts.newId, writesPeople })
    },
  }
}

const isOAuth = ({ service }: JoinedAccount): boolean => oauthServices.some((one) => one === service)

/** Whether an address is the account's own server, or another host of its service: a collection may stand there. */
const isAtHome = ({ service, address }: JoinedAccount, url: string): boolean => {
  const { origin } = new URL(url)
  return origin === new URL(address).origin || isOfService(service, origin)
}

const elsewhere = (): RemoteError =>
  new RemoteError('the calendar is at another origin than its account', {
    service: 'caldav',
    kind: 'configuration',
    status: null,
    retryable: false,
  })

/** Whether the guard has refused an address, anywhere in the chain of causes. */
const isRefusedAddress = (error: unknown): boolean => {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth += 1) {
    const code = 'code' in cause ? cause.code : null
    if (code === 'address-refused' || code === 'url-refused') return true
  }
  return false
}

/** What a person is told when an account cannot be opened; what nobody expects goes on as it is. */
const told = (error: unknown, isSignedInThere: boolean): unknown => {
  if (!RemoteError.is(error)) return error
  if (isRefusedAddress(error)) return new PortalError('outside-private', 'This address may not be reached from here')
  switch (error.kind) {
    case 'credentials':
      if (isSignedInThere) return new PortalError('outside-signed-out', 'The service asks to sign in again')
      return new PortalError('outside-credentials', 'The service refused the sign-in')
    case 'throttled':
      return new PortalError('outside-throttled', 'The service asks to wait')
    case 'unreachable':
    case 'transient':
    case 'unknown-outcome':
      return new PortalError('outside-unreachable', 'The service does not answer')
    case 'rights':
      return new PortalError('outside-rights', 'The service does not let this account in')
    default:
      return new PortalError('outside-no-calendars', 'No calendars were found at this address')
  }
}
