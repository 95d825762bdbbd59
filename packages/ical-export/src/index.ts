export type { ContentCoding, EncodeBody } from './content-encoding.ts'
export type { FeedAccessOptions } from './feed-access.ts'
export { createFeedHandler, type FeedHandlerOptions } from './feed-handler.ts'
export type { FeedLinkRecord, FeedLinkState, FeedLinkStore, FeedScope } from './feed-link-store.ts'
export {
  createFeedLinks,
  type FeedLinkDraft,
  type FeedLinkPatch,
  type FeedLinks,
  type FeedLinksOptions,
} from './feed-links.ts'
export {
  defaultFeedOptions,
  type FeedDetail,
  type FeedOptions,
  type FeedWindow,
  feedDetails,
  feedOptionsOf,
} from './feed-options.ts'
export {
  type LintCode,
  type LintFinding,
  type LintSeverity,
  type Subscriber,
  subscribers,
} from './lint/findings.ts'
export { type LintOptions, lintCalendar } from './lint/lint-calendar.ts'
export { webcalAddress } from './webcal-address.ts'
export type { WrongLinkLimits } from './wrong-link-limit.ts'
