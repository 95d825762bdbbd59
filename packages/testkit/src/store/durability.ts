import { describe, expect, it } from 'vitest'
import { collect, eventDraft } from '../drafts.ts'
import { type OpenStoreForTest, withStore } from './open-store.ts'

export const describeDurability = (open: OpenStoreForTest): void => {
  describe('a store that is closed and opened again', () => {
    it(
      'has the same calendars, bytes, etags and tokens',
      withStore(open, async ({ store, calendar, reopen, skip }) => {
        if (reopen === undefined) return skip('the store keeps nothing')
        for (const name of ['a', 'b', 'c']) {
          await store.putObject({ calendar: calendar.id, name }, eventDraft({ uid: name }))
        }
        const since = (await store.changes(calendar.id, null, { limit: 1 })).token
        await store.deleteObject({ calendar: calendar.id, name: 'b' })
        const look = async (from: typeof store) => ({
          calendars: await from.listCalendars({ id: 'ann', groups: [] }),
          objects: await collect(from.findObjects(calendar.id, {})),
          changes: await from.changes(calendar.id, since),
        })
        const before = await look(store)
        const again = await reopen()
        try {
          expect(await look(again.store)).toEqual(before)
        } finally {
          await again.close?.()
        }
      }),
    )
  })
}
