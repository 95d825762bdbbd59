import type { CallOptions, PrincipalId } from '@dayport/core'
import { createKeyedHash, equalInConstantTime, type HashKey } from '@dayport/http'
import type { FeedLinkRecord, FeedLinkStore, FeedScope } from './feed-link-store.ts'
import { type FeedOptions, feedOptionsOf } from './feed-options.ts'

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

/** A new link: who makes it, of what, under which name. */
export interface FeedLinkDraft {
  readonly principal: PrincipalId
  readonly scope: FeedScope
  readonly name: string
  /** Those not given as in `defaultFeedOptions`. */
  readonly options?: Partial<FeedOptions>
  /** ms since the Unix epoch; `null`, the default, never. */
  readonly expiresMs?: number | null
}

/** What a link's maker changes in it; what is absent stays. */
export type FeedLinkPatch = Partial<Pick<FeedLinkDraft, 'name' | 'options' | 'expiresMs'>>

/** Secret subscription addresses: many per person, named, copied again at will, revocable. */
export interface FeedLinks {
  /**
   * Asks no rights: the host has, and the handler will at every fetch.
   *
   * @throws {TypeError} when `newId` gave no such id, the options are not in order (see `feedOptionsOf`), or the expiry is no instant
   * ahead: a link that is born dead is a mistake of units or clocks.
   */
  create(draft: FeedLinkDraft, options?: CallOptions): Promise<FeedLinkRecord>
  /** Of one maker, ended ones too, newest first. */
  list(principal: PrincipalId, options?: CallOptions): Promise<readonly FeedLinkRecord[]>
  /**
   * Changes a link that keeps its address; the next fetch follows it. `null` when the person has no such link.
   *
   * @throws {TypeError} when the options are not in order, or another expiry is no instant ahead.
   */
  update(
    principal: PrincipalId,
    id: string,
    patch: FeedLinkPatch,
    options?: CallOptions,
  ): Promise<FeedLinkRecord | null>
  /** `false` when the person has no such link. It opens nothing from the next request on. */
  revoke(principal: PrincipalId, id: string, options?: CallOptions): Promise<boolean>
  /** The address below the feed handler's base path, `ID/SECRET.ics`; the same each time. To be shown to its maker only. */
  address(record: Pick<FeedLinkRecord, 'id'>): Promise<string>
  /** The link of a right secret, unless revoked or expired; else `null`. A wrong secret costs no look-up. */
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

  const ownOf = async (principal: PrincipalId, id: string, options?: CallOptions): Promise<FeedLinkRecord | null> => {
    const record = await store.get(id, options)
    return record?.principal === principal ? record : null
  }

  const ahead = (expiresMs: number | null): number | null => {
    if (expiresMs === null || (Number.isSafeInteger(expiresMs) && expiresMs > now())) return expiresMs
    throw new TypeError('Expected expiresMs to be whole milliseconds since the Unix epoch, and ahead')
  }

  return {
    async create({ principal, scope, name, options = {}, expiresMs = null }, call) {
      const id = newId()
      if (!idShape.test(id)) throw new TypeError('Expected newId to give 1–64 characters of A–Z a–z 0–9 - _')
      const createdMs = now()
      const record: FeedLinkRecord = {
        id,
        principal,
        scope,
        options: feedOptionsOf(options),
        name,
        createdMs,
        modifiedMs: createdMs,
        expiresMs: ahead(expiresMs),
        revokedMs: null,
        lastFetchMs: null,
        lastUserAgent: null,
      }
      await store.create(record, call)
      return record
    },
    list: (principal, options) => store.list(principal, options),
    async update(principal, id, { name, options, expiresMs }, call) {
      const record = await ownOf(principal, id, call)
      if (record === null) return null
      const state = {
        name: name ?? record.name,
        options: options === undefined ? record.options : feedOptionsOf({ ...record.options, ...options }),
        expiresMs: expiresMs === undefined || expiresMs === record.expiresMs ? record.expiresMs : ahead(expiresMs),
        modifiedMs: now(),
      }
      await store.update(id, state, call)
      return { ...record, ...state }
    },
    async revoke(principal, id, options) {
      if ((await ownOf(principal, id, options)) === null) return false
      await store.revoke(id, now(), options)
      return true
    },
    address: async ({ id }) => `${id}/${await secretOf(id)}.ics`,
    async verify(id, secret, options) {
      // The secret first: it is derived, so that strangers' guesses never reach the database and tell nothing about ids.
      if (!idShape.test(id) || !equalInConstantTime(secret, await secretOf(id))) return null
      const record = await store.get(id, options)
      if (record === null) return null
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
