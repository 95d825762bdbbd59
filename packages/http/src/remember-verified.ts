import { createKeyedHash, equalInConstantTime, type HashKey } from './keyed-hash.ts'

/** What {@link rememberVerified} needs. */
export interface RememberVerifiedOptions<T> {
  /** The slow check (argon2); `null` when user or password is wrong. */
  verify(user: string, password: string): Promise<T | null>
  readonly key: HashKey
  /** How long a success is remembered, and so how stale `T` may be: keep rights out of it. */
  readonly ttlMs: number
  /** Accounts remembered; beyond it the one verified longest ago is forgotten. */
  readonly maxEntries: number
  /** ms since the Unix epoch. */
  readonly now: () => number
}

/** A password check whose successes are remembered for a while. */
export interface RememberedVerify<T> {
  verify(user: string, password: string): Promise<T | null>
  /** Call it when the password changes or the account ends; checks under way are not remembered either. Case does not matter. */
  drop(user: string): void
  /** Drops everybody: after a change that may touch anyone, or where people sign in by several names. */
  clear(): void
}

interface Remembered<T> {
  readonly hash: string
  readonly value: T
  readonly untilMs: number
}

interface UnderWay<T> {
  readonly slot: string
  readonly outcome: Promise<T | null>
}

/**
 * Runs a slow password check once, then answers from the keyed hash of user and password: the password itself is not
 * kept. Only successes are remembered, one per account; equal first requests at the same time share one check.
 */
export const rememberVerified = <T>(o: RememberVerifiedOptions<T>): RememberedVerify<T> => {
  const hashOf = createKeyedHash(o.key, 'dayport verified password')
  const remembered = new Map<string, Remembered<T>>()
  const underWay = new Map<string, UnderWay<T>>()

  const remember = (slot: string, entry: Remembered<T>) => {
    remembered.delete(slot)
    const [oldest] = remembered.keys()
    if (remembered.size >= o.maxEntries && oldest !== undefined) remembered.delete(oldest)
    remembered.set(slot, entry)
  }

  return {
    async verify(user, password) {
      const slot = slotOf(user)
      const hash = await hashOf(user, password)
      const known = remembered.get(slot)
      if (known !== undefined && known.untilMs <= o.now()) remembered.delete(slot)
      else if (known !== undefined && equalInConstantTime(known.hash, hash)) return known.value
      const shared = underWay.get(hash)
      if (shared !== undefined) return shared.outcome
      const check: UnderWay<T> = { slot, outcome: o.verify(user, password) }
      underWay.set(hash, check)
      try {
        const value = await check.outcome
        // Not after a drop: the password may have changed while the old one was being checked.
        if (value !== null && underWay.get(hash) === check) {
          remember(slot, { hash, value, untilMs: o.now() + o.ttlMs })
        }
        return value
      } finally {
        if (underWay.get(hash) === check) underWay.delete(hash)
      }
    },
    drop(user) {
      const slot = slotOf(user)
      remembered.delete(slot)
      for (const [hash, check] of underWay) if (check.slot === slot) underWay.delete(hash)
    },
    clear() {
      remembered.clear()
      underWay.clear()
    },
  }
}

/** One slot for all spellings of a name, so that dropping one drops them all. The hash still holds the exact spelling. */
const slotOf = (user: string) => user.normalize('NFC').toLowerCase()
