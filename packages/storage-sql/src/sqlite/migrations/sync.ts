/**
 * The sync engine. Columns are what is asked for; the rest of each record is JSON in `data`. Bindings go with their calendar, and take
 * everything of their own along.
 */
export const syncTables = `
CREATE TABLE dayport_sync_connection (
  id TEXT PRIMARY KEY,
  data TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE dayport_sync_binding (
  id TEXT PRIMARY KEY,
  connection TEXT NOT NULL REFERENCES dayport_sync_connection (id) ON DELETE CASCADE,
  principal TEXT NOT NULL,
  calendar TEXT NOT NULL UNIQUE REFERENCES dayport_calendar (id) ON DELETE CASCADE,
  mailbox TEXT NOT NULL,
  remote TEXT NOT NULL UNIQUE,
  data TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX dayport_sync_binding_connection ON dayport_sync_binding (connection, id);
CREATE INDEX dayport_sync_binding_principal ON dayport_sync_binding (principal, id);
CREATE INDEX dayport_sync_binding_mailbox ON dayport_sync_binding (mailbox, id);

CREATE TABLE dayport_sync_mailbox (
  mailbox TEXT PRIMARY KEY,
  data TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE dayport_sync_inbox (
  binding TEXT NOT NULL REFERENCES dayport_sync_binding (id) ON DELETE CASCADE,
  side TEXT NOT NULL,
  name TEXT NOT NULL,
  state TEXT NOT NULL,
  not_before_ms REAL NOT NULL,
  uid TEXT,
  digest TEXT,
  object BLOB,
  data TEXT NOT NULL,
  PRIMARY KEY (binding, side, name)
) STRICT;
CREATE INDEX dayport_sync_inbox_uid ON dayport_sync_inbox (binding, side, uid) WHERE state = 'loaded';
CREATE INDEX dayport_sync_inbox_digest ON dayport_sync_inbox (binding, side, digest) WHERE state = 'loaded';

CREATE TABLE dayport_sync_link (
  id TEXT PRIMARY KEY,
  binding TEXT NOT NULL REFERENCES dayport_sync_binding (id) ON DELETE CASCADE,
  uid TEXT NOT NULL,
  state TEXT NOT NULL,
  portal_name TEXT,
  remote_name TEXT,
  seen_portal INTEGER NOT NULL,
  seen_remote INTEGER NOT NULL,
  updated_ms REAL NOT NULL,
  data TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX dayport_sync_link_state ON dayport_sync_link (binding, state, id);
CREATE INDEX dayport_sync_link_uid ON dayport_sync_link (binding, uid);
CREATE INDEX dayport_sync_link_portal ON dayport_sync_link (binding, portal_name);
CREATE INDEX dayport_sync_link_remote ON dayport_sync_link (binding, remote_name);

CREATE TABLE dayport_sync_operation (
  id TEXT PRIMARY KEY,
  binding TEXT NOT NULL REFERENCES dayport_sync_binding (id) ON DELETE CASCADE,
  state TEXT NOT NULL,
  sent_ms REAL NOT NULL,
  data TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX dayport_sync_operation_state ON dayport_sync_operation (binding, state, sent_ms);

CREATE TABLE dayport_sync_run (
  id TEXT PRIMARY KEY,
  binding TEXT NOT NULL REFERENCES dayport_sync_binding (id) ON DELETE CASCADE,
  started_ms REAL NOT NULL,
  data TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX dayport_sync_run_started ON dayport_sync_run (binding, started_ms);

CREATE TABLE dayport_sync_history (
  id TEXT PRIMARY KEY,
  binding TEXT NOT NULL REFERENCES dayport_sync_binding (id) ON DELETE CASCADE,
  run TEXT NOT NULL,
  link TEXT NOT NULL,
  at_ms REAL NOT NULL,
  kept BLOB,
  data TEXT NOT NULL
) STRICT;
CREATE INDEX dayport_sync_history_run ON dayport_sync_history (binding, run, at_ms);
CREATE INDEX dayport_sync_history_link ON dayport_sync_history (binding, link, at_ms);
CREATE INDEX dayport_sync_history_at ON dayport_sync_history (binding, at_ms);
`

/** Some sides give every event a UID of their own. */
export const syncRemoteUid = `
ALTER TABLE dayport_sync_link ADD COLUMN remote_uid TEXT;
CREATE INDEX dayport_sync_link_remote_uid ON dayport_sync_link (binding, remote_uid);
`
