import { CalendarError } from './errors.ts'

/** Strong entity tag, quoted as on the wire: `"5f2c"`. RFC 9110 §8.8.3. Changes with the stored bytes, and only then. */
export type ETag = string

/** Lists and `*` as RFC 9110 §13.1 allows; tested inside the writing transaction. */
export type WriteCondition =
  | { readonly ifMatch: readonly ETag[] | '*' }
  | { readonly ifNoneMatch: readonly ETag[] | '*' }

/**
 * Tests a condition against the current state; `current` is `null` when nothing is stored. RFC 9110 §13.1.1–13.1.2.
 *
 * @throws {CalendarError} `precondition-failed`.
 */
export const assertCondition = (condition: WriteCondition | undefined, current: ETag | null): void => {
  if (condition === undefined) return
  if ('ifMatch' in condition) {
    const holds = current !== null && (condition.ifMatch === '*' || condition.ifMatch.includes(current))
    if (!holds) throw new CalendarError('precondition-failed', 'If-Match does not name the current state')
    return
  }
  const holds = current === null || (condition.ifNoneMatch !== '*' && !condition.ifNoneMatch.includes(current))
  if (!holds) throw new CalendarError('precondition-failed', 'If-None-Match names the current state')
}
