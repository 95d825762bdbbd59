import { CalendarError, RemoteError, type RemoteErrorKind } from '@dayport/core'
import { z } from 'zod'

/** What is known of an answer that is no success. */
export interface FailureFacts {
  readonly status: number
  readonly body: unknown
  readonly header: (name: string) => string | null
  /** Whether the request could have changed something. */
  readonly write: boolean
  /** ms since the Unix epoch: for a Retry-After that is a date. */
  readonly nowMs: number
}

const service = 'graph'

const errorBody = z.object({
  error: z.object({
    code: z.string().nullish(),
    innerError: z.object({ 'request-id': z.string().nullish(), code: z.string().nullish() }).nullish(),
  }),
})

const gone = new Set(['ErrorItemNotFound', 'ErrorInvalidId', 'ErrorInvalidIdMalformed', 'ErrorInvalidIdEmpty'])
const staleFeed = new Set([
  'SyncStateNotFound',
  'SyncStateInvalid',
  'ErrorInvalidSyncStateData',
  'ErrorSyncFolderNotFound',
  'resyncRequired',
  'ResyncRequired',
])
const conflicts = new Set([
  'ErrorIrresolvableConflict',
  'ErrorStaleObject',
  'ErrorChangeKeyRequired',
  'ErrorChangeKeyRequiredForWriteOperations',
])
const mailbox = new Set([
  'ErrorNonExistentMailbox',
  'MailboxNotEnabledForRESTAPI',
  'MailboxNotSupportedForRESTAPI',
  'ErrorInvalidUser',
  'Request_ResourceNotFound',
  'ResourceNotFound',
  'ErrorNoMailbox',
])
const corrupt = new Set(['ErrorItemCorrupt', 'ErrorCorruptData', 'ErrorMimeContentConversionFailed'])
const refusedItem = new Set(['ErrorQuotaExceeded', 'ErrorMessageSizeExceeded', 'ErrorSendAsDenied'])
const series = new Set([
  'ErrorOccurrenceCrossingBoundary',
  'ErrorCalendarOccurrenceIsDeletedFromRecurrence',
  'ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange',
])
const busy = new Set([
  'ErrorServerBusy',
  'ErrorExceededConnectionCount',
  'ErrorTooManyObjectsOpened',
  'ApplicationThrottled',
  'MailboxConcurrency',
  'TooManyRequests',
  'activityLimitReached',
])
const passing = new Set([
  'ErrorInternalServerTransientError',
  'ErrorMailboxStoreUnavailable',
  'ErrorMailboxMoveInProgress',
  'ErrorMailboxFailover',
])

/**
 * The error that an answer stands for. Answers about one object become {@link CalendarError}s (`not-found`, `precondition-failed`,
 * `invalid-sync-token`, `invalid-calendar-data`, `unrepresentable`), all others {@link RemoteError}s. The service's own text is left
 * out: it may quote what people wrote.
 */
export const failureOf = (facts: FailureFacts): CalendarError | RemoteError => {
  const read = errorBody.safeParse(facts.body)
  const code = read.success ? (read.data.error.code ?? null) : null
  const requestId =
    facts.header('request-id') ?? (read.success ? (read.data.error.innerError?.['request-id'] ?? null) : null)
  const named = (set: ReadonlySet<string>) => code !== null && set.has(code)
  const details = { service, code, requestId, status: facts.status }

  const about = (kind: RemoteErrorKind, what: string, retryable = false, retryAfterMs: number | null = null) =>
    new RemoteError(`${what}${code === null ? '' : ` (${code})`}`, {
      service,
      kind,
      code,
      requestId,
      status: facts.status,
      retryable,
      retryAfterMs,
    })

  if (facts.status === 410 || named(staleFeed)) {
    return new CalendarError('invalid-sync-token', 'The change feed has to be begun anew', { details })
  }
  if (facts.status === 412 || named(conflicts)) {
    return new CalendarError('precondition-failed', 'The event is another than expected', { details })
  }
  if (facts.status === 401) return about('credentials', 'The sign-in was refused')
  if (named(mailbox)) return about('mailbox', 'There is no such mailbox in Exchange Online')
  if (named(gone) || facts.status === 404) {
    return new CalendarError('not-found', 'There is no such event', { details })
  }
  if (named(series)) {
    return new CalendarError('unrepresentable', 'The occurrence cannot stand there in its series', { details })
  }
  if (named(corrupt)) {
    return facts.write
      ? about('item', 'Exchange cannot take the event')
      : new CalendarError('invalid-calendar-data', 'Exchange cannot read the event', { details })
  }
  if (named(refusedItem) || facts.status === 413) return about('item', 'Exchange does not take the event')
  if (facts.status === 403) return about('rights', 'The application may not do this in the mailbox')
  if (facts.status === 429 || facts.status === 503 || named(busy)) {
    return about('throttled', 'Exchange asks to wait', true, retryAfterMs(facts.header('retry-after'), facts.nowMs))
  }
  if (facts.write && facts.status >= 500 && !named(passing)) {
    return about('unknown-outcome', 'Exchange failed, and the write may have been done', true)
  }
  if (facts.status === 504 || code === 'ErrorTimeoutExpired') return about('too-big', 'Exchange took too long', true)
  if (facts.status >= 500 || named(passing)) return about('transient', 'Exchange failed for the moment', true)
  return about('request', 'Exchange did not understand the request')
}

/** What took too long and cannot be made smaller is tried again as it is. */
export const undivided = <T>(error: T): T | RemoteError => (RemoteError.is(error, 'too-big') ? passingOf(error) : error)

/** The same failure for somebody who only reads: to be tried again. */
export const passingOf = (error: Error): RemoteError => {
  const { code, requestId, status } = RemoteError.is(error) ? error : { code: null, requestId: null, status: null }
  return new RemoteError(error.message, {
    service,
    kind: 'transient',
    code,
    requestId,
    status,
    retryable: true,
    cause: error,
  })
}

/** RFC 9110 §10.2.3: seconds or a date; `null` when it says neither. */
const retryAfterMs = (value: string | null, nowMs: number): number | null => {
  if (value === null) return null
  if (/^\s*\d{1,7}(?:\.\d+)?\s*$/.test(value)) return Math.ceil(Number(value) * 1000)
  const date = Date.parse(value)
  return Number.isNaN(date) ? null : Math.max(0, date - nowMs)
}

/** Codes of errors from before a connection stood: nothing was sent. */
const notSent = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])

/** The error for a request without a whole answer. */
export const lostAnswer = (cause: unknown, write: boolean): RemoteError => {
  const code = codeOf(cause)
  const certificate = code !== null && /^(?:ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/.test(code)
  const sent = !certificate && !(code !== null && notSent.has(code))
  const unknown = write && sent
  return new RemoteError(
    unknown ? 'No answer came, and the write may have been done' : 'Exchange Online was not reached',
    {
      service,
      kind: unknown ? 'unknown-outcome' : certificate ? 'configuration' : 'unreachable',
      code,
      status: null,
      retryable: !certificate,
      cause,
    },
  )
}

const codeOf = (error: unknown): string | null => {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    if ('code' in at && typeof at.code === 'string') return at.code
  }
  return null
}
