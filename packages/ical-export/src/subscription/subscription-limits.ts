/** Bounds of subscriptions to outside calendars. */
export interface SubscriptionLimits {
  /** Bytes of a fetched file, decoded. */
  readonly maxBytes: number
  /** Objects in one file. */
  readonly maxObjects: number
  /** Subscriptions of one person. */
  readonly maxPerPerson: number
  /** Nobody is fetched more often, whoever asks for it: RFC 7986 §7 warns of tiny intervals. */
  readonly minRefreshMinutes: number
  /** Where neither the subscriber nor the content says. */
  readonly defaultRefreshMinutes: number
  /** Nobody is fetched less often while it goes well, and no server's Retry-After is longer. */
  readonly maxRefreshMinutes: number
}

/** The documented defaults. */
export const defaultSubscriptionLimits: SubscriptionLimits = {
  maxBytes: 16 * 1024 * 1024,
  maxObjects: 20_000,
  maxPerPerson: 50,
  minRefreshMinutes: 15,
  defaultRefreshMinutes: 60,
  maxRefreshMinutes: 7 * 24 * 60,
}
