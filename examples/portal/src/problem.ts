import { CalendarError, type CalendarErrorCode } from '@dayport/core'
import { SubscriptionError } from '@dayport/ical-export/subscription'

/** Why an outside calendar or account cannot be joined. */
type OutsideErrorCode =
  | 'outside-address'
  | 'outside-own'
  | 'outside-insecure'
  | 'outside-private'
  | 'outside-credentials'
  | 'outside-throttled'
  | 'outside-unreachable'
  | 'outside-rights'
  | 'outside-no-calendars'
  | 'outside-not-empty'
  | 'outside-read-only'
  | 'outside-in-use'
  | 'outside-by-exchange'
  | 'outside-taken'
  | 'outside-other-account'
  | 'outside-signed-out'

/** What the API can say beyond core's codes. */
export type PortalErrorCode =
  | 'invalid-request'
  | 'cross-site'
  | 'login-taken'
  | 'setup-done'
  | 'wrong-code'
  | 'wrong-password'
  | 'wrong-login'
  | 'too-many-attempts'
  | 'export-off'
  | 'unsupported-change'
  | 'not-acceptable'
  | 'door-off'
  | 'not-set-up'
  | 'no-address'
  | 'address-taken'
  | 'last-administrator'
  | 'name-taken'
  | 'not-to-be-invited'
  | OutsideErrorCode

/** An expected refusal of the portal itself; `details` is safe to show to the person who asked. */
export class PortalError extends Error {
  override readonly name = 'PortalError'
  readonly code: PortalErrorCode
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: PortalErrorCode, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message)
    this.code = code
    this.details = details
  }
}

const statusOf: Readonly<Record<CalendarErrorCode | PortalErrorCode, number>> = {
  'not-found': 404,
  'already-exists': 409,
  'precondition-failed': 412,
  'invalid-calendar-data': 422,
  'invalid-calendar-object': 422,
  'unsupported-component': 422,
  'uid-conflict': 409,
  'too-large': 413,
  'limit-exceeded': 422,
  'invalid-sync-token': 410,
  'too-many-results': 422,
  forbidden: 403,
  unauthenticated: 401,
  unrepresentable: 422,
  'invalid-request': 400,
  'cross-site': 403,
  'login-taken': 409,
  'setup-done': 409,
  'wrong-code': 403,
  'wrong-password': 403,
  'wrong-login': 401,
  'too-many-attempts': 429,
  'export-off': 409,
  'unsupported-change': 422,
  'not-acceptable': 406,
  'door-off': 409,
  'not-set-up': 404,
  'no-address': 409,
  'address-taken': 409,
  'last-administrator': 409,
  'name-taken': 409,
  'not-to-be-invited': 403,
  'outside-address': 422,
  'outside-own': 422,
  'outside-insecure': 422,
  'outside-private': 422,
  'outside-credentials': 422,
  'outside-throttled': 422,
  'outside-unreachable': 422,
  'outside-rights': 422,
  'outside-no-calendars': 422,
  'outside-not-empty': 409,
  'outside-read-only': 422,
  'outside-in-use': 409,
  'outside-by-exchange': 409,
  'outside-taken': 409,
  'outside-other-account': 422,
  'outside-signed-out': 422,
}

/** One RFC 9457 answer. `code` is the stable name that programs switch on; `title` is for people who read logs. */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: string
  readonly details?: Readonly<Record<string, unknown>>
}

/** `null` for what nobody expected: then the answer is 500 with no text from inside. */
export const problemOf = (error: unknown): Problem | null => {
  if (SubscriptionError.is(error)) {
    const code = `subscription-${error.code}`
    return { type: `urn:dayport:problem:${code}`, title: error.message, status: 422, code }
  }
  if (!(error instanceof PortalError) && !CalendarError.is(error)) return null
  const { code, message, details } = error
  return {
    type: `urn:dayport:problem:${code}`,
    title: message,
    status: statusOf[code],
    code,
    ...(details === undefined || Object.keys(details).length === 0 ? {} : { details }),
  }
}

/** The answer in `application/problem+json`. */
export const problemResponse = (problem: Problem, headers: Readonly<Record<string, string>> = {}): Response =>
  Response.json(problem, {
    status: problem.status,
    headers: { ...headers, 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store' },
  })
