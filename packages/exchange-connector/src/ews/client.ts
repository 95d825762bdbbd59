import { type CallOptions, RemoteError } from '@dayport/core'
import { createGate } from '../graph/gate.ts'
import { secureAddress, type TokenSource } from '../graph/tokens.ts'
import { buildRequest, type EwsOperation, type EwsVersion, openAnswer } from './envelope.ts'
import { failureAs, failureOf, remoteError } from './failure.ts'
import { ewsRetirementOf } from './retirement.ts'

/** How each request is signed. NTLM signs a connection instead: its `fetch` comes from `@dayport/exchange-connector/ews-node`. */
export type EwsAuth =
  | { readonly kind: 'basic'; readonly user: string; readonly password: string }
  | { readonly kind: 'bearer'; readonly tokens: TokenSource }
  | { readonly kind: 'connection' }

export interface EwsClientOptions {
  /** `https://mail.example.org/EWS/Exchange.asmx`; http only to this machine. */
  readonly url: string
  readonly auth: EwsAuth
  readonly fetch: typeof fetch
  /** A GUID for each request, which the server writes into its log. */
  readonly newId: () => string
  /** ms since the Unix epoch: for a Retry-After that is a date. */
  readonly now: () => number
  /** Default `Exchange2013_SP1`, which later servers speak too. */
  readonly version?: EwsVersion
  /** SMTP address of the mailbox to act as, with the right ApplicationImpersonation; default: none. */
  readonly impersonate?: string
  /** Shared with other clients whose subscriptions one connection streams. Default: none, each mailbox goes where its cookies lead. */
  readonly affinity?: EwsAffinity
  /** Default 100 000. */
  readonly timeoutMs?: number
  /** Requests at once for this mailbox. Default 2. */
  readonly maxConcurrent?: number
  /** Default `Dayport`. */
  readonly userAgent?: string
}

/** What keeps several mailboxes on one server behind a balancer, so that one connection can stream for all of them. */
export interface EwsAffinity {
  /** SMTP address that stands for the group; sent by each of its clients. */
  readonly anchor: string
  readonly cookies: Map<string, string>
}

export interface EwsCallOptions extends CallOptions {
  /** Whether the caller asks for less when it is told `too-big`. Default no: then it is `transient`. */
  readonly divisible?: boolean
  /** Hears the server's clock with each answer: its `Date`, ms since the Unix epoch; `null` when it does not say. */
  readonly onDate?: (serverMs: number | null) => void
}

/** Speaks EWS for one mailbox. Keeps the server's affinity cookies, for this mailbox only. */
export interface EwsClient {
  /**
   * Asks once: no retry but for a token that was refused.
   *
   * @throws {RemoteError | CalendarError} as the answer's code says.
   */
  call<Input, Output>(operation: EwsOperation<Input, Output>, input: Input, options?: EwsCallOptions): Promise<Output>
  /** The envelopes of an answer that the server writes bit by bit (GetStreamingEvents); ends when the server does. */
  stream<Input, Output>(
    operation: EwsOperation<Input, Output>,
    input: Input,
    options?: CallOptions,
  ): AsyncIterable<Output>
  /** An older one than was asked for, once the server has refused that. */
  readonly version: EwsVersion
}

/** Longest answer that is read. */
const maxAnswerBytes = 64 * 1024 * 1024

/** @throws {TypeError} for an address without TLS that is not this machine. */
export const createEwsClient = (options: EwsClientOptions): EwsClient => {
  const url = secureAddress(options.url)
  const { timeoutMs = 100_000, userAgent = 'Dayport', impersonate = null } = options
  let { version = 'Exchange2013_SP1' } = options
  const gate = createGate(options.maxConcurrent ?? 2)
  const { affinity } = options
  const cookies = affinity?.cookies ?? new Map<string, string>()
  const anchor = impersonate === null ? null : (affinity?.anchor ?? impersonate)

  const authorization = async (fresh: boolean, signal: AbortSignal | undefined): Promise<string | null> => {
    const { auth } = options
    if (auth.kind === 'connection') return null
    if (auth.kind === 'basic') return `Basic ${base64(`${auth.user}:${auth.password}`)}`
    return `Bearer ${await auth.tokens.token({ fresh, ...(signal === undefined ? {} : { signal }) })}`
  }

  const send = async (
    text: string,
    write: boolean,
    requestId: string,
    signal: AbortSignal,
    fresh = false,
  ): Promise<Response> => {
    const signed = await authorization(fresh, signal)
    const headers: Record<string, string> = {
      'Content-Type': 'text/xml; charset=utf-8',
      Accept: 'text/xml',
      'User-Agent': userAgent,
      'client-request-id': requestId,
      'return-client-request-id': 'true',
      ...(anchor === null ? {} : { 'X-AnchorMailbox': anchor }),
      ...(affinity === undefined ? {} : { 'X-PreferServerAffinity': 'true' }),
      ...(signed === null ? {} : { Authorization: signed }),
      ...(cookies.size === 0 ? {} : { Cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') }),
    }
    let response: Response
    try {
      // A redirect could lead elsewhere with the credentials.
      response = await options.fetch(url, { method: 'POST', body: text, headers, redirect: 'manual', signal })
    } catch (cause) {
      throw lost(cause, write, requestId)
    }
    for (const line of response.headers.getSetCookie()) keepCookie(cookies, line)
    if (response.status === 401 && !fresh && options.auth.kind === 'bearer') {
      await response.body?.cancel()
      return send(text, write, requestId, signal, true)
    }
    return response
  }

  const factsOf = (response: Response, requestId: string) => ({
    status: response.status,
    requestId,
    retryAfterMs: retryAfterMs(response.headers.get('Retry-After'), options.now()),
  })

  const signalOf = (call: CallOptions): AbortSignal => {
    const limit = AbortSignal.timeout(timeoutMs)
    return call.signal === undefined ? limit : AbortSignal.any([call.signal, limit])
  }

  const call: EwsClient['call'] = async (operation, input, callOptions = {}) => {
    const asked = version
    try {
      return await once(operation, input, callOptions)
    } catch (error) {
      const older = olderVersions[asked]
      if (RemoteError.is(error) && error.code === 'ErrorInvalidServerVersion' && older !== undefined) {
        // Nothing was done: the server did not get as far as the request. Others may have found out meanwhile.
        if (version === asked) version = older
        return call(operation, input, callOptions)
      }
      throw callOptions.divisible !== true && RemoteError.is(error, 'too-big') ? failureAs('transient', error) : error
    }
  }

  const once: EwsClient['call'] = (operation, input, callOptions = {}) =>
    gate.run(
      1,
      async () => {
        const requestId = options.newId()
        const text = buildRequest(operation, input, { version, impersonate })
        const response = await send(text, operation.write, requestId, signalOf(callOptions))
        let bytes: Uint8Array
        try {
          bytes = await readAll(response, operation.write)
        } catch (cause) {
          throw RemoteError.is(cause) ? cause : lost(cause, operation.write, requestId)
        }
        const facts = factsOf(response, requestId)
        callOptions.onDate?.(dateOf(response))
        // Exchange Online has switched EWS off for this tenant or application: no password would mend that.
        if (response.status === 403 && ewsRetirementOf(url) !== null) {
          throw remoteError('configuration', { ...facts, code: 'EwsSwitchedOff', write: operation.write })
        }
        if (bytes.length === 0 && response.status !== 200) {
          throw failureOf({ ...facts, code: null, write: operation.write })
        }
        return operation.parse(openAnswer(operation, bytes, facts))
      },
      callOptions.signal,
    )

  async function* stream<Input, Output>(
    operation: EwsOperation<Input, Output>,
    input: Input,
    callOptions: CallOptions = {},
  ): AsyncIterable<Output> {
    const requestId = options.newId()
    const text = buildRequest(operation, input, { version, impersonate })
    // No time limit but the caller's: the server holds the connection open.
    const signal = callOptions.signal ?? new AbortController().signal
    const response = await send(text, operation.write, requestId, signal)
    const facts = factsOf(response, requestId)
    if (response.status !== 200 || response.body === null) {
      openAnswer(operation, await readAll(response, operation.write), facts)
      throw failureOf({ ...facts, code: null, write: false })
    }
    const decoder = new TextDecoder()
    let waiting = ''
    try {
      for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
        waiting += decoder.decode(chunk, { stream: true })
        for (let end = envelopeEnd(waiting); end > 0; end = envelopeEnd(waiting)) {
          const envelope = waiting.slice(0, end)
          waiting = waiting.slice(end)
          yield operation.parse(openAnswer(operation, new TextEncoder().encode(envelope.trim()), facts))
        }
        if (waiting.length > maxAnswerBytes) throw remoteError('too-big', { ...facts, code: null, write: false })
      }
    } catch (cause) {
      if (RemoteError.is(cause) || !(cause instanceof TypeError)) throw cause
      throw lost(cause, false, requestId)
    }
  }

  return {
    call,
    stream,
    get version() {
      return version
    },
  }
}

/** What a server is asked in that does not know a version. */
const olderVersions: Readonly<Partial<Record<EwsVersion, EwsVersion>>> = {
  Exchange2016: 'Exchange2013_SP1',
  Exchange2013_SP1: 'Exchange2013',
  Exchange2013: 'Exchange2010_SP2',
}

/** Offset behind the first whole envelope; 0 when there is none yet. */
const envelopeEnd = (text: string): number => {
  const match = /<\/(?:[\w.-]+:)?Envelope\s*>/.exec(text)
  return match === null ? 0 : match.index + match[0].length
}

const base64 = (text: string): string => btoa(String.fromCharCode(...new TextEncoder().encode(text)))

/** Name and value only: the jar is one mailbox's at one address, and lives as long as its client. */
const keepCookie = (cookies: Map<string, string>, line: string): void => {
  const match = /^\s*([^=;\s]+)=([^;]*)/.exec(line)
  if (match === null || cookies.size >= 50) return
  const [, name = '', value = ''] = match
  if (/;\s*max-age\s*=\s*0\b/i.test(line) || value === '') cookies.delete(name)
  else cookies.set(name, value.trim())
}

const readAll = async (response: Response, write: boolean): Promise<Uint8Array> => {
  if (response.body === null) return new Uint8Array()
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    length += chunk.length
    if (length > maxAnswerBytes) {
      throw remoteError(write ? 'unknown-outcome' : 'too-big', {
        code: null,
        status: response.status,
        requestId: null,
        retryAfterMs: null,
        write,
      })
    }
    chunks.push(chunk)
  }
  const all = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    all.set(chunk, at)
    at += chunk.length
  }
  return all
}

/** RFC 9110 §6.6.1. */
const dateOf = (response: Response): number | null => {
  const ms = Date.parse(response.headers.get('Date') ?? '')
  return Number.isNaN(ms) ? null : ms
}

/** RFC 9110 §10.2.3: seconds or a date; `null` when it says neither. */
const retryAfterMs = (value: string | null, nowMs: number): number | null => {
  if (value === null) return null
  if (/^\s*\d{1,7}\s*$/.test(value)) return Number(value) * 1000
  const date = Date.parse(value)
  return Number.isNaN(date) ? null : Math.max(0, date - nowMs)
}

/** Codes of errors from before a connection stood: nothing was sent. */
const notSent = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])

/** The error for a request without a whole answer. */
const lost = (cause: unknown, write: boolean, requestId: string): RemoteError => {
  if (RemoteError.is(cause)) return cause
  const code = codeOf(cause)
  const isCertificate = code !== null && /^(?:ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/.test(code)
  const failure = { code, status: null, requestId, retryAfterMs: null, write }
  if (isCertificate) return remoteError('configuration', failure, cause)
  const isOpen = write && !(code !== null && notSent.has(code))
  return remoteError(isOpen ? 'unknown-outcome' : 'unreachable', failure, cause)
}

const codeOf = (error: unknown): string | null => {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    if ('code' in at && typeof at.code === 'string') return at.code
  }
  return null
}
