/** Migrations of the portal's own tables; append only. Times are ms since the Unix epoch. */
export const accountsSchema: readonly string[] = [
  `CREATE TABLE portal_people (
    id TEXT PRIMARY KEY,
    login TEXT NOT NULL UNIQUE,
    folded_login TEXT NOT NULL,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('individual', 'group', 'room', 'resource')),
    admin INTEGER NOT NULL,
    locale TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    password_hash TEXT,
    gone_ms INTEGER,
    created_ms INTEGER NOT NULL
  ) STRICT`,
  'CREATE INDEX portal_people_folded ON portal_people (folded_login)',
  `CREATE TABLE portal_members (
    group_id TEXT NOT NULL REFERENCES portal_people (id),
    member_id TEXT NOT NULL REFERENCES portal_people (id),
    PRIMARY KEY (group_id, member_id)
  ) STRICT, WITHOUT ROWID`,
  'CREATE INDEX portal_members_of ON portal_members (member_id)',
  `CREATE TABLE portal_sessions (
    hash TEXT PRIMARY KEY,
    person TEXT NOT NULL REFERENCES portal_people (id),
    created_ms INTEGER NOT NULL,
    expires_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID`,
  'CREATE INDEX portal_sessions_of ON portal_sessions (person)',
  `CREATE TABLE portal_favourites (
    person TEXT NOT NULL REFERENCES portal_people (id),
    calendar TEXT NOT NULL,
    added_ms INTEGER NOT NULL,
    PRIMARY KEY (person, calendar)
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE portal_settings (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
  ) STRICT, WITHOUT ROWID`,
  // What a person changed on their list; where there is no row, or NULL, the default for that calendar holds.
  `CREATE TABLE portal_list (
    person TEXT NOT NULL REFERENCES portal_people (id),
    calendar TEXT NOT NULL,
    listed INTEGER,
    hidden INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (person, calendar)
  ) STRICT, WITHOUT ROWID`,
  'ALTER TABLE portal_people ADD COLUMN banner INTEGER NOT NULL DEFAULT 1',
  `CREATE TABLE portal_audit (
    id INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    person TEXT NOT NULL,
    actor TEXT NOT NULL,
    kind TEXT NOT NULL,
    action TEXT NOT NULL,
    name TEXT NOT NULL
  ) STRICT`,
  `CREATE TABLE portal_identities (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    person TEXT NOT NULL REFERENCES portal_people (id),
    PRIMARY KEY (issuer, subject)
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE portal_refused_devices (
    password TEXT PRIMARY KEY,
    at_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID`,
  // JSON: all groups above the person, so that a request need not climb. Kept by writeGroupsAbove.
  "ALTER TABLE portal_people ADD COLUMN groups_above TEXT NOT NULL DEFAULT '[]'",
  `UPDATE portal_people SET groups_above = (
    WITH RECURSIVE above (id) AS (
      SELECT group_id FROM portal_members WHERE member_id = portal_people.id
      UNION SELECT m.group_id FROM portal_members m JOIN above ON m.member_id = above.id
    ) SELECT json_group_array(id) FROM above)`,
  'ALTER TABLE portal_people ADD COLUMN external INTEGER NOT NULL DEFAULT 0',
  // Of every attendee it is asked who has the address, at each write of a meeting.
  "CREATE INDEX portal_people_email ON portal_people (lower(email)) WHERE gone_ms IS NULL AND email <> ''",
]
