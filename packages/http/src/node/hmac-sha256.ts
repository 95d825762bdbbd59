import { createHmac, createSecretKey } from 'node:crypto'
import type { HmacSha256 } from '../keyed-hash.ts'

/**
 * A `HashKey` by node:crypto, for what every request asks: the standard's `crypto.subtle` sends each hash to another thread and back.
 *
 * @throws {TypeError} for a key under 16 bytes.
 */
export const hmacSha256 = (key: Uint8Array): HmacSha256 => {
  if (key.byteLength < 16) throw new TypeError('Expected a key of at least 16 bytes')
  const own = createSecretKey(key)
  return (message) => createHmac('sha256', own).update(message).digest()
}
