import type { ETag } from './conditions.ts'

/**
 * The strong etag of a stored state, for authors of stores: the revision that wrote it and a checksum of its bytes, `"2s-k3v9x01q"`.
 * The revision tells apart two writes in one second, and A from A after B; the checksum tells apart two histories
 * that count alike, as after a database was restored from a backup. RFC 9110 §8.8.3.
 */
export const etagOf = (revision: number, data: Uint8Array): ETag =>
  `"${revision.toString(36)}-${checksum(data).toString(36)}"`

/** 53 bits from two FNV-1a style lanes. Not for secrets: nothing rests on it being hard to forge. */
const checksum = (data: Uint8Array): number => {
  let low = 0x811c9dc5
  let high = 0x9747b28c ^ data.length
  for (let i = 0; i < data.length; i += 1) {
    const byte = data[i]!
    low = Math.imul(low ^ byte, 0x01000193)
    high = Math.imul(high ^ byte, 0x5bd1e995)
    high ^= high >>> 15
  }
  low ^= low >>> 16
  return (high & 0x1fffff) * 0x1_0000_0000 + (low >>> 0)
}
