import { readFileSync } from 'node:fs'
import { describe, expect, it, vi } from 'vitest'
import { anna, boris, carl, createServer, hrefsIn, ics, meeting, principalOf, propBody } from '../../test/server.ts'
import { apple, cal, cs, dav } from '../wire/names.ts'

const fixture = (name: string) => readFileSync(new URL(`../../test/fixtures/${name}.xml`, import.meta.url), 'utf8')
const home = '/dav/calendars/anna/'
const work = '/dav/calendars/anna/work/'

describe('PROPFIND', () => {
  it('gives Thunderbird what it looks for at a calendar', async () => {
    const { dav: ask, calendar } = createServer()
    await calendar('work', { displayName: 'Работа', color: '#FF0000' })
    const answer = await ask('PROPFIND', work, { body: fixture('thunderbird/detect'), headers: { depth: '0' } })
    expect(answer.status).toBe(207)
    const types = answer.prop(work, dav('resourcetype'))?.elements.map(({ name }) => name)
    expect(types).toEqual([dav('collection'), cal('calendar')])
    expect(answer.prop(work, dav('displayname'))?.text).toBe('Работа')
    expect(hrefsIn(answer.prop(work, dav('owner')))).toEqual(['/dav/principals/anna/'])
    expect(answer.prop(work, apple('calendar-color'))?.text).toBe('#FF0000')
    expect(
      answer
        .responses()
        .get(work)
        ?.found.get(404)
        ?.map(({ name }) => name),
    ).toEqual([cal('calendar-home-set')])
  })

  it('tells Thunderbird that it may write, by reports and components it checks before the first sync', async () => {
    const { dav: ask, calendar } = createServer()
    await calendar('work', { components: ['VEVENT'] })
    const answer = await ask('PROPFIND', work, { body: fixture('thunderbird/check-calendar'), headers: { depth: '0' } })
    const privileges = answer
      .prop(work, dav('current-user-privilege-set'))
      ?.elements.map(({ elements }) => elements[0]?.name)
    expect(privileges).toEqual(expect.arrayContaining([dav('read'), dav('write'), dav('write-content'), dav('bind')]))
    const reports = answer.prop(work, dav('supported-report-set'))?.elements
    expect(reports?.map((element) => element.child(dav('report'))?.elements[0]?.name)).toEqual([
      cal('calendar-query'),
      cal('calendar-multiget'),
      ...['expand-property', 'principal-match', 'principal-property-search', 'principal-search-property-set'].map(dav),
      dav('acl-principal-prop-set'),
      cs('calendarserver-principal-search'),
      cal('free-busy-query'),
      dav('sync-collection'),
    ])
    const components = answer.prop(work, cal('supported-calendar-component-set'))?.elements
    expect(components?.map(({ attributes }) => attributes.get('name'))).toEqual(['VEVENT'])
    expect(answer.prop(work, cs('getctag'))?.text).toMatch(/^data:,/)
  })

  it('lists etags, media types and resource types of a mixed calendar without reading one object', async () => {
    const { dav: ask, calendar, service, store } = createServer()
    const { id } = await calendar('work')
    await service.putObject(
      principalOf(anna),
      { calendar: id, name: 'a&b.ics' },
      new TextEncoder().encode(meeting('a')),
    )
    const task = ics('BEGIN:VTODO', 'UID:t', 'DTSTAMP:20260101T000000Z', 'SUMMARY:T', 'END:VTODO')
    await service.putObject(principalOf(anna), { calendar: id, name: 't.ics' }, new TextEncoder().encode(task))
    const body = propBody(dav('propfind'), ['getetag', 'getcontenttype', 'resourcetype'].map(dav))
    const reading = vi.spyOn(store, 'findObjects')
    const answer = await ask('PROPFIND', work, { body, headers: { depth: '1' } })
    expect(reading).not.toHaveBeenCalled()
    const types = ['a%26b.ics', 't.ics'].map((name) => answer.prop(work + name, dav('getcontenttype'))?.text)
    expect(types).toEqual(['vevent', 'vtodo'].map((kind) => `text/calendar; charset=utf-8; component=${kind}`))
    expect(answer.prop(`${work}t.ics`, dav('getetag'))?.text).toMatch(/^"/)
    expect(answer.prop(`${work}t.ics`, dav('resourcetype'))?.elements).toEqual([])
  })

  it('gives calendars, homes and principals a resource-id each (RFC 5842 §3.1)', async () => {
    const { dav: ask, calendar } = createServer()
    await calendar('work')
    const paths = [work, home, '/dav/principals/anna/']
    const ids = await Promise.all(
      paths.map(async (path) => {
        const body = propBody(dav('propfind'), [dav('resource-id')])
        const answer = await ask('PROPFIND', path, { body, headers: { depth: '0' } })
        return hrefsIn(answer.prop(path, dav('resource-id')))[0]
      }),
    )
    expect(new Set(ids).size).toBe(3)
    for (const id of ids) expect(id).toMatch(/^(urn:uuid:|data:,)./)
  })

  it('lists the home for DAVx5 and vdirsyncer with Depth 1, itself first, collections with a slash', async () => {
    const { dav: ask, calendar } = createServer()
    await calendar('work')
    await calendar('дом')
    for (const body of [fixture('davx5/home'), fixture('vdirsyncer/home-calendars')]) {
      const answer = await ask('PROPFIND', '/dav/calendars/anna', { body, headers: { depth: '1' } })
      expect([...answer.responses().keys()]).toEqual([home, work, '/dav/calendars/anna/%D0%B4%D0%BE%D0%BC/'])
      expect(answer.headers.get('dav')).toContain('calendar-access')
    }
  })

  it('gives DAVx5 the same token as sync-token and getctag before a sync', async () => {
    const { dav: ask, calendar } = createServer()
    await calendar('work')
    const answer = await ask('PROPFIND', work, { body: fixture('davx5/before-sync'), headers: { depth: '0' } })
    expect(answer.prop(work, dav('sync-token'))?.text).toBe(answer.prop(work, cs('getctag'))?.text)
    expect(answer.prop(work, cal('max-resource-size'))?.text).toBe('10485760')
  })

  it('answers 207 to the dozen properties that Apple asks of a principal', async () => {
    const { dav: ask } = createServer()
    const me = '/dav/principals/anna/'
    const answer = await ask('PROPFIND', me, { body: fixture('ios/principal'), headers: { depth: '0' } })
    expect(answer.status).toBe(207)
    expect(hrefsIn(answer.prop(me, cal('calendar-user-address-set')))).toEqual(['mailto:p-anna@example.org', me])
    expect(hrefsIn(answer.prop(me, dav('principal-URL')))).toEqual([me])
    expect(answer.prop(me, cs('email-address-set'))?.elements.map(({ text }) => text)).toEqual(['p-anna@example.org'])
    expect(
      answer
        .responses()
        .get(me)
        ?.found.get(404)
        ?.map(({ name }) => name),
    ).toContain(cs('dropbox-home-URL'))
  })

  it('leaves out what is missing for Prefer and Brief, but never the propstat itself (RFC 8144 §2.1)', async () => {
    const { dav: ask } = createServer()
    const body = propBody(dav('propfind'), [cs('source')])
    for (const headers of [{ prefer: 'return=minimal' }, { prefer: 'return-minimal' }, { brief: 't' }]) {
      const answer = await ask('PROPFIND', home, { body, headers: { depth: '0', ...headers } })
      expect([...(answer.responses().get(home)?.found ?? [])]).toEqual([[200, []]])
      expect(answer.headers.get('preference-applied')).toBe('return=minimal')
      expect(answer.headers.get('vary')).toBe('Prefer, Brief')
    }
  })

  it('leaves out the collection itself for depth-noroot (RFC 8144 §4)', async () => {
    const { dav: ask, calendar } = createServer()
    await calendar('work')
    const body = propBody(dav('propfind'), [dav('displayname')])
    const answer = await ask('PROPFIND', home, { body, headers: { depth: '1', prefer: 'depth-noroot' } })
    expect([...answer.responses().keys()]).toEqual([work])
    const both = await ask('PROPFIND', home, { body, headers: { depth: '1', prefer: 'return=minimal, depth-noroot' } })
    expect(both.headers.get('preference-applied')).toBe('return=minimal, depth-noroot')
  })

  it('refuses Depth infinity, and a missing Depth that means it (RFC 4918 §9.1)', async () => {
    const { dav: ask } = createServer()
    for (const headers of [{ depth: 'infinity' }, {}]) {
      const answer = await ask('PROPFIND', home, { headers })
      expect(answer.status).toBe(403)
      expect(answer.condition()).toBe(dav('propfind-finite-depth'))
    }
  })

  it('answers an empty body with allprop, without the properties of RFC 4791 (§5.2) and RFC 6578 (§4), with kept ones', async () => {
    const { dav: ask, calendar } = createServer()
    await calendar('work', { deadProperties: { '{urn:x}note': '<note xmlns="urn:x">hi</note>' } })
    for (const body of ['', '<propfind xmlns="DAV:"><allprop/></propfind>']) {
      const answer = await ask('PROPFIND', work, { body, headers: { depth: '0' } })
      const names = answer
        .responses()
        .get(work)
        ?.found.get(200)
        ?.map(({ name }) => name)
      expect(names).toEqual([
        dav('resourcetype'),
        dav('getlastmodified'),
        dav('displayname'),
        dav('creationdate'),
        '{urn:x}note',
      ])
    }
  })

  it('adds to allprop what include names, once (RFC 4918 §9.1)', async () => {
    const { dav: ask, calendar } = createServer()
    await calendar('work')
    const body = `<propfind xmlns="DAV:"><allprop/><include><sync-token/><displayname/></include></propfind>`
    const answer = await ask('PROPFIND', work, { body, headers: { depth: '0' } })
    const names = answer
      .responses()
      .get(work)
      ?.found.get(200)
      ?.map(({ name }) => name)
    expect(names).toEqual([
      dav('resourcetype'),
      dav('getlastmodified'),
      dav('displayname'),
      dav('creationdate'),
      dav('sync-token'),
    ])
  })

  it('names what is there for propname, without values', async () => {
    const { dav: ask, calendar } = createServer()
    await calendar('work', { color: null, deadProperties: { '{urn:x}note': '<note xmlns="urn:x">hi</note>' } })
    const body = '<propfind xmlns="DAV:"><propname/></propfind>'
    const found = (await ask('PROPFIND', work, { body, headers: { depth: '0' } })).responses().get(work)?.found
    const names = found?.get(200)?.map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining([dav('sync-token'), dav('acl'), '{urn:x}note']))
    expect(names).not.toContain(apple('calendar-color'))
    expect(found?.get(200)?.every(({ children }) => children.length === 0)).toBe(true)
    expect([...(found?.keys() ?? [])]).toEqual([200])
  })

  it('is not fooled by names of JavaScript', async () => {
    const { dav: ask, calendar } = createServer()
    await calendar('work')
    const body = '<D:propfind xmlns:D="DAV:"><D:prop><constructor/><__proto__/><toString/></D:prop></D:propfind>'
    const found = (await ask('PROPFIND', work, { body, headers: { depth: '0' } })).responses().get(work)?.found
    expect([...(found?.keys() ?? [])]).toEqual([404])
  })

  it('answers 403 need-privileges for a stranger’s calendar and for one that is not there: the same answer (RFC 3744 §7.1.1)', async () => {
    const { dav: ask, calendar } = createServer()
    await calendar('work')
    const body = propBody(dav('propfind'), [dav('displayname')])
    const hidden = await ask('PROPFIND', work, { as: carl, body, headers: { depth: '0' } })
    const absent = await ask('PROPFIND', `${home}nothing/`, { as: carl, body, headers: { depth: '0' } })
    expect([hidden.status, hidden.condition()]).toEqual([403, dav('need-privileges')])
    expect(hidden.text).toBe(absent.text.replace('/nothing/', '/work/'))
    expect([...hidden.headers]).toEqual([...absent.headers])
    expect((await ask('PROPFIND', home, { as: carl, body, headers: { depth: '0' } })).status).toBe(403)
  })
})

describe('a shared calendar', () => {
  const body = propBody(dav('propfind'), [dav('owner'), dav('current-user-privilege-set')])

  it('is listed in the home of who may read it, under an address by its id, with its owner', async () => {
    const { dav: ask, calendar } = createServer()
    const shared = await calendar('work', { access: [{ principal: boris.id, level: 'read' }] })
    const theirs = '/dav/calendars/boris%40example.org/'
    const answer = await ask('PROPFIND', theirs, { as: boris, body, headers: { depth: '1' } })
    const address = `${theirs}shared-${shared.id}/`
    expect([...answer.responses().keys()]).toEqual([theirs, address])
    expect(hrefsIn(answer.prop(address, dav('owner')))).toEqual(['/dav/principals/anna/'])
  })

  it('is also there at its owner’s address, with only the privileges that were given', async () => {
    const { dav: ask, calendar } = createServer()
    await calendar('work', { access: [{ principal: boris.id, level: 'read' }] })
    const answer = await ask('PROPFIND', home, { as: boris, body, headers: { depth: '1' } })
    expect([...answer.responses().keys()]).toEqual([home, work])
    const privileges = answer
      .prop(work, dav('current-user-privilege-set'))
      ?.elements.map(({ elements }) => elements[0]?.name)
    expect(privileges).toEqual([dav('read'), cal('read-free-busy'), dav('read-current-user-privilege-set')])
  })

  it('gives write-content, bind and unbind to a writer, also through a group', async () => {
    const { dav: ask, calendar } = createServer()
    await calendar('work', { access: [{ principal: principalOf(boris).groups[0] ?? '', level: 'write' }] })
    const answer = await ask('PROPFIND', work, { as: boris, body, headers: { depth: '0' } })
    const privileges = answer
      .prop(work, dav('current-user-privilege-set'))
      ?.elements.map(({ elements }) => elements[0]?.name)
    expect(privileges).toEqual(expect.arrayContaining([dav('write-content'), dav('bind'), dav('unbind')]))
    expect(privileges).not.toContain(dav('read-acl'))
  })

  it('stands in the home only where the host lists it, and is at its address all the same', async () => {
    const { dav: ask, calendar } = createServer({
      listed: async (who, shared) => (who.id === boris.id ? shared.filter(({ name }) => name === 'work') : shared),
    })
    const access = [{ principal: boris.id, level: 'read' as const }]
    const [work, play] = [await calendar('work', { access }), await calendar('play', { access })]
    const theirs = '/dav/calendars/boris%40example.org/'
    const listing = await ask('PROPFIND', theirs, { as: boris, body, headers: { depth: '1' } })
    expect([...listing.responses().keys()]).toEqual([theirs, `${theirs}shared-${work.id}/`])
    const unlisted = await ask('PROPFIND', `${theirs}shared-${play.id}/`, { as: boris, body, headers: { depth: '0' } })
    expect(unlisted.status).toBe(207)
  })

  it.each(['free-busy', 'titles'] as const)('is listed and read-only for who may see %s', async (level) => {
    const { dav: ask, calendar } = createServer()
    const shared = await calendar('work', { description: 'Secret', access: [{ principal: boris.id, level }] })
    const theirs = '/dav/calendars/boris%40example.org/'
    const address = `${theirs}shared-${shared.id}/`
    const described = propBody(dav('propfind'), [dav('current-user-privilege-set'), cal('calendar-description')])
    const answer = await ask('PROPFIND', theirs, { as: boris, body: described, headers: { depth: '1' } })
    const privileges = answer
      .prop(address, dav('current-user-privilege-set'))
      ?.elements.map(({ elements }) => elements[0]?.name)
    expect(privileges).toEqual([dav('read'), cal('read-free-busy'), dav('read-current-user-privilege-set')])
    expect(answer.text).not.toContain('Secret')
  })

  it('shows its access list to its owner only; for others that property alone is 403 (RFC 3744 §5.5)', async () => {
    const { dav: ask, calendar } = createServer()
    await calendar('work', { access: [{ principal: boris.id, level: 'read' }] })
    const acl = propBody(dav('propfind'), [dav('acl'), dav('displayname')])
    const own = await ask('PROPFIND', work, { body: acl, headers: { depth: '0' } })
    const aces = own.prop(work, dav('acl'))?.childrenNamed(dav('ace'))
    expect(aces?.map((ace) => hrefsIn(ace.child(dav('principal')))[0])).toEqual([
      '/dav/principals/anna/',
      '/dav/principals/boris%40example.org/',
    ])
    const other = (await ask('PROPFIND', work, { as: boris, body: acl, headers: { depth: '0' } })).responses().get(work)
    expect(other?.found.get(403)?.map(({ name }) => name)).toEqual([dav('acl')])
    expect(other?.found.get(200)?.map(({ name }) => name)).toEqual([dav('displayname')])
    expect(anna.id).not.toBe(boris.id)
  })
})

describe('a read-only calendar', () => {
  it('tells its owner that no object can be written, and refuses each write in the words of RFC 3744 §7.1.1', async () => {
    const { dav: ask, calendar } = createServer()
    await calendar('work', { readOnly: true })
    const body = propBody(dav('propfind'), [dav('current-user-privilege-set')])
    const answer = await ask('PROPFIND', work, { body, headers: { depth: '0' } })
    const privileges = answer
      .prop(work, dav('current-user-privilege-set'))
      ?.elements.map(({ elements }) => elements[0]?.name)
    expect(privileges).toEqual(expect.arrayContaining([dav('read'), dav('write-properties')]))
    for (const name of ['write', 'write-content', 'bind', 'unbind']) expect(privileges).not.toContain(dav(name))
    const put = await ask('PUT', `${work}a.ics`, { body: meeting('a'), headers: { 'content-type': 'text/calendar' } })
    expect([put.status, put.condition()]).toEqual([403, dav('need-privileges')])
  })
})
