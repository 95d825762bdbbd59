import { CalendarError, RemoteError } from '@dayport/core'
import type { SyncErrorKind } from '../state/records.ts'
import { SwitchedOffError } from './context.ts'
import { LeaseLostError } from './lease.ts'

/** What a failure means for the run that met it. */
export type Failure =
  /** The whole mailbox: the run ends. */
  | {
      readonly scope: 'run'
      readonly kind: SyncErrorKind
      readonly retryAfterMs: number | null
      /** Nothing is tried again by itself: it would lock an account, or fail alike. */
      readonly stops: boolean
    }
  /** One event; `again` when it may go better later. */
  | { readonly scope: 'event'; readonly reason: string; readonly again: boolean }

const runKinds: Readonly<Record<string, SyncErrorKind>> = {
  credentials: 'credentials',
  rights: 'rights',
  configuration: 'configuration',
  mailbox: 'mailbox',
  unreachable: 'unreachable',
  transient: 'unreachable',
  throttled: 'throttled',
}

export const failureOf = (error: unknown): Failure | null => {
  if (
    error instanceof LeaseLostError ||
    error instanceof SwitchedOffError ||
    (error instanceof Error && error.name === 'AbortError')
  )
    return null
  if (RemoteError.is(error)) {
    const kind = runKinds[error.kind]
    if (kind !== undefined) {
      return {
        scope: 'run',
        kind,
        retryAfterMs: error.retryAfterMs,
        stops: kind === 'credentials' || kind === 'rights',
      }
    }
    return {
      scope: 'event',
      reason: error.code ?? error.kind,
      again: error.retryable || error.kind === 'unknown-outcome',
    }
  }
  if (CalendarError.is(error)) {
    // `forbidden` has several reasons, and each its own words.
    const { reason } = error.details ?? {}
    return {
      scope: 'event',
      reason: error.code === 'forbidden' && typeof reason === 'string' ? reason : error.code,
      again: error.code === 'precondition-failed',
    }
  }
  return null
}

/** Whether a write that ended so may have been done all the same. */
export const isInDoubt = (error: unknown): boolean => {
  if (CalendarError.is(error)) return false
  if (!RemoteError.is(error)) return true
  return error.kind === 'unknown-outcome' || error.kind === 'unreachable' || error.kind === 'transient'
}
