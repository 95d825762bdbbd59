import { CalendarError } from '@dayport/core'
import { describe, expect, it } from 'vitest'
import { codeOf, collect, eventDraft } from '../drafts.ts'
import { type OpenStoreForTest, withStore } from './open-store.ts'

export const describeUnitsOfWork = (open: OpenStoreForTest): void => {
  describe('units of work', () => {
    it(
      'undo everything when they throw: objects, changes, calendars',
      withStore(open, async ({ store, calendar }) => {
        const ref = { calendar: calendar.id, name: 'kept.ics' }
        await store.putObject(ref, eventDraft({ uid: 'kept' }))
        const before = await store.getCalendar(calendar.id)
        const boom = new Error('boom')
        const work = store.transaction(async (tx) => {
          await store.putObject({ ...ref, name: 'new.ics' }, eventDraft({ uid: 'new' }), undefined, { tx })
          await store.putObject(ref, eventDraft({ uid: 'kept', summary: 'changed' }), undefined, { tx })
          await store.deleteObject(ref, undefined, { tx })
          await store.updateCalendar(calendar.id, { displayName: 'Renamed' }, { tx })
          const made = await store.createCalendar({ owner: 'ann', name: 'made' }, { tx })
          await store.putObject({ calendar: made.id, name: 'x.ics' }, eventDraft({ uid: 'x' }), undefined, { tx })
          throw boom
        })
        await expect(work).rejects.toBe(boom)
        expect(await store.getCalendar(calendar.id)).toEqual(before)
        expect((await store.changes(calendar.id, null)).changes.map((c) => c.name)).toEqual(['kept.ics'])
        expect((await store.getObject(ref))?.index.uid).toBe('kept')
        expect(await store.findCalendar('ann', 'made')).toBeNull()
        await store.putObject({ ...ref, name: 'other.ics' }, eventDraft({ uid: 'new' }))
        expect((await store.getCalendar(calendar.id))?.revision).toBe(2)
      }),
    )

    it(
      'see their own writes, and nobody else does before they end',
      withStore(open, async ({ store, calendar }) => {
        const ref = { calendar: calendar.id, name: 'a.ics' }
        const old = { calendar: calendar.id, name: 'old.ics' }
        await store.putObject(old, eventDraft({ uid: 'old' }))
        const since = (await store.changes(calendar.id, null)).token
        const range = { startMs: Date.UTC(2026, 0, 1), endMs: Date.UTC(2027, 0, 1) }
        const look = async (tx?: Parameters<Parameters<typeof store.transaction>[0]>[0]) => {
          const options = tx === undefined ? {} : { tx }
          return {
            got: (await store.getObject(ref, options)) !== null,
            found: (await collect(store.findObjects(calendar.id, { range }, options))).map((o) => o.name),
            changed: (await store.changes(calendar.id, since, options)).changes.map((c) => c.name),
            listed: (await store.listCalendars({ id: 'ann', groups: [] }, options)).map((c) => c.name).sort(),
            revision: (await store.getCalendar(calendar.id, options))?.revision,
          }
        }
        const before = await look()
        await store.transaction(async (tx) => {
          await store.putObject(ref, eventDraft({ uid: 'a' }), undefined, { tx })
          await store.deleteObject(old, undefined, { tx })
          await store.createCalendar({ owner: 'ann', name: 'second' }, { tx })
          expect(await look()).toEqual(before)
          expect(await look(tx)).toEqual({
            got: true,
            found: ['a.ics'],
            changed: ['a.ics', 'old.ics'],
            listed: ['second', 'work'],
            revision: 3,
          })
        })
        expect(await look()).toMatchObject({ got: true, found: ['a.ics'], listed: ['second', 'work'], revision: 3 })
      }),
    )

    it(
      'go on after a refused write when the work catches the error, without a trace of that write',
      withStore(open, async ({ store, calendar }) => {
        const put = (name: string, uid: string, tx: Parameters<Parameters<typeof store.transaction>[0]>[0]) =>
          store.putObject({ calendar: calendar.id, name }, eventDraft({ uid }), undefined, { tx })
        await store.transaction(async (tx) => {
          await put('a', 'u1', tx)
          expect(await codeOf(put('b', 'u1', tx))).toBe('uid-conflict')
          await put('c', 'u2', tx)
        })
        const page = await store.changes(calendar.id, null)
        expect(page.changes.map((c) => [c.name, c.revision])).toEqual([
          ['a', 1],
          ['c', 2],
        ])
      }),
    )

    it(
      'run one after another, so that reading and then writing loses no update',
      withStore(open, async ({ store, calendar }) => {
        const raise = () =>
          store.transaction(async (tx) => {
            const now = await store.getCalendar(calendar.id, { tx })
            await new Promise((resolve) => setTimeout(resolve, 0))
            await store.updateCalendar(calendar.id, { order: (now?.order ?? 0) + 1 }, { tx })
          })
        await Promise.all(Array.from({ length: 20 }, raise))
        expect((await store.getCalendar(calendar.id))?.order).toBe(20)
      }),
    )

    it(
      'fail alone: the neighbours that waited with a failing one are kept',
      withStore(open, async ({ store, calendar }) => {
        const ends = await Promise.all(
          Array.from({ length: 30 }, (_, i) =>
            codeOf(
              store.transaction(async (tx) => {
                const ref = { calendar: calendar.id, name: `o${i}` }
                await store.putObject(ref, eventDraft({ uid: `u${i}` }), undefined, { tx })
                if (i % 3 === 0) throw new CalendarError('forbidden', 'not this one')
              }),
            ),
          ),
        )
        expect(ends.filter((end) => end === 'forbidden')).toHaveLength(10)
        const page = await store.changes(calendar.id, null)
        expect(page.changes).toHaveLength(20)
        expect(page.changes.map((c) => c.revision)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1))
      }),
    )

    it(
      'join the one whose handle they are given',
      withStore(open, async ({ store, calendar }) => {
        const work = store.transaction(async (tx) => {
          await store.transaction(
            async (inner) =>
              store.putObject({ calendar: calendar.id, name: 'a' }, eventDraft({ uid: 'a' }), undefined, { tx: inner }),
            { tx },
          )
          throw new CalendarError('forbidden', 'after all')
        })
        expect(await codeOf(work)).toBe('forbidden')
        expect(await store.getObject({ calendar: calendar.id, name: 'a' })).toBeNull()
      }),
    )

    it(
      'refuse their handle once they have ended',
      withStore(open, async ({ store, calendar }) => {
        const tx = await store.transaction(async (handle) => handle)
        const ref = { calendar: calendar.id, name: 'a' }
        await expect(store.putObject(ref, eventDraft({ uid: 'a' }), undefined, { tx })).rejects.toThrow(TypeError)
        await expect(store.getObject(ref, { tx })).rejects.toThrow(TypeError)
      }),
    )

    it(
      'do not start when their signal is aborted',
      withStore(open, async ({ store }) => {
        const signal = AbortSignal.abort(new Error('gone away'))
        let ran = false
        const work = store.transaction(
          async () => {
            ran = true
          },
          { signal },
        )
        await expect(work).rejects.toThrow('gone away')
        expect(ran).toBe(false)
      }),
    )
  })
}
