import type { CalendarId, DayportStore } from '@dayport/core'
import type { SyncStateStore } from '@dayport/sync-engine'
import { describe, expect, it } from 'vitest'
import { codeOf } from '../drafts.ts'
import {
  bindingOf,
  connectionOf,
  historyOf,
  inboxRowOf,
  linkOf,
  mailboxOf,
  operationOf,
  runOf,
} from './sync-records.ts'

/** The sync engine's store under test, fresh and empty, with the calendars that it goes with. */
export interface OpenSyncStore {
  readonly store: DayportStore
  readonly state: SyncStateStore
  /** Called after each test. */
  close?(): Promise<void>
}

const waitingConflict = {
  groups: { title: { portal: 'a', remote: 'b', before: null } },
  sinceMs: 1,
  choice: null,
}

const ids = (rows: readonly { readonly id: string }[]): string[] => rows.map(({ id }) => id)
const names = (rows: readonly { readonly name: string }[]): string[] => rows.map(({ name }) => name)

/** The contract of `SyncStateStore` as a vitest suite. */
export const describeSyncStateStore = (name: string, open: () => Promise<OpenSyncStore>): void => {
  const withBinding =
    (test: (kit: OpenSyncStore & { readonly calendar: CalendarId }) => Promise<void>) => async (): Promise<void> => {
      const kit = await open()
      try {
        const calendar = (await kit.store.createCalendar({ owner: 'ann', name: 'work' })).id
        await kit.state.putConnection(connectionOf('c1'))
        await kit.state.createBinding(bindingOf('b1', calendar))
        await test({ ...kit, calendar })
      } finally {
        await kit.close?.()
      }
    }

  describe(`sync state store: ${name}`, () => {
    it(
      'binds a calendar once and a remote folder once (sync-engine.md §2)',
      withBinding(async ({ state, store, calendar }) => {
        const other = (await store.createCalendar({ owner: 'ann', name: 'home' })).id
        const codes = await Promise.all(
          [
            bindingOf('b2', calendar),
            bindingOf('b2', other, { remote: 'b1/calendar' }),
            bindingOf('b1', other, { remote: 'x' }),
            bindingOf('b2', other, { connection: 'none' }),
          ].map((binding) => codeOf(state.createBinding(binding))),
        )
        expect(codes).toEqual(['already-exists', 'already-exists', 'already-exists', 'not-found'])
        await state.createBinding(bindingOf('b2', other, { remote: 'B1/calendar' }))
        expect(ids(await state.listBindings({}))).toEqual(['b1', 'b2'])
        expect(ids(await state.listBindings({ connection: 'c1', mailbox: 'b2@example.org' }))).toEqual(['b2'])
        expect(await state.listBindings({ principal: 'ben' })).toEqual([])
      }),
    )

    it(
      'replaces the state of a binding, a connection and a mailbox, and keeps every field',
      withBinding(async ({ state, calendar }) => {
        const counts = { createPortal: 1, createRemote: 2, deletePortal: 3, deleteRemote: 4 }
        const binding = bindingOf('b1', calendar, {
          phase: 'incremental',
          generation: 4,
          portalCursor: { token: 'p', listed: true, audit: true },
          remoteCursor: { token: 'r'.repeat(20_000), listed: false, audit: false },
          window: { startMs: 1, endMs: 2, openedMs: 3 },
          waiting: counts,
          confirmed: counts,
          error: { kind: 'throttled', sinceMs: 5, code: 'ErrorServerBusy', requestId: 'x' },
          lastSuccessMs: 6,
          lastChanges: 7,
        })
        await state.putBinding(binding)
        await state.putBinding(bindingOf('none', calendar))
        expect(await state.getBinding('b1')).toEqual(binding)
        expect(await state.getBinding('none')).toBeNull()
        const connection = connectionOf('c1', { enabled: false, settings: '{"host":"mail.example.org"}' })
        await state.putConnection(connection)
        await state.putConnection(connectionOf('c0'))
        expect(await state.getConnection('c1')).toEqual(connection)
        expect(ids(await state.listConnections())).toEqual(['c0', 'c1'])
        expect(await state.getMailbox('b1@example.org')).toBeNull()
        const mailbox = mailboxOf('b1@example.org', { fence: 9, holder: 'w', heldUntilMs: 1, pausedUntilMs: 2 })
        await state.putMailbox(mailboxOf('b1@example.org'))
        await state.putMailbox(mailbox)
        expect(await state.getMailbox('b1@example.org')).toEqual(mailbox)
      }),
    )

    it(
      'keeps the inbox by side and name, one row for an object, and pages through it',
      withBinding(async ({ state }) => {
        await state.putInbox([
          inboxRowOf('b', { data: Uint8Array.of(0, 255), uid: 'u', digest: 'd', state: 'loaded' }),
          inboxRowOf('a', { notBeforeMs: 50 }),
          inboxRowOf('b', { side: 'portal', state: 'loaded', uid: 'u' }),
        ])
        await state.putInbox([inboxRowOf('A', { etag: null, state: 'gone', goneRun: 'r' })])
        expect(names(await state.listInbox('b1', {}, 10))).toEqual(['b', 'A', 'a', 'b'])
        expect(names(await state.listInbox('b1', { after: { side: 'portal', name: 'b' } }, 2))).toEqual(['A', 'a'])
        expect(names(await state.listInbox('b1', { side: 'remote', readyMs: 49 }, 10))).toEqual(['A', 'b'])
        expect(await state.countInbox('b1', { states: ['gone', 'listed'] })).toBe(2)
        const row = await state.getInbox({ binding: 'b1', side: 'remote', name: 'b' })
        expect(row?.data).toEqual(Uint8Array.of(0, 255))
        expect(names(await state.findInbox('b1', 'remote', { uid: 'u' }))).toEqual(['b'])
        expect(names(await state.findInbox('b1', 'remote', { digest: 'd' }))).toEqual(['b'])
        expect(await state.findInbox('b1', 'portal', { digest: 'd' })).toEqual([])
        await state.deleteInbox([{ binding: 'b1', side: 'remote', name: 'b' }])
        expect(await state.getInbox({ binding: 'b1', side: 'remote', name: 'b' })).toBeNull()
        expect(await state.countInbox('b1', {})).toBe(3)
      }),
    )

    it(
      'finds links by either end, the living before tombstones, and either by UID, octet by octet',
      withBinding(async ({ state }) => {
        const remote = { name: 'R', etag: '"1"', base: {} }
        await state.putLinks([
          linkOf('l1', { remote, state: 'tombstone', updatedMs: 9, uid: 'u' }),
          linkOf('l2', { remote, updatedMs: 1, uid: 'u', conflict: waitingConflict }),
          linkOf('l3', { remote: null, state: 'unsupported', reason: 'unrepresentable', uid: 'U' }),
        ])
        expect((await state.findLink('b1', 'remote', 'R'))?.id).toBe('l2')
        expect(await state.findLink('b1', 'remote', 'r')).toBeNull()
        expect((await state.findLink('b1', 'portal', 'l3.ics'))?.remote).toBeNull()
        expect(ids(await state.findLinksByUid('b1', 'u'))).toEqual(['l2'])
        await state.putLinks([linkOf('l4', { remoteUid: 'u', updatedMs: 3, remote: null })])
        expect(ids(await state.findLinksByUid('b1', 'u'))).toEqual(['l4', 'l2'])
        expect(ids(await state.findTombstonesByUid('b1', 'u'))).toEqual(['l1'])
        expect(await state.getLink('l2')).toEqual(
          linkOf('l2', { remote, updatedMs: 1, uid: 'u', conflict: waitingConflict }),
        )
        await state.putLinks([linkOf('l2', { remote: { ...remote, name: 'R2' }, uid: 'u' })])
        expect((await state.findLink('b1', 'remote', 'R'))?.id).toBe('l1')
        expect((await state.findLink('b1', 'remote', 'R2'))?.id).toBe('l2')
        expect(await state.countLinks('b1', ['ok', 'unsupported'])).toBe(3)
      }),
    )

    it(
      'finds all that share a UID, however many copies there are',
      withBinding(async ({ state }) => {
        const numbers = Array.from({ length: 40 }, (_, i) => String(i).padStart(2, '0'))
        await state.putInbox(numbers.map((n) => inboxRowOf(n, { state: 'loaded', uid: 'u', digest: 'd' })))
        expect(names(await state.findInbox('b1', 'remote', { uid: 'u' }))).toEqual(numbers)
        expect(names(await state.findInbox('b1', 'remote', { digest: 'd' }))).toEqual(numbers)
        await state.putLinks([
          linkOf('own', { uid: 'u', updatedMs: 0 }),
          ...numbers.map((n, i) => linkOf(n, { remoteUid: 'u', updatedMs: 100 - i })),
        ])
        expect(ids(await state.findLinksByUid('b1', 'u'))).toEqual([...numbers, 'own'])
      }),
    )

    it(
      'tells which living ends a listing has not met (sync-engine.md §3, reconcile)',
      withBinding(async ({ state }) => {
        await state.putLinks([
          linkOf('l1'),
          linkOf('l2'),
          linkOf('l3', { state: 'tombstone' }),
          linkOf('l4', { remote: null }),
        ])
        await state.markSeen('b1', 'remote', ['R-l2', 'R-none'], 2)
        const unseen = { side: 'remote', generation: 2 } as const
        expect(ids(await state.listLinks('b1', { unseen }, 10))).toEqual(['l1'])
        expect((await state.getLink('l2'))?.seenRemote).toBe(2)
        expect((await state.findLink('b1', 'remote', 'R-l2'))?.seenRemote).toBe(2)
        await state.putLinks([{ ...linkOf('l2'), seenRemote: 3 }])
        expect((await state.getLink('l2'))?.seenRemote).toBe(3)
        expect(ids(await state.listLinks('b1', { states: ['ok', 'tombstone'], after: 'l1' }, 2))).toEqual(['l2', 'l3'])
      }),
    )

    it(
      'keeps the journal by state, in the order of sending',
      withBinding(async ({ state }) => {
        await state.putOperation(operationOf('o2', { sentMs: 2 }))
        await state.putOperation(operationOf('o1', { sentMs: 1, state: 'unknown' }))
        await state.putOperation(operationOf('o3', { sentMs: 0, state: 'confirmed' }))
        expect(ids(await state.listOperations('b1', ['sent', 'unknown']))).toEqual(['o1', 'o2'])
        await state.putOperation(operationOf('o2', { sentMs: 2, state: 'abandoned' }))
        expect((await state.getOperation('o2'))?.state).toBe('abandoned')
        expect(ids(await state.listOperations('b1', ['sent', 'unknown']))).toEqual(['o1'])
      }),
    )

    it(
      'keeps runs and trails newest first, with the content that was replaced, and forgets old ones',
      withBinding(async ({ state }) => {
        await state.putRun(runOf('r1', { startedMs: 1 }))
        await state.putRun(runOf('r2', { startedMs: 2, endedMs: 3, outcome: 'done' }))
        await state.putHistory([
          historyOf('h1', { atMs: 1, run: 'r1', kept: Uint8Array.of(1, 2) }),
          historyOf('h2', { atMs: 2, run: 'r2' }),
          historyOf('h3', { atMs: 2, run: 'r2', link: 'l2' }),
        ])
        await state.putOperation(operationOf('o1', { state: 'confirmed' }))
        await state.putOperation(operationOf('o2', { state: 'sent' }))
        await state.putLinks([linkOf('l1', { state: 'tombstone' }), linkOf('l2')])
        expect(ids(await state.listRuns('b1', 10))).toEqual(['r2', 'r1'])
        expect(ids(await state.listHistory('b1', { run: 'r2' }, 10))).toEqual(['h3', 'h2'])
        expect(ids(await state.listHistory('b1', { link: 'l1' }, 1))).toEqual(['h2'])
        expect((await state.getHistory('h1'))?.kept).toEqual(Uint8Array.of(1, 2))
        await state.prune('b1', { beforeMs: 2, tombstonesBeforeMs: 1 })
        expect(ids(await state.listRuns('b1', 10))).toEqual(['r2'])
        expect(await state.getHistory('h1')).toBeNull()
        expect(await state.getOperation('o1')).toBeNull()
        expect((await state.getOperation('o2'))?.state).toBe('sent')
        expect(await state.getLink('l1')).toBeNull()
        expect((await state.getLink('l2'))?.state).toBe('ok')
      }),
    )

    it(
      'writes with its unit of work or not at all, together with the calendar',
      withBinding(async ({ state, store, calendar }) => {
        await state.putLinks([linkOf('l1')])
        const failing = store.transaction(async (tx) => {
          await state.putLinks([linkOf('l1', { state: 'quarantined' }), linkOf('l2')], { tx })
          await state.markSeen('b1', 'remote', ['R-l1'], 8, { tx })
          await state.putInbox([inboxRowOf('a')], { tx })
          await state.putBinding(bindingOf('b1', calendar, { generation: 8 }), { tx })
          await store.updateCalendar(calendar, { displayName: 'X' }, { tx })
          expect((await state.getLink('l1', { tx }))?.state).toBe('quarantined')
          throw new Error('no')
        })
        await expect(failing).rejects.toThrow('no')
        expect(await state.getLink('l1')).toEqual(linkOf('l1'))
        expect((await state.findLink('b1', 'remote', 'R-l1'))?.id).toBe('l1')
        expect(await state.getLink('l2')).toBeNull()
        expect(await state.countInbox('b1', {})).toBe(0)
        expect((await state.getBinding('b1'))?.generation).toBe(1)
      }),
    )

    it(
      'loses a binding with all that is its own when its calendar or its connection goes',
      withBinding(async ({ state, store, calendar }) => {
        const fill = async () => {
          await state.putLinks([linkOf('l1')])
          await state.putInbox([inboxRowOf('a')])
          await state.putOperation(operationOf('o1'))
          await state.putRun(runOf('r1'))
          await state.putHistory([historyOf('h1')])
        }
        const left = async () => [
          await state.getBinding('b1'),
          await state.getLink('l1'),
          await state.getInbox(inboxRowOf('a')),
          await state.getOperation('o1'),
          await state.getRun('r1'),
          await state.getHistory('h1'),
        ]
        await fill()
        await store.deleteCalendar(calendar)
        expect(await left()).toEqual([null, null, null, null, null, null])
        const next = (await store.createCalendar({ owner: 'ann', name: 'work' })).id
        await state.createBinding(bindingOf('b1', next))
        await fill()
        await state.deleteConnection('c1')
        expect(await left()).toEqual([null, null, null, null, null, null])
        expect(await state.getConnection('c1')).toBeNull()
      }),
    )
  })
}
