import { everyone } from '@dayport/core'
import { describe, expect, it } from 'vitest'
import { anna, boris, createServer, hrefsIn, propBody } from '../../test/server.ts'
import { type CalDavSubscriptions, minutesOfDuration } from '../subscriptions.ts'
import { apple, cal, cs, dav } from '../wire/names.ts'

const at = '/dav/calendars/anna/holidays/'
const ns =
  'xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:CS="http://calendarserver.org/ns/" xmlns:A="http://apple.com/ns/ical/"'
const body = (root: string, url: string, more = '') =>
  `<${root} ${ns}><set><prop><resourcetype><collection/><CS:subscribed/></resourcetype><CS:source><href>${url}</href></CS:source>` +
  `<A:refreshrate>P1DT1H</A:refreshrate><displayname>Праздники</displayname><A:calendar-color>#00ff00</A:calendar-color>${more}</prop></set></${root}>`

/** A host that follows every address but `none`. */
const withSubscriptions = () => {
  const asked: unknown[] = []
  const sources = new Map<string, { url: string; refreshMinutes: number | null }>()
  const subscriptions: CalDavSubscriptions = {
    subscribe: async (who, draft) => {
      asked.push(draft)
      if (draft.url.endsWith('none')) return null
      const access = [{ principal: everyone, level: 'read' as const }]
      const made = await server.store.createCalendar({
        owner: who.id,
        name: `host-${asked.length}`,
        readOnly: true,
        access,
      })
      sources.set(made.id, draft)
      return made.id
    },
    sourceOf: async (_, calendar) => sources.get(calendar) ?? null,
  }
  const server = createServer({ subscriptions })
  return { ...server, asked }
}

describe('a subscribed calendar (calendarserver.org)', () => {
  it.each([
    ['MKCALENDAR', 'C:mkcalendar'],
    ['MKCOL', 'mkcol'],
  ])(
    'is made by %s as macOS asks: the host follows the address, under the name of the program',
    async (method, root) => {
      const { dav: ask, asked, store } = withSubscriptions()
      expect((await ask(method, at, { body: body(root, 'webcal://a.test/h.ics') })).status).toBe(201)
      expect(asked).toEqual([
        { url: 'webcal://a.test/h.ics', refreshMinutes: 1_500, displayName: 'Праздники', color: '#00ff00' },
      ])
      expect(await store.findCalendar(anna.id, 'holidays')).toMatchObject({ displayName: 'Праздники', readOnly: true })
      const names = [cs('source'), apple('refreshrate'), dav('resourcetype'), dav('add-member')]
      const read = async (as = anna) =>
        ask('PROPFIND', at, { body: propBody(dav('propfind'), names), headers: { depth: '0' }, as })
      const mine = await read()
      expect(hrefsIn(mine.prop(at, cs('source')))).toEqual(['webcal://a.test/h.ics'])
      expect(mine.prop(at, apple('refreshrate'))?.text).toBe('PT1500M')
      expect(mine.prop(at, dav('resourcetype'))?.child(cal('calendar'))).toBeDefined()
      // The address may hold a secret of hers.
      expect((await read(boris)).text).not.toContain('a.test')
    },
  )

  it('is not made when the address gives no calendar, or a property is refused', async () => {
    const { dav: ask, store } = withSubscriptions()
    const none = await ask('MKCALENDAR', at, { body: body('C:mkcalendar', 'https://a.test/none') })
    expect([...(none.responses().get(at)?.found ?? [])].map(([status, found]) => [status, found[0]?.name])).toEqual([
      [409, cs('source')],
      [424, dav('displayname')],
    ])
    expect((await ask('MKCOL', at, { body: body('mkcol', '') })).status).toBe(403)
    const bad = await ask('MKCOL', at, { body: body('mkcol', 'https://a.test/h.ics', '<getetag>1</getetag>') })
    expect([bad.status, bad.text.includes('cannot-modify-protected-property')]).toEqual([403, true])
    expect(await store.listCalendars({ id: anna.id, groups: [] })).toEqual([])
  })

  it('is refused by its type where the host follows nothing', async () => {
    const { dav: ask } = createServer()
    expect((await ask('MKCOL', at, { body: body('mkcol', 'https://a.test/h.ics') })).text).toContain(
      'valid-resourcetype',
    )
    const made = await ask('MKCALENDAR', at, { body: body('C:mkcalendar', 'https://a.test/h.ics') })
    expect([made.status, made.text.includes('valid-resourcetype')]).toEqual([207, true])
  })

  it('does not keep a program from setting a source or a rate on any calendar of its own', async () => {
    const { dav: ask, calendar } = withSubscriptions()
    await calendar('holidays')
    const patch = `<propertyupdate ${ns}><set><prop><A:refreshrate>P1W</A:refreshrate></prop></set></propertyupdate>`
    expect((await ask('PROPPATCH', at, { body: patch })).responses().get(at)?.found.has(200)).toBe(true)
    const names = propBody(dav('propfind'), [apple('refreshrate'), cs('source')])
    const found = await ask('PROPFIND', at, { body: names, headers: { depth: '0' } })
    expect(found.prop(at, apple('refreshrate'))?.text).toBe('P1W')
    expect(
      found
        .responses()
        .get(at)
        ?.found.get(404)
        ?.map(({ name }) => name),
    ).toEqual([cs('source')])
  })

  it.each([
    ['P1W', 10_080],
    ['PT15M', 15],
    ['P2DT3H', 3_060],
    ['PT30S', null],
    ['P', null],
    ['weekly', null],
    ['-P1D', null],
  ])('reads %s as %s minutes (RFC 5545 §3.3.6)', (text, minutes) => {
    expect(minutesOfDuration(text)).toBe(minutes)
  })
})

describe('MKCALENDAR', () => {
  it('takes a type that says what it makes anyhow', async () => {
    const { dav: ask } = createServer()
    const type = '<resourcetype><collection/><C:calendar/></resourcetype>'
    const asked = `<C:mkcalendar ${ns}><set><prop>${type}<displayname>X</displayname></prop></set></C:mkcalendar>`
    expect((await ask('MKCALENDAR', at, { body: asked })).status).toBe(201)
  })
})
