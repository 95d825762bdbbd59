import type { WriteCondition } from '@dayport/core'
import { parseHttpDate } from './dates.ts'
import { type EntityTag, parseEntityTags } from './entity-tags.ts'
import { HttpError } from './http-error.ts'

/**
 * The condition of a write from `If-Match` and `If-None-Match`; `undefined` when there is none. Weak tags never match under
 * If-Match, so they leave the list (an empty list never holds); under If-None-Match they count like strong ones (RFC 9110
 * §13.1.1–13.1.2). Both headers together are answered as the difference of their lists.
 *
 * @throws {HttpError} 400 when a header is malformed: a write must not go on as if its condition were not there.
 */
export const writeCondition = (headers: Headers): WriteCondition | undefined => {
  const ifMatch = entityTags(headers, 'If-Match')
  const ifNoneMatch = entityTags(headers, 'If-None-Match')
  const unwanted = ifNoneMatch === '*' ? '*' : ifNoneMatch?.map(({ tag }) => tag)
  if (ifMatch === undefined) return unwanted === undefined ? undefined : { ifNoneMatch: unwanted }
  if (ifMatch === '*') {
    if (unwanted === undefined) return { ifMatch }
    // "Something is there" and "nothing is there" exclude each other; a list would need a condition that no client sends.
    if (unwanted === '*') return { ifMatch: [] }
    throw new HttpError(400, 'Expected If-Match: * without If-None-Match, got both')
  }
  const wanted = ifMatch.filter(({ weak }) => !weak).map(({ tag }) => tag)
  if (unwanted === undefined) return { ifMatch: wanted }
  return { ifMatch: unwanted === '*' ? [] : wanted.filter((tag) => !unwanted.includes(tag)) }
}

const entityTags = (headers: Headers, name: string): readonly EntityTag[] | '*' | undefined => {
  const text = headers.get(name)
  if (text === null) return undefined
  const tags = parseEntityTags(text)
  if (tags === null) throw new HttpError(400, `Expected ${name} to hold "*" or quoted entity tags`)
  return tags
}

/**
 * Whether `If-Unmodified-Since` forbids the request: what is there is newer than its date, in whole seconds. Beside `If-Match` it is
 * not asked, and a malformed date is no condition (RFC 9110 §13.1.4).
 */
export const isModifiedSince = (headers: Headers, lastModifiedMs: number): boolean => {
  const since = headers.get('if-unmodified-since')
  if (since === null || headers.has('if-match')) return false
  const sinceMs = parseHttpDate(since)
  return sinceMs !== null && Math.floor(lastModifiedMs / 1000) * 1000 > sinceMs
}

/**
 * Whether a GET or HEAD may be answered 304: `If-None-Match` by weak comparison, and only without it `If-Modified-Since`, in whole
 * seconds (RFC 9110 §13.2.2). Malformed headers are no condition. Other methods are never "not modified".
 */
export const isNotModified = (
  request: Request,
  state: { readonly etag?: string; readonly lastModifiedMs?: number },
): boolean => {
  if (request.method !== 'GET' && request.method !== 'HEAD') return false
  const known = request.headers.get('if-none-match')
  if (known !== null) {
    const tags = parseEntityTags(known)
    if (tags === null) return false
    const current = state.etag?.startsWith('W/') ? state.etag.slice(2) : state.etag
    return tags === '*' || tags.some(({ tag }) => tag === current)
  }
  const since = request.headers.get('if-modified-since')
  if (since === null || state.lastModifiedMs === undefined) return false
  const sinceMs = parseHttpDate(since)
  return sinceMs !== null && Math.floor(state.lastModifiedMs / 1000) * 1000 <= sinceMs
}
