import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createFakeEws, createFakeGraph } from '@dayport/testkit'
import { afterEach, describe, expect, it } from 'vitest'
import { openTestPortal, type TestClient, type TestPortal } from '../test/open-test-portal.ts'
import { defaultExchangeSettings, type ExchangeSettings } from './settings.ts'

const password = 'correct horse battery'
const secret = 'tHe sErvice secret & <one>'
const mailbox = 'anna@example.com'
const hour = 3_600_000

const seed = {
  users: [
    {
      login: 'anna',
      password,
      name: 'Анна',
      email: mailbox,
      admin: true,
      locale: 'ru' as const,
      timeZone: 'Europe/Moscow',
      calendars: [{ name: 'Работа' }],
    },
    { login: 'boris', password, name: 'Boris', email: '', calendars: [{ name: 'Mine' }] },
  ],
}

const ewsSettings: ExchangeSettings = {
  ...defaultExchangeSettings,
  enabled: true,
  ews: { ...defaultExchangeSettings.ews, address: 'https://mail.example.com/EWS/Exchange.asmx', user: 'svc' },
}

let world: TestPortal | null = null
afterEach(async () => {
  await world?.close()
  world = null
})

/** Waits for the run that a change of the settings has begun, and for one after it. */
const synced = async (portal: TestPortal, login = 'anna') => {
  const person = portal.portal.parts.people.findByLogin(login)!
  const { exchange } = portal.portal.parts
  const binding = await exchange.ofPerson(person.id)
  // What came in while the first one ran is taken in by the second.
  for (let run = 0; run < 2; run += 1) await (await exchange.sync.syncNow(binding.id)).done
}

const openWithEws = async () => {
  const clock = { ms: Date.UTC(2026, 10, 22, 12) }
  const accounts = new Map([['svc', secret]])
  const ews = createFakeEws({ now: () => clock.ms, mailbox, accounts })
  const requests: string[] = []
  const portal = await openTestPortal(seed, {}, undefined, {}, (input, init) => {
    requests.push(input instanceof Request ? input.url : String(input))
    return ews.fetch(input, init)
  })
  world = portal
  const anna = await portal.signedIn('anna', password)
  return { ews, portal, anna, requests }
}

const newEvent = async (client: TestClient, title: string, startMs: number): Promise<void> => {
  const calendars = await client.json<{ id: string; name: string }[]>('GET', '/api/calendars')
  const calendar = calendars.find(({ name }) => name === 'Работа')!
  const iso = (ms: number) => new Date(ms).toISOString().slice(0, 16)
  await client.json(
    'POST',
    `/api/calendars/${calendar.id}/events`,
    { title, start: iso(startMs), end: iso(startMs + hour), timeZone: 'UTC' },
    201,
  )
}

const titles = async (client: TestClient): Promise<string[]> => {
  const address = '/api/events?from=2026-11-01&to=2026-12-31'
  const { events } = await client.json<{ events: { title: string }[] }>('GET', address)
  return events.map(({ title }) => title).sort()
}

describe('the Exchange door', () => {
  it('shows nothing while it is off, and tells people to ask their administrator while it is on and not set up (M68, M69)', async () => {
    const { anna } = await openWithEws()
    expect(await anna.json('GET', '/api/exchange')).toMatchObject({ state: 'not-available', mailbox: null })
    await anna.json('PUT', '/api/admin/exchange', { settings: { ...ewsSettings, ews: defaultExchangeSettings.ews } })
    expect(await anna.json('GET', '/api/exchange')).toMatchObject({ state: 'not-configured', mailbox })
  })

  it('holds the same events on both sides of Exchange Server, and mails nobody', async () => {
    const { ews, portal, anna } = await openWithEws()
    const startMs = portal.clock.ms + 24 * hour
    await newEvent(anna, 'Из портала', startMs)
    ews.hand.add({ subject: 'Из Outlook', startMs: startMs + hour, endMs: startMs + 2 * hour })
    await anna.json('PUT', '/api/admin/exchange', { settings: ewsSettings, secret })
    await synced(portal)
    expect(await titles(anna)).toEqual(['Из Outlook', 'Из портала'])
    expect(ews.hand.items).toHaveLength(2)
    expect(await anna.json('GET', '/api/exchange')).toMatchObject({ state: 'connected', kind: null })
    expect(ews.mails).toEqual([])
  })

  it('shows what each run did, and the states of everybody to an administrator only', async () => {
    const { ews, portal, anna } = await openWithEws()
    ews.hand.add({ subject: 'Из Outlook', startMs: portal.clock.ms + hour, endMs: portal.clock.ms + 2 * hour })
    await anna.json('PUT', '/api/admin/exchange', { settings: ewsSettings, secret })
    await synced(portal)
    const runs = await anna.json<{ id: string; outcome: string; counts: { createdPortal: number } }[]>(
      'GET',
      '/api/exchange/runs',
    )
    const made = runs.find(({ counts }) => counts.createdPortal === 1)
    expect(made?.outcome).toBe('done')
    const steps = await anna.json<{ title: string | null }[]>('GET', `/api/exchange/runs/${made?.id}`)
    expect(steps.map(({ title }) => title)).toContain('Из Outlook')
    const people = await anna.json<{ login: string; exchange: { state: string } }[]>(
      'GET',
      '/api/admin/exchange/people',
    )
    expect(people.map(({ login, exchange }) => [login, exchange.state]).sort()).toEqual([
      ['anna', 'connected'],
      ['boris', 'not-configured'],
    ])
    const boris = await portal.signedIn('boris', password)
    for (const path of ['/api/admin/exchange', '/api/admin/exchange/people']) {
      expect((await boris('GET', path)).status).toBe(403)
    }
    expect((await boris('GET', '/api/exchange/runs')).status).toBe(404)
  })

  it('tells what is wrong when the service account is refused, and goes on when another secret is given', async () => {
    const { portal, anna } = await openWithEws()
    await anna.json('PUT', '/api/admin/exchange', { settings: ewsSettings, secret: 'wrong' })
    await synced(portal)
    expect(await anna.json('GET', '/api/exchange')).toMatchObject({ state: 'error', kind: 'credentials' })
    await anna.json('PUT', '/api/admin/exchange', { settings: ewsSettings, secret })
    await synced(portal)
    expect(await anna.json('GET', '/api/exchange')).toMatchObject({ state: 'connected' })
  })

  it('tests settings before they are saved, step by step, with a trial event that mails nobody and goes away', async () => {
    const { ews, anna } = await openWithEws()
    const test = (given: string, write: boolean) =>
      anna.json<{ step: string; ok: boolean; kind: string | null }[]>('POST', '/api/admin/exchange/test', {
        settings: ewsSettings,
        secret: given,
        mailbox,
        write,
      })
    expect((await test(secret, true)).map(({ step, ok }) => [step, ok])).toEqual([
      ['address', true],
      ['sign-in', true],
      ['rights', true],
      ['read', true],
      ['write', true],
    ])
    expect(ews.hand.items).toEqual([])
    expect(ews.mails).toEqual([])
    expect((await test('wrong', false)).at(-1)).toMatchObject({ step: 'sign-in', ok: false, kind: 'credentials' })
    expect(await anna.json('GET', '/api/exchange')).toMatchObject({ state: 'not-available' })
  })

  it('never tells the secret: not in the API, the log or the database', async () => {
    const { portal, anna } = await openWithEws()
    await anna.json('PUT', '/api/admin/exchange', { settings: ewsSettings, secret })
    await synced(portal)
    const setup = await anna('GET', '/api/admin/exchange')
    expect(await setup.text()).not.toContain(secret)
    expect(portal.lines.join('\n')).not.toContain(secret)
    for (const name of await readdir(portal.dataDir)) {
      if (!name.startsWith('dayport.sqlite')) continue
      expect((await readFile(join(portal.dataDir, name))).includes(secret)).toBe(false)
    }
    await anna.json('DELETE', '/api/admin/exchange/secret', undefined, 204)
    expect(await anna.json('GET', '/api/exchange')).toMatchObject({ state: 'not-configured' })
  })

  it('shows a kept secret to no other server: not when settings are tried, nor when they are saved', async () => {
    const { requests, portal, anna } = await openWithEws()
    await anna.json('PUT', '/api/admin/exchange', { settings: ewsSettings, secret })
    await synced(portal)
    const other = 'https://elsewhere.example.net/EWS/Exchange.asmx'
    const settings = { ...ewsSettings, ews: { ...ewsSettings.ews, address: other } }
    const trial = await anna.json('POST', '/api/admin/exchange/test', { settings, mailbox, write: false })
    expect(trial).toMatchObject([{ step: 'address', ok: false, kind: 'configuration' }])
    const saved = await anna.json('PUT', '/api/admin/exchange', { settings })
    expect(saved).toMatchObject({ secretSetMs: null, complete: false })
    expect(await anna.json('GET', '/api/exchange')).toMatchObject({ state: 'not-configured' })
    expect(requests.filter((url) => url.startsWith('https://elsewhere'))).toEqual([])
    expect(requests).not.toEqual([])
  })

  it('keeps the secret where other settings of the same server change', async () => {
    const { anna } = await openWithEws()
    await anna.json('PUT', '/api/admin/exchange', { settings: ewsSettings, secret })
    const settings = { ...ewsSettings, intervalMinutes: 10, mailbox: '{login}@example.com' }
    expect(await anna.json('PUT', '/api/admin/exchange', { settings })).toMatchObject({ complete: true })
  })

  it('refuses a pattern of mailboxes that makes no address: it would take everybody’s mailbox away', async () => {
    const { anna } = await openWithEws()
    for (const pattern of ['', '{mail}', '{evil}@example.com', '{login}', '@example.com', 'a b@example.com']) {
      const change = { settings: { ...ewsSettings, mailbox: pattern } }
      expect((await anna('PUT', '/api/admin/exchange', change)).status, pattern).toBe(400)
    }
    const [person] = await anna.json<{ id: string }[]>('GET', '/api/admin/exchange/people')
    const change = { mailbox: 'not an address' }
    expect((await anna('PATCH', `/api/admin/exchange/people/${person?.id}`, change)).status).toBe(400)
  })

  it('refuses an address without TLS, with credentials in it, or of another scheme', async () => {
    const { anna } = await openWithEws()
    for (const address of ['http://mail.example.com/EWS', 'https://a:b@mail.example.com/EWS', 'file:///etc/passwd']) {
      const settings = { ...ewsSettings, ews: { ...ewsSettings.ews, address } }
      expect((await anna('PUT', '/api/admin/exchange', { settings })).status).toBe(400)
    }
  })

  it('leaves out whom the administrator leaves out, and keeps their events on both sides', async () => {
    const { ews, portal, anna } = await openWithEws()
    ews.hand.add({ subject: 'Из Outlook', startMs: portal.clock.ms + hour, endMs: portal.clock.ms + 2 * hour })
    await anna.json('PUT', '/api/admin/exchange', { settings: ewsSettings, secret })
    await synced(portal)
    const id = portal.portal.parts.people.findByLogin('anna')!.id
    await anna.json('PATCH', `/api/admin/exchange/people/${id}`, { off: true }, 204)
    expect(await anna.json('GET', '/api/exchange')).toMatchObject({ state: 'not-configured' })
    expect(await titles(anna)).toEqual(['Из Outlook'])
    expect(ews.hand.items).toHaveLength(1)
  })

  it('holds the same events on both sides of Exchange Online, and mails nobody', async () => {
    const clock = { ms: Date.UTC(2026, 10, 22, 12) }
    const graph = createFakeGraph({ now: () => clock.ms })
    const hand = graph.mailbox(mailbox)
    hand.create({
      subject: 'Из Outlook',
      start: { dateTime: '2026-11-24T10:00:00', timeZone: 'UTC' },
      end: { dateTime: '2026-11-24T11:00:00', timeZone: 'UTC' },
    })
    const portal = await openTestPortal(seed, {}, undefined, {}, graph.fetch)
    world = portal
    const anna = await portal.signedIn('anna', password)
    await newEvent(anna, 'Из портала', clock.ms + 24 * hour)
    const settings: ExchangeSettings = {
      ...defaultExchangeSettings,
      enabled: true,
      backend: 'graph',
      graph: {
        tenant: 'example.com',
        clientId: 'app',
        address: graph.baseUrl,
        authority: new URL(graph.baseUrl).origin,
      },
    }
    await anna.json('PUT', '/api/admin/exchange', { settings, secret: 'secret' })
    await synced(portal)
    expect(await titles(anna)).toEqual(['Из Outlook', 'Из портала'])
    expect(hand.events).toHaveLength(2)
    expect(graph.mails).toEqual([])
  })

  it('answers the validation of a webhook only while it listens to Exchange Online by https', async () => {
    const clock = { ms: Date.UTC(2026, 10, 22, 12) }
    const path = '/hooks/exchange?validationToken=a%20b'
    const delivered: number[] = []
    const graph = createFakeGraph({
      now: () => clock.ms,
      deliver: async (request) => {
        const response = await portal.portal.fetch(request)
        delivered.push(response.status)
        return response
      },
    })
    graph.mailbox(mailbox)
    const portal = await openTestPortal(seed, {}, undefined, { PUBLIC_URL: 'https://portal.example.com' }, graph.fetch)
    world = portal
    expect((await portal.anonymous()('POST', path)).status).toBe(404)
    const anna = await portal.signedIn('anna', password)
    const { baseUrl } = graph
    const { origin } = new URL(baseUrl)
    const settings: ExchangeSettings = {
      ...defaultExchangeSettings,
      enabled: true,
      backend: 'graph',
      graph: { tenant: 'example.com', clientId: 'app', address: baseUrl, authority: origin },
    }
    await anna.json('PUT', '/api/admin/exchange', { settings, secret: 'secret' })
    await synced(portal)
    while (graph.subscriptions.all.size === 0) await new Promise((resolve) => setImmediate(resolve))
    expect(delivered).toEqual([200, 200])
    const answer = await portal.anonymous()('POST', path)
    expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([200, 'text/plain', 'a b'])
    expect(await graph.notify(mailbox, 'x')).toEqual([202])
    await anna.json('PUT', '/api/admin/exchange', { settings: { ...settings, hints: false } })
    expect((await portal.anonymous()('POST', path)).status).toBe(404)
  })

  it('tells a second person with the same mailbox that it is taken, and not whose it is', async () => {
    const { ews, portal, anna } = await openWithEws()
    await anna.json('PUT', '/api/admin/exchange', { settings: ewsSettings, secret })
    await synced(portal)
    const boris = portal.portal.parts.people.findByLogin('boris')!
    await anna.json('PATCH', `/api/admin/exchange/people/${boris.id}`, { mailbox }, 204)
    const state = await (await portal.signedIn('boris', password)).json<{ text: string }>('GET', '/api/exchange')
    expect(state).toMatchObject({ state: 'not-configured', kind: 'mailbox-taken', mailbox })
    expect(state.text).toBe('Somebody else is connected to this Exchange mailbox')
    expect(JSON.stringify(state)).not.toContain('Анна')
    await anna.json('PATCH', `/api/admin/exchange/people/${boris.id}`, { mailbox: 'boris@example.com' }, 204)
    expect(ews.mails).toEqual([])
    await synced(portal, 'boris')
  })
})
