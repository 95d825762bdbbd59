import { describe, expect, it } from 'vitest'
import { codeOf, collect, eventDraft } from '../drafts.ts'
import { type OpenStoreForTest, withStore } from './open-store.ts'

/** Names that clients really choose, and names that break careless stores. RFC 4791 §4.1 leaves the name to the client. */
const unusualNames = [
  'plain.ics',
  'ann@example.org',
  'two words.ics',
  'a+b;c,d=e.ics',
  'Besprechung über alles.ics',
  'встреча.ics',
  '..',
  '.',
  '__proto__',
  'constructor',
  '100%.ics',
  'quote\'and"double.ics',
  'UPPER.ics',
  'upper.ics',
  `${'long-'.repeat(180)}.ics`,
  '😀.ics',
]

export const describeObjects = (open: OpenStoreForTest): void => {
  describe('objects', () => {
    it(
      'keeps the bytes exactly, whatever they are',
      withStore(open, async ({ store, calendar }) => {
        const data = Uint8Array.from({ length: 70_000 }, (_, i) => (i * 31 + (i >> 8)) & 0xff)
        const ref = { calendar: calendar.id, name: 'bytes.ics' }
        await store.putObject(ref, { ...eventDraft({ uid: 'u' }), data })
        const kept = await store.getObject(ref)
        expect(kept?.data).toEqual(data)
      }),
    )

    it(
      'counts the octets of a calendar as they come, change and go, where it counts them',
      withStore(open, async ({ store, calendar, skip }) => {
        const counted = async () => (await store.getCalendar(calendar.id))?.bytes
        if ((await counted()) === undefined) skip('the store does not count')
        const sized = (uid: string, length: number) => ({ ...eventDraft({ uid }), data: new Uint8Array(length) })
        await store.putObject({ calendar: calendar.id, name: 'a' }, sized('a', 100))
        await store.putObject({ calendar: calendar.id, name: 'b' }, sized('b', 20))
        await store.putObject({ calendar: calendar.id, name: 'a' }, sized('a', 30))
        expect(await counted()).toBe(50)
        await store.deleteObject({ calendar: calendar.id, name: 'a' })
        expect(await counted()).toBe(20)
        const undone = store.transaction(async (tx) => {
          await store.putObject({ calendar: calendar.id, name: 'c' }, sized('c', 7), undefined, { tx })
          throw new Error('undone')
        })
        await expect(undone).rejects.toThrow('undone')
        expect(await counted()).toBe(20)
      }),
    )

    it(
      'keeps its own copy of the bytes',
      withStore(open, async ({ store, calendar }) => {
        const draft = eventDraft({ uid: 'u' })
        const ref = { calendar: calendar.id, name: 'a.ics' }
        await store.putObject(ref, draft)
        const before = Uint8Array.from(draft.data)
        draft.data.fill(0)
        expect((await store.getObject(ref))?.data).toEqual(before)
      }),
    )

    it(
      'gives back the index facts, the infinities included',
      withStore(open, async ({ store, calendar }) => {
        const ref = { calendar: calendar.id, name: 'a.ics' }
        const index = {
          uid: 'u',
          component: 'VTODO',
          firstStartMs: Number.NEGATIVE_INFINITY,
          lastEndMs: Number.POSITIVE_INFINITY,
          recurrence: null,
          tzids: ['Europe/Berlin', 'Моё время'],
        }
        await store.putObject(ref, { data: new Uint8Array([1]), index })
        expect((await store.getObject(ref))?.index).toEqual(index)
        for (const needsRepair of [true, false]) {
          const body = needsRepair ? null : ([27, 42] as const)
          const looked = { ...index, needsRepair, body }
          await store.putObject(ref, { data: new Uint8Array([needsRepair ? 2 : 3]), index: looked })
          expect((await store.getObject(ref))?.index).toEqual(looked)
        }
      }),
    )

    it(
      'treats every name as a plain string, unique with its case and its exact characters (RFC 4791 §4.1)',
      withStore(open, async ({ store, calendar }) => {
        for (const name of unusualNames) {
          await store.putObject({ calendar: calendar.id, name }, eventDraft({ uid: `uid of ${name}` }))
        }
        for (const name of unusualNames) {
          const object = await store.getObject({ calendar: calendar.id, name })
          expect([object?.name, object?.index.uid]).toEqual([name, `uid of ${name}`])
        }
        const page = await store.changes(calendar.id, null)
        expect(page.changes.map((c) => c.name)).toEqual(unusualNames)
        await store.deleteObject({ calendar: calendar.id, name: '__proto__' })
        const left = await collect(store.findObjects(calendar.id, {}))
        expect(left.map((o) => o.name).sort()).toEqual(unusualNames.filter((n) => n !== '__proto__').sort())
      }),
    )

    it(
      'changes the etag with the bytes: also within one millisecond, and also when the old bytes come back',
      withStore(open, async ({ store, calendar }) => {
        const ref = { calendar: calendar.id, name: 'a.ics' }
        const first = await store.putObject(ref, eventDraft({ uid: 'u', summary: 'A' }))
        const second = await store.putObject(ref, eventDraft({ uid: 'u', summary: 'B' }))
        const third = await store.putObject(ref, eventDraft({ uid: 'u', summary: 'A' }))
        expect(new Set([first.etag, second.etag, third.etag]).size).toBe(3)
        expect([first.created, second.created, third.created]).toEqual([true, false, false])
        for (const { etag } of [first, second, third]) expect(etag).toMatch(/^"[\x21\x23-\x7e]+"$/)
      }),
    )

    it(
      'changes nothing when the very bytes that are there are stored again',
      withStore(open, async ({ store, calendar }) => {
        const ref = { calendar: calendar.id, name: 'a.ics' }
        const first = await store.putObject(ref, eventDraft({ uid: 'u' }))
        const before = await store.getCalendar(calendar.id)
        const again = await store.putObject(ref, eventDraft({ uid: 'u' }), { ifMatch: [first.etag] })
        expect(again).toEqual({ ...first, created: false })
        expect((await store.getCalendar(calendar.id))?.syncToken).toBe(before?.syncToken)
      }),
    )

    it(
      'tells of the very bytes that are there as a change with the same etag when asked to touch',
      withStore(open, async ({ store, calendar }) => {
        const ref = { calendar: calendar.id, name: 'a.ics' }
        const first = await store.putObject(ref, eventDraft({ uid: 'u' }))
        await store.putObject({ ...ref, name: 'b.ics' }, eventDraft({ uid: 'v' }))
        const { token } = await store.changes(calendar.id, null)
        const before = await store.getCalendar(calendar.id)
        const again = await store.putObject(ref, eventDraft({ uid: 'u' }), undefined, { touch: true })
        expect(again).toEqual({ etag: first.etag, created: false, revision: (before?.revision ?? 0) + 1 })
        const { changes } = await store.changes(calendar.id, token)
        expect(changes).toMatchObject([
          { name: 'a.ics', etag: first.etag, component: 'VEVENT', revision: again.revision },
        ])
        expect((await store.getObject(ref))?.etag).toBe(first.etag)
        expect((await store.getCalendar(calendar.id))?.bytes).toBe(before?.bytes)
        const third = await store.putObject(ref, eventDraft({ uid: 'u' }))
        expect([third.etag, (await store.getCalendar(calendar.id))?.revision]).toEqual([first.etag, again.revision])
        const names = (await store.changes(calendar.id, null)).changes.map(({ name }) => name)
        expect(names.sort()).toEqual(['a.ics', 'b.ics'])
      }),
    )

    it(
      'refuses a second object of one UID and names the holder (RFC 4791 §5.3.2.1)',
      withStore(open, async ({ store, calendar }) => {
        await store.putObject({ calendar: calendar.id, name: 'a.ics' }, eventDraft({ uid: 'u' }))
        const second = store.putObject({ calendar: calendar.id, name: 'b.ics' }, eventDraft({ uid: 'u' }))
        await expect(second).rejects.toMatchObject({ code: 'uid-conflict', details: { name: 'a.ics' } })
        const other = store.putObject({ calendar: calendar.id, name: 'a.ics' }, eventDraft({ uid: 'other' }))
        await expect(other).rejects.toMatchObject({ code: 'uid-conflict', details: { name: 'a.ics' } })
        expect(await store.getObject({ calendar: calendar.id, name: 'b.ics' })).toBeNull()
      }),
    )

    it(
      'frees the UID with the object, and lets other calendars have the same one',
      withStore(open, async ({ store, calendar }) => {
        const other = await store.createCalendar({ owner: 'ann', name: 'other' })
        await store.putObject({ calendar: calendar.id, name: 'a.ics' }, eventDraft({ uid: 'u' }))
        await store.putObject({ calendar: other.id, name: 'a.ics' }, eventDraft({ uid: 'u' }))
        await store.deleteObject({ calendar: calendar.id, name: 'a.ics' })
        await store.putObject({ calendar: calendar.id, name: 'b.ics' }, eventDraft({ uid: 'u' }))
        expect((await store.getObject({ calendar: calendar.id, name: 'b.ics' }))?.index.uid).toBe('u')
      }),
    )

    it(
      'answers null to a look at what is absent, and not-found to a write of it',
      withStore(open, async ({ store, calendar }) => {
        const nowhere = { calendar: 'no such calendar', name: 'a.ics' }
        expect(await store.getObject({ calendar: calendar.id, name: 'a.ics' })).toBeNull()
        expect(await store.getObject(nowhere)).toBeNull()
        expect(await codeOf(store.putObject(nowhere, eventDraft({ uid: 'u' })))).toBe('not-found')
        expect(await codeOf(store.deleteObject(nowhere))).toBe('not-found')
        expect(await codeOf(store.deleteObject({ calendar: calendar.id, name: 'a.ics' }))).toBe('not-found')
        expect(await codeOf(collect(store.findObjects('no such calendar', {})))).toBe('not-found')
      }),
    )
  })
}
