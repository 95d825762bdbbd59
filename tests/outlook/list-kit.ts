import type { CalendarId, Principal } from '@dayport/core'
import { createMemoryStore } from '@dayport/core/memory'
import { createAuthorize, createCalendarService } from '@dayport/core/service'
import {
  createListService,
  createMemoryOutlook,
  type ListAccess,
  type ListRow,
  type UploadMethod,
} from '@dayport/outlook-sync'
import { openSqliteStore } from '@dayport/storage-sql/sqlite'
import { expect } from 'vitest'

export const ann: Principal = { id: 'ann', groups: [] }
export const bob: Principal = { id: 'bob', groups: [] }

/** A list service over a calendar of Ann's, in memory or SQLite. */
export const openKit = async (kind: 'memory' | 'sqlite') => {
  let nowMs = Date.UTC(2026, 2, 1, 12)
  let ids = 0
  let timeZone = 'Europe/Moscow'
  let objectsRead = 0
  const sqlite = kind === 'sqlite' ? openSqliteStore(':memory:', { now: () => nowMs }) : null
  const memory = createMemoryOutlook(createMemoryStore({ now: () => nowMs }))
  const store = sqlite ?? memory.store
  const bindings = sqlite?.outlookBindings ?? memory.bindings
  const authorize = createAuthorize(store)
  const service = createCalendarService({ store, authorize })
  const errors: unknown[] = []
  const newId = (): string => `00000000-0000-4000-8000-${String(++ids).padStart(12, '0')}`
  const lists = createListService({
    service: {
      ...service,
      async *findObjects(...asked) {
        for await (const object of service.findObjects(...asked)) {
          objectsRead += 1
          yield object
        }
      },
    },
    authorize,
    bindings,
    timeZoneOf: () => timeZone,
    now: () => nowMs,
    newId,
    onError: (error) => errors.push(error),
  })
  const calendar = await store.createCalendar({ owner: 'ann', name: 'work', displayName: 'Work' })
  const access: ListAccess = { principal: ann, calendar: calendar.id, connection: 'c1' }
  const put = (name: string, ...lines: string[]) =>
    service.putObject(ann, { calendar: calendar.id, name }, objectOf(name, lines))
  const sync = async (token: string | null, who = access) => {
    const changes = await lists.changes(who, token)
    if (changes === null) return null
    const rows: ListRow[] = []
    for await (const row of changes.rows) rows.push(row)
    expect(rows).toHaveLength(changes.rowCount)
    return { ...changes, rows }
  }
  return {
    store,
    service,
    lists,
    access,
    calendar: calendar.id as CalendarId,
    bindings,
    put,
    sync,
    errors,
    advance: (ms: number) => {
      nowMs += ms
    },
    moveTo: (zone: string) => {
      timeZone = zone
    },
    /** How many objects the lists have read since the last time this was asked. */
    objectsRead: () => {
      const read = objectsRead
      objectsRead = 0
      return read
    },
    text: async (name: string) =>
      new TextDecoder().decode((await service.getObject(ann, { calendar: calendar.id, name }))?.data),
    apply: async (...methods: UploadMethod[]) => lists.apply(access, methods, { onError: 'Continue' }),
  }
}

export const objectOf = (name: string, lines: readonly string[]): Uint8Array =>
  new TextEncoder().encode(
    [
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'PRODID:-//T//T//EN',
      'BEGIN:VEVENT',
      `UID:${name}`,
      'DTSTAMP:20260101T000000Z',
      ...lines,
      'END:VEVENT',
      'END:VCALENDAR',
      '',
    ].join('\r\n'),
  )

export const method = (
  command: UploadMethod['command'],
  id: number | null,
  version: number | null,
  fields: Record<string, string> = {},
  bag: Record<string, string> = {},
): UploadMethod => ({
  command,
  id,
  version,
  upload: { fields: new Map(Object.entries(fields)), bag: new Map(Object.entries(bag)) },
})
