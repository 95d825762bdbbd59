import { CalendarError } from '@dayport/core'
import { DavError, needPrivileges } from '../errors.ts'
import type { Exchange } from '../exchange.ts'
import { locate, locateCalendar } from '../resources.ts'
import type { Address } from '../wire/hrefs.ts'
import { dav } from '../wire/names.ts'

/**
 * The refusal for an address in somebody else's home at which the asking person sees nothing; `null` for other addresses. It is the same
 * whether anything is there, so that nobody learns what others have.
 */
export const refusalIfHidden = async (x: Exchange, address: Address): Promise<DavError | null> => {
  if (address.kind !== 'home' && address.kind !== 'calendar' && address.kind !== 'object') return null
  const owner = address.login === x.me.login ? x.me : await x.principals.findPrincipal(address.login)
  if (owner === null || owner.id === x.me.id) return null
  const seen = address.kind === 'home' ? await locate(x, address) : await locateCalendar(x, address)
  return seen === null ? needPrivileges(x.hrefs.of(address), dav('read')) : null
}

/** What failed because nothing is there, told as hidden where it is: RFC 3744 §7.1.1. */
export const hiddenInstead = async (x: Exchange, error: unknown): Promise<unknown> => {
  const absent = error instanceof DavError && error.condition === null && (error.status === 404 || error.status === 409)
  return absent || CalendarError.is(error, 'not-found') ? ((await refusalIfHidden(x, x.address)) ?? error) : error
}
