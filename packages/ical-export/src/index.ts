export type { FeedLinkRecord, FeedLinkStore } from './feed-link-store.ts'
export { createFeedLinks, type FeedLinkDraft, type FeedLinks, type FeedLinksOptions } from './feed-links.ts'
