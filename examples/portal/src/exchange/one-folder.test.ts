import { createFakeEws } from '@dayport/testkit'
import { afterEach, describe, expect, it } from 'vitest'
import { openJoinedWorld } from '../joined/test/joined-world.ts'
import { startMicrosoft } from '../joined/test/oauth-services.ts'
import { signInAt } from '../joined/test/sign-in-at.ts'
import { defaultExchangeSettings, type ExchangeSettings } from './settings.ts'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

const mailbox = 'anna@contoso.com'
const alias = 'a.petrova@contoso.com'
const door = 'https://graph.door.test'
const secret = 'portal-secret-portal-secret'
const hour = 3_600_000

const viaEws: ExchangeSettings = {
  ...defaultExchangeSettings,
  enabled: true,
  hints: false,
  ews: { ...defaultExchangeSettings.ews, address: 'https://mail.contoso.com/EWS/Exchange.asmx', user: 'svc' },
}
const viaGraph: ExchangeSettings = {
  ...viaEws,
  backend: 'graph',
  graph: { tenant: 'contoso.com', clientId: 'app', address: `${door}/v1.0`, authority: door },
}

/** Anna, who has a mailbox at Contoso: the portal reaches it as an administrator set it up, by either protocol, and as she may herself. */
const open = async () => {
  let outer: typeof fetch = fetch
  const world = await openJoinedWorld((input, init) => outer(input, init))
  closers.push(world.close)
  const { portal, anna, boris } = world
  const now = () => portal.clock.ms
  const microsoft = await startMicrosoft(now)
  closers.push(microsoft.close)
  const ews = createFakeEws({ now, mailbox, accounts: new Map([['svc', secret]]) })
  const { graph, origin, hand } = microsoft
  outer = async (input, init) => {
    const request = new Request(input, init)
    const { hostname } = new URL(request.url)
    if (hostname === 'mail.contoso.com') {
      const answer = await ews.fetch(request)
      // One folder, one id: as EWS writes it.
      const text = (await answer.text()).replaceAll('F-calendar', 'calendar')
      return new Response(text, { status: answer.status, headers: answer.headers })
    }
    if (!request.url.startsWith(door)) return fetch(request)
    const body = await request.text()
    const url = request.url.replace(door, origin).replace(encodeURIComponent(alias), encodeURIComponent(mailbox))
    const init2 = { method: request.method, headers: request.headers, ...(body === '' ? {} : { body }) }
    const answer = await graph.handle(new Request(url, init2))
    const text = await answer.text()
    const told = text === '' ? null : text.replaceAll(origin, door)
    return new Response(told, { status: answer.status, headers: answer.headers })
  }
  await world.setUp(
    { microsoft: { clientId: 'portal', tenant: '', issuer: microsoft.issuer, address: `${origin}/v1.0` } },
    { microsoft: secret },
  )
  const idOf = (login: string) => portal.portal.parts.people.findByLogin(login)!.id
  const switchTo = (settings: ExchangeSettings) =>
    anna.json('PUT', '/api/admin/exchange', {
      settings,
      secret: settings.backend === 'graph' ? 'secret' : secret,
    })
  const patch = (login: string, change: object) =>
    anna.json('PATCH', `/api/admin/exchange/people/${idOf(login)}`, change, 204)
  const signIn = async (login = 'anna'): Promise<string> =>
    (await signInAt(world, 'microsoft', 'anna', { login })).searchParams.get('joined') ?? ''
  const tryToJoin = async (account: string, client = anna, name = 'Calendar'): Promise<unknown> => {
    const found = await client.json<{ remote: string; name: string }[]>(
      'GET',
      `/api/joined/accounts/${account}/calendars`,
    )
    const remote = found.find((one) => one.name === name)?.remote
    return (await client('POST', `/api/joined/accounts/${account}/calendars`, { remote })).json()
  }
  const state = () => anna.json<{ state: string; kind: string; text: string; hint: string }>('GET', '/api/exchange')
  const runDoor = async () => {
    const { exchange } = portal.portal.parts
    for (let run = 0; run < 2; run += 1) {
      portal.clock.ms += 30_000
      await (await exchange.sync.syncNow((await exchange.ofPerson(idOf('anna'))).id)).done
    }
  }
  /** Everything that holds one folder of the mailbox. */
  const bindings = () => portal.portal.parts.store.syncState.listBindings({ principal: idOf('anna') })
  return { ...world, boris, graph, ews, hand, switchTo, patch, signIn, tryToJoin, state, runDoor, bindings, idOf }
}

describe('a mailbox calendar that the Exchange door has (sync-engine.md §2)', () => {
  it.each([
    ['ews', viaEws],
    ['graph', viaGraph],
  ] as const)('is not joined as an outside one too, over %s', async (_, settings) => {
    const { patch, switchTo, runDoor, signIn, tryToJoin, state, graph, join, bindings } = await open()
    await patch('anna', { mailbox: 'Anna@Contoso.com' })
    await switchTo(settings)
    await runDoor()
    const account = await signIn()
    expect(await tryToJoin(account)).toMatchObject({ status: 409, code: 'outside-by-exchange' })
    expect(await bindings()).toHaveLength(1)
    // What the door does not have can be joined.
    graph.addCalendar(mailbox, 'Team', true)
    await join(account, 'Team')
    await runDoor()
    expect(await state()).toMatchObject({ state: 'connected' })
    expect(graph.mails).toEqual([])
  })

  it('is still not joined when the mailbox has moved from Exchange Server to Microsoft 365', async () => {
    const { patch, switchTo, runDoor, signIn, tryToJoin, state, bindings } = await open()
    await patch('anna', { mailbox })
    await switchTo(viaEws)
    await runDoor()
    await switchTo(viaGraph)
    await runDoor()
    expect(await state()).toMatchObject({ state: 'connected' })
    expect(await tryToJoin(await signIn())).toMatchObject({ code: 'outside-by-exchange' })
    expect((await bindings()).map(({ connection }) => connection)).toEqual(['exchange'])
  })

  it.each([
    ['ews', viaEws],
    ['graph', viaGraph],
  ] as const)('is known under another address of the mailbox, over %s', async (_, settings) => {
    const { patch, switchTo, runDoor, signIn, tryToJoin, bindings } = await open()
    await patch('anna', { mailbox: alias })
    await switchTo(settings)
    await runDoor()
    expect(await tryToJoin(await signIn())).toMatchObject({ code: 'outside-by-exchange' })
    expect(await bindings()).toHaveLength(1)
  })

  it('can be joined when Exchange is switched off for the person, and then not be had by the door', async () => {
    const { patch, switchTo, runDoor, signIn, join, state, bindings } = await open()
    await patch('anna', { mailbox })
    await switchTo(viaGraph)
    await runDoor()
    await switchTo({ ...viaGraph, enabled: false })
    await join(await signIn(), 'Calendar')
    expect(await bindings()).toHaveLength(1)
    await switchTo(viaGraph)
    expect(await bindings()).toHaveLength(1)
    expect(await state()).toMatchObject({ state: 'not-configured', kind: 'calendar-joined' })
  })
})

describe('a mailbox calendar that is joined as an outside one (sync-engine.md §2)', () => {
  it('is not had by the Exchange door too, also when that changes its protocol, until it is left', async () => {
    const { patch, switchTo, runDoor, signIn, join, synced, state, hand, anna, bindings, graph } = await open()
    const made = await join(await signIn(), 'Calendar')
    await patch('anna', { mailbox })
    for (const settings of [viaEws, viaGraph]) {
      await switchTo(settings)
      expect(await bindings()).toHaveLength(1)
      const said = await state()
      expect(said).toMatchObject({ state: 'not-configured', kind: 'calendar-joined' })
      expect(said.text).toBe('Календарь этого ящика уже подключён к порталу как внешний')
      expect(said.hint).toContain('«Внешние календари»')
    }
    const startMs = Date.UTC(2026, 11, 1, 9)
    const at = (ms: number) => ({ dateTime: new Date(ms).toISOString().slice(0, 19), timeZone: 'UTC' })
    hand.create({ subject: 'Standup', start: at(startMs), end: at(startMs + hour) })
    await synced(made)
    await anna.json('DELETE', `/api/joined/calendars/${made.id}?events=keep`, undefined, 204)
    await runDoor()
    expect(await state()).toMatchObject({ state: 'connected' })
    expect(await bindings()).toHaveLength(1)
    expect(hand.events).toHaveLength(1)
    expect(graph.mails).toEqual([])
  })

  it.each([
    ['ews', viaEws],
    ['graph', viaGraph],
  ] as const)(
    'is known to the door under another address, whose runs stop and say so until it is left, over %s',
    async (_, settings) => {
      const { patch, switchTo, runDoor, signIn, join, state, anna, ews } = await open()
      const made = await join(await signIn(), 'Calendar')
      await patch('anna', { mailbox: alias })
      await switchTo(settings)
      await runDoor()
      expect(await state()).toMatchObject({ state: 'error', kind: 'calendar-joined' })
      expect(ews.requests.some(({ operation }) => operation === 'SyncFolderItems')).toBe(false)
      await anna.json('DELETE', `/api/joined/calendars/${made.id}?events=keep`, undefined, 204)
      await runDoor()
      expect(await state()).toMatchObject({ state: 'connected' })
    },
  )

  it('is not joined by another person of the same account, who is told nothing of whose it is', async () => {
    const { signIn, join, tryToJoin, boris } = await open()
    await join(await signIn(), 'Calendar')
    const answer = await tryToJoin(await signIn('boris'), boris)
    expect(answer).toMatchObject({ status: 409, code: 'outside-taken' })
    expect(JSON.stringify(answer)).not.toContain('Анна')
  })
})

describe('a binding that was named by its protocol', () => {
  it('keeps its links under the new name', async () => {
    const { patch, switchTo, runDoor, bindings, portal, state } = await open()
    await patch('anna', { mailbox })
    await switchTo(viaEws)
    await runDoor()
    const [before] = await bindings()
    await portal.portal.parts.store.syncState.putBinding({ ...before!, remote: `ews ${mailbox} calendar` })
    await switchTo(viaEws)
    await runDoor()
    expect((await bindings()).map(({ id, remote }) => [id, remote])).toEqual([
      [before!.id, `exchange ${mailbox} calendar`],
    ])
    expect(await state()).toMatchObject({ state: 'connected' })
  })

  it('goes where another person has the same folder, who keeps it, and the events stay', async () => {
    const { patch, switchTo, runDoor, portal, anna, boris, idOf } = await open()
    await patch('anna', { mailbox })
    await patch('boris', { mailbox: 'boris@contoso.com' })
    await switchTo(viaEws)
    await runDoor()
    const { syncState } = portal.portal.parts.store
    for (const [login, address] of [
      ['anna', mailbox],
      ['boris', 'Anna@Contoso.com'],
    ] as const) {
      const [before] = await syncState.listBindings({ principal: idOf(login) })
      await syncState.putBinding({ ...before!, mailbox: address, remote: `ews ${address} calendar` })
      await portal.portal.parts.exchange.members.put(idOf(login), { mailbox: address })
    }
    await switchTo(viaEws)
    expect((await syncState.listBindings({})).map(({ remote }) => remote)).toEqual([`exchange ${mailbox} calendar`])
    const said = await Promise.all(
      [anna, boris].map((one) => one.json<{ kind: string | null }>('GET', '/api/exchange')),
    )
    expect(said.map(({ kind }) => kind ?? 'its').sort()).toEqual(['its', 'mailbox-taken'])
  })
})
