import type { Address } from '../wire/hrefs.ts'

/**
 * Compliance classes, RFC 4918 §18, in one field line: some programs read only one. Class 2 (locks) and scheduling are not there
 * and therefore not said; programs switch behaviour on these words.
 */
export const davHeader = '1, 3, access-control, extended-mkcol, calendar-access'

/** The methods that an address takes, for `Allow`. */
export const allowedMethods = (address: Address): string => {
  switch (address.kind) {
    case 'object':
      return 'OPTIONS, GET, HEAD, PUT, DELETE, PROPFIND, PROPPATCH, REPORT'
    case 'calendar':
      return 'OPTIONS, GET, HEAD, DELETE, PROPFIND, PROPPATCH, REPORT, MKCALENDAR, MKCOL'
    default:
      return 'OPTIONS, PROPFIND, PROPPATCH, REPORT'
  }
}

/** OPTIONS needs no sign-in: it says nothing about what is there. RFC 9110 §9.3.7. */
export const options = (address: Address): Response =>
  new Response(null, {
    status: 200,
    headers: { dav: davHeader, allow: allowedMethods(address), 'content-length': '0', 'cache-control': 'no-store' },
  })
