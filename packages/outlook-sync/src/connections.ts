import type { CalendarId, CallOptions, PrincipalId } from '@dayport/core'
import { createKeyedHash, equalInConstantTime, type HashKey } from '@dayport/http'
import type { OpenConnection, OutlookConnectionRecord, OutlookConnectionStore } from './connection-store.ts'

/** What {@link createOutlookConnections} needs. */
export interface OutlookConnectionsOptions {
  readonly store: OutlookConnectionStore
  /** Kept outside the database. Another key ends every connection. */
  readonly key: HashKey
  /** ms since the Unix epoch. */
  readonly now: () => number
  /** Unique, 1–64 characters of `A–Z a–z 0–9 - _`, not `basic`: `() => crypto.randomUUID()`. */
  readonly newId: () => string
}

/** A new connection: whose, to which calendar, under which name. */
export interface OutlookConnectionDraft {
  readonly principal: PrincipalId
  readonly calendar: CalendarId
  readonly name: string
}

/** Outlooks that people have connected: one secret address per person, calendar and connection, copied again at will, revocable. */
export interface OutlookConnections {
  /**
   * Asks no rights: the host has, and the handler will at every request.
   *
   * @throws {TypeError} when `newId` gave no such id.
   */
  create(draft: OutlookConnectionDraft, options?: CallOptions): Promise<OutlookConnectionRecord>
  /** Of one maker, revoked ones too, newest first. */
  list(principal: PrincipalId, options?: CallOptions): Promise<readonly OutlookConnectionRecord[]>
  /** `null` when the person has no such connection. Revoked ones are found too. */
  get(principal: PrincipalId, id: string, options?: CallOptions): Promise<OutlookConnectionRecord | null>
  /** `null` when the person has no such connection. Its address stays. */
  rename(
    principal: PrincipalId,
    id: string,
    name: string,
    options?: CallOptions,
  ): Promise<OutlookConnectionRecord | null>
  /** `false` when the person has no such connection. It opens nothing from the next request on. */
  revoke(principal: PrincipalId, id: string, options?: CallOptions): Promise<boolean>
  /** The address below the handler's base path, `ID/SECRET`; the same each time. To be shown to its maker only. */
  address(record: Pick<OutlookConnectionRecord, 'id'>): Promise<string>
  /**
   * The connection of a right secret, `'gone'` where it went with its calendar, `null` where it is revoked or the secret is wrong. A wrong
   * secret costs no look-up.
   */
  verify(id: string, secret: string, options?: CallOptions): Promise<OpenConnection | 'gone' | null>
  /** Writes down a sync, at most every five minutes. */
  touch(record: OutlookConnectionRecord, userAgent: string | null): Promise<void>
}

const idShape = /^[A-Za-z0-9_-]{1,64}$/
const touchEveryMs = 5 * 60_000
/** Last syncs remembered in this process; beyond it the database's value alone decides. */
const maxTouches = 10_000
const maxUserAgentLength = 200

export const createOutlookConnections = (options: OutlookConnectionsOptions): OutlookConnections => {
  const { store, now, newId } = options
  // 256 bits: the secret cannot be guessed, and the database alone does not yield it.
  const secretOf = createKeyedHash(options.key, 'dayport outlook connection')
  const touchedMs = new Map<string, number>()

  const ownOf = async (principal: PrincipalId, id: string, call?: CallOptions) => {
    const record = await store.get(id, call)
    return record?.principal === principal ? record : null
  }

  return {
    async create({ principal, calendar, name }, call) {
      const id = newId()
      if (!idShape.test(id) || id.toLowerCase() === 'basic') {
        throw new TypeError('Expected newId to give 1–64 characters of A–Z a–z 0–9 - _, and not "basic"')
      }
      const record: OutlookConnectionRecord = {
        id,
        principal,
        calendar,
        name,
        createdMs: now(),
        revokedMs: null,
        lastSyncMs: null,
        lastUserAgent: null,
      }
      await store.create(record, call)
      return record
    },
    list: (principal, call) => store.list(principal, call),
    get: ownOf,
    async rename(principal, id, name, call) {
      const record = await ownOf(principal, id, call)
      if (record === null) return null
      await store.rename(id, name, call)
      return { ...record, name }
    },
    async revoke(principal, id, call) {
      if ((await ownOf(principal, id, call)) === null) return false
      await store.revoke(id, now(), call)
      return true
    },
    address: async ({ id }) => `${id}/${await secretOf(id)}`,
    async verify(id, secret, call) {
      // The secret first: strangers' guesses never reach the database, and tell nothing about ids.
      if (!idShape.test(id) || !equalInConstantTime(secret, await secretOf(id))) return null
      const opened = await store.open(id, call)
      if (opened === null) return 'gone'
      return opened.record.revokedMs === null ? opened : null
    },
    async touch(record, userAgent) {
      const nowMs = now()
      const lastMs = Math.max(record.lastSyncMs ?? Number.NEGATIVE_INFINITY, touchedMs.get(record.id) ?? 0)
      if (nowMs - lastMs < touchEveryMs) return
      if (touchedMs.size >= maxTouches) touchedMs.clear()
      touchedMs.set(record.id, nowMs)
      await store.touch(record.id, {
        lastSyncMs: nowMs,
        lastUserAgent: userAgent?.slice(0, maxUserAgentLength) ?? null,
      })
    },
  }
}
