import type { SyncToken } from '@dayport/core'
import { refusal } from '../errors.ts'
import { dav } from './names.ts'

const scheme = 'data:,'

/** RFC 6578 §4 wants a URI: the store's token as the data of one, so that it needs no name of ours. */
export const tokenUri = (token: SyncToken): string => scheme + encodeURIComponent(token)

/** @throws {DavError} 403 valid-sync-token for anything that {@link tokenUri} did not write. RFC 6578 §3.2. */
export const tokenOfUri = (uri: string): SyncToken => {
  try {
    if (uri.startsWith(scheme)) return decodeURIComponent(uri.slice(scheme.length))
  } catch {
    // Broken percent-encoding is just another unknown token.
  }
  throw refusal(403, dav('valid-sync-token'))
}
