import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mountsFolder, runtimeBinary } from './runtimes.ts'
import { type RunningMount, startMount } from './start-mount.ts'

interface Mount {
  readonly name: string
  /** `null` when the runtime's npm package has no binary for this machine. */
  readonly command: string | null
  readonly args: (port: number) => readonly string[]
  /** Workers refuse MKCALENDAR before our code runs: extended MKCOL (RFC 5689) is its equal. */
  readonly makes: 'MKCALENDAR' | 'MKCOL'
}

const onNode = (name: string): Mount => ({
  name,
  command: process.execPath,
  args: () => [`src/${name}.ts`],
  makes: 'MKCALENDAR',
})

const mounts: readonly Mount[] = [
  ...['node-http', 'express', 'fastify', 'hono'].map(onNode),
  {
    name: 'deno',
    command: runtimeBinary('deno'),
    args: () => ['run', '--no-lock', '--allow-net', '--allow-env', '--node-modules-dir=manual', 'src/deno.ts'],
    makes: 'MKCALENDAR',
  },
  { name: 'bun', command: runtimeBinary('bun'), args: () => ['src/bun.ts'], makes: 'MKCALENDAR' },
  {
    name: 'workerd',
    command: runtimeBinary('workerd'),
    args: (port) => ['serve', join(mountsFolder, 'src/worker.capnp'), `--socket-addr=http=127.0.0.1:${port}`],
    makes: 'MKCOL',
  },
]

const dav = 'xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"'
const makeCalendar = {
  MKCALENDAR: `<c:mkcalendar ${dav}><d:set><d:prop><d:displayname>Дом</d:displayname></d:prop></d:set></c:mkcalendar>`,
  MKCOL: `<d:mkcol ${dav}><d:set><d:prop><d:resourcetype><d:collection/><c:calendar/></d:resourcetype>
    <d:displayname>Дом</d:displayname></d:prop></d:set></d:mkcol>`,
}
const event = [
  'BEGIN:VCALENDAR',
  'VERSION:2.0',
  'PRODID:-//Test//EN',
  'BEGIN:VEVENT',
  'UID:planning',
  'DTSTAMP:20260101T000000Z',
  'DTSTART;TZID=Europe/Moscow:20260302T100000',
  'DURATION:PT1H',
  'RRULE:FREQ=WEEKLY',
  'SUMMARY:Планёрка',
  'END:VEVENT',
  'END:VCALENDAR',
  '',
].join('\r\n')

for (const { name, command, args, makes } of mounts) {
  describe.skipIf(command === null)(`the mount on ${name}`, () => {
    let mount: RunningMount
    beforeAll(async () => {
      mount = await startMount(command ?? '', args)
    })
    afterAll(() => mount?.stop())

    const ask = async (
      method: string,
      path: string,
      init: { body?: string; headers?: Record<string, string> } = {},
    ) => {
      const headers = { authorization: `Basic ${btoa('anna:secret')}`, ...init.headers }
      const url = path.startsWith('http') ? path : mount.url + path
      const response = await fetch(url, { method, headers, ...(init.body === undefined ? {} : { body: init.body }) })
      return { status: response.status, headers: response.headers, text: await response.text() }
    }
    const xml = { 'content-type': 'application/xml; charset=utf-8' }
    const ics = { 'content-type': 'text/calendar; charset=utf-8' }
    const work = '/dav/calendars/anna/work/'

    it('asks who is there before it tells anything (RFC 4918 §20.1)', async () => {
      const answer = await ask('PROPFIND', work, { headers: { authorization: '', depth: '0' } })
      expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, expect.stringContaining('Basic')])
      expect((await ask('OPTIONS', '/dav/')).headers.get('dav')).toContain('calendar-access')
    })

    it(`makes a calendar by ${makes} with the name that was sent`, async () => {
      const made = await ask(makes, '/dav/calendars/anna/home/', { body: makeCalendar[makes], headers: xml })
      expect([made.status, made.text]).toEqual([201, expect.anything()])
      const body = `<d:propfind ${dav}><d:prop><d:displayname/></d:prop></d:propfind>`
      const listed = await ask('PROPFIND', '/dav/calendars/anna/', { body, headers: { ...xml, depth: '1' } })
      expect(listed.status).toBe(207)
      for (const part of ['/dav/calendars/anna/home/', work, 'Дом', 'Work']) expect(listed.text).toContain(part)
    })

    it('takes an event, gives back its very bytes, finds it by time, and deletes it', async () => {
      const put = await ask('PUT', `${work}planning.ics`, { body: event, headers: { ...ics, 'if-none-match': '*' } })
      expect(put.status).toBe(201)
      const again = await ask('PUT', `${work}planning.ics`, { body: event, headers: { ...ics, 'if-none-match': '*' } })
      expect(again.status).toBe(412)
      const got = await ask('GET', `${work}planning.ics`)
      expect([got.status, got.headers.get('etag'), got.text]).toEqual([200, put.headers.get('etag'), event])

      const query = `<c:calendar-query ${dav}><d:prop><d:getetag/><c:calendar-data/></d:prop><c:filter>
        <c:comp-filter name="VCALENDAR"><c:comp-filter name="VEVENT">
        <c:time-range start="20270301T000000Z" end="20270302T000000Z"/></c:comp-filter></c:comp-filter>
        </c:filter></c:calendar-query>`
      const found = await ask('REPORT', work, { body: query, headers: { ...xml, depth: '1' } })
      expect(found.status).toBe(207)
      expect(found.text).toContain('SUMMARY:Планёрка')

      const sync = `<d:sync-collection ${dav}><d:sync-token/><d:sync-level>1</d:sync-level><d:prop/></d:sync-collection>`
      const synced = await ask('REPORT', work, { body: sync, headers: xml })
      expect(synced.status).toBe(207)
      expect(synced.text).toContain(`${work}planning.ics`)

      expect((await ask('DELETE', `${work}planning.ics`)).status).toBe(204)
      expect((await ask('GET', `${work}planning.ics`)).status).toBe(404)
    })

    it('serves the feed at its secret address, 304 while nothing changes, 404 at any other', async () => {
      await ask('PUT', `${work}feed.ics`, { body: event, headers: ics })
      const [address = ''] = (await ask('GET', '/')).text.split('\n')
      const anonymous = { authorization: '' }
      const feed = await ask('GET', address, { headers: anonymous })
      expect([feed.status, feed.headers.get('content-type')]).toEqual([200, 'text/calendar; charset=utf-8'])
      for (const line of ['X-WR-CALNAME:Work', 'TZID:Europe/Moscow', 'SUMMARY:Планёрка'])
        expect(feed.text).toContain(line)
      const etag = feed.headers.get('etag') ?? ''
      const same = await ask('GET', address, { headers: { ...anonymous, 'if-none-match': etag } })
      expect([same.status, same.text]).toEqual([304, ''])
      const head = await ask('HEAD', address, { headers: anonymous })
      expect([head.status, head.headers.get('etag'), head.text]).toEqual([200, etag, ''])
      expect((await ask('GET', `${address.slice(0, -6)}.ics`, { headers: anonymous })).status).toBe(404)
    })

    it('serves the list to Outlook, which reads and makes an event by SOAP (MS-LISTSWS 3.1.4)', async () => {
      await ask('PUT', `${work}feed.ics`, { body: event, headers: ics })
      const base = (await ask('GET', '/')).text.split('\n')[1] ?? ''
      const soap = (operation: string, parameters: string) =>
        ask('POST', `${base}/_vti_bin/Lists.asmx`, {
          headers: { 'content-type': 'text/xml; charset=utf-8' },
          body: `<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"><Body><${operation} xmlns="http://schemas.microsoft.com/sharepoint/soap/"><listName>Work</listName>${parameters}</${operation}></Body></Envelope>`,
        })
      const fields =
        '<Field Name="Title">Обед</Field><Field Name="EventDate">2026-03-02T11:00:00Z</Field><Field Name="Duration">3600</Field>'
      const batch = `<updates><Batch DateInUtc="TRUE"><Method ID="0" Cmd="New">${fields}</Method></Batch></updates>`
      expect((await soap('UpdateListItems', batch)).text).toContain('<ErrorCode>0x00000000</ErrorCode>')
      const list = await soap('GetListItemChangesSinceToken', '')
      expect([list.status, list.headers.get('content-type')]).toEqual([200, 'text/xml; charset=utf-8'])
      for (const part of ['ows_Title="Обед"', 'ows_Title="Планёрка"', 'LastChangeToken="1;3;'])
        expect(list.text).toContain(part)
      expect((await ask('GET', `${base}/_vti_bin/Lists.asmx?wsdl`, { headers: { authorization: '' } })).status).toBe(
        401,
      )
    })
  })
}
