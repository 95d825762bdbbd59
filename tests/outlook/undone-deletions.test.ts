import { createOutlookModel } from '@dayport/testkit'
import { describe, expect, it } from 'vitest'
import { ann, method, openKit } from './list-kit.ts'
import { openGround, openWorld } from './world.ts'

const replicationId = '{23ABF7AA-4A85-4F75-93D1-9163E4ED4462}'
const lunch = { Title: 'Lunch', EventDate: '2026-03-02T11:00:00Z', EndDate: '2026-03-02T12:00:00Z', EventType: '0' }
const bag = { ReplicationID: replicationId, vti_versionhistory: `${'a'.repeat(32)}:1` }
const sentNew = () => method('New', null, null, lunch, bag)

describe.each(['memory', 'sqlite'] as const)('a deletion that a person takes back in Outlook (%s)', (kind) => {
  it('brings the event back once, as a new item, however often it is sent (MS-OUTSPS 3.2.4.2.1 ReplicationID)', async () => {
    const { apply, sync } = await openKit(kind)
    await apply(sentNew())
    const { token } = (await sync(null))!
    await apply(method('Delete', 1, null))
    const [back] = await apply(sentNew())
    expect(back).toMatchObject({ code: '0x00000000', row: { id: 2, version: 1, item: { title: 'Lunch' } } })
    const [again] = await apply(sentNew())
    expect(again).toMatchObject({
      code: '0x00000000',
      row: { id: 2, version: 1, bag: { ReplicationID: replicationId } },
    })
    const next = (await sync(token))!
    expect([next.deleted.map(({ id }) => id), next.rows.map(({ id }) => id)]).toEqual([[1], [2]])
    expect((await sync(null))!.rows).toHaveLength(1)
  })

  it('does so again and again', async () => {
    const { apply, sync } = await openKit(kind)
    await apply(sentNew())
    for (const id of [1, 2, 3]) {
      await apply(method('Delete', id, null))
      expect((await apply(sentNew()))[0]).toMatchObject({ code: '0x00000000', row: { id: id + 1 } })
    }
    expect((await sync(null))!.rows).toHaveLength(1)
  })

  it('is not what a lost answer looks like: what went through another door meanwhile stays away', async () => {
    const { apply, lists, access, service, calendar, sync } = await openKit(kind)
    await apply(sentNew())
    const { objectName } = (await lists.eventOf(access, 1))!
    await service.deleteObject(ann, { calendar, name: objectName })
    expect((await apply(sentNew()))[0]).toMatchObject({ code: '0x81020016', row: null })
    expect((await sync(null))!.rows).toHaveLength(0)
  })

  it('finds the event that somebody else has brought back under any name, and tells what differs as a conflict', async () => {
    const { apply, lists, access, service, calendar, sync } = await openKit(kind)
    await apply(sentNew())
    const { objectName } = (await lists.eventOf(access, 1))!
    const { data } = (await service.getObject(ann, { calendar, name: objectName }))!
    await apply(method('Delete', 1, null))
    await service.putObject(ann, { calendar, name: 'back.ics' }, data)
    const [same] = await apply(sentNew())
    expect(same).toMatchObject({ code: '0x00000000', row: { id: 2, bag: { ReplicationID: replicationId } } })
    const [other] = await apply(method('New', null, null, { ...lunch, Title: 'Dinner' }, bag))
    expect(other).toMatchObject({ code: '0x81020015', row: { id: 2, item: { title: 'Lunch' } } })
    expect((await sync(null))!.rows).toHaveLength(1)
  })
})

describe('a deletion of a series that a person takes back in Outlook', () => {
  it('brings its changed and deleted occurrences back with it', async () => {
    const world = await openWorld(openGround('memory'))
    let guids = 0
    const open = async (editor: string) =>
      createOutlookModel({
        fetch: world.outlook,
        baseUrl: await world.connect(editor),
        listGuid: world.listGuid,
        newGuid: () => `0000000${editor}-0000-4000-9000-${String(++guids).padStart(12, '0')}`,
        editor: editor.repeat(32),
        onConflict: () => 'keep-mine',
        uploadsFirst: () => true,
        sendsAll: () => true,
      })
    const outlook = await open('1')
    const master = outlook.create({
      ...{ Title: 'Series', EventType: '1', fRecurrence: '1', UID: '{12345678-1234-1234-1234-1234567890AB}' },
      ...{ EventDate: '2026-03-02T09:00:00Z', EndDate: '2026-03-02T10:00:00Z', Duration: '3600', fAllDayEvent: '0' },
      RecurrenceData:
        '<recurrence><rule><firstDayOfWeek>mo</firstDayOfWeek><repeat><daily dayFrequency="1" /></repeat><repeatInstances>5</repeatInstances></rule></recurrence>',
      XMLTZone:
        '<timeZoneRule><standardBias>0</standardBias><additionalDaylightBias>0</additionalDaylightBias></timeZoneRule>',
    })
    await outlook.sync()
    outlook.changeOccurrence(master, '2026-03-03T09:00:00Z', '2026-03-03T10:00:00Z', { Title: 'Changed' })
    outlook.removeOccurrence(master, '2026-03-04T09:00:00Z', '2026-03-04T10:00:00Z')
    await outlook.sync()
    const range = { startMs: Date.UTC(2026, 2, 1), endMs: Date.UTC(2026, 3, 1) }
    const before = outlook.shown(range).occurrences.map(({ startMs, title }) => [startMs, title])
    expect(before).toHaveLength(4)
    outlook.remove(master)
    await outlook.sync()
    expect(outlook.shown(range).occurrences).toEqual([])
    outlook.undoRemove()
    await outlook.sync()
    const other = await open('2')
    await other.sync()
    for (const { shown, faults, aside } of [outlook, other]) {
      expect(shown(range).occurrences.map(({ startMs, title }) => [startMs, title])).toEqual(before)
      expect([...faults, ...aside]).toEqual([])
    }
    await world.close()
  })
})
