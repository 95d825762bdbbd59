import { lookup as systemLookup } from 'node:dns/promises'
import { type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { GuardedFetchError } from '../guarded-fetch-error.ts'
import { isPublicAddress } from './guarded-fetch-addresses.ts'
import { acceptedEncodings, type BodyBounds, boundedBody } from './guarded-fetch-body.ts'
import { guardUrl, type UrlPolicy, usualPorts } from './guarded-fetch-url.ts'

/** What a fetch of an address that input chose may do. */
export interface GuardedFetchOptions {
  /** All IP addresses of a name. Default: the system's resolver. */
  readonly lookup?: (hostname: string) => Promise<readonly string[]>
  /** Whether an IP address may be connected to. Default: {@link isPublicAddress}. */
  readonly allow?: (address: string) => boolean
  /** Default: 80, 443, and from 1024 up. */
  readonly allowPort?: (port: number) => boolean
  /** Default: both. */
  readonly schemes?: readonly ('http' | 'https')[]
  /** Default 5. */
  readonly maxRedirects?: number
  /** For the whole of it: names, redirects and the last byte of the body. Default 30 000. */
  readonly timeoutMs?: number
  /** Of the body, as sent and as decoded. Default 16 MiB. */
  readonly maxBytes?: number
}

/** What {@link GuardedFetch} reads of a `RequestInit`. */
export interface GuardedFetchInit {
  /** Default GET. Only GET and HEAD follow redirects: of others the 3xx answer itself is given, for the caller to judge. */
  readonly method?: string
  readonly headers?: HeadersInit
  readonly body?: string | Uint8Array
  /** `manual` gives 3xx answers to the caller whatever the method. Default `follow`. */
  readonly redirect?: 'follow' | 'manual'
  readonly signal?: AbortSignal
}

/** `fetch` for addresses that input chose. The body must be read or cancelled; it fails as the call does. */
export type GuardedFetch = (url: string | URL, init?: GuardedFetchInit) => Promise<Response>

/**
 * Makes a `fetch` that strangers cannot turn against the network inside (SSRF). Addresses are checked where they are connected to:
 * every one that a name leads to, at each redirect anew, and the connection is made to the very address that was checked. One
 * refused address refuses the name. Connections are not kept, and no proxy of the environment is asked. The type of the answer is the
 * caller's to check; statuses are not errors.
 *
 * @throws {GuardedFetchError} see its codes; the reason of `init.signal` when that aborts.
 */
export const createGuardedFetch = (options: GuardedFetchOptions = {}): GuardedFetch => {
  const maxRedirects = options.maxRedirects ?? 5
  const timeoutMs = options.timeoutMs ?? 30_000
  const maxBytes = options.maxBytes ?? 16 * 1024 * 1024
  const policy: UrlPolicy = {
    schemes: options.schemes ?? ['https', 'http'],
    allowPort: options.allowPort ?? usualPorts,
  }
  const allow = options.allow ?? isPublicAddress
  const lookup = guardedLookup(options.lookup ?? systemAddresses, allow)

  const ask = (
    url: URL,
    method: string,
    headers: Headers,
    body: string | Uint8Array | undefined,
    signal: AbortSignal,
  ): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const host = url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname
      // A literal address is never looked up. URL has brought 0x7f.1, 0177.0.0.1 and 2130706433 into their normal spelling.
      if (isIP(host) !== 0 && !allow(host)) throw addressRefused()
      const request = url.protocol === 'https:' ? requestHttps : requestHttp
      // agent false: a fresh connection each time, so that none is used again that was checked under another policy.
      request(url, { method, headers: Object.fromEntries(headers), agent: false, lookup, signal })
        .on('response', resolve)
        .on('error', reject)
        .end(body)
    })

  return async (input, init = {}) => {
    init.signal?.throwIfAborted()
    const clock = startClock(timeoutMs, init.signal)
    const explain = (error: unknown): unknown => {
      if (init.signal?.aborted) return init.signal.reason
      if (GuardedFetchError.is(error)) return error
      if (clock.signal.aborted) return new GuardedFetchError('timed-out', 'The server took too long', { cause: error })
      return new GuardedFetchError('unreachable', 'The server could not be reached', { cause: error })
    }
    try {
      const method = init.method ?? 'GET'
      const follows = init.redirect !== 'manual' && (method === 'GET' || method === 'HEAD')
      const headers = new Headers(init.headers)
      headers.set('accept-encoding', acceptedEncodings)
      if (init.body !== undefined) headers.set('content-length', String(Buffer.byteLength(init.body)))
      let url = guardUrl(String(input), null, policy)
      for (let redirects = 0; ; redirects += 1) {
        const answer = await ask(url, method, headers, init.body, clock.signal)
        answer.on('error', () => undefined) // seen by who reads; without a listener it would end the process
        const location = follows ? redirectOf(answer) : null
        if (location === null) {
          answer.once('close', clock.stop)
          return responseOf(answer, method, { maxBytes, explain })
        }
        answer.destroy()
        if (redirects >= maxRedirects) {
          throw new GuardedFetchError('too-many-redirects', 'The address leads on and on to other ones')
        }
        const next = guardUrl(location, url, policy)
        if (next.origin !== url.origin) for (const name of ['authorization', 'cookie']) headers.delete(name)
        url = next
      }
    } catch (error) {
      clock.stop()
      throw explain(error)
    }
  }
}

const addressRefused = () => new GuardedFetchError('address-refused', 'The address is not one of the public Internet')

const systemAddresses = async (hostname: string): Promise<readonly string[]> =>
  (await systemLookup(hostname, { all: true })).map(({ address }) => address)

/** The resolver that node:net asks for every connection to a name: what it answers is what is connected to. */
const guardedLookup =
  (lookup: (hostname: string) => Promise<readonly string[]>, allow: (address: string) => boolean): LookupFunction =>
  (hostname, { all }, callback) => {
    lookup(hostname).then(
      (addresses) => {
        const found = addresses.map((address) => ({ address, family: isIP(address) }))
        const [first] = found
        if (first === undefined) return callback(new Error('the name has no address'), '')
        if (!addresses.every(allow)) return callback(addressRefused(), '')
        return all ? callback(null, found) : callback(null, first.address, first.family)
      },
      (error: NodeJS.ErrnoException) => callback(error, ''),
    )
  }

/** Aborts after a time or with another signal, until it is stopped. */
const startClock = (timeoutMs: number, outer: AbortSignal | undefined) => {
  const controller = new AbortController()
  const abort = () => controller.abort()
  const timer = setTimeout(abort, timeoutMs)
  outer?.addEventListener('abort', abort, { once: true })
  return {
    signal: controller.signal,
    stop: () => {
      clearTimeout(timer)
      outer?.removeEventListener('abort', abort)
    },
  }
}

const redirectOf = ({ statusCode, headers }: IncomingMessage): string | null =>
  [301, 302, 303, 307, 308].includes(statusCode ?? 0) ? (headers.location ?? null) : null

/** Statuses whose answers have no body, by the Fetch standard. */
const bodiless = new Set([204, 205, 304])

const responseOf = (answer: IncomingMessage, method: string, bounds: BodyBounds): Response => {
  const status = answer.statusCode ?? 0
  if (status < 200 || status > 599) {
    answer.destroy()
    throw new GuardedFetchError('bad-answer', 'The server’s answer is not HTTP')
  }
  const headers = new Headers()
  for (let i = 0; i + 1 < answer.rawHeaders.length; i += 2) {
    headers.append(answer.rawHeaders[i] ?? '', answer.rawHeaders[i + 1] ?? '')
  }
  if (method === 'HEAD' || bodiless.has(status)) {
    answer.destroy()
    return new Response(null, { status, headers })
  }
  const body = boundedBody(answer, headers, bounds)
  // The body is handed out decoded: these spoke of how it was sent.
  for (const name of ['content-encoding', 'content-length', 'transfer-encoding']) headers.delete(name)
  return new Response(body, { status, headers })
}
