import type { Principal } from '@dayport/core'
import { type Authenticate, quotedParameter } from './authenticate.ts'
import { clientAddress } from './client-address.ts'
import { basicCredentials } from './credentials.ts'
import { createGuessGuard, type GuessLimits } from './guess-guard.ts'

/** What {@link createBasicAuthenticate} needs. */
export interface BasicAuthenticateOptions extends GuessLimits {
  /** Shown by some clients beside the question for the password. Printable ASCII. */
  readonly realm: string
  /** `null` for a wrong user or password, in the same time whichever it was. */
  verify(user: string, password: string, request: Request): Promise<Principal | null>
  /** ms since the Unix epoch. */
  readonly now: () => number
  /** Whom to count failures by; `null` counts by account only. Default: {@link clientAddress}. */
  readonly addressOf?: (request: Request) => string | null
}

/**
 * HTTP Basic, RFC 7617, with a limit on failures per account and per address; over it the answer is 429 until some are forgiven,
 * and nothing is verified. A success is never delayed, and an address that has signed in to an account before is not locked out of
 * it by strangers.
 */
export const createBasicAuthenticate = (options: BasicAuthenticateOptions): Authenticate => {
  const guard = createGuessGuard(options, options.now)
  const addressOf = options.addressOf ?? clientAddress
  const challenge = [`Basic ${quotedParameter('realm', options.realm)}, charset="UTF-8"`]
  return async (request) => {
    const credentials = basicCredentials(request)
    if (credentials === null) return { challenge }
    const { user, password } = credentials
    const attempt = { account: user, address: addressOf(request), attempt: JSON.stringify([user, password]) }
    const guarded = await guard(attempt, () => options.verify(user, password, request))
    if ('retryAfterMs' in guarded) return { challenge, retryAfterSeconds: Math.ceil(guarded.retryAfterMs / 1000) }
    return guarded.outcome ?? { challenge }
  }
}
