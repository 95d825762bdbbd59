import type { CalendarTime } from '../../time.ts'
import type { PropertyDraft } from './model.ts'
import { type Duration, durationValue } from './values-duration.ts'
import { textListValue, textValue } from './values-text.ts'
import { timeParams, timeValue } from './values-time.ts'

/** Parameters by name; several values of one are written as a list. */
export type DraftParams = NonNullable<PropertyDraft['params']>

/** A property of TEXT value: escaped, line breaks as `\n`. */
export function textProperty(name: string, text: string, params: DraftParams = {}): PropertyDraft {
  return { name, params, value: textValue(text) }
}

/** A property whose value is a list of TEXT: CATEGORIES. */
export function textListProperty(name: string, texts: readonly string[], params: DraftParams = {}): PropertyDraft {
  return { name, params, value: textListValue(texts) }
}

/** A property of DATE or DATE-TIME value, with the VALUE or TZID parameter that it needs; `params` may not set these. */
export function timeProperty(name: string, time: CalendarTime, params: DraftParams = {}): PropertyDraft {
  return { name, params: { ...withoutTimeParams(params), ...timeParams(time) }, value: timeValue(time) }
}

/**
 * A list of times, EXDATE for one.
 *
 * @throws {TypeError} when the list is empty, or its times differ in form or TZID: one line cannot say that.
 */
export function timesProperty(name: string, times: readonly CalendarTime[], params: DraftParams = {}): PropertyDraft {
  const [first] = times
  const tzid = (time: CalendarTime) => (time.kind === 'zoned' ? time.tzid : '')
  if (first === undefined || times.some((time) => time.kind !== first.kind || tzid(time) !== tzid(first))) {
    throw new TypeError('expected times of one form and one TZID')
  }
  return { ...timeProperty(name, first, params), value: times.map(timeValue).join(',') }
}

/** A property of DURATION value. @throws {TypeError} see `durationValue`. */
export function durationProperty(name: string, duration: Duration, params: DraftParams = {}): PropertyDraft {
  return { name, params, value: durationValue(duration) }
}

/** A property of URI or CAL-ADDRESS value. White space and control characters, which no URI has, are percent-encoded or dropped. */
export function uriProperty(name: string, uri: string, params: DraftParams = {}): PropertyDraft {
  return { name, params, value: uri.trim().replaceAll(' ', '%20') }
}

/** A property of INTEGER value. @throws {TypeError} unless whole and within ±2 147 483 647. */
export function integerProperty(name: string, value: number, params: DraftParams = {}): PropertyDraft {
  if (!Number.isInteger(value) || Math.abs(value) > 2_147_483_647)
    throw new TypeError(`expected an integer, got ${value}`)
  return { name, params, value: String(value) }
}

/** A property whose value is already in its wire form: RRULE, GEO, TRIGGER, X- values without a VALUE parameter. */
export function rawProperty(name: string, value: string, params: DraftParams = {}): PropertyDraft {
  return { name, params, value }
}

function withoutTimeParams(params: DraftParams): DraftParams {
  return Object.fromEntries(Object.entries(params).filter(([name]) => !/^(VALUE|TZID)$/i.test(name)))
}
