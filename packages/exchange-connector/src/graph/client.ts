import { type CalendarError, RemoteError } from '@dayport/core'
import { sendInBatches } from './batch.ts'
import { failureOf, lostAnswer, undivided } from './failure.ts'
import { createGate, type Gate } from './gate.ts'
import { readJson } from './read-json.ts'
import type { GraphAnswer, GraphRequest, SendOptions } from './request.ts'
import { secureAddress, type TokenSource } from './tokens.ts'

/** What reaches one tenant's Graph. */
export interface GraphClientOptions {
  readonly tokens: TokenSource
  /** Plain `fetch`. It must not follow redirects with the token; we ask for none. */
  readonly fetch: typeof fetch
  /** ms since the Unix epoch. */
  readonly now: () => number
  /** A new UUID; goes out as `client-request-id`. */
  readonly newId: () => string
  /** Default `https://graph.microsoft.com/v1.0`. */
  readonly baseUrl?: string
  /** For one request, default 60 000. */
  readonly timeoutMs?: number
  /** Requests at once for one mailbox, default 4: the service allows no more. */
  readonly maxConcurrent?: number
  /** Longest wait for the throttled parts of a batch before they are given up to the caller, default 20 000. */
  readonly maxWaitMs?: number
  /** Waits; default: a timer. */
  readonly wait?: (ms: number, signal?: AbortSignal) => Promise<void>
  /** Goes out as `User-Agent`. Default `Dayport`. */
  readonly userAgent?: string
}

/** Sends requests for one tenant; each names the mailbox whose places it takes. */
export interface GraphClient {
  /** @throws {CalendarError | RemoteError} for every answer but 2xx; see `failureOf`. */
  send(mailbox: string, request: GraphRequest, options?: SendOptions): Promise<GraphAnswer>
  /** In `$batch` requests of up to 20; each part has its own answer or error, in the order of the requests. */
  sendAll(
    mailbox: string,
    requests: readonly GraphRequest[],
    options?: SendOptions,
  ): Promise<readonly (GraphAnswer | CalendarError | RemoteError)[]>
  /**
   * The part of a link behind the base address.
   *
   * @throws {RemoteError} `configuration` when the link leads elsewhere: it would get our token.
   */
  pathOf(link: string): string
}

const service = 'graph'
const maxAnswerBytes = 64 * 1024 * 1024
/** Ids that stay the same when an item moves within its mailbox, and times that need no zone table of ours. */
const alwaysPreferred = ['IdType="ImmutableId"', 'outlook.timezone="UTC"']

/** Plain `fetch` with what every request to Graph needs: token, preferences, error classes, four places for each mailbox. */
export const createGraphClient = (options: GraphClientOptions): GraphClient => {
  const { now, tokens, timeoutMs = 60_000, maxConcurrent = 4 } = options
  const base = secureAddress(options.baseUrl ?? 'https://graph.microsoft.com/v1.0')
  const gates = new Map<string, Gate>()

  const inGate = async <T>(mailbox: string, weight: number, work: () => Promise<T>, signal?: AbortSignal) => {
    const key = mailbox.toLowerCase()
    const gate = gates.get(key) ?? createGate(maxConcurrent)
    gates.set(key, gate)
    try {
      return await gate.run(weight, work, signal)
    } finally {
      if (gate.idle) gates.delete(key)
    }
  }

  const attempt = async (request: GraphRequest, token: string, signal: AbortSignal | undefined) => {
    const write = isWrite(request)
    const timeout = AbortSignal.timeout(timeoutMs)
    let response: Response
    try {
      response = await options.fetch(`${base}${request.path}`, {
        method: request.method,
        redirect: 'manual',
        headers: {
          Authorization: `Bearer ${token}`,
          Accept: 'application/json',
          'User-Agent': options.userAgent ?? 'Dayport',
          'client-request-id': options.newId(),
          'return-client-request-id': 'true',
          ...partHeaders(request),
        },
        ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
        signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      })
    } catch (cause) {
      // A caller who gives up a write does not know whether it was done either.
      if (signal?.aborted === true && !write) throw signal.reason
      throw lostAnswer(cause, write)
    }
    const body = await readJson(response, maxAnswerBytes)
    if (signal?.aborted === true && body === undefined && !write) throw signal.reason
    return { response, body, write }
  }

  const exchange = async (request: GraphRequest, signal: AbortSignal | undefined): Promise<GraphAnswer> => {
    let tried = await attempt(request, await tokens.token(withSignal(signal)), signal)
    if (tried.response.status === 401) {
      tried = await attempt(request, await tokens.token({ fresh: true, ...withSignal(signal) }), signal)
    }
    const { response, body, write } = tried
    const header = (name: string) => response.headers.get(name)
    if (!response.ok) {
      if (response.status < 400) throw notGraph(response, 'Redirect', 'The address answers with a redirect')
      throw failureOf({ status: response.status, body, header, write, nowMs: now() })
    }
    if (body === undefined) {
      if (/html/i.test(header('content-type') ?? ''))
        throw notGraph(response, 'WebPage', 'The address answers with a web page')
      throw lostAnswer(new Error('The answer was cut off or is no JSON'), write)
    }
    const date = Date.parse(header('date') ?? '')
    return { status: response.status, body, dateMs: Number.isNaN(date) ? null : date }
  }

  const send: GraphClient['send'] = (mailbox, request, { signal } = {}) =>
    inGate(mailbox, 1, () => exchange(request, signal), signal).catch((error: unknown) => {
      throw request.divisible === true ? error : undivided(error)
    })

  return {
    send,
    sendAll: (mailbox, requests, { signal } = {}) =>
      sendInBatches(requests, {
        // The service runs parts of a batch side by side: a batch takes all places of its mailbox.
        post: (request) => inGate(mailbox, maxConcurrent, () => exchange(request, signal), signal),
        partHeaders,
        now,
        wait: (ms) => (options.wait ?? waitByTimer)(ms, signal),
        maxWaitMs: options.maxWaitMs ?? 20_000,
      }),
    pathOf(link) {
      // By text first: a link that only resolves to our host after normalisation is not ours.
      const absolute = URL.canParse(link) ? new URL(link) : null
      const expected = new URL(base)
      if (absolute === null || absolute.origin !== expected.origin || !link.startsWith(`${base}/`)) {
        throw new RemoteError('Expected a link that stays at the configured address', {
          service,
          kind: 'configuration',
          status: null,
          retryable: false,
        })
      }
      return link.slice(base.length)
    },
  }
}

const isWrite = (request: GraphRequest) => request.method !== 'GET' && request.path !== '/$batch'

const withSignal = (signal: AbortSignal | undefined) => (signal === undefined ? {} : { signal })

const partHeaders = (request: GraphRequest): Record<string, string> => ({
  Prefer: [...alwaysPreferred, ...(request.prefer ?? [])].join(', '),
  ...(request.body === undefined ? {} : { 'Content-Type': 'application/json' }),
  ...request.headers,
})

const notGraph = (response: Response, code: string, message: string) =>
  new RemoteError(message, { service, kind: 'configuration', code, status: response.status, retryable: false })

const waitByTimer = (ms: number, signal?: AbortSignal) =>
  new Promise<void>((resolve, reject) => {
    signal?.throwIfAborted()
    const stop = () => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop)
      resolve()
    }, ms)
    signal?.addEventListener('abort', stop, { once: true })
  })
