import type { Principal, PrincipalId } from '@dayport/core'
import {
  type AppPasswordRecord,
  type AppPasswords,
  type Authenticate,
  clientAddress,
  createBasicAuthenticate,
  type HashKey,
  isChallenge,
  rememberClientAddress,
  rememberVerified,
} from '@dayport/http'
import { PortalError } from '../problem.ts'
import { verifyPassword } from './passwords.ts'
import type { People } from './people.ts'

/** How long a verified account password is remembered as a keyed hash: ten minutes. */
const rememberMs = 10 * 60_000

/** What an app password must be scoped to, by the address that is asked for; `null` where none is accepted. */
const doorOf = (url: string): string | null => {
  const { pathname } = new URL(url)
  // A password that lies on a phone must neither open the page nor make further ones: there only the account's own counts.
  if (pathname === '/api/session' || /^\/api\/app-passwords(?:\/|$)/.test(pathname)) return null
  if (pathname.startsWith('/api/')) return 'api'
  if (pathname.startsWith('/outlook/')) return 'outlook'
  return 'caldav'
}

export type SignIn = ReturnType<typeof createSignIn>

/** Account passwords and app passwords, with one limit on failures over all doors. */
export const createSignIn = ({
  people,
  appPasswords,
  key,
  now,
  onFirstUse = () => {},
}: {
  readonly people: People
  readonly appPasswords: AppPasswords
  readonly key: HashKey
  readonly now: () => number
  /** Hears when an app password is used for the first time. */
  readonly onFirstUse?: (record: AppPasswordRecord, request: Request) => void
}) => {
  const verified = rememberVerified<PrincipalId>({
    verify: async (login, password) => {
      const person = people.findByLogin(login)
      const right = await verifyPassword(person === null ? null : people.passwordHashOf(person.id), password)
      return right ? (person?.id ?? null) : null
    },
    key,
    ttlMs: rememberMs,
    maxEntries: 10_000,
    now,
  })

  const authenticate: Authenticate = createBasicAuthenticate({
    realm: 'Dayport portal',
    now,
    verify: async (login, password, request) => {
      const door = doorOf(request.url)
      const person = people.findByLogin(login)
      if (person !== null && door !== null) {
        const record = await appPasswords.verify(person.id, password, door, request)
        if (record !== null) {
          if (record.lastUsedMs === null) onFirstUse(record, request)
          return people.principalOf(person.id)
        }
      }
      const id = await verified.verify(login, password)
      return id === null ? null : people.principalOf(id)
    },
  })

  return {
    /** HTTP Basic, for /api, CalDAV and Outlook's lists. */
    authenticate,

    /**
     * A sign-in by a form, under the same limit as Basic.
     *
     * @throws {PortalError} `wrong-login`, `too-many-attempts` with `details.retryAfterSeconds`.
     */
    withPassword: async (request: Request, login: string, password: string): Promise<Principal> => {
      const credentials = Buffer.from(`${login}:${password}`).toString('base64')
      const attempt = new Request(new URL('/api/session', request.url), {
        headers: { authorization: `Basic ${credentials}` },
      })
      const address = clientAddress(request)
      if (address !== null) rememberClientAddress(attempt, address)
      const outcome = await authenticate(attempt)
      if (!isChallenge(outcome)) return outcome
      if (outcome.retryAfterSeconds === undefined) throw new PortalError('wrong-login', 'Wrong login or password')
      throw new PortalError('too-many-attempts', 'Too many attempts', { retryAfterSeconds: outcome.retryAfterSeconds })
    },

    /** Whether the password is the account's own; without the limit, for people who are signed in already. */
    isPassword: async (login: string, password: string): Promise<boolean> =>
      (await verified.verify(login, password)) !== null,

    /** To be called whenever a password changes or a person leaves. */
    forget: (login: string): void => verified.drop(login),
  }
}
