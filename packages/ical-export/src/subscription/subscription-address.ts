import { SubscriptionError } from './subscription-error.ts'

/**
 * The addresses to try for what somebody typed or pasted, the best first: `webcal://` names a calendar over http or https, so
 * https is tried before http; http and https are taken as they are.
 *
 * @throws {SubscriptionError} `url-refused`.
 */
export const subscriptionAddresses = (typed: string): readonly string[] => {
  const text = typed.trim()
  const webcal = /^webcals?:\/*/i.exec(text)?.[0]
  const url = URL.parse(webcal === undefined ? text : `https://${text.slice(webcal.length)}`)
  if (url === null || !['http:', 'https:'].includes(url.protocol) || text.length > 4_096) {
    throw new SubscriptionError('url-refused', 'Expected an address such as https://example.com/calendar.ics')
  }
  if (url.username !== '' || url.password !== '') {
    throw new SubscriptionError('url-refused', 'Expected an address without user name and password')
  }
  url.hash = ''
  if (webcal === undefined || webcal.toLowerCase().startsWith('webcals')) return [url.href]
  const plain = new URL(url)
  plain.protocol = 'http:'
  return [url.href, plain.href]
}
