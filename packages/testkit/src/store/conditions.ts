import type { DayportStore, WriteCondition } from '@dayport/core'
import { describe, expect, it } from 'vitest'
import { codeOf, eventDraft } from '../drafts.ts'
import { type OpenStoreForTest, withStore } from './open-store.ts'

const writers = 24

/** Starts that many writes at once and counts how they ended. */
const race = async (
  store: DayportStore,
  calendar: string,
  condition: WriteCondition,
): Promise<Readonly<Record<string, number>>> => {
  const ends = await Promise.all(
    Array.from({ length: writers }, (_, i) =>
      codeOf(
        store.putObject({ calendar, name: 'race.ics' }, eventDraft({ uid: 'u', summary: `Writer ${i}` }), condition),
      ),
    ),
  )
  const counts: Record<string, number> = {}
  for (const end of ends) counts[end ?? 'won'] = (counts[end ?? 'won'] ?? 0) + 1
  return counts
}

export const describeConditions = (open: OpenStoreForTest): void => {
  describe('write conditions', () => {
    it(
      'lets exactly one of many concurrent If-Match writers win (RFC 9110 §13.1.1)',
      withStore(open, async ({ store, calendar }) => {
        const ref = { calendar: calendar.id, name: 'race.ics' }
        const { etag } = await store.putObject(ref, eventDraft({ uid: 'u', summary: 'before' }))
        expect(await race(store, calendar.id, { ifMatch: [etag] })).toEqual({
          won: 1,
          'precondition-failed': writers - 1,
        })
        expect((await store.changes(calendar.id, calendar.syncToken)).changes[0]?.revision).toBe(2)
      }),
    )

    it(
      'lets exactly one of many concurrent creators win (RFC 9110 §13.1.2)',
      withStore(open, async ({ store, calendar }) => {
        expect(await race(store, calendar.id, { ifNoneMatch: '*' })).toEqual({
          won: 1,
          'precondition-failed': writers - 1,
        })
      }),
    )

    it(
      'tests lists and * against the current state',
      withStore(open, async ({ store, calendar }) => {
        const ref = { calendar: calendar.id, name: 'a.ics' }
        const put = (summary: string, condition: WriteCondition) =>
          codeOf(store.putObject(ref, eventDraft({ uid: 'u', summary }), condition))
        expect(await put('1', { ifMatch: '*' })).toBe('precondition-failed')
        expect(await put('1', { ifMatch: ['"x"'] })).toBe('precondition-failed')
        expect(await put('1', { ifNoneMatch: ['"x"'] })).toBeNull()
        const etag = (await store.getObject(ref))?.etag ?? ''
        expect(await put('2', { ifNoneMatch: ['"x"', etag] })).toBe('precondition-failed')
        expect(await put('2', { ifNoneMatch: '*' })).toBe('precondition-failed')
        expect(await put('2', { ifMatch: ['"x"', etag] })).toBeNull()
        expect(await put('3', { ifMatch: [etag] })).toBe('precondition-failed')
        expect(await put('3', { ifMatch: '*' })).toBeNull()
      }),
    )

    it(
      'keeps the object when a DELETE names an older etag',
      withStore(open, async ({ store, calendar }) => {
        const ref = { calendar: calendar.id, name: 'a.ics' }
        const { etag: stale } = await store.putObject(ref, eventDraft({ uid: 'u', summary: '1' }))
        const { etag } = await store.putObject(ref, eventDraft({ uid: 'u', summary: '2' }))
        expect(await codeOf(store.deleteObject(ref, { ifMatch: [stale] }))).toBe('precondition-failed')
        expect((await store.getObject(ref))?.etag).toBe(etag)
        await store.deleteObject(ref, { ifMatch: [etag] })
        expect(await store.getObject(ref)).toBeNull()
      }),
    )

    it(
      'lets one of a concurrent change and deletion of the same state win',
      withStore(open, async ({ store, calendar }) => {
        const ref = { calendar: calendar.id, name: 'a.ics' }
        const { etag } = await store.putObject(ref, eventDraft({ uid: 'u', summary: '1' }))
        const ends = await Promise.all([
          codeOf(store.putObject(ref, eventDraft({ uid: 'u', summary: '2' }), { ifMatch: [etag] })),
          codeOf(store.deleteObject(ref, { ifMatch: [etag] })),
        ])
        expect(ends.filter((end) => end === null)).toHaveLength(1)
      }),
    )
  })
}
