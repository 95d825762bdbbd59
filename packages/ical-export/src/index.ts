export { createFeedHandler, type FeedHandlerOptions } from './feed-handler.ts'
export type { FeedLinkRecord, FeedLinkStore } from './feed-link-store.ts'
export { createFeedLinks, type FeedLinkDraft, type FeedLinks, type FeedLinksOptions } from './feed-links.ts'
