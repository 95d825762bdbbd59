import { openSqliteStore, type SqliteDatabase } from '@dayport/storage-sql/sqlite'
import { createFakeEws, createFakeGraph } from '@dayport/testkit'
import { describe, expect, it } from 'vitest'
import { createBackend, type ExchangeBackend } from './backend.ts'
import { webhookPath } from './graph-hints.ts'
import { createExchangeHints } from './hints.ts'
import { defaultExchangeSettings, type ExchangeSettings } from './settings.ts'
import { subscriptionsSchema } from './subscription-store.ts'
import { createVault } from './vault.ts'

const anna = 'anna@example.com'
const boris = 'boris@example.com'
const hour = 3_600_000

/** What is heard, in its order; `next` waits until so much was. */
const ears = () => {
  const heard: string[] = []
  const waiting: { count: number; resolve: () => void }[] = []
  return {
    heard,
    hear: (what: string) => {
      heard.push(what)
      for (const { count, resolve } of waiting) if (heard.length >= count) resolve()
    },
    until: (count: number): Promise<void> =>
      heard.length >= count ? Promise.resolve() : new Promise((resolve) => void waiting.push({ count, resolve })),
  }
}

const backendOf = (settings: ExchangeSettings, serve: typeof fetch, now: () => number): ExchangeBackend => {
  let ids = 0
  const newId = () => {
    ids += 1
    return `00000000-0000-4000-8000-${String(ids).padStart(12, '0')}`
  }
  return createBackend(settings, 'secret', { fetch: serve, now, newId, userAgent: 'test', portalId: 'p' })
}

const openDatabase = async () => {
  const store = openSqliteStore(':memory:')
  await store.database.migrate('test', subscriptionsSchema)
  return store.database
}

const vault = createVault(new Uint8Array(32), (length) => new Uint8Array(length))

const openHints = (db: SqliteDatabase, publicUrl: string | null = null) => {
  const clock = { ms: Date.UTC(2026, 10, 22, 12) }
  const [hints, errors, pauses] = [ears(), ears(), ears()]
  const due: (() => void)[] = []
  let secrets = 0
  const listener = createExchangeHints({
    publicUrl,
    db,
    vault,
    now: () => clock.ms,
    newSecret: () => {
      secrets += 1
      return `secret-${secrets}`
    },
    after: (ms, work) => {
      due.push(work)
      pauses.hear(String(ms))
      return () => {}
    },
    onHint: hints.hear,
    onError: (error) => errors.hear(String(error)),
  })
  return { clock, listener, hints, errors, pauses, due }
}

const ewsSettings: ExchangeSettings = {
  ...defaultExchangeSettings,
  enabled: true,
  ews: { ...defaultExchangeSettings.ews, address: 'https://mail.example.com/EWS/Exchange.asmx', user: 'svc' },
}

describe('hints of Exchange Server', () => {
  it('come over one connection for all mailboxes, which is begun anew when it ends (exchange.md §9)', async () => {
    const { clock, listener, hints, pauses, due } = openHints(await openDatabase())
    const ews = createFakeEws({ now: () => clock.ms })
    const backend = backendOf(ewsSettings, ews.fetch, () => clock.ms)
    const streams = () => ews.requests.filter(({ operation }) => operation === 'GetStreamingEvents').length
    await listener.follow(backend, [anna, boris])
    await hints.until(2)
    expect(hints.heard).toEqual([anna, boris])
    while (streams() === 0) await new Promise((resolve) => setImmediate(resolve))
    ews.hand.add({ subject: 'x', startMs: clock.ms, endMs: clock.ms + hour })
    await hints.until(4)
    ews.endStreams()
    await pauses.until(1)
    due[0]?.()
    await hints.until(6)
    while (streams() === 1) await new Promise((resolve) => setImmediate(resolve))
    expect(streams()).toBe(2)
    await listener.close()
  })

  it('are given up at once, and not waited for, when a connection hangs that they come over', async () => {
    const { clock, listener, hints } = openHints(await openDatabase())
    const ews = createFakeEws({ now: () => clock.ms })
    const hang: typeof fetch = async (input, init) => {
      const isStream = String(init?.body ?? '').includes('GetStreamingEvents')
      if (!isStream) return ews.fetch(input, init)
      hung.hear('stream')
      return new Promise<Response>(() => {})
    }
    const hung = ears()
    const backend = backendOf(ewsSettings, hang, () => clock.ms)
    await listener.follow(backend, [anna])
    await hung.until(1)
    await listener.follow(backend, [anna, boris])
    await hung.until(2)
    await listener.close()
    expect(hints.heard.length).toBeGreaterThan(0)
  })

  it('are done without when the server does not give them: told once, and tried again ever later', async () => {
    const { clock, listener, errors, pauses, due } = openHints(await openDatabase())
    const ews = createFakeEws({ now: () => clock.ms })
    ews.faults = () => ({ kind: 'fault', code: 'ErrorServerBusy' })
    await listener.follow(
      backendOf(ewsSettings, ews.fetch, () => clock.ms),
      [anna],
    )
    for (let i = 0; i < 3; i += 1) {
      await pauses.until(i + 1)
      due[i]?.()
    }
    await pauses.until(4)
    expect(pauses.heard).toEqual(['60000', '120000', '240000', '480000'])
    expect(errors.heard).toHaveLength(1)
    await listener.close()
  })

  it('begin ever later anew when the server cuts its streams off, or lets nobody subscribe', async () => {
    const cases = [
      { fault: null, told: 0 },
      { fault: { kind: 'item', code: 'ErrorSubscriptionDelegateAccessNotSupported' }, told: 1 },
    ] as const
    for (const { fault, told } of cases) {
      const { clock, listener, errors, pauses, due } = openHints(await openDatabase())
      const ews = createFakeEws({ now: () => clock.ms })
      ews.faults = ({ operation }) => {
        if (operation === 'GetStreamingEvents') setImmediate(() => ews.endStreams())
        return operation === 'Subscribe' ? fault : null
      }
      await listener.follow(
        backendOf(ewsSettings, ews.fetch, () => clock.ms),
        [anna],
      )
      for (let i = 0; i < 2; i += 1) {
        await pauses.until(i + 1)
        due[i]?.()
      }
      await pauses.until(3)
      expect(pauses.heard).toEqual(['60000', '120000', '240000'])
      expect(errors.heard).toHaveLength(told)
      await listener.close()
    }
  })

  it('stop at a refused sign-in, which would lock the account', async () => {
    const { clock, listener, errors, pauses } = openHints(await openDatabase())
    const ews = createFakeEws({ now: () => clock.ms, accounts: new Map() })
    await listener.follow(
      backendOf(ewsSettings, ews.fetch, () => clock.ms),
      [anna],
    )
    await errors.until(1)
    await listener.close()
    expect(pauses.heard).toEqual([])
  })
})

const graphSettings: ExchangeSettings = {
  ...defaultExchangeSettings,
  enabled: true,
  backend: 'graph',
  graph: { tenant: 'example.com', clientId: 'app', address: 'http://127.0.0.1/v1.0', authority: 'http://127.0.0.1' },
}

describe('hints of Exchange Online', () => {
  const open = async (publicUrl: string | null, deliver?: (request: Request) => Promise<Response>) => {
    const db = await openDatabase()
    const world = openHints(db, publicUrl)
    const calls: Request[] = []
    const graph = createFakeGraph({
      now: () => world.clock.ms,
      deliver: (request) => {
        calls.push(request.clone())
        return (deliver ?? world.listener.webhook)(request)
      },
    })
    for (const user of [anna, boris]) graph.mailbox(user)
    const backend = backendOf(graphSettings, graph.fetch, () => world.clock.ms)
    const subscribed = () => graph.requests.filter(({ path }) => path.startsWith('/subscriptions'))
    return { ...world, db, graph, backend, calls, subscribed }
  }

  it('come to the webhook, prove themselves, and are renewed at half of their life (exchange.md §9)', async () => {
    const { graph, backend, listener, hints, calls, clock, subscribed } = await open('https://portal.example.com')
    await listener.follow(backend, [anna, boris])
    while (graph.subscriptions.all.size < 2) await new Promise((resolve) => setImmediate(resolve))
    await listener.follow(backend, [anna, boris])
    expect(new URL(calls[0]!.url).pathname).toBe(webhookPath)
    expect(await graph.notify(anna, 'x')).toEqual([202, 202])
    expect(hints.heard).toEqual([anna, boris])
    expect(await graph.notifyLifecycle('missed')).toEqual([202, 202])
    expect(hints.heard).toHaveLength(4)
    const forged = JSON.stringify({
      value: [{ subscriptionId: [...graph.subscriptions.all.keys()][0], clientState: 'guess' }],
    })
    const url = `https://portal.example.com${webhookPath}`
    expect((await listener.webhook(new Request(url, { method: 'POST', body: forged }))).status).toBe(202)
    expect(hints.heard).toHaveLength(4)
    clock.ms += 4 * 24 * hour
    await listener.follow(backend, [anna])
    await listener.close()
    expect(subscribed().map(({ method }) => method)).toEqual(['POST', 'POST', 'PATCH', 'DELETE'])
  })

  it('go on over a restart with the subscriptions that there are, and end those that nobody needs any more', async () => {
    const url = 'https://portal.example.com'
    const { db, graph, backend, listener, clock, subscribed } = await open(url)
    await listener.follow(backend, [anna, boris])
    while (graph.subscriptions.all.size < 2) await new Promise((resolve) => setImmediate(resolve))
    await listener.close()
    const sealed = db.read.all<{ sealed: string }>('SELECT sealed FROM portal_graph_subscriptions')
    expect(JSON.stringify(sealed)).not.toContain('secret-')

    const again = openHints(db, url)
    again.clock.ms = clock.ms + 4 * 24 * hour
    clock.ms = again.clock.ms
    await again.listener.follow(backend, [anna])
    await again.listener.close()
    expect(graph.subscriptions.all.size).toBe(1)
    expect(subscribed().map(({ method }) => method)).toEqual(['POST', 'POST', 'PATCH', 'DELETE'])
    // Deliveries are proven by what was kept.
    await again.listener.follow(backend, [anna])
    const [kept] = graph.subscriptions.all.keys()
    const { clientState } = graph.subscriptions.all.get(kept!)!
    const body = JSON.stringify({ value: [{ subscriptionId: kept, clientState }] })
    const call = new Request(`${url}${webhookPath}`, { method: 'POST', body })
    expect((await again.listener.webhook(call)).status).toBe(202)
    expect(again.hints.heard).toEqual([anna])
    await again.listener.close()
  })

  it('are not asked for where the portal has no address by https', async () => {
    for (const address of [null, 'http://portal.example.com']) {
      const { backend, listener, subscribed } = await open(address)
      await listener.follow(backend, [anna])
      await listener.close()
      expect(subscribed()).toEqual([])
    }
  })

  it('are given up after one try where Exchange Online does not reach the portal', async () => {
    const { backend, listener, subscribed, errors } = await open(
      'https://portal.inside.example',
      async () => new Response(null, { status: 502 }),
    )
    await listener.follow(backend, [anna, boris])
    await errors.until(1)
    await listener.follow(backend, [anna, boris])
    await listener.close()
    expect(subscribed()).toHaveLength(1)
    expect(errors.heard).toHaveLength(1)
  })
})
