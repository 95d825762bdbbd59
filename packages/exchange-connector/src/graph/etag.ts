import type { ETag } from '@dayport/core'

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

/** 53 bits; only tells states apart. */
const digest = (text: string): string => {
  let low = 0x811c9dc5
  let high = 0x9747b28c
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i)
    low = Math.imul(low ^ code, 0x01000193)
    high = Math.imul(high ^ code, 0x5bd1e995)
    high ^= high >>> 15
  }
  return ((high & 0x1fffff) * 0x1_0000_0000 + (low >>> 0)).toString(36)
}
