import type { SqliteDatabase } from '@dayport/storage-sql/sqlite'

/** Facts about the portal as a whole, by name. */
export const createSettings = ({ db }: { readonly db: SqliteDatabase }) => ({
  get: (name: string): string | null =>
    db.read.get<{ value: string }>('SELECT value FROM portal_settings WHERE name = ?', name)?.value ?? null,

  set: (name: string, value: string): Promise<void> =>
    db.write((sql) => {
      sql.run(
        'INSERT INTO portal_settings VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
        name,
        value,
      )
    }),

  remove: (name: string): Promise<void> =>
    db.write((sql) => {
      sql.run('DELETE FROM portal_settings WHERE name = ?', name)
    }),
})

export type Settings = ReturnType<typeof createSettings>
