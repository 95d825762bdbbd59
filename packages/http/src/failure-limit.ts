/** Bounds of one failure limit. */
export interface FailureLimitOptions {
  /** Failures that one key may have at once; they are forgiven evenly over `windowMs`. */
  readonly maxFailures: number
  readonly windowMs: number
  /** Keys remembered; beyond it the one counted longest ago is forgotten. */
  readonly maxEntries: number
  /** ms since the Unix epoch. */
  readonly now: () => number
}

/** Counts failures by key in bounded memory. */
export interface FailureLimit {
  /** 0 when the key may try now, else ms until it may. */
  retryAfterMs(key: string): number
  count(key: string): void
  /** Takes one count back. */
  forgive(key: string): void
}

/** A leaking bucket per key. */
export const createFailureLimit = ({ maxFailures, windowMs, maxEntries, now }: FailureLimitOptions): FailureLimit => {
  const buckets = new Map<string, { readonly level: number; readonly atMs: number }>()
  const levelOf = (key: string, nowMs: number): number => {
    const bucket = buckets.get(key)
    if (bucket === undefined) return 0
    const leaked = (Math.max(0, nowMs - bucket.atMs) * maxFailures) / windowMs
    return Math.max(0, bucket.level - leaked)
  }
  const add = (key: string, amount: number) => {
    const nowMs = now()
    const level = levelOf(key, nowMs) + amount
    buckets.delete(key)
    if (level <= 0) return
    const [oldest] = buckets.keys()
    if (buckets.size >= maxEntries && oldest !== undefined) buckets.delete(oldest)
    buckets.set(key, { level, atMs: nowMs })
  }
  return {
    retryAfterMs: (key) => Math.ceil((Math.max(0, levelOf(key, now()) + 1 - maxFailures) * windowMs) / maxFailures),
    count: (key) => add(key, 1),
    forgive: (key) => add(key, -1),
  }
}
