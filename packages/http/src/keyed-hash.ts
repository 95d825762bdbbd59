/** HMAC-SHA256 of a message under a key that the function holds. */
export type HmacSha256 = (message: Uint8Array) => Uint8Array

/**
 * An HMAC-SHA256 key: raw, at least 16 random bytes, or imported with the usage `sign`, or the function itself, where the runtime has one
 * that needs no other thread (`hmacSha256` of `./node`): it answers many times sooner. Kept outside the database.
 */
export type HashKey = CryptoKey | Uint8Array | HmacSha256

/** HMAC-SHA256 of some texts, 43 characters of base64url. */
export type KeyedHash = (...parts: readonly string[]) => Promise<string>

/**
 * A keyed hash for one purpose. Fast on purpose: it guards random secrets of 128 bits and more, which nobody can guess, and it makes
 * a stolen database useless without the key. `purpose` keeps the hashes of two uses of one key apart.
 *
 * @throws {TypeError} for a raw key under 16 bytes.
 */
export const createKeyedHash = (key: HashKey, purpose: string): KeyedHash => {
  if (key instanceof Uint8Array && key.byteLength < 16) throw new TypeError('Expected a key of at least 16 bytes')
  let imported: Promise<CryptoKey> | null = null
  const encoder = new TextEncoder()
  return async (...parts) => {
    // JSON, because no two lists of strings have the same one.
    const message = encoder.encode(JSON.stringify([purpose, ...parts]))
    if (typeof key === 'function') return toBase64Url(key(message))
    imported ??= importKey(key)
    return toBase64Url(new Uint8Array(await crypto.subtle.sign('HMAC', await imported, message)))
  }
}

const importKey = async (key: CryptoKey | Uint8Array): Promise<CryptoKey> =>
  key instanceof Uint8Array
    ? crypto.subtle.importKey('raw', new Uint8Array(key), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
    : key

/** base64url without padding, RFC 4648 §5. */
export const toBase64Url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')

/** Whether two texts are the same, in a time that tells nothing about where they differ; only their lengths show. */
export const equalInConstantTime = (a: string, b: string): boolean => {
  let difference = a.length ^ b.length
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) difference |= a.charCodeAt(i) ^ b.charCodeAt(i)
  return difference === 0
}
