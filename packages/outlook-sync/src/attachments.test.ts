import { describe, expect, it } from 'vitest'
import { find, findAll, openOutlook, single } from './test-outlook.ts'

describe('attachments over the wire', () => {
  const add = (id: number, name: string, base64 = 'AQID') =>
    `<listItemID>${id}</listItemID><fileName>${name}</fileName><attachment>${base64}</attachment>`

  it('are added, listed, read, replaced under their version, and deleted (specification section 9)', async () => {
    const { call, put, send, base } = await openOutlook()
    await put('a.ics', ...single)
    const added = await call('AddAttachment', add(1, 'Два &amp; три.bin'))
    const url = find(added, 'AddAttachmentResult')!.text
    expect(url).toBe(`${base}/Lists/Calendar/Attachments/1/${encodeURIComponent('Два & три.bin')}`)
    expect(find(await call('AddAttachment', add(1, 'ДВА &amp; три.bin')), 'errorcode')!.text).toBe('0x81020067')
    const list = await call('GetAttachmentCollection', '<listItemID>1</listItemID>')
    expect(findAll(list, 'Attachment').map(({ text }) => text)).toEqual([url])
    const path = url.slice(base.length)
    const got = await send(path, { headers: { translate: 'f' } })
    expect([got.status, [...new Uint8Array(await got.arrayBuffer())]]).toEqual([200, [1, 2, 3]])
    expect(got.headers.get('content-type')).toBe('application/octet-stream')
    expect(got.headers.get('content-disposition')).toBe('attachment')
    const options =
      '<queryOptions><QueryOptions><IncludeAttachmentUrls>TRUE</IncludeAttachmentUrls><IncludeAttachmentVersion>TRUE</IncludeAttachmentVersion></QueryOptions></queryOptions>'
    const row = find(await call('GetListItems', options), 'row')!
    const version = row.attributes.get('ows_Attachments')!.split(';#')[2]!
    expect(got.headers.get('etag')).toBe(`"${version}"`)
    expect(got.headers.get('last-modified')).toBe('Sun, 01 Mar 2026 12:00:00 GMT')
    const replace = (match: string) =>
      send(path, { method: 'PUT', body: new Uint8Array([9]), headers: { 'if-match': match } })
    expect((await replace('{00000000-0000-0000-0000-000000000000},1')).status).toBe(412)
    const replaced = await replace(version)
    expect(replaced.status).toBe(204)
    expect((await replace(version)).status).toBe(412)
    expect((await replace(replaced.headers.get('etag')!)).status).toBe(204)
    expect([...new Uint8Array(await (await send(path)).arrayBuffer())]).toEqual([9])
    const del = await call('DeleteAttachment', `<listItemID>1</listItemID><url>${url}</url>`)
    expect(find(del, 'DeleteAttachmentResponse')!.children).toEqual([])
    expect((await send(path)).status).toBe(404)
    expect((await send(path, { method: 'PUT', body: 'new' })).status).toBe(201)
  })

  it('are refused in the codes of MS-LISTSWS: no name, no content, no item, an address elsewhere', async () => {
    const { call, put, errors } = await openOutlook()
    await put('a.ics', ...single)
    const codeOf = async (operation: string, parameters: string) =>
      find(await call(operation, parameters), 'errorcode')?.text
    expect(await codeOf('AddAttachment', add(1, ''))).toBe('0x81020073')
    expect(await codeOf('AddAttachment', add(1, 'a', ''))).toBe('0x8007000d')
    expect(await codeOf('AddAttachment', add(1, 'a', '!!'))).toBe('0x82000001')
    expect(await codeOf('AddAttachment', add(7, 'a'))).toBe('0x81020016')
    expect(await codeOf('AddAttachment', add(1, '../../etc/passwd'))).toBe('0x81020014')
    expect(await codeOf('GetAttachmentCollection', '<listItemID>x</listItemID>')).toBe('0x82000001')
    expect(await codeOf('GetAttachmentCollection', '<listItemID>7</listItemID>')).toBe('0x81020016')
    for (const url of ['https://elsewhere.example/Lists/Calendar/Attachments/1/a', 'file:///etc/passwd', 'x']) {
      expect(await codeOf('DeleteAttachment', `<listItemID>1</listItemID><url>${url}</url>`)).toBe('0x82000001')
    }
    expect(errors).toEqual([])
  })
})
