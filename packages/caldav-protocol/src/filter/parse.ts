import type { InstantRange } from '@dayport/core'
import type { XmlElement } from '@dayport/core/xml'
import { type DavError, refusal } from '../errors.ts'
import { cal } from '../wire/names.ts'
import { foldOf } from './collation.ts'
import type { ComponentFilter, ParameterFilter, PropertyFilter, TextTest } from './model.ts'

/** Components that §9.9 has a table for. */
const timed: ReadonlySet<string> = new Set(['VEVENT', 'VTODO', 'VJOURNAL', 'VFREEBUSY', 'VALARM'])

const invalid = (): DavError => refusal(403, cal('valid-filter'))

/** Filters of one request: each is asked of every component that it may mean, so that thousands of them are an attack. */
const maxFilters = 500

/**
 * Reads CALDAV:filter, RFC 4791 §9.7.
 *
 * @throws {DavError} 403 valid-filter; supported-filter with the element that has no meaning here, or one too many;
 * supported-collation.
 */
export const parseFilter = (filter: XmlElement): ComponentFilter => {
  const [root, ...others] = filter.elements
  if (root?.name !== cal('comp-filter') || others.length > 0) throw invalid()
  assertFew(root, { left: maxFilters })
  const parsed = parseComponent(root, null)
  if (parsed.name !== 'VCALENDAR' || parsed.isNotDefined || parsed.range !== null) throw invalid()
  return parsed
}

/** Where RFC 5545 §3.6 lets a component be; any other may come with an extension, and then be anywhere. */
const homes: ReadonlyMap<string, readonly (string | null)[]> = new Map<string, readonly (string | null)[]>([
  ['VCALENDAR', [null]],
  ['VEVENT', ['VCALENDAR']],
  ['VTODO', ['VCALENDAR']],
  ['VJOURNAL', ['VCALENDAR']],
  ['VFREEBUSY', ['VCALENDAR']],
  ['VTIMEZONE', ['VCALENDAR']],
  ['STANDARD', ['VTIMEZONE']],
  ['DAYLIGHT', ['VTIMEZONE']],
  ['VALARM', ['VEVENT', 'VTODO']],
])

/** Properties that are text, whatever they say. */
const untimed: ReadonlySet<string> = new Set([
  ...['SUMMARY', 'DESCRIPTION', 'LOCATION', 'COMMENT', 'CONTACT', 'CATEGORIES', 'RESOURCES', 'UID', 'STATUS', 'CLASS'],
  ...['TRANSP', 'PRIORITY', 'SEQUENCE', 'PERCENT-COMPLETE', 'GEO', 'URL', 'ATTENDEE', 'ORGANIZER', 'ATTACH', 'RRULE'],
  ...[
    'DURATION',
    'TZID',
    'ACTION',
    'REPEAT',
    'RELATED-TO',
    'REQUEST-STATUS',
    'PRODID',
    'VERSION',
    'CALSCALE',
    'METHOD',
  ],
])

const filters: ReadonlySet<string> = new Set(['comp-filter', 'prop-filter', 'param-filter'].map(cal))

const assertFew = (element: XmlElement, budget: { left: number }): void => {
  if (budget.left-- <= 0) throw unsupported(element)
  for (const inner of element.elements) if (filters.has(inner.name)) assertFew(inner, budget)
}

const parseComponent = (element: XmlElement, parent: string | null): ComponentFilter => {
  const name = nameOf(element)
  // §7.8: an event in a task is no filter, nor is a range on what has no time.
  if ((parent === null || homes.has(parent)) && homes.get(name)?.includes(parent) === false) throw invalid()
  const isNotDefined = notDefined(element)
  const range = rangeIn(element)
  if (range !== null && !timed.has(name)) throw homes.has(name) ? invalid() : unsupported(element)
  return {
    name,
    isNotDefined,
    range,
    properties: element.childrenNamed(cal('prop-filter')).map(parseProperty),
    components: element.childrenNamed(cal('comp-filter')).map((inner) => parseComponent(inner, name)),
  }
}

const parseProperty = (element: XmlElement): PropertyFilter => {
  const range = rangeIn(element)
  const text = textIn(element)
  // §9.7.2: one or the other.
  if (range !== null && text !== null) throw invalid()
  const name = nameOf(element)
  // §7.8 has it as its example: what can never hold a DATE or DATE-TIME is in no range.
  if (range !== null && untimed.has(name)) throw invalid()
  return {
    name,
    isNotDefined: notDefined(element),
    range,
    text,
    parameters: element.childrenNamed(cal('param-filter')).map(parseParameter),
  }
}

const parseParameter = (element: XmlElement): ParameterFilter => ({
  name: nameOf(element),
  isNotDefined: notDefined(element),
  text: textIn(element),
})

const nameOf = (element: XmlElement): string => {
  const name = element.attributes.get('name')?.trim()
  if (name === undefined || name === '') throw invalid()
  return name.toUpperCase()
}

/** §9.7.4: nothing stands beside is-not-defined. */
const notDefined = (element: XmlElement): boolean => {
  const isNotDefined = element.child(cal('is-not-defined')) !== undefined
  if (isNotDefined && element.elements.length > 1) throw invalid()
  return isNotDefined
}

const rangeIn = (element: XmlElement): InstantRange | null => {
  const [range, ...others] = element.childrenNamed(cal('time-range'))
  if (others.length > 0) throw invalid()
  if (range === undefined) return null
  const parsed = parseTimeRange(range)
  if (parsed === null) throw invalid()
  return parsed
}

/** §9.9: UTC only, one end may be open, and the start lies before the end. `null` for anything else. */
export const parseTimeRange = (element: XmlElement): InstantRange | null => {
  const start = element.attributes.get('start')
  const end = element.attributes.get('end')
  if (start === undefined && end === undefined) return null
  const startMs = start === undefined ? Number.NEGATIVE_INFINITY : utcMs(start)
  const endMs = end === undefined ? Number.POSITIVE_INFINITY : utcMs(end)
  return startMs === null || endMs === null || startMs >= endMs ? null : { startMs, endMs }
}

/** `20260329T003000Z` in ms; `null` when it is not such an instant. @throws {DavError} 403 min-date-time before the year 1. */
const utcMs = (text: string): number | null => {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text.trim())
  if (match === null) return null
  if (match[1] === '0000') throw refusal(403, cal('min-date-time'))
  const [, year, month, day, hour, minute, second] = match
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}`
  const ms = Date.parse(`${iso}Z`)
  // Date.parse takes 31 February for 3 March.
  return Number.isNaN(ms) || !new Date(ms).toISOString().startsWith(iso) ? null : ms
}

const textIn = (element: XmlElement): TextTest | null => {
  const [match, ...others] = element.childrenNamed(cal('text-match'))
  if (others.length > 0) throw invalid()
  if (match === undefined) return null
  const fold = foldOf(match.attributes.get('collation') ?? 'default')
  if (fold === null) throw refusal(403, cal('supported-collation'))
  const negated = match.attributes.get('negate-condition') ?? 'no'
  if (negated !== 'yes' && negated !== 'no') throw invalid()
  const negate = negated === 'yes'
  const wanted = fold(match.text)
  return (value) => fold(value).includes(wanted) !== negate
}

/** §7.8: names the filter that cannot be worked. */
const unsupported = (element: XmlElement): DavError =>
  refusal(403, cal('supported-filter'), (writer) => {
    writer.element(element.name, '', { name: element.attributes.get('name') })
  })
