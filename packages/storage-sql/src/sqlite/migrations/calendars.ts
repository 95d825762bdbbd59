import { davTables } from './dav.ts'
import { feedLinkScopes } from './feed-links.ts'
import { outlookGoneIndex, outlookKeptItems, outlookKeptRows, outlookRestored, outlookTables } from './outlook.ts'
import { subscriptionTable } from './subscriptions.ts'
import { syncRemoteUid, syncTables } from './sync.ts'

/**
 * The store's own tables. The list only grows at its end: an entry that was released is never edited.
 *
 * Names carry a prefix because the host's tables live in the same file. Times are REAL so that both infinities are kept.
 */
export const calendarMigrations: readonly string[] = [
  `
CREATE TABLE dayport_calendar (
  pk INTEGER PRIMARY KEY AUTOINCREMENT, -- never reused, as the id
  id TEXT NOT NULL UNIQUE,
  owner TEXT NOT NULL,
  name TEXT NOT NULL,
  display_name TEXT NOT NULL,
  description TEXT NOT NULL,
  color TEXT,
  sort_order REAL NOT NULL,
  components TEXT NOT NULL, -- JSON
  timezone TEXT,
  export_allowed INTEGER NOT NULL,
  access TEXT NOT NULL, -- JSON, as given; dayport_grantee is its index
  dead_properties TEXT NOT NULL, -- JSON
  revision INTEGER NOT NULL,
  pruned_revision INTEGER NOT NULL, -- of the newest pruned tombstone
  modified_ms REAL NOT NULL,
  UNIQUE (owner, name)
) STRICT;

CREATE TABLE dayport_grantee (
  principal TEXT NOT NULL,
  calendar INTEGER NOT NULL REFERENCES dayport_calendar (pk) ON DELETE CASCADE,
  PRIMARY KEY (principal, calendar)
) STRICT, WITHOUT ROWID;
CREATE INDEX dayport_grantee_calendar ON dayport_grantee (calendar);

CREATE TABLE dayport_object (
  pk INTEGER PRIMARY KEY,
  calendar INTEGER NOT NULL REFERENCES dayport_calendar (pk) ON DELETE CASCADE,
  name TEXT NOT NULL,
  uid TEXT NOT NULL,
  component TEXT NOT NULL,
  etag TEXT NOT NULL,
  revision INTEGER NOT NULL,
  modified_ms REAL NOT NULL,
  first_start_ms REAL NOT NULL,
  last_end_ms REAL NOT NULL,
  long INTEGER NOT NULL, -- 1: repeats, or is too long for the index of short ones
  tzids TEXT NOT NULL, -- JSON
  recurrence TEXT, -- JSON of SeriesFacts
  data BLOB NOT NULL, -- last, so that the facts are read without it
  UNIQUE (calendar, name),
  UNIQUE (calendar, uid)
) STRICT;
CREATE INDEX dayport_object_short ON dayport_object (calendar, first_start_ms, last_end_ms, name) WHERE long = 0;
CREATE INDEX dayport_object_long ON dayport_object (calendar) WHERE long = 1;

-- Latest change of each name. Clustered by revision: the feed reads it in its order.
CREATE TABLE dayport_change (
  calendar INTEGER NOT NULL REFERENCES dayport_calendar (pk) ON DELETE CASCADE,
  revision INTEGER NOT NULL,
  name TEXT NOT NULL,
  etag TEXT, -- NULL: a tombstone
  origin TEXT NOT NULL, -- JSON
  at_ms REAL NOT NULL,
  PRIMARY KEY (calendar, revision),
  UNIQUE (calendar, name)
) STRICT, WITHOUT ROWID;
`,
  `
CREATE TABLE dayport_feed_link (
  id TEXT PRIMARY KEY,
  principal TEXT NOT NULL,
  calendar TEXT NOT NULL, -- the id; a link outlives its calendar, as a dead address
  name TEXT NOT NULL,
  created_ms REAL NOT NULL,
  expires_ms REAL,
  revoked_ms REAL,
  last_fetch_ms REAL,
  last_user_agent TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX dayport_feed_link_principal ON dayport_feed_link (principal, created_ms);

CREATE TABLE dayport_app_password (
  id TEXT PRIMARY KEY,
  principal TEXT NOT NULL,
  name TEXT NOT NULL,
  scopes TEXT NOT NULL, -- JSON
  hash TEXT NOT NULL UNIQUE,
  created_ms REAL NOT NULL,
  last_used_ms REAL,
  last_user_agent TEXT,
  revoked_ms REAL
) STRICT, WITHOUT ROWID;
CREATE INDEX dayport_app_password_principal ON dayport_app_password (principal, created_ms);
`,
  'ALTER TABLE dayport_calendar ADD COLUMN read_only INTEGER NOT NULL DEFAULT 0;',
  feedLinkScopes,
  subscriptionTable,
  // NULL: nobody has looked; feeds then do. Wider rules of repair set all of them back to NULL.
  'ALTER TABLE dayport_object ADD COLUMN needs_repair INTEGER;',
  outlookTables,
  // Both NULL: nobody has looked; an end of 0: the body is not in one piece.
  'ALTER TABLE dayport_object ADD COLUMN body_start INTEGER; ALTER TABLE dayport_object ADD COLUMN body_end INTEGER;',
  syncTables,
  davTables,
  syncRemoteUid,
  outlookKeptItems,
  // With it a list of all objects and their media types reads no object.
  `
ALTER TABLE dayport_change ADD COLUMN component TEXT;
UPDATE dayport_change SET component = object.component FROM dayport_object AS object
WHERE object.calendar = dayport_change.calendar AND object.name = dayport_change.name;
`,
  outlookGoneIndex,
  // Octets of all objects; when older calendars were made nobody knows.
  `
ALTER TABLE dayport_calendar ADD COLUMN created_ms REAL;
ALTER TABLE dayport_calendar ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;
UPDATE dayport_calendar SET bytes = (
  SELECT coalesce(sum(length(data)), 0) FROM dayport_object WHERE calendar = dayport_calendar.pk);
`,
  outlookKeptRows,
  outlookRestored,
]
