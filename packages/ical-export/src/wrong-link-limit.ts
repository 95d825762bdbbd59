/** How many dead or wrong addresses one subscriber may ask for. */
export interface WrongLinkLimits {
  /** Asked for in a row; they are forgiven evenly over a minute. Default 120. */
  readonly maxPerMinute?: number
  /** Network addresses remembered; beyond it the one heard of longest ago is forgotten. Default 10 000. */
  readonly maxAddresses?: number
}

const minuteMs = 60_000

/**
 * Counts wrong answers by network address. `true` from `isOver` means: say "too many" instead. It never keeps a right link from
 * working: Google fetches everybody's feeds from the same few addresses, and a secret of 256 bits is not guessed anyway.
 */
export const createWrongLinkLimit = (limits: WrongLinkLimits, now: () => number) => {
  const { maxPerMinute = 120, maxAddresses = 10_000 } = limits
  const heard = new Map<string, { readonly level: number; readonly atMs: number }>()
  return {
    isOver(address: string | null): boolean {
      if (address === null) return false
      const nowMs = now()
      const before = heard.get(address)
      const leaked = before === undefined ? 0 : (Math.max(0, nowMs - before.atMs) * maxPerMinute) / minuteMs
      const level = Math.min(maxPerMinute, Math.max(0, (before?.level ?? 0) - leaked)) + 1
      heard.delete(address)
      const [oldest] = heard.keys()
      if (heard.size >= maxAddresses && oldest !== undefined) heard.delete(oldest)
      heard.set(address, { level, atMs: nowMs })
      return level > maxPerMinute
    },
  }
}
