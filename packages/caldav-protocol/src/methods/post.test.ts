import { describe, expect, it } from 'vitest'
import { boris, calendarHeaders, carl, createServer, hrefsIn, meeting, propBody } from '../../test/server.ts'
import { cal, dav } from '../wire/names.ts'

const work = '/dav/calendars/anna/work/'

describe('POST of a new member (RFC 5995)', () => {
  const withCalendar = async () => {
    const server = createServer()
    await server.calendar('work', {
      access: [{ principal: boris.id, level: 'read' }],
    })
    return server
  }

  it('names the address in add-member to who may write, and stores under a name of ours: 201 with Location (§3.2.1)', async () => {
    const { dav: ask } = await withCalendar()
    const body = propBody(dav('propfind'), [dav('add-member')])
    const addMember = async (as?: typeof boris) =>
      hrefsIn(
        (await ask('PROPFIND', work, { body, headers: { depth: '0' }, ...(as && { as }) })).prop(
          work,
          dav('add-member'),
        ),
      )
    const [address] = await addMember()
    expect(address).toBe(`${work};add-member`)
    expect((await ask('OPTIONS', address ?? '')).headers.get('allow')).toContain('POST')
    expect(await addMember(boris)).toEqual([])
    const made = await ask('POST', address ?? '', { body: meeting('a'), headers: calendarHeaders })
    const location = made.headers.get('location') ?? ''
    expect([made.status, location.startsWith(work)]).toEqual([201, true])
    const stored = await ask('GET', location)
    expect([stored.text.includes('UID:a'), stored.headers.get('etag')]).toEqual([true, made.headers.get('etag')])
    const shown = await ask('POST', work, {
      body: meeting('b'),
      headers: { ...calendarHeaders, prefer: 'return=representation' },
    })
    expect([shown.status, shown.headers.get('content-location')]).toEqual([201, shown.headers.get('location')])
  })

  it('has the preconditions of PUT (§3.3)', async () => {
    const { dav: ask } = await withCalendar()
    await ask('POST', work, { body: meeting('a'), headers: calendarHeaders })
    expect((await ask('POST', work, { body: meeting('a'), headers: calendarHeaders })).condition()).toBe(
      cal('no-uid-conflict'),
    )
    expect((await ask('POST', work, { body: 'x', headers: calendarHeaders })).condition()).toBe(
      cal('valid-calendar-data'),
    )
    expect((await ask('POST', work, { body: 'x', headers: { 'content-type': 'text/plain' } })).condition()).toBe(
      cal('supported-calendar-data'),
    )
  })

  it('is 403 without the right, also where nothing is to be known, 405 where nothing can be added', async () => {
    const { dav: ask } = await withCalendar()
    const ofBoris = await ask('POST', work, { body: meeting('a'), headers: calendarHeaders, as: boris })
    expect(ofBoris.condition()).toBe(dav('need-privileges'))
    for (const address of [work, `${work};add-member`]) {
      expect((await ask('POST', address, { body: meeting('a'), headers: calendarHeaders, as: carl })).status).toBe(403)
    }
    expect((await ask('POST', '/dav/calendars/anna/', { body: meeting('a') })).status).toBe(405)
    expect((await ask('POST', `${work}a.ics`, { body: meeting('a') })).status).toBe(405)
  })
})
