import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { indexObject } from '@dayport/core/ical'
import { collect, eventBytes } from '@dayport/testkit'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openSqliteStore, type SqliteStore } from './open-sqlite-store.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dayport-bodies-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const filled = async (store: SqliteStore, objects: number, summary: string): Promise<string> => {
  const { id } = await store.createCalendar({ owner: 'ann', name: 'work' })
  await store.transaction(async (tx) => {
    for (let i = 0; i < objects; i++) {
      const data = eventBytes({ uid: `u${i}`, summary })
      await store.putObject({ calendar: id, name: `${i}.ics` }, { data, index: indexObject(data) }, undefined, { tx })
    }
  })
  return id
}

it('joins a thousand small objects to a few texts, so that nobody pays for each of them', async () => {
  const store = openSqliteStore(join(folder, 'store.db'))
  const calendar = await filled(store, 1_000, 'Встреча')
  const read = await collect(store.findBodies!(calendar, () => true))
  expect(read.map((part) => ('bytes' in part ? part.objects : 'whole'))).toEqual([256, 744])
  await store.close()
})

it('hands out whole objects where SQLite would change octets that it joins: in a file whose text is UTF-16', async () => {
  const path = join(folder, 'wide.db')
  const writer = new DatabaseSync(path)
  writer.exec(`PRAGMA encoding = 'UTF-16le'; PRAGMA journal_mode = WAL`)
  const store = openSqliteStore({ writer, reader: new DatabaseSync(path) })
  const calendar = await filled(store, 3, 'Встреча')
  const read = await collect(store.findBodies!(calendar, () => true))
  expect(read.map((part) => ('bytes' in part ? 'joined' : new TextDecoder().decode(part.data)))).toEqual(
    [0, 1, 2].map((i) => new TextDecoder().decode(eventBytes({ uid: `u${i}`, summary: 'Встреча' }))),
  )
  await store.close()
})
