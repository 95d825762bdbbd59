import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqliteStore } from '@dayport/storage-sql/sqlite'
import { afterAll, describe, expect, it } from 'vitest'
import { checkAfterCrash, type Ledger } from './ledger.ts'
import { randomFrom } from './protocol.ts'
import { storm, warmUp } from './storm.ts'

const rounds = Number(process.env.CRASH_ROUNDS ?? 200)
const seed = Number(process.env.CRASH_SEED ?? Math.floor(Math.random() * 2 ** 31))
const folder = mkdtempSync(join(tmpdir(), 'dayport-crash-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** One database through its share of the rounds. */
const survive = async (lane: number, share: number): Promise<number> => {
  const random = randomFrom(seed + lane)
  const path = join(folder, `lane-${lane}.db`)
  const first = openSqliteStore(path)
  await first.database.migrate('crash', [
    `CREATE TABLE crash_pair (written_by TEXT NOT NULL) STRICT; INSERT INTO crash_pair VALUES ('')`,
  ])
  const { id, syncToken } = await first.createCalendar({ owner: 'ann', name: 'work' })
  await first.close()
  let ledger: Ledger = { revision: 0, token: syncToken, members: new Map() }
  let acknowledged = 0
  for (let round = 0; round < share; round += 1) {
    const kill = { afterAcknowledgements: 1 + Math.floor(random() * 80), spins: Math.floor(random() * 300_000) }
    const where = { path, calendar: id, cacheFolder: join(folder, 'cache') }
    const seen = await storm(where, seed + lane * 1_000_003, round, kill)
    const store = openSqliteStore(path)
    try {
      ledger = await checkAfterCrash(store, id, ledger, seen)
    } catch (error) {
      throw new Error(`CRASH_SEED=${seed}, lane ${lane}, round ${round}`, { cause: error })
    } finally {
      await store.close()
    }
    acknowledged += seen.acknowledged.length
  }
  return acknowledged
}

describe('a process that is killed while it writes', () => {
  it(`loses no acknowledged write and leaves a whole change feed, ${rounds} times (seed ${seed})`, async () => {
    warmUp(join(folder, 'cache'))
    const lanes = await Promise.all([survive(0, Math.ceil(rounds / 2)), survive(1, Math.floor(rounds / 2))])
    expect(lanes[0]! + lanes[1]!).toBeGreaterThanOrEqual(rounds)
  }, 600_000)
})
