import type { AccessLevel } from '@dayport/core'
import { describe, expect, it } from 'vitest'
import { anna, boris, calendarHeaders, createServer, event, propBody } from '../test/server.ts'
import { cal, dav } from './wire/names.ts'

const work = '/dav/calendars/anna/work/'

const shared = async (level: AccessLevel) => {
  const server = createServer()
  await server.calendar('work', { access: [{ principal: boris.id, level }] })
  const put = (uid: string, ...lines: readonly string[]) =>
    server.dav('PUT', `${work}${uid}.ics`, {
      body: event(uid, 'DTSTART:20260310T090000Z', 'DTEND:20260310T100000Z', ...lines),
      headers: calendarHeaders,
    })
  await put('dentist@corp', 'SUMMARY:Dentist', 'LOCATION:Clinic', 'ATTENDEE:mailto:eve@corp')
  await put('holiday@corp', 'SUMMARY:Holiday', 'TRANSP:TRANSPARENT')
  const ask = (method: string, path: string, body = '', headers: Record<string, string> = {}) =>
    server.dav(method, path, { as: boris, headers, ...(body === '' ? {} : { body }) })
  return { ...server, put, ask }
}

const syncBody = (token = '') =>
  `<sync-collection xmlns="DAV:"><sync-token>${token}</sync-token><sync-level>1</sync-level>` +
  '<prop><getetag/></prop></sync-collection>'
const query = (filter: string) =>
  `<C:calendar-query xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns="DAV:"><prop><getetag/><C:calendar-data/></prop>` +
  `<C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT">${filter}</C:comp-filter></C:comp-filter>` +
  '</C:filter></C:calendar-query>'
const hidden = /dentist@|holiday@|Clinic|eve@|corp/i

describe('a calendar of which a person may see busy times', () => {
  it('names the same objects in listing, sync, query, multiget and GET, and says nothing of what they hide', async () => {
    const { ask } = await shared('free-busy')
    const listing = await ask('PROPFIND', work, propBody(dav('propfind'), [dav('getetag')]), { depth: '1' })
    const [address = '', ...others] = [...listing.responses().keys()].filter((href) => href !== work)
    expect(others).toEqual([])
    const sync = await ask('REPORT', work, syncBody())
    const found = await ask('REPORT', work, query(''), { depth: '1' })
    const multiget = await ask(
      'REPORT',
      work,
      propBody(
        cal('calendar-multiget'),
        [dav('getetag'), cal('calendar-data')],
        `<href xmlns="DAV:">${address}</href>`,
      ),
    )
    const got = await ask('GET', address)
    for (const answer of [sync, found, multiget]) {
      expect([...answer.responses().keys()]).toEqual([address])
      expect(answer.prop(address, dav('getetag'))?.text).toBe(got.headers.get('etag'))
    }
    expect(multiget.prop(address, cal('calendar-data'))?.text).toBe(got.text)
    expect(got.text).toContain('SUMMARY:Busy')
    for (const { text } of [listing, sync, found, multiget, got]) expect(text).not.toMatch(hidden)
    const whole = await ask('GET', work)
    expect(whole.text.match(/SUMMARY:.*/g)).toEqual(['SUMMARY:Busy'])
  })

  it('cannot be questioned about hidden text, stored names or other etags', async () => {
    const { ask, dav: direct } = await shared('free-busy')
    const text = '<C:prop-filter name="SUMMARY"><C:text-match>Dentist</C:text-match></C:prop-filter>'
    const uid = '<C:prop-filter name="UID"><C:text-match>dentist@corp</C:text-match></C:prop-filter>'
    for (const filter of [text, uid]) {
      expect((await ask('REPORT', work, query(filter), { depth: '1' })).responses().size).toBe(0)
    }
    const stored = `${work}dentist%40corp.ics`
    const etag = (await direct('GET', stored, { as: anna })).headers.get('etag') ?? ''
    expect((await ask('GET', stored)).status).toBe(404)
    expect((await ask('GET', `${work}nothing.ics`)).status).toBe(404)
    const deleted = async (path: string, headers = {}) => (await ask('DELETE', path, '', headers)).text
    expect(await deleted(stored)).toBe(
      (await deleted(`${work}nothing.ics`)).replace('nothing.ics', 'dentist%40corp.ics'),
    )
    const match = await ask('DELETE', stored, '', { if: `([${etag}])` })
    expect(match.status).toBe(412)
  })

  it('loses an event in sync when its time becomes free, and gets it back', async () => {
    const { ask, put } = await shared('free-busy')
    const first = await ask('REPORT', work, syncBody())
    const [address = ''] = first.responses().keys()
    await put('dentist@corp', 'TRANSP:TRANSPARENT')
    const next = await ask('REPORT', work, syncBody(first.xml().child(dav('sync-token'))?.text))
    expect(next.responses().get(address)?.status).toBe(404)
    await put('dentist@corp')
    const last = await ask('REPORT', work, syncBody(next.xml().child(dav('sync-token'))?.text))
    expect(last.prop(address, dav('getetag'))).toBeDefined()
  })

  it('refuses every write as 403 need-privileges (RFC 3744 §7.1.1)', async () => {
    const { ask } = await shared('titles')
    const listing = await ask('PROPFIND', work, propBody(dav('propfind'), [dav('getetag')]), { depth: '1' })
    const address = [...listing.responses().keys()].find((href) => href !== work) ?? ''
    const rename =
      '<propertyupdate xmlns="DAV:"><set><prop><c:calendar-timezone-id xmlns:c="urn:ietf:params:xml:ns:caldav">UTC</c:calendar-timezone-id></prop></set></propertyupdate>'
    for (const answer of [
      await ask('PUT', address, event('x', 'DTSTART:20260310T090000Z'), calendarHeaders),
      await ask('PUT', `${work}new.ics`, event('x', 'DTSTART:20260310T090000Z'), calendarHeaders),
      await ask('DELETE', address),
      await ask('DELETE', work),
    ]) {
      expect(answer.status).toBe(403)
      expect(answer.condition()).toBe(dav('need-privileges'))
    }
    const renamed = await ask('PROPPATCH', work, rename)
    expect(renamed.responses().get(work)?.found.has(403)).toBe(true)
    expect(renamed.text).toContain('need-privileges')
  })
})
