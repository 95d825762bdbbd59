import type { SubscriptionLimits } from './subscription-limits.ts'

const minuteMs = 60_000
/** Failing servers are tried at least daily, so that nobody waits a week for one that came back. */
const longestBackOffMinutes = 24 * 60

/** What decides on the next fetch. */
export interface FetchHistory {
  readonly nowMs: number
  /** The subscriber's wish, and the content's; `null` where there is none. */
  readonly refreshMinutes: number | null
  readonly askedMinutes: number | null
  /** Failed tries in a row, this one included; 0 after one that went well. */
  readonly failures: number
  /** What the server asked for; `null` when it did not. */
  readonly retryAfterMs: number | null
  /** 0 to 1, another each time. */
  readonly random: number
}

/** Added at most, of the time to wait: those that were subscribed together, or failed together, come apart. */
const spread = 0.2

/**
 * When to fetch again, ms since the Unix epoch. The subscriber's wish goes before the content's, both within the limits; each failure in
 * a row doubles the interval, up to a day; a Retry-After is kept. Up to a fifth is added by chance, never taken away, so that a
 * server which was down is not met by everybody in one second.
 */
export const nextFetchMs = (history: FetchHistory, limits: SubscriptionLimits): number => {
  const wished = history.refreshMinutes ?? history.askedMinutes ?? limits.defaultRefreshMinutes
  const interval = Math.min(limits.maxRefreshMinutes, Math.max(limits.minRefreshMinutes, wished))
  const doublings = Math.min(20, Math.max(0, history.failures - 1))
  const minutes = Math.max(interval, Math.min(longestBackOffMinutes, interval * 2 ** doublings))
  const asked = Math.min(history.retryAfterMs ?? 0, limits.maxRefreshMinutes * minuteMs)
  return history.nowMs + Math.round(Math.max(minutes * minuteMs, asked) * (1 + spread * history.random))
}
