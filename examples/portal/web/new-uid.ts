/** A random UUID, also where the page came by plain HTTP and `crypto.randomUUID` is not there. */
export const newUid = (): string => {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  // Version 4 and its variant.
  const hex = [...bytes].map((byte, at) => (at === 6 ? (byte & 15) | 64 : at === 8 ? (byte & 63) | 128 : byte))
  const text = hex.map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join('-')
}
