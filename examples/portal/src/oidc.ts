import type { SqliteDatabase } from '@dayport/storage-sql/sqlite'
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type Configuration,
  calculatePKCECodeChallenge,
  discovery,
  type IDToken,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client'
import { isLogin, type People, type Person } from './accounts/people.ts'
import type { OidcConfig } from './config.ts'
import { PortalError } from './problem.ts'

/** How long a person may take at the provider. */
const pendingMs = 10 * 60_000
const maxPending = 10_000

interface Pending {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
  readonly callback: string
  readonly expiresMs: number
}

const knownZone = (name: string): string => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone
  } catch {
    return 'UTC'
  }
}

export type OidcSignIn = ReturnType<typeof createOidc>

const textClaim = (claims: IDToken, name: string): string => {
  const value = claims[name]
  return typeof value === 'string' ? value.trim() : ''
}

/**
 * Sign-in at an OpenID Connect provider: authorization code with PKCE, state and nonce. A person is known by issuer and subject; an account
 * that is there already is taken over only where its login is an address that the provider has verified.
 */
export const createOidc = (parts: {
  readonly config: OidcConfig
  readonly db: SqliteDatabase
  readonly people: People
  readonly newId: () => string
  readonly now: () => number
}) => {
  const { config, db, people, newId, now } = parts
  const pending = new Map<string, Pending>()
  let found: Promise<Configuration> | null = null

  const provider = (): Promise<Configuration> => {
    const issuer = new URL(config.issuer)
    // Plain http is for a provider on this machine; anywhere else the tokens could be read on the way.
    const options = issuer.protocol === 'http:' ? { execute: [allowInsecureRequests] } : {}
    found ??= discovery(issuer, config.clientId, config.clientSecret, undefined, options).catch((error: unknown) => {
      found = null // asked again at the next sign-in
      throw error
    })
    return found
  }

  const known = (subject: string): Person | null => {
    const row = db.read.get<{ person: string }>(
      'SELECT person FROM portal_identities WHERE issuer = ? AND subject = ?',
      config.issuer,
      subject,
    )
    return row === undefined ? null : people.get(row.person)
  }

  const remember = (subject: string, person: string): Promise<void> =>
    db.write((sql) => {
      sql.run(
        'INSERT INTO portal_identities VALUES (?, ?, ?) ON CONFLICT (issuer, subject) DO UPDATE SET person = excluded.person',
        config.issuer,
        subject,
        person,
      )
    })

  const personOf = async (claims: IDToken): Promise<Person> => {
    const before = known(claims.sub)
    if (before !== null) return before
    const email = textClaim(claims, 'email')
    const verified = claims.email_verified === true && isLogin(email)
    // Logins are given by administrators; addresses people may change themselves, so that those prove nothing here.
    const same = verified ? people.findByLogin(email) : null
    // An address that nobody has verified must not become a login: its true owner would be led into this account later.
    const called = [textClaim(claims, 'preferred_username'), claims.sub].find(
      (text) => isLogin(text) && !text.includes('@'),
    )
    const wanted = verified ? email : (called ?? 'person')
    const login = people.findByLogin(wanted) === null ? wanted : `${wanted}-${newId().slice(0, 8)}`
    const locale = textClaim(claims, 'locale').toLowerCase().startsWith('ru') ? 'ru' : 'en'
    const create = async (): Promise<Person> => {
      const draft = {
        login,
        name: textClaim(claims, 'name') || wanted,
        email: verified ? email : '',
        kind: 'individual' as const,
        admin: false,
        locale: locale as 'ru' | 'en',
        timeZone: knownZone(textClaim(claims, 'zoneinfo')),
        passwordHash: null,
      }
      const [made] = await people.createAll([draft])
      if (made === undefined) throw new Error('no account was made')
      return made
    }
    const person = same ?? (await create())
    await remember(claims.sub, person.id)
    return person
  }

  return {
    /** Where the browser goes, and the id that it brings back in a cookie. */
    start: async (origin: string): Promise<{ readonly url: string; readonly id: string }> => {
      for (const [id, { expiresMs }] of pending) if (expiresMs <= now()) pending.delete(id)
      if (pending.size >= maxPending) throw new PortalError('too-many-attempts', 'Too many sign-ins are under way')
      const one: Pending = {
        state: randomState(),
        nonce: randomNonce(),
        verifier: randomPKCECodeVerifier(),
        callback: `${origin}/api/oidc/callback`,
        expiresMs: now() + pendingMs,
      }
      const url = buildAuthorizationUrl(await provider(), {
        redirect_uri: one.callback,
        scope: 'openid profile email',
        state: one.state,
        nonce: one.nonce,
        code_challenge: await calculatePKCECodeChallenge(one.verifier),
        code_challenge_method: 'S256',
      })
      const id = newId()
      pending.set(id, one)
      return { url: url.href, id }
    },

    /**
     * The person whom the provider sent back.
     *
     * @throws {PortalError} `wrong-login` when the answer is not to a question of this browser, or the provider refused.
     */
    finish: async (request: Request, id: string | null): Promise<Person> => {
      const one = id === null ? undefined : pending.get(id)
      if (id !== null) pending.delete(id)
      if (one === undefined || one.expiresMs <= now())
        throw new PortalError('wrong-login', 'This sign-in is over: begin again')
      // Behind a proxy the request's own address is another; the provider's answer is checked against the one that it was given.
      const url = new URL(one.callback)
      url.search = new URL(request.url).search
      const tokens = await authorizationCodeGrant(await provider(), url, {
        pkceCodeVerifier: one.verifier,
        expectedState: one.state,
        expectedNonce: one.nonce,
        idTokenExpected: true,
      }).catch((error: unknown) => {
        throw new PortalError(
          'wrong-login',
          `The provider did not sign in: ${error instanceof Error ? error.message : 'unknown'}`,
        )
      })
      const claims = tokens.claims()
      if (claims === undefined) throw new PortalError('wrong-login', 'The provider sent no identity')
      return personOf(claims)
    },
  }
}
