import { CalendarError, RemoteError, type RemoteErrorKind } from '@dayport/core'
import { parseXml, type XmlElement } from '@dayport/core/xml'
import { dav } from '../wire/names.ts'

export interface CalDavClientOptions {
  /** Address of the collection, or for discovery of the server or the account. */
  readonly url: string
  /** The network: the runtime's `fetch`, or a guarded one. */
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>
  /** Value of `Authorization` for each request, or `null` for none. Never logged, and never sent to another origin. */
  readonly authorization: () => Promise<string | null>
  /** Origins besides that of `url` that the server may send us to: iCloud's partition hosts. Default: none. */
  readonly isTrustedOrigin?: (origin: string) => boolean
  /** Default: `Dayport`. */
  readonly userAgent?: string
  /** ms until a request is given up. Default 60 000. */
  readonly timeoutMs?: number
  /** Bytes of one answer. Default 64 MiB. */
  readonly maxBytes?: number
  /** ms since the Unix epoch, for `Retry-After` dates. Default: the system clock. */
  readonly now?: () => number
}

export interface DavAnswer {
  readonly status: number
  readonly headers: Headers
  readonly body: Uint8Array
  /** Where it came from in the end. */
  readonly url: URL
}

export interface DavAsk {
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  readonly signal?: AbortSignal | undefined
}

/** One request, redirects followed within trusted origins. Every failure of the network or the service is a `RemoteError`. */
export type DavSend = (method: string, url: URL, ask?: DavAsk) => Promise<DavAnswer>

const service = 'caldav'
const maxRedirects = 5

export const createDavSend = (options: CalDavClientOptions): DavSend => {
  const home = new URL(options.url)
  const timeoutMs = options.timeoutMs ?? 60_000
  const maxBytes = options.maxBytes ?? 64 * 1024 * 1024
  const isTrusted = (url: URL): boolean =>
    url.origin === home.origin || (url.protocol === 'https:' && options.isTrustedOrigin?.(url.origin) === true)

  return async (method, first, ask = {}) => {
    const isWrite = method === 'PUT' || method === 'DELETE'
    const lost = (cause: unknown): RemoteError =>
      new RemoteError('the server did not answer', {
        service,
        kind: isWrite ? 'unknown-outcome' : 'unreachable',
        status: null,
        retryable: true,
        cause,
      })
    let url = first
    for (let hop = 0; hop <= maxRedirects; hop += 1) {
      // An address that came out of an answer must not carry our sign-in to a stranger.
      if (!isTrusted(url)) throw refused('configuration', null, 'the server sent us to another origin')
      const authorization = await options.authorization()
      const timeout = AbortSignal.timeout(timeoutMs)
      const signal = ask.signal === undefined ? timeout : AbortSignal.any([ask.signal, timeout])
      let response: Response
      let body: Uint8Array
      try {
        response = await options.fetch(url.href, {
          method,
          redirect: 'manual',
          signal,
          headers: {
            'User-Agent': options.userAgent ?? 'Dayport',
            ...ask.headers,
            ...(authorization === null ? {} : { Authorization: authorization }),
          },
          ...(ask.body === undefined ? {} : { body: ask.body as BodyInit }),
        })
        body = await readAll(response, maxBytes)
      } catch (error) {
        ask.signal?.throwIfAborted()
        if (RemoteError.is(error)) throw error
        throw lost(error)
      }
      const location = response.headers.get('location')
      if (response.status >= 301 && response.status <= 308 && location !== null) {
        url = new URL(location, url)
        continue
      }
      return { status: response.status, headers: response.headers, body, url }
    }
    throw refused('configuration', null, 'the server sent us in a circle')
  }
}

const readAll = async (response: Response, maxBytes: number): Promise<Uint8Array> => {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of response.body ?? []) {
    length += part.length
    if (length > maxBytes) throw refused('too-big', response.status, 'the answer is larger than allowed')
    parts.push(part)
  }
  const whole = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

const refused = (
  kind: RemoteErrorKind,
  status: number | null,
  message: string,
  retryAfterMs?: number | null,
): RemoteError =>
  new RemoteError(message, {
    service,
    kind,
    status,
    retryable: kind === 'throttled' || kind === 'transient',
    retryAfterMs: retryAfterMs ?? null,
  })

/** What a status means that is no success: for the mailbox, or for one item where `isItem`. */
export const errorOf = (answer: DavAnswer, method: string, isItem: boolean, nowMs: number): Error => {
  const { status } = answer
  const pauseMs = retryAfterMs(answer.headers.get('retry-after'), nowMs)
  const say = (kind: RemoteErrorKind): RemoteError =>
    refused(kind, status, `${method} was answered with ${status}`, pauseMs)
  if (status === 401 || status === 407) return say('credentials')
  if (status === 429 || (status === 503 && pauseMs !== null)) return say('throttled')
  if (status === 403 && asksForPause(answer)) return say('throttled')
  if (status === 412) return new CalendarError('precondition-failed', 'the object is another by now')
  if (isItem) {
    if (status === 404 || status === 410) return new CalendarError('not-found', 'there is no such object')
    if (status === 413) return new CalendarError('too-large', 'the server takes no object of this size')
    if (status === 415) return new CalendarError('unrepresentable', 'the server takes no such data')
    if (status === 403) return forbiddenItem(answer)
    if (status === 507 || status === 409 || status === 422) return say('item')
  }
  if (status === 403) return say('rights')
  if (status === 404 || status === 405 || status === 410) return say('configuration')
  if (status === 423 || status === 408) return say('transient')
  // The server may have failed after it had written.
  if (status >= 500 && isItem && status !== 503)
    return say(method === 'PUT' || method === 'DELETE' ? 'unknown-outcome' : 'transient')
  return say(status >= 500 ? 'transient' : 'request')
}

/** Google says 403 to who asks too often, with a reason in words: `rateLimitExceeded`, `userRateLimitExceeded`, `quotaExceeded`. */
const asksForPause = ({ body }: DavAnswer): boolean =>
  /rate\s?limit\s?exceeded|quota\s?exceeded/i.test(new TextDecoder().decode(body.subarray(0, 4_096)))

/** RFC 4791 §5.3.2.1 names what is wrong with the object; without a name it is the right that is missing (RFC 3744 §7.1.1). */
const forbiddenItem = (answer: DavAnswer): Error => {
  const condition = conditionOf(answer)
  if (condition === null || condition === dav('need-privileges'))
    return refused('rights', 403, 'the server denies the write')
  const name = condition.slice(condition.indexOf('}') + 1)
  return new CalendarError('unrepresentable', 'the server does not take the object', { details: { reason: name } })
}

/** Name of the condition in a `DAV:error` body; `null` when there is none. RFC 4918 §16. */
export const conditionOf = ({ body }: DavAnswer): string | null => {
  try {
    const root = parseXml(body)
    return root.name === dav('error') ? (root.elements[0]?.name ?? null) : null
  } catch {
    return null
  }
}

/** ms that `Retry-After` asks for, seconds or a date (RFC 9110 §10.2.3); `null` when absent or unreadable. */
export const retryAfterMs = (value: string | null, nowMs: number): number | null => {
  if (value === null) return null
  if (/^\d{1,9}$/.test(value.trim())) return Number(value.trim()) * 1_000
  const at = Date.parse(value)
  return Number.isNaN(at) ? null : Math.max(0, at - nowMs)
}

/** One `DAV:response` of a 207. */
export interface MultiResponse {
  readonly href: string
  /** Of the response itself; 200 where it has properties. */
  readonly status: number
  /** Properties that were found, by Clark name. */
  readonly found: ReadonlyMap<string, XmlElement>
}

/** @throws {RemoteError} `configuration` when the answer is no 207 with XML: a sign-in page, a proxy's page. */
export const parseMultistatus = (answer: DavAnswer): { responses: MultiResponse[]; syncToken: string | null } => {
  let root: XmlElement
  try {
    root = parseXml(answer.body, { maxBytes: 64 * 1024 * 1024, maxElements: 5_000_000 })
  } catch (error) {
    throw new RemoteError('a multistatus was expected, and something else came', {
      service,
      kind: 'configuration',
      status: answer.status,
      retryable: false,
      cause: error,
    })
  }
  if (answer.status !== 207 || root.name !== dav('multistatus')) {
    throw refused('configuration', answer.status, 'a multistatus was expected, and something else came')
  }
  const responses = root.childrenNamed(dav('response')).map((element) => {
    const found = new Map<string, XmlElement>()
    for (const propstat of element.childrenNamed(dav('propstat'))) {
      if (statusIn(propstat) !== 200) continue
      for (const property of propstat.child(dav('prop'))?.elements ?? []) found.set(property.name, property)
    }
    return { href: element.child(dav('href'))?.text.trim() ?? '', status: statusIn(element) ?? 200, found }
  })
  return { responses, syncToken: root.child(dav('sync-token'))?.text.trim() ?? null }
}

const statusIn = (element: XmlElement): number | null => {
  const match = /^HTTP\/\d(?:\.\d)?\s+(\d{3})/.exec(element.child(dav('status'))?.text.trim() ?? '')
  return match === null ? null : Number(match[1])
}
