import { describe, expect, it } from 'vitest'
import { createServer, calendarHeaders as headers, meeting } from '../../test/server.ts'
import { cal, dav } from '../wire/names.ts'

const work = '/dav/calendars/anna/work/'
const body = (...hrefs: readonly string[]) =>
  `<C:calendar-multiget xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><prop><getetag/><C:calendar-data/></prop>${hrefs
    .map((href) => `<href>${href}</href>`)
    .join('')}</C:calendar-multiget>`

const filled = async () => {
  const server = createServer()
  await server.calendar('work')
  await server.calendar('other')
  for (const name of ['a', 'b c']) {
    await server.dav('PUT', `${work}${encodeURIComponent(name)}.ics`, { body: meeting(name), headers })
  }
  await server.dav('PUT', '/dav/calendars/anna/other/x.ics', { body: meeting('x'), headers })
  return server
}

describe('calendar-multiget', () => {
  it('gives etag and data for each address, however it is encoded, and each once (RFC 4791 §7.9)', async () => {
    const { dav: ask } = await filled()
    const answer = await ask('REPORT', work, {
      body: body(`${work}a.ics`, `http://dav.test${work}%61.ics`, `${work}b%20c.ics`),
    })
    expect([...answer.responses().keys()]).toEqual([`${work}a.ics`, `${work}b%20c.ics`])
    expect(answer.prop(`${work}a.ics`, cal('calendar-data'))?.text).toBe(meeting('a'))
    expect(answer.prop(`${work}a.ics`, dav('getetag'))?.text).toBe(
      (await ask('GET', `${work}a.ics`)).headers.get('etag'),
    )
  })

  it('gives objects of several calendars on their home, and takes one object for its own address (RFC 4791 §7.9)', async () => {
    const { dav: ask } = await filled()
    const other = '/dav/calendars/anna/other/x.ics'
    const hrefs = [
      `${work}a.ics`,
      other,
      `${work}gone.ics`,
      '/dav/calendars/anna/none/y.ics',
      '/dav/calendars/carl/c/z.ics',
    ]
    const answer = await ask('REPORT', '/dav/calendars/anna/', { body: body(...hrefs) })
    const statuses = [...answer.responses()].map(([href, { status }]) => [href, status])
    expect(statuses).toEqual([
      [hrefs[0], null],
      [hrefs[2], 404],
      [other, null],
      [hrefs[4], 404],
      [hrefs[3], 404],
    ])
    expect(answer.prop(other, cal('calendar-data'))?.text).toBe(meeting('x'))
    const single = await ask('REPORT', `${work}a.ics`, { body: body(`${work}a.ics`, other) })
    expect([...single.responses()].map(([href, { status }]) => [href, status])).toEqual([
      [`${work}a.ics`, null],
      [other, 404],
    ])
  })

  it('takes thousands of addresses', async () => {
    const { dav: ask } = await filled()
    const hrefs = Array.from({ length: 5_000 }, (_, n) => `${work}none-${n}.ics`)
    const answer = await ask('REPORT', work, { body: body(`${work}a.ics`, ...hrefs) })
    expect(answer.responses().size).toBe(5_001)
  })

  it('answers 404 for each address that is missing or elsewhere, never for the whole request', async () => {
    const { dav: ask } = await filled()
    const elsewhere = '/dav/calendars/anna/other/x.ics'
    const strange = ['/dav/calendars/carl/private/x.ics', '/etc/passwd', work]
    const answer = await ask('REPORT', work, { body: body(`${work}gone.ics`, elsewhere, ...strange, `${work}a.ics`) })
    const statuses = [...answer.responses()].map(([href, { status }]) => [href, status])
    expect(Object.fromEntries(statuses)).toEqual({
      [`${work}a.ics`]: null,
      [`${work}gone.ics`]: 404,
      [elsewhere]: 404,
      ...Object.fromEntries(strange.map((href) => [href, 404])),
    })
  })

  it('takes only its own address on a single object', async () => {
    const { dav: ask } = await filled()
    const answer = await ask('REPORT', `${work}a.ics`, { body: body(`${work}a.ics`, `${work}b%20c.ics`) })
    expect(answer.responses().get(`${work}a.ics`)?.status).toBeNull()
    expect(answer.responses().get(`${work}b%20c.ics`)?.status).toBe(404)
  })

  it('takes thousands of addresses', async () => {
    const { dav: ask } = await filled()
    const hrefs = Array.from({ length: 5_000 }, (_, n) => `${work}${n}.ics`)
    expect((await ask('REPORT', work, { body: body(...hrefs, `${work}a.ics`) })).responses().size).toBe(5_001)
  })

  it('keeps markup and line ends of the data intact in XML', async () => {
    const { dav: ask } = await filled()
    const odd = meeting('odd').replace('Meeting odd', '<b>&amp; ]]> "é"\tü')
    await ask('PUT', `${work}odd.ics`, { body: odd, headers })
    const answer = await ask('REPORT', work, { body: body(`${work}odd.ics`) })
    expect(answer.prop(`${work}odd.ics`, cal('calendar-data'))?.text).toBe(odd)
  })

  it('refuses a format that is not there, and a body without addresses (RFC 4791 §7.9)', async () => {
    const { dav: ask } = await filled()
    const jcal = body(`${work}a.ics`).replace(
      '<C:calendar-data/>',
      '<C:calendar-data content-type="text/x-vcalendar"/>',
    )
    expect((await ask('REPORT', work, { body: jcal })).condition()).toBe(cal('supported-calendar-data'))
    expect((await ask('REPORT', work, { body: body() })).status).toBe(400)
  })

  it('is no report of a principal: 403 supported-report (RFC 3253 §3.6)', async () => {
    const { dav: ask } = await filled()
    for (const sent of [body(`${work}a.ics`), '<x xmlns="urn:x"/>']) {
      const answer = await ask('REPORT', '/dav/principals/anna/', { body: sent })
      expect([answer.status, answer.condition()]).toEqual([403, dav('supported-report')])
    }
  })
})
