import { CalendarError } from '@dayport/core'
import { fromJcal, parseCalendar, serializeComponent, toJcal } from '@dayport/core/ical'

/** RFC 7265 §6. */
export const jcalType = 'application/calendar+json'

/** The VCALENDAR of a text as jCal; stored objects have exactly one. */
export const jcalOf = (data: Uint8Array): string => {
  const [calendar] = parseCalendar(data).calendars
  if (calendar === undefined) throw new TypeError('expected a VCALENDAR')
  return JSON.stringify(toJcal(calendar))
}

/** @throws {CalendarError} `invalid-calendar-data` for what is no jCal. */
export const bytesOfJcal = (json: Uint8Array): Uint8Array => {
  let parsed: unknown
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json))
  } catch (error) {
    throw new CalendarError('invalid-calendar-data', 'expected JSON in UTF-8', { cause: error })
  }
  return serializeComponent(fromJcal(parsed))
}

/** Whether `Accept` asks for jCal rather than for text/calendar, RFC 9110 §12.5.1; without a preference it is text. */
export const prefersJcal = (headers: Headers): boolean => {
  const accept = headers.get('accept')
  if (accept === null || !accept.toLowerCase().includes(jcalType)) return false
  const weights = new Map<string, number>()
  for (const part of accept.toLowerCase().split(',')) {
    const [type = '', ...parameters] = part.split(';').map((text) => text.trim())
    const q = parameters.find((parameter) => parameter.startsWith('q='))
    weights.set(type, q === undefined ? 1 : Number(q.slice(2)) || 0)
  }
  const text = weights.get('text/calendar') ?? weights.get('text/*') ?? weights.get('*/*') ?? 0
  return (weights.get(jcalType) ?? 0) > text
}
