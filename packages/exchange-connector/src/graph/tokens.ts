import { RemoteError } from '@dayport/core'
import { z } from 'zod'
import { readJson } from './read-json.ts'

/** Where the bearer tokens of a connection come from. */
export interface TokenSource {
  /** A token for now; with `fresh`, another than the last one, because the service has just refused that. */
  token(options?: { readonly fresh?: boolean; readonly signal?: AbortSignal }): Promise<string>
}

/** What signs the application in: OAuth 2.0 client credentials, RFC 6749 §4.4. */
export interface ClientCredentialsOptions {
  /** Directory id, or one of its domains. */
  readonly tenant: string
  readonly clientId: string
  /** Never logged, and in no error's text. */
  readonly clientSecret: string
  readonly fetch: typeof fetch
  /** ms since the Unix epoch. */
  readonly now: () => number
  /** Default `https://login.microsoftonline.com`; national clouds have their own. */
  readonly authority?: string
  /** Default `https://graph.microsoft.com/.default`: the rights that an administrator has consented to. */
  readonly scope?: string
  /** Default 30 000. */
  readonly timeoutMs?: number
}

const service = 'graph'
/** A token is renewed this long before its end, so that none ends on its way. */
const earlyMs = 5 * 60_000

const answer = z.object({ access_token: z.string().min(1), expires_in: z.coerce.number().nullish() })
const refusal = z.object({ error: z.string().nullish(), correlation_id: z.string().nullish() })

/**
 * Tokens by client credentials, each kept until shortly before its end; callers who come at once share one request.
 *
 * @throws {RemoteError} by `token`: `credentials` when the directory refuses the application, else `unreachable`, `throttled`, `transient`.
 * @throws {TypeError} for an authority without TLS that is not this machine.
 */
export const createClientCredentials = (options: ClientCredentialsOptions): TokenSource => {
  const { now, timeoutMs = 30_000 } = options
  const authority = secureAddress(options.authority ?? 'https://login.microsoftonline.com')
  const address = `${authority}/${encodeURIComponent(options.tenant)}/oauth2/v2.0/token`
  let kept: { readonly token: string; readonly untilMs: number } | null = null
  let running: Promise<string> | null = null

  const ask = async (): Promise<string> => {
    let response: Response
    try {
      response = await options.fetch(address, {
        method: 'POST',
        redirect: 'error',
        headers: { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'application/json' },
        body: new URLSearchParams({
          grant_type: 'client_credentials',
          client_id: options.clientId,
          client_secret: options.clientSecret,
          scope: options.scope ?? 'https://graph.microsoft.com/.default',
        }).toString(),
        signal: AbortSignal.timeout(timeoutMs),
      })
    } catch (cause) {
      throw new RemoteError('The sign-in service was not reached', {
        service,
        kind: 'unreachable',
        status: null,
        retryable: true,
        cause,
      })
    }
    const body = await readJson(response, 1_000_000)
    if (!response.ok) throw refused(response, body)
    const read = answer.safeParse(body)
    if (!read.success) {
      throw new RemoteError('The sign-in service answered something other than a token', {
        service,
        kind: 'configuration',
        status: response.status,
        retryable: false,
      })
    }
    const lifeMs = (read.data.expires_in ?? 300) * 1000
    kept = { token: read.data.access_token, untilMs: now() + Math.max(lifeMs - earlyMs, lifeMs / 2) }
    return kept.token
  }

  return {
    async token({ fresh = false, signal } = {}) {
      signal?.throwIfAborted()
      if (fresh) kept = null
      if (kept !== null && now() < kept.untilMs) return kept.token
      running ??= ask().finally(() => {
        running = null
      })
      return running
    },
  }
}

/** Error codes of the directory that another try does not mend: `invalid_client`, `unauthorized_client`, `invalid_grant`. */
const refused = (response: Response, body: unknown): RemoteError => {
  const read = refusal.safeParse(body)
  const code = read.success ? (read.data.error ?? null) : null
  const requestId = read.success ? (read.data.correlation_id ?? null) : null
  const busy = response.status === 429 || response.status >= 500
  const kind = response.status === 429 ? 'throttled' : busy ? 'transient' : 'credentials'
  return new RemoteError(`The sign-in service refused the application${code === null ? '' : ` (${code})`}`, {
    service,
    kind,
    code,
    requestId,
    status: response.status,
    retryable: busy,
  })
}

/**
 * An address without its last slash; http only to this machine, for tests.
 *
 * @throws {TypeError} otherwise.
 */
export const secureAddress = (text: string): string => {
  const url = new URL(text)
  const inside = url.hostname === 'localhost' || url.hostname === '127.0.0.1' || url.hostname === '[::1]'
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && inside)) {
    throw new TypeError('Expected an https address')
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new TypeError('Expected an address without a name, a query or a fragment')
  }
  return url.href.replace(/\/+$/, '')
}
