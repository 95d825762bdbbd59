/** Links show one calendar or the favourites of a person, and leave out what they are told to. Those there were showed all of one. */
export const feedLinkScopes = `
ALTER TABLE dayport_feed_link ADD COLUMN scope TEXT NOT NULL DEFAULT ''; -- JSON of FeedScope
ALTER TABLE dayport_feed_link ADD COLUMN options TEXT NOT NULL DEFAULT ''; -- JSON of FeedOptions
ALTER TABLE dayport_feed_link ADD COLUMN modified_ms REAL NOT NULL DEFAULT 0;
UPDATE dayport_feed_link SET
  scope = json_object('calendar', calendar),
  options = '{"window":{"daysBack":null,"daysForward":null},"alarms":true,"attendees":true,"descriptions":true,"detail":"full"}',
  modified_ms = created_ms;
ALTER TABLE dayport_feed_link DROP COLUMN calendar;
`
