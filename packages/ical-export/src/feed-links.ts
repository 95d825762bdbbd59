import type { CalendarId, CallOptions, PrincipalId } from '@dayport/core'
import { createKeyedHash, equalInConstantTime, type HashKey } from '@dayport/http'
import type { FeedLinkRecord, FeedLinkStore } from './feed-link-store.ts'

/** What {@link createFeedLinks} needs. */
export interface FeedLinksOptions {
  readonly store: FeedLinkStore
  /** Kept outside the database. Another key ends every link. */
  readonly key: HashKey
  /** ms since the Unix epoch. */
  readonly now: () => number
  /** Unique, 1–64 characters of `A–Z a–z 0–9 - _`: `() => crypto.randomUUID()`. */
  readonly newId: () => string
}

/** A new link: who makes it, of which calendar, under which name. */
export interface FeedLinkDraft {
  readonly principal: PrincipalId
  readonly calendar: CalendarId
  readonly name: string
  /** ms since the Unix epoch; `null`, the default, never. */
  readonly expiresMs?: number | null
}

/** Secret subscription addresses: many per person, named, copied again at will, revocable. */
export interface FeedLinks {
  /** Asks no rights: the host has, and the handler will at every fetch. @throws {TypeError} when `newId` gave no such id. */
  create(draft: FeedLinkDraft, options?: CallOptions): Promise<FeedLinkRecord>
  /** Of one maker, ended ones too, newest first. */
  list(principal: PrincipalId, options?: CallOptions): Promise<readonly FeedLinkRecord[]>
  /** `false` when the person has no such link. It opens nothing from the next request on. */
  revoke(principal: PrincipalId, id: string, options?: CallOptions): Promise<boolean>
  /** The address below the feed handler's base path, `ID/SECRET.ics`; the same each time. To be shown to its maker only. */
  address(record: Pick<FeedLinkRecord, 'id'>): Promise<string>
  /** The link of a right secret, unless revoked or expired; else `null`, after the same work. */
  verify(id: string, secret: string, options?: CallOptions): Promise<FeedLinkRecord | null>
  /** Writes down a fetch, at most once a minute. */
  touch(record: FeedLinkRecord, userAgent: string | null): Promise<void>
}

const idShape = /^[A-Za-z0-9_-]{1,64}$/
const touchEveryMs = 60_000
/** Last fetches remembered in this process; beyond it the database's value alone decides. */
const maxTouches = 10_000
const maxUserAgentLength = 200

export const createFeedLinks = ({ store, key, now, newId }: FeedLinksOptions): FeedLinks => {
  // 256 bits: the secret cannot be guessed, and the database alone does not yield it.
  const secretOf = createKeyedHash(key, 'dayport feed link')
  const touchedMs = new Map<string, number>()
  return {
    async create({ principal, calendar, name, expiresMs = null }, options) {
      const id = newId()
      if (!idShape.test(id)) throw new TypeError('Expected newId to give 1–64 characters of A–Z a–z 0–9 - _')
      const record: FeedLinkRecord = {
        id,
        principal,
        calendar,
        name,
        createdMs: now(),
        expiresMs,
        revokedMs: null,
        lastFetchMs: null,
        lastUserAgent: null,
      }
      await store.create(record, options)
      return record
    },
    list: (principal, options) => store.list(principal, options),
    async revoke(principal, id, options) {
      const record = await store.get(id, options)
      if (record === null || record.principal !== principal) return false
      await store.revoke(id, now(), options)
      return true
    },
    address: async ({ id }) => `${id}/${await secretOf(id)}.ics`,
    async verify(id, secret, options) {
      if (!idShape.test(id)) return null
      // Both always, so that a wrong, an ended and an unknown link take alike.
      const [record, right] = await Promise.all([store.get(id, options), secretOf(id)])
      if (!equalInConstantTime(secret, right) || record === null) return null
      const ended = record.revokedMs !== null || (record.expiresMs !== null && record.expiresMs <= now())
      return ended ? null : record
    },
    async touch(record, userAgent) {
      const nowMs = now()
      const lastMs = Math.max(record.lastFetchMs ?? Number.NEGATIVE_INFINITY, touchedMs.get(record.id) ?? 0)
      if (nowMs - lastMs < touchEveryMs) return
      if (touchedMs.size >= maxTouches) touchedMs.clear()
      touchedMs.set(record.id, nowMs)
      const lastUserAgent = userAgent?.slice(0, maxUserAgentLength) ?? null
      await store.touch(record.id, { lastFetchMs: nowMs, lastUserAgent })
    },
  }
}
