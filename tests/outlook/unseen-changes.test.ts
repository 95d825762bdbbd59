import { describe, expect, it } from 'vitest'
import { method, objectOf, openKit } from './list-kit.ts'

const weekly = ['DTSTART:20260302T090000Z', 'DTEND:20260302T100000Z', 'SUMMARY:Weekly', 'RRULE:FREQ=WEEKLY']
const slot = '2026-03-09T09:00:00Z'

describe.each(['memory', 'sqlite'] as const)('an occurrence that another Outlook has changed (%s)', (kind) => {
  /** A series with one occurrence that was changed: item 1 and 2. */
  const changedKit = async () => {
    const kit = await openKit(kind)
    await kit.put('w.ics', ...weekly)
    const guid = (await kit.sync(null))!.rows[0]!.seriesGuid!
    const of = { fRecurrence: '1', UID: `{${guid}}`, RecurrenceID: slot }
    const late = { EventDate: '2026-03-09T10:00:00Z', EndDate: '2026-03-09T11:00:00Z', Title: 'Late' }
    const [made] = await kit.apply(method('New', null, null, { ...of, ...late, EventType: '4' }))
    expect(made).toMatchObject({ code: '0x00000000', row: { id: 2, version: 1 } })
    return { ...kit, of, deletion: { ...of, EventType: '3' } }
  }

  it('is not deleted by one that has not heard of it: it is told the conflict, and the change stays (MS-OUTSPS 3.2.6.4)', async () => {
    const { apply, text, deletion } = await changedKit()
    const [result] = await apply(method('New', null, null, deletion, { ReplicationID: '{A}' }))
    expect(result).toMatchObject({ code: '0x81020015', row: { id: 2, version: 1, item: { title: 'Late' } } })
    const [again] = await apply(method('New', null, null, deletion, { ReplicationID: '{A}' }))
    expect(again!.code).toBe('0x81020015')
    expect(await text('w.ics')).toContain('SUMMARY:Late')
    expect(await text('w.ics')).not.toContain('EXDATE')
  })

  it('is deleted by one that has: Delete of the item and New of the deleted occurrence (MS-OUTSPS 7 fn 16)', async () => {
    const { apply, text, deletion } = await changedKit()
    const results = await apply(method('Delete', 2, 1), method('New', null, null, deletion))
    expect(results.map(({ code, row }) => [code, row?.id, row?.item.kind])).toEqual([
      ['0x00000000', undefined, undefined],
      ['0x00000000', 3, 'deleted'],
    ])
    expect(await text('w.ics')).not.toContain('SUMMARY:Late')
  })

  it('is deleted by one that names its version, and by none that names another', async () => {
    const { apply, text, deletion } = await changedKit()
    await apply(method('Update', 2, 1, { Title: 'Later' }))
    expect((await apply(method('New', null, 1, deletion)))[0]).toMatchObject({
      code: '0x81020015',
      row: { version: 2 },
    })
    expect(await text('w.ics')).toContain('SUMMARY:Later')
    expect((await apply(method('New', null, 2, deletion)))[0]).toMatchObject({
      code: '0x00000000',
      row: { item: { kind: 'deleted', recurrenceId: slot } },
    })
    expect(await text('w.ics')).not.toContain('SUMMARY:Later')
  })

  it('is not changed unseen either: the second change is a conflict with the first', async () => {
    const { apply, text, of } = await changedKit()
    const other = { ...of, EventType: '4', Title: 'Other', EventDate: slot, EndDate: '2026-03-09T09:30:00Z' }
    const [result] = await apply(method('New', null, null, other))
    expect(result).toMatchObject({ code: '0x81020015', row: { id: 2, version: 1, item: { title: 'Late' } } })
    expect(await text('w.ics')).not.toContain('SUMMARY:Other')
    expect((await apply(method('New', null, 1, other)))[0]).toMatchObject({
      code: '0x00000000',
      row: { id: 2, version: 2, item: { title: 'Other', start: slot } },
    })
  })

  it('is no conflict with itself: what was made or overwritten, its answer lost, is answered again', async () => {
    for (const bag of [{}, { ReplicationID: '{B}', vti_versionhistory: `${'b'.repeat(32)}:1` }]) {
      const { apply, sync, text, of } = await changedKit()
      const late = { EventType: '4', EventDate: '2026-03-09T10:00:00Z', EndDate: '2026-03-09T11:00:00Z', Title: 'Late' }
      const [retried] = await apply(method('New', null, null, { ...of, ...late }))
      expect(retried).toMatchObject({ code: '0x00000000', row: { id: 2, version: 1 } })
      const other = method('New', null, 1, { ...of, ...late, Title: 'Other' }, bag)
      for (const [result] of [await apply(other), await apply(other)]) {
        expect(result).toMatchObject({ code: '0x00000000', row: { id: 2, version: 2, bag, item: { title: 'Other' } } })
      }
      const third = method('New', null, null, { ...of, ...late, Title: 'Other' }, { FollowUp: '1' })
      expect((await apply(third))[0]).toMatchObject({ code: '0x81020015', row: { version: 2 } })
      expect(await text('w.ics')).toContain('SUMMARY:Other')
      expect((await sync(null))!.rows).toHaveLength(2)
    }
  })

  it('stays where it was moved past its neighbour: its slot is deleted already, and it is an item of its own', async () => {
    const { apply, sync, service, calendar, text } = await openKit(kind)
    const moved = [
      ...['BEGIN:VEVENT', 'UID:w.ics', 'DTSTAMP:20260101T000000Z', 'RECURRENCE-ID:20260309T090000Z'],
      ...['DTSTART:20260318T090000Z', 'DTEND:20260318T100000Z', 'SUMMARY:Moved', 'END:VEVENT'],
    ]
    const data = objectOf('w.ics', [...weekly, 'END:VEVENT', ...moved.slice(0, -1)])
    await service.putObject({ id: 'ann', groups: [] }, { calendar, name: 'w.ics' }, data)
    const guid = (await sync(null))!.rows[0]!.seriesGuid!
    const deletion = { EventType: '3', fRecurrence: '1', UID: `{${guid}}`, RecurrenceID: slot }
    const [result] = await apply(method('New', null, null, deletion))
    expect(result).toMatchObject({ code: '0x00000000', row: { item: { kind: 'deleted', recurrenceId: slot } } })
    expect(await text('w.ics')).toContain('SUMMARY:Moved')
    const rows = (await sync(null))!.rows
    expect(rows.map(({ item }) => [item.kind, item.title])).toContainEqual(['single', 'Moved'])
  })
})
