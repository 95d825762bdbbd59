import { createCipheriv, createDecipheriv } from 'node:crypto'

/** Keeps secrets that the portal itself has to use, such as the password of a service account: sealed by a key outside the database. */
export interface Vault {
  /**
   * @param purpose what the secret is for; it opens under the same purpose only, so that a sealed text cannot be moved elsewhere.
   * @returns text for the database: `v1.NONCE.TAG.SEALED`, base64url.
   */
  seal(secret: string, purpose: string): string
  /** @throws {Error} when it was sealed by another key or for another purpose, or was changed. */
  open(sealed: string, purpose: string): string
}

const version = 'v1'
const nonceBytes = 12
const tagBytes = 16

/** AES-256-GCM (NIST SP 800-38D) with a new random nonce for each secret. `key` has 32 bytes. */
export const createVault = (key: Uint8Array, randomBytes: (length: number) => Uint8Array): Vault => ({
  seal: (secret, purpose) => {
    const nonce = randomBytes(nonceBytes)
    const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(purpose))
    const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()])
    return [
      version,
      ...[nonce, cipher.getAuthTag(), sealed].map((part) => Buffer.from(part).toString('base64url')),
    ].join('.')
  },
  open: (sealed, purpose) => {
    const [found, ...parts] = sealed.split('.')
    const [nonce, tag, body] = parts.map((part) => Buffer.from(part, 'base64url'))
    const isWhole = found === version && nonce?.length === nonceBytes && tag?.length === tagBytes && body !== undefined
    if (!isWhole) throw new Error('this is no sealed secret')
    const decipher = createDecipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(purpose)).setAuthTag(tag)
    return decipher.update(body, undefined, 'utf8') + decipher.final('utf8')
  },
})
