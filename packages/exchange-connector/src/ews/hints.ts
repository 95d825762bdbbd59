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

/** A folder whose changes are streamed. */
export interface StreamedFolder {
  /** What a hint names: an address, for instance. */
  readonly key: string
  /** Of the folder's mailbox; those of one stream share an {@link EwsAffinity}. */
  readonly client: EwsClient
  readonly folder: EwsFolder
}

/** Most subscriptions that one connection carries. */
export const maxStreamedFolders = 200

/** What is wrong with one mailbox, and not with the way to all of them. */
const isOwnTrouble = (error: unknown): boolean =>
  CalendarError.is(error) || (RemoteError.is(error) && ['mailbox', 'rights', 'item', 'request'].includes(error.kind))

/**
 * Hints by streaming: one connection for up to 200 folders. Yields the key of each when it begins, and again whenever something happened
 * there, for at most `minutes` (1–30); then it ends, and so it does when the connection drops or a subscription is lost. Begin anew after
 * each end, not at once when it was early. A mailbox that cannot be subscribed to is left out: it is polled like all the others.
 *
 * @throws {CalendarError | RemoteError} when no folder could be subscribed to, or the way to all of them is barred.
 */
export async function* streamHints(
  { folders, minutes }: { readonly folders: readonly StreamedFolder[]; readonly minutes: number },
  options: CallOptions = {},
): AsyncIterable<string> {
  const keys = new Map<string, string>()
  let refused: unknown = null
  for (const { key, client, folder } of folders.slice(0, maxStreamedFolders)) {
    try {
      const input = { folders: [folder], kind: 'streaming', timeoutMinutes: minutes } as const
      keys.set((await client.call(subscribe, input, options)).id, key)
    } catch (error) {
      if (!isOwnTrouble(error)) throw error
      refused = error
      continue
    }
    yield key
  }
  const [first] = folders.filter(({ key }) => [...keys.values()].includes(key))
  if (first === undefined) {
    if (refused !== null) throw refused
    return
  }
  // A connection that died without a word would never end by itself.
  const limit = AbortSignal.timeout((minutes + 2) * 60_000)
  const signal = options.signal === undefined ? limit : AbortSignal.any([options.signal, limit])
  try {
    const input = { subscriptions: [...keys.keys()], timeoutMinutes: minutes }
    for await (const { notifications, closed } of first.client.stream(getStreamingEvents, input, { signal })) {
      for (const { subscription, events } of notifications) {
        if (events.length === 0) continue
        const key = keys.get(subscription ?? '')
        if (key !== undefined) yield key
        else if (keys.size === 1) yield first.key
      }
      if (closed) return
    }
  } catch (error) {
    if (!hasEnded(error) && !limit.aborted) throw error
  }
}
