import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeCalendarStore, type OpenStore } from '@dayport/testkit'
import { afterAll } from 'vitest'
import { openSqliteStore } from './open-sqlite-store.ts'

const folder = mkdtempSync(join(tmpdir(), 'dayport-test-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** A clock that moves on by 1 ms whenever it is read. */
let nowMs = Date.UTC(2026, 0, 1)
const now = (): number => {
  nowMs += 1
  return nowMs
}

const opened = (where: string): OpenStore => {
  const store = openSqliteStore(where, { now })
  let open = true
  const close = async (): Promise<void> => {
    if (open) await store.close()
    open = false
  }
  return {
    store,
    close,
    pruneTombstones: (calendar) => store.pruneTombstones(calendar, { olderThanMs: 0 }),
    reopen: async () => {
      await close()
      return opened(where)
    },
  }
}

let count = 0
describeCalendarStore('sqlite', async () => {
  count += 1
  return opened(join(folder, `store-${count}.db`))
})
