export type { FetchAddress } from './fetch-feed.ts'
export type { SubscriptionsOptions } from './refresher.ts'
export { SubscriptionError, type SubscriptionErrorCode } from './subscription-error.ts'
export { defaultSubscriptionLimits, type SubscriptionLimits } from './subscription-limits.ts'
export type { SubscriptionRecord, SubscriptionState, SubscriptionStore } from './subscription-store.ts'
export {
  createSubscriptions,
  type SubscriptionDraft,
  type Subscriptions,
} from './subscriptions.ts'
