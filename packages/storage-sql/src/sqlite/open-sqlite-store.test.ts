import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { collect, eventDraft } from '@dayport/testkit'
import { afterAll, describe, expect, it } from 'vitest'
import { openSqliteStore } from './open-sqlite-store.ts'

const folder = mkdtempSync(join(tmpdir(), 'dayport-test-'))
afterAll(() => rmSync(folder, { recursive: true }))
let files = 0
const newPath = (): string => join(folder, `store-${++files}.db`)

const names = async (store: ReturnType<typeof openSqliteStore>, calendar: string): Promise<string[]> => {
  const range = { startMs: Date.UTC(2026, 2, 1), endMs: Date.UTC(2026, 2, 8) }
  return (await collect(store.findObjects(calendar, { range }))).map((object) => object.name)
}

/** An endless daily series, as the indexer describes it. */
const daily = (uid: string) => {
  const draft = eventDraft({ uid })
  const recurrence = JSON.stringify({
    start: { kind: 'utc', instant: '2026-03-02T09:00:00Z' },
    end: { kind: 'utc', instant: '2026-03-02T10:00:00Z' },
    duration: null,
    rrules: ['FREQ=DAILY'],
    exrules: [],
    rdates: [],
    exdates: [],
    overrides: [],
    zones: {},
  })
  return { ...draft, index: { ...draft.index, lastEndMs: Number.POSITIVE_INFINITY, recurrence } }
}

describe('an SQLite file', () => {
  it('syncs every commit to the disk: WAL with synchronous=FULL, foreign keys on', async () => {
    const path = newPath()
    const writer = new DatabaseSync(path)
    const store = openSqliteStore({ writer, reader: new DatabaseSync(path) })
    expect(writer.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' })
    expect(writer.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 2 })
    expect(writer.prepare('PRAGMA foreign_keys').get()).toEqual({ foreign_keys: 1 })
    await store.close()
  })

  it('is one file after it was closed', async () => {
    const path = newPath()
    const store = openSqliteStore(path)
    const { id } = await store.createCalendar({ owner: 'ann', name: 'work' })
    await store.putObject({ calendar: id, name: 'a.ics' }, eventDraft({ uid: 'a' }))
    await store.close()
    expect(readdirSync(folder).filter((name) => path.endsWith(name.replace(/-(wal|shm)$/, '')))).toHaveLength(1)
  })

  it('finishes the writes that were asked for before it closes, and refuses later ones', async () => {
    const path = newPath()
    const store = openSqliteStore(path)
    const made = Promise.all(['a', 'b', 'c'].map((name) => store.createCalendar({ owner: 'ann', name })))
    await store.close()
    expect(await made).toHaveLength(3)
    await expect(store.createCalendar({ owner: 'ann', name: 'd' })).rejects.toThrow('closed')
    const again = openSqliteStore(path)
    expect(await again.listCalendars({ id: 'ann', groups: [] })).toHaveLength(3)
    await again.close()
  })

  it('puts waiting units of work into one commit', async () => {
    const path = newPath()
    const writer = new DatabaseSync(path)
    let commits = 0
    const counted = {
      prepare: (sql: string) => writer.prepare(sql),
      exec: (sql: string) => {
        if (sql === 'COMMIT') commits += 1
        writer.exec(sql)
      },
      close: () => writer.close(),
    }
    const store = openSqliteStore({ writer: counted, reader: new DatabaseSync(path) })
    const { id } = await store.createCalendar({ owner: 'ann', name: 'work' })
    commits = 0
    const put = (name: string) => store.putObject({ calendar: id, name }, eventDraft({ uid: name }))
    await Promise.all(Array.from({ length: 64 }, (_, i) => put(`o${i}`)))
    expect(commits).toBe(1)
    await store.close()
  })

  it('answers nobody of a group whose commit fails, and goes on afterwards', async () => {
    const path = newPath()
    const writer = new DatabaseSync(path)
    let broken = false
    const failing = {
      prepare: (sql: string) => writer.prepare(sql),
      exec: (sql: string) => {
        if (broken && sql === 'COMMIT') throw new Error('disk I/O error')
        writer.exec(sql)
      },
      close: () => writer.close(),
    }
    const store = openSqliteStore({ writer: failing, reader: new DatabaseSync(path) })
    const { id } = await store.createCalendar({ owner: 'ann', name: 'work' })
    const put = (name: string) => store.putObject({ calendar: id, name }, eventDraft({ uid: name }))
    broken = true
    const ends = await Promise.allSettled(['a', 'b', 'c'].map(put))
    expect(ends.map((end) => end.status)).toEqual(['rejected', 'rejected', 'rejected'])
    broken = false
    expect((await store.changes(id, null)).changes).toEqual([])
    expect((await put('a')).revision).toBe(1)
    await store.close()
  })

  it('shows what another process writes: feed, objects and queries', async () => {
    const path = newPath()
    const here = openSqliteStore(path)
    const there = openSqliteStore(path)
    const { id } = await here.createCalendar({ owner: 'ann', name: 'work' })
    await here.putObject({ calendar: id, name: 'a' }, daily('a'))
    expect(await names(here, id)).toEqual(['a'])
    await there.putObject({ calendar: id, name: 'b' }, daily('b'))
    await there.deleteObject({ calendar: id, name: 'a' })
    expect(await names(here, id)).toEqual(['b'])
    await there.putObject({ calendar: id, name: 'b' }, eventDraft({ uid: 'b', startMs: Date.UTC(2030, 0, 1) }))
    await there.putObject({ calendar: id, name: 'c' }, daily('c'))
    await there.deleteObject({ calendar: id, name: 'c' })
    await there.pruneTombstones(null, { olderThanMs: -1000 })
    expect(await names(here, id)).toEqual([])
    await there.close()
    await here.close()
  })

  it('keeps the calendars used last when there is room for few', async () => {
    const store = openSqliteStore(newPath(), { maxIndexedObjects: 1 })
    const ids: string[] = []
    for (const name of ['a', 'b', 'c']) {
      const { id } = await store.createCalendar({ owner: 'ann', name })
      await store.putObject({ calendar: id, name: 'one' }, daily('one'))
      await store.putObject({ calendar: id, name: 'two' }, daily('two'))
      ids.push(id)
    }
    for (const id of [...ids, ...ids]) expect(await names(store, id)).toEqual(['one', 'two'])
    await store.close()
  })

  it('refuses a file that a newer version has migrated, and a list that was edited', async () => {
    const path = newPath()
    const store = openSqliteStore(path)
    await store.database.migrate('host', ['CREATE TABLE host_a (x)', 'CREATE TABLE host_b (x)'])
    await store.database.migrate('host', ['CREATE TABLE host_a (x)', 'CREATE TABLE host_b (x)'])
    const older = store.database.migrate('host', ['CREATE TABLE host_a (x)'])
    await expect(older).rejects.toThrow('newer than this program')
    const edited = store.database.migrate('host', ['CREATE TABLE host_a (y)', 'CREATE TABLE host_b (x)'])
    await expect(edited).rejects.toThrow('was edited')
    const bad = ['CREATE TABLE host_a (x)', 'CREATE TABLE host_b (x)', 'CREATE TABLE host_c (x); nonsense']
    await expect(store.database.migrate('host', bad)).rejects.toThrow('nonsense')
    expect(store.database.read.all("SELECT name FROM sqlite_master WHERE name = 'host_c'")).toEqual([])
    await expect(store.database.migrate('dayport', [])).rejects.toThrow(TypeError)
    await store.database.write((sql) => sql.run("INSERT INTO dayport_migration VALUES ('dayport', 99, '')"))
    await store.close()
    expect(() => openSqliteStore(path)).toThrow('newer than this program')
  })
})

describe('the host’s own tables', () => {
  it('are written in the same unit of work as objects, or not at all', async () => {
    const store = openSqliteStore(':memory:')
    const { database } = store
    await database.migrate('host', ['CREATE TABLE host_note (text TEXT NOT NULL) STRICT'])
    const { id } = await store.createCalendar({ owner: 'ann', name: 'work' })
    const write = (fail: boolean) =>
      store.transaction(async (tx) => {
        await store.putObject({ calendar: id, name: 'a' }, eventDraft({ uid: 'a' }), undefined, { tx })
        database.within(tx).run('INSERT INTO host_note VALUES (?)', 'by within')
        await database.write((sql) => sql.run('INSERT INTO host_note VALUES (?)', 'by write'), { tx })
        expect(database.read.all('SELECT text FROM host_note')).toEqual([])
        if (fail) throw new Error('boom')
      })
    await expect(write(true)).rejects.toThrow('boom')
    expect(await store.getObject({ calendar: id, name: 'a' })).toBeNull()
    expect(database.read.all('SELECT text FROM host_note')).toEqual([])
    await write(false)
    expect(database.read.get<{ n: number }>('SELECT count(*) AS n FROM host_note')?.n).toBe(2)
    await store.close()
  })
})

describe("the path ':memory:'", () => {
  it('is a private file that goes with close', async () => {
    const store = openSqliteStore(':memory:')
    const file = store.database.read.get<{ file: string }>('PRAGMA database_list')?.file ?? ''
    expect(existsSync(file)).toBe(true)
    await store.close()
    expect(existsSync(dirname(file))).toBe(false)
  })
})
