import { assertCondition, type WriteCondition } from '@dayport/core'
import { isModifiedSince, writeCondition } from '@dayport/http'
import { DavError } from '../errors.ts'
import type { Exchange } from '../exchange.ts'

/** RFC 9110 §13.1.4. @throws {DavError} 412 when what is there is newer than If-Unmodified-Since. */
export const assertNotModified = (headers: Headers, modifiedMs: number): void => {
  if (!isModifiedSince(headers, modifiedMs)) return
  throw new DavError(412, { message: 'What is there is newer than If-Unmodified-Since' })
}

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
  assertNotModified(headers, object.modifiedMs)
  assertCondition(condition, object.etag)
  return { ifMatch: [object.etag] }
}

/** What GET and HEAD ask before they ask whether the client has it already. RFC 9110 §13.2.2. */
export const assertUnchanged = (
  headers: Headers,
  { etag, modifiedMs }: { readonly etag: string; readonly modifiedMs: number },
): void => {
  const ifMatch = headers.get('if-match')
  if (ifMatch !== null) assertCondition(writeCondition(new Headers({ 'if-match': ifMatch })), etag)
  assertNotModified(headers, modifiedMs)
}
