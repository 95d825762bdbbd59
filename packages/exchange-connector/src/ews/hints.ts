import { CalendarError, type CallOptions, RemoteError } from '@dayport/core'
import type { EwsClient } from './client.ts'
import type { EwsFolder } from './ids.ts'
import { getEvents, getStreamingEvents, subscribe, unsubscribe } from './operations/notifications.ts'

/** Tells that a folder may have changed. A hint only: poll the feed anyway, since a quiet stream proves nothing. */
export interface EwsHints {
  /** Asks once; `true` when something happened, or when nobody knows because the subscription was lost. */
  poll(options?: CallOptions): Promise<boolean>
  /** Gives the subscription back. */
  close(options?: CallOptions): Promise<void>
}

/** What says that a subscription is no more; another begins without its watermark. */
const ended =
  /^Error(?:SubscriptionNotFound|MissedNotificationEvents|InvalidWatermark|ReadEventsFailed|ExpiredSubscription|InvalidSubscription|SubscriptionUnsubscribed)$/

const hasEnded = (error: unknown): boolean => {
  const code = RemoteError.is(error) ? error.code : CalendarError.is(error) ? error.details?.code : null
  return typeof code === 'string' && ended.test(code)
}

/** Hints by pull subscription. */
export const createPullHints = ({
  client,
  folder,
}: {
  readonly client: EwsClient
  readonly folder: EwsFolder
}): EwsHints => {
  let current: { readonly id: string; watermark: string } | null = null
  return {
    async poll(options = {}) {
      if (current === null) {
        const made = await client.call(subscribe, { folders: [folder], kind: 'pull', timeoutMinutes: 60 }, options)
        current = { id: made.id, watermark: made.watermark ?? '' }
        return true
      }
      try {
        const found = await client.call(getEvents, { subscription: current.id, watermark: current.watermark }, options)
        current.watermark = found.watermark ?? current.watermark
        return found.events.length > 0 || found.more
      } catch (error) {
        if (!hasEnded(error)) throw error
        current = null
        return true
      }
    },
    async close(options = {}) {
      const subscription = current?.id
      current = null
      if (subscription === undefined) return
      await client.call(unsubscribe, { subscription }, options).catch((error: unknown) => {
        if (!hasEnded(error)) throw error
      })
    },
  }
}

/**
 * Hints by streaming: yields at first and whenever something happened, for at most `minutes` (1–30), then ends; so it does when the
 * connection drops. Begin anew, and synchronise, after each end.
 */
export async function* streamHints(
  { client, folder, minutes }: { readonly client: EwsClient; readonly folder: EwsFolder; readonly minutes: number },
  options: CallOptions = {},
): AsyncIterable<true> {
  const { id } = await client.call(
    subscribe,
    { folders: [folder], kind: 'streaming', timeoutMinutes: minutes },
    options,
  )
  yield true
  try {
    const input = { subscriptions: [id], timeoutMinutes: minutes }
    for await (const { notifications, closed } of client.stream(getStreamingEvents, input, options)) {
      if (notifications.some(({ events }) => events.length > 0)) yield true
      if (closed) return
    }
  } catch (error) {
    if (!hasEnded(error)) throw error
  }
}
