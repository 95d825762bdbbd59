import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { anna, boris, calendarHeaders, createServer, meeting } from '../../test/server.ts'
import { cal, dav } from '../wire/names.ts'

const fixture = (name: string) => readFileSync(new URL(`../../test/fixtures/${name}.xml`, import.meta.url), 'utf8')
const home = '/dav/calendars/anna/'
const set = (xml: string) => `<D:set><D:prop>${xml}</D:prop></D:set>`
const mk = (xml: string) =>
  `<C:mkcalendar xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:D="DAV:">${set(xml)}</C:mkcalendar>`
const col = (xml: string) => `<D:mkcol xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:D="DAV:">${set(xml)}</D:mkcol>`
const calendarType = '<D:resourcetype><D:collection/><C:calendar/></D:resourcetype>'

describe('MKCALENDAR', () => {
  it('makes the reminders list that iOS asks for, with its properties (RFC 4791 §5.3.1)', async () => {
    const { dav: ask, store } = createServer()
    const answer = await ask('MKCALENDAR', `${home}0A1B2C3D-UPPER`, { body: fixture('ios/mkcalendar') })
    expect(answer.status).toBe(201)
    expect(answer.headers.get('cache-control')).toBe('no-cache')
    expect(await store.findCalendar(anna.id, '0A1B2C3D-UPPER')).toMatchObject({
      displayName: 'Einkäufe',
      components: ['VTODO'],
      color: '#FF9500FF',
      order: 7,
    })
  })

  it('makes a calendar without a body that takes every component (RFC 4791 §5.2.3)', async () => {
    const { dav: ask, store } = createServer()
    expect((await ask('MKCALENDAR', `${home}plain/`)).status).toBe(201)
    const made = await store.findCalendar(anna.id, 'plain')
    expect(made?.components).toEqual(['VEVENT', 'VTODO', 'VJOURNAL'])
    expect(made?.displayName).toBe('plain')
  })

  it('is 403 resource-must-be-null where something is (RFC 4791 §5.3.1.1)', async () => {
    const { dav: ask, calendar } = createServer()
    await calendar('work')
    const answer = await ask('MKCALENDAR', `${home}work/`)
    expect(answer.status).toBe(403)
    expect(answer.condition()).toBe(dav('resource-must-be-null'))
  })

  it('makes nothing when a property fails: 207 with 403 for it and 424 for the rest (RFC 4791 §5.3.1.1)', async () => {
    const { dav: ask, store } = createServer()
    const body = mk('<D:displayname>X</D:displayname><C:calendar-timezone>junk</C:calendar-timezone>')
    const answer = await ask('MKCALENDAR', `${home}new/`, { body })
    const response = answer.responses().get(`${home}new/`)
    expect(response?.found.get(403)?.map(({ name }) => name)).toEqual([cal('calendar-timezone')])
    expect(response?.found.get(424)?.map(({ name }) => name)).toEqual([dav('displayname')])
    expect(await store.findCalendar(anna.id, 'new')).toBeNull()
  })

  it('refuses components that are not kept here', async () => {
    const { dav: ask } = createServer()
    const body = mk('<C:supported-calendar-component-set><C:comp name="VPOLL"/></C:supported-calendar-component-set>')
    const response = (await ask('MKCALENDAR', `${home}new/`, { body })).responses().get(`${home}new/`)
    expect(response?.found.has(403)).toBe(true)
  })

  it('is 403 calendar-collection-location-ok inside a calendar, 409 without a parent (RFC 4791 §5.3.1.1)', async () => {
    const { dav: ask, calendar } = createServer()
    await calendar('work')
    const inside = await ask('MKCALENDAR', `${home}work/inner/`)
    expect([inside.status, inside.condition()]).toEqual([403, cal('calendar-collection-location-ok')])
    expect((await ask('MKCALENDAR', `${home}none/inner/`)).status).toBe(409)
    expect((await ask('MKCALENDAR', `${home}none/inner/deeper/`)).status).toBe(409)
  })

  it('makes no calendar under the names of scheduling’s collections, nor under one that is too long (RFC 6638 §2)', async () => {
    const { dav: ask, calendar } = createServer()
    await calendar('work')
    for (const name of ['inbox', 'outbox', 'Notification', 'n'.repeat(1001)]) {
      const made = await ask('MKCALENDAR', `${home}${name}/`)
      expect([made.status, made.condition()]).toEqual([403, cal('calendar-collection-location-ok')])
      const moved = await ask('MOVE', `${home}work/`, { headers: { destination: `${home}${name}/` } })
      expect([moved.status, moved.condition()]).toEqual([403, cal('calendar-collection-location-ok')])
    }
  })

  it('is 403 need-privileges with bind in somebody else’s home', async () => {
    const { dav: ask } = createServer()
    const answer = await ask('MKCALENDAR', `${home}new/`, { as: boris })
    expect(answer.status).toBe(403)
    expect(answer.condition()).toBe(dav('need-privileges'))
    const resource = answer.xml().child(dav('need-privileges'))?.child(dav('resource'))
    expect(resource?.child(dav('href'))?.text).toBe(home)
    expect(resource?.child(dav('privilege'))?.elements[0]?.name).toBe(dav('bind'))
  })
})

describe('a login that can be spelt in several ways', () => {
  it('is the same person’s home in each of them, for every method', async () => {
    const { dav: ask } = createServer({
      principals: {
        getPrincipal: async () => anna,
        findPrincipal: async (login) => (login.toLowerCase() === 'anna' ? anna : null),
      },
    })
    expect((await ask('MKCALENDAR', '/dav/calendars/ANNA/new/')).status).toBe(201)
    expect((await ask('MKCALENDAR', '/dav/calendars/Anna/new/')).condition()).toBe(dav('resource-must-be-null'))
    expect((await ask('MKCALENDAR', '/dav/calendars/Anna/')).condition()).toBe(dav('resource-must-be-null'))
    await ask('PUT', '/dav/calendars/ANNA/new/a.ics', { body: meeting('a'), headers: calendarHeaders })
    const hrefs = ['/dav/calendars/anna/new/a.ics', '/dav/calendars/ANNA/new/a.ics'].map(
      (href) => `<href>${href}</href>`,
    )
    for (const href of hrefs) {
      const body = `<C:calendar-multiget xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><prop><getetag/></prop>${href}</C:calendar-multiget>`
      const answer = await ask('REPORT', '/dav/calendars/ANNA/new/', { body })
      expect(answer.prop('/dav/calendars/anna/new/a.ics', dav('getetag'))).toBeDefined()
    }
    expect((await ask('PUT', '/dav/files/ANNA/x', { body: 'x' })).status).toBe(201)
    const moved = await ask('MOVE', '/dav/calendars/ANNA/new/', { headers: { destination: '/dav/calendars/aNNa/b/' } })
    expect(moved.status).toBe(201)
    const listing = await ask('PROPFIND', '/dav/calendars/ANNA/', { headers: { depth: '1' } })
    expect([...listing.responses().keys()]).toContain('/dav/calendars/anna/b/')
  })
})

describe('extended MKCOL', () => {
  it('makes a calendar for vdirsyncer (RFC 5689 §3)', async () => {
    const { dav: ask, store } = createServer()
    const answer = await ask('MKCOL', `${home}from-vdirsyncer/`, { body: fixture('vdirsyncer/mkcol') })
    expect(answer.status).toBe(201)
    expect((await store.findCalendar(anna.id, 'from-vdirsyncer'))?.components).toContain('VEVENT')
  })

  it('is 403 with mkcol-response when a property fails, and makes nothing (RFC 5689 §3.5)', async () => {
    const { dav: ask, store } = createServer()
    const body = col(`${calendarType}<D:getetag>x</D:getetag>`)
    const answer = await ask('MKCOL', `${home}new/`, { body })
    expect(answer.status).toBe(403)
    expect(answer.xml().name).toBe(dav('mkcol-response'))
    const propstats = answer.xml().childrenNamed(dav('propstat'))
    expect(propstats.map((propstat) => propstat.child(dav('status'))?.text)).toEqual([
      'HTTP/1.1 424 Failed Dependency',
      'HTTP/1.1 403 Forbidden',
    ])
    expect(await store.findCalendar(anna.id, 'new')).toBeNull()
  })

  it('says valid-resourcetype in the propstat of another type (RFC 5689 §3.3)', async () => {
    const { dav: ask } = createServer()
    const body = col('<D:resourcetype><D:collection/><X:addressbook xmlns:X="urn:x"/></D:resourcetype>')
    const answer = await ask('MKCOL', `${home}new/`, { body })
    expect(answer.status).toBe(403)
    const propstat = answer.xml().child(dav('propstat'))
    expect(propstat?.child(dav('error'))?.elements[0]?.name).toBe(dav('valid-resourcetype'))
  })

  it('is 405 where something is, 415 for another body, 409 without a parent (RFC 4918 §9.3.1)', async () => {
    const { dav: ask, calendar } = createServer()
    await calendar('work')
    expect((await ask('MKCOL', `${home}work/`, { body: col(calendarType) })).status).toBe(405)
    expect((await ask('MKCOL', `${home}new/`, { body: '<x/>' })).status).toBe(415)
    const junk = { body: 'afafaf', headers: { 'content-type': 'text/plain' } }
    expect((await ask('MKCOL', `${home}new/`, junk)).status).toBe(415)
    expect((await ask('MKCOL', `${home}new/`, { body: '<x', headers: { 'content-type': 'text/xml' } })).status).toBe(
      400,
    )
    expect((await ask('MKCOL', `${home}none/new/`, { body: col(calendarType) })).status).toBe(409)
    expect((await ask('MKCOL', `${home}work/`)).status).toBe(405)
    expect((await ask('MKCOL', `${home}none/new/`)).status).toBe(409)
  })

  it('refuses a plain collection in a home', async () => {
    const { dav: ask } = createServer()
    const answer = await ask('MKCOL', `${home}folder/`)
    expect([answer.status, answer.condition()]).toEqual([403, dav('valid-resourcetype')])
  })
})
