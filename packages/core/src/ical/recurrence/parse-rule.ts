import { CalendarError } from '../../errors.ts'
import { ruleLimits } from '../../limits.ts'
import { parseUntil } from './parse-until.ts'
import { type Frequency, frequencies, type RecurrenceRule, type Skip, type WeekdayNumber, weekdays } from './rule.ts'

type Writable = { -readonly [Key in keyof RecurrenceRule]: RecurrenceRule[Key] }

/** The numeric lists, with the largest absolute value; those marked `signed` also count from the end and have no 0. */
const numberLists = {
  BYSECOND: { key: 'bySecond', least: 0, most: 60 },
  BYMINUTE: { key: 'byMinute', least: 0, most: 59 },
  BYHOUR: { key: 'byHour', least: 0, most: 23 },
  BYMONTHDAY: { key: 'byMonthDay', least: -31, most: 31 },
  BYYEARDAY: { key: 'byYearDay', least: -366, most: 366 },
  BYWEEKNO: { key: 'byWeekNo', least: -53, most: 53 },
  BYSETPOS: { key: 'bySetPos', least: -366, most: 366 },
} as const

/**
 * Reads a value of type RECUR: any case, any order of parts, spaces, empty parts and a leading `RRULE:` tolerated, and the
 * broken forms of UNTIL that are found. COUNT with UNTIL is kept: the one that ends first counts. What was tolerated is in
 * `warnings`. RFC 5545 §3.3.10, RFC 7529.
 *
 * @throws {CalendarError} `invalid-calendar-data` with `details.part` and `details.value`: FREQ is missing or unknown, INTERVAL
 * is 0, a value is out of range or unreadable; `limit-exceeded` for one of `ruleLimits`.
 */
export const parseRule = (text: string): RecurrenceRule => {
  const warnings: string[] = []
  const warn = (message: string): void => {
    if (!warnings.includes(message)) warnings.push(message)
  }
  const parts = splitParts(text, warn)
  const freq = parts.get('FREQ')?.toUpperCase()
  if (freq === undefined) throw refuse('FREQ', '', 'FREQ is missing')
  if (!isFrequency(freq)) throw refuse('FREQ', freq, 'FREQ is unknown')
  const rule: Writable = { ...emptyRule, freq, otherParts: [], warnings }
  const others: { name: string; value: string }[] = []
  const rscale = parts.get('RSCALE')
  if (rscale !== undefined) rule.rscale = rscale.toUpperCase()
  for (const [name, value] of parts) {
    if (!readPart(rule, name, value, warn)) {
      others.push({ name, value })
      warn(`${name.slice(0, 40)} is not a known part; it is kept and has no effect`)
    }
  }
  rule.otherParts = others
  return finish(rule, warn)
}

const emptyRule: RecurrenceRule = {
  freq: 'YEARLY',
  interval: 1,
  count: null,
  until: null,
  bySecond: [],
  byMinute: [],
  byHour: [],
  byDay: [],
  byMonthDay: [],
  byYearDay: [],
  byWeekNo: [],
  byMonth: [],
  byLeapMonth: [],
  bySetPos: [],
  weekStart: 'MO',
  rscale: null,
  skip: 'OMIT',
  otherParts: [],
  warnings: [],
}

const isFrequency = (text: string): text is Frequency => (frequencies as readonly string[]).includes(text)

const refuse = (part: string, value: string, reason: string): CalendarError =>
  new CalendarError('invalid-calendar-data', `recurrence rule: ${reason}`, {
    details: { part, value: value.slice(0, 40) },
  })

const assertWithin = (limit: 'maxRuleLength' | 'maxRuleParts' | 'maxRuleValues', count: number): void => {
  const allowed = ruleLimits[limit]
  if (count <= allowed) return
  throw new CalendarError('limit-exceeded', `recurrence rule: over the limit ${limit}, ${allowed}`, {
    details: { limit, allowed },
  })
}

const splitParts = (text: string, warn: (message: string) => void): Map<string, string> => {
  assertWithin('maxRuleLength', text.length)
  const trimmed = text.replace(/\s+/g, '')
  if (trimmed.length !== text.length) warn('the rule has white space')
  const named = /^(?:RRULE|EXRULE)[:]/i.test(trimmed)
  if (named) warn('the rule repeats the name of its property')
  const parts = new Map<string, string>()
  const texts = trimmed.slice(named ? trimmed.indexOf(':') + 1 : 0).split(';')
  assertWithin('maxRuleParts', texts.length)
  for (const part of texts) {
    if (part === '') {
      warn('the rule has an empty part')
      continue
    }
    const equals = part.indexOf('=')
    const name = (equals < 0 ? part : part.slice(0, equals)).toUpperCase()
    const value = equals < 0 ? '' : part.slice(equals + 1)
    if (value === '' && name !== 'FREQ') warn(`${name.slice(0, 40)} has no value`)
    else if (parts.has(name)) warn(`${name.slice(0, 40)} is there twice; the first counts`)
    else parts.set(name, value)
  }
  return parts
}

const readPart = (rule: Writable, name: string, value: string, warn: (message: string) => void): boolean => {
  switch (name) {
    case 'FREQ':
    case 'RSCALE':
      return true
    case 'INTERVAL':
      rule.interval = readCount(name, value)
      if (rule.interval === 0) throw refuse(name, value, 'INTERVAL must be at least 1')
      return true
    case 'COUNT':
      rule.count = readCount(name, value)
      if (rule.count === 0) warn('COUNT is 0; the rule has no instance')
      return true
    case 'UNTIL':
      rule.until = parseUntil(value.toUpperCase(), warn)
      return true
    case 'WKST':
      rule.weekStart = readWeekday(name, value)
      return true
    case 'SKIP':
      rule.skip = readSkip(value)
      return true
    case 'BYDAY':
      rule.byDay = listOf(name, value, warn).map(readWeekdayNumber)
      return true
    case 'BYMONTH':
      readMonths(rule, listOf(name, value, warn))
      return true
    default:
      return readNumbers(rule, name, value, warn)
  }
}

const readNumbers = (rule: Writable, name: string, value: string, warn: (message: string) => void): boolean => {
  if (!Object.hasOwn(numberLists, name)) return false
  const { key, least, most } = numberLists[name as keyof typeof numberLists]
  rule[key] = listOf(name, value, warn).map((item) => readNumber(name, item, least, most))
  return true
}

const listOf = (name: string, value: string, warn: (message: string) => void): string[] => {
  const items = value.split(',')
  assertWithin('maxRuleValues', items.length)
  const filled = items.filter((item) => item !== '')
  if (filled.length !== items.length) warn(`${name} has an empty value`)
  return filled
}

const readCount = (name: string, value: string): number => {
  if (!/^\+?\d+$/.test(value)) throw refuse(name, value, `${name} must be a whole number`)
  return Math.min(Number(value), ruleLimits.maxInterval)
}

const readNumber = (name: string, value: string, least: number, most: number): number => {
  const number = /^[+-]?\d{1,4}$/.test(value) ? Number(value) : Number.NaN
  const valid = number >= least && number <= most && (least === 0 || number !== 0)
  if (!valid) throw refuse(name, value, `${name} has a value out of its range`)
  return number
}

const readWeekday = (name: string, value: string): (typeof weekdays)[number] => {
  const weekday = weekdays.find((day) => day === value.toUpperCase())
  if (weekday === undefined) throw refuse(name, value, `${name} must name a weekday`)
  return weekday
}

const readWeekdayNumber = (value: string): WeekdayNumber => {
  const weekday = readWeekday('BYDAY', value.slice(-2))
  const ordinal = value.slice(0, -2)
  return { weekday, ordinal: ordinal === '' ? null : readNumber('BYDAY', ordinal, -53, 53) }
}

const readSkip = (value: string): Skip => {
  const skip = value.toUpperCase()
  if (skip !== 'OMIT' && skip !== 'BACKWARD' && skip !== 'FORWARD') throw refuse('SKIP', value, 'SKIP is unknown')
  return skip
}

const readMonths = (rule: Writable, items: readonly string[]): void => {
  const gregorian = isGregorian(rule.rscale)
  const months: number[] = []
  const leapMonths: number[] = []
  for (const item of items) {
    const leap = !gregorian && /l$/i.test(item)
    const month = readNumber('BYMONTH', leap ? item.slice(0, -1) : item, 0, gregorian ? 12 : 13)
    if (month === 0) throw refuse('BYMONTH', item, 'BYMONTH has a value out of its range')
    if (leap) leapMonths.push(month)
    else months.push(month)
  }
  rule.byMonth = months
  rule.byLeapMonth = leapMonths
}

/** Whether an RSCALE means the calendar of RFC 5545; also the absent one does. RFC 7529 §4.1. */
export const isGregorian = (rscale: string | null): boolean =>
  rscale === null || rscale === 'GREGORIAN' || rscale === 'GREGORY'

const finish = (rule: Writable, warn: (message: string) => void): RecurrenceRule => {
  if (rule.count !== null && rule.until !== null) warn('COUNT and UNTIL are both there; the one that ends first counts')
  if (rule.skip !== 'OMIT' && rule.rscale === null) warn('SKIP is there without RSCALE')
  const { freq } = rule
  if (rule.byWeekNo.length > 0 && freq !== 'YEARLY') warn(limits('BYWEEKNO', freq))
  if (rule.byYearDay.length > 0 && (freq === 'DAILY' || freq === 'WEEKLY' || freq === 'MONTHLY')) {
    warn(limits('BYYEARDAY', freq))
  }
  if (rule.byMonthDay.length > 0 && freq === 'WEEKLY') warn(limits('BYMONTHDAY', freq))
  const numbered = rule.byDay.some((day) => day.ordinal !== null)
  if (numbered && freq !== 'MONTHLY' && freq !== 'YEARLY') warn(`the numbers in BYDAY have no meaning under ${freq}`)
  if (numbered && freq === 'YEARLY' && rule.byWeekNo.length > 0)
    warn('the numbers in BYDAY have no meaning with BYWEEKNO')
  return rule
}

const limits = (part: string, freq: Frequency): string => `${part} is not meant for ${freq}; it limits the days`
