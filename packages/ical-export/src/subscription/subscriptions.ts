import { CalendarError, type CallOptions, type Principal } from '@dayport/core'
import type { FetchedFeed } from './fetch-feed.ts'
import { createRefresher, type SubscriptionsOptions } from './refresher.ts'
import { subscriptionAddresses } from './subscription-address.ts'
import { SubscriptionError } from './subscription-error.ts'
import type { SubscriptionRecord } from './subscription-store.ts'

/** What somebody asks for. */
export interface SubscriptionDraft {
  /** `https://`, `http://` or `webcal://`. */
  readonly url: string
  /** Default: the content's own name, else the host of the address. */
  readonly displayName?: string
  /** Default: the content's own. */
  readonly color?: string | null
  /** Minutes between fetches, within the limits. Default: what the content asks for, else 60. */
  readonly refreshMinutes?: number | null
}

/** Outside calendars as read-only ones of our own. */
export interface Subscriptions {
  /**
   * Fetches the address at once, and makes a read-only calendar of it only when it gives one.
   *
   * @throws {SubscriptionError} why the address gives none.
   * @throws {CalendarError} `forbidden` where the person may make no calendars; `limit-exceeded` with `details.allowed`.
   */
  subscribe(who: Principal, draft: SubscriptionDraft, options?: CallOptions): Promise<SubscriptionRecord>
  /** The person's own, with how they stand. Their addresses may be secrets: show them to nobody else. */
  list(who: Principal, options?: CallOptions): Promise<readonly SubscriptionRecord[]>
  /** Ends one and deletes its calendar. `false` when it is not the person's. */
  unsubscribe(who: Principal, id: string, options?: CallOptions): Promise<boolean>
  /**
   * Fetches one now; within a minute of the last fetch it is left at that. A failure is in the record's `lastError`. `null` when it is not the
   * person's, or its calendar is gone.
   */
  refresh(who: Principal, id: string, options?: CallOptions): Promise<SubscriptionRecord | null>
  /** Fetches what is due, four at a time; for a timer of the host, every minute or so, on one node or several. Throws nothing. */
  runDue(options?: { readonly signal?: AbortSignal }): Promise<{ readonly refreshed: number; readonly failed: number }>
}

/** What a node has taken and not finished by then is taken again. */
const claimMs = 10 * 60_000
const shortestManualMs = 60_000
const atOnce = 4

/** See {@link Subscriptions}. */
export const createSubscriptions = (options: SubscriptionsOptions): Subscriptions => {
  const { store, subscriptions, now, newId, onError } = options
  const refresher = createRefresher(options)
  const { service, limits } = refresher

  // One fetch of a subscription at a time: a second caller waits for the first one's outcome.
  const running = new Map<string, Promise<SubscriptionRecord | null>>()
  const refreshOnce = (record: SubscriptionRecord, signal?: AbortSignal) => {
    const known = running.get(record.id)
    if (known !== undefined) return known
    const run = refresher.refresh(record, signal).finally(() => running.delete(record.id))
    running.set(record.id, run)
    return run
  }

  const owned = async (who: Principal, id: string, call?: CallOptions): Promise<SubscriptionRecord | null> => {
    const record = await subscriptions.get(id, call)
    return record?.principal === who.id ? record : null
  }

  const end = async (who: Principal, { id, calendar }: SubscriptionRecord): Promise<void> => {
    await service.transaction(async (tx) => {
      if ((await store.getCalendar(calendar, { tx })) !== null) {
        await service.deleteCalendar(who, calendar, { tx, origin: { door: 'subscription', connection: id } })
      }
      await subscriptions.remove(id, { tx })
    })
  }

  const assertRoom = async (who: Principal, call?: CallOptions): Promise<void> => {
    const allowed = limits.maxPerPerson
    if ((await subscriptions.list(who.id, call)).length < allowed) return
    throw new CalendarError('limit-exceeded', `at most ${allowed} subscriptions were expected`, {
      details: { limit: 'maxPerPerson', allowed },
    })
  }

  return {
    subscribe: async (who, draft, call = {}) => {
      const addresses = subscriptionAddresses(draft.url)
      await assertRoom(who, call)
      const id = newId()
      const { url, fetched } = await firstThatAnswers(addresses, (address) =>
        refresher.fetchContent(address, { etag: null, lastModified: null }, call.signal),
      )
      const content = await refresher.read(id, fetched)
      const nowMs = now()
      const unfilled = await service.transaction(async (tx) => {
        await assertRoom(who, { tx })
        const calendar = {
          owner: who.id,
          name: newId(),
          displayName: draft.displayName ?? content.name ?? new URL(url).hostname,
          color: draft.color === undefined ? content.color : draft.color,
          readOnly: true,
        }
        const origin = { door: 'subscription', connection: id }
        const record: SubscriptionRecord = {
          id,
          principal: who.id,
          calendar: (await service.createCalendar(who, calendar, { tx, origin })).id,
          url,
          createdMs: nowMs,
          refreshMinutes: draft.refreshMinutes ?? null,
          askedMinutes: content.askedMinutes,
          // Of content that is not stored yet: were this to end here, the next fetch must bring it.
          etag: null,
          lastModified: null,
          lastFetchMs: nowMs,
          lastSuccessMs: nowMs,
          nextFetchMs: nowMs + claimMs,
          failures: 0,
          lastError: null,
          refused: 0,
        }
        await subscriptions.create(record, { tx })
        return record
      })
      try {
        const { refused } = await refresher.apply(unfilled, content, call.signal)
        const { etag, lastModified } = fetched
        const next = refresher.next({ ...unfilled, retryAfterMs: null })
        const record: SubscriptionRecord = { ...unfilled, etag, lastModified, refused, nextFetchMs: next }
        await subscriptions.update(id, record)
        return record
      } catch (error) {
        if (SubscriptionError.is(error)) await end(who, unfilled)
        throw error
      }
    },

    list: (who, call) => subscriptions.list(who.id, call),

    unsubscribe: async (who, id, call) => {
      const record = await owned(who, id, call)
      if (record === null) return false
      await end(who, record)
      return true
    },

    refresh: async (who, id, call) => {
      const record = await owned(who, id, call)
      if (record === null || now() - record.lastFetchMs < shortestManualMs) return record
      return refreshOnce(record, call?.signal)
    },

    runDue: async ({ signal } = {}) => {
      const counts = { refreshed: 0, failed: 0 }
      const work = async (): Promise<void> => {
        while (!signal?.aborted) {
          const nowMs = now()
          const [due] = await subscriptions.takeDue({ nowMs, untilMs: nowMs + claimMs, limit: 1 })
          if (due === undefined) return
          try {
            const after = await refreshOnce(due, signal)
            counts[after === null || after.lastError === null ? 'refreshed' : 'failed'] += 1
          } catch (error) {
            if (signal?.aborted) return
            counts.failed += 1
            onError(error)
          }
        }
      }
      await Promise.all(Array.from({ length: atOnce }, () => work().catch(onError)))
      return counts
    },
  }
}

/** Tries the next address only where the one before has no server that speaks: anything else is an answer. */
const firstThatAnswers = async (
  addresses: readonly string[],
  fetchOne: (url: string) => Promise<FetchedFeed | null>,
): Promise<{ readonly url: string; readonly fetched: FetchedFeed }> => {
  for (const [i, url] of addresses.entries()) {
    try {
      const fetched = await fetchOne(url)
      if (fetched !== null) return { url, fetched }
    } catch (error) {
      const isLast = i === addresses.length - 1
      if (isLast || !SubscriptionError.is(error) || error.code !== 'unreachable') throw error
    }
  }
  throw new SubscriptionError('bad-answer', 'The server’s answer makes no sense')
}
