import { describe, expect, it } from 'vitest'
import { calendarOf, objectOf, setUpFeeds } from './test-feeds.ts'

const event = (uid: string, ...lines: string[]) => [
  'BEGIN:VEVENT',
  `UID:${uid}`,
  'DTSTAMP:20260101T000000Z',
  ...(lines.some((line) => line.startsWith('DTSTART')) ? [] : ['DTSTART:20260301T100000Z']),
  ...lines,
  'END:VEVENT',
]

const stored = (...lines: string[]) =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//x//y//EN', ...lines, 'END:VCALENDAR', ''].join('\r\n')

const zone = (tzid: string, marker = 'STANDARD') => [
  'BEGIN:VTIMEZONE',
  `TZID:${tzid}`,
  `BEGIN:${marker}`,
  'DTSTART:19700101T000000',
  'TZOFFSETFROM:+0300',
  'TZOFFSETTO:+0300',
  `END:${marker}`,
  'END:VTIMEZONE',
]

const count = (text: string, part: string) => text.split(part).length - 1

describe('A feed', () => {
  it('is one VCALENDAR of all objects with the calendar’s name, refresh hint and no METHOD', async () => {
    const { world, get, newLink } = setUpFeeds()
    world.objects = [
      objectOf('a.ics', stored(...event('a', 'SUMMARY:Встреча', 'DTSTART:20260301T100000Z'))),
      objectOf('b.ics', stored('METHOD:REQUEST', ...event('b', 'X-ODD;P="a:b":kept', 'DTSTART;VALUE=DATE:20260302'))),
    ]
    const { address } = await newLink()
    const answer = await get(address)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('text/calendar; charset=utf-8')
    const text = await answer.text()
    const lines = text.split('\r\n')
    expect(lines[0]).toBe('BEGIN:VCALENDAR')
    expect(lines.slice(-2)).toEqual(['END:VCALENDAR', ''])
    expect(lines).toEqual(
      expect.arrayContaining([
        'VERSION:2.0',
        'CALSCALE:GREGORIAN',
        'NAME:Работа\\, дом\\; сад',
        'X-WR-CALNAME:Работа\\, дом\\; сад',
        'X-APPLE-CALENDAR-COLOR:#2FC6F6',
        'REFRESH-INTERVAL;VALUE=DURATION:PT60M',
        'X-PUBLISHED-TTL:PT60M',
        'SUMMARY:Встреча',
        'X-ODD;P="a:b":kept',
      ]),
    )
    expect(count(text, 'BEGIN:VCALENDAR')).toBe(1)
    expect(text).not.toContain('METHOD')
    expect(world.errors).toEqual([])
  })

  it('has CRLF and lines of at most 75 octets, whatever was stored (RFC 5545 §3.1)', async () => {
    const { world, get, newLink } = setUpFeeds()
    world.calendar = calendarOf({ displayName: 'Очень длинное имя календаря, которое не помещается в одну строку' })
    const long = stored(...event('a', `SUMMARY:${'Ж'.repeat(200)}`)).replaceAll('\r\n', '\n')
    world.objects = [objectOf('a.ics', long)]
    const text = await (await get((await newLink()).address)).text()
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
    for (const line of text.split('\r\n')) expect(new TextEncoder().encode(line).byteLength).toBeLessThanOrEqual(75)
    expect(text.replaceAll('\r\n ', '')).toContain(`SUMMARY:${'Ж'.repeat(200)}\r\n`)
  })

  it('cannot be given lines by the calendar’s name', async () => {
    const { world, get, newLink } = setUpFeeds()
    world.calendar = calendarOf({ displayName: 'a\r\nATTACH:file', description: 'b\nX-EVIL:1', color: '#fff\r\nX:1' })
    const lines = (await (await get((await newLink()).address)).text()).split('\r\n')
    expect(lines.filter((line) => /^(ATTACH|X-EVIL|X):?/.test(line) && !line.startsWith('X-'))).toEqual([])
    expect(lines.some((line) => line.startsWith('X-EVIL'))).toBe(false)
  })

  it('has each known time zone once, from the runtime’s own data, before the events', async () => {
    const { world, get, newLink } = setUpFeeds()
    const meeting = (uid: string) => [
      ...zone('Europe/Berlin'),
      ...event(uid, 'DTSTART;TZID=Europe/Berlin:20260701T100000'),
    ]
    world.objects = ['a', 'b', 'c'].map((uid) =>
      objectOf(`${uid}.ics`, stored(...meeting(uid)), { tzids: ['Europe/Berlin'] }),
    )
    const text = await (await get((await newLink()).address)).text()
    expect(count(text, 'BEGIN:VTIMEZONE')).toBe(1)
    expect(count(text, 'TZID:Europe/Berlin\r\n')).toBe(1)
    expect(text.indexOf('END:VTIMEZONE')).toBeLessThan(text.indexOf('BEGIN:VEVENT'))
    // The stored block has no daylight time; the zone has.
    expect(text).toContain('TZOFFSETTO:+0200')
    expect(count(text, 'BEGIN:VEVENT')).toBe(3)
  })

  it('gives zones that only their VTIMEZONE explains as they were stored', async () => {
    const { world, get, newLink } = setUpFeeds()
    world.objects = ['a', 'b'].map((uid) =>
      objectOf(
        `${uid}.ics`,
        stored(...zone('Our own zone'), ...event(uid, 'DTSTART;TZID=Our own zone:20260701T100000')),
        { tzids: ['Our own zone'] },
      ),
    )
    const text = await (await get((await newLink()).address)).text()
    expect(text).toContain(`${zone('Our own zone').join('\r\n')}\r\n`)
    expect(count(text, 'BEGIN:VTIMEZONE')).toBe(1)
  })

  it('goes on without an object that is no calendar text, and the host hears of it', async () => {
    const { world, get, newLink } = setUpFeeds()
    world.objects = [objectOf('bad.ics', '\u0000not a calendar'), objectOf('a.ics', stored(...event('a')))]
    const text = await (await get((await newLink()).address)).text()
    expect(count(text, 'BEGIN:VEVENT')).toBe(1)
    expect(world.errors).toHaveLength(1)
  })

  it('is read twice when it is too big to be held, and then no faster than the subscriber takes it', async () => {
    const { world, get, newLink } = setUpFeeds({ cacheBytes: 4 * 1024 * 1024 })
    const big = objectOf('big.ics', stored(...event('a', ...Array<string>(2000).fill(`COMMENT:${'x'.repeat(60)}`))))
    let made = 0
    world.objects = {
      *[Symbol.iterator]() {
        for (let i = 0; i < 100; i++) {
          made += 1
          yield big
        }
      },
    }
    const { address } = await newLink()
    const reader = (await get(address)).body?.getReader()
    await reader?.read()
    expect(world.reads).toBe(2)
    expect(made).toBeLessThan(103)
    await reader?.cancel()
    const text = await (await get(address)).text()
    expect(count(text, 'BEGIN:VEVENT')).toBe(100)
    expect(text.endsWith('END:VEVENT\r\nEND:VCALENDAR\r\n')).toBe(true)
  })
})

describe('Conditions on a feed', () => {
  it('answer 304 without reading any object, by ETag and by date (RFC 9110 §13)', async () => {
    const { world, get, newLink, advance } = setUpFeeds()
    const { address } = await newLink()
    advance(1000)
    const first = await get(address)
    await first.text()
    const etag = first.headers.get('etag') ?? ''
    expect(etag).toMatch(/^"[A-Za-z0-9_-]{22}"$/)
    expect(first.headers.get('last-modified')).toBe('Mon, 02 Mar 2026 00:00:00 GMT') // of the link itself
    world.reads = 0
    for (const headers of [{ 'if-none-match': etag }, { 'if-modified-since': 'Mon, 02 Mar 2026 00:00:00 GMT' }]) {
      const answer = await get(address, { headers })
      expect([answer.status, answer.headers.get('etag'), await answer.text()]).toEqual([304, etag, ''])
    }
    expect(world.reads).toBe(0)
  })

  it('see every change of the objects or of what the header says', async () => {
    const { world, get, newLink } = setUpFeeds()
    const { address } = await newLink()
    const etags = new Set<string | null>()
    for (const by of [{}, { revision: 8 }, { displayName: 'B' }, { color: 'red' }, { description: 'D' }]) {
      world.calendar = calendarOf(by)
      etags.add((await get(address, { method: 'HEAD' })).headers.get('etag'))
    }
    expect(etags.size).toBe(5)
  })

  it('do not trust a date while its second is not over', async () => {
    const { world, get, newLink, now } = setUpFeeds()
    world.calendar = calendarOf({ modifiedMs: now() - 10 + 500 })
    const headers = { 'if-modified-since': new Date(now() + 5000).toUTCString() }
    const answer = await get((await newLink()).address, { headers })
    expect([answer.status, answer.headers.get('last-modified')]).toEqual([200, null])
  })

  it('give HEAD the header of GET and read nothing', async () => {
    const { world, get, newLink } = setUpFeeds()
    const { address } = await newLink()
    const head = await get(address, { method: 'HEAD' })
    expect(world.reads).toBe(0)
    const whole = await get(address)
    expect([...head.headers]).toEqual([...whole.headers])
    expect(await head.text()).toBe('')
  })
})

describe('A link that must not work', () => {
  const answerOf = async (response: Response) => [response.status, [...response.headers], await response.text()]

  const codings: readonly Record<string, string>[] = [{}, { 'accept-encoding': 'gzip' }]
  const futureDate = 'Fri, 01 Jan 2100 00:00:00 GMT'

  it('gives one and the same 404, whatever the reason, from a warm cache too', async () => {
    const reasons: Record<string, (feeds: ReturnType<typeof setUpFeeds>, address: string) => string | Promise<string>> =
      {
        'a wrong secret': (_feeds, address) =>
          address.replace(/.\.ics$/, (end) => (end[0] === 'A' ? 'B.ics' : 'A.ics')),
        'an unknown id': (_feeds, address) => address.replace('link-1', 'link-9'),
        'no secret': () => 'link-1.ics',
        'another path': (_feeds, address) => `${address}/x`,
        'export switched off': ({ world }, address) => {
          world.calendar = calendarOf({ exportAllowed: false })
          return address
        },
        'the calendar deleted': ({ world }, address) => {
          world.calendar = null
          return address
        },
        'the right lost': ({ world }, address) => {
          world.level = 'none'
          return address
        },
        'the maker gone': ({ world }, address) => {
          world.people.clear()
          return address
        },
        revoked: async ({ links }, address) => {
          await links.revoke('anna', 'link-1')
          return address
        },
        expired: ({ advance }, address) => {
          advance(86_400_000)
          return address
        },
      }
    const seen = new Map<string, string>()
    for (const [reason, end] of Object.entries(reasons)) {
      const feeds = setUpFeeds()
      feeds.world.objects = [objectOf('a.ics', stored(...event('a')))]
      const { address } = await feeds.newLink(feeds.now() + 86_400_000)
      // The calendar, and the feed in its coding, are kept from here on.
      let etag = ''
      for (const headers of codings) {
        const warm = await feeds.get(address, { headers })
        expect([warm.status, (await warm.arrayBuffer()).byteLength > 200], reason).toEqual([200, true])
        etag = warm.headers.get('etag') ?? ''
      }
      const dead = await end(feeds, address)
      feeds.world.reads = 0
      for (const headers of [...codings, { 'if-none-match': etag }, { 'if-modified-since': futureDate }]) {
        const answer = await feeds.get(dead, { headers })
        seen.set(`${reason} ${JSON.stringify(headers)}`, JSON.stringify(await answerOf(answer)))
      }
      expect(feeds.world.reads, reason).toBe(0)
    }
    const [first] = seen.values()
    expect(first).toContain('404')
    expect(seen.size).toBe(4 * Object.keys(reasons).length)
    for (const [reason, answer] of seen) expect(answer, reason).toBe(first)
  })

  it('is refused also to one who names the right ETag', async () => {
    const { world, get, newLink } = setUpFeeds()
    const { address } = await newLink()
    const etag = (await get(address, { method: 'HEAD' })).headers.get('etag') ?? ''
    world.level = 'none'
    expect((await get(address, { headers: { 'if-none-match': etag } })).status).toBe(404)
  })
})

describe('The feed handler', () => {
  it('answers 405 with Allow to anything but GET and HEAD', async () => {
    const { get, newLink } = setUpFeeds()
    const { address } = await newLink()
    for (const method of ['POST', 'PUT', 'DELETE', 'PROPFIND', 'OPTIONS']) {
      const answer = await get(address, { method })
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
    }
  })

  it('keeps the address out of shared caches, referrers and search engines', async () => {
    const { get, newLink } = setUpFeeds()
    const { headers } = await get((await newLink()).address)
    expect(headers.get('cache-control')).toBe('private, no-cache')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('x-robots-tag')).toBe('noindex, nofollow')
    expect((await get('nothing')).headers.get('cache-control')).toBe('no-store')
  })

  it('names the file after the calendar (RFC 6266 §4.3)', async () => {
    const { world, get, newLink } = setUpFeeds()
    const { address } = await newLink()
    const nameFor = async (displayName: string) => {
      world.calendar = calendarOf({ displayName })
      return (await get(address, { method: 'HEAD' })).headers.get('content-disposition')
    }
    expect(await nameFor('Work (a)')).toBe(`attachment; filename="Work (a).ics"; filename*=UTF-8''Work%20%28a%29.ics`)
    expect(await nameFor('Дом')).toBe(`attachment; filename="calendar.ics"; filename*=UTF-8''%D0%94%D0%BE%D0%BC.ics`)
    expect(await nameFor('a"b\r\n/..\ud800')).toBe(
      `attachment; filename="a_b___.._.ics"; filename*=UTF-8''a_b___.._.ics`,
    )
  })

  it('writes down the last fetch, at most once a minute, and does not make the subscriber wait', async () => {
    const { records, get, newLink, advance, now } = setUpFeeds()
    const { address } = await newLink()
    const fetchAs = (agent: string) => get(address, { headers: { 'user-agent': agent } })
    await fetchAs('Google-Calendar-Importer')
    const firstMs = now()
    expect(records.get('link-1')).toMatchObject({ lastFetchMs: firstMs, lastUserAgent: 'Google-Calendar-Importer' })
    advance(59_000)
    await fetchAs('Thunderbird')
    expect(records.get('link-1')?.lastFetchMs).toBe(firstMs)
    advance(1_000)
    await fetchAs('Thunderbird')
    expect(records.get('link-1')).toMatchObject({ lastFetchMs: firstMs + 60_000, lastUserAgent: 'Thunderbird' })
  })

  it('goes on when the last fetch cannot be written, and the host hears of it', async () => {
    const { world, store, get, newLink } = setUpFeeds()
    const failure = new Error('disk full')
    store.touch = () => Promise.reject(failure)
    expect((await get((await newLink()).address)).status).toBe(200)
    await Promise.resolve()
    expect(world.errors).toEqual([failure])
  })

  it('answers 500 without text from inside when the host fails', async () => {
    const { world, get, newLink } = setUpFeeds({ authorize: () => Promise.reject(new Error('secret=1')) })
    const answer = await get((await newLink()).address)
    expect([answer.status, await answer.text()]).toEqual([500, 'Internal error\n'])
    expect(world.errors).toHaveLength(1)
  })
})
