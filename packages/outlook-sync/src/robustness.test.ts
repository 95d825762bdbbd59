import { parseXml } from '@dayport/core/xml'
import { describe, expect, it } from 'vitest'
import { ann, bob, envelope, eventOf, find, findAll, openOutlook, sp, updates } from './test-outlook.ts'
import { soapNamespace } from './wire/soap.ts'

const single = ['DTSTART:20260310T100000Z', 'DTEND:20260310T110000Z', 'SUMMARY:One']
const soap12 = 'http://www.w3.org/2003/05/soap-envelope'

const faultIn = async (response: Response) => {
  const root = parseXml(await response.text())
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    code: find(root, 'errorcode')?.text ?? null,
    who: find(root, 'faultcode')?.text ?? find(root, 'Value')?.text ?? null,
    root,
  }
}

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

describe('change tokens', () => {
  const changes = (parameters: string) => envelope('GetListItemChangesSinceToken', parameters)

  it('are InvalidToken of another list or the future, without a token to go on with (MS-OUTSPS 3.2.6.2)', async () => {
    const { post, guid, put } = await openOutlook()
    await put('a.ics', ...single)
    const tokens = [
      ' 1;3;e074e60a-0126-4446-a751-a5be7a55ed81;633374187828130000;243',
      `1;3;${guid.toLowerCase()};633374187828130000;1`,
    ]
    for (const token of tokens) {
      const response = await post(changes(`<listName>${guid}</listName><changeToken>${token}</changeToken>`))
      const root = parseXml(await response.text())
      const sent = find(root, 'Changes')!
      expect([...sent.attributes]).toEqual([])
      expect(sent.elements.map((one) => [one.name, ...one.attributes])).toEqual([
        [sp('Id'), ['ChangeType', 'InvalidToken']],
      ])
      expect(find(root, 'data')!.attributes.get('ItemCount')).toBe('0')
      expect(find(root, 'listitems')!.attributes.get('EffectivePermMask')).toBe('FullMask')
    }
  })

  it('are a fault when they are none, and as absent when empty (MS-LISTSWS 3.1.4.22)', async () => {
    const { post, guid } = await openOutlook()
    for (const token of ['yesterday', '1;3;x;1;1', "1' OR 1=1 --", '1;3;;;']) {
      const body = changes(`<listName>${guid}</listName><changeToken>${token}</changeToken>`)
      expect((await faultIn(await post(body))).code, token).toBe('0x82000001')
    }
    const empty = await post(changes(`<listName>${guid}</listName><changeToken/>`))
    expect(find(parseXml(await empty.text()), 'List')).toBeDefined()
  })

  it('page by MoreChanges after a token, and by position without one, with the first page’s token on all', async () => {
    const { call, put } = await openOutlook()
    const tokenIn = (root: ReturnType<typeof parseXml>) => find(root, 'Changes')!.attributes.get('LastChangeToken')!
    const start = tokenIn(await call('GetListItemChangesSinceToken', ''))
    for (const name of ['a', 'b', 'c', 'd', 'e']) await put(`${name}.ics`, ...single)
    const ids: string[] = []
    let token = start
    let rounds = 0
    for (let more = true; more; rounds++) {
      const page = await call(
        'GetListItemChangesSinceToken',
        `<rowLimit>2</rowLimit><changeToken>${token}</changeToken>`,
      )
      ids.push(...findAll(page, 'row').map((row) => row.attributes.get('ows_ID')!))
      token = tokenIn(page)
      more = find(page, 'Changes')!.attributes.get('MoreChanges') === 'TRUE'
      expect(find(page, 'data')!.attributes.has('ListItemCollectionPositionNext')).toBe(false)
    }
    expect([ids, rounds]).toEqual([['1', '2', '3', '4', '5'], 3])

    const seen: string[] = []
    const tokens = new Set<string>()
    let position = ''
    do {
      const paging =
        position === ''
          ? ''
          : `<queryOptions><QueryOptions><Paging ListItemCollectionPositionNext="${position}"/></QueryOptions></queryOptions>`
      const page = await call('GetListItemChangesSinceToken', `<rowLimit>2</rowLimit>${paging}`)
      seen.push(...findAll(page, 'row').map((row) => row.attributes.get('ows_ID')!))
      tokens.add(tokenIn(page))
      position = find(page, 'data')!.attributes.get('ListItemCollectionPositionNext') ?? ''
    } while (position !== '')
    expect(seen).toEqual(ids)
    expect(tokens.size).toBe(1)
    const bad = '<queryOptions><QueryOptions><Paging ListItemCollectionPositionNext="x"/></QueryOptions></queryOptions>'
    expect(find(await call('GetListItemChangesSinceToken', `<rowLimit>2</rowLimit>${bad}`), 'errorcode')!.text).toBe(
      '0x82000001',
    )
  })
})

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
      ]),
    )
    expect(codes(answer)).toEqual([
      ...['0x81020014', '0x81020014', '0x81020016', '0x81020014', '0x81020014', '0x81020014', '0x81020014'],
      ...['0x81020014', '0x81020014', '0x81020016', '0x00000000'],
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

describe('Basic in the place of a secret', () => {
  const openBasic = () =>
    openOutlook({
      authenticate: async (request) =>
        request.headers.get('authorization') === 'Basic YW5uOnB3' ? ann : { challenge: ['Basic realm="x"'] },
    })

  it('challenges every request alike, before any list is looked at (specification section 2.2)', async () => {
    const { handler, calendar, guid } = await openBasic()
    const answers = new Set<string>()
    for (const id of [calendar, 'nowhere', '', '%ff']) {
      for (const path of [
        '/_vti_bin/Lists.asmx',
        '/Lists/Calendar/Attachments/1/a',
        '/Lists/Calendar/DispForm.aspx?ID=1',
        '/x',
      ]) {
        for (const method of ['GET', 'POST', 'PUT', 'OPTIONS', 'DELETE']) {
          const body = ['POST', 'PUT'].includes(method)
            ? { body: envelope('GetList', `<listName>${guid}</listName>`) }
            : {}
          const response = await handler(
            new Request(`https://portal.example/outlook/basic/${id}${path}`, { method, ...body }),
          )
          answers.add(`${response.status} ${response.headers.get('www-authenticate')} ${await response.text()}`)
        }
      }
    }
    expect([...answers]).toEqual(['401 Basic realm="x" Sign-in needed\n'])
  })

  it('works with the password, tells strangers’ calendars apart from nothing, and takes XML only (no form of another site)', async () => {
    const { handler, calendar, guid } = await openBasic()
    const ask = (id: string, type: string | null) =>
      handler(
        new Request(`https://portal.example/outlook/basic/${id}/_vti_bin/lists.asmx`, {
          method: 'POST',
          headers: { authorization: 'Basic YW5uOnB3', ...(type === null ? {} : { 'content-type': type }) },
          body: new TextEncoder().encode(envelope('GetList', `<listName>${guid}</listName>`)),
        }),
      )
    expect((await ask(calendar, 'text/xml; charset=utf-8')).status).toBe(200)
    expect((await faultIn(await ask('nowhere', 'text/xml'))).code).toBe('0x82000006')
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', null])
      expect((await ask(calendar, type)).status).toBe(415)
  })
})

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

describe('queries', () => {
  const titles = (root: ReturnType<typeof parseXml>) =>
    findAll(root, 'row').map((row) => row.attributes.get('ows_Title'))
  const query = (where: string, order = '') =>
    `<query><Query>${where === '' ? '' : `<Where>${where}</Where>`}${order}</Query></query>`
  const openList = async () => {
    const kit = await openOutlook()
    await kit.put('a.ics', 'DTSTART:20260310T100000Z', 'DTEND:20260310T110000Z', 'SUMMARY:Beta', 'LOCATION:Room')
    await kit.put('b.ics', 'DTSTART:20260311T220000Z', 'DTEND:20260311T230000Z', 'SUMMARY:alpha')
    await kit.put('c.ics', 'DTSTART;VALUE=DATE:20260312', 'SUMMARY:Gamma')
    return kit
  }
  const field = (name: string, type: string, value: string) =>
    `<FieldRef Name="${name}"/><Value Type="${type}">${value}</Value>`

  it.each([
    ['Eq', field('Title', 'Text', 'ALPHA'), ['alpha']],
    ['Neq', field('ID', 'Counter', '1'), ['alpha', 'Gamma']],
    ['Gt', field('ID', 'Counter', '2'), ['Gamma']],
    ['Contains', field('Title', 'Text', 'am'), ['Gamma']],
    ['BeginsWith', field('Title', 'Text', 'b'), ['Beta']],
    ['IsNull', '<FieldRef Name="Location"/>', ['alpha', 'Gamma']],
    ['IsNotNull', '<FieldRef Name="Location"/>', ['Beta']],
    ['Eq', field('EventDate', 'DateTime', '2026-03-12'), ['alpha', 'Gamma']], // 22:00 UTC is the 12th in Moscow
    ['Eq', field('fAllDayEvent', 'AllDayEvent', '1'), ['Gamma']],
    [
      'In',
      '<FieldRef Name="ID"/><Values><Value Type="Counter">1</Value><Value Type="Counter">3</Value></Values>',
      ['Beta', 'Gamma'],
    ],
    ['Or', `<Eq>${field('ID', 'Counter', '1')}</Eq><Eq>${field('ID', 'Counter', '2')}</Eq>`, ['Beta', 'alpha']],
    [
      'DateRangesOverlap',
      '<FieldRef Name="EventDate"/><FieldRef Name="EndDate"/><FieldRef Name="RecurrenceID"/><Value Type="DateTime"><Month/></Value>',
      ['Beta', 'alpha', 'Gamma'],
    ],
  ])('filter by %s of %s in GetListItems (CAML)', async (kind, inside, expected) => {
    const { call } = await openList()
    const answer = await call('GetListItems', query(`<${kind}>${inside}</${kind}>`))
    expect(titles(answer)).toEqual(expected)
    expect(find(answer, 'data')!.attributes.get('ItemCount')).toBe(`${expected.length}`)
    expect(find(answer, 'listitems')!.elements.map(({ name }) => name)).toEqual([
      '{urn:schemas-microsoft-com:rowset}data',
    ])
  })

  it('sort, and page in the client’s order', async () => {
    const { call } = await openList()
    const order = '<OrderBy><FieldRef Name="Title" Ascending="FALSE"/></OrderBy>'
    expect(titles(await call('GetListItems', query('', order)))).toEqual(['Gamma', 'Beta', 'alpha'])
    const first = await call('GetListItems', `${query('', order)}<rowLimit>2</rowLimit>`)
    const next = find(first, 'data')!.attributes.get('ListItemCollectionPositionNext')
    const rest = await call(
      'GetListItems',
      `${query('', order)}<rowLimit>2</rowLimit><queryOptions><QueryOptions><Paging ListItemCollectionPositionNext="${next}"/></QueryOptions></queryOptions>`,
    )
    expect([titles(first), titles(rest)]).toEqual([['Gamma', 'Beta'], ['alpha']])
    expect(find(rest, 'data')!.attributes.has('ListItemCollectionPositionNext')).toBe(false)
  })

  it('are faults where a condition is not known: a filter is applied or refused, never forgotten', async () => {
    const { call, errors } = await openList()
    for (const where of [
      '<Membership Type="x"/>',
      '<Near><FieldRef Name="ID"/></Near>',
      '<Eq><Value Type="Text">x</Value></Eq>',
      '<toString><FieldRef Name="ID"/></toString>',
    ]) {
      expect(find(await call('GetListItems', query(where)), 'Fault'), where).toBeDefined()
    }
    expect(errors).toEqual([])
  })

  it('tell of what changed and left the filter as MoveAway (MS-LISTSWS 3.1.4.22)', async () => {
    const { call, put } = await openList()
    const contains = `<contains><Contains>${field('Title', 'Text', 'a')}</Contains></contains>`
    const first = await call('GetListItemChangesSinceToken', contains)
    expect(titles(first)).toHaveLength(3)
    const token = find(first, 'Changes')!.attributes.get('LastChangeToken')
    await put('a.ics', 'DTSTART:20260310T100000Z', 'DTEND:20260310T110000Z', 'SUMMARY:Other')
    await put('b.ics', 'DTSTART:20260311T220000Z', 'DTEND:20260311T230000Z', 'SUMMARY:Ada')
    const next = await call('GetListItemChangesSinceToken', `${contains}<changeToken>${token}</changeToken>`)
    expect(titles(next)).toEqual(['Ada'])
    expect(findAll(next, 'Id').map((id) => [id.attributes.get('ChangeType'), id.text])).toEqual([['MoveAway', '1']])
  })

  it('ask for few fields and get those, and what every row has', async () => {
    const { call } = await openList()
    const view =
      '<viewFields><ViewFields><FieldRef Name="Title"/><FieldRef Name="Nothing"/><FieldRef Name="toString"/></ViewFields></viewFields>'
    const [row] = findAll(await call('GetListItems', view), 'row')
    expect([...row!.attributes.keys()]).toEqual([
      ...[
        'ows_Title',
        'ows__ModerationStatus',
        'ows__Level',
        'ows_ID',
        'ows_owshiddenversion',
        'ows_UniqueId',
        'ows_FSObjType',
      ],
      ...['ows_Created', 'ows_Modified', 'ows_FileRef'],
    ])
  })

  it('of Outlook 2003 give what was modified since an instant (MS-LISTSWS 3.1.4.21)', async () => {
    const { call, put, advance } = await openList()
    await call('GetListItemChangesSinceToken', '')
    advance(60_000)
    await put('c.ics', 'DTSTART;VALUE=DATE:20260312', 'SUMMARY:Delta')
    const all = await call('GetListItemChanges', '')
    expect(find(all, 'listitems')!.attributes.get('TimeStamp')).toBe('2026-03-01T12:01:00Z')
    expect(titles(all)).toHaveLength(3)
    expect(titles(await call('GetListItemChanges', '<since>2026-03-01T12:00:30Z</since>'))).toEqual(['Delta'])
    expect(find(await call('GetListItemChanges', '<since>then</since>'), 'errorcode')!.text).toBe('0x82000001')
  })
})

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
