/** What went wrong, in the calendar's own terms; each protocol says it in its own words. */
export type CalendarErrorCode =
  | 'not-found'
  | 'already-exists'
  | 'precondition-failed'
  | 'invalid-calendar-data'
  | 'invalid-calendar-object'
  | 'unsupported-component'
  | 'uid-conflict'
  | 'too-large'
  | 'limit-exceeded'
  | 'invalid-sync-token'
  | 'too-many-results'
  | 'forbidden'
  | 'unauthenticated'
  | 'unrepresentable'

const mark = Symbol.for('dayport.CalendarError')
const remoteMark = Symbol.for('dayport.RemoteError')

/** An expected failure. `details` is safe to show to the person who asked. */
export class CalendarError extends Error {
  readonly code: CalendarErrorCode
  readonly details?: Readonly<Record<string, unknown>>
  readonly [mark] = true

  constructor(
    code: CalendarErrorCode,
    message: string,
    options: { readonly details?: Readonly<Record<string, unknown>>; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'CalendarError'
    this.code = code
    if (options.details !== undefined) this.details = options.details
  }

  /** Recognises the class across several copies of this package in one process. */
  static is(value: unknown, code?: CalendarErrorCode): value is CalendarError {
    return value instanceof Error && mark in value && (code === undefined || (value as CalendarError).code === code)
  }
}

/**
 * What a failure of a service on the other side is about: its sign-in, rights, address or set-up, the way to it, its load (`throttled`,
 * `transient`), a request that was too big, the mailbox, one item, our request itself, or an answer that got lost so that nobody knows
 * whether the write was done.
 */
export type RemoteErrorKind =
  | 'credentials'
  | 'rights'
  | 'configuration'
  | 'unreachable'
  | 'throttled'
  | 'transient'
  | 'too-big'
  | 'mailbox'
  | 'item'
  | 'request'
  | 'unknown-outcome'

/** A failure of a service on the other side. */
export class RemoteError extends Error {
  readonly service: string
  readonly kind: RemoteErrorKind
  /** The service's own word: `ErrorServerBusy`; `null` when it had none. */
  readonly code: string | null
  /** Under which the service logged the request; `null` when unknown. */
  readonly requestId: string | null
  /** HTTP status; `null` when there was no answer. */
  readonly status: number | null
  readonly retryable: boolean
  /** How long the service asked us to wait; `null` when it did not say. */
  readonly retryAfterMs: number | null
  readonly [remoteMark] = true

  constructor(
    message: string,
    facts: {
      readonly service: string
      readonly kind: RemoteErrorKind
      readonly code?: string | null
      readonly requestId?: string | null
      readonly status: number | null
      readonly retryable: boolean
      readonly retryAfterMs?: number | null
      readonly cause?: unknown
    },
  ) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause })
    this.name = 'RemoteError'
    this.service = facts.service
    this.kind = facts.kind
    this.code = facts.code ?? null
    this.requestId = facts.requestId ?? null
    this.status = facts.status
    this.retryable = facts.retryable
    this.retryAfterMs = facts.retryAfterMs ?? null
  }

  static is(value: unknown, kind?: RemoteErrorKind): value is RemoteError {
    return value instanceof Error && remoteMark in value && (kind === undefined || (value as RemoteError).kind === kind)
  }
}
