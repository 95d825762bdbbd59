import { describe, expect, it } from 'vitest'
import { ann, method, objectOf, openKit } from './list-kit.ts'

const lunch = ['DTSTART:20260310T100000Z', 'DTEND:20260310T110000Z', 'SUMMARY:Lunch']
const weekly = ['DTSTART:20260302T090000Z', 'DTEND:20260302T100000Z', 'RRULE:FREQ=WEEKLY', 'SUMMARY:Week']
const exdate = 'EXDATE:20260309T090000Z'

describe.each(['memory', 'sqlite'] as const)(
  'an item that comes back (MS-LISTSWS 2.2.5.1 Restore), over %s',
  (kind) => {
    const open = async () => {
      const kit = await openKit(kind)
      const remove = (name: string) => kit.service.deleteObject(ann, { calendar: kit.calendar, name })
      /** What a client hears that has the token. */
      const told = async (token: string) => {
        const { deleted, restored, rows, token: next } = (await kit.sync(token))!
        const ids = (items: readonly { readonly id: number }[]) => items.map(({ id }) => id)
        return {
          deleted: ids(deleted),
          restored: ids(restored),
          rows: rows.map((row) => [row.id, row.version, row.item.kind, row.item.title]),
          next,
        }
      }
      return { ...kit, remove, told }
    }

    it('is an event that was deleted and put again under its name: the same id, told with its row', async () => {
      const { put, remove, sync, told } = await open()
      await put('a.ics', ...lunch)
      const first = (await sync(null))!
      await remove('a.ics')
      const gone = await told(first.token)
      expect([gone.deleted, gone.rows]).toEqual([[1], []])
      await put('a.ics', ...lunch)
      const back = await told(gone.next)
      expect(back).toMatchObject({ deleted: [], restored: [1], rows: [[1, 3, 'single', 'Lunch']] })
      const { rows } = (await sync(null))!
      expect(rows[0]!.uniqueId).toBe(first.rows[0]!.uniqueId)
      // Somebody who never heard of the deletion learns that it is another version.
      expect(await told(first.token)).toMatchObject({ deleted: [], restored: [1], rows: [[1, 3, 'single', 'Lunch']] })
      expect(await told(back.next)).toMatchObject({ deleted: [], restored: [], rows: [] })
      await put('a.ics', ...lunch, 'LOCATION:Here')
      expect(await told(back.next)).toMatchObject({ restored: [], rows: [[1, 4, 'single', 'Lunch']] })
    })

    it('is a series with its exceptions, all in the same series as before', async () => {
      const { put, remove, sync, told } = await open()
      await put('w.ics', ...weekly, exdate)
      const first = (await sync(null))!
      await remove('w.ics')
      const { next } = await told(first.token)
      await put('w.ics', ...weekly, exdate)
      const { restored, rows } = (await sync(next))!
      expect(restored.map(({ id }) => id).sort()).toEqual([1, 2])
      expect(rows.map(({ id, masterId, item }) => [id, masterId, item.kind])).toEqual([
        [1, null, 'master'],
        [2, 1, 'deleted'],
      ])
      expect(rows.map(({ seriesGuid }) => seriesGuid)).toEqual(first.rows.map(({ seriesGuid }) => seriesGuid))
    })

    it('is a deleted occurrence that was there again for a while (MS-OUTSPS 7 fn 14)', async () => {
      const { put, sync, told } = await open()
      await put('w.ics', ...weekly, exdate)
      const { token } = (await sync(null))!
      await put('w.ics', ...weekly)
      const there = await told(token)
      expect(there).toMatchObject({ deleted: [2], restored: [] })
      await put('w.ics', ...weekly, exdate)
      expect(await told(there.next)).toMatchObject({ deleted: [], restored: [2], rows: [[2, 3, 'deleted', 'Week']] })
    })

    it('is an event that was cancelled and takes place after all', async () => {
      const { put, sync, told } = await open()
      await put('a.ics', ...lunch)
      const { token } = (await sync(null))!
      await put('a.ics', ...lunch, 'STATUS:CANCELLED')
      const cancelled = await told(token)
      expect(cancelled.deleted).toEqual([1])
      await put('a.ics', ...lunch)
      expect((await told(cancelled.next)).restored).toEqual([1])
    })

    it('is never another event under the same name', async () => {
      const { put, remove, sync, told, service, calendar } = await open()
      await put('a.ics', ...lunch)
      const { token } = (await sync(null))!
      await remove('a.ics')
      const gone = await told(token)
      await service.putObject(ann, { calendar, name: 'a.ics' }, objectOf('other', lunch))
      expect(await told(gone.next)).toMatchObject({ deleted: [], restored: [], rows: [[2, 1, 'single', 'Lunch']] })
      // Nor when nobody looked in between.
      await remove('a.ics')
      await service.putObject(ann, { calendar, name: 'a.ics' }, objectOf('third', lunch))
      const { next } = await told(gone.next)
      expect(await told(token)).toMatchObject({ deleted: [1, 2], restored: [], rows: [[3, 1, 'single', 'Lunch']] })
      expect(next).toBeDefined()
    })

    it('is no item that was deleted in Outlook: were the answer lost, Outlook would delete again what was restored', async () => {
      const { put, sync, told, apply } = await open()
      await put('a.ics', ...lunch)
      const { token } = (await sync(null))!
      const deletion = method('Delete', 1, null)
      expect((await apply(deletion))[0]!.code).toBe('0x00000000')
      await put('a.ics', ...lunch)
      expect((await apply(deletion))[0]!.code).toBe('0x00000000')
      expect(await told(token)).toMatchObject({ deleted: [1], restored: [], rows: [[2, 1, 'single', 'Lunch']] })
    })

    it('is no item whose deletion Outlook sent when it was gone already: the same deletion, sent again, takes nothing with it', async () => {
      const { put, remove, sync, told, apply } = await open()
      await put('a.ics', ...lunch)
      const { token } = (await sync(null))!
      await remove('a.ics')
      const deletion = method('Delete', 1, null)
      expect((await apply(deletion))[0]!.code).toBe('0x00000000')
      await put('a.ics', ...lunch)
      expect((await apply(deletion))[0]!.code).toBe('0x00000000')
      expect(await told(token)).toMatchObject({ deleted: [1], restored: [], rows: [[2, 1, 'single', 'Lunch']] })
    })

    it('is no occurrence that Outlook makes where there was one: what is new to a client has a new id', async () => {
      const { put, sync, told, apply } = await open()
      await put('w.ics', ...weekly, exdate)
      const first = (await sync(null))!
      await put('w.ics', ...weekly)
      const { next } = await told(first.token)
      const fields = { EventType: '3', UID: `{${first.rows[0]!.seriesGuid}}`, RecurrenceID: '2026-03-09T09:00:00Z' }
      const [made] = await apply(method('New', null, null, fields, { ReplicationID: '{A}' }))
      expect(made).toMatchObject({ code: '0x00000000', row: { id: 3, bag: { ReplicationID: '{A}' } } })
      expect(await told(next)).toMatchObject({ deleted: [], restored: [], rows: [[3, 1, 'deleted', 'Week']] })
    })

    it('has a new id when its deletion is forgotten', async () => {
      const { put, remove, sync, told, bindings, advance } = await open()
      await put('a.ics', ...lunch)
      const { token } = (await sync(null))!
      await remove('a.ics')
      const gone = await told(token)
      advance(60_000)
      expect(await bindings.forgetDeleted(Number.MAX_SAFE_INTEGER)).toBe(1)
      await put('a.ics', ...lunch)
      expect(await told(gone.next)).toMatchObject({ restored: [], rows: [[2, 1, 'single', 'Lunch']] })
    })

    it('stays where it is when its event only gets another name', async () => {
      const { put, remove, sync, told, service, calendar } = await open()
      await put('w.ics', ...weekly, exdate)
      const { token } = (await sync(null))!
      await remove('w.ics')
      await service.putObject(ann, { calendar, name: 'renamed.ics' }, objectOf('w.ics', [...weekly, exdate]))
      const { deleted, restored, rows } = await told(token)
      expect([deleted, restored, rows.map(([id]) => id)]).toEqual([[], [], [1, 2]])
    })

    it('is told page by page with its row', async () => {
      const { put, remove, sync, lists, access } = await open()
      for (const name of ['a', 'b', 'c']) await put(`${name}.ics`, ...lunch)
      const first = (await sync(null))!
      for (const name of ['a', 'b', 'c']) await remove(`${name}.ics`)
      let { token } = (await sync(first.token))!
      for (const name of ['a', 'b', 'c']) await put(`${name}.ics`, ...lunch)
      const pages: [number[], number[]][] = []
      for (let more = true; more; ) {
        const page = (await lists.changes(access, token, { limit: 2 }))!
        const ids: number[] = []
        for await (const row of page.rows) ids.push(row.id)
        pages.push([page.restored.map(({ id }) => id), ids])
        token = page.token
        more = page.more
      }
      expect(pages).toEqual([
        [
          [1, 2],
          [1, 2],
        ],
        [[3], [3]],
      ])
    })
  },
)
