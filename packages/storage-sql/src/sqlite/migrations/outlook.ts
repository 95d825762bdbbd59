/** The Outlook door: lists, what their items stand for, and who is connected. They go with their calendar. */
export const outlookTables = `
CREATE TABLE dayport_outlook_list (
  calendar TEXT NOT NULL REFERENCES dayport_calendar (id) ON DELETE CASCADE,
  view TEXT NOT NULL,
  guid TEXT NOT NULL,
  created_ms REAL NOT NULL,
  sequence INTEGER NOT NULL,
  pruned_sequence INTEGER NOT NULL,
  last_item_id INTEGER NOT NULL,
  sync_token TEXT,
  revision INTEGER,
  window_date TEXT,
  PRIMARY KEY (calendar, view)
) STRICT, WITHOUT ROWID;

CREATE TABLE dayport_outlook_item (
  calendar TEXT NOT NULL,
  view TEXT NOT NULL,
  id INTEGER NOT NULL,
  object_name TEXT NOT NULL,
  key TEXT NOT NULL,
  version INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  deleted INTEGER NOT NULL,
  digest TEXT NOT NULL,
  unique_id TEXT NOT NULL,
  series_guid TEXT,
  recurrence_digest TEXT,
  replication_id TEXT,
  bag TEXT NOT NULL, -- JSON
  windowed INTEGER NOT NULL,
  created_ms REAL NOT NULL,
  modified_ms REAL NOT NULL,
  PRIMARY KEY (calendar, view, id),
  FOREIGN KEY (calendar, view) REFERENCES dayport_outlook_list (calendar, view) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX dayport_outlook_item_object ON dayport_outlook_item (calendar, view, object_name, id) WHERE deleted = 0;
CREATE INDEX dayport_outlook_item_sequence ON dayport_outlook_item (calendar, view, sequence, id);
CREATE INDEX dayport_outlook_item_replication ON dayport_outlook_item (calendar, view, upper(replication_id))
  WHERE replication_id IS NOT NULL;
CREATE INDEX dayport_outlook_item_series ON dayport_outlook_item (calendar, view, upper(series_guid))
  WHERE recurrence_digest IS NOT NULL AND deleted = 0;
CREATE INDEX dayport_outlook_item_windowed ON dayport_outlook_item (calendar, view, object_name)
  WHERE windowed = 1 AND deleted = 0;

CREATE TABLE dayport_outlook_connection (
  id TEXT PRIMARY KEY,
  principal TEXT NOT NULL,
  calendar TEXT NOT NULL REFERENCES dayport_calendar (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  created_ms REAL NOT NULL,
  revoked_ms REAL,
  last_sync_ms REAL,
  last_user_agent TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX dayport_outlook_connection_principal ON dayport_outlook_connection (principal, created_ms);
`

/**
 * Items say what they say, so that a list is read without its objects. Rows have grown by it: they are kept by rowid, which takes long
 * rows without pages of overflow, and name their list by a number.
 */
export const outlookKeptItems = `
CREATE TABLE dayport_outlook_list_2 (
  pk INTEGER PRIMARY KEY,
  calendar TEXT NOT NULL REFERENCES dayport_calendar (id) ON DELETE CASCADE,
  view TEXT NOT NULL,
  guid TEXT NOT NULL,
  created_ms REAL NOT NULL,
  sequence INTEGER NOT NULL,
  pruned_sequence INTEGER NOT NULL,
  last_item_id INTEGER NOT NULL,
  sync_token TEXT,
  revision INTEGER,
  window_date TEXT,
  mapped_by TEXT,
  UNIQUE (calendar, view)
) STRICT;
INSERT INTO dayport_outlook_list_2 (calendar, view, guid, created_ms, sequence, pruned_sequence, last_item_id, sync_token,
  revision, window_date) SELECT calendar, view, guid, created_ms, sequence, pruned_sequence, last_item_id, sync_token,
  revision, window_date FROM dayport_outlook_list;

CREATE TABLE dayport_outlook_item_2 (
  list INTEGER NOT NULL REFERENCES dayport_outlook_list_2 (pk) ON DELETE CASCADE,
  id INTEGER NOT NULL,
  object_name TEXT NOT NULL,
  key TEXT NOT NULL,
  version INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  deleted INTEGER NOT NULL,
  digest TEXT NOT NULL,
  item TEXT, -- JSON
  unique_id TEXT NOT NULL,
  series_guid TEXT,
  recurrence_digest TEXT,
  replication_id TEXT,
  bag TEXT NOT NULL, -- JSON
  windowed INTEGER NOT NULL,
  created_ms REAL NOT NULL,
  modified_ms REAL NOT NULL,
  UNIQUE (list, id)
) STRICT;
INSERT INTO dayport_outlook_item_2 SELECT dayport_outlook_list_2.pk, id, object_name, key, version, item.sequence, deleted, digest,
  NULL, unique_id, series_guid, recurrence_digest, replication_id, bag, windowed, item.created_ms, modified_ms
  FROM dayport_outlook_item AS item JOIN dayport_outlook_list_2 USING (calendar, view);

DROP TABLE dayport_outlook_item;
DROP TABLE dayport_outlook_list;
ALTER TABLE dayport_outlook_list_2 RENAME TO dayport_outlook_list;
ALTER TABLE dayport_outlook_item_2 RENAME TO dayport_outlook_item;
CREATE INDEX dayport_outlook_item_object ON dayport_outlook_item (list, object_name, id) WHERE deleted = 0;
CREATE INDEX dayport_outlook_item_sequence ON dayport_outlook_item (list, sequence, id);
CREATE INDEX dayport_outlook_item_replication ON dayport_outlook_item (list, upper(replication_id))
  WHERE replication_id IS NOT NULL;
CREATE INDEX dayport_outlook_item_series ON dayport_outlook_item (list, upper(series_guid))
  WHERE recurrence_digest IS NOT NULL AND deleted = 0;
CREATE INDEX dayport_outlook_item_windowed ON dayport_outlook_item (list, object_name) WHERE windowed = 1 AND deleted = 0;
`

/** Deletions are forgotten by their age. */
export const outlookGoneIndex =
  'CREATE INDEX dayport_outlook_item_gone ON dayport_outlook_item (modified_ms) WHERE deleted = 1;'

/** Items are kept as the rows that Outlook downloads. They are made anew at the next sync. Last, so that nobody else reads over them. */
export const outlookKeptRows = `
ALTER TABLE dayport_outlook_item DROP COLUMN item;
ALTER TABLE dayport_outlook_item ADD COLUMN files TEXT; -- JSON; NULL for none
ALTER TABLE dayport_outlook_item ADD COLUMN row BLOB;
`

/** What an event's items come back by. All items are looked at again, so that each has it. */
export const outlookRestored = `
ALTER TABLE dayport_outlook_item ADD COLUMN uid TEXT;
ALTER TABLE dayport_outlook_item ADD COLUMN restored_sequence INTEGER;
CREATE INDEX dayport_outlook_item_uid ON dayport_outlook_item (list, uid) WHERE deleted = 1;
UPDATE dayport_outlook_list SET mapped_by = NULL;
`
