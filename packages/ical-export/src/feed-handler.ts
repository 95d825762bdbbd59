import type { CalendarReader } from '@dayport/core'
import { details, type ShownTexts, tzdataVersion } from '@dayport/core/ical'
import { createProjector, type Projector } from '@dayport/core/service'
import { clientAddress, httpDate, isNotModified, toBase64Url } from '@dayport/http'
import { createByteCache } from './byte-cache.ts'
import { contentDisposition } from './content-disposition.ts'
import { type ContentCoding, chooseCoding, defaultCodings, type EncodeBody } from './content-encoding.ts'
import { createFeedAccess, type FeedAccessOptions, type FeedCalendar } from './feed-access.ts'
import { encodedBody, plainBody } from './feed-body.ts'
import { labelOf } from './feed-label.ts'
import type { FeedLinkRecord } from './feed-link-store.ts'
import type { FeedLinks } from './feed-links.ts'
import { windowRange } from './feed-options.ts'
import type { Feed } from './feed-text.ts'
import { createWrongLinkLimit, type WrongLinkLimits } from './wrong-link-limit.ts'

/** What {@link createFeedHandler} needs: of a host with its own event table three small methods; `findBodies` may be absent. */
export interface FeedHandlerOptions extends FeedAccessOptions {
  readonly store: FeedAccessOptions['store'] & Pick<CalendarReader, 'findObjects' | 'findBodies'>
  readonly links: FeedLinks
  /** Makes free/busy and titles of events; the one that the host's service has. Default: one without a key, see there. */
  readonly projector?: Projector
  /**
   * The words of a link's feed in the language of its maker, or of whom it was made for: the same each time for the same link, until
   * that language changes. Default: those of the projector.
   */
  readonly textsOf?: (link: FeedLinkRecord) => Promise<ShownTexts> | ShownTexts
  /** Path under which the handler is mounted, with slashes at both ends. Default `/ical/`. */
  readonly basePath?: string
  /** Scheme and host that subscribers reach the handler by, for the SOURCE of a feed. Default: those of the request. */
  readonly originOf?: (request: Request) => string
  /** ms since the Unix epoch. */
  readonly now: () => number
  /** Hears what the subscriber is not told. */
  readonly onError: (error: unknown) => void
  /** PRODID of the feeds. Default `-//Dayport//Calendar feed//EN`. */
  readonly productId?: string
  /** How often subscribers are asked to come again; each program has the last word. Default 60. */
  readonly refreshMinutes?: number
  /** Bytes of calendars kept ready to be sent, over all feeds. Default 58 720 256: 56 MiB. */
  readonly cacheBytes?: number
  /** Codings beside gzip, or in its place: `{ br: brotliBody() }` from @dayport/http/node. */
  readonly codings?: Readonly<Partial<Record<ContentCoding, EncodeBody>>>
  /** When wrong addresses are answered 429. Default: over 120 a minute from one network address, where the bridge tells it. */
  readonly wrongLinks?: WrongLinkLimits
}

/** Raised when the same calendar would give other bytes, so that subscribers fetch anew. */
const formatVersion = 3

const secretPageHeaders = {
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-robots-tag': 'noindex, nofollow',
} as const

/** Workers encode a body themselves where Content-Encoding is set, unless told that it is done. Elsewhere nobody reads it. */
const alreadyEncoded = { encodeBody: 'manual' } as const

const dayMs = 86_400_000

/**
 * Serves calendars at the secret addresses of {@link FeedLinks}, by GET and HEAD. A link works while it is neither revoked nor
 * expired, a calendar of it allows export, and its maker may see that; else the answer is one and the same 404, whatever the reason.
 */
export const createFeedHandler = (options: FeedHandlerOptions): ((request: Request) => Promise<Response>) => {
  const { links, now, onError } = options
  const basePath = options.basePath ?? '/ical/'
  const productId = options.productId ?? '-//Dayport//Calendar feed//EN'
  const refreshMinutes = options.refreshMinutes ?? 60
  const codings = { ...options.codings, ...(options.codings?.gzip === undefined ? defaultCodings : {}) }
  const writable = (['gzip', 'br'] as const).filter((coding) => codings[coding] !== undefined)
  const cache = createByteCache(options.cacheBytes ?? 56 * 1024 * 1024)
  const calendarsOf = createFeedAccess(options)
  const wrongLinks = createWrongLinkLimit(options.wrongLinks ?? {}, now)
  const source = { store: options.store, projector: options.projector ?? createProjector(), onError }

  const feedOf = (
    link: FeedLinkRecord,
    calendars: readonly FeedCalendar[],
    address: string,
    texts: ShownTexts,
  ): Feed => {
    const { alarms, attendees, descriptions, window } = link.options
    const range = windowRange(window, now())
    const isCombined = !('calendar' in link.scope)
    const parts = calendars.map(({ calendar, detail }) => {
      const label = isCombined ? labelOf(calendar.displayName, calendar.color) : null
      return { calendar, form: { detail, alarms, attendees, descriptions, texts, label }, range }
    })
    const [only] = calendars
    const showsOne = !isCombined && only !== undefined
    const isTold = showsOne && details.indexOf(only.detail) >= details.indexOf('read') && descriptions
    const head = {
      displayName: showsOne ? only.calendar.displayName : link.name,
      description: isTold ? only.calendar.description : '',
      color: showsOne ? only.calendar.color : null,
      // A window moves on at midnight, and with it what the feed holds.
      modifiedMs: Math.max(
        link.modifiedMs,
        range === null ? 0 : Math.floor(now() / dayMs) * dayMs,
        ...calendars.map(({ calendar }) => calendar.modifiedMs),
      ),
      source: address,
      productId,
      refreshMinutes,
    }
    // A meeting of several is shown by the calendar that tells the most of it; the sort is stable.
    if (isCombined) parts.sort((a, b) => details.indexOf(b.form.detail) - details.indexOf(a.form.detail))
    return { head, parts }
  }

  const wrong = (request: Request): Response =>
    wrongLinks.isOver(clientAddress(request)) ? refusal(429, 'Too many requests', { 'retry-after': '60' }) : notFound()

  const answer = async (request: Request): Promise<Response> => {
    const url = new URL(request.url)
    const address = addressIn(url.pathname, basePath)
    const link = address === null ? null : await links.verify(address.id, address.secret, { signal: request.signal })
    const calendars = link === null ? null : await calendarsOf(link, request.signal)
    if (link === null || calendars === null) return wrong(request)
    // Not awaited: the subscriber shall not wait for our bookkeeping.
    links.touch(link, request.headers.get('user-agent')).catch(onError)

    const texts = (await options.textsOf?.(link)) ?? {}
    const feed = feedOf(link, calendars, `${options.originOf?.(request) ?? url.origin}${url.pathname}`, texts)
    const coding = chooseCoding(request.headers.get('accept-encoding'), writable)
    const etag = await etagOf(link, feed, coding)
    const headers = new Headers({
      ...secretPageHeaders,
      // To be kept by the subscriber alone, and asked for again each time: a right that ends, ends at once.
      'cache-control': 'private, no-cache',
      etag,
      vary: 'Accept-Encoding',
    })
    // Two changes within one second look alike in Last-Modified, so it is said only when its second is over (RFC 9110 §8.8.2.2).
    const second = Math.floor(feed.head.modifiedMs / 1000) * 1000
    const isDated = now() >= second + 1000
    if (isDated) headers.set('last-modified', httpDate(second))
    // A calendar that leaves the favourites, or a right that shrinks, has no date: then the ETag alone tells.
    const isExact = 'calendar' in link.scope && feed.parts.every(({ form }) => form.detail === link.options.detail)
    if (isNotModified(request, isDated && isExact ? { etag, lastModifiedMs: second } : { etag })) {
      return new Response(null, { status: 304, headers })
    }
    headers.set('content-type', 'text/calendar; charset=utf-8')
    headers.set('content-disposition', contentDisposition(feed.head.displayName))
    if (coding !== null) headers.set('content-encoding', coding)
    if (request.method === 'HEAD') return new Response(null, { headers })
    const encode = coding === null ? undefined : codings[coding]
    const body = encode === undefined ? plainBody(feed, source, cache) : encodedBody(feed, source, cache, encode, etag)
    return new Response(body, { headers, ...alreadyEncoded })
  }

  return async (request) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return new Response('Only GET and HEAD\n', { status: 405, headers: { ...secretPageHeaders, allow: 'GET, HEAD' } })
    }
    try {
      return await answer(request)
    } catch (error) {
      if (!request.signal.aborted) onError(error)
      return refusal(500, 'Internal error')
    }
  }
}

const refusal = (status: number, text: string, more: Readonly<Record<string, string>> = {}): Response =>
  new Response(`${text}\n`, {
    status,
    headers: {
      ...secretPageHeaders,
      'cache-control': 'no-store',
      'content-type': 'text/plain; charset=utf-8',
      ...more,
    },
  })

const notFound = (): Response => refusal(404, 'Not found')

/** `ID/SECRET.ics` below the base path; `null` when the path is anything else. */
const addressIn = (pathname: string, basePath: string): { readonly id: string; readonly secret: string } | null => {
  if (!pathname.startsWith(basePath) || !pathname.endsWith('.ics')) return null
  const [id, secret, ...rest] = pathname.slice(basePath.length, -'.ics'.length).split('/')
  return id === undefined || secret === undefined || rest.length > 0 ? null : { id, secret }
}

/** Strong: everything that the bytes depend on is in it. */
const etagOf = async (link: FeedLinkRecord, { head, parts }: Feed, coding: ContentCoding | null): Promise<string> => {
  const states = parts.map(({ calendar, form, range }) => {
    const { id, revision, modifiedMs, displayName, color } = calendar
    return [id, revision, modifiedMs, displayName, color, form.detail, form.texts, range?.startMs, range?.endMs]
  })
  const facts = [formatVersion, tzdataVersion(), link.scope, link.options, head, states, coding]
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(JSON.stringify(facts)))
  return `"${toBase64Url(new Uint8Array(digest)).slice(0, 22)}"`
}
