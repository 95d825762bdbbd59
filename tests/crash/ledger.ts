import type { Change, DayportStore, SyncToken } from '@dayport/core'
import type { SqliteDatabase } from '@dayport/storage-sql/sqlite'
import { expect } from 'vitest'
import { collect } from '../../packages/testkit/src/drafts.ts'
import { pair } from './protocol.ts'
import type { Storm } from './storm.ts'

/** What is known for certain about the calendar after the rounds so far. */
export interface Ledger {
  readonly revision: number
  readonly token: SyncToken
  /** Current members, by name. */
  readonly members: ReadonlyMap<string, string>
}

/** Compares the opened store with what its killed writer had said; gives the ledger for the next round. */
export const checkAfterCrash = async (
  store: DayportStore & { readonly database: SqliteDatabase },
  calendar: string,
  before: Ledger,
  seen: Storm,
): Promise<Ledger> => {
  const integrity = store.database.read.all<{ integrity_check: string }>('PRAGMA integrity_check')
  expect(integrity.map((row) => row.integrity_check)).toEqual(['ok'])

  const delta = await store.changes(calendar, before.token)
  const changed = new Map(delta.changes.map((change) => [change.name, change]))
  expect(changed.size).toBe(delta.changes.length)
  const revision = (await store.getCalendar(calendar))?.revision ?? Number.NaN

  checkAcknowledged(seen, changed)
  checkRevisions(before, revision, seen, delta.changes)
  const members = await checkFeed(store, calendar, before, delta.changes)
  await checkPair(store, calendar)
  return { revision, token: delta.token, members }
}

/** Of each name the last acknowledged write is there, or one that came after it and was announced but not yet answered. */
const checkAcknowledged = (seen: Storm, changed: ReadonlyMap<string, Change>): void => {
  const answered = new Set(seen.acknowledged.map(({ id }) => id))
  const last = new Map<string, { id: string; etag: string | null; revision: number | null }>()
  for (const { id, writes } of seen.acknowledged) for (const write of writes) last.set(write.name, { id, ...write })
  for (const [name, write] of last) {
    const change = changed.get(name)
    expect(change, `${name}, written by ${write.id}, is in the feed`).toBeDefined()
    if (change?.origin.operation === write.id) {
      expect(change.etag, `${name} as ${write.id} left it`).toBe(write.etag)
      if (write.revision !== null) expect(change.revision).toBe(write.revision)
    }
  }
  for (const [name, { origin }] of changed) {
    const id = origin.operation ?? ''
    expect(seen.announced.get(id), `the writer of ${name} was announced`).toContain(name)
    if (answered.has(id)) expect(last.get(name)?.id, `the last answered writer of ${name}`).toBe(id)
  }
}

/** Every write has taken one revision; none is missing, none was given twice. */
const checkRevisions = (before: Ledger, revision: number, seen: Storm, changes: readonly Change[]): void => {
  const writes = seen.acknowledged.flatMap((answer) => answer.writes)
  const told = writes.flatMap((write) => write.revision ?? [])
  expect(new Set(told).size).toBe(told.length)
  for (const one of [...told, ...changes.map((change) => change.revision)]) {
    expect(one).toBeGreaterThan(before.revision)
    expect(one).toBeLessThanOrEqual(revision)
  }
  const answered = new Set(seen.acknowledged.map(({ id }) => id))
  const unanswered = [...seen.announced].filter(([id]) => !answered.has(id)).flatMap(([, names]) => names)
  const taken = revision - before.revision
  expect(taken).toBeGreaterThanOrEqual(writes.length)
  expect(taken).toBeLessThanOrEqual(writes.length + unanswered.length)
  expect(changes.at(-1)?.revision ?? before.revision).toBe(revision)
}

/** What a client knew, with the changes since, is what the calendar holds, in the listing and in the objects themselves. */
const checkFeed = async (
  store: DayportStore,
  calendar: string,
  before: Ledger,
  changes: readonly Change[],
): Promise<ReadonlyMap<string, string>> => {
  const members = new Map(before.members)
  for (const { name, etag } of changes) {
    if (etag === null) members.delete(name)
    else members.set(name, etag)
  }
  const sorted = [...members].sort()
  const listing = await store.changes(calendar, null)
  expect(listing.changes.map((change) => [change.name, change.etag]).sort()).toEqual(sorted)
  const objects = await collect(store.findObjects(calendar, {}))
  expect(objects.map((object) => [object.name, object.etag]).sort()).toEqual(sorted)
  const writerOf = new Map(listing.changes.map((change) => [change.name, change.origin.operation]))
  for (const object of objects) {
    expect(new TextDecoder().decode(object.data)).toContain(`written by ${writerOf.get(object.name)} `)
  }
  return members
}

/** One unit of work: two objects and a row of the host's table bear the same writer. */
const checkPair = async (store: DayportStore & { readonly database: SqliteDatabase }, calendar: string) => {
  const row = store.database.read.get<{ written_by: string }>('SELECT written_by FROM crash_pair')
  const listing = await store.changes(calendar, null)
  for (const name of pair) {
    expect(listing.changes.find((change) => change.name === name)?.origin.operation ?? '').toBe(row?.written_by)
  }
}
