import type { Principal } from '@dayport/core'

/** Why a request has no principal, and what would help. */
export interface Challenge {
  /** `WWW-Authenticate` values, the preferred first: `Basic realm="…", charset="UTF-8"`. RFC 9110 §11.6.1. */
  readonly challenge: readonly string[]
  /** Set when there were too many failures: the answer is 429, and nothing was verified. */
  readonly retryAfterSeconds?: number
}

/** Who asks. The host's sign-in, seen from a handler; it never throws for wrong credentials. */
export type Authenticate = (request: Request) => Promise<Principal | Challenge>

export const isChallenge = (outcome: Principal | Challenge): outcome is Challenge => 'challenge' in outcome

/** 401 with every challenge, or 429 with Retry-After, so that a client does not ask its person for another password. */
export const challengeResponse = ({ challenge, retryAfterSeconds }: Challenge): Response => {
  const headers = new Headers({ 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' })
  if (retryAfterSeconds !== undefined) {
    headers.set('retry-after', String(Math.max(1, Math.ceil(retryAfterSeconds))))
    return new Response('Too many failed sign-ins\n', { status: 429, headers })
  }
  for (const value of challenge) headers.append('www-authenticate', value)
  return new Response('Sign-in needed\n', { status: 401, headers })
}

/** Asks each in turn; the first principal wins. Else all challenges together, or the first refusal for too many failures. */
export const firstOf =
  (...authenticates: readonly Authenticate[]): Authenticate =>
  async (request) => {
    const challenge: string[] = []
    for (const authenticate of authenticates) {
      const outcome = await authenticate(request)
      if (!isChallenge(outcome) || outcome.retryAfterSeconds !== undefined) return outcome
      challenge.push(...outcome.challenge)
    }
    return { challenge }
  }

/** `name="value"` with the quoting of RFC 9110 §5.6.4; characters that a header cannot carry become `?`. */
export const quotedParameter = (name: string, value: string): string =>
  `${name}="${value.replace(/[^\x20-\x7e]/g, '?').replace(/["\\]/g, '\\$&')}"`
