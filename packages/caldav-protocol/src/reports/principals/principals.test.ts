import { describe, expect, it } from 'vitest'
import { anna, boris, calendarHeaders, carl, createServer, hrefsIn, meeting, propBody } from '../../../test/server.ts'
import { cal, cs, dav } from '../../wire/names.ts'

const principals = '/dav/principals/'
const work = '/dav/calendars/anna/work/'
const of = (login: string) => `${principals}${encodeURIComponent(login)}/`
const ns = 'xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:CS="http://calendarserver.org/ns/"'
const term = (property: string, text: string, attributes = '') =>
  `<property-search><prop><${property}/></prop><match${attributes}>${text}</match></property-search>`
const search = (inside: string, attributes = '') =>
  `<principal-property-search ${ns}${attributes}>${inside}<prop><displayname/></prop></principal-property-search>`

describe('principal-property-search (RFC 3744 §9.4)', () => {
  const found = async (body: string, path = principals) => {
    const answer = await createServer().dav('REPORT', path, { body })
    return [...answer.responses().keys()]
  }

  it('finds by name, address and kind, whatever the case', async () => {
    expect(await found(search(term('displayname', 'каренина')))).toEqual([of('anna')])
    expect(await found(search(term('CS:email-address-set', 'P-BORIS@')))).toEqual([of('boris@example.org')])
    expect(await found(search(term('C:calendar-user-address-set', 'mailto:p-carl@example.org')))).toEqual([of('carl')])
    expect(await found(search(term('C:calendar-user-address-set', of('carl'))))).toEqual([of('carl')])
    expect(await found(search(term('C:calendar-user-type', 'ROOM')))).toEqual([of('hall')])
    expect(await found(search(term('CS:last-name', 'Hall')))).toEqual([of('hall')])
    expect(await found(search(term('resourcetype', 'anna')))).toEqual([])
  })

  it('wants every term, or with test="anyof" one of them', async () => {
    const terms = term('displayname', 'Carl') + term('displayname', 'Great')
    expect(await found(search(terms))).toEqual([])
    expect(await found(search(terms, ' test="allof"'))).toEqual([])
    expect(await found(search(terms, ' test="anyof"'))).toEqual([of('carl'), of('hall')])
    expect(await found(search(term('displayname', 'a'), ' type="ROOM"'))).toEqual([of('hall')])
  })

  it('knows calendarserver’s ways to match', async () => {
    expect(await found(search(term('displayname', 'car', ' match-type="starts-with"')))).toEqual([of('carl')])
    expect(await found(search(term('displayname', 'arl', ' match-type="starts-with"')))).toEqual([])
    expect(await found(search(term('displayname', 'boris', ' match-type="equals"')))).toEqual([of('boris@example.org')])
    expect(await found(search(term('displayname', 'hall', ' match-type="ends-with"')))).toEqual([of('hall')])
  })

  it('looks below the request’s own address unless told to look in the principal collections', async () => {
    expect(await found(search(term('displayname', 'Carl')), '/dav/calendars/anna/')).toEqual([])
    const everywhere = search(`${term('displayname', 'Carl')}<apply-to-principal-collection-set/>`)
    expect(await found(everywhere, '/dav/calendars/anna/')).toEqual([of('carl')])
  })

  it('cuts at the wished number and says so, and refuses what is not one', async () => {
    const { dav: ask } = createServer()
    const body = search(`${term('displayname', '')}<limit><nresults>2</nresults></limit>`)
    const answer = await ask('REPORT', principals, { body })
    expect([...answer.responses()].map(([href, { status }]) => [href, status])).toEqual([
      [of('anna'), null],
      [of('boris@example.org'), null],
      [principals, 507],
    ])
    for (const bad of [
      search(''),
      search(term('displayname', 'x'), ' test="some"'),
      search('<property-search><prop><displayname/></prop></property-search>'),
      search(term('displayname', 'x'), ' type="PARROT"'),
      search(term('displayname', 'x', ' match-type="like"')),
      search(term('displayname', 'x', ' caseless="maybe"')),
      search(`${term('displayname', 'x')}<limit><nresults>0</nresults></limit>`),
      search(`${term('displayname', 'x')}<limit><few/></limit>`),
      search(term('displayname', 'x').repeat(51)),
    ]) {
      expect((await ask('REPORT', principals, { body: bad })).status).toBe(400)
    }
    expect((await ask('REPORT', principals, { body, headers: { depth: '1' } })).status).toBe(400)
  })

  it('finds only oneself at a host that has no directory', async () => {
    const { dav: ask } = createServer({
      principals: { getPrincipal: async () => anna, findPrincipal: async () => anna },
    })
    const answer = await ask('REPORT', principals, { body: search(term('displayname', '')) })
    expect([...answer.responses().keys()]).toEqual([of('anna')])
  })

  it('says by what one can search (§9.5)', async () => {
    const { dav: ask } = createServer()
    const answer = await ask('REPORT', principals, { body: `<principal-search-property-set ${ns}/>` })
    const names = answer.xml().elements.map((each) => each.child(dav('prop'))?.elements[0]?.name)
    expect([answer.status, names]).toEqual([
      200,
      [
        dav('displayname'),
        cs('first-name'),
        cs('last-name'),
        cs('email-address-set'),
        cal('calendar-user-address-set'),
        cal('calendar-user-type'),
      ],
    ])
  })
})

describe('calendarserver-principal-search', () => {
  it('wants each token in the name or an address, of the kinds that the context means', async () => {
    const { dav: ask } = createServer()
    const found = async (tokens: readonly string[], context = '') => {
      const inside = tokens.map((token) => `<CS:search-token>${token}</CS:search-token>`).join('')
      const attribute = context === '' ? '' : ` context="${context}"`
      const body = `<CS:calendarserver-principal-search ${ns}${attribute}>${inside}<prop><displayname/></prop></CS:calendarserver-principal-search>`
      return [...(await ask('REPORT', work.replace('work/', ''), { body })).responses().keys()]
    }
    expect(await found(['great', 'hall'])).toEqual([of('hall')])
    expect(await found(['great', 'example.org'], 'location')).toEqual([of('hall')])
    expect(await found(['great', 'nothing'])).toEqual([])
    expect(await found(['a'], 'user')).toEqual([of('anna'), of('boris@example.org'), of('carl')])
    expect(await found(['team'], 'group')).toEqual([of('team')])
  })
})

describe('principal-match (RFC 3744 §9.3)', () => {
  it('finds oneself and one’s groups, with properties or without', async () => {
    const { dav: ask } = createServer()
    const body = `<principal-match ${ns}><self/><prop><displayname/></prop></principal-match>`
    const answer = await ask('REPORT', principals, { body })
    expect([...answer.responses().keys()]).toEqual([of('anna'), of('team')])
    expect(answer.prop(of('anna'), dav('displayname'))?.text).toBe(anna.displayName)
    const bare = await ask('REPORT', principals, { body: `<principal-match ${ns}><self/></principal-match>`, as: carl })
    expect([...bare.responses()].map(([href, { status }]) => [href, status])).toEqual([[of('carl'), 200]])
    expect((await ask('REPORT', principals, { body, headers: { depth: '1' } })).status).toBe(400)
    expect((await ask('REPORT', principals, { body: `<principal-match ${ns}/>` })).status).toBe(400)
  })

  it('finds members by a property that names the person, live or kept', async () => {
    const { dav: ask, calendar } = createServer()
    await calendar('work', { access: [{ principal: boris.id, level: 'read' }] })
    for (const name of ['a', 'b'])
      await ask('PUT', `${work}${name}.ics`, { body: meeting(name), headers: calendarHeaders })
    const keeper = `<propertyupdate ${ns}><set><prop><k:keeper xmlns:k="urn:k"><href>${of('anna')}</href></k:keeper></prop></set></propertyupdate>`
    await ask('PROPPATCH', `${work}b.ics`, { body: keeper })
    const match = (property: string) =>
      `<principal-match ${ns}><principal-property>${property}</principal-property></principal-match>`
    const found = async (property: string, as = anna) => [
      ...(await ask('REPORT', work, { body: match(property), as })).responses().keys(),
    ]
    expect(await found('<owner/>')).toEqual([`${work}a.ics`, `${work}b.ics`])
    expect(await found('<owner/>', boris)).toEqual([])
    expect(await found('<k:keeper xmlns:k="urn:k"/>')).toEqual([`${work}b.ics`])
  })
})

describe('acl-principal-prop-set (RFC 3744 §9.2)', () => {
  it('tells of everybody whom the list names, to who may read it', async () => {
    const { dav: ask, calendar } = createServer()
    await calendar('work', { access: [{ principal: boris.id, level: 'write' }] })
    await ask('PUT', `${work}a.ics`, { body: meeting('a'), headers: calendarHeaders })
    const body = `<acl-principal-prop-set ${ns}><prop><displayname/></prop></acl-principal-prop-set>`
    for (const path of [work, `${work}a.ics`]) {
      const answer = await ask('REPORT', path, { body })
      expect([...answer.responses().keys()]).toEqual([of('anna'), of('boris@example.org')])
    }
    expect((await ask('REPORT', work, { body, as: boris })).condition()).toBe(dav('need-privileges'))
    expect((await ask('REPORT', work, { body, as: carl })).status).toBe(403)
    expect((await ask('REPORT', work, { body: `<acl-principal-prop-set ${ns}/>` })).status).toBe(400)
    expect((await ask('REPORT', work, { body, headers: { depth: 'infinity' } })).status).toBe(400)
  })
})

describe('those who act for somebody (calendar-proxy)', () => {
  const group = (login: string, access: string) => `${of(login)}calendar-proxy-${access}/`
  const members = (...logins: readonly string[]) =>
    `<propertyupdate ${ns}><set><prop><group-member-set>${logins.map((login) => `<href>${of(login)}</href>`).join('')}</group-member-set></prop></set></propertyupdate>`

  it('are set by the person, read and write every calendar of theirs, and are known to both sides', async () => {
    const server = createServer()
    const { dav: ask, store } = server
    const [first, second] = [await server.calendar('work'), await server.calendar('home')]
    const set = await ask('PROPPATCH', group('anna', 'write'), { body: members('boris@example.org') })
    expect(set.responses().get(group('anna', 'write'))?.found.has(200)).toBe(true)
    await ask('PROPPATCH', group('anna', 'read'), { body: members('carl') })
    for (const { id } of [first, second]) {
      expect((await store.getCalendar(id))?.access).toEqual([
        { principal: boris.id, level: 'write', acting: { access: 'write', otherwise: 'none' } },
        { principal: carl.id, level: 'read', acting: { access: 'read', otherwise: 'none' } },
      ])
    }
    const names = [
      dav('group-member-set'),
      dav('group-membership'),
      cs('calendar-proxy-write-for'),
      cs('calendar-proxy-read-for'),
    ]
    const asked = async (path: string, as = anna) => {
      const answer = await ask('PROPFIND', path, {
        body: propBody(dav('propfind'), names),
        headers: { depth: '0' },
        as,
      })
      return (name: string) => hrefsIn(answer.prop(path, name))
    }
    expect((await asked(group('anna', 'write')))(dav('group-member-set'))).toEqual([of('boris@example.org')])
    const ofBoris = await asked(of('boris@example.org'), boris)
    expect(ofBoris(cs('calendar-proxy-write-for'))).toEqual([of('anna')])
    expect(ofBoris(cs('calendar-proxy-read-for'))).toEqual([])
    expect(ofBoris(dav('group-membership'))).toEqual([of('team'), group('anna', 'write')])
    expect((await asked(of('carl'), carl))(cs('calendar-proxy-read-for'))).toEqual([of('anna')])

    // A calendar that she makes later is theirs too.
    expect((await ask('MKCALENDAR', '/dav/calendars/anna/later/')).status).toBe(201)
    const put = await ask('PUT', '/dav/calendars/anna/later/a.ics', {
      body: meeting('a'),
      headers: calendarHeaders,
      as: boris,
    })
    expect(put.status).toBe(201)
    await ask('PROPPATCH', group('anna', 'write'), { body: members() })
    expect((await asked(of('boris@example.org'), boris))(cs('calendar-proxy-write-for'))).toEqual([])
    expect((await store.getCalendar(first.id))?.access).toMatchObject([{ principal: carl.id, level: 'read' }])
  })

  it('leave what was given besides as it was, when they begin and when they end', async () => {
    const server = createServer()
    const { dav: ask, store } = server
    const { id } = await server.calendar('work', {
      access: [
        { principal: boris.id, level: 'write' },
        { principal: carl.id, level: 'titles' },
      ],
    })
    const levels = async () => (await store.getCalendar(id))?.access.map(({ principal, level }) => [principal, level])
    const memberships = async (as: typeof boris) => {
      const body = propBody(dav('propfind'), [dav('group-membership')])
      const answer = await ask('PROPFIND', of(as.login), { body, headers: { depth: '0' }, as })
      return hrefsIn(answer.prop(of(as.login), dav('group-membership')))
    }
    // Who writes a calendar does not act for its owner by that alone.
    expect(await memberships(boris)).toEqual([of('team')])
    await ask('PROPPATCH', group('anna', 'read'), { body: members('boris@example.org', 'carl') })
    expect(await levels()).toEqual([
      [boris.id, 'write'],
      [carl.id, 'read'],
    ])
    expect(await memberships(boris)).toEqual([of('team'), group('anna', 'read')])
    // An access list that says the same as before changes nothing of it.
    const privileges = (...names: string[]) => names.map((name) => `<privilege><${name}/></privilege>`).join('')
    const entry = (login: string, ...names: string[]) =>
      `<ace><principal><href>${of(login)}</href></principal><grant>${privileges(...names)}</grant></ace>`
    const list = `<acl ${ns}>${entry('boris@example.org', 'read', 'write')}${entry('carl', 'read')}</acl>`
    expect((await ask('ACL', '/dav/calendars/anna/work/', { body: list })).status).toBe(200)
    expect(await memberships(carl)).toEqual([group('anna', 'read')])
    await ask('PROPPATCH', group('anna', 'read'), { body: members() })
    expect(await levels()).toEqual([
      [boris.id, 'write'],
      [carl.id, 'titles'],
    ])
    expect(await memberships(carl)).toEqual([])
  })

  it('are nobody else’s to set or to see', async () => {
    const server = createServer()
    await server.calendar('work')
    const path = group('anna', 'write')
    await server.dav('PROPPATCH', path, { body: members('boris@example.org') })
    expect((await server.dav('PROPPATCH', path, { body: members('carl'), as: carl })).condition()).toBe(
      dav('need-privileges'),
    )
    const body = propBody(dav('propfind'), [dav('group-member-set'), dav('resourcetype')])
    const seen = await server.dav('PROPFIND', path, { body, headers: { depth: '0' }, as: carl })
    expect(
      seen
        .responses()
        .get(path)
        ?.found.get(404)
        ?.map(({ name }) => name),
    ).toEqual([dav('group-member-set')])
    expect(
      (await server.dav('PROPFIND', path, { body, headers: { depth: '0' }, as: boris })).prop(
        path,
        dav('group-member-set'),
      ),
    ).toBeDefined()
    const unknown = await server.dav('PROPPATCH', path, { body: members('nobody') })
    expect(unknown.text).toContain('recognized-principal')
    const other = `<propertyupdate ${ns}><set><prop><displayname>X</displayname></prop></set></propertyupdate>`
    expect((await server.dav('PROPPATCH', path, { body: other })).responses().get(path)?.found.has(403)).toBe(true)
    expect(
      (await server.dav('PROPFIND', `${of('team')}calendar-proxy-read/`, { headers: { depth: '0' } })).status,
    ).toBe(404)
  })

  it('are listed below the principal, with Depth 1 and infinity, each a principal of its own type', async () => {
    const { dav: ask } = createServer()
    const body = propBody(dav('propfind'), [dav('resourcetype')])
    const answer = await ask('PROPFIND', of('anna'), { body })
    expect([...answer.responses().keys()]).toEqual([of('anna'), group('anna', 'read'), group('anna', 'write')])
    expect(answer.prop(group('anna', 'read'), dav('resourcetype'))?.elements.map(({ name }) => name)).toEqual([
      dav('principal'),
      dav('collection'),
      cs('calendar-proxy-read'),
    ])
    expect(answer.prop(of('anna'), dav('resourcetype'))?.elements.map(({ name }) => name)).toEqual([
      dav('principal'),
      dav('collection'),
    ])
  })
})
