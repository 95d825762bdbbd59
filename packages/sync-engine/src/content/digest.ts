/** FNV-1a over UTF-16 code units with a final mix, 32 bits. */
const lane = (text: string, seed: number): number => {
  let hash = seed
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  hash ^= hash >>> 15
  hash = Math.imul(hash, 0x2c1b3c6d)
  return (hash ^ (hash >>> 13)) >>> 0
}

/** 16 bytes of a text, hexadecimal, the same everywhere. A hint for finding: what it finds is compared in full. */
export const digestOf = (text: string): string =>
  [0x811c9dc5, 0x9747b28c, 0x5bd1e995, 0x2545f491]
    .map((seed) => lane(text, seed).toString(16).padStart(8, '0'))
    .join('')
