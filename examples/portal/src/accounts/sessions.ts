import { createHash } from 'node:crypto'
import type { PrincipalId } from '@dayport/core'
import type { SqliteDatabase } from '@dayport/storage-sql/sqlite'

/** How long a sign-in on the page lasts: 30 days. */
export const sessionTtlMs = 30 * 24 * 3_600_000

/** The secret is random with 256 bits, so that a plain hash at rest is enough: a stolen database opens no session. */
const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('base64url')

export type Sessions = ReturnType<typeof createSessions>

/** Sign-ins of the page. */
export const createSessions = ({
  db,
  now,
  randomBytes,
}: {
  readonly db: SqliteDatabase
  readonly now: () => number
  readonly randomBytes: (length: number) => Uint8Array
}) => ({
  /** @returns the secret for the cookie. Sessions that have expired are swept on the way. */
  open: async (person: PrincipalId): Promise<string> => {
    const secret = Buffer.from(randomBytes(32)).toString('base64url')
    await db.write((sql) => {
      sql.run('DELETE FROM portal_sessions WHERE expires_ms <= ?', now())
      sql.run('INSERT INTO portal_sessions VALUES (?, ?, ?, ?)', hashOf(secret), person, now(), now() + sessionTtlMs)
    })
    return secret
  },

  /** Whose session it is; `null` when unknown, ended or expired. */
  personOf: (secret: string): PrincipalId | null =>
    db.read.get<{ person: string }>(
      'SELECT person FROM portal_sessions WHERE hash = ? AND expires_ms > ?',
      hashOf(secret),
      now(),
    )?.person ?? null,

  close: (secret: string): Promise<void> =>
    db.write((sql) => {
      sql.run('DELETE FROM portal_sessions WHERE hash = ?', hashOf(secret))
    }),
})
