import type { ETag } from '@dayport/core'
import { digest } from '../event/digest.ts'

/** Equals no state. */
export const unreadEtag: ETag = '"~"'

/** The service's etag, `W/"key"`, as one of ours; a row without one gets an etag that equals none. */
export const etagOfKey = (etag: string | null, changeKey: string | null): ETag => {
  const key = /^(?:W\/)?"(.*)"$/.exec(etag ?? '')?.[1] ?? changeKey
  return key === null || key === '' ? unreadEtag : `"${key}"`
}

/**
 * The etag of a series: the key of its master, and a digest of what its occurrences say, because not every server raises the master's key
 * with them.
 */
export const seriesEtag = (master: ETag, occurrences: readonly string[]): ETag =>
  `${master.slice(0, -1)}~${digest(occurrences.join('\n'))}"`

/** What a row of the change feed can say of a series: no state that `get` gives. */
export const unknownEtag = (key: ETag): ETag => `${key.slice(0, -1)}~"`

/** The service's form of one of our etags, for `If-Match`. */
export const ifMatchOf = (etag: ETag): string => `W/${etag.replace(/~[^~"]*"$/, '"')}`
