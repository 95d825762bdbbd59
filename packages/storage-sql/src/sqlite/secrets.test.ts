import { DatabaseSync } from 'node:sqlite'
import type { AppPasswordRecord } from '@dayport/http'
import { defaultFeedOptions, type FeedLinkRecord, type FeedOptions } from '@dayport/ical-export'
import { codeOf } from '@dayport/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { calendarMigrations } from './migrations/calendars.ts'
import { feedLinkScopes } from './migrations/feed-links.ts'
import { openSqliteStore, type SqliteStore } from './open-sqlite-store.ts'

let store: SqliteStore
beforeEach(() => {
  store = openSqliteStore(':memory:')
})
afterEach(() => store.close())

const options: FeedOptions = {
  window: { daysBack: 30, daysForward: null },
  alarms: false,
  attendees: true,
  descriptions: true,
  detail: 'titles',
}

const link = (id: string, more: Partial<FeedLinkRecord> = {}): FeedLinkRecord => ({
  id,
  principal: 'ann',
  scope: { calendar: 'c1' },
  options,
  name: 'Google at home ü',
  createdMs: 1_000,
  modifiedMs: 1_000,
  expiresMs: null,
  revokedMs: null,
  lastFetchMs: null,
  lastUserAgent: null,
  ...more,
})

const password = (id: string, more: Partial<AppPasswordRecord> = {}): AppPasswordRecord => ({
  id,
  principal: 'ann',
  name: 'Anna’s phone',
  scopes: ['caldav', 'feeds'],
  hash: `hash of ${id}`,
  createdMs: 1_000,
  lastUsedMs: null,
  lastUserAgent: null,
  revokedMs: null,
  ...more,
})

describe('feed links in SQLite', () => {
  it('are kept whole, found by id and listed for their maker, newest first', async () => {
    const old = link('old')
    const expiring = link('new', { createdMs: 2_000, expiresMs: 9_000 })
    await store.feedLinks.create(old)
    await store.feedLinks.create(expiring)
    await store.feedLinks.create(link('other', { principal: 'ben' }))
    expect(await store.feedLinks.get('new')).toEqual(expiring)
    expect(await store.feedLinks.get('absent')).toBeNull()
    expect(await store.feedLinks.list('ann')).toEqual([expiring, old])
    expect(await codeOf(store.feedLinks.create(link('old')))).toBe('already-exists')
  })

  it('keep their first revocation, and their last fetch', async () => {
    await store.feedLinks.create(link('a'))
    await store.feedLinks.revoke('a', 5_000)
    await store.feedLinks.revoke('a', 6_000)
    await store.feedLinks.touch('a', { lastFetchMs: 7_000, lastUserAgent: 'Agent/1' })
    expect(await store.feedLinks.get('a')).toEqual(
      link('a', { revokedMs: 5_000, lastFetchMs: 7_000, lastUserAgent: 'Agent/1' }),
    )
    await store.feedLinks.revoke('absent', 1)
    await store.feedLinks.touch('absent', { lastFetchMs: 1, lastUserAgent: null })
    expect(await store.feedLinks.get('absent')).toBeNull()
  })

  it('show favourites too, and may be changed while their address stays', async () => {
    const favourites = link('a', { scope: { favouritesOf: 'ann' } })
    await store.feedLinks.create(favourites)
    const state = { name: 'B', options: { ...options, detail: 'full' as const }, expiresMs: 9_000, modifiedMs: 2_000 }
    await store.feedLinks.update('a', state)
    expect(await store.feedLinks.get('a')).toEqual({ ...favourites, ...state })
    await store.feedLinks.update('absent', state)
    expect(await store.feedLinks.get('absent')).toBeNull()
  })

  it('join units of work', async () => {
    const work = store.transaction(async (tx) => {
      await store.feedLinks.create(link('a'), { tx })
      expect(await store.feedLinks.get('a', { tx })).not.toBeNull()
      expect(await store.feedLinks.get('a')).toBeNull()
      throw new Error('boom')
    })
    await expect(work).rejects.toThrow('boom')
    expect(await store.feedLinks.list('ann')).toEqual([])
  })
})

describe('feed links of a database from before they had options', () => {
  it('show all of their calendar as they did', () => {
    const client = new DatabaseSync(':memory:')
    client.exec(calendarMigrations[1] ?? '')
    client.exec(`INSERT INTO dayport_feed_link VALUES ('a', 'ann', 'c"1', 'Google', 1000, NULL, NULL, NULL, NULL)`)
    client.exec(feedLinkScopes)
    const row = client.prepare('SELECT scope, options, created_ms, modified_ms FROM dayport_feed_link').get()
    client.close()
    expect(JSON.parse(String(row?.scope))).toEqual({ calendar: 'c"1' })
    expect(JSON.parse(String(row?.options))).toEqual(defaultFeedOptions)
    expect([row?.created_ms, row?.modified_ms]).toEqual([1000, 1000])
  })
})

describe('app passwords in SQLite', () => {
  it('are kept whole, found by id and by exact hash, listed newest first', async () => {
    const old = password('old')
    const recent = password('new', { createdMs: 2_000, scopes: [] })
    await store.appPasswords.create(old)
    await store.appPasswords.create(recent)
    expect(await store.appPasswords.get('old')).toEqual(old)
    expect(await store.appPasswords.findByHash('hash of new')).toEqual(recent)
    expect(await store.appPasswords.findByHash('Hash of new')).toBeNull()
    expect(await store.appPasswords.list('ann')).toEqual([recent, old])
    expect(await store.appPasswords.list('ben')).toEqual([])
  })

  it('refuse a taken id and a taken hash', async () => {
    await store.appPasswords.create(password('a'))
    expect(await codeOf(store.appPasswords.create(password('a', { hash: 'other' })))).toBe('already-exists')
    expect(await codeOf(store.appPasswords.create(password('b', { hash: 'hash of a' })))).toBe('already-exists')
  })

  it('keep their first revocation, and their last use', async () => {
    await store.appPasswords.create(password('a'))
    await store.appPasswords.revoke('a', 5_000)
    await store.appPasswords.revoke('a', 6_000)
    await store.appPasswords.touch('a', { lastUsedMs: 7_000, lastUserAgent: null })
    expect(await store.appPasswords.get('a')).toEqual(password('a', { revokedMs: 5_000, lastUsedMs: 7_000 }))
  })
})
