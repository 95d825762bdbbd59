/** FNV-1a over UTF-16 code units, 32 bits. Spreads; proves nothing. */
const fnv = (text: string, seed: number): number => {
  let hash = seed
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  // Final mixing: FNV leaves the last characters in the low bits.
  hash ^= hash >>> 15
  return Math.imul(hash, 0x2c1b3c6d) >>> 0
}

/** Eight hexadecimal digits of a text, the same everywhere: for names that must differ, not for secrets. */
export const shortHash = (text: string): string => fnv(text, 0x811c9dc5).toString(16).padStart(8, '0')

/** A number of 53 bits that differs for different texts, unless somebody tries. */
export const longHash = (text: string): number => fnv(text, 0x811c9dc5) * 0x200000 + (fnv(text, 0x9747b28c) >>> 11)
