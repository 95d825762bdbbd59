import { createAuthorize, createCalendarService } from '@dayport/core/service'
import { createListService } from '@dayport/outlook-sync'
import { openSqliteStore } from '@dayport/storage-sql/sqlite'
import { describe, expect, it } from 'vitest'
import { deletionsKeptDays, startMaintenance } from './maintenance.ts'

const dayMs = 86_400_000
const ann = { id: 'ann', groups: [] }

const event = new TextEncoder().encode(
  [
    ...['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//T//T//EN', 'BEGIN:VEVENT', 'UID:a', 'DTSTAMP:20260101T000000Z'],
    ...['DTSTART:20260310T100000Z', 'DTEND:20260310T110000Z', 'SUMMARY:One', 'END:VEVENT', 'END:VCALENDAR', ''],
  ].join('\r\n'),
)

const open = async () => {
  let nowMs = Date.UTC(2026, 2, 1, 12)
  const now = (): number => nowMs
  const store = openSqliteStore(':memory:', { now })
  const authorize = createAuthorize(store)
  const service = createCalendarService({ store, authorize })
  const onError = (error: unknown): void => expect.unreachable(String(error))
  const newId = () => crypto.randomUUID()
  const lists = createListService({ service, authorize, bindings: store.outlookBindings, now, newId, onError })
  const calendar = (await store.createCalendar({ owner: 'ann', name: 'work' })).id
  const waiting = new Map<() => void, number>()
  const stop = startMaintenance({
    outlookBindings: store.outlookBindings,
    now,
    after: (ms, work) => {
      waiting.set(work, nowMs + ms)
      return () => waiting.delete(work)
    },
    onError,
  })
  /** Time goes by, in steps of a day. */
  const live = async (days: number): Promise<void> => {
    for (let day = 0; day < days; day++) {
      nowMs += dayMs
      for (const [work, dueMs] of [...waiting]) {
        if (dueMs > nowMs) continue
        waiting.delete(work)
        work()
      }
      await store.transaction(async () => {}) // behind what was begun
    }
  }
  const access = { principal: ann, calendar, connection: null }
  return { store, service, calendar, waiting, stop, live, sync: (token: string | null) => lists.changes(access, token) }
}

describe('the maintenance of the portal', () => {
  it('keeps deletions for 180 days, and then lets an Outlook that has not heard of them start over (MS-LISTSWS 2.2.5.1)', async () => {
    const { store, service, calendar, live, sync, stop, waiting } = await open()
    await service.putObject(ann, { calendar, name: 'a.ics' }, event)
    const away = (await sync(null))!.token
    await service.deleteObject(ann, { calendar, name: 'a.ics' })
    const present = (await sync(away))!.token
    await live(deletionsKeptDays)
    expect((await sync(away))?.deleted).toHaveLength(1)
    await live(1)
    expect(await sync(away)).toBeNull()
    expect((await sync(present))?.deleted).toEqual([])
    expect((await sync(null))?.rowCount).toBe(0)
    await stop()
    expect(waiting.size).toBe(0)
    await store.close()
  })
})
