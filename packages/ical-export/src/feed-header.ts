import type { Calendar } from '@dayport/core'
import { type PropertyDraft, serializeCalendar, textProperty } from '@dayport/core/ical'

/** What a feed says of itself besides its calendar's own properties. */
export interface FeedHeaderOptions {
  /** PRODID, RFC 5545 §3.7.3. */
  readonly productId: string
  /** How often subscribers are asked to come again. */
  readonly refreshMinutes: number
}

const end = new TextEncoder().encode('END:VCALENDAR\r\n')

/** The last line of a feed. */
export const feedEnd: Uint8Array = end

/**
 * `BEGIN:VCALENDAR` and the calendar's properties, RFC 5545 §3.7 and RFC 7986 §5, each in the older X- form too where subscribers read
 * only that. No METHOD: with one, Outlook takes the feed for an invitation to answer.
 */
export const feedHeader = (calendar: Calendar, { productId, refreshMinutes }: FeedHeaderOptions): Uint8Array => {
  const refresh = `PT${refreshMinutes}M`
  const properties: PropertyDraft[] = [
    { name: 'VERSION', value: '2.0' },
    textProperty('PRODID', productId),
    { name: 'CALSCALE', value: 'GREGORIAN' },
    textProperty('NAME', calendar.displayName),
    textProperty('X-WR-CALNAME', calendar.displayName),
    ...(calendar.description === ''
      ? []
      : [textProperty('DESCRIPTION', calendar.description), textProperty('X-WR-CALDESC', calendar.description)]),
    ...colorProperties(calendar.color),
    { name: 'REFRESH-INTERVAL', params: { VALUE: 'DURATION' }, value: refresh },
    { name: 'X-PUBLISHED-TTL', value: refresh },
  ]
  const whole = serializeCalendar({ name: 'VCALENDAR', properties })
  return whole.subarray(0, whole.byteLength - end.byteLength)
}

/** RFC 7986 §5.9 knows the CSS names only; Apple's property knows numbers only. */
const colorProperties = (color: string | null): readonly PropertyDraft[] => {
  if (color === null) return []
  if (/^#[0-9a-f]{6}(?:[0-9a-f]{2})?$/i.test(color)) {
    return [{ name: 'X-APPLE-CALENDAR-COLOR', value: color.slice(0, 7).toUpperCase() }]
  }
  return /^[a-z]{3,30}$/i.test(color) ? [{ name: 'COLOR', value: color.toLowerCase() }] : []
}
