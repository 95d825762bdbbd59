/**
 * Why an address that input chose was not fetched: `url-refused` (its form, scheme, port or credentials), `address-refused` (its
 * name leads to an address that is not public), `too-many-redirects`, `too-large`, `timed-out`, `unreachable` (name, connection,
 * TLS, or the answer broke off), `bad-answer` (not HTTP, or in an encoding that was not asked for).
 */
export type GuardedFetchErrorCode =
  | 'url-refused'
  | 'address-refused'
  | 'too-many-redirects'
  | 'too-large'
  | 'timed-out'
  | 'unreachable'
  | 'bad-answer'

const mark = Symbol.for('dayport.GuardedFetchError')

/** A failed fetch. `message` may be shown to the person who gave the address: it tells nothing of the network inside. */
export class GuardedFetchError extends Error {
  readonly code: GuardedFetchErrorCode
  readonly [mark] = true

  constructor(code: GuardedFetchErrorCode, message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'GuardedFetchError'
    this.code = code
  }

  /** Recognises the class across several copies of this package in one process. */
  static is(value: unknown): value is GuardedFetchError {
    return value instanceof Error && mark in value
  }
}
