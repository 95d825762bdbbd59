import type { CalendarId, CallOptions, PrincipalId } from '@dayport/core'
import type { SubscriptionErrorCode } from './subscription-error.ts'

/** How a subscription stands; times are ms since the Unix epoch. */
export interface SubscriptionState {
  /** ETag of the content that is in the calendar, as it came; `null` when the server named none. */
  readonly etag: string | null
  /** Last-Modified of it, as it came. */
  readonly lastModified: string | null
  /** Minutes between fetches that the content asked for (RFC 7986 §5.7); `null` when it did not. */
  readonly askedMinutes: number | null
  /** The last try, and the last one that went well. */
  readonly lastFetchMs: number
  readonly lastSuccessMs: number
  /** Not before it does `runDue` try again. */
  readonly nextFetchMs: number
  /** Failed tries since the last that went well. */
  readonly failures: number
  /** Why the last try failed; `null` when it went well. The calendar then still shows what it showed before. */
  readonly lastError: { readonly code: SubscriptionErrorCode; readonly message: string } | null
  /** Objects of the content that could not be taken. */
  readonly refused: number
}

/** An outside address whose calendar is shown as a read-only one here. */
export interface SubscriptionRecord extends SubscriptionState {
  readonly id: string
  /** Who subscribed; owner of the calendar. */
  readonly principal: PrincipalId
  readonly calendar: CalendarId
  /** http or https, without user and password. It may hold a secret of its own: show it to the subscriber only, and log it nowhere. */
  readonly url: string
  readonly createdMs: number
  /** Minutes between fetches that the subscriber wishes; `null` leaves it to the content. */
  readonly refreshMinutes: number | null
}

/** Seam: where subscriptions are kept. Every method joins `options.tx`. */
export interface SubscriptionStore {
  /** @throws {CalendarError} `already-exists` when the id, or the calendar's subscription, is there already. */
  create(record: SubscriptionRecord, options?: CallOptions): Promise<void>
  /** `null` when absent. */
  get(id: string, options?: CallOptions): Promise<SubscriptionRecord | null>
  /** Of one subscriber, oldest first. */
  list(principal: PrincipalId, options?: CallOptions): Promise<readonly SubscriptionRecord[]>
  /** Nothing when absent. */
  update(id: string, state: SubscriptionState, options?: CallOptions): Promise<void>
  /** Nothing when absent. */
  remove(id: string, options?: CallOptions): Promise<void>
  /**
   * At most `limit` of those whose `nextFetchMs` is not after `nowMs`, the longest due first, and sets their `nextFetchMs` to
   * `untilMs` in the same unit of work: no second node takes them, and what a node did not finish comes again.
   */
  takeDue(
    when: { readonly nowMs: number; readonly untilMs: number; readonly limit: number },
    options?: CallOptions,
  ): Promise<readonly SubscriptionRecord[]>
}
