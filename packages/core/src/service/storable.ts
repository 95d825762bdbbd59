import type { Calendar } from '../calendar.ts'
import { CalendarError } from '../errors.ts'
import { indexObject, parseCalendar, toUtf8, validateObject } from '../ical/index.ts'
import type { ObjectLimits } from '../limits.ts'
import type { ObjectDraft } from '../object.ts'

/** Accepted bytes with their facts. */
export interface Storable {
  readonly draft: ObjectDraft
  /** True when the bytes had to be converted to UTF-8: then they are not what the client sent, and it gets no etag. */
  readonly converted: boolean
}

/**
 * What every door's bytes go through on their way into a calendar: size, charset, syntax, the rules of RFC 4791 §4.1, the index.
 *
 * @throws {CalendarError} `too-large`, `limit-exceeded`, `invalid-calendar-data`, `invalid-calendar-object`.
 */
export const toStorable = (bytes: Uint8Array, contentType: string | undefined, limits: ObjectLimits): Storable => {
  assertSize(bytes.length, limits.maxBytes)
  const text = toUtf8(bytes, contentType)
  const document = parseCalendar(text.bytes, { limits })
  validateObject(document, limits)
  return { draft: { data: text.bytes, index: indexObject(document) }, converted: text.converted }
}

/** @throws {CalendarError} `too-large` with `details.allowed`. */
export const assertSize = (length: number, maxBytes: number): void => {
  if (length > maxBytes) {
    throw new CalendarError('too-large', `at most ${maxBytes} bytes were expected`, {
      details: { limit: 'maxBytes', allowed: maxBytes },
    })
  }
}

/** @throws {CalendarError} `unsupported-component` with `details.component` and `details.components` (RFC 4791 §5.2.3). */
export const assertComponent = (calendar: Pick<Calendar, 'components'>, component: string): void => {
  if (calendar.components.includes(component)) return
  throw new CalendarError('unsupported-component', `the calendar does not take ${component}`, {
    details: { component, components: calendar.components },
  })
}
