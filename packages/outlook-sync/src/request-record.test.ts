import { readFileSync } from 'node:fs'
import { parseXml } from '@dayport/core/xml'
import { describe, expect, it } from 'vitest'
import { type OutlookRequestRecord, shapeOf } from './request-record.ts'
import { envelope, openOutlook, updates } from './test-outlook.ts'

const personal = {
  Title: 'Dismissal of Petrov',
  Location: 'Room 9',
  Description: '<div>Do not tell <b>anybody</b></div>',
  EventDate: '2026-03-02T11:00:00Z',
  RecurrenceData:
    '<recurrence><rule><firstDayOfWeek>mo</firstDayOfWeek><repeat><weekly mo="TRUE" weekFrequency="1" /></repeat><windowEnd>2026-05-04T21:30:00Z</windowEnd></rule></recurrence>',
}

describe('the record of a request', () => {
  it('tells structure, field names, forms and lengths, and no content (brief of section 12)', async () => {
    const records: OutlookRequestRecord[] = []
    const { call, base, connection, send } = await openOutlook({ onRequest: (record) => records.push(record) })
    const bag = {
      BusyStatus: '2',
      Categories: 'Secret project',
      ReplicationID: '{23ABF7AA-4A85-4F75-93D1-9163E4ED4462}',
    }
    await call('UpdateListItems', updates([['New', { ...personal, fRecurrence: '1', EventType: '1' }, bag]]))
    await call(
      'DeleteAttachment',
      `<listItemID>2</listItemID><url>${base}/Lists/Calendar/Attachments/1/salaries.xlsx</url>`,
    )
    await call(
      'AddAttachment',
      '<listItemID>1</listItemID><fileName>salaries.xlsx</fileName><attachment>U2VjcmV0</attachment>',
    )
    await send('/Lists/Calendar/Attachments/1/salaries.xlsx', {
      headers: { authorization: 'Basic c2VjcmV0', cookie: 'a=b' },
    })
    const text = JSON.stringify(records)
    const words = [
      'Dismissal',
      'Petrov',
      'Room',
      'anybody',
      'Secret',
      'salaries',
      'U2VjcmV0',
      'c2VjcmV0',
      '2026-03',
      '2026-05',
      '23ABF7AA',
    ]
    for (const word of words) expect(text.includes(word), word).toBe(false)
    expect(text).not.toContain(base.split('/').at(-1))
    const [first, second] = records
    expect(first).toMatchObject({
      connection: connection.id,
      number: 1,
      method: 'POST',
      operation: 'UpdateListItems',
      status: 200,
      fault: null,
    })
    expect(first!.shape).toContain('<Field Name="Title">[19]</Field>')
    expect(first!.shape).toContain('<Field Name="EventDate">9999-99-99T11:00:00Z</Field>')
    expect(first!.shape).toContain('<Field Name="EventType">1</Field>')
    expect(first!.shape).toContain('<Field Name="MetaInfo" Property="BusyStatus">2</Field>')
    expect(first!.shape).toContain('&lt;windowEnd>9999-99-99T21:30:00Z')
    expect(first!.shape).toContain('<Batch OnError="Continue" DateInUtc="TRUE" Properties="TRUE">')
    expect(second!.fault).toBe('0x82000001')
    expect(records.map(({ target }) => target)).toEqual([
      '_vti_bin/lists.asmx',
      '_vti_bin/lists.asmx',
      '_vti_bin/lists.asmx',
      'attachment',
    ])
  })

  it('shows Outlook’s own request whole, because nothing in it is anybody’s', () => {
    const file = new URL(
      '../test/fixtures/sharepoint-2013/outlook-GetListItemChangesSinceToken-request.xml',
      import.meta.url,
    )
    const body = parseXml(readFileSync(file)).elements[0]!.elements[0]!
    const shape = shapeOf(body)
    expect(shape).toContain('<FieldRef Name="vti_versionhistory"></FieldRef>')
    expect(shape).toContain('<RecurrencePatternXMLVersion>v3</RecurrencePatternXMLVersion>')
    expect(shape).toContain('<MeetingInstanceID>-1</MeetingInstanceID>')
    expect(shape).toContain('<listName>{00000000-0000-0000-0000-000000000000}</listName>')
    expect(shape).not.toContain('1a2650ed')
  })

  it('is made of the first requests of each connection only, bounded in length, and never fails a request', async () => {
    const records: OutlookRequestRecord[] = []
    const { call, post, errors } = await openOutlook({
      recordedRequests: 2,
      onRequest: (record) => {
        records.push(record)
        if (records.length === 1) throw new Error('no room')
      },
    })
    await call('GetList', '')
    const many = Array.from({ length: 5000 }, (_, i) => `<Field Name="A${i}">x</Field>`).join('')
    expect((await post(envelope('GetList', `<listName>x</listName>${many}`))).status).toBe(500)
    await call('GetList', '')
    expect(records.map(({ number }) => number)).toEqual([1, 2])
    expect(records[1]!.shape!.length).toBeLessThan(25_000)
    expect(errors).toHaveLength(1)
  })
})
