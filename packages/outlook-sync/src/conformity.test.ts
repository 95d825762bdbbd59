import { readFileSync } from 'node:fs'
import { parseXml, type XmlElement } from '@dayport/core/xml'
import { describe, expect, it } from 'vitest'
import { find, findAll, openOutlook, sp, updates } from './test-outlook.ts'

const fixture = (path: string): string => readFileSync(new URL(`../test/fixtures/${path}`, import.meta.url), 'utf8')
const sharepoint = (name: string): XmlElement => parseXml(fixture(`sharepoint-2013/${name}.xml`))

const names = (element: XmlElement): string[] => element.elements.map(({ name }) => name)
const keys = (element: XmlElement): string[] => [...element.attributes.keys()]

/** The part of `order` that is in `of`: what both have, in the order of one. */
const shared = (order: readonly string[], of: readonly string[]): string[] => order.filter((name) => of.includes(name))

const single = ['DTSTART:20260310T100000Z', 'DTEND:20260310T110000Z', 'SUMMARY:One']
const allDay = ['DTSTART;VALUE=DATE:20260311', 'SUMMARY:Day', 'LOCATION:Here', 'DESCRIPTION:Text']
const weekly = ['DTSTART:20260302T090000Z', 'DTEND:20260302T100000Z', 'RRULE:FREQ=WEEKLY', 'SUMMARY:Week']

/** Outlook's captured request, for this list. */
const outlookRequest = (guid: string, token: string | null): string =>
  fixture('sharepoint-2013/outlook-GetListItemChangesSinceToken-request.xml')
    .replace('1a2650ed-db30-4337-b137-8e5771a08443', guid.toLowerCase())
    .replace(/<changeToken>.*<\/changeToken>/, token === null ? '' : `<changeToken>${token}</changeToken>`)

describe('the answer to GetList beside SharePoint’s own', () => {
  it('nests the same elements, and its list has the same attributes in the same order (MS-LISTSWS 2.2.4.11)', async () => {
    const { call } = await openOutlook()
    const [ours, theirs] = [await call('GetList', ''), sharepoint('sp2013-GetList-response')]
    expect(ours.name).toBe(theirs.name)
    expect(names(find(ours, 'Body')!)).toEqual(names(find(theirs, 'Body')!))
    expect(names(find(ours, 'GetListResponse')!)).toEqual([sp('GetListResult')])
    expect(keys(find(ours, 'List')!)).toEqual(keys(find(theirs, 'List')!))
    expect(names(find(ours, 'List')!)).toEqual(names(find(theirs, 'List')!))
    for (const settings of ['RegionalSettings', 'ServerSettings']) {
      expect(names(find(ours, settings)!)).toEqual(names(find(theirs, settings)!))
    }
    expect(find(ours, 'ServerVersion')!.text).toBe(find(theirs, 'ServerVersion')!.text)
    expect(find(ours, 'TimeZone')!.text).toBe(find(theirs, 'TimeZone')!.text) // both are Moscow's
  })

  it('describes each field as SharePoint does: ID, type, attributes and children (MS-OUTSPS 3.2.4.2)', async () => {
    const { call } = await openOutlook()
    const fieldsOf = (root: XmlElement) =>
      new Map(find(root, 'Fields')!.elements.map((field) => [field.attributes.get('Name')!, field]))
    const [ours, theirs] = [fieldsOf(await call('GetList', '')), fieldsOf(sharepoint('sp2013-GetList-response'))]
    expect(ours.size).toBe(51)
    expect([...ours.keys()]).toEqual(shared([...theirs.keys()], [...ours.keys()]))
    /** Texts for people, and what is empty in the capture. */
    const free = new Set(['DisplayName', 'Title', 'AuthoringInfo'])
    for (const [name, field] of ours) {
      const other = theirs.get(name)!
      const plain = (one: XmlElement) => [...one.attributes].filter(([key]) => !free.has(key)).sort()
      expect(plain(field), name).toEqual(plain(other))
      const inside = (one: XmlElement): unknown =>
        one.elements.map((child) => [
          child.name,
          child.attributes.get('Name'),
          child.attributes.get('RefType'),
          inside(child),
        ])
      expect(inside(field), name).toEqual(inside(other))
    }
    const required = [
      'ID',
      'ContentTypeId',
      'owshiddenversion',
      'Created',
      'Modified',
      'Attachments',
      'MetaInfo',
      'PermMask',
    ]
    const appointment = [
      ...[
        'Title',
        'Location',
        'EventDate',
        'EndDate',
        'Description',
        'fAllDayEvent',
        'fRecurrence',
        'EventType',
        'UID',
      ],
      ...['RecurrenceID', 'RecurrenceData', 'Duration', 'TimeZone', 'XMLTZone', 'MasterSeriesItemID'],
    ]
    expect([...ours.keys()]).toEqual(expect.arrayContaining([...required, ...appointment]))
    // They live in the property bag; a schema field would win over it.
    for (const name of ['BusyStatus', 'Priority', 'Categories', 'ReplicationID', 'vti_versionhistory', 'FollowUp']) {
      expect(ours.has(name)).toBe(false)
    }
  })
})

describe('the answer to Outlook’s captured request beside SharePoint’s own', () => {
  it('has the same elements and attributes in the same order (MS-LISTSWS 3.1.4.22.2.2)', async () => {
    const { post, guid, put, call } = await openOutlook()
    await put('a.ics', ...single)
    await call(
      'UpdateListItems',
      updates([
        [
          'New',
          {
            Title: 'All',
            EventDate: '2026-03-12T00:00:00Z',
            EndDate: '2026-03-12T23:59:00Z',
            fAllDayEvent: '1',
            Description: '<div>x</div>',
          },
          { ReplicationID: '{23ABF7AA-4A85-4F75-93D1-9163E4ED4462}', vti_versionhistory: `${'0'.repeat(32)}:1` },
        ],
      ]),
    )
    const ours = parseXml(await (await post(outlookRequest(guid, null))).text())
    const theirs = sharepoint('sp2013-GetListItemChangesSinceToken-initial-response')
    const [list, listOfTheirs] = [find(ours, 'listitems')!, find(theirs, 'listitems')!]
    expect(keys(list)).toEqual(keys(listOfTheirs))
    expect(list.attributes.get('AlternateUrls')).toBe('https://portal.example/')
    for (const key of ['MinTimeBetweenSyncs', 'RecommendedTimeBetweenSyncs', 'EffectivePermMask']) {
      expect(list.attributes.get(key)).toBe(listOfTheirs.attributes.get(key))
    }
    expect(names(list)).toEqual(names(listOfTheirs))
    expect(names(find(ours, 'Changes')!)).toEqual(names(find(theirs, 'Changes')!))
    expect(keys(find(ours, 'Changes')!)).toEqual(keys(find(theirs, 'Changes')!))
    expect(find(ours, 'Changes')!.attributes.get('LastChangeToken')).toMatch(/^1;3;[0-9a-f-]{36};\d{18};\d+$/)
    const rows = findAll(ours, 'row')
    const [byServer, byOutlook] = findAll(theirs, 'row')
    const fields = (row: XmlElement) => keys(row).filter((key) => !key.startsWith('ows_MetaInfo_'))
    const rowOf = (title: string) => rows.find((row) => row.attributes.get('ows_Title') === title)!
    expect(fields(rowOf('One'))).toEqual(fields(byServer!))
    expect(fields(rowOf('All'))).toEqual(fields(byOutlook!))
    const bag = (row: XmlElement) => keys(row).filter((key) => key.startsWith('ows_MetaInfo_'))
    expect(bag(rowOf('All'))).toEqual(bag(byOutlook!))
    expect(keys(rowOf('All'))).toEqual(keys(byOutlook!))
    for (const key of ['ows_MetaInfo_vti_externalversion', 'ows_MetaInfo_vti_clientversion']) {
      expect(rowOf('All').attributes.get(key)).toBe('1')
    }
    for (const [row, other] of [
      [rowOf('One'), byServer!],
      [rowOf('All'), byOutlook!],
    ] as const) {
      for (const key of [
        'ows_EventType',
        'ows_fAllDayEvent',
        'ows_fRecurrence',
        'ows_Attachments',
        'ows_PermMask',
        'ows_Duration',
      ]) {
        expect(row.attributes.get(key), key).toBe(other.attributes.get(key))
      }
      for (const key of [
        'ows_Created',
        'ows_EventDate',
        'ows_EndDate',
        'ows_UniqueId',
        'ows_FSObjType',
        'ows_FileRef',
        'ows_ContentTypeId',
        'ows_MetaInfo_vti_versionhistory',
        'ows_Editor',
      ]) {
        const form = (text: string | undefined) =>
          text?.replace(/[0-9a-f]/gi, '0').replace(/\/?[\w/-]+\/Lists/, '/Lists')
        if (key === 'ows_Editor') expect(row.attributes.get(key)!.split(',#')).toHaveLength(5)
        else expect(form(row.attributes.get(key)), key).toBe(form(other.attributes.get(key)))
      }
    }
  })

  it('declares the namespaces of MS-LISTSWS 2.2.1 under SharePoint’s prefixes, for clients that compare prefixes', async () => {
    const { post, guid, put } = await openOutlook()
    await put('a.ics', ...single)
    const text = await (await post(outlookRequest(guid, null))).text()
    expect(text).toMatch(
      /^<\?xml version="1\.0" encoding="utf-8"\?><soap:Envelope xmlns:soap="http:\/\/schemas\.xmlsoap\.org\/soap\/envelope\/" /,
    )
    expect(text).toContain('<rs:data ItemCount="1"><z:row ows_ID="1" ')
    expect(text).toContain('xmlns:rs="urn:schemas-microsoft-com:rowset" xmlns:z="#RowsetSchema"')
  })

  it('is empty but for the token when nothing changed, and has the shape of a deletion as published', async () => {
    const { post, guid, put, service, calendar } = await openOutlook()
    await put('a.ics', ...single)
    const tokenIn = (root: XmlElement) => find(root, 'Changes')!.attributes.get('LastChangeToken')!
    const first = parseXml(await (await post(outlookRequest(guid, null))).text())
    const none = parseXml(await (await post(outlookRequest(guid, tokenIn(first)))).text())
    expect(names(find(none, 'listitems')!)).toEqual([sp('Changes'), '{urn:schemas-microsoft-com:rowset}data'])
    expect(find(none, 'Changes')!.elements).toEqual([])
    expect(find(none, 'listitems')!.attributes.get('EffectivePermMask')).toBe('FullMask')
    await service.deleteObject({ id: 'ann', groups: [] }, { calendar, name: 'a.ics' })
    const gone = parseXml(await (await post(outlookRequest(guid, tokenIn(first)))).text())
    const id = find(gone, 'Id')!
    expect([keys(id), id.attributes.get('ChangeType'), id.text]).toEqual([['ChangeType', 'UniqueId'], 'Delete', '1'])
    expect(id.attributes.get('UniqueId')).toMatch(/^\{[0-9A-F-]{36}\}$/)
  })
})

describe('the answer to UpdateListItems beside SharePoint’s own', () => {
  it('has the same elements, and the stored row with SharePoint’s attributes in its order (MS-LISTSWS 3.1.4.31.2.2)', async () => {
    const { call, put, guid } = await openOutlook()
    await put('d.ics', ...allDay)
    const ours = await call(
      'UpdateListItems',
      updates([
        ['Update', { ID: '1', owshiddenversion: '1', Title: 'New' }, { IntendedBusyStatus: '-1', FollowUp: '' }],
      ]),
    )
    const theirs = sharepoint('sp2013-UpdateListItems-update-response')
    const [result, other] = [find(ours, 'Result')!, find(theirs, 'Result')!]
    expect(keys(result)).toEqual(keys(other))
    expect(result.attributes.get('ID')).toBe('0,Update')
    expect(result.attributes.get('List')).toBe(`{${guid}}`)
    expect(result.attributes.get('Version')).toBe('2')
    expect(names(result)).toEqual(names(other))
    const [row, theirRow] = [find(ours, 'row')!, find(theirs, 'row')!]
    const fields = (one: XmlElement) => keys(one).filter((key) => !key.startsWith('ows_MetaInfo_'))
    expect(fields(row)).toEqual(fields(theirRow))
  })

  it('has only the code for a deletion, and code, text and no list for what is not there', async () => {
    const { call, put } = await openOutlook()
    await put('a.ics', ...single)
    const result = await call(
      'UpdateListItems',
      updates([
        ['Delete', { ID: '1' }],
        ['Update', { ID: '7', Title: 'x' }],
      ]),
    )
    const [gone, absent] = findAll(result, 'Result')
    expect([keys(gone!), names(gone!)]).toEqual([['ID'], [sp('ErrorCode')]])
    expect([keys(absent!), names(absent!)]).toEqual([['ID'], [sp('ErrorCode'), sp('ErrorText')]])
    expect(find(absent!, 'ErrorCode')!.text).toBe('0x81020016')
  })

  it('answers the example of MS-LISTSWS 3.1.4.31.2.1: the list by its title, no DateInUtc, dates on the site’s clock', async () => {
    const { post, put, store, calendar } = await openOutlook()
    await put('a.ics', ...single)
    await store.updateCalendar(calendar, { displayName: 'TestListItem' })
    const body = fixture('ms-listsws/listsws-UpdateListItems-update-request.xml').replace('>3<', '>1<')
    const answer = parseXml(await (await post(body)).text())
    const example = parseXml(fixture('ms-listsws/listsws-UpdateListItems-update-response.xml'))
    expect(find(answer, 'Result')!.attributes.get('ID')).toBe(find(example, 'Result')!.attributes.get('ID'))
    expect(keys(find(answer, 'Result')!)).toEqual(keys(find(example, 'Result')!))
    const row = find(answer, 'row')!
    expect(row.attributes.get('ows_Title')).toBe('Test new title')
    expect(row.attributes.get('ows_EventDate')).toBe('2026-03-10 13:00:00') // 10:00 UTC in Moscow
    expect(row.attributes.get('ows_Modified')).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/)
    expect(row.attributes.get('ows_MetaInfo')).toMatch(/^1;#/)
    const stale = parseXml(
      await (
        await post(fixture('ms-listsws/listsws-UpdateListItems-update-request.xml').replace('new title', 'other title'))
      ).text(),
    )
    expect(find(stale, 'ErrorCode')!.text).toBe('0x81020015')
  })
})

describe('rows of series', () => {
  it('come as kinds 1, 4 and 3 with the GUID of the series, the master first (MS-OUTSPS 2.2.5.5)', async () => {
    const { post, guid, put, service, calendar } = await openOutlook()
    await put('w.ics', ...weekly, 'EXDATE:20260316T090000Z')
    const stored = new TextDecoder().decode(
      (await service.getObject({ id: 'ann', groups: [] }, { calendar, name: 'w.ics' }))!.data,
    )
    const moved = [
      'BEGIN:VEVENT',
      'UID:w.ics',
      'DTSTAMP:20260101T000000Z',
      'RECURRENCE-ID:20260309T090000Z',
      'DTSTART:20260309T120000Z',
      'DTEND:20260309T130000Z',
      'SUMMARY:Moved',
      'END:VEVENT',
      'END:VCALENDAR',
      '',
    ].join('\r\n')
    await service.putObject(
      { id: 'ann', groups: [] },
      { calendar, name: 'w.ics' },
      new TextEncoder().encode(stored.replace('END:VCALENDAR\r\n', moved)),
    )
    const answer = parseXml(await (await post(outlookRequest(guid, null))).text())
    const rows = findAll(answer, 'row').map((row) => row.attributes)
    expect(
      rows.map((row) => [row.get('ows_EventType'), row.get('ows_fRecurrence'), row.get('ows_RecurrenceID')]),
    ).toEqual([
      ['1', '1', undefined],
      ['4', '1', '2026-03-09T09:00:00Z'],
      ['3', '1', '2026-03-16T09:00:00Z'],
    ])
    expect(new Set(rows.map((row) => row.get('ows_UID'))).size).toBe(1)
    expect(rows[0]!.get('ows_UID')).toMatch(/^\{[0-9A-F-]{36}\}$/)
    expect(rows[0]!.get('ows_RecurrenceData')).toMatch(/^<recurrence><rule><firstDayOfWeek>/)
    // An exception inherits what it lacks, so that emptiness is said.
    expect([rows[1]!.get('ows_Location'), rows[1]!.get('ows_Description')]).toEqual(['', ''])
    const all = parseXml(
      await (
        await post(
          outlookRequest(guid, null).replace(/<viewFields>.*<\/viewFields>/s, '<viewFields><ViewFields/></viewFields>'),
        )
      ).text(),
    )
    expect(findAll(all, 'row').map((row) => row.attributes.get('ows_MasterSeriesItemID'))).toEqual([
      undefined,
      '1',
      '1',
    ])
  })

  it('wrap a pattern of version 3 for clients that do not say that they know it (MS-LISTSWS 2.2.5.3)', async () => {
    const { post, guid, put } = await openOutlook()
    await put(
      'y.ics',
      'DTSTART:20261025T090000Z',
      'DTEND:20261025T100000Z',
      'RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU',
      'SUMMARY:Y',
    )
    const dataOf = async (body: string) =>
      find(parseXml(await (await post(body)).text()), 'row')!.attributes.get('ows_RecurrenceData')!
    const known = await dataOf(outlookRequest(guid, null))
    expect(known).toMatch(/^<recurrence><rule>.*<yearlyByDay /)
    const old = await dataOf(
      outlookRequest(guid, null).replace(/<RecurrencePatternXMLVersion>.*?<\/RecurrencePatternXMLVersion>/, ''),
    )
    expect(old).toBe(`<V3RecurrencePattern>${known}</V3RecurrencePattern>`)
  })
})

describe('attachments in rows', () => {
  it('stand as addresses with versions, or without, or as a mere yes, as asked (MS-LISTSWS 2.2.4.4)', async () => {
    const { post, guid, put, lists, calendar, base } = await openOutlook()
    await put('a.ics', ...single)
    const access = { principal: { id: 'ann', groups: [] }, calendar, connection: null }
    for (const name of ['Attachment1.txt', 'Два файла.txt'])
      await lists.addAttachment(access, 1, name, new Uint8Array([1]))
    const attachmentsOf = async (body: string) =>
      find(parseXml(await (await post(body)).text()), 'row')!.attributes.get('ows_Attachments')!
    const withVersions = await attachmentsOf(outlookRequest(guid, null))
    const example = (name: string) =>
      parseXml(fixture(`ms-listsws/listsws-row-attachments-${name}.xml`)).attributes.get('ows_Attachments')!
    const form = (text: string) =>
      text
        .replace(/https?:\/\/[^#;]+\/Lists\/[^/;]+\/Attachments\/\d+\/[^/;]+\.txt/g, 'URL')
        .replace(/\{[0-9a-f-]{36}\},\d+/g, 'VERSION')
    expect(form(withVersions)).toBe(form(example('urls-and-versions')))
    expect(withVersions).toContain(`${base}/Lists/Calendar/Attachments/1/Attachment1.txt`)
    const without = outlookRequest(guid, null).replace(
      '<IncludeAttachmentVersion>TRUE<',
      '<IncludeAttachmentVersion>FALSE<',
    )
    expect(form(await attachmentsOf(without))).toBe(form(example('urls')))
    expect(await attachmentsOf(without.replace('<IncludeAttachmentUrls>TRUE<', '<IncludeAttachmentUrls>FALSE<'))).toBe(
      '1',
    )
  })
})
