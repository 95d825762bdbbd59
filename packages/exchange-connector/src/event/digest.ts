/** 53 bits of a text in base 36; only tells states apart. */
export const digest = (text: string): string => {
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
