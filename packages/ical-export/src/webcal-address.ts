/**
 * The `webcal:` form of a feed's address, which opens the calendar program instead of a download. Programs fetch it by https or http as
 * they see fit, so that the server must answer at the same host and path by the scheme that `url` has.
 *
 * @throws {TypeError} unless the address is http or https.
 */
export const webcalAddress = (url: string): string => {
  if (!/^https?:\/\//i.test(url)) throw new TypeError('Expected an address with http or https')
  return url.replace(/^https?:/i, 'webcal:')
}
