import { RemoteError } from '@dayport/core'
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type Configuration,
  calculatePKCECodeChallenge,
  customFetch,
  discovery,
  type IDToken,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  refreshTokenGrant,
} from 'openid-client'
import { z } from 'zod'
import { PortalError } from '../problem.ts'
import type { OAuthService } from './services.ts'
import { type JoinedSettingsStore, type OAuthPlace, placeOf } from './settings.ts'

/** How long a person may take at the service. */
const pendingMs = 10 * 60_000
const maxPending = 10_000
/** A token is renewed this long before its end, so that none ends on its way. */
const earlyMs = 2 * 60_000

/** What is kept of a sign-in, sealed. */
export const OAuthTokens = z.object({
  refresh: z.string().min(1),
  access: z.string().min(1),
  /** ms since the Unix epoch. */
  untilMs: z.number(),
  /** Who gave them: nobody else is shown the refresh token. */
  issuer: z.string().min(1),
  /** Whose they are, as the service knows them: an address at Google, an object id at Microsoft. */
  user: z.string().min(1),
})
export type OAuthTokens = z.output<typeof OAuthTokens>

interface Pending {
  readonly service: OAuthService
  readonly person: string
  /** The account that is signed in to again; `null`: a new one. */
  readonly account: string | null
  readonly state: string
  readonly nonce: string
  readonly verifier: string
  readonly callback: string
  readonly expiresMs: number
}

/** A sign-in that the service has confirmed. */
export interface OAuthOutcome {
  readonly service: OAuthService
  readonly account: string | null
  /** The interface that the tokens are for. */
  readonly address: string
  /** As people know the account. */
  readonly login: string
  readonly tokens: OAuthTokens
}

const claim = (claims: IDToken | undefined, name: string): string => {
  const value = claims?.[name]
  return typeof value === 'string' ? value.trim() : ''
}

/** The service's own word for what went wrong, short and of a known form. */
const codeOf = (error: unknown): string | null => {
  const code = typeof error === 'object' && error !== null && 'error' in error ? error.error : null
  return typeof code === 'string' && /^[\w.-]{1,64}$/.test(code) ? code : null
}

/** A refresh that failed: refused for good, or only for now. RFC 6749 §5.2. */
const refreshFailure = (error: unknown): RemoteError => {
  const code = codeOf(error)
  const refused = code === 'invalid_grant' || code === 'interaction_required' || code === 'consent_required'
  const misfit = code === 'invalid_client' || code === 'unauthorized_client'
  const kind = refused ? 'credentials' : misfit ? 'configuration' : 'unreachable'
  return new RemoteError('the sign-in could not be renewed', {
    service: 'oauth',
    kind,
    code,
    status: null,
    retryable: kind === 'unreachable',
    cause: error,
  })
}

export type JoinedOAuth = ReturnType<typeof createJoinedOAuth>

/** Sign-in on the service's own page: authorization code with PKCE, state and nonce, and a refresh token (RFC 6749 §4.1, RFC 7636). */
export const createJoinedOAuth = (parts: {
  readonly settings: JoinedSettingsStore
  readonly fetch: typeof fetch
  readonly newId: () => string
  readonly now: () => number
}) => {
  const { settings, newId, now } = parts
  const pending = new Map<string, Pending>()
  const found = new Map<string, Promise<Configuration>>()

  const place = (service: OAuthService): OAuthPlace => placeOf(service, settings.get())

  /** One for each issuer and client: a changed setting or secret is another. */
  const provider = (service: OAuthService): Promise<Configuration> => {
    const { issuer, clientId } = place(service)
    const secret = settings.secret(service)
    if (clientId === '' || secret === null) throw new PortalError('not-set-up', 'This service is not set up')
    const key = [issuer, clientId, settings.secretSetMs(service)].join(' ')
    const known = found.get(key)
    if (known !== undefined) return known
    found.clear()
    const url = new URL(issuer)
    // Plain http is for a trial on this machine: the settings allow it nowhere else.
    const execute = url.protocol === 'http:' ? [allowInsecureRequests] : []
    const made = discovery(url, clientId, secret, undefined, { execute, [customFetch]: parts.fetch as never }).catch(
      (error: unknown) => {
        found.delete(key) // asked again at the next sign-in
        throw error
      },
    )
    found.set(key, made)
    return made
  }

  return {
    /** Where the browser goes, and the id that it brings back in a cookie. */
    start: async (
      service: OAuthService,
      origin: string,
      who: { readonly person: string; readonly account: string | null; readonly login: string | null },
    ): Promise<{ readonly url: string; readonly id: string }> => {
      for (const [id, { expiresMs }] of pending) if (expiresMs <= now()) pending.delete(id)
      if (pending.size >= maxPending) throw new PortalError('too-many-attempts', 'Too many sign-ins are under way')
      const config = await provider(service).catch((error: unknown) => {
        if (error instanceof PortalError) throw error
        throw new PortalError('outside-unreachable', 'The sign-in of the service cannot be reached')
      })
      const one: Pending = {
        service,
        person: who.person,
        account: who.account,
        state: randomState(),
        nonce: randomNonce(),
        verifier: randomPKCECodeVerifier(),
        callback: `${origin}/api/joined/oauth/callback`,
        expiresMs: now() + pendingMs,
      }
      const url = buildAuthorizationUrl(config, {
        redirect_uri: one.callback,
        scope: place(service).scope,
        state: one.state,
        nonce: one.nonce,
        code_challenge: await calculatePKCECodeChallenge(one.verifier),
        code_challenge_method: 'S256',
        // Google gives a refresh token only to who asks so, and at a second sign-in only with consent.
        ...(service === 'google' ? { access_type: 'offline' } : {}),
        prompt: 'consent',
        ...(who.login === null ? {} : { login_hint: who.login }),
      })
      const id = newId()
      pending.set(id, one)
      return { url: url.href, id }
    },

    /**
     * The account that the service sent back.
     *
     * @throws {PortalError} `wrong-login` when the answer is not to a question of this browser and person, or the service refused.
     */
    finish: async (request: Request, id: string | null, person: string): Promise<OAuthOutcome> => {
      const one = id === null ? undefined : pending.get(id)
      if (id !== null) pending.delete(id)
      if (one === undefined || one.expiresMs <= now() || one.person !== person) {
        throw new PortalError('wrong-login', 'This sign-in is over: begin again')
      }
      // Behind a proxy the request's own address is another; the service's answer is checked against the one that it was given.
      const url = new URL(one.callback)
      url.search = new URL(request.url).search
      const answer = await provider(one.service)
        .then((config) =>
          authorizationCodeGrant(config, url, {
            pkceCodeVerifier: one.verifier,
            expectedState: one.state,
            expectedNonce: one.nonce,
            idTokenExpected: true,
          }),
        )
        .catch((error: unknown) => {
          throw new PortalError(
            'wrong-login',
            `The service did not sign in: ${codeOf(error) ?? 'no answer of its own'}`,
          )
        })
      const claims = answer.claims()
      const login = claim(claims, 'email') || claim(claims, 'preferred_username')
      const user = one.service === 'google' ? login : claim(claims, 'oid') || login
      if (user === '' || answer.refresh_token === undefined) {
        throw new PortalError('wrong-login', 'The service gave no lasting sign-in')
      }
      const { address, issuer } = place(one.service)
      const untilMs = now() + (answer.expires_in ?? 3_600) * 1_000
      const tokens = { refresh: answer.refresh_token, access: answer.access_token, untilMs, issuer, user }
      return { service: one.service, account: one.account, address, login: login || user, tokens }
    },

    /** Whether a token has to be renewed before it is used. */
    isStale: ({ untilMs }: OAuthTokens): boolean => untilMs - earlyMs <= now(),

    /** @throws {RemoteError} `credentials` when the person has to sign in again, else what it was. */
    refresh: async (service: OAuthService, tokens: OAuthTokens): Promise<OAuthTokens> => {
      if (tokens.issuer !== place(service).issuer) throw refreshFailure({ error: 'invalid_grant' })
      try {
        const answer = await refreshTokenGrant(await provider(service), tokens.refresh)
        return {
          ...tokens,
          access: answer.access_token,
          refresh: answer.refresh_token ?? tokens.refresh, // some replace it with each use
          untilMs: now() + (answer.expires_in ?? 3_600) * 1_000,
        }
      } catch (error) {
        throw refreshFailure(error instanceof PortalError ? { error: 'invalid_client' } : error)
      }
    },
  }
}
