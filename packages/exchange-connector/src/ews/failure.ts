import { CalendarError, RemoteError, type RemoteErrorKind } from '@dayport/core'

/** `RemoteError.service` of everything here. */
export const service = 'ews'

/** What is known of an answer, or a part of one, that is no success. */
export interface EwsFailure {
  /** ResponseCode, or the code of a Fault; `null` when there was none. */
  readonly code: string | null
  /** HTTP status. */
  readonly status: number
  readonly requestId: string | null
  /** `BackOffMilliseconds`, or Retry-After in ms. */
  readonly retryAfterMs: number | null
  /** Whether the request could have changed something. */
  readonly write: boolean
}

type Class = RemoteErrorKind | 'gone' | 'conflict' | 'stale-feed' | 'series' | 'corrupt'

const classes: Readonly<Record<Class, readonly string[]>> = {
  credentials: ['ErrorInvalidAuthenticationData', 'ErrorTokenSerializationDenied', 'ErrorLogonFailure'],
  rights: [
    'ErrorAccessDenied',
    'ErrorImpersonateUserDenied',
    'ErrorImpersonationDenied',
    'ErrorImpersonationFailed',
    'ErrorSubmissionQuotaExceeded',
    'ErrorCreateItemAccessDenied',
    'ErrorSubscriptionAccessDenied',
    'ErrorSubscriptionDelegateAccessNotSupported',
    'ErrorManagedFolderNotFound',
    'ErrorDelegateNoUser',
    'ErrorSendAsDenied',
  ],
  configuration: [
    'ErrorInvalidServerVersion',
    'ErrorNotSupported',
    'ErrorFolderNotFound',
    'ErrorParentFolderNotFound',
    'ErrorInvalidFolderId',
    'ErrorUnsupportedCulture',
    'ErrorCannotUseFolderIdForItemId',
  ],
  unreachable: [],
  throttled: [
    'ErrorServerBusy',
    'ErrorExceededConnectionCount',
    'ErrorExceededSubscriptionCount',
    'ErrorExceededFindCountLimit',
    'ErrorTooManyObjectsOpened',
    'ErrorConnectionFailed',
    'MailboxConcurrency',
    'ErrorNotEnoughMemory',
  ],
  transient: [
    'ErrorInternalServerTransientError',
    'ErrorInternalServerError',
    'ErrorMailboxStoreUnavailable',
    'ErrorMailboxMoveInProgress',
    'ErrorMailboxFailover',
    'ErrorADUnavailable',
    'ErrorADOperation',
    'ErrorBatchProcessingStopped',
    'ErrorContentConversionFailed',
    'ErrorProxyRequestProcessingFailed',
    'ErrorNoRespondingCASInDestinationSite',
    'ErrorProxyCallFailed',
    'ErrorReadEventsFailed',
  ],
  'too-big': ['ErrorTimeoutExpired', 'ErrorResponseSchemaValidation', 'ErrorDataSizeLimitExceeded'],
  mailbox: [
    'ErrorNonExistentMailbox',
    'ErrorNonPrimarySmtpAddress',
    'ErrorMailboxConfiguration',
    'ErrorMissingEmailAddress',
    'ErrorInvalidSmtpAddress',
    'ErrorInvalidUserPrincipalName',
    'ErrorInvalidUserSid',
    'ErrorAccountDisabled',
    'ErrorMailRecipientNotFound',
  ],
  item: [
    'ErrorQuotaExceeded',
    'ErrorMessageSizeExceeded',
    'ErrorAttachmentSizeLimitExceeded',
    'ErrorCalendarDurationIsTooLong',
    'ErrorCalendarEndDateIsEarlierThanStartDate',
    'ErrorCalendarOutOfRange',
    'ErrorCalendarMeetingRequestIsOutOfDate',
    'ErrorCalendarCannotUpdateDeletedItem',
    'ErrorCalendarIsCancelledForAccept',
    'ErrorCalendarIsOrganizerForAccept',
    'ErrorItemSave',
    'ErrorItemSavePropertyError',
    'ErrorItemPropertyRequestFailed',
    'ErrorPropertyUpdate',
    'ErrorPropertyValidationFailure',
    'ErrorRecurrenceEndDateTooBig',
    'ErrorRecurrenceHasNoOccurrence',
    'ErrorInvalidRecipients',
    'ErrorMessageTrackingPermanentError',
    'ErrorUnsupportedPropertyDefinition',
  ],
  request: [
    'ErrorSchemaValidation',
    'ErrorInvalidRequest',
    'ErrorInvalidOperation',
    'ErrorInvalidPropertyRequest',
    'ErrorInvalidRestriction',
    'ErrorUnsupportedPathForQuery',
    'ErrorUnsupportedQueryFilter',
    'ErrorInvalidExtendedProperty',
  ],
  'unknown-outcome': [],
  gone: [
    'ErrorItemNotFound',
    'ErrorInvalidId',
    'ErrorInvalidIdMalformed',
    'ErrorInvalidIdEmpty',
    'ErrorInvalidIdNotAnItemAttachmentId',
    'ErrorInvalidIdMalformedEwsLegacyIdFormat',
    'ErrorAttachmentNotFound',
  ],
  conflict: [
    'ErrorIrresolvableConflict',
    'ErrorStaleObject',
    'ErrorChangeKeyRequired',
    'ErrorChangeKeyRequiredForWriteOperations',
    'ErrorInvalidChangeKey',
  ],
  'stale-feed': [
    'ErrorInvalidSyncStateData',
    'ErrorSyncFolderNotFound',
    'ErrorInvalidWatermark',
    'ErrorExpiredSubscription',
  ],
  series: [
    'ErrorOccurrenceCrossingBoundary',
    'ErrorOccurrenceTimeSpanTooBig',
    'ErrorCalendarOccurrenceIsDeletedFromRecurrence',
    'ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange',
    'ErrorCalendarInvalidRecurrence',
    'ErrorCalendarInvalidDayForWeeklyRecurrence',
    'ErrorCalendarInvalidDayForTimeChangePattern',
    'ErrorInvalidRecurrence',
    'ErrorInvalidTimeZone',
    'ErrorTimeZone',
  ],
  corrupt: ['ErrorItemCorrupt', 'ErrorCorruptData', 'ErrorMimeContentConversionFailed', 'ErrorPropertyGet'],
}

const byCode: ReadonlyMap<string, Class> = new Map(
  Object.entries(classes).flatMap(([name, codes]) => codes.map((code) => [code, name as Class] as const)),
)

const words: Readonly<Record<RemoteErrorKind, string>> = {
  credentials: 'The sign-in was refused',
  rights: 'The account may not do this in the mailbox',
  configuration: 'The Exchange address or its set-up does not fit',
  unreachable: 'Exchange was not reached',
  throttled: 'Exchange asks to wait',
  transient: 'Exchange failed for the moment',
  'too-big': 'Exchange took too long; less at once may work',
  mailbox: 'There is no such mailbox here',
  item: 'Exchange does not take the event',
  request: 'Exchange did not understand the request',
  'unknown-outcome': 'The answer was lost, and the write may have been done',
}

const retryableKinds: ReadonlySet<RemoteErrorKind> = new Set<RemoteErrorKind>([
  'unreachable',
  'throttled',
  'transient',
  'too-big',
  'unknown-outcome',
])

/** A failure of that kind in our words: the server's own may quote what people wrote. */
export const remoteError = (
  kind: RemoteErrorKind,
  failure: Omit<EwsFailure, 'status'> & { readonly status: number | null },
  cause?: unknown,
): RemoteError =>
  new RemoteError(`${words[kind]}${failure.code === null ? '' : ` (${failure.code})`}`, {
    service,
    kind,
    code: failure.code,
    requestId: failure.requestId,
    status: failure.status,
    retryable: retryableKinds.has(kind),
    retryAfterMs: failure.retryAfterMs,
    ...(cause === undefined ? {} : { cause }),
  })

/**
 * The error that an answer stands for, by its code and else by its status. Answers about one object are {@link CalendarError}s:
 * `not-found`, `precondition-failed`, `invalid-sync-token`, `unrepresentable`, `invalid-calendar-data`.
 */
export const failureOf = (failure: EwsFailure): CalendarError | RemoteError => {
  const { code, status, requestId, write } = failure
  const found = code === null ? undefined : byCode.get(code)
  const details = { service, code, requestId, status }
  switch (found) {
    case 'gone':
      return new CalendarError('not-found', 'There is no such item', { details })
    case 'conflict':
      return new CalendarError('precondition-failed', 'The item is another than expected', { details })
    case 'stale-feed':
      return new CalendarError('invalid-sync-token', 'The change feed has to be begun anew', { details })
    case 'series':
      return new CalendarError('unrepresentable', 'The series cannot be so in Exchange', {
        details: { ...details, reason: 'refused-by-exchange' },
      })
    case 'corrupt':
      return write
        ? remoteError('item', failure)
        : new CalendarError('invalid-calendar-data', 'Exchange cannot read the item', { details })
    case undefined:
      return remoteError(kindOfStatus(status, write), failure)
    case 'too-big':
      // The server gave up: what it had done by then nobody knows.
      return remoteError(write ? 'unknown-outcome' : 'too-big', failure)
    default:
      return remoteError(found, failure)
  }
}

/** What took too long, or failed for the moment. */
export const isPassing = (error: unknown): error is RemoteError =>
  RemoteError.is(error, 'too-big') || RemoteError.is(error, 'transient')

/** The same failure as one of another kind. */
export const failureAs = (kind: 'transient' | 'item', error: RemoteError | CalendarError): RemoteError => {
  const { code, requestId, status } = RemoteError.is(error) ? error : { code: null, requestId: null, status: null }
  return new RemoteError(error.message, { service, kind, code, requestId, status, retryable: true, cause: error })
}

const kindOfStatus = (status: number, write: boolean): RemoteErrorKind => {
  if (status === 401) return 'credentials'
  if (status === 403) return 'rights'
  if (status === 429 || status === 503) return 'throttled'
  if (status === 504 || status === 408) return write ? 'unknown-outcome' : 'too-big'
  if (status === 502) return write ? 'unknown-outcome' : 'transient'
  if (status === 404 || status === 405 || status === 410 || (status >= 300 && status < 400)) return 'configuration'
  // A code that we have not met is the item's own trouble: it must not stop the mailbox.
  if (status < 300) return 'item'
  return status >= 500 ? (write ? 'unknown-outcome' : 'transient') : 'request'
}
