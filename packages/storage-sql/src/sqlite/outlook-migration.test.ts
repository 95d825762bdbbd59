import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createAuthorize, createCalendarService } from '@dayport/core/service'
import { createListService, type ListRow } from '@dayport/outlook-sync'
import { afterEach, describe, expect, it } from 'vitest'
import { createConnection } from './client.ts'
import { migrate } from './migrate.ts'
import { calendarMigrations } from './migrations/calendars.ts'
import { outlookKeptItems } from './migrations/outlook.ts'
import { openSqliteStore } from './open-sqlite-store.ts'

const folder = mkdtempSync(join(tmpdir(), 'dayport-migration-'))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const event = new TextEncoder().encode(
  [
    ...['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//T//T//EN', 'BEGIN:VEVENT', 'UID:a', 'DTSTAMP:20260101T000000Z'],
    ...['DTSTART:20260310T100000Z', 'DTEND:20260310T110000Z', 'SUMMARY:One', 'END:VEVENT', 'END:VCALENDAR', ''],
  ].join('\r\n'),
)

describe('lists of a database from before items were kept', () => {
  it('keep ids, tokens and deletions, and their items are taken in once', async () => {
    const path = join(folder, 'old.db')
    const client = new DatabaseSync(path)
    const old = createConnection(client)
    migrate(old, 'dayport', calendarMigrations.slice(0, calendarMigrations.indexOf(outlookKeptItems)))
    old.run(
      `INSERT INTO dayport_calendar (id, owner, name, components, revision, pruned_revision, display_name, description,
         color, sort_order, timezone, export_allowed, access, dead_properties, modified_ms, read_only)
       VALUES ('cal', 'ann', 'work', '["VEVENT"]', 0, 0, '', '', NULL, 0, NULL, 0, '[]', '{}', 0, 0)`,
    )
    const guid = '11111111-2222-3333-4444-555555555555'
    old.run(`INSERT INTO dayport_outlook_list VALUES ('cal', 'full', ?, 1, 9, 0, 8, NULL, 0, '2026-03-01')`, guid)
    const item = `INSERT INTO dayport_outlook_item (calendar, view, id, object_name, key, version, sequence, deleted, digest,
       unique_id, bag, windowed, created_ms, modified_ms) VALUES ('cal', 'full', ?, ?, 'event', 3, ?, ?, 'd', ?, '{"X":"y"}', 0, 1, 2)`
    old.run(item, 7, 'a.ics', 8, 0, guid)
    old.run(item, 8, 'b.ics', 9, 1, guid)
    old.close()

    const store = openSqliteStore(path)
    const ref = { calendar: 'cal', view: 'full' } as const
    expect(await store.outlookBindings.getList(ref)).toMatchObject({ guid, sequence: 9, lastItemId: 8, mappedBy: null })
    expect((await store.outlookBindings.getBinding(ref, 8))?.deleted).toBe(true)
    const authorize = createAuthorize(store)
    const service = createCalendarService({ store, authorize })
    const principal = { id: 'ann', groups: [] }
    await service.putObject(principal, { calendar: 'cal', name: 'a.ics' }, event)
    const lists = createListService({
      ...{ service, authorize, bindings: store.outlookBindings, newId: () => crypto.randomUUID() },
      now: () => Date.UTC(2026, 2, 1),
      onError: (error) => expect.unreachable(String(error)),
    })
    const changes = await lists.changes({ principal, calendar: 'cal', connection: null }, null)
    const rows: ListRow[] = []
    for await (const row of changes!.rows) rows.push(row)
    expect(rows.map(({ id, version, bag, item }) => [id, version, bag.X, item.title])).toEqual([[7, 4, 'y', 'One']])
    const { row } = (await store.outlookBindings.getBinding(ref, 7))!
    expect(new TextDecoder().decode(row!)).toContain(' ows_Title="One"')
    await store.close()
  })
})
