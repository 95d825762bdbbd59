import { parseXml } from '@dayport/core/xml'
import { describe, expect, it } from 'vitest'
import { envelope, find, findAll, openOutlook, single } from './test-outlook.ts'

describe('what else is at the address', () => {
  it('describes itself in WSDL, lists its one list, and has nothing of SharePoint beside it', async () => {
    const { send, call, base, guid } = await openOutlook()
    const wsdl = parseXml(await (await send('/_vti_bin/Lists.asmx?WSDL')).text())
    expect(wsdl.name).toBe('{http://schemas.xmlsoap.org/wsdl/}definitions')
    expect(findAll(find(wsdl, 'portType')!, 'operation').map((one) => one.attributes.get('name'))).toContain(
      'UpdateListItems',
    )
    expect(findAll(wsdl, 'address').map((one) => one.attributes.get('location'))).toEqual(
      Array(2).fill(`${base}/_vti_bin/Lists.asmx`),
    )
    const lists = await call('GetListCollection', '')
    expect(findAll(lists, 'List').map((list) => list.attributes.get('ID'))).toEqual([`{${guid}}`])
    for (const path of [
      '/_vti_bin/Sites.asmx',
      '/_vti_bin/Webs.asmx',
      '/_vti_bin/',
      '/Lists/Other/',
      '/x/_vti_bin/lists.asmx',
    ]) {
      expect((await send(path)).status, path).toBe(404)
    }
    expect((await send('/_vti_bin/lists.asmx', { method: 'DELETE' })).status).toBe(405)
    expect((await send('/_VTI_BIN/LISTS.ASMX')).status).toBe(200)
  })

  it('leads to the host’s page for an item, and nowhere without one (specification section 1.4)', async () => {
    const { send, put } = await openOutlook({ eventPage: ({ objectName, key }) => `/event?${objectName}&${key}` })
    await put('a.ics', ...single)
    const to = async (path: string) => {
      const response = await send(path)
      return [response.status, response.headers.get('location')]
    }
    for (const path of [
      '/Lists/Calendar/DispForm.aspx?ID=1',
      '/lists/calendar/dispform.aspx?id=1&Source=x',
      '/Lists/Calendar/EditForm.aspx?ID=1',
    ]) {
      expect(await to(path)).toEqual([302, '/event?a.ics&event'])
    }
    expect(await to('/Lists/Calendar/DispForm.aspx?ID=99')).toEqual([302, '/event?null&null'])
    expect(await to('/Lists/Calendar/calendar.aspx')).toEqual([302, '/event?null&null'])
    expect((await send('/Lists/Calendar/DispForm.aspx?ID=1', { method: 'POST', body: 'x' })).status).toBe(405)
    const { send: bare } = await openOutlook()
    expect((await bare('/Lists/Calendar/')).status).toBe(404)
  })

  it('keeps a secret address out of referrers and caches, on answers of every kind', async () => {
    const { send, post, put, guid } = await openOutlook({ eventPage: () => '/' })
    await put('a.ics', ...single)
    const answers = [
      await post(envelope('GetList', `<listName>${guid}</listName>`)),
      await post('no XML'),
      ...(await Promise.all(
        ['/', '/_vti_bin/lists.asmx', '/_vti_bin/lists.asmx?wsdl', '/Lists/Calendar/Attachments/1/a', '/x'].map(
          (path) => send(path),
        ),
      )),
    ]
    for (const { headers } of answers) {
      expect([headers.get('referrer-policy'), headers.get('cache-control')]).toEqual(['no-referrer', 'no-store'])
    }
  })
})
