import { afterAll, beforeAll, expect, it } from 'vitest'
import { openTestPortal, type TestPortal } from './test/open-test-portal.ts'

const holidays = [
  ...[
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Test//EN',
    'BEGIN:VEVENT',
    'UID:may-day',
    'DTSTAMP:20260101T000000Z',
  ],
  ...['DTSTART;VALUE=DATE:20260501', 'SUMMARY:May Day', 'END:VEVENT', 'END:VCALENDAR', ''],
].join('\r\n')

let portal: TestPortal
beforeAll(async () => {
  const outside = async (url: string | URL | Request): Promise<Response> =>
    String(url instanceof Request ? url.url : url).startsWith('https://outside.example/holidays.ics')
      ? new Response(holidays, { headers: { 'content-type': 'text/calendar' } })
      : new Response('nothing', { status: 404 })
  portal = await openTestPortal({ users: [{ login: 'anna', password: 'secret-1' }] }, {}, outside)
})
afterAll(() => portal.close())

it('a calendar program subscribes through CalDAV, and the page shows the subscription', async () => {
  const ask = portal.basic('anna', 'secret-1')
  const body = (address: string) =>
    `<C:mkcalendar xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:CS="http://calendarserver.org/ns/"><set><prop>` +
    `<resourcetype><collection/><CS:subscribed/></resourcetype><CS:source><href>${address}</href></CS:source>` +
    '<displayname>Holidays</displayname></prop></set></C:mkcalendar>'
  const at = '/dav/calendars/anna/6D5F0C6E/'
  const xml = { 'content-type': 'application/xml' }
  expect((await ask('MKCALENDAR', at, body('https://outside.example/gone.ics'), xml)).status).toBe(207)
  expect((await ask('PROPFIND', at, undefined, { depth: '0' })).status).toBe(404)
  expect((await ask('MKCALENDAR', at, body('webcal://outside.example/holidays.ics'), xml)).status).toBe(201)
  expect(await (await ask('GET', at)).text()).toContain('SUMMARY:May Day')
  expect((await ask('PUT', `${at}a.ics`, holidays)).status).toBe(403)
  const browser = await portal.signedIn('anna', 'secret-1')
  expect(await browser.json('GET', '/api/subscriptions')).toMatchObject([{ name: 'Holidays' }])
  expect((await ask('DELETE', at)).status).toBe(204)
  expect(await browser.json('GET', '/api/subscriptions')).toEqual([])
})
