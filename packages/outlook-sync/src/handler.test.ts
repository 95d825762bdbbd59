import { readFileSync } from 'node:fs'
import { parseXml } from '@dayport/core/xml'
import { describe, expect, it } from 'vitest'
import { envelope, find, findAll, openOutlook, updates } from './test-outlook.ts'

const outlookRequest = readFileSync(
  new URL('../test/fixtures/sharepoint-2013/outlook-GetListItemChangesSinceToken-request.xml', import.meta.url),
  'utf8',
)

/** Outlook's own request for this list, with or without a token. */
const changesRequest = (guid: string, token: string | null): string =>
  outlookRequest
    .replace('1a2650ed-db30-4337-b137-8e5771a08443', guid.toLowerCase())
    .replace(/<changeToken>.*<\/changeToken>/, token === null ? '' : `<changeToken>${token}</changeToken>`)

const single = ['DTSTART:20260310T100000Z', 'DTEND:20260310T110000Z', 'SUMMARY:One & <two>', 'LOCATION:Room "5"']
const lunch = {
  ID: 'New',
  Title: 'Lunch',
  EventDate: '2026-03-02T11:00:00Z',
  EndDate: '2026-03-02T12:00:00Z',
  fAllDayEvent: '0',
  fRecurrence: '0',
  EventType: '0',
}

describe('a first connection of Outlook', () => {
  it('gets the list, then all items with a token, then nothing with that token (specification section 3)', async () => {
    const { call, post, guid, put, errors } = await openOutlook()
    await put('a.ics', ...single)
    const list = find(await call('GetList', ''), 'List')!
    expect(list.attributes.get('ID')).toBe(`{${guid}}`)
    expect(list.elements.map(({ name }) => name.replace(/^\{.*\}/, ''))).toEqual([
      'Fields',
      'RegionalSettings',
      'ServerSettings',
    ])
    const response = await post(changesRequest(guid, null))
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/xml; charset=utf-8')
    expect(response.headers.get('cache-control')).toBe('no-store')
    const first = parseXml(await response.text())
    const changes = find(first, 'Changes')!
    expect(find(changes, 'List')).toBeDefined()
    expect(find(first, 'listitems')!.attributes.get('EffectivePermMask')).toBe('FullMask')
    expect(findAll(first, 'row').map((row) => row.attributes.get('ows_Title'))).toEqual(['One & <two>'])
    const token = changes.attributes.get('LastChangeToken')!
    const second = parseXml(await (await post(changesRequest(guid, token))).text())
    expect(find(second, 'data')!.attributes.get('ItemCount')).toBe('0')
    expect(find(second, 'List')).toBeUndefined()
    expect(find(second, 'Changes')!.attributes.get('LastChangeToken')).toBe(token)
    expect(errors).toEqual([])
  })

  it('stores what Outlook makes, changes and deletes, and shows each in the next delta (MS-LISTSWS 3.1.4.31)', async () => {
    const { call, post, guid } = await openOutlook()
    const { attributes } = find(parseXml(await (await post(changesRequest(guid, null))).text()), 'Changes')!
    const made = await call('UpdateListItems', updates([['New', lunch, { BusyStatus: '2', ReplicationID: '{A}' }]]))
    expect(find(made, 'Result')!.attributes.get('ID')).toBe('0,New')
    expect(find(made, 'ErrorCode')!.text).toBe('0x00000000')
    const row = find(made, 'row')!
    expect(row.attributes.get('ows_MetaInfo_ReplicationID')).toBe('{A}')
    const changed = await call(
      'UpdateListItems',
      updates([
        ['Update', { ID: '1', owshiddenversion: '1', Title: 'Late lunch' }],
        ['Update', { ID: '1', owshiddenversion: '1', Title: 'Other' }],
        ['Delete', { ID: '9' }],
      ]),
    )
    expect(findAll(changed, 'ErrorCode').map(({ text }) => text)).toEqual(['0x00000000', '0x81020015', '0x81020016'])
    expect(findAll(changed, 'Result')[1]!.attributes.get('Version')).toBe('2')
    const delta = parseXml(await (await post(changesRequest(guid, attributes.get('LastChangeToken')!))).text())
    expect(findAll(delta, 'row').map((item) => item.attributes.get('ows_Title'))).toEqual(['Late lunch'])
    await call('UpdateListItems', updates([['Delete', { ID: '1' }]]))
    const token = find(delta, 'Changes')!.attributes.get('LastChangeToken')!
    const last = parseXml(await (await post(changesRequest(guid, token))).text())
    expect(findAll(last, 'Id').map((id) => [id.attributes.get('ChangeType'), id.text])).toEqual([['Delete', '1']])
  })

  it('says that the list is gone, in the SOAP it was asked in, once the calendar is (0x82000006)', async () => {
    const { handler, base, store, calendar, guid } = await openOutlook()
    await store.deleteCalendar(calendar)
    const ask = (path: string, type: string) =>
      handler(
        new Request(`${base}${path}`, {
          method: 'POST',
          body: envelope('GetList', `<listName>${guid}</listName>`),
          headers: { 'content-type': type },
        }),
      )
    const fault = await ask('/_vti_bin/lists.asmx', 'text/xml; charset=utf-8')
    expect([fault.status, fault.headers.get('content-type')]).toEqual([500, 'text/xml; charset=utf-8'])
    expect(find(parseXml(await fault.text()), 'errorcode')!.text).toBe('0x82000006')
    const newer = await ask('/_vti_bin/Lists.asmx', 'application/soap+xml')
    expect(newer.headers.get('content-type')).toBe('application/soap+xml; charset=utf-8')
    expect(find(parseXml(await newer.text()), 'errorcode')!.text).toBe('0x82000006')
    expect((await ask('/Lists/Calendar/', 'text/xml')).status).toBe(404)
  })

  it('answers a wrong, revoked and unknown address with one and the same 404, whatever is asked', async () => {
    const { handler, base, connections, connection, guid } = await openOutlook()
    const body = envelope('GetList', `<listName>${guid}</listName>`)
    const ask = async (address: string, init: RequestInit) => {
      const response = await handler(new Request(address, init))
      return [response.status, await response.text(), [...response.headers]]
    }
    const post = { method: 'POST', body, headers: { 'content-type': 'text/xml' } }
    const wrong = base.replace(/.$/, (char) => (char === 'A' ? 'B' : 'A'))
    const expected = await ask(`${wrong}/_vti_bin/Lists.asmx`, post)
    expect(expected[0]).toBe(404)
    await connections.revoke('ann', connection.id)
    for (const path of [
      '/_vti_bin/Lists.asmx',
      '/_vti_bin/lists.asmx?wsdl',
      '/Lists/Calendar/DispForm.aspx?ID=1',
      '/',
    ]) {
      for (const init of [post, {}, { method: 'PUT', body: 'x' }]) {
        expect(await ask(`${base}${path}`, init)).toEqual(expected)
        expect(await ask(`${wrong}${path}`, init)).toEqual(expected)
      }
    }
  })
})
