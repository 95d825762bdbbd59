import { describe, expect, it } from 'vitest'
import { createGraphSubscriptions, createMemorySubscriptionStore } from './subscriptions.ts'
import { openTestGraph, user } from './test-graph.ts'
import { createGraphWebhook, type GraphHint } from './webhook.ts'

const url = 'https://portal.example/hooks/graph'

const open = () => {
  const hints: GraphHint[] = []
  const errors: unknown[] = []
  const store = createMemorySubscriptionStore()
  const webhook = createGraphWebhook({
    store,
    onHint: (hint) => hints.push(hint),
    onError: (error) => errors.push(error),
  })
  const test = openTestGraph({ deliver: webhook })
  let secrets = 0
  const subscriptions = createGraphSubscriptions({
    client: test.client,
    store,
    now: () => test.clock.ms,
    newSecret: () => {
      secrets += 1
      return `secret-${secrets}-of-many-random-characters`
    },
    notificationUrl: url,
  })
  return { ...test, hints, errors, store, webhook, subscriptions }
}

const post = (body: unknown, address = url) => new Request(address, { method: 'POST', body: JSON.stringify(body) })

describe('the webhook for Graph', () => {
  it('answers the validation with the decoded token as text that no browser runs (exchange.md §9)', async () => {
    const { webhook } = open()
    const response = await webhook(post({}, `${url}?validationToken=${encodeURIComponent('a b+<script>&')}`))
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/plain')
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    expect(await response.text()).toBe('a b+<script>&')
  })

  it('takes a delivery with 202, and tells of a change once', async () => {
    const test = open()
    const { id } = await test.subscriptions.ensure(user)
    expect(await test.graph.notify(user, 'AAk=')).toEqual([202])
    expect(test.hints).toEqual([{ user, lifecycle: null, subscriptionId: id }])
    const known = (await test.store.byId(id))!
    const item = { subscriptionId: id, clientState: known.clientState, changeType: 'updated' }
    expect((await test.webhook(post({ value: [item, item, item] }))).status).toBe(202)
    expect(test.hints).toHaveLength(2)
  })

  it('passes over what does not show the secret of its subscription', async () => {
    const test = open()
    const { id, clientState } = await test.subscriptions.ensure(user)
    for (const shown of [
      undefined,
      null,
      '',
      'secret',
      `${clientState}x`,
      clientState.slice(0, -1),
      clientState.toUpperCase(),
    ]) {
      expect((await test.webhook(post({ value: [{ subscriptionId: id, clientState: shown }] }))).status).toBe(202)
    }
    await test.webhook(post({ value: [{ subscriptionId: 'another', clientState }] }))
    expect(test.hints).toEqual([])
    expect(test.errors).toHaveLength(8)
    expect(String(test.errors)).not.toContain(clientState)
  })

  it('refuses what is no delivery, in form and in size', async () => {
    const { webhook } = open()
    expect((await webhook(new Request(url))).status).toBe(405)
    expect((await webhook(post({ value: 'x' }))).status).toBe(400)
    expect((await webhook(new Request(url, { method: 'POST', body: '{' }))).status).toBe(400)
    expect((await webhook(new Request(url, { method: 'POST', body: 'x'.repeat(1_100_000) }))).status).toBe(413)
    expect((await webhook(post({}, `${url}?validationToken=${'x'.repeat(3000)}`))).status).toBe(400)
  })
})

describe('a subscription', () => {
  it('is made once, renewed at half of its granted life, and made anew when the service has none', async () => {
    const test = open()
    const first = await test.subscriptions.ensure(user)
    expect(first.expiresMs - test.clock.ms).toBe(10_080 * 60_000)
    expect(await test.subscriptions.ensure(user)).toEqual(first)
    test.clock.ms += 4 * 86_400_000
    const renewed = await test.subscriptions.ensure(user)
    expect(renewed.id).toBe(first.id)
    expect(renewed.expiresMs).toBeGreaterThan(first.expiresMs)
    test.graph.subscriptions.all.clear()
    test.clock.ms += 4 * 86_400_000
    const again = await test.subscriptions.ensure(user)
    expect(again.id).not.toBe(first.id)
    expect([...test.graph.subscriptions.all.keys()]).toEqual([again.id])
  })

  it('has its lifecycle address from the beginning, and a secret of its own', async () => {
    const test = open()
    await test.subscriptions.ensure(user)
    const [made] = [...test.graph.subscriptions.all.values()]
    expect(made).toMatchObject({ lifecycleNotificationUrl: url, notificationUrl: url })
    expect(made?.clientState).toHaveLength('secret-1-of-many-random-characters'.length)
  })

  it.each([
    ['subscriptionRemoved', true],
    ['reauthorizationRequired', false],
    ['missed', false],
  ] as const)('that is %s is told as a hint, and healed', async (event, anew) => {
    const test = open()
    const { id } = await test.subscriptions.ensure(user)
    expect(await test.graph.notifyLifecycle(event)).toEqual([202])
    expect(test.hints).toEqual([{ user, lifecycle: event, subscriptionId: id }])
    await test.subscriptions.heal(id, event)
    expect((await test.store.byUser(user))?.id === id).toBe(!anew)
  })

  it('ends also when the service has forgotten it', async () => {
    const test = open()
    await test.subscriptions.ensure(user)
    test.graph.subscriptions.all.clear()
    await test.subscriptions.end(user)
    expect(await test.store.byUser(user)).toBeNull()
    await test.subscriptions.end(user)
  })

  it('is not made when the service does not reach the webhook; the caller polls on', async () => {
    const test = openTestGraph({ deliver: async () => new Response(null, { status: 404 }) })
    const subscriptions = createGraphSubscriptions({
      client: test.client,
      store: createMemorySubscriptionStore(),
      now: () => test.clock.ms,
      newSecret: () => 'secret',
      notificationUrl: url,
    })
    await expect(subscriptions.ensure(user)).rejects.toMatchObject({ kind: 'request', code: 'ValidationError' })
  })
})
