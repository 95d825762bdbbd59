import { everyone } from '@dayport/core'
import { describe, expect, it } from 'vitest'
import { anna, boris, calendarHeaders, carl, createServer, meeting, propBody, team } from '../../test/server.ts'
import { cal, dav } from '../wire/names.ts'

const work = '/dav/calendars/anna/work/'
const href = (login: string) => `<href>/dav/principals/${encodeURIComponent(login)}/</href>`
const privileges = (...names: readonly string[]) => names.map((name) => `<privilege><${name}/></privilege>`).join('')
const ace = (principal: string, ...names: readonly string[]) =>
  `<ace><principal>${principal}</principal><grant>${privileges(...names)}</grant></ace>`
const acl = (...entries: readonly string[]) =>
  `<acl xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">${entries.join('')}</acl>`

const withCalendar = async () => {
  const server = createServer()
  const { id } = await server.calendar('work')
  const set = (body: string, as = anna, headers = {}) => server.dav('ACL', work, { body, as, headers })
  const access = async () => (await server.store.getCalendar(id))?.access
  return { ...server, id, set, access }
}

describe('the ACL method (RFC 3744 §8.1)', () => {
  it('turns entries into levels: busy times, reading, writing and owning, for people, groups and everybody', async () => {
    const { set, access, dav: ask } = await withCalendar()
    const body = acl(
      ace(href('boris@example.org'), 'read', 'write'),
      ace(href('carl'), 'all'),
      ace(href('team'), 'read'),
      ace('<authenticated/>', 'C:read-free-busy'),
    )
    expect((await set(body)).status).toBe(200)
    expect(await access()).toEqual([
      { principal: boris.id, level: 'write' },
      { principal: carl.id, level: 'owner' },
      { principal: team.id, level: 'read' },
      { principal: everyone, level: 'free-busy' },
    ])
    expect((await ask('PUT', `${work}a.ics`, { body: meeting('a'), headers: calendarHeaders, as: boris })).status).toBe(
      201,
    )
    // Who is not named has no right any more.
    expect((await set(acl())).status).toBe(200)
    expect(await access()).toEqual([])
    expect((await ask('GET', `${work}a.ics`, { as: boris })).status).toBe(403)
  })

  it('takes what it gives: the property, sent back, changes nothing, titles among it', async () => {
    const { store, id, set, access, dav: ask } = await withCalendar()
    const levels = [
      { principal: boris.id, level: 'titles' as const },
      { principal: team.id, level: 'write' as const },
      { principal: everyone, level: 'read' as const },
    ]
    await store.updateCalendar(id, { access: levels })
    const found = await ask('PROPFIND', work, {
      body: propBody(dav('propfind'), [dav('acl')]),
      headers: { depth: '0' },
    })
    const inner = /<D:acl>(.*)<\/D:acl>/s.exec(found.text)?.[1] ?? ''
    expect(inner).toContain('<D:protected/>')
    const body = `<D:acl xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">${inner}</D:acl>`
    expect((await set(body)).status).toBe(200)
    expect(await access()).toEqual(levels)
  })

  it.each([
    [
      'no-invert',
      `<ace><invert><principal>${href('carl')}</principal></invert><grant>${privileges('read')}</grant></ace>`,
    ],
    ['grant-only', `<ace><principal>${href('carl')}</principal><deny>${privileges('read')}</deny></ace>`],
    [
      'no-protected-ace-conflict',
      `<ace><principal>${href('anna')}</principal><deny>${privileges('write')}</deny></ace>`,
    ],
    [
      'no-protected-ace-conflict',
      `<ace><principal><property><owner/></property></principal><deny>${privileges('read')}</deny></ace>`,
    ],
    [
      'no-protected-ace-conflict',
      `<ace><principal>${href('carl')}</principal><grant>${privileges('read')}</grant><protected/></ace>`,
    ],
    [
      'no-inherited-ace-conflict',
      `<ace><principal>${href('carl')}</principal><grant>${privileges('read')}</grant><inherited>${href('x')}</inherited></ace>`,
    ],
    ['not-supported-privilege', ace(href('carl'), 'read', 'C:schedule-send')],
    ['no-abstract', ace(href('carl'), 'bind')],
    ['no-abstract', ace(href('carl'), 'read', 'write-acl')],
    ['recognized-principal', ace(href('nobody'), 'read')],
    ['recognized-principal', ace('<href>http://other.test/people/1</href>', 'read')],
    ['allowed-principal', ace('<self/>', 'read')],
    ['allowed-principal', ace('<unauthenticated/>', 'read')],
    ['allowed-principal', ace('<property><group/></property>', 'read')],
    ['deny-before-grant', `<ace><principal>${href('carl')}</principal><deny>${privileges('read')}</deny></ace>`],
    ['limited-number-of-aces', ace(href('carl'), 'read').repeat(501)],
  ])('refuses with %s, and grants nothing of the rest (§8.1.1)', async (condition, bad) => {
    const { set, access } = await withCalendar()
    const fine = ace(href('boris@example.org'), 'read')
    const answer = await set(condition === 'grant-only' ? acl(bad, fine) : acl(fine, bad))
    expect([answer.status, answer.condition()]).toEqual([403, dav(condition)])
    expect(await access()).toEqual([])
  })

  it('is for who owns the calendar: 403 for others, the same for who may not know of it, and for no entries but a calendar’s', async () => {
    const { store, id, set, dav: ask, access } = await withCalendar()
    await store.updateCalendar(id, { access: [{ principal: boris.id, level: 'write' }] })
    const body = acl(ace(href('boris@example.org'), 'all'))
    const refused = await set(body, boris)
    expect([refused.condition(), refused.text.includes('write-acl')]).toEqual([dav('need-privileges'), true])
    expect((await set(body, carl)).condition()).toBe(dav('need-privileges'))
    expect(await access()).toEqual([{ principal: boris.id, level: 'write' }])
    const ofHome = await ask('ACL', '/dav/calendars/anna/', { body, as: boris })
    expect(ofHome.condition()).toBe(dav('need-privileges'))
    for (const path of ['/dav/principals/anna/', '/dav/calendars/anna/', '/dav/files/anna/']) {
      expect((await ask('ACL', path, { body })).condition()).toBe(dav('no-protected-ace-conflict'))
    }
    await ask('PUT', `${work}a.ics`, { body: meeting('a'), headers: calendarHeaders })
    expect((await ask('ACL', `${work}a.ics`, { body })).condition()).toBe(dav('no-inherited-ace-conflict'))
    for (const path of [`${work}a.ics`, '/dav/', '/dav/principals/anna/']) {
      expect((await ask('ACL', path, { body, as: boris })).condition()).toBe(dav('need-privileges'))
    }
    await store.updateCalendar(id, { access: [{ principal: boris.id, level: 'owner' }] })
    expect((await set(acl(ace(href('carl'), 'read')), boris)).status).toBe(200)
    expect(await access()).toEqual([{ principal: carl.id, level: 'read' }])
  })

  it('answers 400 to what is no acl, and 412 when If does not hold', async () => {
    const { set } = await withCalendar()
    expect((await set('<propfind xmlns="DAV:"/>')).status).toBe(400)
    expect((await set('')).status).toBe(400)
    expect((await set(acl('<ace><principal/></ace>'))).status).toBe(400)
    expect((await set(acl(`<ace><principal>${href('carl')}</principal></ace>`))).status).toBe(400)
    expect((await set(acl(), anna, { if: '(<data:,stale>)' })).status).toBe(412)
  })
})

describe('what is said of access', () => {
  const names = ['acl', 'acl-restrictions', 'supported-privilege-set', 'inherited-acl-set', 'owner', 'group'].map(dav)
  const body = propBody(dav('propfind'), names)

  it('stands on every resource; DAV:group on none (RFC 3744 §5)', async () => {
    const { dav: ask } = await withCalendar()
    await ask('PUT', `${work}a.ics`, { body: meeting('a'), headers: calendarHeaders })
    await ask('PUT', '/dav/files/anna/x', { body: 'x' })
    for (const path of [
      '/dav/',
      '/dav/principals/anna/',
      '/dav/calendars/anna/',
      work,
      `${work}a.ics`,
      '/dav/files/anna/x',
    ]) {
      const answer = await ask('PROPFIND', path, { body, headers: { depth: '0' } })
      const found = answer.responses().get(path)?.found
      expect(found?.get(200)?.map(({ name }) => name)).toEqual(expect.arrayContaining(names.slice(0, 4)))
      expect(found?.get(404)?.map(({ name }) => name)).toContain(dav('group'))
    }
    const inherited = await ask('PROPFIND', `${work}a.ics`, { body, headers: { depth: '0' } })
    expect(inherited.prop(`${work}a.ics`, dav('inherited-acl-set'))?.child(dav('href'))?.text).toBe(work)
    expect(inherited.prop(`${work}a.ics`, dav('acl'))?.elements[0]?.child(dav('inherited'))).toBeDefined()
  })

  it('says what can be granted, and that the rest is abstract (RFC 3744 §5.3)', async () => {
    const { dav: ask } = await withCalendar()
    const tree = (await ask('PROPFIND', work, { body, headers: { depth: '0' } })).prop(
      work,
      dav('supported-privilege-set'),
    )
    const grantable: string[] = []
    const walk = (element: typeof tree): void => {
      for (const each of element?.childrenNamed(dav('supported-privilege')) ?? []) {
        if (each.child(dav('abstract')) === undefined)
          grantable.push(each.child(dav('privilege'))?.elements[0]?.name ?? '')
        walk(each)
      }
    }
    walk(tree)
    expect(grantable).toEqual([dav('all'), dav('read'), cal('read-free-busy'), dav('write')])
  })

  it('is the owner’s to see: acl is a propstat with 403 for others (RFC 3744 §5.5)', async () => {
    const { store, id, dav: ask } = await withCalendar()
    await store.updateCalendar(id, { access: [{ principal: boris.id, level: 'write' }] })
    const answer = await ask('PROPFIND', work, { body, headers: { depth: '0' }, as: boris })
    expect(
      answer
        .responses()
        .get(work)
        ?.found.get(403)
        ?.map(({ name }) => name),
    ).toEqual([dav('acl')])
  })
})
