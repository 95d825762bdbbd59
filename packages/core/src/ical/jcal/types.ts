/** What a jCal value can be: a structured one is an array, a RECUR an object. RFC 7265 §3.4–3.6. */
export type JcalValue =
  | string
  | number
  | boolean
  | readonly (string | number)[]
  | { readonly [part: string]: JcalRulePart }
export type JcalRulePart = string | number | readonly (string | number)[]

/** RFC 7265 §3.4: name, parameters, type, values. */
export type JcalProperty = readonly [
  string,
  Readonly<Record<string, string | readonly string[]>>,
  string,
  ...JcalValue[],
]

/** RFC 7265 §3.3: name, properties, components. */
export type JcalComponent = readonly [string, readonly JcalProperty[], readonly JcalComponent[]]

const named = (type: string, ...names: readonly string[]): [string, string][] => names.map((name) => [name, type])

/** The type of a property without VALUE. RFC 5545 §3.7 and §3.8, RFC 7986 §5. What is not here is `unknown`: RFC 7265 §5.1. */
const defaults: ReadonlyMap<string, string> = new Map([
  ...named(
    'date-time',
    'DTSTART',
    'DTEND',
    'DUE',
    'RECURRENCE-ID',
    'EXDATE',
    'RDATE',
    'COMPLETED',
    'CREATED',
    'DTSTAMP',
  ),
  ...named('date-time', 'LAST-MODIFIED', 'ACKNOWLEDGED'),
  ...named('duration', 'DURATION', 'TRIGGER', 'REFRESH-INTERVAL'),
  ...named('period', 'FREEBUSY'),
  ...named('recur', 'RRULE', 'EXRULE'),
  ...named('cal-address', 'ATTENDEE', 'ORGANIZER'),
  ...named('uri', 'URL', 'TZURL', 'ATTACH', 'SOURCE', 'IMAGE', 'CONFERENCE'),
  ...named('float', 'GEO'),
  ...named('integer', 'PERCENT-COMPLETE', 'PRIORITY', 'REPEAT', 'SEQUENCE'),
  ...named('utc-offset', 'TZOFFSETFROM', 'TZOFFSETTO'),
  ...named(
    'text',
    'CALSCALE',
    'METHOD',
    'PRODID',
    'VERSION',
    'CATEGORIES',
    'CLASS',
    'COMMENT',
    'DESCRIPTION',
    'LOCATION',
  ),
  ...named(
    'text',
    'RESOURCES',
    'STATUS',
    'SUMMARY',
    'TRANSP',
    'TZID',
    'TZNAME',
    'CONTACT',
    'RELATED-TO',
    'UID',
    'ACTION',
  ),
  ...named('text', 'REQUEST-STATUS', 'NAME', 'COLOR'),
])

export const defaultType = (name: string): string => defaults.get(name) ?? 'unknown'

/** Properties whose value is a list, separated by commas in iCalendar. */
export const isList = (name: string): boolean => lists.has(name)
const lists: ReadonlySet<string> = new Set(['EXDATE', 'RDATE', 'FREEBUSY', 'CATEGORIES', 'RESOURCES'])

/** Properties whose value has parts, separated by semicolons in iCalendar. RFC 7265 §3.4.1.3. */
export const isStructured = (name: string): boolean => name === 'GEO' || name === 'REQUEST-STATUS'
