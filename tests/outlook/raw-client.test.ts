import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { serveWorld } from './serve.ts'

/** Outlook's own request, as it was captured. */
const captured = readFileSync(
  new URL(
    '../../packages/outlook-sync/test/fixtures/sharepoint-2013/outlook-GetListItemChangesSinceToken-request.xml',
    import.meta.url,
  ),
  'utf8',
)
const namespace = 'http://schemas.microsoft.com/sharepoint/soap/'

/** Attributes of all start tags of that name, entities read: a reader of its own that knows nothing of the server's writer. */
const attributesOf = (xml: string, tag: string): Record<string, string>[] =>
  [...xml.matchAll(new RegExp(`<${tag}\\s([^>]*)>`, 'g'))].map(([, inside = '']) =>
    Object.fromEntries(
      [...inside.matchAll(/([\w:.-]+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, unescaped(value)]),
    ),
  )
const unescaped = (text: string): string =>
  text
    .replace(/&#(?:x([0-9a-f]+)|(\d+));/gi, (_, hex, digits) =>
      String.fromCodePoint(hex ? Number.parseInt(hex, 16) : Number(digits)),
    )
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
const between = (xml: string, tag: string): string[] =>
  [...xml.matchAll(new RegExp(`<(?:\\w+:)?${tag}(?:\\s[^>]*)?>([^<]*)<`, 'g'))].map(([, text = '']) => unescaped(text))

describe('a client made of captured requests alone, over HTTP', () => {
  let served: Awaited<ReturnType<typeof serveWorld>>
  beforeAll(async () => {
    served = await serveWorld()
  })
  afterAll(() => served.close())

  const post = async (body: string, headers: Record<string, string> = {}, path = '/_vti_bin/lists.asmx') => {
    const response = await fetch(`${served.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'text/xml; charset=utf-8', ...headers },
      body,
    })
    return { status: response.status, type: response.headers.get('content-type'), text: await response.text() }
  }
  const envelope = (operation: string, inside: string, list = served.world.listGuid): string =>
    `<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><${operation} xmlns="${namespace}"><listName>${list}</listName>${inside}</${operation}></soap:Body></soap:Envelope>`
  const ask = (operation: string, inside = '', list?: string) =>
    post(envelope(operation, inside, list), { SOAPAction: `"${namespace}${operation}"` })
  const changes = (token: string | null) => {
    const change = token === null ? '' : `<changeToken>${token}</changeToken>`
    return post(
      captured
        .replace(/<listName>[^<]*/, `<listName>${served.world.listGuid.toLowerCase()}`)
        .replace(/<changeToken>.*<\/changeToken>/, change),
      { SOAPAction: `"${namespace}GetListItemChangesSinceToken"` },
    )
  }
  const tokenOf = (xml: string): string => attributesOf(xml, 'Changes')[0]!.LastChangeToken!
  const batch = (...methods: string[]) =>
    ask(
      'UpdateListItems',
      `<updates><Batch OnError="Continue" DateInUtc="TRUE" Properties="TRUE">${methods.join('')}</Batch></updates>`,
    )
  const field = (name: string, value: string): string => `<Field Name="${name}">${value}</Field>`

  it('connects: the list, everything with a token, and then nothing (section 3)', async () => {
    const list = await ask('GetList')
    expect(list.status).toBe(200)
    expect(list.type).toMatch(/^text\/xml; ?charset=utf-8$/i)
    expect(attributesOf(list.text, 'List')[0]).toMatchObject({
      ID: served.world.listGuid.toUpperCase(),
      ServerTemplate: '106',
      BaseType: '0',
    })
    expect(Number.parseFloat(between(list.text, 'ServerVersion')[0]!)).toBeGreaterThanOrEqual(12)
    const first = await changes(null)
    expect(attributesOf(first.text, 'listitems')[0]).toMatchObject({
      EffectivePermMask: 'FullMask',
      MinTimeBetweenSyncs: '0',
    })
    expect(attributesOf(first.text, 'rs:data')[0]).toEqual({ ItemCount: '0' })
    const next = await changes(tokenOf(first.text))
    expect([
      attributesOf(next.text, 'rs:data')[0],
      attributesOf(next.text, 'Id'),
      attributesOf(next.text, 'List'),
    ]).toEqual([{ ItemCount: '0' }, [], []])
  })

  it('makes an item, sees it once, changes it, is told of a conflict, and deletes it (section 6)', async () => {
    const token = tokenOf((await changes(null)).text)
    const made = await batch(
      `<Method ID="0" Cmd="New">${field('ID', 'New')}${field('Title', 'Lunch &amp; &lt;more&gt;')}${field('Description', '&lt;div&gt;A&lt;br&gt;B&lt;/div&gt;')}${field('EventDate', '2026-03-02T11:00:00Z')}${field('EndDate', '2026-03-02T12:00:00Z')}${field('fAllDayEvent', '0')}${field('fRecurrence', '0')}${field('EventType', '0')}<Field Name="MetaInfo" Property="BusyStatus">2</Field><Field Name="MetaInfo" Property="ReplicationID">{23ABF7AA-4A85-4F75-93D1-9163E4ED4462}</Field><Field Name="MetaInfo" Property="Strange">kept</Field></Method>`,
    )
    expect(attributesOf(made.text, 'Result')[0]).toMatchObject({ ID: '0,New' })
    expect(between(made.text, 'ErrorCode')).toEqual(['0x00000000'])
    const [row] = attributesOf(made.text, 'z:row')
    expect(row).toMatchObject({
      ows_Title: 'Lunch & <more>',
      ows_EventDate: '2026-03-02T11:00:00Z',
      ows_owshiddenversion: '1',
      ows_MetaInfo_ReplicationID: '{23ABF7AA-4A85-4F75-93D1-9163E4ED4462}',
      ows_MetaInfo_Strange: 'kept',
    })
    const id = row!.ows_ID!
    const delta = await changes(token)
    expect(
      attributesOf(delta.text, 'z:row').map(({ ows_ID, ows_owshiddenversion }) => [ows_ID, ows_owshiddenversion]),
    ).toEqual([[id, '1']])
    const update = (version: string, title: string): string =>
      `<Method ID="0" Cmd="Update">${field('ID', id)}${field('owshiddenversion', version)}${field('Title', title)}</Method>`
    expect(attributesOf((await batch(update('1', 'Supper'))).text, 'z:row')[0]).toMatchObject({
      ows_owshiddenversion: '2',
      ows_MetaInfo_Strange: 'kept',
    })
    const stale = await batch(update('1', 'Breakfast'))
    expect(between(stale.text, 'ErrorCode')).toEqual(['0x81020015'])
    expect(attributesOf(stale.text, 'Result')[0]).toEqual({
      ID: '0,Update',
      List: served.world.listGuid.toUpperCase(),
      Version: '2',
    })
    expect(attributesOf(stale.text, 'z:row')[0]).toMatchObject({ ows_Title: 'Supper', ows_owshiddenversion: '2' })
    const gone = await batch(`<Method ID="0" Cmd="Delete">${field('ID', id)}</Method>`)
    expect(between(gone.text, 'ErrorCode')).toEqual(['0x00000000'])
    const last = await changes(tokenOf(delta.text))
    expect(attributesOf(last.text, 'Id')).toEqual([
      { ChangeType: 'Delete', UniqueId: expect.stringMatching(/^\{[0-9A-F-]{36}\}$/) },
    ])
    expect(between(last.text, 'Id')).toEqual([id])
    expect(between((await batch(update('2', 'Ghost'))).text, 'ErrorCode')).toEqual(['0x81020016'])
  })

  it('answers each method of a batch in its order, whatever became of the others (section 6.2)', async () => {
    const { text } = await batch(
      `<Method ID="7" Cmd="Update">${field('ID', '999')}${field('Title', 'x')}</Method>`,
      `<Method ID="3" Cmd="New">${field('Title', 'Fine')}${field('EventDate', '2026-03-05T10:00:00Z')}</Method>`,
      `<Method ID="a" Cmd="New">${field('Title', 'Bad')}${field('EventDate', 'soon')}</Method>`,
    )
    expect(attributesOf(text, 'Result').map(({ ID }) => ID)).toEqual(['7,Update', '3,New', 'a,New'])
    expect(between(text, 'ErrorCode')).toEqual(['0x81020016', '0x00000000', '0x81020014'])
    expect(between(text, 'ErrorText')).toHaveLength(2)
  })

  it('is told to start over by a token of another list, and faulted for what is no token (section 3)', async () => {
    const other = await changes('1;3;1a2650ed-db30-4337-b137-8e5771a08443;635582327934430000;12976')
    expect(attributesOf(other.text, 'Id')).toEqual([{ ChangeType: 'InvalidToken' }])
    expect((await changes('yesterday')).status).toBe(500)
  })

  it('is given the codes of MS-LISTSWS in faults (section 2.3)', async () => {
    const missing = await ask('GetList', '', '{11111111-2222-3333-4444-555555555555}')
    expect([missing.status, between(missing.text, 'errorcode')]).toEqual([500, ['0x82000006']])
    const noItem = await ask('GetAttachmentCollection')
    expect([noItem.status, between(noItem.text, 'errorcode')]).toEqual([500, ['0x82000001']])
    expect((await post('this is no XML')).status).toBe(500)
    expect((await fetch(served.url.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')))).status).toBe(404)
  })

  it('keeps files at items: adds, lists, reads, replaces by version, removes (section 9)', async () => {
    const made = await batch(
      `<Method ID="0" Cmd="New">${field('Title', 'Files')}${field('EventDate', '2026-03-06T10:00:00Z')}</Method>`,
    )
    const id = attributesOf(made.text, 'z:row')[0]!.ows_ID!
    const token = tokenOf((await changes(null)).text)
    const add = (content: string) =>
      ask(
        'AddAttachment',
        `<listItemID>${id}</listItemID><fileName>a &amp; b.txt</fileName><attachment>${btoa(content)}</attachment>`,
      )
    const [url] = between((await add('one')).text, 'AddAttachmentResult')
    expect(url).toMatch(new RegExp(`^${served.url}/Lists/[^/]+/Attachments/${id}/a%20%26%20b\\.txt$`))
    expect(between((await add('two')).text, 'errorcode')).toEqual(['0x81020067'])
    expect(
      between((await ask('GetAttachmentCollection', `<listItemID>${id}</listItemID>`)).text, 'Attachment'),
    ).toEqual([url])
    expect(await (await fetch(url!, { headers: { Translate: 'f' } })).text()).toBe('one')
    const row = attributesOf((await changes(token)).text, 'z:row')[0]!
    expect(row.ows_owshiddenversion).toBe('2')
    const [, listed, version] = /^;#([^#]*);#([^#]*);#$/.exec(row.ows_Attachments!) ?? []
    expect(listed).toBe(url)
    const put = async (ifMatch: string, content: string) =>
      (await fetch(url!, { method: 'PUT', headers: { 'if-match': ifMatch }, body: content })).status
    expect(await put('{00000000-0000-0000-0000-000000000000},1', 'three')).toBe(412)
    expect(await put(version!, 'three')).toBeLessThan(300)
    expect(await (await fetch(url!)).text()).toBe('three')
    expect(
      (await ask('DeleteAttachment', `<listItemID>${id}</listItemID><url>${url!.replaceAll('&', '&amp;')}</url>`))
        .status,
    ).toBe(200)
    expect(
      between((await ask('GetAttachmentCollection', `<listItemID>${id}</listItemID>`)).text, 'Attachment'),
    ).toEqual([])
    expect((await fetch(url!)).status).toBe(404)
  })

  it('may speak SOAP 1.2, and call the service by its other name (section 2.1)', async () => {
    const body = envelope('GetList', '').replace(
      'http://schemas.xmlsoap.org/soap/envelope/',
      'http://www.w3.org/2003/05/soap-envelope',
    )
    const answer = await post(body, { 'content-type': 'application/soap+xml; charset=utf-8' }, '/_vti_bin/Lists.asmx')
    expect([answer.status, answer.type]).toEqual([200, expect.stringMatching(/^application\/soap\+xml/)])
    expect(answer.text).toContain('http://www.w3.org/2003/05/soap-envelope')
    expect(served.world.errors).toEqual([])
  })
})
