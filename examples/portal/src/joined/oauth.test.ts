import { afterEach, describe, expect, it } from 'vitest'
import { createJarBrowser } from '../test/jar-browser.ts'
import { type AccountState, openJoinedWorld, password } from './test/joined-world.ts'
import { startGoogle, startMicrosoft } from './test/oauth-services.ts'
import { eventText } from './test/outside-server.ts'
import { signInAt } from './test/sign-in-at.ts'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

const hour = 3_600_000
const secret = 'portal-secret-portal-secret'

const openGoogle = async () => {
  const world = await openJoinedWorld(fetch)
  closers.push(world.close)
  const google = await startGoogle(() => world.portal.clock.ms)
  closers.push(google.close)
  const settings = { google: { clientId: 'portal', issuer: google.issuer, address: google.origin } }
  await world.setUp(settings, { google: secret })
  return { ...world, world, google, settings }
}

/** As Graph writes a time. */
const at = (ms: number) => ({ dateTime: new Date(ms).toISOString().slice(0, 19), timeZone: 'UTC' })

/** Anna's account at Google, and her family's calendar joined. */
const joinedAtGoogle = async () => {
  const opened = await openGoogle()
  await opened.google.inner.put('Семья', 'a@google.com.ics', eventText('a@google.com', 'Дача'))
  const back = await signInAt(opened.world, 'google', 'anna@gmail.com')
  const account = back.searchParams.get('joined') ?? ''
  const made = await opened.join(account, 'Семья')
  await opened.synced(made)
  return { ...opened, account, made }
}

describe('a calendar at Google', () => {
  it('is offered when an administrator has entered client and secret, which nobody reads back', async () => {
    const world = await openJoinedWorld(fetch)
    closers.push(world.close)
    const services = async () => (await world.anna.json<{ services: string[] }>('GET', '/api/joined')).services
    expect(await services()).not.toContain('google')
    await world.setUp({ google: { clientId: 'portal', issuer: '', address: '' } }, { google: 'top secret text' })
    expect(await services()).toContain('google')
    const setup = await world.anna.json<{ secrets: object; callback: string }>('GET', '/api/admin/joined')
    expect(setup).toMatchObject({
      secrets: { microsoft: null },
      callback: 'http://portal.test/api/joined/oauth/callback',
    })
    expect(JSON.stringify(setup)).not.toContain('top secret text')
    expect((await world.boris('GET', '/api/admin/joined')).status).toBe(403)
    // A secret does not go along to another sign-in.
    await world.setUp({ google: { clientId: 'portal', issuer: 'https://evil.example.com', address: '' } })
    expect(await services()).not.toContain('google')
    const begun = await world.anna('POST', '/api/joined/oauth', { service: 'google' })
    expect(begun.status).toBe(404)
  })

  it('is signed in to on its own page, and holds the same events on both sides (M86)', async () => {
    const { google, anna, account, made, synced, addEvent, titles, calendarOf, stateOf } = await joinedAtGoogle()
    const found = await anna.json<{ name: string; remote: string }[]>(
      'GET',
      `/api/joined/accounts/${account}/calendars`,
    )
    expect(found.map(({ name }) => name).sort()).toEqual(['anna@gmail.com', 'Семья'])
    expect(found.every(({ remote }) => remote.startsWith(`${google.origin}/caldav/v2/`))).toBe(true)
    await addEvent(made.calendar, 'Школа')
    await google.inner.put('Семья', 'a@google.com.ics', eventText('a@google.com', 'Дача в субботу'))
    await synced(made)
    await synced(made)
    expect(await titles(made.calendar)).toEqual(['Дача в субботу', 'Школа'])
    expect([...(await google.inner.objects('Семья')).values()]).toHaveLength(2)
    expect(await calendarOf(anna, 'Семья')).toMatchObject({ joined: 'Google' })
    expect(await stateOf(made)).toMatchObject({ state: 'connected' })
    expect(google.requests.some((line) => line.startsWith('MKC'))).toBe(false)
  })

  it('is reached with tokens that are renewed before their end, and when they end early', async () => {
    const { google, made, synced, titles, portal, stateOf } = await joinedAtGoogle()
    const first = google.seen.length
    portal.clock.ms += 2 * hour
    await synced(made)
    expect(google.seen.length).toBe(first + 1)
    google.expire()
    await google.inner.put('Семья', 'b@google.com.ics', eventText('b@google.com', 'Плавание'))
    await synced(made)
    expect(await titles(made.calendar)).toEqual(['Дача', 'Плавание'])
    expect(await stateOf(made)).toMatchObject({ state: 'connected' })
  })

  it('asks the person to sign in again when Google lets the portal in no more, and goes on afterwards', async () => {
    const { google, world, account, made, synced, addEvent, stateOf, accounts, titles } = await joinedAtGoogle()
    await google.revoke('anna@gmail.com')
    await addEvent(made.calendar, 'Школа')
    await synced(made)
    expect(await stateOf(made)).toMatchObject({
      state: 'error',
      kind: 'credentials',
      text: 'Google просит войти ещё раз. Ничего не потеряно: обмен продолжится после входа.',
      remedy: 'Войти ещё раз',
    })
    expect((await accounts())[0]?.signedOut).toBe(true)
    const other = await signInAt(world, 'google', 'other@gmail.com', { account })
    expect(other.searchParams.get('joined-error')).toBe('outside-other-account')
    const back = await signInAt(world, 'google', 'anna@gmail.com', { account })
    expect(back.searchParams.get('joined')).toBe(account)
    await synced(made)
    expect(await stateOf(made)).toMatchObject({ state: 'connected' })
    expect(await titles(made.calendar)).toEqual(['Дача', 'Школа'])
    expect([...(await google.inner.objects('Семья')).values()]).toHaveLength(2)
  })

  it('shows a refresh token to nobody but who gave it, also when an administrator names another sign-in', async () => {
    const { google, made, synced, stateOf, setUp, portal, settings } = await joinedAtGoogle()
    const asked: string[] = []
    const { createServer } = await import('node:http')
    const evil = createServer((request, response) => {
      asked.push(request.url ?? '')
      response.end('{}')
    })
    await new Promise<void>((resolve) => evil.listen(0, '127.0.0.1', resolve))
    closers.push(() => new Promise((resolve) => void evil.close(() => resolve())))
    const { port } = evil.address() as { port: number }
    const elsewhere = { ...settings.google, issuer: `http://127.0.0.1:${port}` }
    await setUp({ google: elsewhere }, { google: 'another secret' })
    portal.clock.ms += 2 * hour
    await synced(made)
    expect(await stateOf(made)).toMatchObject({ state: 'error', kind: 'credentials' })
    expect(asked).toEqual([])
    await setUp(settings, { google: secret })
    await synced(made)
    expect(await stateOf(made)).toMatchObject({ state: 'connected' })
    expect(google.seen.length).toBeGreaterThan(1)
  })

  it('waits where Google limits the rate by 403, and loses nothing', async () => {
    const { google, made, synced, addEvent, stateOf, portal, titles } = await joinedAtGoogle()
    google.setOnWay(async () =>
      Response.json({ error: { errors: [{ reason: 'rateLimitExceeded' }], code: 403 } }, { status: 403 }),
    )
    await addEvent(made.calendar, 'Школа')
    await synced(made)
    expect(await stateOf(made)).toMatchObject({ state: 'error', kind: 'throttled' })
    google.setOnWay((_, go) => go())
    portal.clock.ms += hour / 2
    await synced(made)
    expect(await stateOf(made)).toMatchObject({ state: 'connected' })
    expect(await titles(made.calendar)).toEqual(['Дача', 'Школа'])
    expect([...(await google.inner.objects('Семья')).values()]).toHaveLength(2)
  })

  it('is sent no event with attendees, whom Google would mail: it is set aside with the reason', async () => {
    const { google, anna, made, synced, portal } = await joinedAtGoogle()
    const lines = ['ORGANIZER:mailto:anna@example.com', 'ATTENDEE:mailto:guest@example.org']
    const meeting = eventText('meeting', 'Встреча', '20261203T090000Z', lines)
    const { service, people } = portal.portal.parts
    const who = { id: people.findByLogin('anna')!.id, groups: [] }
    await service.putObject(who, { calendar: made.calendar, name: 'm.ics' }, new TextEncoder().encode(meeting))
    await synced(made, 3)
    expect([...(await google.inner.objects('Семья')).keys()]).toEqual(['a@google.com.ics'])
    const problems = await anna.json('GET', `/api/joined/calendars/${made.id}/problems`)
    expect(problems).toMatchObject([
      {
        title: 'Встреча',
        kind: 'quarantined',
        text: 'У события есть участники: сервис разослал бы им письма. Поэтому портал его там не меняет.',
      },
    ])
  })

  it('belongs to the browser and the person who began: nobody else can end the sign-in', async () => {
    const { world, google } = await openGoogle()
    const stranger = createJarBrowser(world.portal.portal.fetch)
    await stranger.json('POST', '/api/session', { login: 'boris', password })
    const forged = await stranger.go('GET', 'http://portal.test/api/joined/oauth/callback?code=x&state=y')
    expect(new URL(forged.url).searchParams.get('joined-error')).toBe('outside-sign-in')
    expect(await world.accounts()).toEqual([])
    // Anna's answer in the browser of Boris, with the cookie of her sign-in.
    const anna = createJarBrowser(world.portal.portal.fetch)
    await anna.json('POST', '/api/session', { login: 'anna', password })
    const begun = await anna.json('POST', '/api/joined/oauth', { service: 'google', account: null })
    const { url } = (await begun.json()) as { url: string }
    expect(new URL(url).origin).toBe(google.issuer)
    expect(new URL(url).searchParams.get('code_challenge_method')).toBe('S256')
    const state = new URL(url).searchParams.get('state') ?? ''
    stranger.cookies('portal.test').set('dayport-joined', anna.cookies('portal.test').get('dayport-joined') ?? '')
    const stolen = await stranger.go('GET', `http://portal.test/api/joined/oauth/callback?code=x&state=${state}`)
    expect(new URL(stolen.url).searchParams.get('joined-error')).toBe('outside-sign-in')
  })

  it('keeps its tokens sealed', async () => {
    const { google, portal } = await joinedAtGoogle()
    const { DatabaseSync } = await import('node:sqlite')
    const file = new DatabaseSync(`${portal.dataDir}/dayport.sqlite`, { readOnly: true })
    const rows = JSON.stringify(file.prepare('SELECT * FROM portal_joined_accounts').all())
    const settings = JSON.stringify(file.prepare('SELECT * FROM portal_settings').all())
    file.close()
    for (const token of google.seen) expect(rows).not.toContain(token)
    expect(settings).not.toContain(secret)
    expect(portal.lines.join()).not.toContain(google.seen[0])
  })
})

describe('calendars at Microsoft 365', () => {
  const open = async () => {
    const world = await openJoinedWorld(fetch)
    closers.push(world.close)
    const microsoft = await startMicrosoft(() => world.portal.clock.ms)
    closers.push(microsoft.close)
    const { issuer, origin } = microsoft
    await world.setUp(
      { microsoft: { clientId: 'portal', tenant: '', issuer, address: `${origin}/v1.0` } },
      { microsoft: secret },
    )
    return { ...world, world, microsoft }
  }

  it('are those of one’s own mailbox; a chosen one holds the same events on both sides, and nobody is mailed (M86)', async () => {
    const { world, microsoft, anna, join, synced, titles, addEvent, accounts, portal } = await open()
    const { graph, hand } = microsoft
    const readOnly = graph.addCalendar('anna@contoso.com', 'Holidays', false)
    const startMs = Date.UTC(2026, 11, 1, 9)
    hand.create({ subject: 'Standup', start: at(startMs), end: at(startMs + hour) })
    const back = await signInAt(world, 'microsoft', 'anna')
    const account = back.searchParams.get('joined') ?? ''
    const found = await anna.json<{ name: string; mayWrite: boolean }[]>(
      'GET',
      `/api/joined/accounts/${account}/calendars`,
    )
    expect(found.map(({ name, mayWrite }) => [name, mayWrite])).toEqual([
      ['Calendar', true],
      ['Holidays', false],
    ])
    // What may only be read there is joined one way only.
    const both = await anna('POST', `/api/joined/accounts/${account}/calendars`, { remote: readOnly })
    expect(await both.json()).toMatchObject({ status: 422, code: 'outside-read-only' })
    const oneWay = await join(account, 'Holidays', { direction: 'to-portal' })
    const turned = await anna('PATCH', `/api/joined/calendars/${oneWay.id}`, { direction: 'both' })
    expect(await turned.json()).toMatchObject({ code: 'outside-read-only' })
    await anna.json('DELETE', `/api/joined/calendars/${oneWay.id}?events=drop`, undefined, 204)
    const made = await join(account, 'Calendar')
    await synced(made)
    expect(await titles(made.calendar)).toEqual(['Standup'])
    await addEvent(made.calendar, 'Review')
    portal.clock.ms += 2 * hour
    await synced(made)
    await synced(made)
    expect(await titles(made.calendar)).toEqual(['Review', 'Standup'])
    expect(hand.events.map(({ fields }) => fields.subject).sort()).toEqual(['Review', 'Standup'])
    expect(graph.mails).toEqual([])
    expect((await accounts())[0]).toMatchObject({
      login: 'anna@contoso.com',
      name: 'Microsoft 365',
    } satisfies Partial<AccountState>)
    expect(microsoft.seen.length).toBeGreaterThan(1)
  })
})
