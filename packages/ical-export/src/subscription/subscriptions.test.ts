import { gzipSync } from 'node:zlib'
import { CalendarError } from '@dayport/core'
import { afterEach, describe, expect, it } from 'vitest'
import { SubscriptionError } from './subscription-error.ts'
import { ics, setUpSubscriptions, vevent } from './test-subscriptions.ts'

type Kit = Awaited<ReturnType<typeof setUpSubscriptions>>
const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
})

const setUp = async (): Promise<Kit> => {
  const kit = await setUpSubscriptions()
  closers.push(kit.close)
  return kit
}

const subscribed = async (more: Parameters<Kit['subscriptions']['subscribe']>[1] | null = null) => {
  const kit = await setUp()
  const record = await kit.subscriptions.subscribe(kit.anna, { url: kit.url, ...more })
  const refresh = async (minutes = 60) => {
    kit.advance(minutes)
    const after = await kit.subscriptions.refresh(kit.anna, record.id)
    if (after === null) throw new Error('the subscription is gone')
    return after
  }
  const revision = async () => (await kit.store.getCalendar(record.calendar))?.revision
  return { ...kit, record, refresh, revision, now: kit.now }
}

const codeOf = async (promise: Promise<unknown>): Promise<string | null> => {
  try {
    await promise
    return null
  } catch (error) {
    if (SubscriptionError.is(error) || CalendarError.is(error)) return error.code
    throw error
  }
}

describe('subscribing to an outside calendar', () => {
  it('makes a read-only calendar with the content’s name, colour and events', async () => {
    const kit = await setUp()
    kit.outside.body = ics('X-WR-CALNAME:Feiertage\\, alle', 'COLOR:teal', 'METHOD:PUBLISH', ...vevent('a', 'Neujahr'))
    const record = await kit.subscriptions.subscribe(kit.anna, { url: kit.url })
    expect(await kit.store.getCalendar(record.calendar)).toMatchObject({
      owner: 'anna',
      displayName: 'Feiertage, alle',
      color: 'teal',
      readOnly: true,
      exportAllowed: false,
    })
    expect(await kit.shown(record.calendar)).toEqual({ a: 'Neujahr' })
    expect(await kit.subscriptions.list(kit.anna)).toEqual([record])
    expect(await kit.subscriptions.list({ id: 'ben', groups: [] })).toEqual([])
    const written = kit.events.filter(({ kind }) => kind === 'objects-changed')
    expect(written).toMatchObject([{ by: 'anna', origin: { door: 'subscription', connection: record.id } }])
  })

  it('takes in nothing that rings, mails, starts programs or reaches for files (RFC 5545 §3.6.6)', async () => {
    const alarm = (action: string) => ['BEGIN:VALARM', `ACTION:${action}`, 'TRIGGER:-PT5M', 'END:VALARM']
    const [begin = '', ...rest] = vevent('a', 'Neujahr')
    const evil = [
      'ATTACH:file:///etc/passwd',
      'URL:javascript:alert(1)',
      ...['DISPLAY', 'EMAIL', 'PROCEDURE'].flatMap(alarm),
    ]
    const body = ics(begin, 'ATTACH:https://example.org/a.pdf', ...evil, ...rest)
    const stored = async (kit: Kit) => {
      kit.outside.body = body
      const { calendar } = await kit.subscriptions.subscribe(kit.anna, { url: kit.url })
      for await (const { data } of kit.store.findObjects(calendar, {})) return new TextDecoder().decode(data)
      return ''
    }
    expect(await stored(await setUp())).toBe(ics(begin, 'ATTACH:https://example.org/a.pdf', ...rest))
    const wanted = await setUpSubscriptions(undefined, true)
    closers.push(wanted.close)
    expect(await stored(wanted)).toBe(ics(begin, 'ATTACH:https://example.org/a.pdf', ...alarm('DISPLAY'), ...rest))
  })

  it('leaves alone what says the same but for what was not taken in', async () => {
    const kit = await setUp()
    const [begin = '', ...rest] = vevent('a', 'Neujahr')
    kit.outside.body = ics(begin, 'BEGIN:VALARM', 'ACTION:DISPLAY', 'TRIGGER:-PT5M', 'END:VALARM', ...rest)
    const record = await kit.subscriptions.subscribe(kit.anna, { url: kit.url })
    const before = (await kit.store.getCalendar(record.calendar))?.revision
    kit.advance(60)
    await kit.subscriptions.refresh(kit.anna, record.id)
    expect((await kit.store.getCalendar(record.calendar))?.revision).toBe(before)
  })

  it('is closed to its owner’s own writes, and to nobody’s reading and renaming', async () => {
    const { service, anna, record, shown } = await subscribed()
    const put = service.putObject(
      anna,
      { calendar: record.calendar, name: 'b.ics' },
      new TextEncoder().encode(ics(...vevent('b', 'x'))),
    )
    expect(await codeOf(put)).toBe('forbidden')
    expect(await codeOf(service.importCalendar(anna, record.calendar, new Uint8Array()))).toBe('forbidden')
    const page = await service.changes(anna, record.calendar, null)
    expect(
      await codeOf(service.deleteObject(anna, { calendar: record.calendar, name: page.changes[0]?.name ?? '' })),
    ).toBe('forbidden')
    await service.updateCalendar(anna, record.calendar, { displayName: 'Days off' })
    expect(await shown(record.calendar)).toEqual({ a: 'One' })
  })

  it('makes nothing of an address that gives no calendar, and says why', async () => {
    const kit = await setUp()
    const page = '<!doctype html><html><body>BEGIN:VCALENDAR sign in</body></html>'
    const html = { 'content-type': 'text/html; charset=utf-8' }
    const cases: readonly (readonly [string, Partial<Kit['outside']>])[] = [
      ['not-a-calendar', { headers: html, body: page }],
      ['not-a-calendar', { body: page }],
      ['not-a-calendar', { body: '' }],
      ['not-a-calendar', { headers: { 'content-type': 'application/json' } }],
      ['not-a-calendar', { headers: { 'content-type': 'image/png' } }],
      ['damaged', { body: ics(...vevent('a', 'One'), ...vevent('b', 'Two')).slice(0, 200) }],
      ['no-usable-events', { body: ics('BEGIN:VEVENT', 'UID:a', 'SUMMARY:no start', 'END:VEVENT') }],
      ['too-large', { body: ics(...vevent('a', 'x'.repeat(600_000))) }],
      ['too-large', { headers: { 'content-encoding': 'gzip' }, body: gzipSync(Buffer.alloc(5_000_000)) }],
      ['too-large', { body: ics(...Array.from({ length: 251 }, (_, i) => vevent(`u${i}`, 'x')).flat()) }],
      ['gone', { status: 404 }],
      ['gone', { status: 410 }],
      ['sign-in-needed', { status: 401 }],
      ['busy', { status: 503 }],
      ['http-status', { status: 500 }],
      ['http-status', { status: 206 }],
      ['http-status', { status: 304 }],
    ]
    for (const [code, answer] of cases) {
      Object.assign(kit.outside, { status: 200, headers: {}, body: ics(...vevent('a', 'One')) }, answer)
      expect([code, answer, await codeOf(kit.subscriptions.subscribe(kit.anna, { url: kit.url }))]).toEqual([
        code,
        answer,
        code,
      ])
    }
    expect(await kit.store.listCalendars(kit.anna)).toEqual([])
    expect(kit.records.size).toBe(0)
  })

  it('takes a calendar that comes as text/html, octet-stream or without a type, with a byte order mark too', async () => {
    for (const type of ['text/html', 'application/octet-stream', 'text/plain', 'application/ics', '']) {
      const kit = await setUp()
      kit.outside.headers = type === '' ? {} : { 'content-type': type }
      kit.outside.body = `\ufeff${ics(...vevent('a', 'One'))}`
      const { calendar } = await kit.subscriptions.subscribe(kit.anna, { url: kit.url })
      expect([type, await kit.shown(calendar)]).toEqual([type, { a: 'One' }])
    }
  })

  it('reads webcal:// as https, then http', async () => {
    const kit = await setUp()
    const record = await kit.subscriptions.subscribe(kit.anna, { url: kit.url.replace('http://', ' webcal://') })
    expect(record.url).toBe(kit.url)
  })

  it('refuses addresses with credentials, of other schemes and of the network inside, and more than allowed', async () => {
    const kit = await setUp()
    const code = (url: string) => codeOf(kit.subscriptions.subscribe(kit.anna, { url }))
    expect(await code(kit.url.replace('//', '//anna:secret@'))).toBe('url-refused')
    for (const url of ['file:///etc/passwd', 'ftp://example.com/a.ics', 'calendar', '', 'javascript:alert(1)']) {
      expect([url, await code(url)]).toEqual([url, 'url-refused'])
    }
    expect(await code('http://169.254.169.254/latest/meta-data/')).toBe('address-refused')
    expect(await code(kit.url)).toBeNull()
    expect(await code(kit.url)).toBeNull()
    expect(await code(kit.url)).toBe('limit-exceeded')
    expect(kit.asked.length).toBe(2)
  })
})

describe('refreshing a subscription', () => {
  it('asks with the validators that came, and leaves everything alone at 304', async () => {
    const { outside, refresh, asked, revision, record, subscriptions, anna, url } = await subscribed()
    outside.headers = { etag: '"v1"', 'last-modified': 'Sun, 01 Mar 2026 00:00:00 GMT' }
    expect((await refresh()).etag).toBe('"v1"')
    const before = await revision()
    const after = await refresh()
    expect(asked.at(-1)).toMatchObject({ match: '"v1"', since: 'Sun, 01 Mar 2026 00:00:00 GMT' })
    expect(after).toMatchObject({ etag: '"v1"', lastError: null, failures: 0, lastSuccessMs: after.lastFetchMs })
    expect(await revision()).toBe(before)
    expect(await subscriptions.list(anna)).toEqual([{ ...after, id: record.id, url }])
  })

  it('brings new, changed and vanished events, and touches nothing that says the same', async () => {
    const { outside, refresh, shown, record, store, events } = await subscribed()
    outside.body = ics(...vevent('a', 'One'), ...vevent('b', 'Two'), ...vevent('c', 'Three'))
    await refresh()
    const first = await store.changes(record.calendar, null)
    events.length = 0
    outside.body = ics(
      'X-WR-CALDESC:made anew',
      ...vevent('a', 'One', '20261231T235959Z'), // only the stamp
      ...vevent('b', 'Two, later'),
      ...vevent('d', 'Four'),
    )
    expect(await refresh()).toMatchObject({ lastError: null, refused: 0 })
    expect(await shown(record.calendar)).toEqual({ a: 'One', b: 'Two, later', d: 'Four' })
    const second = await store.changes(record.calendar, first.token)
    expect(second.changes.map(({ etag }) => etag === null).sort()).toEqual([false, false, true])
    expect(second.changes.map(({ origin }) => origin.door)).toEqual(['subscription', 'subscription', 'subscription'])
    expect(events.flatMap(({ changes }) => changes).length).toBe(3)
  })

  it('keeps events without a UID the same events from fetch to fetch', async () => {
    const { outside, refresh, revision } = await subscribed()
    outside.body = ics(
      ...vevent('a', 'One'),
      'BEGIN:VEVENT',
      'DTSTAMP:20260101T000000Z',
      'DTSTART:20260302T090000Z',
      'END:VEVENT',
    )
    await refresh()
    const before = await revision()
    await refresh()
    expect(await revision()).toBe(before)
  })

  it('shows what it showed before when the answer is broken, empty or no calendar, and says what is wrong', async () => {
    const { outside, refresh, shown, record, revision } = await subscribed()
    const whole = ics(...vevent('a', 'One'), ...vevent('b', 'Two'))
    outside.body = whole
    await refresh()
    const before = await revision()
    const broken: readonly (readonly [string, Partial<Kit['outside']>])[] = [
      ['not-a-calendar', { body: '<html>Please sign in</html>', headers: { 'content-type': 'text/html' } }],
      ['not-a-calendar', { body: '' }],
      ['damaged', { body: whole.slice(0, whole.indexOf('END:VEVENT') + 12) }],
      ['damaged', { body: whole.slice(0, -17) }],
      ['empty', { body: ics() }],
      ['empty', { body: ics('BEGIN:VTIMEZONE', 'TZID:X', 'END:VTIMEZONE') }],
      ['no-usable-events', { body: ics('BEGIN:VEVENT', 'UID:a', 'END:VEVENT', 'BEGIN:VEVENT', 'UID:z', 'END:VEVENT') }],
      ['gone', { status: 404, body: '' }],
    ]
    let failures = 0
    for (const [code, answer] of broken) {
      Object.assign(outside, { status: 200, headers: {} }, answer)
      failures += 1
      expect(await refresh()).toMatchObject({ failures, lastError: { code } })
      expect(await shown(record.calendar)).toEqual({ a: 'One', b: 'Two' })
    }
    expect(await revision()).toBe(before)
    Object.assign(outside, { status: 200, body: whole })
    expect(await refresh()).toMatchObject({ failures: 0, lastError: null })
  })

  it('believes an empty calendar when it is still empty after a day', async () => {
    const { outside, refresh, shown, record } = await subscribed()
    outside.body = ics()
    expect((await refresh()).lastError?.code).toBe('empty')
    expect((await refresh(23 * 60 - 1)).lastError?.code).toBe('empty')
    expect(await shown(record.calendar)).toEqual({ a: 'One' })
    expect((await refresh(2)).lastError).toBeNull()
    expect(await shown(record.calendar)).toEqual({})
  })

  it('takes the sound events of a file with broken ones, and keeps what it had of those', async () => {
    const { outside, refresh, shown, record } = await subscribed()
    outside.body = ics(
      'BEGIN:VEVENT',
      'UID:a',
      'SUMMARY:broken',
      'END:VEVENT',
      ...vevent('b', 'Two'),
      ...vevent('b', 'Again'),
      ...vevent('c', 'Three'),
    )
    expect(await refresh()).toMatchObject({ lastError: null, refused: 2 })
    expect(await shown(record.calendar)).toEqual({ a: 'One', c: 'Three' })
  })

  it('takes a calendar of many units of work, and empties it of what vanished', async () => {
    const { outside, refresh, shown, record } = await subscribed()
    outside.body = ics(...Array.from({ length: 250 }, (_, i) => vevent(`u${i}`, `${i}`)).flat())
    await refresh()
    expect(Object.keys(await shown(record.calendar)).length).toBe(250)
    outside.body = ics(...vevent('u7', '7'))
    await refresh()
    expect(await shown(record.calendar)).toEqual({ u7: '7' })
  })

  it('is done by its subscriber only, at most once a minute, and ends with its calendar', async () => {
    const { subscriptions, anna, record, asked, advance, service, records } = await subscribed()
    expect(await subscriptions.refresh({ id: 'ben', groups: [] }, record.id)).toBeNull()
    expect(await subscriptions.unsubscribe({ id: 'ben', groups: [] }, record.id)).toBe(false)
    await subscriptions.refresh(anna, record.id)
    expect(asked.length).toBe(1)
    advance(1)
    await Promise.all([subscriptions.refresh(anna, record.id), subscriptions.refresh(anna, record.id)])
    expect(asked.length).toBe(2)
    await service.deleteCalendar(anna, record.calendar)
    advance(1)
    expect(await subscriptions.refresh(anna, record.id)).toBeNull()
    expect(records.size).toBe(0)
    expect(asked.length).toBe(2)
  })

  it('ends with unsubscribe, and the calendar with it', async () => {
    const { subscriptions, anna, record, store, records } = await subscribed()
    expect(await subscriptions.unsubscribe(anna, record.id)).toBe(true)
    expect(await store.getCalendar(record.calendar)).toBeNull()
    expect(records.size).toBe(0)
    expect(await subscriptions.unsubscribe(anna, record.id)).toBe(false)
  })
})

describe('runDue', () => {
  it('fetches what is due and nothing else, and counts how it went', async () => {
    const { subscriptions, advance, asked, outside } = await subscribed()
    expect(await subscriptions.runDue()).toEqual({ refreshed: 0, failed: 0 })
    advance(60)
    expect(await subscriptions.runDue()).toEqual({ refreshed: 1, failed: 0 })
    outside.status = 500
    advance(60)
    expect(await subscriptions.runDue()).toEqual({ refreshed: 0, failed: 1 })
    expect(asked.length).toBe(3)
    const stopped = AbortSignal.abort()
    advance(600)
    expect(await subscriptions.runDue({ signal: stopped })).toEqual({ refreshed: 0, failed: 0 })
    expect(asked.length).toBe(3)
  })

  it('waits as Retry-After says, and twice as long after each failure', async () => {
    const { outside, record, records, subscriptions, advance, now } = await subscribed()
    const waits = []
    Object.assign(outside, { status: 503, headers: { 'retry-after': '7200' } })
    for (let i = 0; i < 7; i += 1) {
      advance(10_000)
      await subscriptions.runDue()
      waits.push(((records.get(record.id)?.nextFetchMs ?? 0) - now()) / 60_000)
    }
    expect(waits).toEqual([120, 120, 240, 480, 960, 1440, 1440])
  })

  it('adds up to a fifth by chance, so that those who failed together do not come back together', async () => {
    const { outside, chance, record, records, subscriptions, advance, now } = await subscribed()
    const waits: number[] = []
    outside.status = 500
    for (const next of [0, 0.5, 0.999]) {
      chance.next = next
      advance(10_000)
      await subscriptions.runDue()
      waits.push(Math.round(((records.get(record.id)?.nextFetchMs ?? 0) - now()) / 60_000))
    }
    expect(waits).toEqual([60, 132, 288])
  })

  it('goes by REFRESH-INTERVAL, then X-PUBLISHED-TTL, the subscriber’s wish before both, within the limits', async () => {
    const minutesAfter = async (lines: readonly string[], refreshMinutes: number | null = null) => {
      const kit = await setUp()
      kit.outside.body = ics(...lines, ...vevent('a', 'One'))
      const { nextFetchMs } = await kit.subscriptions.subscribe(kit.anna, { url: kit.url, refreshMinutes })
      return (nextFetchMs - kit.now()) / 60_000
    }
    expect(await minutesAfter([])).toBe(60)
    expect(await minutesAfter(['REFRESH-INTERVAL;VALUE=DURATION:P1D', 'X-PUBLISHED-TTL:PT1H'])).toBe(1440)
    expect(await minutesAfter(['X-PUBLISHED-TTL:PT12H'])).toBe(720)
    expect(await minutesAfter(['X-PUBLISHED-TTL:PT12H'], 30)).toBe(30)
    expect(await minutesAfter(['REFRESH-INTERVAL;VALUE=DURATION:PT1S'])).toBe(15)
    expect(await minutesAfter(['REFRESH-INTERVAL;VALUE=DURATION:-PT1H'])).toBe(60)
    expect(await minutesAfter(['REFRESH-INTERVAL;VALUE=DURATION:P9999W'], null)).toBe(7 * 1440)
    expect(await minutesAfter([], 1)).toBe(15)
  })
})
