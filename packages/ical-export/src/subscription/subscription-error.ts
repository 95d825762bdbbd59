/**
 * Why an address gave no calendar. From the fetch: `url-refused`, `address-refused`, `too-many-redirects`, `timed-out`,
 * `unreachable`, `bad-answer`. From the status: `gone` (404, 410), `sign-in-needed` (401, 403, 407), `busy` (429, 503), `http-status`
 * (any other). From the content: `too-large` (bytes or objects), `not-a-calendar` (a web page, another type, nothing at all),
 * `damaged` (cut off, or not a whole calendar), `no-usable-events` (each one was refused), `empty` (a calendar without events where
 * there were some before).
 */
export type SubscriptionErrorCode =
  | 'url-refused'
  | 'address-refused'
  | 'too-many-redirects'
  | 'timed-out'
  | 'unreachable'
  | 'bad-answer'
  | 'gone'
  | 'sign-in-needed'
  | 'busy'
  | 'http-status'
  | 'too-large'
  | 'not-a-calendar'
  | 'damaged'
  | 'no-usable-events'
  | 'empty'

const mark = Symbol.for('dayport.SubscriptionError')

/** The outside address gave no calendar. `message` is plain English for the subscriber, and holds nothing of the answer. */
export class SubscriptionError extends Error {
  readonly code: SubscriptionErrorCode
  /** How long the server asked us to wait, in ms; `null` when it did not say. */
  readonly retryAfterMs: number | null
  readonly [mark] = true

  constructor(
    code: SubscriptionErrorCode,
    message: string,
    options: { readonly retryAfterMs?: number | null; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'SubscriptionError'
    this.code = code
    this.retryAfterMs = options.retryAfterMs ?? null
  }

  /** Recognises the class across several copies of this package in one process. */
  static is(value: unknown): value is SubscriptionError {
    return value instanceof Error && mark in value
  }
}
