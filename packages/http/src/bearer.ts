import type { Principal } from '@dayport/core'
import { type Authenticate, quotedParameter } from './authenticate.ts'
import { clientAddress } from './client-address.ts'
import { bearerToken } from './credentials.ts'
import { createGuessGuard, type GuessLimits } from './guess-guard.ts'

/** What {@link createBearerAuthenticate} needs. */
export interface BearerAuthenticateOptions extends Omit<GuessLimits, 'maxFailuresPerAccount'> {
  /** Printable ASCII. */
  readonly realm: string
  /** `null` for a token that is unknown, expired or revoked. */
  verify(token: string, request: Request): Promise<Principal | null>
  /** ms since the Unix epoch. */
  readonly now: () => number
  /** Whom to count failures by; `null` counts nothing. Default: {@link clientAddress}. */
  readonly addressOf?: (request: Request) => string | null
}

/** Bearer tokens in the Authorization header, RFC 6750, with a limit on failures per address. */
export const createBearerAuthenticate = (options: BearerAuthenticateOptions): Authenticate => {
  const guard = createGuessGuard(options, options.now)
  const addressOf = options.addressOf ?? clientAddress
  const challenge = [`Bearer ${quotedParameter('realm', options.realm)}`]
  // RFC 6750 §3: the reason is told only to one who sent a token.
  const invalid = [`${challenge[0]}, error="invalid_token"`]
  return async (request) => {
    const token = bearerToken(request)
    if (token === null) return { challenge }
    const attempt = { account: null, address: addressOf(request), attempt: token }
    const guarded = await guard(attempt, () => options.verify(token, request))
    if ('retryAfterMs' in guarded) return { challenge, retryAfterSeconds: Math.ceil(guarded.retryAfterMs / 1000) }
    return guarded.outcome ?? { challenge: invalid }
  }
}
