import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { anna, boris, calendarHeaders, carl, createServer, meeting, propBody } from '../../test/server.ts'
import { apple, cal, dav } from '../wire/names.ts'

const fixture = (name: string) => readFileSync(new URL(`../../test/fixtures/${name}.xml`, import.meta.url), 'utf8')
const work = '/dav/calendars/anna/work/'
const set = (xml: string) => `<set><prop>${xml}</prop></set>`
const remove = (xml: string) => `<remove><prop>${xml}</prop></remove>`
const update = (...steps: string[]) => `<propertyupdate xmlns="DAV:">${steps.join('')}</propertyupdate>`

const zone = (lines: string) =>
  set(`<C:calendar-timezone xmlns:C="urn:ietf:params:xml:ns:caldav">${lines}</C:calendar-timezone>`)

describe('PROPPATCH', () => {
  it('takes colour with its symbol and order from iOS, and gives them back as stored', async () => {
    const { dav: ask, calendar, store } = createServer()
    const { id } = await calendar('work')
    const answer = await ask('PROPPATCH', work, { body: fixture('ios/proppatch-color') })
    expect(answer.responses().get(work)?.found.get(200)).toHaveLength(2)
    expect(await store.getCalendar(id)).toMatchObject({ color: '#FF2968FF', order: 3 })
    const body = propBody(dav('propfind'), [apple('calendar-color'), apple('calendar-order')])
    const found = await ask('PROPFIND', work, { body, headers: { depth: '0' } })
    const color = found.prop(work, apple('calendar-color'))
    expect([color?.text, color?.attributes.get('symbolic-color')]).toEqual(['#FF2968FF', 'custom'])
    expect(found.prop(work, apple('calendar-order'))?.text).toBe('3')
  })

  it('forgets the symbol when another door changes the colour', async () => {
    const { dav: ask, calendar, store } = createServer()
    const { id } = await calendar('work')
    await ask('PROPPATCH', work, { body: fixture('ios/proppatch-color') })
    await store.updateCalendar(id, { color: '#00FF00' })
    const body = propBody(dav('propfind'), [apple('calendar-color')])
    const color = (await ask('PROPFIND', work, { body, headers: { depth: '0' } })).prop(work, apple('calendar-color'))
    expect([color?.text, color?.attributes.size]).toEqual(['#00FF00', 0])
  })

  it('keeps a description with its language (RFC 4791 §5.2.1)', async () => {
    const { dav: ask, calendar } = createServer()
    await calendar('work')
    const value =
      '<C:calendar-description xmlns:C="urn:ietf:params:xml:ns:caldav" xml:lang="de">Büro &amp; mehr</C:calendar-description>'
    expect((await ask('PROPPATCH', work, { body: update(set(value)) })).status).toBe(207)
    const body = propBody(dav('propfind'), [cal('calendar-description')])
    const found = (await ask('PROPFIND', work, { body, headers: { depth: '0' } })).prop(
      work,
      cal('calendar-description'),
    )
    expect([found?.text, found?.lang]).toEqual(['Büro & mehr', 'de'])
  })

  it('keeps unknown properties with namespace, attributes and mixed content (RFC 4918 §4.3)', async () => {
    const { dav: ask, calendar } = createServer()
    await calendar('work')
    const value = '<n:note xmlns:n="urn:note" kind="x">a <n:b xmlns:m="urn:m" m:c="1">bold</n:b> tail</n:note>'
    await ask('PROPPATCH', work, { body: update(set(value)) })
    const body = propBody(dav('propfind'), ['{urn:note}note'])
    const note = (await ask('PROPFIND', work, { body, headers: { depth: '0' } })).prop(work, '{urn:note}note')
    expect(note?.attributes.get('kind')).toBe('x')
    expect(note?.children.map((child) => (typeof child === 'string' ? child : child.text))).toEqual([
      'a ',
      'bold',
      ' tail',
    ])
    expect(note?.child('{urn:note}b')?.attributes.get('{urn:m}c')).toBe('1')
    await ask('PROPPATCH', work, { body: update(remove('<n:note xmlns:n="urn:note"/>')) })
    const gone = await ask('PROPFIND', work, { body, headers: { depth: '0' } })
    expect(gone.responses().get(work)?.found.get(404)).toHaveLength(1)
  })

  it('does nothing at all when one property fails: 403 for it, 424 for the others (RFC 4918 §9.2)', async () => {
    const { dav: ask, calendar, store } = createServer()
    const { id } = await calendar('work', { displayName: 'Before' })
    const body = update(set('<displayname>After</displayname>'), set('<getetag>"x"</getetag>'))
    const response = (await ask('PROPPATCH', work, { body })).responses().get(work)
    expect(response?.found.get(424)?.map(({ name }) => name)).toEqual([dav('displayname')])
    expect(response?.found.get(403)?.map(({ name }) => name)).toEqual([dav('getetag')])
    expect(response?.element.elements.at(-1)?.child(dav('error'))?.elements[0]?.name).toBe(
      dav('cannot-modify-protected-property'),
    )
    expect((await store.getCalendar(id))?.displayName).toBe('Before')
  })

  it('follows the order of its steps, and removing what is not there is no error (RFC 4918 §9.2, §14.23)', async () => {
    const { dav: ask, calendar, store } = createServer()
    const { id } = await calendar('work')
    const body = update(
      set('<displayname>One</displayname>'),
      remove('<displayname/>'),
      set('<displayname>Two</displayname>'),
      remove('<x xmlns="urn:x"/>'),
    )
    const response = (await ask('PROPPATCH', work, { body })).responses().get(work)
    expect([...(response?.found.keys() ?? [])]).toEqual([200])
    expect((await store.getCalendar(id))?.displayName).toBe('Two')
  })

  it('refuses the component set of a calendar that exists (RFC 4791 §5.2.3)', async () => {
    const { dav: ask, calendar } = createServer()
    await calendar('work')
    const value =
      '<C:supported-calendar-component-set xmlns:C="urn:ietf:params:xml:ns:caldav"><C:comp name="VTODO"/></C:supported-calendar-component-set>'
    const response = (await ask('PROPPATCH', work, { body: update(set(value)) })).responses().get(work)
    expect(response?.found.get(403)).toHaveLength(1)
  })

  it('takes a time zone, and refuses what is none (RFC 4791 §5.2.2)', async () => {
    const { dav: ask, calendar, store } = createServer()
    const { id } = await calendar('work')
    const good =
      'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\nEND:VTIMEZONE\r\nEND:VCALENDAR\r\n'
    const encoded = good.replaceAll('\r', '&#13;')
    expect((await ask('PROPPATCH', work, { body: update(zone(encoded)) })).responses().get(work)?.found.has(200)).toBe(
      true,
    )
    expect((await store.getCalendar(id))?.timezone).toBe(good)
    for (const bad of ['nonsense', 'BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VEVENT\nEND:VCALENDAR\n']) {
      const response = (await ask('PROPPATCH', work, { body: update(zone(bad)) })).responses().get(work)
      expect(response?.element.child(dav('propstat'))?.child(dav('error'))?.elements[0]?.name).toBe(
        cal('valid-calendar-data'),
      )
    }
    expect((await store.getCalendar(id))?.timezone).toBe(good)
  })

  it('takes a time zone by its name too, and keeps the two properties in step (RFC 7809 §3.1.5)', async () => {
    const { dav: ask, calendar } = createServer()
    await calendar('work')
    const named = (id: string) =>
      set(`<C:calendar-timezone-id xmlns:C="urn:ietf:params:xml:ns:caldav">${id}</C:calendar-timezone-id>`)
    await ask('PROPPATCH', work, { body: update(named('europe/moscow')) })
    const body = propBody(dav('propfind'), [cal('calendar-timezone'), cal('calendar-timezone-id')])
    const found = await ask('PROPFIND', work, { body, headers: { depth: '0' } })
    expect(found.prop(work, cal('calendar-timezone-id'))?.text).toBe('Europe/Moscow')
    expect(found.prop(work, cal('calendar-timezone'))?.text).toContain('TZID:Europe/Moscow\r\n')
    for (const id of ['Etc/GMT+1', 'Etc/GMT+2', 'UTC']) {
      await ask('PROPPATCH', work, { body: update(named(id)) })
      const again = await ask('PROPFIND', work, { body, headers: { depth: '0' } })
      expect(again.prop(work, cal('calendar-timezone-id'))?.text).toBe(id)
    }
    const response = (await ask('PROPPATCH', work, { body: update(named('Mars/Olympus')) })).responses().get(work)
    expect(response?.element.child(dav('propstat'))?.child(dav('error'))?.elements[0]?.name).toBe(cal('valid-timezone'))
  })

  it('says nothing when minimal is preferred and everything is done (RFC 8144 §2.2)', async () => {
    const { dav: ask, calendar } = createServer()
    await calendar('work')
    const body = update(set('<displayname>X</displayname>'))
    const answer = await ask('PROPPATCH', work, { body, headers: { prefer: 'return=minimal' } })
    expect([answer.status, answer.text]).toEqual([200, ''])
  })

  it('needs write-properties for what a calendar says of itself', async () => {
    const { dav: ask, calendar } = createServer()
    await calendar('work', { access: [{ principal: boris.id, level: 'read' }] })
    const value = '<C:calendar-description xmlns:C="urn:ietf:params:xml:ns:caldav">X</C:calendar-description>'
    const answer = await ask('PROPPATCH', work, {
      as: boris,
      body: update(set(value), set('<displayname>X</displayname>')),
    })
    expect([...(answer.responses().get(work)?.found ?? [])].map(([status, found]) => [status, found[0]?.name])).toEqual(
      [
        [403, cal('calendar-description')],
        [424, dav('displayname')],
      ],
    )
    expect(answer.text).toContain('write-properties')
  })

  it('keeps name, colour, order, transparency and alarms of another’s calendar for the one who set them', async () => {
    const { dav: ask, calendar, store } = createServer()
    const { id } = await calendar('work', {
      displayName: 'Work',
      color: '#111111',
      access: [
        { principal: boris.id, level: 'write' },
        { principal: carl.id, level: 'free-busy' },
      ],
    })
    const mine = `/dav/calendars/boris%40example.org/shared-${id}/`
    await ask('PROPPATCH', mine, { as: boris, body: fixture('ios/proppatch-color') })
    const own = update(set('<displayname>Анна</displayname>'), set('<mark xmlns="urn:x"/>'))
    expect((await ask('PROPPATCH', work, { as: boris, body: own })).responses().get(work)?.found.has(200)).toBe(true)
    // A program without the right to write keeps all that it only keeps for its own person.
    const marked = await ask('PROPPATCH', work, { as: carl, body: update(set('<mark xmlns="urn:y"/>')) })
    expect(marked.responses().get(work)?.found.has(200)).toBe(true)

    const names = [dav('displayname'), apple('calendar-color'), apple('calendar-order'), '{urn:x}mark', '{urn:y}mark']
    const seen = async (href: string, as: typeof anna) => {
      const answer = await ask('PROPFIND', href, {
        as,
        body: propBody(dav('propfind'), names),
        headers: { depth: '0' },
      })
      return names.map((name) => answer.prop(href, name)?.text)
    }
    expect(await seen(mine, boris)).toEqual(['Анна', '#FF2968FF', '3', '', undefined])
    expect(await seen(work, anna)).toEqual(['Work', '#111111', '0', '', undefined])
    expect(await seen(work, carl)).toEqual(['Work', '#111111', '0', undefined, ''])
    expect(await store.getCalendar(id)).toMatchObject({ displayName: 'Work', color: '#111111', order: 0 })
    const listing = await ask('PROPFIND', '/dav/calendars/boris%40example.org/', {
      as: boris,
      body: propBody(dav('propfind'), names),
      headers: { depth: '1' },
    })
    expect(listing.prop(mine, dav('displayname'))?.text).toBe('Анна')
    await ask('PROPPATCH', mine, { as: boris, body: update(remove('<displayname/>')) })
    expect((await seen(mine, boris))[0]).toBe('Work')
  })

  it('refuses an order that is no number for oneself too, and keeps nothing then', async () => {
    const { dav: ask, calendar } = createServer()
    await calendar('work', { access: [{ principal: boris.id, level: 'read' }] })
    const order = '<A:calendar-order xmlns:A="http://apple.com/ns/ical/">first</A:calendar-order>'
    const answer = await ask('PROPPATCH', work, {
      as: boris,
      body: update(set('<displayname>X</displayname>'), set(order)),
    })
    expect([...(answer.responses().get(work)?.found.keys() ?? [])]).toEqual([424, 409])
    const body = propBody(dav('propfind'), [dav('displayname')])
    const found = await ask('PROPFIND', work, { as: boris, body, headers: { depth: '0' } })
    expect(found.prop(work, dav('displayname'))?.text).toBe('work')
  })

  it('keeps properties of objects with them: through an overwrite and a MOVE, not through a DELETE (RFC 4918 §9.9.1)', async () => {
    const { dav: ask, calendar, service } = createServer()
    const { id } = await calendar('work')
    const at = `${work}a.ics`
    await ask('PUT', at, { body: meeting('a'), headers: calendarHeaders })
    const note = '<n:note xmlns:n="urn:n" kind="x">a <n:b>bold</n:b></n:note>'
    expect((await ask('PROPPATCH', at, { body: update(set(note)) })).responses().get(at)?.found.has(200)).toBe(true)
    const noteAt = async (href: string, headers = { depth: '0' }) =>
      (
        await ask('PROPFIND', headers.depth === '1' ? work : href, {
          body: propBody(dav('propfind'), ['{urn:n}note']),
          headers,
        })
      )
        .prop(href, '{urn:n}note')
        ?.elements.map(({ text }) => text)
    await ask('PUT', at, { body: meeting('a', '20260311T090000Z'), headers: calendarHeaders })
    expect(await noteAt(at)).toEqual(['bold'])
    expect(await noteAt(at, { depth: '1' })).toEqual(['bold'])
    const all = await ask('PROPFIND', at, { headers: { depth: '0' } })
    expect(all.prop(at, '{urn:n}note')?.attributes.get('kind')).toBe('x')
    await ask('MOVE', at, { headers: { destination: `${work}b.ics` } })
    expect([await noteAt(`${work}b.ics`)]).toEqual([['bold']])
    await ask('DELETE', `${work}b.ics`)
    await ask('PUT', `${work}b.ics`, { body: meeting('a'), headers: calendarHeaders })
    expect(await noteAt(`${work}b.ics`)).toBeUndefined()
    // Nor through a deletion by another door.
    await ask('PROPPATCH', `${work}b.ics`, { body: update(set(note)) })
    await service.deleteObject({ id: anna.id, groups: [] }, { calendar: id, name: 'b.ics' })
    await ask('PUT', `${work}b.ics`, { body: meeting('a'), headers: calendarHeaders })
    expect(await noteAt(`${work}b.ics`)).toBeUndefined()
    const live = await ask('PROPPATCH', `${work}b.ics`, { body: update(set('<getetag>"1"</getetag>'), set(note)) })
    expect([...(live.responses().get(`${work}b.ics`)?.found.keys() ?? [])]).toEqual([403, 424])
  })

  it('bounds what it keeps: 507 for a property that is too long or one too many', async () => {
    const { dav: ask, calendar } = createServer({ limits: { maxDeadPropertyLength: 100, maxDeadProperties: 1 } })
    await calendar('work')
    const long = await ask('PROPPATCH', work, { body: update(set(`<a xmlns="urn:x">${'x'.repeat(200)}</a>`)) })
    expect(long.responses().get(work)?.found.has(507)).toBe(true)
    const many = await ask('PROPPATCH', work, { body: update(set('<a xmlns="urn:x"/><b xmlns="urn:x"/>')) })
    expect([...(many.responses().get(work)?.found.keys() ?? [])]).toEqual([424, 507])
  })

  it('refuses properties of the home and of principals, each in its propstat', async () => {
    const { dav: ask } = createServer()
    const home = '/dav/calendars/anna/'
    const answer = await ask('PROPPATCH', home, { body: update(set('<displayname>X</displayname>')) })
    expect(answer.responses().get(home)?.found.get(403)).toHaveLength(1)
  })
})
