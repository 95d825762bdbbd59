import type { CalendarId, DayportStore } from '@dayport/core'
import type {
  ItemBinding,
  ListRef,
  OutlookBindingStore,
  OutlookConnectionRecord,
  OutlookConnectionStore,
  OutlookList,
} from '@dayport/outlook-sync'
import { describe, expect, it } from 'vitest'

/** The Outlook door's store under test, fresh and empty, with the calendars that it goes with. */
export interface OpenOutlookStore {
  readonly store: DayportStore
  readonly bindings: OutlookBindingStore
  readonly connections: OutlookConnectionStore
  /** Called after each test. */
  close?(): Promise<void>
}

const listOf = (calendar: CalendarId, patch: Partial<OutlookList> = {}): OutlookList => ({
  calendar,
  view: 'full',
  guid: '11111111-2222-3333-4444-555555555555',
  createdMs: 1,
  sequence: 0,
  prunedSequence: 0,
  lastItemId: 0,
  syncToken: null,
  revision: null,
  windowDate: null,
  mappedBy: null,
  ...patch,
})

const bindingOf = (id: number, patch: Partial<ItemBinding> = {}): ItemBinding => ({
  id,
  objectName: `o${id}.ics`,
  key: 'event',
  uid: `u${id}`,
  version: 1,
  sequence: id,
  deleted: false,
  restoredSequence: null,
  digest: 'd',
  row: null,
  files: [],
  uniqueId: `00000000-0000-0000-0000-${String(id).padStart(12, '0')}`,
  seriesGuid: null,
  recurrenceDigest: null,
  replicationId: null,
  bag: {},
  windowed: false,
  createdMs: 5,
  modifiedMs: 6,
  ...patch,
})

const connectionOf = (calendar: CalendarId, patch: Partial<OutlookConnectionRecord> = {}): OutlookConnectionRecord => ({
  id: 'c1',
  principal: 'ann',
  calendar,
  name: 'Office PC',
  createdMs: 1,
  revokedMs: null,
  lastSyncMs: null,
  lastUserAgent: null,
  ...patch,
})

const idsOf = (bindings: readonly ItemBinding[]): number[] => bindings.map(({ id }) => id)

/** The contract of `OutlookBindingStore` and `OutlookConnectionStore` as a vitest suite. */
export const describeOutlookStore = (name: string, open: () => Promise<OpenOutlookStore>): void => {
  const withList =
    (test: (kit: OpenOutlookStore & { readonly list: ListRef; readonly calendar: CalendarId }) => Promise<void>) =>
    async (): Promise<void> => {
      const kit = await open()
      try {
        const calendar = (await kit.store.createCalendar({ owner: 'ann', name: 'work' })).id
        await kit.bindings.putList(listOf(calendar))
        await test({ ...kit, calendar, list: { calendar, view: 'full' } })
      } finally {
        await kit.close?.()
      }
    }

  describe(`outlook store: ${name}`, () => {
    it(
      'keeps each list by calendar and view, and replaces its state',
      withList(async ({ bindings, calendar, list }) => {
        expect(await bindings.getList(list)).toEqual(listOf(calendar))
        expect(await bindings.getList({ calendar, view: 'titles' })).toBeNull()
        const next = listOf(calendar, {
          sequence: 9,
          lastItemId: 4,
          syncToken: 't',
          revision: 3,
          windowDate: '2026-03-01',
          mappedBy: '1 UTC',
        })
        await bindings.putBindings(list, [bindingOf(1)])
        await bindings.putList(next)
        expect(await bindings.getList(list)).toEqual(next)
        expect(idsOf(await bindings.bindingsOf(list, ['o1.ics']))).toEqual([1])
      }),
    )

    it(
      'finds living items by object, and any item by id and ReplicationID without regard to case',
      withList(async ({ bindings, list }) => {
        const bag = { vti_versionhistory: 'x', Ünï: '' }
        await bindings.putBindings(list, [
          bindingOf(2, { objectName: 'a.ics', key: 'deleted:1' }),
          bindingOf(1, { objectName: 'a.ics', bag }),
          bindingOf(3, { objectName: 'b.ics', deleted: true, replicationId: '{Ab}' }),
        ])
        expect(idsOf(await bindings.bindingsOf(list, ['b.ics', 'a.ics', 'c.ics', 'a.ics']))).toEqual([1, 2])
        expect((await bindings.getBinding(list, 1))?.bag).toEqual(bag)
        expect((await bindings.getBinding(list, 3))?.deleted).toBe(true)
        expect(await bindings.getBinding(list, 4)).toBeNull()
        expect((await bindings.findByReplicationId(list, '{aB}'))?.id).toBe(3)
        expect(await bindings.findByReplicationId(list, '{ac}')).toBeNull()
        await bindings.putBindings(list, [
          bindingOf(5, { deleted: true, replicationId: '{ab}', sequence: 8 }),
          bindingOf(6, { deleted: true, replicationId: '{ab}', sequence: 7 }),
        ])
        expect((await bindings.findByReplicationId(list, '{AB}'))?.id).toBe(5)
        await bindings.putBindings(list, [bindingOf(4, { replicationId: '{AB}' })])
        expect((await bindings.findByReplicationId(list, '{ab}'))?.id).toBe(4)
      }),
    )

    it(
      'finds the living master of a series, and no exception or deleted master',
      withList(async ({ bindings, list }) => {
        const seriesGuid = 'AAAAAAAA-0000-0000-0000-000000000000'
        await bindings.putBindings(list, [
          bindingOf(1, { seriesGuid, key: 'exception:1' }),
          bindingOf(2, { seriesGuid, recurrenceDigest: 'r', deleted: true }),
        ])
        expect(await bindings.findMaster(list, seriesGuid)).toBeNull()
        await bindings.putBindings(list, [bindingOf(3, { seriesGuid, recurrenceDigest: 'r' })])
        expect((await bindings.findMaster(list, seriesGuid.toLowerCase()))?.id).toBe(3)
      }),
    )

    it(
      'tells what has changed after a sequence, tombstones too, in the order of sequences',
      withList(async ({ bindings, list }) => {
        await bindings.putBindings(list, [
          bindingOf(1, { sequence: 5 }),
          bindingOf(2, { sequence: 3, deleted: true }),
          bindingOf(3, { sequence: 2 }),
        ])
        expect(idsOf(await bindings.changedSince(list, 2, 10))).toEqual([2, 1])
        expect(idsOf(await bindings.changedSince(list, 0, 2))).toEqual([3, 2])
        expect(await bindings.countItems(list)).toBe(2)
      }),
    )

    it(
      'forgets deletions by their age, in every list, and remembers up to which sequence',
      withList(async ({ bindings, list, calendar }) => {
        const titles = { calendar, view: 'titles' } as const
        await bindings.putList(listOf(calendar, { sequence: 9, prunedSequence: 1 }))
        await bindings.putList(listOf(calendar, { view: 'titles', sequence: 9, prunedSequence: 5 }))
        await bindings.putBindings(list, [
          bindingOf(1, { sequence: 2, deleted: true, modifiedMs: 10 }),
          bindingOf(2, { sequence: 3, deleted: true, modifiedMs: 20 }),
          bindingOf(3, { sequence: 4, deleted: true, modifiedMs: 30 }),
          bindingOf(4, { sequence: 5, modifiedMs: 10 }),
        ])
        await bindings.putBindings(titles, [bindingOf(5, { sequence: 3, deleted: true, modifiedMs: 10 })])
        expect(await bindings.forgetDeleted(10)).toBe(0)
        expect((await bindings.getList(list))?.prunedSequence).toBe(1)
        expect(await bindings.forgetDeleted(30)).toBe(3)
        expect(idsOf(await bindings.changedSince(list, 0, 10))).toEqual([3, 4])
        expect((await bindings.getList(list))?.prunedSequence).toBe(3)
        expect((await bindings.getList(titles))?.prunedSequence).toBe(5)
      }),
    )

    it(
      'finds what is gone by the UID of its event',
      withList(async ({ bindings, list }) => {
        await bindings.putBindings(list, [
          bindingOf(1, { uid: 'a', deleted: true, sequence: 9 }),
          bindingOf(2, { uid: 'a', key: 'deleted:1', deleted: true, sequence: 8 }),
          bindingOf(3, { uid: 'a', restoredSequence: 4 }),
          bindingOf(4, { uid: null, deleted: true }),
          bindingOf(5, { uid: 'b', deleted: true }),
          bindingOf(6, { uid: 'A', deleted: true }),
        ])
        expect(idsOf(await bindings.deletedOf(list, ['a', 'c']))).toEqual([2, 1])
        expect(await bindings.deletedOf({ ...list, view: 'titles' }, ['a'])).toEqual([])
        expect((await bindings.getBinding(list, 3))?.restoredSequence).toBe(4)
      }),
    )

    it(
      'pages by whole objects in the order of their names',
      withList(async ({ bindings, list }) => {
        await bindings.putBindings(list, [
          bindingOf(1, { objectName: 'b.ics' }),
          bindingOf(2, { objectName: 'b.ics', key: 'deleted:1' }),
          bindingOf(3, { objectName: 'b.ics', key: 'deleted:2', windowed: true }),
          bindingOf(4, { objectName: 'a.ics' }),
          bindingOf(5, { objectName: 'c.ics' }),
        ])
        expect(idsOf(await bindings.bindingsAfter(list, null, 2))).toEqual([4, 1, 2, 3])
        expect(idsOf(await bindings.bindingsAfter(list, 'b.ics', 2))).toEqual([5])
        expect(await bindings.bindingsAfter(list, 'c.ics', 2)).toEqual([])
        expect(await bindings.windowedNames(list)).toEqual(['b.ics'])
      }),
    )

    it(
      'writes with its unit of work or not at all, and shows nothing of it before its end',
      withList(async ({ store, bindings, list, calendar, connections }) => {
        await bindings.putBindings(list, [bindingOf(1)])
        const failing = store.transaction(async (tx) => {
          await bindings.putList(listOf(calendar, { sequence: 7 }), { tx })
          await bindings.putBindings(list, [bindingOf(1, { version: 2 }), bindingOf(2)], { tx })
          await connections.create(connectionOf(calendar), { tx })
          expect((await bindings.getBinding(list, 1, { tx }))?.version).toBe(2)
          throw new Error('no')
        })
        await expect(failing).rejects.toThrow('no')
        expect((await bindings.getList(list))?.sequence).toBe(0)
        expect((await bindings.getBinding(list, 1))?.version).toBe(1)
        expect(await bindings.getBinding(list, 2)).toBeNull()
        expect(await connections.get('c1')).toBeNull()
        await store.transaction((tx) => bindings.putBindings(list, [bindingOf(2)], { tx }))
        expect((await bindings.getBinding(list, 2))?.id).toBe(2)
      }),
    )

    it(
      'loses lists, items and connections with their calendar',
      withList(async ({ store, bindings, connections, list, calendar }) => {
        await bindings.putBindings(list, [bindingOf(1)])
        await connections.create(connectionOf(calendar))
        await store.deleteCalendar(calendar)
        expect(await bindings.getList(list)).toBeNull()
        expect(await bindings.getBinding(list, 1)).toBeNull()
        expect(await connections.get('c1')).toBeNull()
      }),
    )

    it(
      'opens a connection with its calendar and the lists of that, as they are',
      withList(async ({ store, bindings, connections, calendar }) => {
        expect(await connections.open('c1')).toBeNull()
        await connections.create(connectionOf(calendar, { name: 'Büro 1', lastSyncMs: 1_780_000_000_123 }))
        await bindings.putList(listOf(calendar, { view: 'titles', syncToken: 't', revision: 3 }))
        const other = (await store.createCalendar({ owner: 'ann', name: 'home' })).id
        await bindings.putList(listOf(other))
        const opened = await connections.open('c1')
        expect(opened?.record).toEqual(await connections.get('c1'))
        expect(opened?.calendar).toEqual(await store.getCalendar(calendar))
        expect([...opened!.lists].sort((a, b) => (a.view < b.view ? -1 : 1))).toEqual([
          await bindings.getList({ calendar, view: 'full' }),
          await bindings.getList({ calendar, view: 'titles' }),
        ])
        await connections.revoke('c1', 10)
        expect((await connections.open('c1'))?.record.revokedMs).toBe(10)
      }),
    )

    it(
      'keeps connections by maker, newest first, renames, touches and revokes them once',
      withList(async ({ connections, calendar }) => {
        await connections.create(connectionOf(calendar))
        await connections.create(connectionOf(calendar, { id: 'c2', createdMs: 2 }))
        await expect(connections.create(connectionOf(calendar))).rejects.toMatchObject({ code: 'already-exists' })
        await connections.rename('c1', 'Home')
        await connections.touch('c1', { lastSyncMs: 9, lastUserAgent: 'Outlook' })
        await connections.revoke('c1', 10)
        await connections.revoke('c1', 11)
        const first = connectionOf(calendar, { name: 'Home', lastSyncMs: 9, lastUserAgent: 'Outlook', revokedMs: 10 })
        expect(await connections.list('ann')).toEqual([connectionOf(calendar, { id: 'c2', createdMs: 2 }), first])
        expect(await connections.list('bob')).toEqual([])
        await connections.rename('none', 'x')
        expect(await connections.get('none')).toBeNull()
      }),
    )
  })
}
