/** A day as text, `2026-11-23`: sorts as it should and holds no time zone. */
export type Day = string

/** Making a format costs more than using it a hundred times, and a month has thousands of times. */
const formats = new Map<string, Intl.DateTimeFormat>()
const formatFor = (locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat => {
  const key = `${locale} ${JSON.stringify(options)}`
  const known = formats.get(key)
  if (known !== undefined) return known
  const made = new Intl.DateTimeFormat(locale, options)
  formats.set(key, made)
  return made
}

const utc = (day: Day): Date => new Date(`${day}T00:00:00Z`)
const toDay = (date: Date): Day => date.toISOString().slice(0, 10)

export const addDays = (day: Day, count: number): Day => {
  const date = utc(day)
  date.setUTCDate(date.getUTCDate() + count)
  return toDay(date)
}

export const addMonths = (day: Day, count: number): Day => {
  const date = utc(`${day.slice(0, 8)}01`)
  date.setUTCMonth(date.getUTCMonth() + count)
  return toDay(date)
}

/** Which day an instant falls on in a time zone. */
export const dayOf = (ms: number, timeZone: string): Day =>
  formatFor('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(ms)

/** Days since Monday: 0…6. */
export const dayOfWeek = (day: Day): number => (utc(day).getUTCDay() + 6) % 7

/** What is shown at once. The list shows a week, day by day. */
export const spans = ['day', 'week', 'month', 'list'] as const
export type Span = (typeof spans)[number]

/** Days `from` to before `to`: the day, its week from Monday, or the weeks that its month touches. */
export const rangeAround = (day: Day, span: Span): { readonly from: Day; readonly to: Day } => {
  if (span === 'day') return { from: day, to: addDays(day, 1) }
  if (span !== 'month') {
    const from = addDays(day, -dayOfWeek(day))
    return { from, to: addDays(from, 7) }
  }
  const first = `${day.slice(0, 8)}01`
  const last = addDays(addMonths(first, 1), -1)
  return { from: addDays(first, -dayOfWeek(first)), to: addDays(last, 7 - dayOfWeek(last)) }
}

/** The day to show after one step back or forth. */
export const stepFrom = (day: Day, span: Span, by: 1 | -1): Day => {
  if (span === 'month') return addMonths(day, by)
  return addDays(day, span === 'day' ? by : 7 * by)
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** `23–29 November 2026`, `November 2026` or `25 November 2026`, of what is shown around a day. */
export const rangeTitle = (day: Day, span: Span, locale: string): string => {
  const range = rangeAround(day, span)
  if (span === 'month') {
    const text = formatFor(locale, { timeZone: 'UTC', month: 'long', year: 'numeric' }).format(utc(day))
    return capital(text).replace(/\sг\.$/, '')
  }
  const format = formatFor(locale, { timeZone: 'UTC', day: 'numeric', month: 'long', year: 'numeric' })
  const text = format.formatRange(utc(range.from), utc(addDays(range.to, -1))).replace(/\sг\.$/, '')
  // English formats put blanks around the dash of two numbers.
  return text.replace(/^(\d+)\s–\s(\d+\s\D)/, '$1–$2')
}

/** `November`, by itself. */
export const monthName = (day: Day, locale: string): string =>
  capital(formatFor(locale, { timeZone: 'UTC', month: 'long' }).format(utc(day)))

export const dayTitle = (day: Day, locale: string): string => {
  const text = formatFor(locale, {
    timeZone: 'UTC',
    weekday: 'long',
    day: 'numeric',
    month: 'long',
  }).format(utc(day))
  return capital(text)
}

export const timeOf = (ms: number, timeZone: string, locale: string): string =>
  formatFor(locale, { timeZone, hour: 'numeric', minute: '2-digit', hourCycle: 'h23' }).format(ms)

/** `Fri 27 November`, and the time unless it is a whole day. */
export const shortMoment = (event: Timed, timeZone: string, locale: string): string => {
  const day = event.allDay ? event.start : dayOf(event.startMs, timeZone)
  const text = formatFor(locale, { timeZone: 'UTC', weekday: 'short', day: 'numeric', month: 'long' }).format(utc(day))
  return event.allDay ? text : `${text}, ${timeOf(event.startMs, timeZone, locale)}`
}

/** As text, days compare as they follow each other. */
export const laterOf = (a: Day, b: Day): Day => [a, b].toSorted()[1] ?? a

/** What an entry needs to be put on days. */
export interface Timed {
  readonly allDay: boolean
  readonly start: string
  readonly end: string
  readonly startMs: number
  readonly endMs: number
  /** Of a task; `null` or left out for events. */
  readonly done?: boolean | null
}

/** The days of an event, first to last; a whole day ends before its exclusive end, and midnight belongs to the day before. */
export const daysOf = (event: Timed, timeZone: string): { readonly first: Day; readonly last: Day } => {
  if (event.allDay) {
    const last = addDays(event.end, -1)
    return { first: event.start, last: laterOf(last, event.start) }
  }
  const last = event.endMs > event.startMs ? event.endMs - 1 : event.startMs
  return { first: dayOf(event.startMs, timeZone), last: dayOf(last, timeZone) }
}

/** Events by day within `from` to before `to`: whole days first, then by start, tasks below them. Days without events are left out. */
export const groupByDay = <T extends Timed>(
  events: readonly T[],
  range: { readonly from: Day; readonly to: Day },
  timeZone: string,
): readonly { readonly day: Day; readonly events: readonly T[] }[] => {
  const days = new Map<Day, T[]>()
  for (const event of events) {
    const { first, last } = daysOf(event, timeZone)
    for (let day = laterOf(first, range.from); day <= last && day < range.to; day = addDays(day, 1)) {
      const list = days.get(day)
      if (list === undefined) days.set(day, [event])
      else list.push(event)
    }
  }
  const isTask = ({ done = null }: T): number => Number(done !== null)
  const inOrder = (a: T, b: T): number =>
    isTask(a) - isTask(b) || Number(b.allDay) - Number(a.allDay) || a.startMs - b.startMs
  return [...days.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([day, list]) => ({ day, events: list.toSorted(inOrder) }))
}
