import { GuardedFetchError } from '../guarded-fetch-error.ts'

/** Which addresses may be fetched at all, before any name is looked up. */
export interface UrlPolicy {
  readonly schemes: readonly ('http' | 'https')[]
  readonly allowPort: (port: number) => boolean
}

/** Longer ones are no calendar's. */
const maxUrlLength = 4_096

/** 80, 443, and ports that need no privilege: calendar servers of small hosts live on 5232, 8443 and their like. */
export const usualPorts = (port: number): boolean => port === 80 || port === 443 || port >= 1_024

/**
 * Reads an address, or a redirect's, relative to `from`. From https no redirect leads back to http.
 *
 * @throws {GuardedFetchError} `url-refused`.
 */
export const guardUrl = (text: string, from: URL | null, { schemes, allowPort }: UrlPolicy): URL => {
  const url = text.length > maxUrlLength ? null : URL.parse(text, from ?? undefined)
  if (url === null) throw refused('Expected an address such as https://example.com/calendar.ics')
  const scheme = schemes.find((name) => `${name}:` === url.protocol)
  if (scheme === undefined) throw refused(`Expected an address that begins with ${schemes.join(':// or ')}://`)
  if (scheme === 'http' && from?.protocol === 'https:') throw refused('The address leads from https to http')
  if (url.username !== '' || url.password !== '') throw refused('Expected an address without user name and password')
  const port = url.port === '' ? (scheme === 'https' ? 443 : 80) : Number(url.port)
  if (!allowPort(port)) throw refused(`The port ${port} is not fetched from`)
  url.hash = ''
  return url
}

const refused = (message: string) => new GuardedFetchError('url-refused', message)
