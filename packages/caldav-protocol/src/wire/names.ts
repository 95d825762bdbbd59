import type { ClarkName } from '@dayport/core/xml'

/** RFC 4918, and most extensions of it. */
export const davNamespace = 'DAV:'
/** RFC 4791 and its extensions. */
export const calDavNamespace = 'urn:ietf:params:xml:ns:caldav'
/** calendarserver.org extensions: ctag and e-mail addresses. */
export const calendarServerNamespace = 'http://calendarserver.org/ns/'
/** Apple's calendar colour and order. */
export const appleNamespace = 'http://apple.com/ns/ical/'

/** Prefixes that every answer declares. */
export const answerNamespaces = {
  D: davNamespace,
  C: calDavNamespace,
  CS: calendarServerNamespace,
  A: appleNamespace,
} as const

/** `dav('prop')` is `{DAV:}prop`. */
export const dav = (local: string): ClarkName => `{${davNamespace}}${local}`
export const cal = (local: string): ClarkName => `{${calDavNamespace}}${local}`
export const cs = (local: string): ClarkName => `{${calendarServerNamespace}}${local}`
export const apple = (local: string): ClarkName => `{${appleNamespace}}${local}`
