import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type Answer, createServer, calendarHeaders as headers, meeting, type TestServer } from '../../test/server.ts'
import { cal, dav } from '../wire/names.ts'

const fixture = (name: string) => readFileSync(new URL(`../../test/fixtures/${name}.xml`, import.meta.url), 'utf8')
const work = '/dav/calendars/anna/work/'
const body = (token: string, extra = '', props = '<getetag/>') =>
  `<sync-collection xmlns="DAV:"><sync-token>${token}</sync-token><sync-level>1</sync-level>${extra}<prop>${props}</prop></sync-collection>`
const limit = (n: number | string) => `<limit><nresults>${n}</nresults></limit>`
const tokenOf = (answer: Answer) => answer.xml().child(dav('sync-token'))?.text ?? ''

const filled = async (...names: readonly string[]) => {
  const server = createServer()
  await server.calendar('work')
  for (const name of names) await put(server, name)
  return server
}
const put = ({ dav: ask }: TestServer, name: string, day = '10') =>
  ask('PUT', `${work}${name}.ics`, { body: meeting(name, `202603${day}T090000Z`, `202603${day}T100000Z`), headers })

describe('sync-collection', () => {
  it('lists the members for Thunderbird, which sends Depth 1, with content type and etag (RFC 6578 §3.4)', async () => {
    const { dav: ask } = await filled('a', 'b')
    const answer = await ask('REPORT', work, { body: fixture('thunderbird/sync-collection'), headers: { depth: '1' } })
    expect([...answer.responses().keys()].sort()).toEqual([`${work}a.ics`, `${work}b.ics`])
    expect(answer.prop(`${work}a.ics`, dav('getcontenttype'))?.text).toMatch(/^text\/calendar/)
    expect(tokenOf(answer)).toMatch(/^data:,/)
  })

  it('answers an empty delta with the same token', async () => {
    const server = await filled('a')
    const first = await server.dav('REPORT', work, { body: body(''), headers: { depth: '0' } })
    const second = await server.dav('REPORT', work, { body: body(tokenOf(first)) })
    expect(second.responses().size).toBe(0)
    expect(tokenOf(second)).toBe(tokenOf(first))
  })

  it('tells of changes once and of removals as 404 without propstat (RFC 6578 §3.5)', async () => {
    const server = await filled('a', 'b', 'c')
    const token = tokenOf(await server.dav('REPORT', work, { body: body('') }))
    await put(server, 'a', '11')
    await put(server, 'a', '12')
    await server.dav('DELETE', `${work}b.ics`)
    await put(server, 'new')
    await server.dav('DELETE', `${work}new.ics`)
    await server.dav('DELETE', `${work}c.ics`)
    await put(server, 'c', '13')
    const responses = (await server.dav('REPORT', work, { body: body(token) })).responses()
    const shown = [...responses].map(([href, { status, found }]) => [
      href.slice(work.length),
      status,
      [...found.keys()],
    ])
    expect(shown.sort()).toEqual([
      ['a.ics', null, [200]],
      ['b.ics', 404, []],
      ['c.ics', null, [200]],
      ['new.ics', 404, []],
    ])
  })

  it('tells of a PUT of the very bytes that are there, and of a COPY of them, with the etag that was there (RFC 6578 §3.5.1)', async () => {
    const server = await filled('a')
    await server.calendar('more')
    await server.dav('COPY', `${work}a.ics`, { headers: { destination: '/dav/calendars/anna/more/a.ics' } })
    const tell = async (token: string) => {
      const answer = await server.dav('REPORT', work, { body: body(token) })
      const etags = [...answer.responses().keys()].map((href) => [href, answer.prop(href, dav('getetag'))?.text])
      return { token: tokenOf(answer), etags }
    }
    const first = await tell('')
    await put(server, 'a')
    const second = await tell(first.token)
    expect([second.token === first.token, second.etags]).toEqual([false, first.etags])
    await server.dav('COPY', '/dav/calendars/anna/more/a.ics', { headers: { destination: `${work}a.ics` } })
    const third = await tell(second.token)
    expect([third.token === second.token, third.etags]).toEqual([false, first.etags])
  })

  it('never tells of removals in a first sync (RFC 6578 §3.4)', async () => {
    const server = await filled('a', 'b')
    await server.dav('DELETE', `${work}b.ics`)
    expect([...(await server.dav('REPORT', work, { body: body('') })).responses().keys()]).toEqual([`${work}a.ics`])
  })

  it('cuts at the limit with a 507 for the calendar and goes on from its token (RFC 6578 §3.6)', async () => {
    const server = await filled('a', 'b', 'c')
    const seen: string[] = []
    let token = ''
    for (let page = 0; page < 3; page++) {
      const answer = await server.dav('REPORT', work, { body: body(token, limit(2)) })
      const responses = answer.responses()
      const cut = responses.get(work)
      seen.push(...[...responses.keys()].filter((href) => href !== work))
      if (page === 0) {
        expect(cut?.status).toBe(507)
        expect(cut?.element.child(dav('error'))?.elements[0]?.name).toBe(dav('number-of-matches-within-limits'))
      } else expect(cut).toBeUndefined()
      token = tokenOf(answer)
    }
    expect(seen.map((href) => href.slice(work.length))).toEqual(['a.ics', 'b.ics', 'c.ics'])
  })

  it.each(['data:,nonsense', 'http://example.org/other', 'data:,%ff', 'x'])(
    'refuses the token %s as valid-sync-token (§3.2)',
    async (token) => {
      const { dav: ask } = await filled('a')
      const answer = await ask('REPORT', work, { body: body(token) })
      expect([answer.status, answer.condition()]).toEqual([403, dav('valid-sync-token')])
    },
  )

  it('refuses the token of another calendar, and of a deleted one of the same name', async () => {
    const server = await filled('a')
    await server.calendar('other')
    const token = tokenOf(await server.dav('REPORT', work, { body: body('') }))
    const other = await server.dav('REPORT', '/dav/calendars/anna/other/', { body: body(token) })
    expect(other.condition()).toBe(dav('valid-sync-token'))
    await server.dav('DELETE', work)
    await server.dav('MKCALENDAR', work)
    expect((await server.dav('REPORT', work, { body: body(token) })).condition()).toBe(dav('valid-sync-token'))
  })

  it('takes the level from Depth when there is no sync-level (RFC 6578 appendix A), and refuses Depth infinity', async () => {
    const { dav: ask } = await filled('a')
    const old = '<sync-collection xmlns="DAV:"><sync-token/><prop><getetag/></prop></sync-collection>'
    expect((await ask('REPORT', work, { body: old, headers: { depth: '1' } })).status).toBe(207)
    expect((await ask('REPORT', work, { body: old })).status).toBe(400)
    expect((await ask('REPORT', work, { body: body(''), headers: { depth: 'infinity' } })).status).toBe(400)
  })

  it('refuses a limit of nothing with 507 and one that is no number with 400 (RFC 6578 §3.7)', async () => {
    const { dav: ask } = await filled('a')
    const zero = await ask('REPORT', work, { body: body('', limit(0)) })
    expect([zero.status, zero.condition()]).toEqual([507, dav('number-of-matches-within-limits')])
    expect((await ask('REPORT', work, { body: body('', limit('many')) })).status).toBe(400)
  })

  it('gives calendar-data when asked', async () => {
    const { dav: ask } = await filled('a')
    const props = '<getetag/><C:calendar-data xmlns:C="urn:ietf:params:xml:ns:caldav"/>'
    const answer = await ask('REPORT', work, { body: body('', '', props) })
    expect(answer.prop(`${work}a.ics`, cal('calendar-data'))?.text).toBe(
      meeting('a', '20260310T090000Z', '20260310T100000Z'),
    )
  })

  it('streams ten thousand members with a token at the end', async () => {
    const server = await filled('a')
    const { store } = server
    const calendar = (await store.listCalendars({ id: 'p-anna', groups: [] }))[0]
    const index = { uid: '', component: 'VEVENT', firstStartMs: 0, lastEndMs: 1, recurrence: null, tzids: [] }
    await store.transaction(async (tx) => {
      for (let n = 0; n < 10_000; n++) {
        const ref = { calendar: calendar?.id ?? '', name: `${n}.ics` }
        await store.putObject(ref, { data: new Uint8Array(), index: { ...index, uid: String(n) } }, undefined, { tx })
      }
    })
    const answer = await server.dav('REPORT', work, { body: body('') })
    expect(answer.responses().size).toBe(10_001)
    expect(tokenOf(answer)).toMatch(/^data:,/)
  })
})
