import type { CalendarId, CallOptions, PrincipalId } from '@dayport/core'
import type { FeedOptions } from './feed-options.ts'

/** What a link shows: one calendar, or at each fetch all that are then the favourites of a person. */
export type FeedScope = { readonly calendar: CalendarId } | { readonly favouritesOf: PrincipalId }

/** One subscription address. It holds no secret: that is derived from `id` by a key outside the database. */
export interface FeedLinkRecord {
  /** 1–64 characters of `A–Z a–z 0–9 - _`, opaque, never reused. Part of the address. */
  readonly id: string
  /** Who made it; the link can do no more than this person may. */
  readonly principal: PrincipalId
  readonly scope: FeedScope
  readonly options: FeedOptions
  /** As its maker called it: `Google at home`. */
  readonly name: string
  /** ms since the Unix epoch, as the others. */
  readonly createdMs: number
  /** When its name, options or expiry last changed; at first `createdMs`. */
  readonly modifiedMs: number
  /** The link ends at this instant; `null` when it does not expire. */
  readonly expiresMs: number | null
  /** `null` while it works. Never set back. */
  readonly revokedMs: number | null
  /** `null` until it is first fetched; exact to a minute. */
  readonly lastFetchMs: number | null
  /** What the program called itself at its last fetch; `null` when it did not say. */
  readonly lastUserAgent: string | null
}

/** What may change in a link while its address stays. */
export type FeedLinkState = Pick<FeedLinkRecord, 'name' | 'options' | 'expiresMs' | 'modifiedMs'>

/** Seam: where feed links are kept. Every method joins `options.tx`. */
export interface FeedLinkStore {
  /** @throws {CalendarError} `already-exists` when the id is taken. */
  create(record: FeedLinkRecord, options?: CallOptions): Promise<void>
  /** `null` when absent. Revoked and expired records are found too. */
  get(id: string, options?: CallOptions): Promise<FeedLinkRecord | null>
  /** Of one maker, revoked and expired ones too, newest first. */
  list(principal: PrincipalId, options?: CallOptions): Promise<readonly FeedLinkRecord[]>
  /** Nothing when absent. */
  update(id: string, state: FeedLinkState, options?: CallOptions): Promise<void>
  /** Keeps the first revocation; nothing when absent. */
  revoke(id: string, revokedMs: number, options?: CallOptions): Promise<void>
  /** Nothing when absent. */
  touch(
    id: string,
    fetch: { readonly lastFetchMs: number; readonly lastUserAgent: string | null },
    options?: CallOptions,
  ): Promise<void>
}
