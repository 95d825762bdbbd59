import { GraphFault } from './graph-fault.ts'

/** A subscription as the service keeps it. */
export interface FakeSubscription {
  readonly id: string
  readonly resource: string
  readonly changeType: string
  readonly notificationUrl: string
  readonly lifecycleNotificationUrl: string | null
  readonly clientState: string | null
  expirationMs: number
}

export interface FakeNotification {
  readonly lifecycleEvent: 'reauthorizationRequired' | 'subscriptionRemoved' | 'missed'
}

export interface SubscriptionDesk {
  readonly all: Map<string, FakeSubscription>
  route(method: string, path: string, body: unknown): Promise<{ readonly status: number; readonly body?: unknown }>
  notify(resource: string, id: string): Promise<readonly number[]>
  notifyLifecycle(event: FakeNotification['lifecycleEvent']): Promise<readonly number[]>
}

/** Longest life of a subscription to events. */
const maxLifeMs = 10_080 * 60_000

/** Subscriptions of the fake: the address is validated as the service does it, and lives are cut to what it grants. */
export const createSubscriptionDesk = (options: {
  readonly now: () => number
  readonly newName: () => string
  readonly deliver: ((request: Request) => Promise<Response>) | null
}): SubscriptionDesk => {
  const all = new Map<string, FakeSubscription>()

  const validate = async (address: string) => {
    const token = `Validation: Testing client application reachability. ${options.newName()} +&=`
    const url = new URL(address)
    url.searchParams.set('validationToken', token)
    const response = await options.deliver?.(
      new Request(url, { method: 'POST', headers: { 'Content-Type': 'text/plain' } }),
    )
    const type = response?.headers.get('content-type') ?? ''
    if (response?.status !== 200 || !type.startsWith('text/plain') || (await response.text()) !== token) {
      throw new GraphFault(400, 'ValidationError', 'Subscription validation request failed.')
    }
  }

  const lifeOf = (value: unknown) => {
    const ms = Date.parse(String(value))
    if (Number.isNaN(ms) || ms <= options.now()) throw new GraphFault(400, 'InvalidRequest', 'expirationDateTime')
    return Math.min(ms, options.now() + maxLifeMs)
  }

  const json = (subscription: FakeSubscription) => ({
    id: subscription.id,
    resource: subscription.resource,
    changeType: subscription.changeType,
    notificationUrl: subscription.notificationUrl,
    lifecycleNotificationUrl: subscription.lifecycleNotificationUrl,
    clientState: null,
    expirationDateTime: new Date(subscription.expirationMs).toISOString().replace('Z', '0000Z'),
  })

  const post = (subscription: FakeSubscription, address: string, item: Record<string, unknown>) =>
    options.deliver!(
      new Request(address, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({
          value: [
            {
              subscriptionId: subscription.id,
              subscriptionExpirationDateTime: new Date(subscription.expirationMs).toISOString(),
              tenantId: 'tenant',
              clientState: subscription.clientState,
              ...item,
            },
          ],
        }),
      }),
    ).then((response) => response.status)

  return {
    all,
    async route(method, path, body) {
      const fields = (body ?? {}) as Record<string, unknown>
      const id = path.split('/')[2]
      if (id === undefined) {
        const lifecycle = fields.lifecycleNotificationUrl
        await validate(String(fields.notificationUrl))
        if (typeof lifecycle === 'string') await validate(lifecycle)
        const made: FakeSubscription = {
          id: options.newName(),
          resource: String(fields.resource),
          changeType: String(fields.changeType),
          notificationUrl: String(fields.notificationUrl),
          lifecycleNotificationUrl: typeof lifecycle === 'string' ? lifecycle : null,
          clientState: typeof fields.clientState === 'string' ? fields.clientState : null,
          expirationMs: lifeOf(fields.expirationDateTime),
        }
        all.set(made.id, made)
        return { status: 201, body: json(made) }
      }
      const known = all.get(id)
      if (known === undefined || known.expirationMs <= options.now()) {
        throw new GraphFault(404, 'ResourceNotFound', 'The object was not found.')
      }
      if (path.endsWith('/reauthorize')) return { status: 204 }
      if (method === 'DELETE') {
        all.delete(id)
        return { status: 204 }
      }
      if (fields.lifecycleNotificationUrl !== undefined) {
        throw new GraphFault(400, 'InvalidRequest', 'lifecycleNotificationUrl cannot be changed')
      }
      known.expirationMs = lifeOf(fields.expirationDateTime)
      return { status: 200, body: json(known) }
    },
    notify: (resource, id) =>
      Promise.all(
        [...all.values()].map((one) =>
          post(one, one.notificationUrl, {
            changeType: 'updated',
            resource,
            resourceData: { '@odata.type': '#Microsoft.Graph.Event', id },
          }),
        ),
      ),
    notifyLifecycle: (lifecycleEvent) =>
      Promise.all(
        [...all.values()].map((one) =>
          post(one, one.lifecycleNotificationUrl ?? one.notificationUrl, { lifecycleEvent }),
        ),
      ),
  }
}
