import { parseXml } from '@dayport/core/xml'
import { describe, expect, it } from 'vitest'
import { ann, bob, envelope, find, findAll, openOutlook, single, updates } from './test-outlook.ts'

describe('a batch', () => {
  const codes = (root: ReturnType<typeof parseXml>) => findAll(root, 'ErrorCode').map(({ text }) => text)
  const one = (fields: Record<string, string> = {}) => ({
    Title: 'x',
    EventDate: '2026-03-02T11:00:00Z',
    EndDate: '2026-03-02T12:00:00Z',
    ...fields,
  })

  it('answers each bad method for itself, in the order of the request (MS-OUTSPS 3.2.6.4)', async () => {
    const { call, put, errors, text } = await openOutlook()
    await put('a.ics', ...single)
    const answer = await call(
      'UpdateListItems',
      updates([
        ['Explode', { ID: '1' }],
        ['Update', { ID: '1', owshiddenversion: '-1', Title: 'x' }],
        ['Update', { ID: '1 OR 1=1', Title: 'x' }],
        ['Update', { ID: '1', EventDate: '2026-13-40T99:99:99Z' }],
        ['Update', { ID: '1', EventDate: '2026-03-10T11:00:00Z', EndDate: '2026-03-10T10:00:00Z' }],
        ['New', { Title: 'no start' }],
        ['New', one({ EventType: '9' })],
        ['New', one({ EventType: '4', RecurrenceID: '2026-03-02T11:00:00Z' })],
        ['New', one({ EventType: '1', fRecurrence: '1', RecurrenceData: '<recurrence><rule>' })],
        ['Delete', {}],
        ['new', one()],
        ['New', one({ EventType: '', fRecurrence: '', fAllDayEvent: '', UID: '', Duration: '' })],
      ]),
    )
    expect(codes(answer)).toEqual([
      ...['0x81020014', '0x81020014', '0x81020016', '0x81020014', '0x81020014', '0x81020014', '0x81020014'],
      ...['0x81020014', '0x81020014', '0x81020016', '0x00000000', '0x00000000'],
    ])
    expect(findAll(answer, 'Result').map((result) => result.attributes.get('ID'))[0]).toBe('0,Explode')
    expect(await text('a.ics')).toContain('SUMMARY:One')
    expect(errors).toEqual([])
  })

  it('stops at the first failure with OnError Return, and goes on otherwise (0x800704c7)', async () => {
    const { call } = await openOutlook()
    const methods = [
      ['New', one()],
      ['Update', { ID: '9', Title: 'x' }],
      ['New', one()],
    ] as const
    const stopped = await call('UpdateListItems', updates(methods, 'OnError="Return" DateInUtc="TRUE"'))
    expect(codes(stopped)).toEqual(['0x00000000', '0x81020016', '0x800704c7'])
    expect(codes(await call('UpdateListItems', updates(methods, 'DateInUtc="TRUE"')))).toEqual([
      '0x00000000',
      '0x81020016',
      '0x00000000',
    ])
  })

  it('is refused whole, nothing stored, when it comes twice in one call: the second would be lost (0x82000001)', async () => {
    const { call, lists, calendar } = await openOutlook()
    const twice = updates([['New', one()]]).replace(/<Batch.*<\/Batch>/s, '$&$&')
    expect(find(await call('UpdateListItems', twice), 'errorcode')!.text).toBe('0x82000001')
    expect((await lists.describe({ principal: ann, calendar, connection: null }))!.itemCount).toBe(0)
  })

  it('is refused whole for an old ListVersion with LockSchema, and not without (0x80070666)', async () => {
    const { call, lists, calendar } = await openOutlook()
    const send = (attributes: string) => call('UpdateListItems', updates([['New', one()]], attributes))
    expect(find(await send('LockSchema="TRUE" ListVersion="0"'), 'errorcode')!.text).toBe('0x80070666')
    expect((await lists.describe({ principal: ann, calendar, connection: null }))!.itemCount).toBe(0)
    expect(codes(await send('ListVersion="0"'))).toEqual(['0x00000000'])
    expect(codes(await send('LockSchema="TRUE" ListVersion="1"'))).toEqual(['0x00000000'])
  })

  it('is taken escaped as well as nested, and fields as CDATA or elements', async () => {
    const { call, post, guid } = await openOutlook()
    const batch = updates([['New', one({ Title: 'A & <b>' })]]).replace(/<\/?updates>/g, '')
    const escaped = batch.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
    expect(codes(await call('UpdateListItems', `<updates>${escaped}</updates>`))).toEqual(['0x00000000'])
    const data =
      '<recurrence><rule><firstDayOfWeek>mo</firstDayOfWeek><repeat><daily dayFrequency="1"/></repeat><repeatForever>FALSE</repeatForever></rule></recurrence>'
    const nested = updates([
      ['New', one({ EventType: '1', fRecurrence: '1', UID: '{12345678-1234-1234-1234-1234567890AB}' })],
    ]).replace(
      '</Method>',
      `<Field Name="RecurrenceData">${data}</Field><Field Name="Location"><![CDATA[<Room> & "5"]]></Field></Method>`,
    )
    const answer = parseXml(
      await (await post(envelope('UpdateListItems', `<listName>${guid}</listName>${nested}`))).text(),
    )
    expect(codes(answer)).toEqual(['0x00000000'])
    const row = find(answer, 'row')!
    expect(row.attributes.get('ows_Location')).toBe('<Room> & "5"')
    expect(row.attributes.get('ows_EventType')).toBe('1')
    expect(row.attributes.get('ows_UID')).toBe('{12345678-1234-1234-1234-1234567890AB}')
  })

  it('reads and writes the site’s clock without DateInUtc, and never shifts a day', async () => {
    const { call, text, lists, calendar } = await openOutlook()
    const answer = await call(
      'UpdateListItems',
      updates(
        [
          ['New', { Title: 'a', EventDate: '2026-03-02 14:00:00', EndDate: '2026-03-02 15:00:00' }],
          ['New', { Title: 'b', EventDate: '2026-03-02 00:00:00', EndDate: '2026-03-02 23:59:00', fAllDayEvent: '-1' }],
          ['New', { Title: 'c', EventDate: '2026-03-02T14:00:00+05:00', EndDate: '2026-03-02T10:00:00Z' }],
        ],
        'OnError="Continue"',
      ),
    )
    expect(codes(answer)).toEqual(['0x00000000', '0x00000000', '0x00000000'])
    const dates = findAll(answer, 'row').map((row) => [
      row.attributes.get('ows_EventDate'),
      row.attributes.get('ows_EndDate'),
    ])
    expect(dates).toEqual([
      ['2026-03-02 14:00:00', '2026-03-02 15:00:00'],
      ['2026-03-02 00:00:00', '2026-03-02 23:59:00'],
      ['2026-03-02 12:00:00', '2026-03-02 13:00:00'],
    ])
    const { objectName } = (await lists.eventOf({ principal: ann, calendar, connection: null }, 2))!
    expect(await text(objectName)).toContain('DTSTART;VALUE=DATE:20260302')
    // An all-day item that is changed on the site's clock, without saying again that it is one.
    const changed = await call(
      'UpdateListItems',
      updates([['Update', { ID: '2', EventDate: '2026-03-03 00:00:00', EndDate: '2026-03-03 23:59:00' }]], ''),
    )
    expect(find(changed, 'row')!.attributes.get('ows_EventDate')).toBe('2026-03-03 00:00:00')
    expect(await text(objectName)).toContain('DTSTART;VALUE=DATE:20260303')
  })

  it('keeps every unknown property of the bag and gives it back, whatever its name (specification section 5.4)', async () => {
    const { call } = await openOutlook()
    const bag = {
      Mystery: 'a"b<c>&\n2',
      'With space': '1',
      With_x0020_space: '2',
      __proto__x: '3',
      Ключ: '4',
      '1st': '5',
    }
    const [made] = findAll(await call('UpdateListItems', updates([['New', one(), bag]])), 'row')
    expect(made!.attributes.get('ows_MetaInfo_Mystery')).toBe('a"b<c>&\n2')
    expect(made!.attributes.get('ows_MetaInfo_With_x0020_space')).toBe('1')
    const again = findAll(
      await call('GetListItems', '<viewFields><ViewFields Properties="TRUE"/></viewFields>'),
      'row',
    )[0]!
    expect(again.attributes.get('ows_MetaInfo_1st')).toBe('5')
    expect([...again.attributes.keys()].filter((key) => key.includes('_x041A_')).length).toBe(1)
  })

  it('stores nothing that a reader sends, and says so per method; the masks stay the same strings (section 10)', async () => {
    const { connections, handler, calendar, store, guid, put, text } = await openOutlook()
    await put('a.ics', ...single)
    await store.updateCalendar(calendar, { access: [{ principal: bob.id, level: 'read' }] })
    const theirs = await connections.create({ principal: bob.id, calendar, name: 'PC' })
    const base = `https://portal.example/outlook/${await connections.address(theirs)}`
    const call = async (operation: string, parameters: string) =>
      parseXml(
        await (
          await handler(
            new Request(`${base}/_vti_bin/lists.asmx`, {
              method: 'POST',
              headers: { 'content-type': 'text/xml' },
              body: envelope(operation, `<listName>${guid}</listName>${parameters}`),
            }),
          )
        ).text(),
      )
    const first = await call('GetListItemChangesSinceToken', '')
    const mask = find(first, 'listitems')!.attributes.get('EffectivePermMask')!
    for (const right of ['FullMask', 'AddListItems', 'EditListItems', 'DeleteListItems'])
      expect(mask.split(', ')).not.toContain(right)
    expect(mask.startsWith('ViewListItems, OpenItems, ViewVersions, ViewFormPages')).toBe(true)
    const permMask = BigInt(find(first, 'row')!.attributes.get('ows_PermMask')!)
    expect([permMask & 1n, permMask & 0xen]).toEqual([1n, 0n])
    expect(find(await call('GetListItemChangesSinceToken', ''), 'listitems')!.attributes.get('EffectivePermMask')).toBe(
      mask,
    )
    const answer = await call(
      'UpdateListItems',
      updates([
        ['New', one()],
        ['Update', { ID: '1', Title: 'Hack' }],
        ['Delete', { ID: '1' }],
      ]),
    )
    expect(codes(answer)).toEqual(['0x81020014', '0x81020014', '0x81020014'])
    expect(await text('a.ics')).toContain('SUMMARY:One')
    const file = await call(
      'AddAttachment',
      '<listItemID>1</listItemID><fileName>a.txt</fileName><attachment>AA==</attachment>',
    )
    expect(find(file, 'errorcode')!.text).toBe('0x80070005')
    expect(
      (await handler(new Request(`${base}/Lists/Calendar/Attachments/1/a.txt`, { method: 'PUT', body: 'x' }))).status,
    ).toBe(403)
  })
})
