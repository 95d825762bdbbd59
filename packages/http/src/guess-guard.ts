import { createFailureLimit } from './failure-limit.ts'

/** Bounds on failed sign-ins; see the docstrings of the two `create…Authenticate`. */
export interface GuessLimits {
  /** Failures in a row that an account may have from strange addresses. Default 10. */
  readonly maxFailuresPerAccount?: number
  /** Failures in a row that an address may have over all accounts. Default 50. */
  readonly maxFailuresPerAddress?: number
  /** Time in which that many failures are forgiven, evenly. Default 300 000: five minutes. */
  readonly windowMs?: number
  /** Accounts, addresses and known pairs remembered, each. Default 10 000. */
  readonly maxEntries?: number
}

/** What came of one guarded attempt; `outcome` is `null` for wrong credentials. */
export type Guarded<T> = { readonly outcome: T | null } | { readonly retryAfterMs: number }

/** Longer keys are cut: nobody's account, and a bound on memory. */
const maxKeyLength = 256

/**
 * Slows guessing without locking people out. An address from which an account has signed in before is counted on its own: a
 * stranger's failures, or a colleague's forgotten phone behind the same address, do not reach it. Every attempt is counted before it
 * is verified, so that parallel guesses cannot slip through together, and forgiven when it succeeds. The same
 * credentials sent several times at once count once.
 */
export const createGuessGuard = (limits: GuessLimits, now: () => number) => {
  const shared = { windowMs: limits.windowMs ?? 300_000, maxEntries: limits.maxEntries ?? 10_000, now }
  const perAccount = createFailureLimit({ ...shared, maxFailures: limits.maxFailuresPerAccount ?? 10 })
  const perAddress = createFailureLimit({ ...shared, maxFailures: limits.maxFailuresPerAddress ?? 50 })
  const perKnownPair = createFailureLimit({ ...shared, maxFailures: limits.maxFailuresPerAccount ?? 10 })
  const knownPairs = new Set<string>()
  const underWay = new Map<string, number>()

  const rememberPair = (pair: string) => {
    knownPairs.delete(pair)
    const [oldest] = knownPairs
    if (knownPairs.size >= shared.maxEntries && oldest !== undefined) knownPairs.delete(oldest)
    knownPairs.add(pair)
  }

  /** `account` is `null` where the credentials name none; `attempt` tells equal credentials apart from others. */
  return async <T>(
    { account, address, attempt }: { account: string | null; address: string | null; attempt: string },
    verify: () => Promise<T | null>,
  ): Promise<Guarded<T>> => {
    const who = account === null ? null : account.normalize('NFC').toLowerCase().slice(0, maxKeyLength)
    const from = address === null ? null : networkOf(address).slice(0, maxKeyLength)
    const pair = who !== null && from !== null ? JSON.stringify([who, from]) : null
    const known = pair !== null && knownPairs.has(pair)
    const buckets = known
      ? [{ limit: perKnownPair, key: pair }]
      : [
          ...(who === null ? [] : [{ limit: perAccount, key: who }]),
          ...(from === null ? [] : [{ limit: perAddress, key: from }]),
        ]
    const alike = underWay.get(attempt) ?? 0
    if (alike === 0) {
      const retryAfterMs = Math.max(0, ...buckets.map(({ limit, key }) => limit.retryAfterMs(key)))
      if (retryAfterMs > 0) return { retryAfterMs }
      for (const { limit, key } of buckets) limit.count(key)
    }
    underWay.set(attempt, alike + 1)
    let outcome: T | null = null
    let answered = false
    try {
      outcome = await verify()
      answered = true
    } finally {
      const left = (underWay.get(attempt) ?? 1) - 1
      if (left > 0) underWay.set(attempt, left)
      else underWay.delete(attempt)
      // A verifier that broke down has not said "wrong".
      if (alike === 0 && (!answered || outcome !== null)) for (const { limit, key } of buckets) limit.forgive(key)
    }
    if (outcome !== null && pair !== null) rememberPair(pair)
    return { outcome }
  }
}

/** One subscriber has a whole /64 of IPv6 addresses, so they count as one; an IPv4 address, also a mapped one, counts alone. */
const networkOf = (address: string): string => {
  if (!address.includes(':') || address.includes('.')) return address
  const [head = '', tail] = address.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length)
  return [...left, ...Array<string>(zeros).fill('0'), ...right].slice(0, 4).join(':')
}
