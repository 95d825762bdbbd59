import type { CalendarPeer } from '@dayport/core'
import { createEwsClient, createEwsPeer } from '@dayport/exchange-connector/ews'
import { createClientCredentials, createGraphClient, createGraphPeer } from '@dayport/exchange-connector/graph'
import { type SyncStatus, statusOf, textOfReason, textOfStatus } from '@dayport/sync-engine'
import { createFakeGraph } from '@dayport/testkit'
import { describe, expect, it } from 'vitest'
import { openEwsWorld } from './ews-world.ts'
import { at, openGraphWorld } from './graph-world.ts'
import { user, type World } from './world.ts'

/** What a person sees of a binding. */
const statusIn = async ({ state, clock }: World): Promise<SyncStatus> =>
  statusOf({
    available: true,
    connection: await state.getConnection('c1'),
    binding: await state.getBinding('b1'),
    mailbox: await state.getMailbox(user),
    progress: null,
    problems: { quarantined: 0, unsupported: 0, conflicts: 0 },
    nowMs: clock.ms,
  })

const wordsIn = async (world: World) => {
  const status = await statusIn(world)
  const { text, remedy } = textOfStatus(status, { language: 'en', nowMs: world.clock.ms })
  return { text, remedy, state: status.state }
}

const connected = /^Exchange connected/

/** A fault of the server, and whether its words are those of the fault. */
interface FaultCase {
  readonly text: RegExp
  readonly remedy: RegExp
}

const cases = {
  'a password that was changed': { text: /refused the portal’s sign-in/, remedy: /name and password/ },
  'rights that were withdrawn': { text: /may not open your mailbox/, remedy: /Give the service account the right/ },
  'a mailbox that is gone': { text: /does not know this mailbox/, remedy: /Check the mailbox name/ },
  'a sign-in page with 200': { text: /A web page answers/, remedy: /sign-in page may stand in front/ },
  'a server that is busy': { text: /asked us to wait: we go on at/, remedy: /^$/ },
} satisfies Readonly<Record<string, FaultCase>>

type Fault = keyof typeof cases

const ewsFaults = {
  'a password that was changed': { kind: 'status', status: 401 },
  'rights that were withdrawn': { kind: 'fault', code: 'ErrorImpersonateUserDenied' },
  'a mailbox that is gone': { kind: 'fault', code: 'ErrorNonExistentMailbox' },
  'a sign-in page with 200': { kind: 'html' },
  'a server that is busy': { kind: 'fault', code: 'ErrorServerBusy', backOffMs: 300_000 },
} as const

const graphFaults = {
  'a password that was changed': { kind: 'status', status: 401, code: 'InvalidAuthenticationToken' },
  'rights that were withdrawn': { kind: 'status', status: 403, code: 'ErrorAccessDenied' },
  'a mailbox that is gone': { kind: 'status', status: 404, code: 'ErrorInvalidUser' },
  'a sign-in page with 200': { kind: 'login-page' },
  'a server that is busy': { kind: 'status', status: 429, code: 'ApplicationThrottled', retryAfter: 300 },
} as const

const expectWords = async (world: World, fault: Fault) => {
  const words = await wordsIn(world)
  expect(words.state).toBe('error')
  expect(words.text).toMatch(cases[fault].text)
  expect(words.remedy).toMatch(cases[fault].remedy)
}

describe.each(Object.keys(cases) as Fault[])('%s', (fault) => {
  it('is told as what it is at Exchange Server, and no longer once it is mended (sync-engine.md §7, §10)', async () => {
    const world = await openEwsWorld()
    await world.run()
    expect((await wordsIn(world)).text).toMatch(connected)
    world.side.ews.faults = () => ewsFaults[fault]
    await world.run(3_600_000)
    await expectWords(world, fault)
    world.side.ews.faults = () => null
    await world.run(3_600_000)
    expect((await wordsIn(world)).text).toMatch(connected)
  })

  it('is told as what it is at Exchange Online, and no longer once it is mended (sync-engine.md §7, §10)', async () => {
    const world = await openGraphWorld()
    await world.run()
    expect((await wordsIn(world)).text).toMatch(connected)
    world.side.graph.faults = () => graphFaults[fault]
    await world.run(3_600_000)
    await expectWords(world, fault)
    world.side.graph.faults = () => null
    await world.run(3_600_000)
    expect((await wordsIn(world)).text).toMatch(connected)
  })
})

/** A connection that breaks off before anything is sent, as Node tells it. */
const broken =
  (code: string): typeof fetch =>
  () =>
    Promise.reject(new TypeError('fetch failed', { cause: Object.assign(new Error('no'), { code }) }))

describe('a server that is not spoken to', () => {
  const parts = { now: () => 0, newId: () => 'id' }
  const ewsPeer = (serve: typeof fetch): CalendarPeer => {
    const auth = { kind: 'basic', user: 'portal', password: 'secret' } as const
    const client = createEwsClient({ url: 'https://mail.example.com/EWS/Exchange.asmx', auth, fetch: serve, ...parts })
    return createEwsPeer({ client, folder: { distinguished: 'calendar' }, origin: 'o' })
  }
  const graphPeer = (serve: typeof fetch): CalendarPeer => {
    const { fetch: signIn } = createFakeGraph({ now: parts.now })
    const authority = 'http://127.0.0.1'
    const tokens = createClientCredentials({
      tenant: 'example.com',
      clientId: 'app',
      clientSecret: 'secret',
      fetch: signIn,
      now: parts.now,
      authority,
    })
    const client = createGraphClient({ tokens, fetch: serve, ...parts })
    return createGraphPeer({ client, user, calendar: 'calendar', origin: 'o', now: parts.now })
  }

  it.each([
    ['whose certificate has expired', 'CERT_HAS_EXPIRED', /certificate is not trusted/],
    ['whose certificate is another now', 'DEPTH_ZERO_SELF_SIGNED_CERT', /certificate is not trusted/],
    ['whose certificate is for another name', 'ERR_TLS_CERT_ALTNAME_INVALID', /certificate is not trusted/],
    ['that is switched off', 'ECONNREFUSED', /does not answer|no answer|not reached/i],
  ])('%s is told so', async (_, code, text) => {
    for (const peerOf of [ewsPeer, graphPeer]) {
      const world = await openEwsWorld({}, () => peerOf(broken(code)))
      await world.run()
      expect((await wordsIn(world)).text).toMatch(text)
    }
  })

  it('since the tenant may use EWS no longer is told of Graph (exchange.md §1)', async () => {
    const client = createEwsClient({
      url: 'https://outlook.office365.com/EWS/Exchange.asmx',
      auth: { kind: 'basic', user: 'portal', password: 'secret' },
      fetch: async () => new Response('', { status: 403 }),
      ...parts,
    })
    const peer = createEwsPeer({ client, folder: { distinguished: 'calendar' }, origin: 'o' })
    const world = await openEwsWorld({}, () => peer)
    await world.run()
    const words = await wordsIn(world)
    expect(words.text).toMatch(/no longer takes EWS/)
    expect(words.remedy).toMatch(/Graph/)
  })
})

describe('an event that is set aside', () => {
  it('because Exchange would mail its guests is told as that, and not as somebody else’s event', async () => {
    const world = await openGraphWorld()
    const { side } = world
    const guests = [{ type: 'required', emailAddress: { address: 'boris@example.com', name: 'Boris' } }] as const
    side.outlook.create({ ...at('2026-01-13T09:00'), subject: 'Board', attendees: guests as never })
    await world.settle()
    const [[name, text]] = [...(await world.texts())] as [[string, string]]
    await world.put(name, text.replace('SUMMARY:Board', 'SUMMARY:Board, later').split('\r\n').slice(3, -2))
    await world.settle()
    const [link] = await world.state.listLinks('b1', { states: ['quarantined', 'unsupported'] }, 10)
    expect(textOfReason(link?.reason ?? '', 'en')).toMatch(/would mail the participants/)
    expect(side.mails()).toBe(0)
  })
})

describe('a token that expires between two pages', () => {
  it('is fetched anew once, and nobody hears of it (sync-engine.md §7)', async () => {
    const world = await openGraphWorld({ maxPageSize: 2 })
    const { side } = world
    for (let i = 0; i < 6; i += 1) side.hand.create(`2026-01-1${i + 2}T09:00`, `Event ${i}`)
    let asked = 0
    side.graph.faults = () => {
      asked += 1
      if (asked === 3) side.graph.expireTokens()
      return null
    }
    await world.settle()
    expect((await wordsIn(world)).text).toMatch(connected)
    expect((await world.texts()).size).toBe(6)
  })
})
