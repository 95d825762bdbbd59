import { assertCondition, type CalendarObject, type WriteCondition } from '@dayport/core'
import { isModifiedSince, writeCondition } from '@dayport/http'
import { DavError } from '../errors.ts'
import type { Exchange } from '../exchange.ts'

const modified = (): DavError => new DavError(412, { message: 'What is there is newer than If-Unmodified-Since' })

/**
 * The condition under which an object is written: the etags of the request, and of `If-Unmodified-Since` the etag of what has not
 * changed since, so that a writer in between is noticed too. RFC 9110 §13.1.
 *
 * @throws {DavError} 412 when the object is newer than the date.
 */
export const objectCondition = async (
  x: Exchange,
  ref: { readonly calendar: string; readonly name: string },
): Promise<WriteCondition | undefined> => {
  const { headers } = x.request
  const condition = writeCondition(headers)
  if (!headers.has('if-unmodified-since') || headers.has('if-match')) return condition
  const object = await x.service.getObject(x.who, ref)
  if (object === null) return condition
  if (isModifiedSince(headers, object.modifiedMs)) throw modified()
  assertCondition(condition, object.etag)
  return { ifMatch: [object.etag] }
}

/** What GET and HEAD ask before they ask whether the client has it already. RFC 9110 §13.2.2. */
export const assertUnchanged = (
  headers: Headers,
  { etag, modifiedMs }: Pick<CalendarObject, 'etag' | 'modifiedMs'>,
): void => {
  const ifMatch = headers.get('if-match')
  if (ifMatch !== null) assertCondition(writeCondition(new Headers({ 'if-match': ifMatch })), etag)
  if (isModifiedSince(headers, modifiedMs)) throw modified()
}
