/** The CalDAV door's own tables: files of people with their locks, and kept properties of what has no place for them elsewhere. */
export const davTables = `
CREATE TABLE dayport_file (
  pk INTEGER PRIMARY KEY,
  owner TEXT NOT NULL,
  path TEXT NOT NULL, -- '' is the root, which has a row only when it has properties
  parent TEXT, -- NULL for the root
  collection INTEGER NOT NULL,
  etag TEXT,
  content_type TEXT,
  bytes INTEGER NOT NULL,
  created_ms REAL NOT NULL,
  modified_ms REAL NOT NULL,
  properties TEXT NOT NULL, -- JSON
  data BLOB, -- last, so that the facts are read without it
  UNIQUE (owner, path)
) STRICT;
CREATE INDEX dayport_file_parent ON dayport_file (owner, parent, path);
CREATE INDEX dayport_file_usage ON dayport_file (owner, bytes);

-- One number for each write of a file, so that no two writes have one etag.
CREATE TABLE dayport_file_write (last INTEGER NOT NULL) STRICT;
INSERT INTO dayport_file_write VALUES (0);

CREATE TABLE dayport_file_lock (
  token TEXT PRIMARY KEY,
  owner TEXT NOT NULL,
  path TEXT NOT NULL,
  deep INTEGER NOT NULL,
  exclusive INTEGER NOT NULL,
  note TEXT,
  timeout_seconds REAL NOT NULL,
  expires_ms REAL NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX dayport_file_lock_owner ON dayport_file_lock (owner, path);

CREATE TABLE dayport_property (
  scope TEXT NOT NULL,
  item TEXT NOT NULL,
  properties TEXT NOT NULL, -- JSON
  PRIMARY KEY (scope, item)
) STRICT, WITHOUT ROWID;
`
