import { timingSafeEqual } from 'node:crypto'
import { PortalError } from './problem.ts'

/** Letters and digits that cannot be mistaken for each other. */
const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789'
/** Wrong codes before the wizard closes until the next start: 50 of 31^12 possible ones. */
const maxAttempts = 50

export type SetupCode = ReturnType<typeof createSetupCode>

/** The one-time code that opens the first-run wizard; it lives in memory and on the console only. */
export const createSetupCode = (randomBytes: (length: number) => Uint8Array) => {
  // 248 is the largest multiple of 31 in a byte: what lies above would make the first letters likelier.
  const letters: string[] = []
  while (letters.length < 12) {
    for (const byte of randomBytes(24)) if (byte < 248) letters.push(alphabet[byte % alphabet.length]!)
  }
  const text = letters.slice(0, 12).join('')
  let attempts = 0
  return {
    /** In groups of four, for the console. */
    shown: text.replace(/(.{4})(?=.)/g, '$1-'),

    /** @throws {PortalError} `wrong-code`, `too-many-attempts`. */
    check: (given: string): void => {
      if (attempts >= maxAttempts) throw new PortalError('too-many-attempts', 'Restart the portal for a new code')
      const typed = given.toLowerCase().replace(/[\s-]/g, '')
      const same =
        typed.length === text.length && timingSafeEqual(Buffer.from(typed.padEnd(12).slice(0, 12)), Buffer.from(text))
      if (same) return
      attempts += 1
      throw new PortalError('wrong-code', 'The code is not the one on the console')
    },
  }
}
