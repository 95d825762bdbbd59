import type { IncomingMessage } from 'node:http'
import { HttpError } from '../http-error.ts'

/** Where requests say that they went. */
export interface TargetOptions {
  /** The public origin, `https://calendar.example.com`, when it is not what the Host header and the socket say. */
  readonly origin?: string | ((request: IncomingMessage) => string)
  /** One proxy of ours stands before the server: believe the last value of its X-Forwarded-Proto, -Host and -For. Default false. */
  readonly trustProxy?: boolean
}

const hostShape = /^https?:\/\/(?:[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/

/**
 * The absolute URL that the client asked for, also below a mount path (Express and connect keep it in `originalUrl`) and for the
 * absolute and asterisk forms of RFC 9112 §3.2.
 *
 * @throws {HttpError} 400 for a Host that is none: it could otherwise pass for a part of the path.
 */
export const targetUrl = (request: IncomingMessage, options: TargetOptions): string => {
  const target = (request as { readonly originalUrl?: string }).originalUrl ?? request.url ?? '/'
  if (target.startsWith('/')) return normalised(originOf(request, options) + target)
  if (target === '*') return `${originOf(request, options)}/`
  const absolute = /^https?:\/\/[^/?#]+/i.test(target) ? URL.parse(target) : null
  if (absolute === null) throw new HttpError(400, 'Expected an absolute path or a URL as the request target')
  // RFC 9112 §3.2.2: the target's authority counts, not the Host header; a configured origin stays above both.
  const origin = options.origin === undefined ? absolute.origin : originOf(request, options)
  return origin + absolute.pathname + absolute.search
}

/** What `new URL(…)` makes of it; text without dot segments and without characters that it would encode is that already. */
const normalised = (url: string): string => {
  if (/^[A-Za-z0-9\-._~:/?&=@!$()*+,;[\]%]*$/.test(url) && !/\/(?:\.|%2e)/i.test(url)) return url
  const parsed = URL.parse(url)
  if (parsed === null) throw new HttpError(400, 'Expected a valid request target and Host')
  return parsed.href
}

const originOf = (request: IncomingMessage, { origin, trustProxy = false }: TargetOptions): string => {
  if (origin !== undefined) return typeof origin === 'string' ? origin.replace(/\/+$/, '') : origin(request)
  const proto = trustProxy ? forwarded(request, 'x-forwarded-proto')?.toLowerCase() : undefined
  const secure = 'encrypted' in request.socket && request.socket.encrypted === true
  const scheme = proto === 'http' || proto === 'https' ? proto : secure ? 'https' : 'http'
  const host = (trustProxy ? forwarded(request, 'x-forwarded-host') : undefined) ?? request.headers.host ?? 'localhost'
  return hostOrigin(`${scheme}://${host}`)
}

/** Origins seen, as the URL standard writes them; a few, because parsing is dear and hosts are few. */
const knownOrigins = new Map<string, string>()
const maxKnownOrigins = 64

const hostOrigin = (text: string): string => {
  const known = knownOrigins.get(text)
  if (known !== undefined) return known
  const origin = hostShape.test(text) ? URL.parse(text)?.origin : undefined
  if (origin === undefined) throw new HttpError(400, 'Expected Host to be a name or an address with an optional port')
  if (knownOrigins.size >= maxKnownOrigins) knownOrigins.clear()
  knownOrigins.set(text, origin)
  return origin
}

/** The peer's address, or the one that the trusted proxy saw; `null` when the socket is gone or is not an IP one. */
export const addressOf = (request: IncomingMessage, { trustProxy = false }: TargetOptions): string | null =>
  (trustProxy ? forwarded(request, 'x-forwarded-for') : undefined) ?? request.socket.remoteAddress ?? null

/** The last value: the one that our proxy added; those before it are the client's own claims. */
const forwarded = (request: IncomingMessage, name: string): string | undefined => {
  const values = request.headers[name]
  const text = Array.isArray(values) ? values.join(',') : values
  return text?.slice(text.lastIndexOf(',') + 1).trim() || undefined
}
