import type { CallOptions, PrincipalId } from '@dayport/core'
import type { AppPasswordRecord, AppPasswordStore } from './app-password-store.ts'
import { createKeyedHash, equalInConstantTime, type HashKey, toBase64Url } from './keyed-hash.ts'

/** What {@link createAppPasswords} needs. */
export interface AppPasswordsOptions {
  readonly store: AppPasswordStore
  readonly key: HashKey
  /** ms since the Unix epoch. */
  readonly now: () => number
  /** Cryptographically random: `(n) => crypto.getRandomValues(new Uint8Array(n))`. */
  readonly randomBytes: (n: number) => Uint8Array
  /** Hears when a program still comes with a password of this person that was revoked: it waits for a new one. Must be quick. */
  readonly onRevokedUse?: (record: AppPasswordRecord, request: Request) => void
  /** Hears when the last use could not be written; sign-in goes on. Default: nobody does. */
  readonly onError?: (error: unknown) => void
}

/** Whose the new password is, what it is called and which doors it opens. */
export interface AppPasswordDraft {
  readonly principal: PrincipalId
  readonly name: string
  readonly scopes: readonly string[]
}

/** Passwords for programs on devices: random, shown once, hashed at rest, named, scoped to doors, revocable. */
export interface AppPasswords {
  /** `password` is `abcd-efgh-…`, seven groups of four, 140 bits; it cannot be had again. */
  create(draft: AppPasswordDraft, options?: CallOptions): Promise<{ record: AppPasswordRecord; password: string }>
  /**
   * `null` when the password is not this person's, is revoked, or does not open `door`. Typed forms count: capitals, spaces or no
   * dashes. Writes the last use, at most once a minute. Anything that cannot be an app password costs no look-up.
   */
  verify(
    principal: PrincipalId,
    password: string,
    door: string,
    request: Request,
    options?: CallOptions,
  ): Promise<AppPasswordRecord | null>
  list(principal: PrincipalId, options?: CallOptions): Promise<readonly AppPasswordRecord[]>
  /** `false` when the person has no such password. It opens nothing from the next request on. */
  revoke(principal: PrincipalId, id: string, options?: CallOptions): Promise<boolean>
}

/** 32 characters, so that five random bits pick one; without `l` and `o`, which look like `1` and `0`. */
const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789'
const length = 28
const shape = new RegExp(`^[${alphabet}]{${length}}$`)
const touchEveryMs = 60_000
/** Last uses remembered in this process; beyond it the database's value alone decides. */
const maxTouches = 10_000
const maxUserAgentLength = 200

export const createAppPasswords = (o: AppPasswordsOptions): AppPasswords => {
  const { store, now, randomBytes } = o
  const hash = createKeyedHash(o.key, 'dayport app password')
  const touchedMs = new Map<string, number>()

  const touch = async (record: AppPasswordRecord, request: Request) => {
    const nowMs = now()
    const lastMs = Math.max(record.lastUsedMs ?? Number.NEGATIVE_INFINITY, touchedMs.get(record.id) ?? 0)
    if (nowMs - lastMs < touchEveryMs) return
    if (touchedMs.size >= maxTouches) touchedMs.clear()
    touchedMs.set(record.id, nowMs)
    const lastUserAgent = request.headers.get('user-agent')?.slice(0, maxUserAgentLength) ?? null
    try {
      await store.touch(record.id, { lastUsedMs: nowMs, lastUserAgent })
    } catch (error) {
      o.onError?.(error)
    }
  }

  return {
    async create({ principal, name, scopes }, options) {
      const text = Array.from(randomBytes(length), (byte) => alphabet[byte % 32]).join('')
      const record: AppPasswordRecord = {
        id: toBase64Url(randomBytes(12)),
        principal,
        name,
        scopes,
        hash: await hash(principal, text),
        createdMs: now(),
        lastUsedMs: null,
        lastUserAgent: null,
        revokedMs: null,
      }
      await store.create(record, options)
      return { record, password: text.match(/.{4}/g)?.join('-') ?? text }
    },
    async verify(principal, password, door, request, options) {
      const text = toTyped(password)
      if (text === null) return null
      const wanted = await hash(principal, text)
      const record = await store.findByHash(wanted, options)
      if (record === null || !equalInConstantTime(record.hash, wanted) || record.principal !== principal) return null
      if (!record.scopes.includes(door)) return null
      if (record.revokedMs !== null) {
        o.onRevokedUse?.(record, request)
        return null
      }
      await touch(record, request)
      return record
    },
    list: (principal, options) => store.list(principal, options),
    async revoke(principal, id, options) {
      const record = await store.get(id, options)
      if (record === null || record.principal !== principal) return false
      await store.revoke(id, now(), options)
      return true
    },
  }
}

/** The 28 characters as they were made; `null` when it cannot be an app password. */
const toTyped = (password: string): string | null => {
  if (password.length > 4 * length) return null
  const text = password.replace(/[\s-]/g, '').toLowerCase()
  return shape.test(text) ? text : null
}
