import type { CallOptions, PrincipalId } from '@dayport/core'

/** One password of one program on one device. */
export interface AppPasswordRecord {
  /** Opaque, never reused. */
  readonly id: string
  readonly principal: PrincipalId
  /** As its owner called it: `Anna's phone`. */
  readonly name: string
  /** Doors that it opens: `caldav`, `outlook`, `feeds`, `api`; the host's own names too. */
  readonly scopes: readonly string[]
  /** Keyed hash of principal and password, 43 characters; unique. */
  readonly hash: string
  /** ms since the Unix epoch, as the others. */
  readonly createdMs: number
  /** `null` until it is first used; exact to a minute. */
  readonly lastUsedMs: number | null
  /** What the program called itself at its last use; `null` when it did not say. */
  readonly lastUserAgent: string | null
  /** `null` while it works. Never set back. */
  readonly revokedMs: number | null
}

/** Seam: where app passwords are kept. Every method joins `options.tx`. */
export interface AppPasswordStore {
  /** @throws {CalendarError} `already-exists` when the id or the hash is taken. */
  create(record: AppPasswordRecord, options?: CallOptions): Promise<void>
  /** `null` when absent. Revoked records are found too. */
  get(id: string, options?: CallOptions): Promise<AppPasswordRecord | null>
  /** By the exact hash; on every request of a device, so indexed. Revoked records are found too. */
  findByHash(hash: string, options?: CallOptions): Promise<AppPasswordRecord | null>
  /** Of one person, revoked ones too, newest first. */
  list(principal: PrincipalId, options?: CallOptions): Promise<readonly AppPasswordRecord[]>
  /** Keeps the first revocation; nothing when absent. */
  revoke(id: string, revokedMs: number, options?: CallOptions): Promise<void>
  /** Nothing when absent. */
  touch(
    id: string,
    use: { readonly lastUsedMs: number; readonly lastUserAgent: string | null },
    options?: CallOptions,
  ): Promise<void>
}
