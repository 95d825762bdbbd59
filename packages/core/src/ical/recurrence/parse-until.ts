import { CalendarError } from '../../errors.ts'
import type { CalendarTime } from '../../time.ts'
import { daysInMonth } from './days.ts'

const shape = /^(\d{4})-?(\d{2})-?(\d{2})(?:T(\d{2}):?(\d{2})(?::?(\d{2}))?(?:\.\d{1,9})?(Z?))?$/

const pad = (value: number): string => String(value).padStart(2, '0')

/**
 * Reads UNTIL in the forms that are found: a DATE, a local or a UTC time (RFC 5545 §3.3.10), the last two also without
 * seconds, and all with the separators of ISO 8601. A day past the end of its month becomes its last day, 24:00 the last
 * second of its day.
 *
 * @throws {CalendarError} `invalid-calendar-data`.
 */
export const parseUntil = (text: string, warn: (message: string) => void): CalendarTime => {
  const match = shape.exec(text)
  const year = Number(match?.[1])
  const month = Number(match?.[2])
  const day = Number(match?.[3])
  if (!match || year < 1 || month < 1 || month > 12 || day < 1 || day > 31) throw invalid(text)
  if (text.includes('-') || text.includes(':') || text.includes('.')) warn('UNTIL has separators')
  const lastDay = daysInMonth(year, month)
  if (day > lastDay) warn('UNTIL names a day that its month does not have; the last day is taken')
  const date = `${match[1]}-${match[2]}-${pad(Math.min(day, lastDay))}`
  if (match[4] === undefined) return { kind: 'date', date }
  const time = readTime(match, warn)
  if (time === null) throw invalid(text)
  return match[7] === 'Z'
    ? { kind: 'utc', instant: `${date}T${time}Z` }
    : { kind: 'floating', local: `${date}T${time}` }
}

const readTime = (match: RegExpExecArray, warn: (message: string) => void): string | null => {
  const hour = Number(match[4])
  const minute = Number(match[5])
  const second = Number(match[6] ?? 0)
  if (match[6] === undefined) warn('UNTIL has no seconds')
  if (hour === 24 && minute === 0 && second === 0) {
    warn('UNTIL names 24:00; the last second of the day is taken')
    return '23:59:59'
  }
  if (hour > 23 || minute > 59 || second > 60) return null
  return `${pad(hour)}:${pad(minute)}:${pad(Math.min(second, 59))}`
}

const invalid = (text: string): CalendarError =>
  new CalendarError(
    'invalid-calendar-data',
    `UNTIL is neither a date nor a time: ${JSON.stringify(text.slice(0, 40))}`,
    {
      details: { part: 'UNTIL', value: text.slice(0, 40) },
    },
  )
