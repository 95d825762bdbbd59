import { type Weekday, weekdays } from '@dayport/core/ical'
import { parseXml, type XmlElement } from '@dayport/core/xml'
import { UploadError } from '../item-mapping.ts'
import { msOf } from './instants.ts'
import { type Pattern, sameDays } from './pattern.ts'
import type { Nth } from './zone-rule.ts'

/** Where a series ends: after so many occurrences, at an instant, or never. */
export type SeriesEnd = { readonly count: number } | { readonly untilMs: number } | null

/** A RecurrenceData document. MS-OUTSPS 2.2.4.2–2.2.4.5. */
export interface RecurrenceDocument {
  readonly pattern: Pattern
  readonly end: SeriesEnd
  /** Whether the changed and deleted occurrences are to go. */
  readonly deleteExceptions: boolean
}

const nthWords: readonly (readonly [Nth, string])[] = [
  [1, 'first'],
  [2, 'second'],
  [3, 'third'],
  [4, 'fourth'],
  [-1, 'last'],
]
const workdays: readonly Weekday[] = ['MO', 'TU', 'WE', 'TH', 'FR']
const weekend: readonly Weekday[] = ['SA', 'SU']

const dayAttributes = (days: readonly Weekday[]): string => days.map((day) => `${day.toLowerCase()}="TRUE" `).join('')

const setAttribute = (days: readonly Weekday[]): string => {
  if (days.length === 1) return dayAttributes(days)
  return sameDays(days, weekdays) ? 'day="TRUE" ' : sameDays(days, workdays) ? 'weekday="TRUE" ' : 'weekend_day="TRUE" '
}

const nthAttribute = (nth: Nth): string => `weekdayOfMonth="${nthWords.find(([value]) => value === nth)![1]}"`

const patternXml = (pattern: Pattern): string => {
  switch (pattern.kind) {
    case 'daily':
      return `<daily dayFrequency="${pattern.interval}" />`
    case 'weekdays':
      return '<daily weekday="TRUE" />'
    case 'weekly':
      return `<weekly ${dayAttributes(pattern.days)}weekFrequency="${pattern.interval}" />`
    case 'monthly':
      return `<monthly monthFrequency="${pattern.interval}" day="${pattern.day}" />`
    case 'monthlyByDay':
      return `<monthlyByDay ${setAttribute(pattern.days)}${nthAttribute(pattern.nth)} monthFrequency="${pattern.interval}" />`
    case 'yearly':
      return `<yearly yearFrequency="${pattern.interval}" month="${pattern.month}" day="${pattern.day}" />`
    case 'yearlyByDay':
      return `<yearlyByDay ${setAttribute(pattern.days)}${nthAttribute(pattern.nth)} month="${pattern.month}" yearFrequency="${pattern.interval}" />`
  }
}

/** Writes the document; `windowEnd` in UTC. */
export const recurrenceXml = (pattern: Pattern, end: SeriesEnd, weekStart: Weekday): string => {
  const ending =
    end === null
      ? '<repeatForever>FALSE</repeatForever>'
      : 'count' in end
        ? `<repeatInstances>${end.count}</repeatInstances>`
        : `<windowEnd>${new Date(end.untilMs).toISOString().slice(0, 19)}Z</windowEnd>`
  return `<recurrence><rule><firstDayOfWeek>${weekStart.toLowerCase()}</firstDayOfWeek><repeat>${patternXml(pattern)}</repeat>${ending}</rule></recurrence>`
}

const limits = { maxBytes: 16_384, maxElements: 64, maxDepth: 10 }

/**
 * Reads an XML value of a field, which may have several roots, into an element around them. A namespace by default, which the documents do
 * not have but some writers give them, is taken off.
 *
 * @throws {UploadError} when it is no XML.
 */
export const fieldXml = (field: string, text: string): XmlElement => {
  const inside = text
    .replace(/^\s*<\?xml[^>]{0,200}\?>/, '')
    .replace(/(<[A-Za-z0-9]{1,40}[^<>]{0,400}?)\sxmlns\s*=\s*(?:"[^"<>]{0,200}"|'[^'<>]{0,200}')/g, '$1')
  try {
    return parseXml(`<field>${inside}</field>`, limits)
  } catch {
    throw new UploadError(`${field} is not readable XML`)
  }
}

const number = (element: XmlElement, name: string, least: number, most: number): number => {
  const text = element.attributes.get(name)?.trim()
  if (text === undefined || text === '') return 1
  const value = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (!(value >= least && value <= most)) throw new UploadError(`${name} of a recurrence is out of range`)
  return value
}

/** Its presence would be enough for SharePoint; a client that writes FALSE means it. */
const isSet = (element: XmlElement, name: string): boolean =>
  !['', 'false', '0', undefined].includes(element.attributes.get(name)?.trim().toLowerCase())

const daysOf = (element: XmlElement): Weekday[] => weekdays.filter((day) => isSet(element, day.toLowerCase()))

const setOf = (element: XmlElement, startDay: Weekday): readonly Weekday[] => {
  if (isSet(element, 'day')) return weekdays
  if (isSet(element, 'weekday')) return workdays
  if (isSet(element, 'weekend_day')) return weekend
  const days = daysOf(element)
  if (days.length > 1) throw new UploadError('a recurrence by weekday names one day')
  return days.length === 1 ? days : [startDay]
}

const nthOf = (element: XmlElement): Nth => {
  const word = element.attributes.get('weekdayOfMonth')?.trim().toLowerCase() ?? 'first'
  const found = nthWords.find(([, name]) => name === word)
  if (found === undefined) throw new UploadError('weekdayOfMonth of a recurrence is unknown')
  return found[0]
}

const patternOf = (element: XmlElement, weekStart: Weekday, startDay: Weekday): Pattern => {
  switch (element.name) {
    case 'daily':
      return isSet(element, 'weekday')
        ? { kind: 'weekdays' }
        : { kind: 'daily', interval: number(element, 'dayFrequency', 1, 999) }
    case 'weekly': {
      const days = daysOf(element)
      const interval = number(element, 'weekFrequency', 1, 999)
      return { kind: 'weekly', interval, days: days.length === 0 ? [startDay] : days, weekStart }
    }
    case 'monthly':
      return {
        kind: 'monthly',
        interval: number(element, 'monthFrequency', 1, 999),
        day: number(element, 'day', 1, 31),
      }
    case 'monthlyByDay': {
      const interval = number(element, 'monthFrequency', 1, 999)
      return { kind: 'monthlyByDay', interval, days: setOf(element, startDay), nth: nthOf(element) }
    }
    case 'yearly': {
      const month = number(element, 'month', 1, 12)
      return { kind: 'yearly', interval: number(element, 'yearFrequency', 1, 999), month, day: dayIn(element, month) }
    }
    case 'yearlyByDay': {
      const month = number(element, 'month', 1, 12)
      const interval = number(element, 'yearFrequency', 1, 999)
      return { kind: 'yearlyByDay', interval, month, days: setOf(element, startDay), nth: nthOf(element) }
    }
    default:
      throw new UploadError('a kind of recurrence is unknown')
  }
}

/** The 31st of June is its last day; only February has a day that some years lack. */
const dayIn = (element: XmlElement, month: number): number =>
  Math.min(number(element, 'day', 1, 31), new Date(Date.UTC(2024, month, 0)).getUTCDate())

/** An xsd:dateTime: fractions, an offset, and a time that does not say that it is UTC; or a date alone. */
const windowEndMs = (text: string): number | null => {
  const match = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.\d{1,9})?(Z|[+-]\d\d:\d\d)?$/.exec(text)
  const fields = match === null ? null : msOf(`${match[1]}T${match[2]}Z`)
  if (match === null || fields === null) return null
  const [sign, hours, minutes] = /([+-])(\d\d):(\d\d)/.exec(match[3] ?? '')?.slice(1) ?? ['+', '0', '0']
  const offset = (Number(hours) * 60 + Number(minutes)) * 60_000
  return sign === '-' ? fields + offset : fields - offset
}

/** Outlook's calendar ends in 4500: a series that goes on until then, or until 9999 as other programs write it, has no end. */
const noEndMs = Date.UTC(4500, 0, 1)

const endOf = (rule: XmlElement): SeriesEnd => {
  const instances = rule.child('repeatInstances')?.text.trim()
  // Documents in the field have a 0 beside a windowEnd.
  if (instances !== undefined && instances !== '' && instances !== '0') {
    if (!/^\d{1,5}$/.test(instances)) throw new UploadError('repeatInstances is no number')
    return { count: Number(instances) }
  }
  const windowEnd = rule.child('windowEnd')?.text.trim()
  if (windowEnd === undefined || windowEnd === '') return null
  const untilMs = windowEndMs(/^\d{4}-\d\d-\d\d$/.test(windowEnd) ? `${windowEnd}T00:00:00Z` : windowEnd)
  if (untilMs === null) throw new UploadError('windowEnd is no time')
  return untilMs < noEndMs ? { untilMs } : null
}

/**
 * Reads RecurrenceData as clients send it: any order, any quotes, defaults left out, `deleteExceptions` as a second root, wrapped in
 * `V3RecurrencePattern` or not. `startDay` stands in where a weekday is not said.
 *
 * @throws {UploadError} when it is no RecurrenceData: a series must not become one event in silence.
 */
export const parseRecurrence = (text: string, startDay: Weekday): RecurrenceDocument => {
  const outer = fieldXml('RecurrenceData', text)
  const root = outer.child('V3RecurrencePattern') ?? outer
  const deleteExceptions = [outer, root].some(
    (element) => element.child('deleteExceptions')?.text.trim().toLowerCase() === 'true',
  )
  const rule = root.child('recurrence')?.child('rule')
  const repeat = rule?.child('repeat')?.elements[0]
  if (rule === undefined || repeat === undefined) throw new UploadError('RecurrenceData has no rule')
  const first = rule.child('firstDayOfWeek')?.text.trim().toUpperCase()
  const weekStart = weekdays.find((day) => day === first) ?? 'SU'
  return { pattern: patternOf(repeat, weekStart, startDay), end: endOf(rule), deleteExceptions }
}
