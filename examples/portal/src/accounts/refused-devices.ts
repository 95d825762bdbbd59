import type { SqliteDatabase } from '@dayport/storage-sql/sqlite'

/** Devices come every few minutes; more often nothing is written. */
const noteEveryMs = 60_000
/** Last tries remembered in this process; beyond it each is written. */
const maxNoted = 10_000

export type RefusedDevices = ReturnType<typeof createRefusedDevices>

/** When a device last came with a password that was revoked: its owner is told that it waits for a new one. */
export const createRefusedDevices = ({ db, now }: { readonly db: SqliteDatabase; readonly now: () => number }) => {
  const noted = new Map<string, number>()
  return {
    note: async (password: string): Promise<void> => {
      const nowMs = now()
      if (nowMs - (noted.get(password) ?? Number.NEGATIVE_INFINITY) < noteEveryMs) return
      if (noted.size >= maxNoted) noted.clear()
      noted.set(password, nowMs)
      await db.write((sql) => {
        sql.run('INSERT OR REPLACE INTO portal_refused_devices (password, at_ms) VALUES (?, ?)', password, nowMs)
      })
    },

    /** ms since the Unix epoch, exact to a minute; `null`: never. */
    lastOf: (password: string): number | null =>
      db.read.get<{ at_ms: number }>('SELECT at_ms FROM portal_refused_devices WHERE password = ?', password)?.at_ms ??
      null,
  }
}
