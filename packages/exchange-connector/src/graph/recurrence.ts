import { type Weekday, weekdays } from '@dayport/core/ical'
import type { ExchangePattern, ExchangeRange, ExchangeRecurrence, WeekIndex } from '../event/model.ts'
import type { GraphRecurrence } from './wire.ts'

const dayNames: Readonly<Record<Weekday, string>> = {
  MO: 'monday',
  TU: 'tuesday',
  WE: 'wednesday',
  TH: 'thursday',
  FR: 'friday',
  SA: 'saturday',
  SU: 'sunday',
}
const indexes: readonly WeekIndex[] = ['first', 'second', 'third', 'fourth', 'last']

/** patternedRecurrence as we write it. */
export interface GraphRecurrenceDraft {
  readonly pattern: Readonly<Record<string, unknown>>
  readonly range: Readonly<Record<string, unknown>>
}

/** The patternedRecurrence of a series. `timeZone` is that of its start. */
export const toPatternedRecurrence = (
  { pattern, range }: ExchangeRecurrence,
  timeZone: string,
): GraphRecurrenceDraft => ({
  pattern: patternOut(pattern),
  range: { ...rangeOut(range), recurrenceTimeZone: timeZone },
})

const patternOut = (pattern: ExchangePattern): Readonly<Record<string, unknown>> => {
  const { kind: type, interval } = pattern
  switch (pattern.kind) {
    case 'daily':
      return { type, interval }
    case 'weekly':
      return { type, interval, daysOfWeek: pattern.days.map(nameOf), firstDayOfWeek: nameOf(pattern.firstDay) }
    case 'absoluteMonthly':
      return { type, interval, dayOfMonth: pattern.day }
    case 'relativeMonthly':
      return { type, interval, daysOfWeek: pattern.days.map(nameOf), index: pattern.index }
    case 'absoluteYearly':
      return { type, interval, dayOfMonth: pattern.day, month: pattern.month }
    case 'relativeYearly':
      return { type, interval, daysOfWeek: pattern.days.map(nameOf), index: pattern.index, month: pattern.month }
  }
}

const nameOf = (day: Weekday) => dayNames[day]

const rangeOut = (range: ExchangeRange): Readonly<Record<string, unknown>> => {
  const { startDate } = range
  if (range.kind === 'noEnd') return { type: 'noEnd', startDate }
  if (range.kind === 'numbered') return { type: 'numbered', startDate, numberOfOccurrences: range.count }
  return { type: 'endDate', startDate, endDate: range.endDate }
}

/** Reads a patternedRecurrence; `null` when it is none that we know. Members that do not apply to its type are not looked at. */
export const fromPatternedRecurrence = ({ pattern, range }: GraphRecurrence): ExchangeRecurrence | null => {
  const read = patternIn(pattern)
  const ends = rangeIn(range)
  return read === null || ends === null ? null : { pattern: read, range: ends }
}

const patternIn = (pattern: GraphRecurrence['pattern']): ExchangePattern | null => {
  const interval = Math.max(1, pattern.interval ?? 1)
  const days = weekdays.filter((day) => pattern.daysOfWeek?.some((name) => name.toLowerCase() === dayNames[day]))
  const index = indexes.find((name) => name === (pattern.index ?? 'first').toLowerCase())
  const day = within(pattern.dayOfMonth, 31)
  const month = within(pattern.month, 12)
  switch (pattern.type.toLowerCase()) {
    case 'daily':
      return { kind: 'daily', interval }
    case 'weekly': {
      const firstDay = weekdays.find((name) => dayNames[name] === (pattern.firstDayOfWeek ?? 'sunday').toLowerCase())
      return days.length === 0 || firstDay === undefined ? null : { kind: 'weekly', interval, days, firstDay }
    }
    case 'absolutemonthly':
      return day === null ? null : { kind: 'absoluteMonthly', interval, day }
    case 'relativemonthly':
      return days.length === 0 || index === undefined ? null : { kind: 'relativeMonthly', interval, days, index }
    case 'absoluteyearly':
      return day === null || month === null ? null : { kind: 'absoluteYearly', interval, month, day }
    case 'relativeyearly':
      if (days.length === 0 || index === undefined || month === null) return null
      return { kind: 'relativeYearly', interval, month, days, index }
    default:
      return null
  }
}

const within = (value: number | null, most: number) =>
  value !== null && Number.isInteger(value) && value >= 1 && value <= most ? value : null

/** Dates are days of the series' zone: their first ten characters, never an instant. */
const rangeIn = (range: GraphRecurrence['range']): ExchangeRange | null => {
  const startDate = dateIn(range.startDate)
  if (startDate === null) return null
  switch (range.type.toLowerCase()) {
    case 'noend':
      return { kind: 'noEnd', startDate }
    case 'numbered':
      return range.numberOfOccurrences === null || range.numberOfOccurrences < 1
        ? null
        : { kind: 'numbered', startDate, count: range.numberOfOccurrences }
    case 'enddate': {
      const endDate = dateIn(range.endDate)
      return endDate === null ? null : { kind: 'endDate', startDate, endDate }
    }
    default:
      return null
  }
}

const dateIn = (text: string | null) => /^\d{4}-\d{2}-\d{2}/.exec(text ?? '')?.[0] ?? null
