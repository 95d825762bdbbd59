import type { ListAccess } from '@dayport/outlook-sync'
import { describe, expect, it } from 'vitest'
import { bob, method, openKit } from './list-kit.ts'

const lunch = { Title: 'Lunch', EventDate: '2026-03-02T11:00:00Z', EndDate: '2026-03-02T12:00:00Z', EventType: '0' }
const single = ['DTSTART:20260310T100000Z', 'DTEND:20260310T110000Z', 'SUMMARY:One']
const weekly = ['DTSTART:20260302T090000Z', 'DTEND:20260302T100000Z', 'RRULE:FREQ=WEEKLY', 'SUMMARY:Week']

describe.each(['memory', 'sqlite'] as const)('the list service over %s', (kind) => {
  it('gives the whole list without a token, and only what changed with one', async () => {
    const { put, sync } = await openKit(kind)
    await put('a.ics', ...single)
    const first = (await sync(null))!
    expect(first.rows.map(({ id, version, item }) => [id, version, item.title])).toEqual([[1, 1, 'One']])
    expect(first.token).toMatch(/^1;3;[0-9a-f-]{36};\d+;1$/)
    expect((await sync(first.token))!.rows).toEqual([])
    await put('a.ics', ...single, 'LOCATION:Here')
    await put('b.ics', ...single)
    const next = (await sync(first.token))!
    expect(next.rows.map(({ id, version }) => [id, version])).toEqual([
      [1, 2],
      [2, 1],
    ])
  })

  it('raises the version of those items of a series alone that another door changed', async () => {
    const { put, sync } = await openKit(kind)
    await put('w.ics', ...weekly, 'EXDATE:20260309T090000Z')
    const first = (await sync(null))!
    expect(first.rows.map(({ id, item }) => [id, item.kind])).toEqual([
      [1, 'master'],
      [2, 'deleted'],
    ])
    expect(first.rows[1]).toMatchObject({ masterId: 1, seriesGuid: first.rows[0]!.seriesGuid })
    await put('w.ics', ...weekly, 'EXDATE:20260309T090000Z,20260316T090000Z')
    const next = (await sync(first.token))!
    expect(next.rows.map(({ id, version }) => [id, version])).toEqual([[3, 1]])
    await put('w.ics', ...weekly)
    const last = (await sync(next.token))!
    expect(last.rows).toEqual([])
    expect(last.deleted.map(({ id }) => id)).toEqual([2, 3])
  })

  it('gives a series another GUID when, and only when, its recurrence changes (MS-OUTSPS 3.2.4.2.2)', async () => {
    const { put, sync } = await openKit(kind)
    await put('w.ics', ...weekly)
    const guid = (await sync(null))!.rows[0]!.seriesGuid
    await put('w.ics', ...weekly.slice(0, 3), 'SUMMARY:Other')
    expect((await sync(null))!.rows[0]!.seriesGuid).toBe(guid)
    await put('w.ics', ...weekly.slice(0, 2), 'RRULE:FREQ=DAILY', 'SUMMARY:Other')
    expect((await sync(null))!.rows[0]!.seriesGuid).not.toBe(guid)
  })

  it('gives no id of one view to another item in the other, since rights change while a client holds items', async () => {
    const { put, sync, access, store, calendar } = await openKit(kind)
    await put('a.ics', ...single)
    await put('b.ics', ...weekly)
    await store.updateCalendar(calendar, { access: [{ principal: 'bob', level: 'read' }] })
    const full = (await sync(null))!.rows.map(({ id }) => id)
    const read = (await sync(null, { ...access, principal: bob }))!.rows.map(({ id }) => id)
    expect([full, read]).toEqual([
      [1, 2],
      [3, 4],
    ])
    await put('c.ics', ...single)
    expect((await sync(null))!.rows.map(({ id }) => id)).toEqual([1, 2, 5])
  })

  it('refuses a token of another list, of the future and of another view, and faults on what is none', async () => {
    const { sync, access } = await openKit(kind)
    const { token } = (await sync(null))!
    expect(await sync(token.replace(/\d+$/, '99'))).toBeNull()
    expect(await sync(token.replace(/;3;[0-9a-f]/, ';3;f'))).toBeNull()
    await expect(sync('yesterday')).rejects.toMatchObject({ code: 'invalid-sync-token' })
    expect(access.principal.id).toBe('ann')
  })

  it('stores what Outlook makes, in the zone of the person, and answers a lost answer’s repetition with the same item', async () => {
    const { apply, sync, text, bindings, calendar } = await openKit(kind)
    const bag = { ReplicationID: '{ABC}', BusyStatus: '2', Mystery: 'kept', vti_versionhistory: `${'0'.repeat(32)}:1` }
    const [made] = await apply(method('New', null, null, lunch, bag))
    const [again] = await apply(method('New', null, null, lunch, bag))
    expect(made).toMatchObject({ code: '0x00000000', row: { id: 1, version: 1 } })
    expect(again).toEqual(made)
    expect(made!.row!.bag).toEqual({
      Mystery: 'kept',
      vti_versionhistory: bag.vti_versionhistory,
      ReplicationID: '{ABC}',
    })
    expect((await sync(null))!.rows).toHaveLength(1)
    const binding = await bindings.getBinding({ calendar, view: 'full' }, 1)
    expect(await text(binding!.objectName)).toContain('DTSTART;TZID=Europe/Moscow:20260302T140000')
  })

  it('takes what was typed after the answer to a new item was lost, unless somebody else has changed the item since', async () => {
    const { apply, sync } = await openKit(kind)
    const bag = (pairs: string) => ({ ReplicationID: '{ABC}', vti_versionhistory: pairs })
    const own = 'a'.repeat(32)
    await apply(method('New', null, null, lunch, bag(`${own}:1`)))
    const [typed] = await apply(method('New', null, null, { ...lunch, Title: 'Brunch' }, bag(`${own}:2`)))
    expect(typed).toMatchObject({ code: '0x00000000', row: { id: 1, version: 2, item: { title: 'Brunch' } } })
    await apply(method('Update', 1, 2, { Location: 'There' }, { vti_versionhistory: `${own}:2,${'b'.repeat(32)}:3` }))
    const [late] = await apply(method('New', null, null, { ...lunch, Title: 'Supper' }, bag(`${own}:4`)))
    expect(late).toMatchObject({ code: '0x81020015', row: { id: 1, version: 3, item: { title: 'Brunch' } } })
    expect((await sync(null))!.rows).toHaveLength(1)
  })

  it('answers the second who deletes an occurrence with the item of the first, under the ReplicationID that was sent', async () => {
    const { put, sync, apply } = await openKit(kind)
    await put('w.ics', ...weekly)
    const guid = (await sync(null))!.rows[0]!.seriesGuid!
    const gone = { EventType: '3', fRecurrence: '1', UID: `{${guid}}`, RecurrenceID: '2026-03-09T09:00:00Z' }
    const [first] = await apply(method('New', null, null, gone, { ReplicationID: '{A}' }))
    const [second] = await apply(method('New', null, null, gone, { ReplicationID: '{B}' }))
    expect(first).toMatchObject({ code: '0x00000000', row: { id: 2, bag: { ReplicationID: '{A}' } } })
    expect(second).toMatchObject({ code: '0x00000000', row: { id: 2, bag: { ReplicationID: '{B}' } } })
    expect((await sync(null))!.rows).toHaveLength(2)
  })

  it('answers a stale version with a conflict and the row as it is, and changes nothing', async () => {
    const { put, sync, apply, text } = await openKit(kind)
    await put('a.ics', ...single)
    await sync(null)
    await put('a.ics', ...single.slice(0, 2), 'SUMMARY:Theirs')
    const [result] = await apply(method('Update', 1, 1, { Title: 'Mine' }))
    expect(result).toMatchObject({ code: '0x81020015', row: { id: 1, version: 2, item: { title: 'Theirs' } } })
    expect(await text('a.ics')).toContain('SUMMARY:Theirs')
    const [resent] = await apply(method('Update', 1, 2, { Title: 'Mine' }))
    expect(resent).toMatchObject({ code: '0x00000000', row: { version: 3, item: { title: 'Mine' } } })
    // Its answer lost, the same comes again with the old version.
    const [repeated] = await apply(method('Update', 1, 2, { Title: 'Mine' }))
    expect(repeated).toMatchObject({ code: '0x00000000', row: { version: 3 } })
  })

  it('keeps the version when an update says nothing new, and raises it for a change of the bag', async () => {
    const { put, sync, apply } = await openKit(kind)
    await put('a.ics', ...single)
    await sync(null)
    const [same] = await apply(method('Update', 1, 1, { Title: 'One' }))
    expect(same).toMatchObject({ code: '0x00000000', row: { version: 1 } })
    const [bag] = await apply(method('Update', 1, 1, { Title: 'One' }, { FollowUp: '2' }))
    expect(bag).toMatchObject({ code: '0x00000000', row: { version: 2, bag: { FollowUp: '2' } } })
  })

  it('changes two items of one series in one batch without a conflict with itself', async () => {
    const { put, sync, apply } = await openKit(kind)
    await put('w.ics', ...weekly)
    const { rows } = (await sync(null))!
    const results = await apply(
      method('New', null, null, {
        EventType: '4',
        fRecurrence: '1',
        UID: `{${rows[0]!.seriesGuid}}`,
        RecurrenceID: '2026-03-09T09:00:00Z',
        EventDate: '2026-03-09T10:00:00Z',
        EndDate: '2026-03-09T11:00:00Z',
        Title: 'Late',
      }),
      method('Update', 1, 1, { Title: 'All' }),
      method('New', null, null, {
        EventType: '3',
        fRecurrence: '1',
        MasterSeriesItemID: '1',
        RecurrenceID: '2026-03-16T09:00:00Z',
      }),
    )
    expect(results.map(({ code, row }) => [code, row?.id, row?.item.kind])).toEqual([
      ['0x00000000', 2, 'exception'],
      ['0x00000000', 1, 'master'],
      ['0x00000000', 3, 'deleted'],
    ])
    const turned = await apply(
      method('Delete', 2, null),
      method('New', null, null, {
        EventType: '3',
        UID: `{${rows[0]!.seriesGuid}}`,
        RecurrenceID: '2026-03-09T09:00:00Z',
      }),
    )
    expect(turned.map(({ code, row }) => [code, row?.id])).toEqual([
      ['0x00000000', undefined],
      ['0x00000000', 4],
    ])
  })

  it('adopts the GUID that Outlook gives a series with a new recurrence, and drops its exceptions (section 8.5)', async () => {
    const { put, sync, apply } = await openKit(kind)
    await put('w.ics', ...weekly, 'EXDATE:20260309T090000Z')
    const first = (await sync(null))!
    const uid = '{12345678-1234-1234-1234-1234567890AB}'
    const data =
      '<recurrence><rule><firstDayOfWeek>mo</firstDayOfWeek><repeat><daily dayFrequency="3"/></repeat><repeatForever>FALSE</repeatForever></rule></recurrence><deleteExceptions>true</deleteExceptions>'
    const [result] = await apply(
      method('Update', 1, 1, { RecurrenceData: data, UID: uid, EventType: '1', fRecurrence: '1' }),
    )
    expect(result!.row!.seriesGuid).toBe(uid.slice(1, -1))
    const next = (await sync(first.token))!
    expect(next.deleted.map(({ id }) => id)).toEqual([2])
  })

  it('answers each method for itself: bad values, absent items, deletions done before', async () => {
    const { put, sync, apply, lists, access } = await openKit(kind)
    await put('a.ics', ...single)
    await sync(null)
    const bad = method('Update', 1, 1, { EventDate: 'never' })
    const results = await apply(
      bad,
      method('Update', 9, 1, { Title: 'x' }),
      method('Delete', 1, 1),
      method('Delete', 1, 1),
      method('New', null, null, lunch),
    )
    expect(results.map(({ code }) => code)).toEqual([
      '0x81020014',
      '0x81020016',
      '0x00000000',
      '0x00000000',
      '0x00000000',
    ])
    expect(results[0]!.row?.item.title).toBe('One')
    const stopped = await lists.apply(access, [method('Update', 9, 1), method('New', null, null, lunch)], {
      onError: 'Return',
    })
    expect(stopped.map(({ code }) => code)).toEqual(['0x81020016', '0x800704c7'])
  })

  it('lets a reader read and stores nothing of what they send; strangers see no list', async () => {
    const { put, sync, store, lists, calendar, text } = await openKit(kind)
    await put('a.ics', ...single)
    const theirs: ListAccess = { principal: bob, calendar, connection: null }
    expect(await lists.describe(theirs)).toBeNull()
    await store.updateCalendar(calendar, { access: [{ principal: 'bob', level: 'read' }] })
    expect(await lists.describe(theirs)).toMatchObject({ mayWrite: false, itemCount: 1, title: 'Work' })
    const first = (await sync(null, theirs))!
    const [result] = await lists.apply(theirs, [method('Update', 1, 1, { Title: 'Hack' })], { onError: 'Continue' })
    expect(result).toMatchObject({ code: '0x81020014', row: { id: 1, item: { title: 'One' } } })
    expect(await text('a.ics')).toContain('SUMMARY:One')
    await store.updateCalendar(calendar, { access: [{ principal: 'bob', level: 'free-busy' }] })
    expect(await sync(first.token, theirs)).toBeNull()
    expect((await sync(null, theirs))!.rows[0]!.item.title).not.toBe('One')
  })

  it('pages without a token by position, with the first page’s token on all, and with a token by MoreChanges', async () => {
    const { put, lists, access, sync } = await openKit(kind)
    const { token } = (await sync(null))!
    for (const name of ['a.ics', 'b.ics', 'c.ics']) await put(name, ...single)
    const pages = []
    let position: string | undefined
    do {
      const page = (await lists.changes(access, null, { limit: 2, ...(position === undefined ? {} : { position }) }))!
      pages.push([page.rowCount, page.token])
      position = page.nextPosition ?? undefined
      await put('d.ics', ...single)
    } while (position !== undefined)
    expect(pages.map(([count]) => count)).toEqual([2, 2])
    expect(pages[0]![1]).toBe(pages[1]![1])
    const delta = (await lists.changes(access, token, { limit: 3 }))!
    expect([delta.rowCount, delta.more]).toEqual([3, true])
    const rest = (await lists.changes(access, delta.token, { limit: 3 }))!
    expect([rest.rowCount, rest.more]).toEqual([1, false])
  })

  it('moves the window of a rule that it shows one by one when the day changes', async () => {
    const { put, sync, advance } = await openKit(kind)
    await put(
      'm.ics',
      'DTSTART:20260131T090000Z',
      'DTEND:20260131T100000Z',
      'RRULE:FREQ=MONTHLY;BYMONTHDAY=31',
      'SUMMARY:M',
    )
    const first = (await sync(null))!
    advance(120 * 86_400_000)
    const next = (await sync(first.token))!
    expect(next.deleted.length).toBeGreaterThan(0)
    expect(next.rows.length).toBeGreaterThan(0)
    expect(next.rows.every(({ version }) => version === 1)).toBe(true)
  })

  it('keeps attachments as inline files of the event, and raises the item’s version with them', async () => {
    const { put, sync, lists, access, text } = await openKit(kind)
    await put('a.ics', ...single)
    await sync(null)
    const bytes = new Uint8Array([1, 2, 3])
    expect(await lists.addAttachment(access, 1, 'a.bin', bytes)).toBe('added')
    expect(await lists.addAttachment(access, 1, 'A.bin', bytes)).toBe('exists')
    expect(await text('a.ics')).toContain('ATTACH;ENCODING=BASE64;VALUE=BINARY;FILENAME=a.bin:AQID')
    const row = (await lists.getRow(access, 1))!
    expect(row.version).toBe(2)
    const file = (await lists.getAttachment(access, 1, 'a.bin'))!
    expect([...file.bytes]).toEqual([1, 2, 3])
    await expect(lists.replaceAttachment(access, 1, 'a.bin', bytes, 'old')).rejects.toMatchObject({
      code: 'precondition-failed',
    })
    await lists.replaceAttachment(access, 1, 'a.bin', new Uint8Array([4]), file.version)
    expect([...(await lists.getAttachment(access, 1, 'a.bin'))!.bytes]).toEqual([4])
    await lists.removeAttachment(access, 1, 'a.bin')
    expect(await lists.getAttachment(access, 1, 'a.bin')).toBeNull()
  })
})
