import { GuardedFetchError, parseHttpDate } from '@dayport/http'
import { SubscriptionError, type SubscriptionErrorCode } from './subscription-error.ts'

/** As the global `fetch`. For addresses that people type hand in `createGuardedFetch` of @dayport/http/node. */
export type FetchAddress = (
  url: string,
  init: { readonly headers: Record<string, string>; readonly signal?: AbortSignal },
) => Promise<Response>

/** What {@link fetchFeed} needs. */
export interface FetchFeedOptions {
  readonly fetch: FetchAddress
  readonly userAgent: string
  /** Of the content that is already here; asked for with 304 in mind (RFC 9110 §13.1). */
  readonly etag: string | null
  readonly lastModified: string | null
  readonly maxBytes: number
  /** ms since the Unix epoch, for a Retry-After that is a date. */
  readonly now: () => number
  readonly signal?: AbortSignal | undefined
}

/** The content of an address. */
export interface FetchedFeed {
  readonly bytes: Uint8Array
  readonly contentType: string | null
  readonly etag: string | null
  readonly lastModified: string | null
}

/** Validators are given back as they came; longer ones are no use. */
const maxValidatorLength = 1_024

/**
 * Fetches an address. `null` when it has nothing new.
 *
 * @throws {SubscriptionError} of the fetch, of the status, `not-a-calendar` by its type, `too-large`; the reason of `signal`.
 */
export const fetchFeed = async (url: string, options: FetchFeedOptions): Promise<FetchedFeed | null> => {
  const headers: Record<string, string> = {
    accept: 'text/calendar, text/plain;q=0.5, */*;q=0.1',
    'user-agent': options.userAgent,
  }
  if (options.etag !== null) headers['if-none-match'] = options.etag
  if (options.lastModified !== null) headers['if-modified-since'] = options.lastModified
  const isConditional = options.etag !== null || options.lastModified !== null
  const { signal } = options
  try {
    const response = await options.fetch(url, { headers, ...(signal === undefined ? {} : { signal }) })
    if (response.status === 304 && isConditional) {
      await response.body?.cancel()
      return null
    }
    const error = errorOfStatus(response, options.now()) ?? errorOfType(response)
    if (error !== null) {
      await response.body?.cancel()
      throw error
    }
    return {
      bytes: await bounded(response, options.maxBytes),
      contentType: response.headers.get('content-type'),
      etag: validator(response, 'etag'),
      lastModified: validator(response, 'last-modified'),
    }
  } catch (error) {
    if (signal?.aborted) throw signal.reason
    if (SubscriptionError.is(error)) throw error
    if (GuardedFetchError.is(error)) throw new SubscriptionError(error.code, error.message, { cause: error })
    throw new SubscriptionError('unreachable', 'The server could not be reached', { cause: error })
  }
}

const validator = (response: Response, name: string): string | null => {
  const value = response.headers.get(name)
  return value === null || value === '' || value.length > maxValidatorLength ? null : value
}

const errorOfStatus = (response: Response, nowMs: number): SubscriptionError | null => {
  const { status } = response
  if (status === 200) return null
  const [code, message] = tellStatus(status)
  return new SubscriptionError(code, message, { retryAfterMs: retryAfter(response.headers.get('retry-after'), nowMs) })
}

const tellStatus = (status: number): readonly [SubscriptionErrorCode, string] => {
  if (status === 404 || status === 410) return ['gone', 'There is no calendar at the address any more']
  if (status === 401 || status === 403 || status === 407) return ['sign-in-needed', 'The address wants a sign-in']
  if (status === 429 || status === 503) return ['busy', 'The server is busy']
  return ['http-status', `The server answered with status ${status}`]
}

/** RFC 9110 §10.2.3: seconds or a date. */
const retryAfter = (value: string | null, nowMs: number): number | null => {
  if (value === null) return null
  if (/^\d{1,9}$/.test(value.trim())) return Number(value) * 1_000
  const dateMs = parseHttpDate(value.trim())
  return dateMs === null ? null : Math.max(0, dateMs - nowMs)
}

/**
 * Calendars come as text/calendar, as whatever a file server makes of `.ics`, and as text/html from scripts that name no type: there
 * the content decides. Pictures, films, JSON and the like are not even read.
 */
const errorOfType = (response: Response): SubscriptionError | null => {
  const type = (response.headers.get('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
  const mayBe = type === '' || type.startsWith('text/') || /^application\/(octet-stream|.*(ics|calendar).*)$/.test(type)
  return mayBe ? null : new SubscriptionError('not-a-calendar', 'The address gives something that is not a calendar')
}

const bounded = async (response: Response, maxBytes: number): Promise<Uint8Array> => {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of response.body ?? []) {
    length += part.byteLength
    // Leaving the loop cancels the body.
    if (length > maxBytes) throw new SubscriptionError('too-large', 'The calendar is too large')
    parts.push(part)
  }
  const whole = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.byteLength
  }
  return whole
}
