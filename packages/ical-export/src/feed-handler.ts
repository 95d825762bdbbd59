import type { Authorize, Calendar, CalendarDirectory, CalendarReader, Principal, PrincipalId } from '@dayport/core'
import { tzdataVersion } from '@dayport/core/ical'
import { httpDate, isNotModified, streamBody, toBase64Url } from '@dayport/http'
import type { FeedLinkRecord } from './feed-link-store.ts'
import type { FeedLinks } from './feed-links.ts'
import { feedText } from './feed-text.ts'

/** What {@link createFeedHandler} needs: of a host with its own event table three small methods. */
export interface FeedHandlerOptions {
  readonly store: Pick<CalendarReader, 'findObjects'> & Pick<CalendarDirectory, 'getCalendar'>
  readonly authorize: Authorize
  /** The maker of a link with the groups of today; `null` when they are gone, which ends their links. */
  readonly principals: { principalOf(id: PrincipalId): Promise<Principal | null> }
  readonly links: FeedLinks
  /** Path under which the handler is mounted, with slashes at both ends. Default `/ical/`. */
  readonly basePath?: string
  /** ms since the Unix epoch. */
  readonly now: () => number
  /** Hears what the subscriber is not told. */
  readonly onError: (error: unknown) => void
  /** PRODID of the feeds. Default `-//Dayport//Calendar feed//EN`. */
  readonly productId?: string
  /** How often subscribers are asked to come again; each program has the last word. Default 60. */
  readonly refreshMinutes?: number
}

/** Raised when the same calendar would give other bytes, so that subscribers fetch anew. */
const formatVersion = 1

const secretPageHeaders = {
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-robots-tag': 'noindex, nofollow',
} as const

/**
 * Serves calendars at the secret addresses of {@link FeedLinks}, by GET and HEAD. A link works while it is neither revoked nor
 * expired, its calendar allows export, and its maker may read; else the answer is one and the same 404, whatever the reason.
 */
export const createFeedHandler = (options: FeedHandlerOptions): ((request: Request) => Promise<Response>) => {
  const { links, now, onError } = options
  const basePath = options.basePath ?? '/ical/'
  const text = {
    productId: options.productId ?? '-//Dayport//Calendar feed//EN',
    refreshMinutes: options.refreshMinutes ?? 60,
  }

  const calendarOf = async (link: FeedLinkRecord, signal: AbortSignal): Promise<Calendar | null> => {
    const [calendar, maker] = await Promise.all([
      options.store.getCalendar(link.calendar, { signal }),
      options.principals.principalOf(link.principal),
    ])
    if (calendar === null || maker === null || !calendar.exportAllowed) return null
    return (await options.authorize(maker, 'read', { calendar: calendar.id }, { signal })) ? calendar : null
  }

  const answer = async (request: Request): Promise<Response> => {
    const address = addressIn(new URL(request.url).pathname, basePath)
    const link = address === null ? null : await links.verify(address.id, address.secret, { signal: request.signal })
    const calendar = link === null ? null : await calendarOf(link, request.signal)
    if (link === null || calendar === null) return notFound()
    // Not awaited: the subscriber shall not wait for our bookkeeping.
    links.touch(link, request.headers.get('user-agent')).catch(onError)

    const etag = await etagOf(calendar, text)
    const headers = new Headers({
      ...secretPageHeaders,
      // To be kept by the subscriber alone, and asked for again each time: a right that ends, ends at once.
      'cache-control': 'private, no-cache',
      etag,
    })
    // Two changes within one second look alike in Last-Modified, so it is said only when its second is over (RFC 9110 §8.8.2.2).
    const second = Math.floor(calendar.modifiedMs / 1000) * 1000
    const dated = now() >= second + 1000
    if (dated) headers.set('last-modified', httpDate(second))
    if (isNotModified(request, dated ? { etag, lastModifiedMs: second } : { etag })) {
      return new Response(null, { status: 304, headers })
    }
    headers.set('content-type', 'text/calendar; charset=utf-8')
    headers.set('content-disposition', contentDisposition(calendar.displayName))
    if (request.method === 'HEAD') return new Response(null, { headers })
    const chunks = feedText(calendar, { ...text, store: options.store, onError, signal: request.signal })
    return new Response(streamBody(chunks), { headers })
  }

  return async (request) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return new Response('Only GET and HEAD\n', { status: 405, headers: { ...secretPageHeaders, allow: 'GET, HEAD' } })
    }
    try {
      return await answer(request)
    } catch (error) {
      if (!request.signal.aborted) onError(error)
      return new Response('Internal error\n', {
        status: 500,
        headers: { ...secretPageHeaders, 'cache-control': 'no-store', 'content-type': 'text/plain; charset=utf-8' },
      })
    }
  }
}

const notFound = () =>
  new Response('Not found\n', {
    status: 404,
    headers: { ...secretPageHeaders, 'cache-control': 'no-store', 'content-type': 'text/plain; charset=utf-8' },
  })

/** `ID/SECRET.ics` below the base path; `null` when the path is anything else. */
const addressIn = (pathname: string, basePath: string): { readonly id: string; readonly secret: string } | null => {
  if (!pathname.startsWith(basePath) || !pathname.endsWith('.ics')) return null
  const [id, secret, ...rest] = pathname.slice(basePath.length, -'.ics'.length).split('/')
  return id === undefined || secret === undefined || rest.length > 0 ? null : { id, secret }
}

/** Strong: everything that the bytes depend on is in it. */
const etagOf = async (calendar: Calendar, text: { readonly productId: string; readonly refreshMinutes: number }) => {
  const { id, revision, modifiedMs, displayName, description, color } = calendar
  const facts = [formatVersion, tzdataVersion(), text, id, revision, modifiedMs, displayName, description, color]
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(JSON.stringify(facts)))
  return `"${toBase64Url(new Uint8Array(digest)).slice(0, 22)}"`
}

/** RFC 6266 §4: a name for old programs, and the real one in UTF-8. */
const contentDisposition = (displayName: string): string => {
  const name =
    displayName
      .slice(0, 100)
      .replace(/[\p{Cc}\p{Cs}/\\:*?"<>|]/gu, '_')
      .trim() || 'calendar'
  const plain = /^[\x20-\x24\x26-\x7e]+$/.test(name) ? name : 'calendar'
  const encoded = encodeURIComponent(name).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
  return `attachment; filename="${plain}.ics"; filename*=UTF-8''${encoded}.ics`
}
