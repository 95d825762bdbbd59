import { type Authorize, CalendarError, type DayportStore, type ObjectLimits } from '@dayport/core'
import { type CalendarService, type CalendarServiceOptions, createCalendarService } from '@dayport/core/service'
import { type AppliedFeed, applyFeed } from './apply-feed.ts'
import { type FetchAddress, type FetchedFeed, fetchFeed } from './fetch-feed.ts'
import { type FetchHistory, nextFetchMs } from './next-fetch.ts'
import { type OutsideCalendar, readFeed } from './read-feed.ts'
import { SubscriptionError } from './subscription-error.ts'
import { defaultSubscriptionLimits, type SubscriptionLimits } from './subscription-limits.ts'
import type { SubscriptionRecord, SubscriptionState, SubscriptionStore } from './subscription-store.ts'

/** What {@link createSubscriptions} needs. */
export interface SubscriptionsOptions {
  readonly store: DayportStore
  /** On the same database as `store`: both are written in one unit of work. */
  readonly subscriptions: SubscriptionStore
  /** Asked whether a person may make and delete calendars in their home. */
  readonly authorize: Authorize
  /** Fetches what people typed: hand in `createGuardedFetch()` of @dayport/http/node, which cannot be turned inside. */
  readonly fetch: FetchAddress
  /** ms since the Unix epoch. */
  readonly now: () => number
  /** Makes ids and names, each one new. */
  readonly newId: () => string
  /** 0 to 1, by which the fetches of many subscriptions come apart. Default `Math.random`. */
  readonly random?: () => number
  /**
   * Whether reminders of outside calendars ring: those that show something or play a sound. Default false. Those that mail or start
   * programs, and addresses of files, shares and scripts, never come in (`disarmObject` of core).
   */
  readonly alarms?: boolean
  /** Default `Dayport`. Say who you are and how to reach you: those who publish calendars look there. */
  readonly userAgent?: string
  /** Those not given have the defaults of `defaultSubscriptionLimits`. */
  readonly limits?: Partial<SubscriptionLimits>
  /** As in `createCalendarService`: bounds of each object, bounds of the file, who hears of committed changes. */
  readonly objectLimits?: Partial<ObjectLimits>
  readonly importLimits?: Partial<ObjectLimits>
  readonly onChange?: CalendarServiceOptions['onChange']
  /** Hears how each later fetch ended, of whoever asked for it: `lastError` says whether it failed. Must be quick. */
  readonly onRefreshed?: (record: SubscriptionRecord) => void
  /** Hears of failures that are not the outside server's. */
  readonly onError: (error: unknown) => void
}

/** The steps of a refresh, and all of them together. */
export interface Refresher {
  readonly limits: SubscriptionLimits
  /** Writes the subscribed calendars; asks the host about everything else. */
  readonly service: CalendarService
  /** When to fetch again. */
  next(history: Omit<FetchHistory, 'nowMs' | 'random'>): number
  /** `null` when there is nothing new. @throws {SubscriptionError} */
  fetchContent(url: string, known: Validators, signal?: AbortSignal): Promise<FetchedFeed | null>
  /** @throws {SubscriptionError} */
  read(id: string, fetched: FetchedFeed): Promise<OutsideCalendar>
  /** @throws {SubscriptionError} `no-usable-events`. */
  apply(record: SubscriptionRecord, content: OutsideCalendar, signal?: AbortSignal): Promise<AppliedFeed>
  /** Fetches one and notes how it ended. `null` when its calendar is gone: then the subscription goes too. */
  refresh(record: SubscriptionRecord, signal?: AbortSignal): Promise<SubscriptionRecord | null>
}

type Validators = Pick<SubscriptionRecord, 'etag' | 'lastModified'>

/** An answer without events is believed when it is still so after a day: until then it is more likely a failure on the other side. */
const emptyForMs = 24 * 60 * 60_000

export const createRefresher = (options: SubscriptionsOptions): Refresher => {
  const { store, subscriptions, now, newId, onError } = options
  const limits = { ...defaultSubscriptionLimits, ...options.limits }
  const service = createCalendarService({
    store,
    authorize: async (who, privilege, target, call) =>
      ('calendar' in target && privilege === 'write') || options.authorize(who, privilege, target, call),
    fillsReadOnly: true,
    now,
    newId,
    onError,
    ...(options.objectLimits === undefined ? {} : { limits: options.objectLimits }),
    ...(options.onChange === undefined ? {} : { onChange: options.onChange }),
  })

  const random = options.random ?? Math.random
  const next: Refresher['next'] = (history) => nextFetchMs({ ...history, nowMs: now(), random: random() }, limits)

  const fetchContent: Refresher['fetchContent'] = (url, { etag, lastModified }, signal) =>
    fetchFeed(url, {
      fetch: options.fetch,
      userAgent: options.userAgent ?? 'Dayport',
      etag,
      lastModified,
      maxBytes: limits.maxBytes,
      now,
      signal,
    })

  const read: Refresher['read'] = (id, { bytes, contentType }) =>
    readFeed(bytes, {
      contentType,
      limits,
      importLimits: options.importLimits ?? {},
      alarms: options.alarms ?? false,
      uidOf: (position) => `${id}-${position}`,
    })

  const apply: Refresher['apply'] = ({ id, principal, calendar }, content, signal) =>
    applyFeed(content.objects, {
      service,
      store,
      who: { id: principal, groups: [] },
      calendar,
      origin: { door: 'subscription', connection: id },
      newId,
      signal,
    })

  const assertMayBeEmpty = async ({ calendar, lastError, lastSuccessMs }: SubscriptionRecord): Promise<void> => {
    if (lastError?.code === 'empty' && now() - lastSuccessMs >= emptyForMs) return
    for await (const _ of store.findObjects(calendar, {})) {
      throw new SubscriptionError('empty', 'The calendar came without any events; those from before are still shown')
    }
  }

  const succeeded = async (record: SubscriptionRecord, signal?: AbortSignal): Promise<SubscriptionState> => {
    const fetched = await fetchContent(record.url, record, signal)
    let state: SubscriptionState = { ...stateOf(record), lastError: null, failures: 0 }
    if (fetched !== null) {
      const content = await read(record.id, fetched)
      if (content.objects.length === 0) await assertMayBeEmpty(record)
      const { refused } = await apply(record, content, signal)
      const { etag, lastModified } = fetched
      state = { ...state, etag, lastModified, askedMinutes: content.askedMinutes, refused }
    }
    const nowMs = now()
    return {
      ...state,
      lastFetchMs: nowMs,
      lastSuccessMs: nowMs,
      nextFetchMs: next({ ...record, ...state, retryAfterMs: null }),
    }
  }

  const failed = (record: SubscriptionRecord, error: SubscriptionError): SubscriptionState => {
    const nowMs = now()
    const failures = record.failures + 1
    return {
      ...stateOf(record),
      failures,
      lastError: { code: error.code, message: error.message },
      lastFetchMs: nowMs,
      nextFetchMs: next({ ...record, failures, retryAfterMs: error.retryAfterMs }),
    }
  }

  const refresh: Refresher['refresh'] = async (record, signal) => {
    let state: SubscriptionState
    try {
      if ((await store.getCalendar(record.calendar)) === null) throw new CalendarError('not-found', 'no such calendar')
      state = await succeeded(record, signal)
    } catch (error) {
      if (CalendarError.is(error, 'not-found')) {
        await subscriptions.remove(record.id)
        return null
      }
      if (!SubscriptionError.is(error)) throw error
      state = failed(record, error)
    }
    await subscriptions.update(record.id, state)
    const refreshed = { ...record, ...state }
    try {
      options.onRefreshed?.(refreshed)
    } catch (error) {
      onError(error) // the fetch is done, whatever its listeners do
    }
    return refreshed
  }

  return { limits, service, next, fetchContent, read, apply, refresh }
}

const stateOf = (record: SubscriptionRecord): SubscriptionState => ({
  etag: record.etag,
  lastModified: record.lastModified,
  askedMinutes: record.askedMinutes,
  lastFetchMs: record.lastFetchMs,
  lastSuccessMs: record.lastSuccessMs,
  nextFetchMs: record.nextFetchMs,
  failures: record.failures,
  lastError: record.lastError,
  refused: record.refused,
})
