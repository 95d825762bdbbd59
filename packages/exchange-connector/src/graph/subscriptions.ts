import { CalendarError, RemoteError } from '@dayport/core'
import type { GraphClient } from './client.ts'
import type { SendOptions } from './request.ts'
import { stampOf } from './times.ts'
import { subscriptionResource } from './wire.ts'

/** A subscription to the changes of one mailbox. */
export interface GraphSubscription {
  readonly user: string
  readonly id: string
  /** Comes with each delivery and proves it. */
  readonly clientState: string
  /** ms since the Unix epoch. */
  readonly createdMs: number
  readonly expiresMs: number
}

/** Where subscriptions are remembered. Losing them loses hints, never changes. */
export interface GraphSubscriptionStore {
  byUser(user: string): Promise<GraphSubscription | null>
  byId(id: string): Promise<GraphSubscription | null>
  /** Instead of the one of that user. */
  put(subscription: GraphSubscription): Promise<void>
  delete(user: string): Promise<void>
}

export interface GraphSubscriptionsOptions {
  readonly client: GraphClient
  readonly store: GraphSubscriptionStore
  /** ms since the Unix epoch. */
  readonly now: () => number
  /** A new random text, at least 128 bits, at most 128 characters. */
  readonly newSecret: () => string
  /** Address of the webhook as the service reaches it: https. Lifecycle events come there too; they cannot be asked for later. */
  readonly notificationUrl: string
  /** Default 10 080: seven days, the most that the service grants. */
  readonly lifeMinutes?: number
}

/** Keeps subscriptions alive. */
export interface GraphSubscriptions {
  /**
   * Makes the mailbox's subscription when there is none, renews it past half of its life, makes it anew when the service has none any
   * more. To be called now and then.
   *
   * @throws {RemoteError} for instance `request` when the service did not reach the webhook.
   */
  ensure(user: string, options?: SendOptions): Promise<GraphSubscription>
  /** Ends it; also when the service has forgotten it. */
  end(user: string, options?: SendOptions): Promise<void>
  /** Reacts to a lifecycle event of a delivery: renews, or makes a new one. */
  heal(subscriptionId: string, event: GraphLifecycleEvent, options?: SendOptions): Promise<void>
}

export type GraphLifecycleEvent = 'reauthorizationRequired' | 'subscriptionRemoved' | 'missed'

const service = 'graph'

/** Subscriptions to all events of mailboxes. A host that cannot be reached from outside does without: it polls. */
export const createGraphSubscriptions = (options: GraphSubscriptionsOptions): GraphSubscriptions => {
  const { client, store, now, lifeMinutes = 10_080 } = options

  const expiry = () => new Date(now() + lifeMinutes * 60_000).toISOString()

  const read = (body: unknown) => {
    const result = subscriptionResource.safeParse(body)
    const expiresMs = result.success ? stampOf(result.data.expirationDateTime) : null
    if (!result.success || expiresMs === null) {
      throw new RemoteError('Expected a subscription', { service, kind: 'transient', status: 200, retryable: true })
    }
    return { id: result.data.id, expiresMs }
  }

  const create = async (user: string, sending: SendOptions): Promise<GraphSubscription> => {
    const clientState = options.newSecret()
    const answer = await client.send(
      user,
      {
        method: 'POST',
        path: '/subscriptions',
        body: {
          changeType: 'created,updated,deleted',
          notificationUrl: options.notificationUrl,
          lifecycleNotificationUrl: options.notificationUrl,
          resource: `users/${encodeURIComponent(user)}/events`,
          expirationDateTime: expiry(),
          clientState,
        },
      },
      sending,
    )
    const made = { user, clientState, createdMs: now(), ...read(answer.body) }
    await store.put(made)
    return made
  }

  const renew = async (known: GraphSubscription, sending: SendOptions): Promise<GraphSubscription> => {
    const path = `/subscriptions/${encodeURIComponent(known.id)}`
    try {
      const body = { expirationDateTime: expiry() }
      const answer = await client.send(known.user, { method: 'PATCH', path, body }, sending)
      const renewed = { ...known, createdMs: now(), expiresMs: read(answer.body).expiresMs }
      await store.put(renewed)
      return renewed
    } catch (error) {
      if (!isGone(error)) throw error
      return create(known.user, sending)
    }
  }

  return {
    async ensure(user, sending = {}) {
      const known = await store.byUser(user)
      if (known === null) return create(user, sending)
      const half = known.createdMs + (known.expiresMs - known.createdMs) / 2
      if (now() < half) return known
      return now() < known.expiresMs ? renew(known, sending) : create(user, sending)
    },
    async end(user, sending = {}) {
      const known = await store.byUser(user)
      if (known === null) return
      try {
        const path = `/subscriptions/${encodeURIComponent(known.id)}`
        await client.send(user, { method: 'DELETE', path }, sending)
      } catch (error) {
        if (!isGone(error)) throw error
      }
      await store.delete(user)
    },
    async heal(subscriptionId, event, sending = {}) {
      const known = await store.byId(subscriptionId)
      if (known === null || event === 'missed') return
      if (event === 'subscriptionRemoved') await create(known.user, sending)
      else await renew(known, sending)
    },
  }
}

/** The service says 404 with a code of its own for subscriptions. */
const isGone = (error: unknown) =>
  CalendarError.is(error, 'not-found') || (RemoteError.is(error, 'mailbox') && error.status === 404)

/** Subscriptions in memory: enough for one process; after a restart new ones are made, and the old ones end by themselves. */
export const createMemorySubscriptionStore = (): GraphSubscriptionStore => {
  const all = new Map<string, GraphSubscription>()
  return {
    byUser: async (user) => all.get(user) ?? null,
    byId: async (id) => [...all.values()].find((one) => one.id === id) ?? null,
    async put(subscription) {
      all.set(subscription.user, subscription)
    },
    async delete(user) {
      all.delete(user)
    },
  }
}
