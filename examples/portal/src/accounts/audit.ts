import type { SqliteDatabase } from '@dayport/storage-sql/sqlite'

/** What opens a door for somebody. */
export const secretKinds = [
  'app-password',
  'feed-link',
  'outlook',
  'setup-ticket',
  'exchange',
  'joined',
  'door',
  'administrator',
] as const
/** What was done: `people` opened a door to others. */
export const auditActions = ['made', 'revoked', 'on', 'off', 'people', 'appointed', 'dismissed'] as const

export type SecretKind = (typeof secretKinds)[number]

/** A secret that was made or revoked, a door that was switched, or somebody who became an administrator or is none any more; never a secret itself. */
export interface AuditEntry {
  readonly atMs: number
  /** Whose it is. */
  readonly person: string
  /** Who did it. */
  readonly actor: string
  readonly kind: SecretKind
  readonly action: (typeof auditActions)[number]
  /** As its owner called it. */
  readonly name: string
}

export type Audit = ReturnType<typeof createAudit>

/** The trail of secrets, append only. */
export const createAudit = ({ db, now }: { readonly db: SqliteDatabase; readonly now: () => number }) => ({
  write: (entry: Omit<AuditEntry, 'atMs'>): Promise<void> =>
    db.write((sql) => {
      sql.run(
        'INSERT INTO portal_audit (at_ms, person, actor, kind, action, name) VALUES (?, ?, ?, ?, ?, ?)',
        now(),
        entry.person,
        entry.actor,
        entry.kind,
        entry.action,
        entry.name,
      )
    }),

  /** Newest first. */
  list: (limit: number): readonly AuditEntry[] =>
    db.read
      .all<{
        at_ms: number
        person: string
        actor: string
        kind: SecretKind
        action: AuditEntry['action']
        name: string
      }>('SELECT at_ms, person, actor, kind, action, name FROM portal_audit ORDER BY id DESC LIMIT ?', limit)
      .map(({ at_ms: atMs, ...entry }) => ({ atMs, ...entry })),
})
