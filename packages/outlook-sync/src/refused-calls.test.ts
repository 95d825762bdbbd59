import { parseXml } from '@dayport/core/xml'
import { describe, expect, it } from 'vitest'
import { ann, envelope, eventOf, faultIn, find, findAll, openOutlook, single, soap12, sp } from './test-outlook.ts'
import { soapNamespace } from './wire/soap.ts'

describe('a call that is refused as a whole', () => {
  it('has the shape of SharePoint’s faults: code and text in the detail, status 500 (SOAP 1.1 §6.2)', async () => {
    const { post, guid } = await openOutlook()
    const fault = await faultIn(await post(envelope('GetAttachmentCollection', `<listName>${guid}</listName>`)))
    expect([fault.status, fault.type, fault.code, fault.who]).toEqual([
      500,
      'text/xml; charset=utf-8',
      '0x82000001',
      'soap:Server',
    ])
    const body = find(fault.root, 'Fault')!
    expect(body.elements.map(({ name }) => name)).toEqual(['faultcode', 'faultstring', 'detail'])
    expect(find(body, 'detail')!.elements.map(({ name }) => name)).toEqual([sp('errorstring'), sp('errorcode')])
    expect(find(body, 'errorstring')!.text).toBe('Parameter listItemID is missing or invalid.')
  })

  it('is told 0x82000006 for another list, 0x82000001 without one, on every operation (MS-LISTSWS 3.1.4)', async () => {
    const { post, errors } = await openOutlook()
    const operations = [
      ...['GetList', 'GetListItems', 'GetListItemChanges', 'GetListItemChangesSinceToken', 'UpdateListItems'],
      ...['AddAttachment', 'GetAttachmentCollection', 'DeleteAttachment'],
    ]
    for (const operation of operations) {
      const more = '<listItemID>1</listItemID><fileName>a</fileName><attachment>AA==</attachment><url>x</url>'
      const wrong = `<listName>{11111111-2222-3333-4444-555555555555}</listName>${more}<updates><Batch/></updates>`
      expect((await faultIn(await post(envelope(operation, wrong)))).code, operation).toBe('0x82000006')
      expect((await faultIn(await post(envelope(operation, more)))).code, operation).toBe('0x82000001')
      expect((await faultIn(await post(envelope(operation, `<listName> </listName>${more}`)))).code).toBe('0x82000001')
    }
    expect(errors).toEqual([])
  })

  it('finds the list by its GUID in any case, with and without braces, and by its title', async () => {
    const { post, guid } = await openOutlook()
    for (const name of [guid, guid.toLowerCase(), `{${guid}}`, `{${guid.toLowerCase()}}`, 'Work', ' work ']) {
      expect((await post(envelope('GetList', `<listName>${name}</listName>`))).status, name).toBe(200)
    }
  })

  it('is gone for whoever lost the right, by the same fault as a list that never was', async () => {
    const { connections, handler, calendar, store, guid } = await openOutlook()
    await store.updateCalendar(calendar, { access: [{ principal: 'bob', level: 'read' }] })
    const theirs = await connections.create({ principal: 'bob', calendar, name: 'PC' })
    const address = `https://portal.example/outlook/${await connections.address(theirs)}/_vti_bin/lists.asmx`
    const ask = async (name: string) => {
      const body = envelope('GetList', `<listName>${name}</listName>`)
      const response = await handler(
        new Request(address, { method: 'POST', body, headers: { 'content-type': 'text/xml' } }),
      )
      return [response.status, await response.text()]
    }
    expect((await ask(guid))[0]).toBe(200)
    await store.updateCalendar(calendar, { access: [] })
    expect(await ask(guid)).toEqual(await ask('{11111111-2222-3333-4444-555555555555}'))
  })

  it.each([
    ['no XML', 'Lunch'],
    ['an open element', '<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"><Body>'],
    ['a DOCTYPE', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'],
    ['no envelope', `<GetList xmlns="${soapNamespace}"/>`],
    ['an empty body', '<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"><Body/></Envelope>'],
    ['two calls', envelope('GetList', '').replace('</Body>', `<GetList xmlns="${soapNamespace}"/></Body>`)],
    ['an unknown operation', envelope('DeleteList', '')],
    ['a name of every object', envelope('constructor', '')],
    ['another service', envelope('GetList', '').replace(soapNamespace, 'urn:other')],
    ['thousands of levels', envelope('GetList', '<a>'.repeat(3000) + '</a>'.repeat(3000))],
  ])('is the client’s fault for %s, and reaches no list', async (_what, body) => {
    const { post, errors, bindings, calendar } = await openOutlook()
    const before = await bindings.getList({ calendar, view: 'full' })
    const fault = await faultIn(await post(body))
    expect([fault.status, fault.who, fault.code]).toEqual([500, 'soap:Client', null])
    expect(errors).toEqual([])
    expect(await bindings.getList({ calendar, view: 'full' })).toEqual(before)
  })

  it('is faulted for another envelope version, a header that must be understood, and a SOAPAction that disagrees', async () => {
    const { post, guid } = await openOutlook()
    const good = envelope('GetList', `<listName>${guid}</listName>`)
    const other = await faultIn(await post(good.replace('http://schemas.xmlsoap.org/soap/envelope/', 'urn:soap')))
    expect(other.who).toBe('soap:VersionMismatch')
    const header =
      '<Header><a xmlns="urn:a" xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" e:mustUnderstand="1"/></Header>'
    expect((await faultIn(await post(good.replace('<Body>', `${header}<Body>`)))).who).toBe('soap:MustUnderstand')
    const mild = header.replace('"1"', '"0"')
    expect((await post(good.replace('<Body>', `${mild}<Body>`))).status).toBe(200)
    const action = (name: string) => ({ soapaction: `"${soapNamespace}${name}"` })
    expect((await post(good, action('GetList'))).status).toBe(200)
    expect((await post(good, { soapaction: '""' })).status).toBe(200)
    expect((await faultIn(await post(good, action('UpdateListItems')))).who).toBe('soap:Client')
  })

  it('is answered in SOAP 1.2 to whoever asked in it, with its own fault codes (SOAP 1.2 part 2 §7.4.2)', async () => {
    const { send, guid } = await openOutlook()
    const ask = (operation: string, parameters: string) =>
      send('/_vti_bin/Lists.asmx', {
        method: 'POST',
        headers: { 'content-type': `application/soap+xml; charset=utf-8; action="${soapNamespace}${operation}"` },
        body: envelope(operation, parameters).replace('http://schemas.xmlsoap.org/soap/envelope/', soap12),
      })
    const good = await ask('GetList', `<listName>${guid}</listName>`)
    expect([good.status, good.headers.get('content-type')]).toEqual([200, 'application/soap+xml; charset=utf-8'])
    expect(parseXml(await good.text()).name).toBe(`{${soap12}}Envelope`)
    const fault = await faultIn(await ask('GetList', ''))
    expect([fault.status, fault.who, fault.code]).toEqual([500, 'soap:Receiver', '0x82000001'])
    expect((await faultIn(await ask('Nothing', ''))).who).toBe('soap:Sender')
  })

  it('is 413 over the limit of the body, whatever it holds', async () => {
    const { post } = await openOutlook({ maxBodyBytes: 1000 })
    expect((await post(envelope('GetList', ' '.repeat(2000)))).status).toBe(413)
  })
})

describe('a store that fails', () => {
  it('is a fault without a word from inside, and reaches the host', async () => {
    const { handler, base, errors, lists } = await openOutlook({
      lists: {
        ...(await openOutlook()).lists,
        identify: async () => {
          throw new Error('disk full at /var/lib/dayport')
        },
      },
    })
    expect(lists).toBeDefined()
    const body = envelope('GetList', '<listName>x</listName>')
    const response = await handler(
      new Request(`${base}/_vti_bin/lists.asmx`, { method: 'POST', body, headers: { 'content-type': 'text/xml' } }),
    )
    const fault = await faultIn(response)
    expect([fault.status, fault.who]).toEqual([500, 'soap:Server'])
    expect(find(fault.root, 'errorstring')!.text).not.toContain('disk')
    expect(errors).toHaveLength(1)
  })

  it('holds up nothing else when one object cannot be read', async () => {
    const { service, calendar, call, put } = await openOutlook()
    await put('a.ics', ...single)
    const strange = [
      'DTSTART:20260302T090000Z',
      'RRULE:FREQ=WEEKLY;BYDAY=MO',
      'RDATE;VALUE=PERIOD:20260303T090000Z/PT1H',
      'SUMMARY:Odd',
    ]
    await service.putObject(ann, { calendar, name: 'b.ics' }, eventOf('b.ics', ...strange))
    const answer = await call('GetListItemChangesSinceToken', '')
    expect(findAll(answer, 'row').some((row) => row.attributes.get('ows_Title') === 'One')).toBe(true)
  })
})
