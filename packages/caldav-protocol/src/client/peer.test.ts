import { CalendarError, RemoteError } from '@dayport/core'
import { describe, expect, it } from 'vitest'
import { createServer } from '../../test/server.ts'
import { createCalDavPeer, discoverCalendars } from './index.ts'

const origin = 'https://cal.example.org'
const basic = `Basic ${btoa('anna:secret')}`

const event = (uid: string, title: string, lines: readonly string[] = []): Uint8Array =>
  new TextEncoder().encode(
    [
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'PRODID:-//t//EN',
      'BEGIN:VEVENT',
      `UID:${uid}`,
      'DTSTAMP:20260101T000000Z',
      'DTSTART:20260302T090000Z',
      'DTEND:20260302T100000Z',
      `SUMMARY:${title}`,
      ...lines,
      'END:VEVENT',
      'END:VCALENDAR',
      '',
    ].join('\r\n'),
  )

/** Our own server on the other side, with what happens to answers on the way. */
const open = async (
  onWay: (request: Request, answer: () => Promise<Response>) => Promise<Response> = (_, go) => go(),
) => {
  const server = createServer()
  await server.calendar('work')
  const asked: string[] = []
  const fetch = async (url: string, init: RequestInit): Promise<Response> => {
    const request = new Request(url, init)
    asked.push(`${request.method} ${new URL(url).pathname}`)
    return onWay(request, () => server.handler(request))
  }
  const options = { url: `${origin}/dav/calendars/anna/work/`, fetch, authorization: async () => basic }
  return { server, asked, options, peer: createCalDavPeer(options) }
}

const kindOf = async (work: Promise<unknown>): Promise<string | null> => {
  try {
    await work
    return null
  } catch (error) {
    return RemoteError.is(error) ? error.kind : CalendarError.is(error) ? error.code : String(error)
  }
}

describe('a calendar of another CalDAV server', () => {
  it('is found from the address of the server, by principal and home (RFC 6764 §6)', async () => {
    const { options } = await open()
    const found = await discoverCalendars({ ...options, url: `${origin}/` })
    expect(found.map(({ url }) => url)).toEqual([`${origin}/dav/calendars/anna/work/`])
    expect(found[0]?.components).toContain('VEVENT')
  })

  it('tells changes and deletions by sync-collection, and refuses a token that the server refuses (RFC 6578 §3)', async () => {
    const { peer, asked } = await open()
    const first = await peer.put(null, event('a', 'A'), undefined, { operationId: 'op-1' })
    await peer.put(null, event('b', 'B'), undefined, { operationId: 'op-2' })
    const all = await peer.changes(null)
    expect(all.changes.map(({ name }) => name).sort()).toEqual(['op-1.ics', 'op-2.ics'])
    expect(all.more).toBe(false)
    expect((await peer.changes(all.token)).changes).toEqual([])
    await peer.delete('op-2.ics')
    await peer.put('op-1.ics', event('a', 'A2'), { ifMatch: [first.etag] })
    const next = await peer.changes(all.token)
    expect(next.changes.find(({ name }) => name === 'op-2.ics')?.etag).toBeNull()
    expect(next.changes.find(({ name }) => name === 'op-1.ics')?.etag).not.toBe(first.etag)
    expect(await kindOf(peer.changes('{"kind":"sync","token":"https://nobody/1"}'))).toBe('invalid-sync-token')
    expect(await kindOf(peer.changes('stray'))).toBe('invalid-sync-token')
    expect(asked.filter((line) => line.startsWith('PROPFIND'))).toHaveLength(1)
  })

  it('tells the clock of its server with every page of changes (RFC 9110 §6.6.1)', async () => {
    let date = 'Tue, 10 Mar 2026 09:00:00 GMT'
    const { peer } = await open(async (_, go) => {
      const answer = await go()
      return new Response(answer.body, {
        status: answer.status,
        headers: { ...Object.fromEntries(answer.headers), date },
      })
    })
    const first = await peer.changes(null)
    expect(first.serverMs).toBe(Date.UTC(2026, 2, 10, 9))
    date = 'yesterday'
    expect((await peer.changes(first.token)).serverMs).toBeNull()
  })

  it('is compared by listing where the server has no sync-collection, and asked for its ctag first', async () => {
    const { peer, asked } = await open(async (request, go) => {
      const answer = await go()
      if (request.method === 'REPORT') return new Response('', { status: 501 })
      if (request.method !== 'PROPFIND') return answer
      const text = (await answer.text()).replaceAll('sync-token', 'no-token').replaceAll('sync-collection', 'no-report')
      return new Response(text, { status: answer.status, headers: answer.headers })
    })
    await peer.put(null, event('a', 'A'), undefined, { operationId: 'op-1' })
    await peer.put(null, event('b', 'B'), undefined, { operationId: 'op-2' })
    const all = await peer.changes(null)
    expect(all.changes).toHaveLength(2)
    const before = asked.length
    expect((await peer.changes(all.token)).changes).toEqual([])
    expect(asked.slice(before)).toHaveLength(1)
    await peer.delete('op-1.ics')
    const next = await peer.changes(all.token)
    expect(next.changes).toEqual([{ name: 'op-1.ics', etag: null, origin: null }])
    const results = []
    for await (const one of peer.getMany!(['op-2.ics', 'op-1.ics'])) results.push([one.name, one.result === null])
    expect(results).toEqual([
      ['op-2.ics', false],
      ['op-1.ics', true],
    ])
  })

  it('is read many at once, each answered for itself (RFC 4791 §7.9)', async () => {
    const { peer, asked } = await open()
    const names = []
    for (let i = 0; i < 5; i += 1) {
      const { name } = await peer.put(null, event(`u${i}`, `Ü ${i}`), undefined, { operationId: `op-${i}` })
      names.push(name)
    }
    const before = asked.length
    const seen = new Map<string, string | null>()
    for await (const { name, result } of peer.getMany!([...names, 'gone.ics'])) {
      seen.set(name, result === null || result instanceof Error ? null : new TextDecoder().decode(result.data))
    }
    expect(seen.size).toBe(6)
    expect(seen.get('op-3.ics')).toContain('SUMMARY:Ü 3')
    expect(seen.get('gone.ics')).toBeNull()
    expect(asked.slice(before)).toEqual(['REPORT /dav/calendars/anna/work/'])
  })

  it('makes one object of one operation, however often it is asked, and finds it again', async () => {
    let lose = true
    const { peer } = await open(async (request, go) => {
      const answer = await go()
      if (request.method === 'PUT' && lose) {
        lose = false
        throw new TypeError('socket hang up')
      }
      return answer
    })
    expect(await peer.findByOperation('op-9')).toBeNull()
    expect(await kindOf(peer.put(null, event('a', 'A'), undefined, { operationId: 'op-9' }))).toBe('unknown-outcome')
    expect((await peer.findByOperation('op-9'))?.operationId).toBe('op-9')
    const again = await peer.put(null, event('a', 'A'), undefined, { operationId: 'op-9' })
    expect(again.name).toBe('op-9.ics')
    expect((await peer.changes(null)).changes).toHaveLength(1)
  })

  it('tests conditions on the other side (RFC 9110 §13.1)', async () => {
    const { peer } = await open()
    const { name, etag } = await peer.put(null, event('a', 'A'), undefined, { operationId: 'op-1' })
    await peer.put(name, event('a', 'A2'), { ifMatch: [etag] })
    expect(await kindOf(peer.put(name, event('a', 'A3'), { ifMatch: [etag] }))).toBe('precondition-failed')
    expect(await kindOf(peer.delete(name, { ifMatch: [etag] }))).toBe('precondition-failed')
    expect(new TextDecoder().decode((await peer.get(name))?.data)).toContain('A2')
    await peer.delete('nothing.ics')
    expect(await peer.get('nothing.ics')).toBeNull()
  })

  it('tells what is wrong: sign-in, rights, pauses to the second, pages of proxies, lost answers', async () => {
    const kinds: Record<string, string | null> = {}
    const answers: Record<string, () => Response> = {
      401: () => new Response('', { status: 401 }),
      403: () => new Response('', { status: 403 }),
      404: () => new Response('', { status: 404 }),
      page: () => new Response('<html>Sign in</html>', { status: 200 }),
      broken: () => new Response('<html><p>', { status: 207 }),
      502: () => new Response('', { status: 502 }),
      503: () => new Response('', { status: 503, headers: { 'Retry-After': '120' } }),
    }
    for (const [name, answer] of Object.entries(answers)) {
      const { peer } = await open(async () => answer())
      kinds[name] = await kindOf(peer.changes(null))
    }
    expect(kinds).toEqual({
      401: 'credentials',
      403: 'rights',
      404: 'configuration',
      page: 'request',
      broken: 'configuration',
      502: 'transient',
      503: 'throttled',
    })
    const { peer } = await open(async () => answers[503]!())
    await expect(peer.changes(null)).rejects.toMatchObject({ retryAfterMs: 120_000 })
    const { peer: cut } = await open(async () => {
      throw new TypeError('fetch failed')
    })
    expect(await kindOf(cut.changes(null))).toBe('unreachable')
  })

  it('is never signed in to at an origin that it was not given', async () => {
    const hosts: string[] = []
    const { options } = await open()
    const peer = createCalDavPeer({
      ...options,
      fetch: async (url) => {
        hosts.push(new URL(url).host)
        return new Response('', { status: 302, headers: { Location: 'https://evil.example.com/dav/' } })
      },
    })
    expect(await kindOf(peer.changes(null))).toBe('configuration')
    expect(hosts).toEqual(['cal.example.org'])
  })

  it('mails nobody on a server that schedules by itself (RFC 6638 §7.1)', async () => {
    const people = ['ORGANIZER:mailto:anna@example.org', 'ATTENDEE:mailto:bob@example.org']
    const { peer, server, options } = await open(async (request, go) => {
      const answer = await go()
      if (request.method === 'OPTIONS') answer.headers.set('DAV', '1, calendar-access, calendar-auto-schedule')
      return answer
    })
    const { name } = await peer.put(null, event('a', 'A', people), undefined, { operationId: 'op-1' })
    expect(new TextDecoder().decode((await peer.get(name))?.data)).toContain(
      'ATTENDEE;SCHEDULE-AGENT=CLIENT:mailto:bob@example.org',
    )
    await peer.put(name, event('a', 'A2', people))
    // Scheduled there by its own people: not ours to touch.
    const handled = new Request(`${options.url}own.ics`, {
      method: 'PUT',
      headers: { Authorization: basic, 'Content-Type': 'text/calendar' },
      body: event('own', 'Own', people) as BodyInit,
    })
    expect((await server.handler(handled)).status).toBe(201)
    expect(await kindOf(peer.put('own.ics', event('own', 'Mine', people)))).toBe('forbidden')
    expect(await kindOf(peer.delete('own.ics'))).toBe('forbidden')
    expect(await kindOf(peer.delete(name))).toBeNull()
  })

  it('tells by the privileges where the account may write (RFC 3744 §5.4)', async () => {
    const { options } = await open(async (_, go) => {
      const answer = await go()
      if (answer.status !== 207) return answer
      const text = (await answer.text()).replace(
        /<(\w+:)?current-user-privilege-set>.*?<\/\1current-user-privilege-set>/gs,
        (set) =>
          set.replace(/<(\w+:)?privilege>.*<\/\1privilege>/s, '<D:privilege xmlns:D="DAV:"><D:read/></D:privilege>'),
      )
      return new Response(text, { status: 207, headers: answer.headers })
    })
    expect((await discoverCalendars({ ...options, url: `${origin}/` })).map(({ mayWrite }) => mayWrite)).toEqual([
      false,
    ])
    const { options: own } = await open()
    expect((await discoverCalendars({ ...own, url: `${origin}/` })).map(({ mayWrite }) => mayWrite)).toEqual([true])
  })

  it('is found from a host whose front page refuses CalDAV, by the well-known address (RFC 6764 §5)', async () => {
    const { options } = await open(async (request, go) => {
      const { pathname } = new URL(request.url)
      if (pathname === '/') return new Response('<html>', { status: 403 })
      const isKnown = pathname === '/.well-known/caldav'
      return isKnown ? new Response(null, { status: 301, headers: { Location: '/dav/' } }) : go()
    })
    expect(await discoverCalendars({ ...options, url: `${origin}/` })).toHaveLength(1)
  })
})

/** Google's ways, as its CalDAV guide has them and clients report: no `If-None-Match`, no etag of a PUT, names of its own. */
const openGoogle = () =>
  open(async (request, go) => {
    if (request.method !== 'PUT') return go()
    const headers = new Headers(request.headers)
    headers.delete('if-none-match')
    const body = await request.text()
    const folder = new URL('.', request.url)
    const uid = /UID:(\S+)/.exec(body)?.[1] ?? ''
    const target = headers.has('if-match') ? request.url : `${folder}${encodeURIComponent(uid)}.ics`
    const answer = await google.server.handler(new Request(target, { method: 'PUT', headers, body }))
    const bare = new Headers(answer.headers)
    bare.delete('etag')
    return new Response(answer.status === 204 ? null : await answer.text(), { status: answer.status, headers: bare })
  }).then((opened) => {
    google = opened
    return { ...opened, peer: createCalDavPeer({ ...opened.options, writesPeople: false }) }
  })
let google: Awaited<ReturnType<typeof open>>

describe('a calendar of Google', () => {
  it('keeps one object of one event, under the name and the etag that Google gives it', async () => {
    const { peer } = await openGoogle()
    const made = await peer.put(null, event('a@google.com', 'A'), undefined, { operationId: 'op-1' })
    expect(made.name).toBe('a@google.com.ics')
    const again = await peer.put(null, event('a@google.com', 'A'), undefined, { operationId: 'op-1' })
    expect(again.name).toBe(made.name)
    const changed = await peer.put(made.name, event('a@google.com', 'A2'), { ifMatch: [again.etag] })
    expect(changed.etag).not.toBe(made.etag)
    expect(await kindOf(peer.put(made.name, event('a@google.com', 'A3'), { ifMatch: [made.etag] }))).toBe(
      'precondition-failed',
    )
    expect((await peer.changes(null)).changes).toEqual([{ name: made.name, etag: changed.etag, origin: null }])
  })

  it('is asked no event with attendees, since Google would mail them', async () => {
    const { peer, asked } = await openGoogle()
    const people = ['ORGANIZER:mailto:anna@example.org', 'ATTENDEE;SCHEDULE-AGENT=CLIENT:mailto:bob@example.org']
    expect(await kindOf(peer.put(null, event('a', 'A', people)))).toBe('forbidden')
    expect(asked.filter((line) => line.startsWith('PUT'))).toEqual([])
  })

  it('takes 403 with a limit’s name for a pause and any other for a missing right', async () => {
    const answer = (body: string) => async () => new Response(body, { status: 403 })
    const limited = await open(answer('{"error":{"errors":[{"reason":"userRateLimitExceeded"}]}}'))
    expect(await kindOf(limited.peer.changes(null))).toBe('throttled')
    const quota = await open(answer('<D:error xmlns:D="DAV:"><X>Calendar usage limits: quota exceeded</X></D:error>'))
    expect(await kindOf(quota.peer.changes(null))).toBe('throttled')
    const refused = await open(answer('Access Not Configured'))
    expect(await kindOf(refused.peer.changes(null))).toBe('rights')
  })
})
