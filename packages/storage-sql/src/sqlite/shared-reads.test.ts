import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setImmediate } from 'node:timers/promises'
import { eventDraft } from '@dayport/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openSqliteStore } from './open-sqlite-store.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dayport-reads-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const path = () => join(folder, 'store.db')

/** The same file through clients that tell what is executed on the reader. */
const watched = () => {
  const writer = new DatabaseSync(path())
  writer.exec('PRAGMA journal_mode = WAL')
  const inner = new DatabaseSync(path())
  const executed: string[] = []
  const reader = {
    prepare: (sql: string) => inner.prepare(sql),
    exec: (sql: string) => {
      executed.push(sql)
      inner.exec(sql)
    },
    close: () => inner.close(),
  }
  return { clients: { writer, reader }, executed }
}

describe('reads of one turn of the event loop', () => {
  it('share one transaction, which ends with the turn', async () => {
    const { clients, executed } = watched()
    const store = openSqliteStore(clients)
    await store.createCalendar({ owner: 'ann', name: 'work' })
    await setImmediate()
    executed.length = 0
    for (let i = 0; i < 20; i++) await store.findCalendar('ann', 'work')
    expect(executed).toEqual(['BEGIN'])
    await setImmediate()
    expect(executed).toEqual(['BEGIN', 'COMMIT'])
    await store.close()
  })

  it('see what was acknowledged before them, by this store or another one over the same file', async () => {
    const [one, two] = [openSqliteStore(path()), openSqliteStore(path())]
    for (let i = 0; i < 20; i++) {
      const writing = i % 2 === 0 ? one : two
      const reading = i % 3 === 0 ? one : two
      expect(await reading.findCalendar('ann', `c${i}`)).toBeNull()
      await writing.createCalendar({ owner: 'ann', name: `c${i}` })
      expect((await reading.findCalendar('ann', `c${i}`))?.name).toBe(`c${i}`)
    }
    await Promise.all([one.close(), two.close()])
  })

  it('see it in the later pages of a calendar too', async () => {
    const [store, other] = [openSqliteStore(path()), openSqliteStore(path())]
    const { id } = await store.createCalendar({ owner: 'ann', name: 'work' })
    for (let i = 100; i < 400; i++) await store.putObject({ calendar: id, name: `${i}` }, eventDraft({ uid: `${i}` }))
    const last = { calendar: id, name: '399' }
    let read = 0
    for await (const object of store.findObjects(id, {})) {
      read += 1
      if (read === 200) {
        await store.getCalendar(id)
        await other.putObject(last, eventDraft({ uid: '399', summary: 'Later' }))
      }
      if (object.name === '399') expect(new TextDecoder().decode(object.data)).toContain('Later')
    }
    expect(read).toBe(300)
    await Promise.all([store.close(), other.close()])
  })

  it('do not keep the log from beginning anew, however busy readers and writers are', async () => {
    const store = openSqliteStore(path())
    const { id } = await store.createCalendar({ owner: 'ann', name: 'work' })
    for (let i = 0; i < 250; i++) {
      await store.updateCalendar(id, { displayName: String(i % 10).repeat(100_000) })
      await store.getCalendar(id)
    }
    // 25 MB were written; the log is folded into the file every thousand pages of 4 kB.
    expect(statSync(`${path()}-wal`).size).toBeLessThan(8 * 1024 * 1024)
    await store.close()
  })
})
