import type { FakeRecurrence } from './fake-event.ts'

const dayMs = 86_400_000
const names = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']
const order = ['first', 'second', 'third', 'fourth', 'last']

/**
 * The days on which a pattern falls, ascending, up to and including `lastDay` (`YYYY-MM-DD`). Deliberately plain: it looks at each day
 * in turn and shares nothing with the connector that it tests.
 */
export const seriesDays = (recurrence: FakeRecurrence, lastDay: string): readonly string[] => {
  const { pattern, range } = recurrence
  const start = Date.parse(range.startDate)
  const bound =
    range.type === 'endDate' ? Math.min(Date.parse(range.endDate!), Date.parse(lastDay)) : Date.parse(lastDay)
  const days: string[] = []
  for (let at = start; at <= bound; at += dayMs) {
    if (range.type === 'numbered' && days.length >= range.numberOfOccurrences!) break
    if (falls(pattern, start, at)) days.push(dayOf(at))
  }
  return days
}

/** `YYYY-MM-DD` of ms since the epoch in UTC. */
export const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10)

const falls = (pattern: FakeRecurrence['pattern'], startMs: number, atMs: number): boolean => {
  const start = new Date(startMs)
  const at = new Date(atMs)
  const interval = pattern.interval
  const months = (at.getUTCFullYear() - start.getUTCFullYear()) * 12 + at.getUTCMonth() - start.getUTCMonth()
  const years = at.getUTCFullYear() - start.getUTCFullYear()
  const wanted = (pattern.daysOfWeek ?? []).map((name) => names.indexOf(name.toLowerCase()))
  switch (pattern.type) {
    case 'daily':
      return ((atMs - startMs) / dayMs) % interval === 0
    case 'weekly': {
      const first = names.indexOf((pattern.firstDayOfWeek ?? 'sunday').toLowerCase())
      const week = (ms: number) => ms - ((new Date(ms).getUTCDay() - first + 7) % 7) * dayMs
      return ((week(atMs) - week(startMs)) / (7 * dayMs)) % interval === 0 && wanted.includes(at.getUTCDay())
    }
    case 'absoluteMonthly':
      return months % interval === 0 && at.getUTCDate() === Math.min(pattern.dayOfMonth!, lengthOfMonth(at))
    case 'absoluteYearly':
      return (
        years % interval === 0 &&
        at.getUTCMonth() + 1 === pattern.month &&
        at.getUTCDate() === Math.min(pattern.dayOfMonth!, lengthOfMonth(at))
      )
    case 'relativeMonthly':
      return months % interval === 0 && isNth(at, wanted, pattern.index ?? 'first')
    case 'relativeYearly':
      return (
        years % interval === 0 && at.getUTCMonth() + 1 === pattern.month && isNth(at, wanted, pattern.index ?? 'first')
      )
  }
}

const lengthOfMonth = (date: Date) => new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()

const isNth = (at: Date, wanted: readonly number[], index: string): boolean => {
  const matching: number[] = []
  for (let day = 1; day <= lengthOfMonth(at); day += 1) {
    if (wanted.includes(new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), day)).getUTCDay())) matching.push(day)
  }
  const place = order.indexOf(index.toLowerCase())
  return at.getUTCDate() === (place === 4 ? matching.at(-1) : matching[place])
}
