/** What a link answered. */
export type LinkAnswer =
  | { readonly kind: 'ok'; readonly events: number; readonly bytes: number; readonly ms: number }
  | { readonly kind: 'unreachable' | 'login' | 'html' | 'dead' }
  | { readonly kind: 'broken'; readonly status: number }

/** What may keep other programs from the link although it answers here. */
export type LinkWarning = 'inside' | 'other-origin' | 'http'

const isPrivateHost = (host: string): boolean =>
  host === 'localhost' ||
  host.endsWith('.localhost') ||
  host.endsWith('.local') ||
  host.endsWith('.internal') ||
  /^\[?(::1|f[cd][0-9a-f]{2}:|fe80:)/i.test(host) ||
  /^(127|10)\.|^192\.168\.|^172\.(1[6-9]|2\d|3[01])\.|^169\.254\./.test(host)

/** Judged by the address alone; `pageOrigin` is where the person opened the portal. */
export const linkWarnings = (url: string, pageOrigin: string): readonly LinkWarning[] => {
  const { hostname, protocol, origin } = new URL(url)
  const warnings: LinkWarning[] = []
  if (isPrivateHost(hostname)) warnings.push('inside')
  if (origin !== pageOrigin) warnings.push('other-origin')
  if (protocol === 'http:' && warnings.length === 0) warnings.push('http')
  return warnings
}

const countEvents = (text: string): number => text.match(/^BEGIN:VEVENT\r?$/gm)?.length ?? 0

/**
 * Fetches a link as a program would and says what came. The page may ask its own origin only, so a link of another origin is
 * asked for at the same path here. The header keeps the check out of the link's last use.
 */
export const checkLink = async (
  url: string,
  options: { readonly fetch: typeof fetch; readonly now: () => number; readonly signal?: AbortSignal },
): Promise<LinkAnswer> => {
  const started = options.now()
  let response: Response
  let text: string
  try {
    response = await options.fetch(new URL(url).pathname, {
      headers: { Accept: 'text/calendar', 'X-Link-Check': '1' },
      cache: 'no-store',
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    })
    text = await response.text()
  } catch (error) {
    if (options.signal?.aborted) throw error
    return { kind: 'unreachable' }
  }
  if (response.status === 404 || response.status === 410) return { kind: 'dead' }
  if (response.status === 401 || response.status === 403) return { kind: 'login' }
  if (!response.ok) return { kind: 'broken', status: response.status }
  const type = response.headers.get('content-type') ?? ''
  if (!/^text\/calendar\b/i.test(type) || !text.startsWith('BEGIN:VCALENDAR')) {
    return { kind: /type=["']?password/i.test(text) ? 'login' : 'html' }
  }
  const bytes = new TextEncoder().encode(text).length
  return { kind: 'ok', events: countEvents(text), bytes, ms: options.now() - started }
}
