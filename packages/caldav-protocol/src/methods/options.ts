import { DavError } from '../errors.ts'
import type { Exchange } from '../exchange.ts'
import type { Door } from '../options.ts'
import type { Address } from '../wire/hrefs.ts'

/**
 * Compliance classes, RFC 4918 §18, in one field line: some programs read only one. Programs switch behaviour on these words, so that
 * class 2 (locks) is said of files only, where they are, and scheduling nowhere.
 */
export const davHeader = (address: Address): string => (address.kind === 'file' ? ofFiles : ofCalendars)

const ofCalendars = [
  ...['1', '3', 'access-control', 'extended-mkcol', 'calendar-access'],
  ...['calendar-proxy', 'calendarserver-principal-property-search', 'calendarserver-principal-search'],
].join(', ')
const ofFiles = '1, 2, 3, access-control, extended-mkcol'

/** The last segment of a calendar's add-member address, RFC 5995 §3.2.1. An object of that name is still there for every other method. */
export const addMemberName = ';add-member'

/** The methods that an address takes, for `Allow`. */
export const allowedMethods = (address: Address): string => {
  switch (address.kind) {
    case 'object':
      return `${address.name === addMemberName ? 'POST, ' : ''}OPTIONS, GET, HEAD, PUT, DELETE, COPY, MOVE, PROPFIND, PROPPATCH, REPORT`
    case 'calendar':
      return 'OPTIONS, GET, HEAD, POST, DELETE, COPY, MOVE, PROPFIND, PROPPATCH, REPORT, ACL, MKCALENDAR, MKCOL'
    case 'file':
      return 'OPTIONS, GET, HEAD, PUT, DELETE, COPY, MOVE, PROPFIND, PROPPATCH, REPORT, LOCK, UNLOCK, MKCOL'
    default:
      return 'OPTIONS, PROPFIND, PROPPATCH, REPORT'
  }
}

/** 405 with what there is. RFC 9110 §15.5.6. */
export const methodNotAllowed = (x: Pick<Exchange, 'address'>, message = 'Method not allowed'): DavError =>
  new DavError(405, { headers: { allow: allowedMethods(x.address) }, message })

/** OPTIONS needs no sign-in: it says nothing about what is there. RFC 9110 §9.3.7. */
export const options = (address: Address, { files }: Pick<Door, 'files'>): Response => {
  const seen: Address = address.kind === 'file' && files === null ? { kind: 'root' } : address
  return new Response(null, {
    status: 200,
    headers: {
      dav: davHeader(seen),
      allow: allowedMethods(seen),
      // Windows asks for it before it takes a server for one of WebDAV.
      'ms-author-via': 'DAV',
      'content-length': '0',
      'cache-control': 'no-store',
    },
  })
}
