const parsed = (url: string): URL => {
  const found = new URL(url)
  if (found.protocol !== 'https:' && found.protocol !== 'http:') {
    throw new TypeError(`Expected an http or https address, got ${found.protocol}`)
  }
  return found
}

/**
 * Opens DAVx⁵ with address and login filled in: `davx5://` stands for https, `caldav://` for http (manual of DAVx⁵, "Integration").
 * The password is never part of it: links stay in histories.
 *
 * @throws {TypeError} when `caldavUrl` is not http or https.
 */
export const davx5Link = (caldavUrl: string, login: string): string => {
  const { protocol, host, pathname } = parsed(caldavUrl)
  return `${protocol === 'https:' ? 'davx5' : 'caldav'}://${encodeURIComponent(login)}@${host}${pathname}`
}

/**
 * The form of a feed's address that opens a calendar program. Programs ask https first where they know `webcals`; most know `webcal` only.
 *
 * @throws {TypeError} when `feedUrl` is not http or https.
 */
export const webcalLink = (feedUrl: string): string => {
  const { host, pathname, search } = parsed(feedUrl)
  return `webcal://${host}${pathname}${search}`
}

/** Whether what is typed could be read on the way. Loopback is this machine itself. */
export const isPlainHttp = (url: string): boolean => parsed(url).protocol === 'http:'

/** `portal.example.com`, with the port where it is not the scheme's own. */
export const serverOf = (url: string): string => parsed(url).host

/** The port in digits, also where the address leaves it out. */
export const portOf = (url: string): string => {
  const { port, protocol } = parsed(url)
  return port === '' ? (protocol === 'https:' ? '443' : '80') : port
}
