import { describe, expect, it } from 'vitest'
import { ann, objectOf, openKit } from './list-kit.ts'

const single = ['DTSTART:20260310T100000Z', 'DTEND:20260310T110000Z', 'SUMMARY:One']
const weekly = ['DTSTART:20260302T090000Z', 'DTEND:20260302T100000Z', 'RRULE:FREQ=WEEKLY', 'SUMMARY:Week']
const floating = ['DTSTART:20260310T100000', 'DTEND:20260310T110000', 'SUMMARY:Floating']

describe.each(['memory', 'sqlite'] as const)('a list kept beside its objects, over %s', (kind) => {
  it('reads each object once, when it is bound, and no object for a download', async () => {
    const { put, sync, objectsRead } = await openKit(kind)
    await put('a.ics', ...single)
    await put('w.ics', ...weekly, 'EXDATE:20260309T090000Z')
    const first = (await sync(null))!
    expect(objectsRead()).toBe(2)
    const again = (await sync(null))!
    expect(again.rows).toEqual(first.rows)
    expect(again.rows.map(({ item }) => item.kind)).toEqual(['single', 'master', 'deleted'])
    expect(objectsRead()).toBe(0)
    await put('a.ics', ...single, 'LOCATION:Here')
    expect((await sync(first.token))!.rows.map(({ item }) => item.location)).toEqual(['Here'])
    expect(objectsRead()).toBe(1)
  })

  it('tells many changes as few, those of a client that was away for long', async () => {
    const { put, sync, service, calendar, access, lists } = await openKit(kind)
    await put('a.ics', ...single)
    const { token } = (await sync(null))!
    await service.transaction(async (tx) => {
      for (let i = 0; i < 1_200; i++) {
        const lines = [...single.slice(0, 2), `SUMMARY:${i}`]
        await service.putObject(ann, { calendar, name: `n${i}.ics` }, objectOf(`n${i}`, lines), { tx })
      }
    })
    await put('w.ics', ...weekly, 'EXDATE:20260309T090000Z')
    await service.deleteObject(ann, { calendar, name: 'a.ics' })
    const { deleted, rows, ...next } = (await sync(token))!
    expect(deleted).toEqual([{ id: 1, uniqueId: expect.any(String) }])
    expect(rows).toHaveLength(1_202)
    expect(new Set(rows.map(({ id }) => id)).size).toBe(1_202)
    expect(rows.slice(-2).map(({ item, masterId }) => [item.kind, masterId])).toEqual([
      ['master', null],
      ['deleted', rows[1_200]!.id],
    ])
    expect((await sync(next.token))!.rows).toEqual([])
    const paged = await lists.changes(access, token, { limit: 500 })
    expect(paged).toMatchObject({ more: true, rowCount: 500 })
  }, 30_000)

  it('gives each master before its exceptions, also when the exceptions are older', async () => {
    const { put, sync } = await openKit(kind)
    const monthly = ['DTSTART:20260302T090000Z', 'DTEND:20260302T100000Z', 'EXDATE:20260402T090000Z']
    await put('m.ics', ...monthly, 'RRULE:FREQ=MONTHLY;BYMONTHDAY=2')
    await sync(null)
    await put('m.ics', ...monthly, 'RRULE:FREQ=MONTHLY;BYMONTHDAY=2,16')
    const rows = (await sync(null))!.rows.map(({ id, masterId, item }) => [id, masterId, item.kind])
    expect(rows).toEqual([
      [3, null, 'master'],
      [4, null, 'master'],
      [2, 3, 'deleted'],
    ])
  })

  it('asks the object for items that are too many to be kept', async () => {
    const { put, sync, objectsRead, bindings, calendar } = await openKit(kind)
    const hourly = ['DTSTART:20260302T090000Z', 'DTEND:20260302T091500Z', 'RRULE:FREQ=HOURLY;COUNT=300']
    await put('h.ics', ...hourly, `DESCRIPTION:${'x'.repeat(2_000)}`)
    const { rows, token } = (await sync(null))!
    expect(rows).toHaveLength(300)
    expect(rows[299]!.item).toMatchObject({ start: '2026-03-14T20:00:00Z', title: '(no title)' })
    expect(rows[299]!.item.description).toContain('x'.repeat(2_000))
    const kept = await bindings.bindingsOf({ calendar, view: 'full' }, ['h.ics'])
    expect(kept.filter(({ row }) => row !== null)).toEqual([])
    objectsRead()
    await put('h.ics', ...hourly.slice(0, 2))
    expect((await sync(token))!.rows).toHaveLength(1)
    await sync(null)
    expect(objectsRead()).toBe(1)
  })

  it('tells a client of what another time zone of the calendar moves, and of nothing else', async () => {
    const { put, sync, moveTo } = await openKit(kind)
    await put('a.ics', ...single)
    await put('f.ics', ...floating)
    const first = (await sync(null))!
    expect(first.rows.map(({ item }) => item.start)).toEqual(['2026-03-10T10:00:00Z', '2026-03-10T07:00:00Z'])
    moveTo('Asia/Tokyo')
    const next = (await sync(first.token))!
    expect(next.rows.map(({ id, version, item }) => [id, version, item.start])).toEqual([
      [2, 2, '2026-03-10T01:00:00Z'],
    ])
    expect((await sync(next.token))!.rows).toEqual([])
  })

  it('looks at the zones of all series again with every month, since zones change', async () => {
    const { service, calendar, sync, advance } = await openKit(kind)
    const change = (kind: string, month: string, from: string, to: string, until: string) => [
      ...[`BEGIN:${kind}`, `DTSTART:2020${month}`, `TZOFFSETFROM:${from}`, `TZOFFSETTO:${to}`],
      ...[`RRULE:FREQ=YEARLY;BYMONTH=${month.slice(0, 2)};BYDAY=-1SU;UNTIL=${until}`, `END:${kind}`],
    ]
    const lines = [
      ...['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//T//T//EN', 'BEGIN:VTIMEZONE', 'TZID:Ours'],
      ...change('DAYLIGHT', '0329T020000', '+0100', '+0200', '20340326T010000Z'),
      ...change('STANDARD', '1025T030000', '+0200', '+0100', '20341029T010000Z'),
      ...['END:VTIMEZONE', 'BEGIN:VEVENT', 'UID:z', 'DTSTAMP:20260101T000000Z', 'DTSTART;TZID=Ours:20260105T100000'],
      ...['DTEND;TZID=Ours:20260105T110000', 'RRULE:FREQ=MONTHLY', 'SUMMARY:Zone', 'END:VEVENT', 'END:VCALENDAR', ''],
    ]
    await service.putObject(ann, { calendar, name: 'z.ics' }, new TextEncoder().encode(lines.join('\r\n')))
    const first = (await sync(null))!
    expect(first.rows.map(({ item }) => item.kind)).toEqual(['master'])
    advance(5 * 365 * 86_400_000)
    const next = (await sync(first.token))!
    expect(next.deleted).toHaveLength(1)
    const starts = next.rows.map(({ item }) => `${item.kind} ${item.start}`)
    expect(starts).toContain('single 2031-01-05T09:00:00Z')
    expect(starts).toContain('single 2031-07-05T08:00:00Z')
  })
})
