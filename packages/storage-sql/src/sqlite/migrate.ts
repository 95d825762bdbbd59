import type { Connection } from './client.ts'

const table = `CREATE TABLE IF NOT EXISTS dayport_migration (
  list TEXT NOT NULL,
  position INTEGER NOT NULL,
  statements TEXT NOT NULL,
  PRIMARY KEY (list, position)
) STRICT, WITHOUT ROWID`

/**
 * Applies those entries of a named list that were not applied before; to be called within a transaction. An entry may hold several
 * statements.
 *
 * @throws {Error} when the database has entries that the list lacks (it was used by a newer version), or an entry was edited since.
 */
export const migrate = (connection: Connection, list: string, entries: readonly string[]): void => {
  connection.exec(table)
  const applied = connection.all<{ statements: string }>(
    'SELECT statements FROM dayport_migration WHERE list = ? ORDER BY position',
    list,
  )
  if (applied.length > entries.length) throw new Error(`the database is newer than this program: migrations of ${list}`)
  for (const [position, statements] of entries.entries()) {
    const known = applied[position]
    if (known === undefined) {
      connection.exec(statements)
      connection.run('INSERT INTO dayport_migration VALUES (?, ?, ?)', list, position, statements)
    } else if (known.statements !== statements) {
      throw new Error(`migration ${position} of ${list} was edited after it had been applied`)
    }
  }
}
