import { CalendarError } from '../../errors.ts'
import type { CalendarTime } from '../../time.ts'
import type { LocalMs } from '../zones/model.ts'
import {
  dayMs,
  dayOf,
  daysInMonth,
  firstDayOfYear,
  isLeapYear,
  monthOfYearDay,
  monthStartsOf,
  yearOfDay,
} from './days.ts'

/** A number by its decimal digits; NaN where one is none. */
export const digitsAt = (text: string, at: number, length: number): number => {
  let value = 0
  for (let i = at; i < at + length; i++) {
    const digit = text.charCodeAt(i) - 48
    if (!(digit >= 0 && digit <= 9)) return Number.NaN
    value = value * 10 + digit
  }
  return value
}

const invalid = (text: string): CalendarError =>
  new CalendarError(
    'invalid-calendar-data',
    `expected a date or a date with time, got ${JSON.stringify(text.slice(0, 40))}`,
    {
      details: { value: text.slice(0, 40) },
    },
  )

const readDate = (text: string): number => {
  const year = digitsAt(text, 0, 4)
  const month = digitsAt(text, 5, 2)
  const day = digitsAt(text, 8, 2)
  const valid = year >= 1 && month >= 1 && month <= 12 && day >= 1 && text[4] === '-' && text[7] === '-'
  if (!valid || day > daysInMonth(year, month)) throw invalid(text)
  return dayOf(year, month, day) * dayMs
}

/**
 * The wall-clock fields of a {@link CalendarTime}; a DATE is its midnight. A second of 60 is read as 59, as RFC 5545 §3.3.5
 * advises those who know no leap seconds.
 *
 * @throws {CalendarError} `invalid-calendar-data` for a text that names no day or no time of the years 1–9999.
 */
export const localOf = (time: CalendarTime): LocalMs => {
  if (time.kind === 'date') {
    if (time.date.length !== 10) throw invalid(time.date)
    return readDate(time.date)
  }
  const text = time.kind === 'utc' ? time.instant : time.local
  const hour = digitsAt(text, 11, 2)
  const minute = digitsAt(text, 14, 2)
  const second = digitsAt(text, 17, 2)
  const shape = text[10] === 'T' && text[13] === ':' && text[16] === ':'
  const end = time.kind === 'utc' ? text.length === 20 && text[19] === 'Z' : text.length === 19
  if (!shape || !end || !(hour <= 23 && minute <= 59 && second <= 60)) throw invalid(text)
  return readDate(text) + (hour * 3600 + minute * 60 + Math.min(second, 59)) * 1000
}

const two = Array.from({ length: 100 }, (_, value) => String(value).padStart(2, '0'))

/** `2026-03-29`, for a day since 1970-01-01. */
export const formatDay = (day: number): string => {
  const year = yearOfDay(day)
  const leap = isLeapYear(year)
  const yearDay = day - firstDayOfYear(year)
  const month = monthOfYearDay(yearDay, leap)
  const monthDay = yearDay - monthStartsOf(leap)[month - 1]! + 1
  const head = year >= 1000 ? `${year}` : String(year).padStart(4, '0')
  return `${head}-${two[month]}-${two[monthDay]}`
}

/**
 * Makes a writer of wall-clock fields as text, `2026-03-29T02:30:00`, which keeps the last date and the last two times of day
 * that it wrote: starts and ends of neighbours in a series share them.
 */
export const createLocalWriter = (): ((local: LocalMs) => string) => {
  let lastDay = Number.NaN
  let dayText = ''
  let lastTime = Number.NaN
  let timeText = ''
  let otherTime = Number.NaN
  let otherText = ''
  return (local) => {
    const day = Math.floor(local / dayMs)
    const time = local - day * dayMs
    if (day !== lastDay) {
      lastDay = day
      dayText = formatDay(day)
    }
    if (time === lastTime) return dayText + timeText
    const text = time === otherTime ? otherText : formatTime(time)
    otherTime = lastTime
    otherText = timeText
    lastTime = time
    timeText = text
    return dayText + text
  }
}

const formatTime = (time: number): string => {
  const seconds = Math.floor(time / 1000)
  return `T${two[Math.floor(seconds / 3600)]}:${two[Math.floor(seconds / 60) % 60]}:${two[seconds % 60]}`
}

/** Makes a writer of wall-clock fields as {@link CalendarTime}s in the form of `like`, also its zone. */
export const createTimeWriter = (like: CalendarTime): ((local: LocalMs) => CalendarTime) => {
  const write = createLocalWriter()
  switch (like.kind) {
    case 'date':
      return (local) => ({ kind: 'date', date: formatDay(Math.floor(local / dayMs)) })
    case 'floating':
      return (local) => ({ kind: 'floating', local: write(local) })
    case 'utc':
      return (local) => ({ kind: 'utc', instant: `${write(local)}Z` })
    case 'zoned': {
      const { tzid } = like
      return (local) => ({ kind: 'zoned', local: write(local), tzid })
    }
  }
}
