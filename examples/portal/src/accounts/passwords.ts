import { hash, verify } from '@node-rs/argon2'

/** Fewest characters that a new password may have. */
export const minPasswordLength = 8

/** One string may be typed as different code points; both sides are compared in NFC, as RFC 8265 §4.2.1 does. */
const prepared = (password: string): string => password.normalize('NFC')

/** argon2id with OWASP's least parameters: 19 MiB, two passes, one lane. */
export const hashPassword = (password: string): Promise<string> =>
  hash(prepared(password), { memoryCost: 19_456, timeCost: 2, parallelism: 1 })

let decoy: Promise<string> | undefined

/** `false` for a person without a password too, after the same work: the time does not tell whether the login exists. */
export const verifyPassword = async (stored: string | null, password: string): Promise<boolean> => {
  if (stored !== null) return verify(stored, prepared(password))
  decoy ??= hashPassword('nobody has this password')
  await verify(await decoy, prepared(password))
  return false
}
