import type { Change, ChangePage, DayportStore, SyncToken } from '@dayport/core'
import { describe, expect, it } from 'vitest'
import { codeOf, eventDraft } from '../drafts.ts'
import { type OpenStoreForTest, withStore } from './open-store.ts'

/** Follows the pages to their end. */
const follow = async (
  store: DayportStore,
  calendar: string,
  since: SyncToken | null,
  limit: number,
): Promise<{ readonly changes: readonly Change[]; readonly token: SyncToken; readonly pages: number }> => {
  const changes: Change[] = []
  let token = since
  for (let pages = 1; ; pages += 1) {
    const page: ChangePage = await store.changes(calendar, token, { limit })
    expect(page.changes.length).toBeLessThanOrEqual(limit)
    changes.push(...page.changes)
    token = page.token
    if (!page.more) return { changes, token, pages }
    expect(page.changes.length).toBeGreaterThan(0)
  }
}

const names = (page: { readonly changes: readonly Change[] }): string[] => page.changes.map((c) => c.name)

export const describeChanges = (open: OpenStoreForTest): void => {
  describe('the change feed', () => {
    const seeded = (
      test: (kit: {
        store: DayportStore
        calendar: string
        put(name: string, summary?: string): Promise<unknown>
        remove(name: string): Promise<void>
        token(): Promise<SyncToken>
        prune?(): Promise<unknown>
        skip(why: string): never
      }) => Promise<void>,
    ) =>
      withStore(open, async ({ store, calendar: { id }, pruneTombstones, skip }) =>
        test({
          store,
          calendar: id,
          skip,
          put: (name, summary = 'x') => store.putObject({ calendar: id, name }, eventDraft({ uid: name, summary })),
          remove: (name) => store.deleteObject({ calendar: id, name }),
          token: async () => (await store.getCalendar(id))?.syncToken ?? '',
          ...(pruneTombstones === undefined ? {} : { prune: () => pruneTombstones(id) }),
        }),
      )

    it(
      'names each changed object once, in its latest state, in the order of revisions (RFC 6578 §3.5)',
      seeded(async ({ store, calendar, put, remove, token }) => {
        await put('a')
        await put('b')
        const since = await token()
        await put('c', '1')
        await put('a', '2')
        await put('c', '2')
        await remove('b')
        const page = await store.changes(calendar, since)
        expect(names(page)).toEqual(['a', 'c', 'b'])
        expect(page.changes.map((c) => c.revision)).toEqual([4, 5, 6])
        for (const change of page.changes) {
          const object = await store.getObject({ calendar, name: change.name })
          expect(change.etag).toBe(object?.etag ?? null)
          if (object !== null) expect(change.revision).toBe(object.revision)
          // A store may leave the kind out, but not tell a wrong one.
          if (change.component !== undefined) expect(change.component).toBe(object?.index.component ?? null)
        }
        expect(page.token).toBe(await token())
        expect(await store.changes(calendar, page.token)).toEqual({ changes: [], token: page.token, more: false })
      }),
    )

    it(
      'lists the members and no tombstones to who has no token',
      seeded(async ({ store, calendar, put, remove }) => {
        await put('a')
        await put('b')
        await remove('a')
        expect(names(await store.changes(calendar, null))).toEqual(['b'])
      }),
    )

    it(
      'shows an object that was deleted and made again as a change',
      seeded(async ({ store, calendar, put, remove, token }) => {
        await put('a')
        const since = await token()
        await remove('a')
        await put('a')
        const page = await store.changes(calendar, since)
        expect(names(page)).toEqual(['a'])
        expect(page.changes[0]?.etag).toBe((await store.getObject({ calendar, name: 'a' }))?.etag)
      }),
    )

    it(
      'shows an object that came and went as a tombstone',
      seeded(async ({ store, calendar, put, remove, token }) => {
        const since = await token()
        await put('a')
        await remove('a')
        expect((await store.changes(calendar, since)).changes).toMatchObject([{ name: 'a', etag: null, revision: 2 }])
      }),
    )

    it(
      'pages without losing or repeating a name, also when the calendar changes between the pages',
      seeded(async ({ store, calendar, put, remove }) => {
        for (let i = 0; i < 25; i += 1) await put(`o${String(i).padStart(2, '0')}`)
        await remove('o05')
        const whole = await follow(store, calendar, null, 7)
        expect(whole.pages).toBe(4)
        expect(names(whole)).toEqual((await store.changes(calendar, null)).changes.map((c) => c.name))
        expect(new Set(names(whole)).size).toBe(24)

        const first = await store.changes(calendar, null, { limit: 10 })
        await put('o01', 'again')
        await remove('o02')
        await remove('o20')
        await put('new')
        const rest = await follow(store, calendar, first.token, 10)
        const seen = new Map([...first.changes, ...rest.changes].map((c) => [c.name, c.etag]))
        const members = [...seen].filter(([, etag]) => etag !== null)
        const now = await store.changes(calendar, null)
        expect(members.sort()).toEqual(now.changes.map((c) => [c.name, c.etag]).sort())
        expect(rest.token).toBe(now.token)
      }),
    )

    it(
      'says more only when there is more',
      seeded(async ({ store, calendar, put }) => {
        await put('a')
        await put('b')
        expect((await store.changes(calendar, null, { limit: 2 })).more).toBe(false)
        expect((await store.changes(calendar, null, { limit: 1 })).more).toBe(true)
      }),
    )

    it(
      'refuses tokens that are garbage, of the future, or another calendar’s (RFC 6578 §3.2)',
      seeded(async ({ store, calendar, put }) => {
        const before = await store.changes(calendar, null)
        await put('a')
        const other = await store.createCalendar({ owner: 'ann', name: 'other' })
        const refused = ['', 'garbage', '0', '-1', '__proto__', `${before.token}x`, ` ${before.token}`, other.syncToken]
        for (const token of refused) {
          expect([token, await codeOf(store.changes(calendar, token))]).toEqual([token, 'invalid-sync-token'])
        }
        const { token: ahead } = await store.changes(calendar, null)
        await store.deleteCalendar(calendar)
        expect(await codeOf(store.changes(calendar, ahead))).toBe('not-found')
        const again = await store.createCalendar({ owner: 'ann', name: 'work' })
        expect(again.id).not.toBe(calendar)
        expect(again.syncToken).not.toBe(before.token)
        for (const token of [before.token, ahead]) {
          expect(await codeOf(store.changes(again.id, token))).toBe('invalid-sync-token')
        }
      }),
    )

    it(
      'refuses a token whose tombstones are gone, keeps newer ones, and a first listing never expires half-way',
      seeded(async ({ store, calendar, put, remove, token, prune, skip }) => {
        if (prune === undefined) return skip('the store never forgets tombstones')
        await put('a')
        await put('b')
        await put('c')
        const expired = await token()
        await remove('a')
        const fresh = await token()
        await put('d')
        await prune()
        expect(await codeOf(store.changes(calendar, expired))).toBe('invalid-sync-token')
        expect(names(await store.changes(calendar, fresh))).toEqual(['d'])
        expect(names(await follow(store, calendar, null, 1))).toEqual(['b', 'c', 'd'])
      }),
    )

    it(
      'records who wrote, for puts and deletions, and says host when nobody did',
      seeded(async ({ store, calendar, put }) => {
        await put('a')
        const origin = { door: 'sync', connection: 'c1', operation: 'op 7' }
        await store.putObject({ calendar, name: 'b' }, eventDraft({ uid: 'b' }), undefined, { origin })
        const since = (await store.changes(calendar, null)).token
        const all = await store.changes(calendar, null)
        expect(all.changes.map((c) => c.origin)).toEqual([{ door: 'host' }, origin])
        await store.deleteObject({ calendar, name: 'a' }, undefined, { origin: { door: 'caldav' } })
        expect((await store.changes(calendar, since)).changes[0]?.origin).toEqual({ door: 'caldav' })
      }),
    )

    it(
      'shows revisions in order: a reader that follows the tokens during a storm misses nothing',
      seeded(async ({ store, calendar, put, remove, token }) => {
        const known = new Map<string, string>()
        let since = await token()
        let running = true
        const storm = Promise.all(
          Array.from({ length: 40 }, async (_, i) => {
            for (let round = 0; round < 4; round += 1) await put(`o${i}`, `round ${round}`)
            if (i % 4 === 0) await remove(`o${i}`)
          }),
        ).finally(() => {
          running = false
        })
        let last = 0
        for (let done = false; !done; ) {
          done = !running
          const page = await store.changes(calendar, since, { limit: 9 })
          for (const change of page.changes) {
            expect(change.revision).toBeGreaterThan(last)
            last = change.revision
            if (change.etag === null) known.delete(change.name)
            else known.set(change.name, change.etag)
          }
          since = page.token
          if (page.more) done = false
          await new Promise((resolve) => setTimeout(resolve, 0))
        }
        await storm
        const now = await store.changes(calendar, null)
        expect([...known].sort()).toEqual(now.changes.map((c) => [c.name, c.etag ?? '']).sort())
        expect(last).toBe(170)
      }),
    )
  })
}
