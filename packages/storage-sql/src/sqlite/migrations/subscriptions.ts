/** Subscriptions to outside calendars. They go with their calendar. */
export const subscriptionTable = `
CREATE TABLE dayport_subscription (
  id TEXT PRIMARY KEY,
  principal TEXT NOT NULL,
  calendar TEXT NOT NULL UNIQUE REFERENCES dayport_calendar (id) ON DELETE CASCADE,
  url TEXT NOT NULL,
  created_ms REAL NOT NULL,
  refresh_minutes REAL,
  etag TEXT,
  last_modified TEXT,
  asked_minutes REAL,
  last_fetch_ms REAL NOT NULL,
  last_success_ms REAL NOT NULL,
  next_fetch_ms REAL NOT NULL,
  failures INTEGER NOT NULL,
  last_error TEXT, -- JSON
  refused INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX dayport_subscription_principal ON dayport_subscription (principal, created_ms);
CREATE INDEX dayport_subscription_due ON dayport_subscription (next_fetch_ms);
`
