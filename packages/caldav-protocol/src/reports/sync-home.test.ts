import { describe, expect, it } from 'vitest'
import {
  type Answer,
  anna,
  boris,
  createServer,
  calendarHeaders as headers,
  meeting,
  propBody,
} from '../../test/server.ts'
import { cs, dav } from '../wire/names.ts'

const home = '/dav/calendars/anna/'
const body = (token: string, level = '1', extra = '') =>
  `<sync-collection xmlns="DAV:"><sync-token>${token.replaceAll('&', '&amp;')}</sync-token><sync-level>${level}</sync-level>${extra}<prop><getetag/><sync-token/></prop></sync-collection>`
const limit = (n: number) => `<limit><nresults>${n}</nresults></limit>`

const tokenOf = (answer: Answer): string => answer.xml().child(dav('sync-token'))?.text ?? ''

const filled = async () => {
  const server = createServer()
  await server.calendar('work')
  await server.calendar('play')
  await server.calendar('team', { access: [{ principal: anna.id, level: 'read' }] }, boris)
  const put = (path: string) => server.dav('PUT', home + path, { body: meeting(path.replace(/\W/g, '')), headers })
  await put('work/a.ics')
  await put('play/b.ics')
  const sync = (token: string, level = '1', extra = '') =>
    server.dav('REPORT', home, { body: body(token, level, extra), headers: { depth: '0' } })
  return { ...server, put, sync }
}
/** Paths below the home with the status of the response itself; `null` when it has propstats. */
const told = (answer: Answer) =>
  [...answer.responses()].map(([href, { status }]) => [href.replace(home, ''), status] as const)

describe('sync-collection on a home (RFC 6578 §3.3)', () => {
  it('lists the calendars with their tokens, those that others share too', async () => {
    const { sync } = await filled()
    const answer = await sync('')
    expect(told(answer)).toEqual([
      ['play/', null],
      [expect.stringMatching(/^shared-/), null],
      ['work/', null],
    ])
    expect(answer.prop(`${home}work/`, dav('sync-token'))?.text).toMatch(/^data:,/)
  })

  it('tells of calendars that are new, changed, renamed, or gone, and of nothing else', async () => {
    const { sync, put, dav: ask, calendar } = await filled()
    const first = tokenOf(await sync(''))
    expect([told(await sync(first)), tokenOf(await sync(first))]).toEqual([[], first])
    await put('work/c.ics')
    const second = await sync(first)
    expect(told(second)).toEqual([['work/', null]])
    await ask('DELETE', `${home}work/`)
    await calendar('new')
    const third = await sync(tokenOf(second))
    expect(told(third)).toEqual([
      ['work/', 404],
      ['new/', null],
    ])
    const rename = `<propertyupdate xmlns="DAV:"><set><prop><displayname>x</displayname></prop></set></propertyupdate>`
    await ask('PROPPATCH', `${home}play/`, { body: rename })
    expect(told(await sync(tokenOf(third)))).toEqual([['play/', null]])
  })

  it('tells with the level infinite what is new in them as well, never of removals in a first answer (§3.4)', async () => {
    const { sync, put, dav: ask } = await filled()
    await put('work/gone.ics')
    await ask('DELETE', `${home}work/gone.ics`)
    const first = await sync('', 'infinite')
    expect(told(first).map(([path]) => path)).toEqual(
      expect.arrayContaining(['play/', 'play/b.ics', 'work/', 'work/a.ics']),
    )
    expect(told(first).every(([, status]) => status === null)).toBe(true)
    await put('play/d.ics')
    await ask('DELETE', `${home}play/b.ics`)
    expect(told(await sync(tokenOf(first), 'infinite'))).toEqual([
      ['play/', null],
      ['play/d.ics', null],
      ['play/b.ics', 404],
    ])
  })

  it.each(['1', 'infinite'])('reaches everything page by page at the level %s (§3.6)', async (level) => {
    const { sync, put } = await filled()
    for (const n of [1, 2, 3, 4, 5]) await put(`work/n${n}.ics`)
    const whole = told(await sync('', level)).map(([path]) => path)
    const seen = new Set<string>()
    let token = ''
    for (let page = 0; page < 20; page++) {
      const answer = await sync(token, level, limit(2))
      token = tokenOf(answer)
      const more = told(answer).some(([path, status]) => path === '' && status === 507)
      for (const [path] of told(answer)) if (path !== '') seen.add(path)
      expect(told(answer).length).toBeLessThanOrEqual(3)
      if (!more) break
    }
    expect([...seen].sort()).toEqual([...whole].sort())
    expect(told(await sync(token, level))).toEqual([])
  })

  it('refuses a token of a calendar, junk, and one of a calendar that was made anew since (§3.2)', async () => {
    const { sync, dav: ask, calendar } = await filled()
    const old = tokenOf(await sync(''))
    await ask('DELETE', `${home}work/`)
    await calendar('work')
    const ofCalendar = await ask('PROPFIND', `${home}work/`, {
      body: propBody(dav('propfind'), [dav('sync-token')]),
      headers: { depth: '0' },
    })
    const foreign = ofCalendar.prop(`${home}work/`, dav('sync-token'))?.text ?? ''
    for (const [token, level] of [
      [foreign, '1'],
      ['data:,[[1]]', '1'],
      ['data:,x', '1'],
      ['urn:x', '1'],
      [old, 'infinite'],
    ] as const) {
      const answer = await sync(token, level)
      expect([answer.status, answer.condition()]).toEqual([403, dav('valid-sync-token')])
    }
    expect(told(await sync(old))).toEqual([['work/', null]])
  })

  it('lets a write through only from the state of the home that its token names (§5)', async () => {
    const { sync, dav: ask } = await filled()
    const token = tokenOf(await sync(''))
    const make = (name: string) => ask('MKCALENDAR', `${home}${name}/`, { headers: { if: `<${home}> (<${token}>)` } })
    expect((await make('first')).status).toBe(201)
    expect((await make('second')).status).toBe(412)
  })

  it('is the property of the home, and its ctag', async () => {
    const { sync, dav: ask } = await filled()
    const answer = await ask('PROPFIND', home, {
      body: propBody(dav('propfind'), [dav('sync-token'), cs('getctag')]),
      headers: { depth: '0' },
    })
    const token = tokenOf(await sync(''))
    expect([answer.prop(home, dav('sync-token'))?.text, answer.prop(home, cs('getctag'))?.text]).toEqual([token, token])
  })
})
