import { type PropertyDraft, serializeCalendar, textProperty, timeProperty, uriProperty } from '@dayport/core/ical'
import { cssColorName, hexColor } from './css-colors.ts'

/** What a feed says of itself. */
export interface FeedHead {
  readonly displayName: string
  /** `''` when there is none to tell. */
  readonly description: string
  /** `#RRGGBB` or a CSS name; `null` when it has none. */
  readonly color: string | null
  /** ms since the Unix epoch of the last change of anything in it. */
  readonly modifiedMs: number
  /** The feed's own address. */
  readonly source: string
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
export const feedHeader = (head: FeedHead): Uint8Array => {
  const refresh = `PT${head.refreshMinutes}M`
  const instant = `${new Date(Math.floor(head.modifiedMs / 1000) * 1000).toISOString().slice(0, 19)}Z`
  const properties: PropertyDraft[] = [
    { name: 'VERSION', value: '2.0' },
    textProperty('PRODID', head.productId),
    { name: 'CALSCALE', value: 'GREGORIAN' },
    textProperty('NAME', head.displayName),
    textProperty('X-WR-CALNAME', head.displayName),
    ...(head.description === ''
      ? []
      : [textProperty('DESCRIPTION', head.description), textProperty('X-WR-CALDESC', head.description)]),
    ...colorProperties(head.color),
    timeProperty('LAST-MODIFIED', { kind: 'utc', instant }),
    uriProperty('SOURCE', head.source, { VALUE: 'URI' }),
    { name: 'REFRESH-INTERVAL', params: { VALUE: 'DURATION' }, value: refresh },
    { name: 'X-PUBLISHED-TTL', value: refresh },
  ]
  const whole = serializeCalendar({ name: 'VCALENDAR', properties })
  return whole.subarray(0, whole.byteLength - end.byteLength)
}

/** RFC 7986 §5.9 knows the CSS names only, so the nearest one; Apple's property knows numbers only. */
const colorProperties = (color: string | null): readonly PropertyDraft[] => {
  const name = color === null ? null : cssColorName(color)
  const hex = color === null ? null : hexColor(color)
  if (name === null || hex === null) return []
  return [
    { name: 'COLOR', value: name },
    { name: 'X-APPLE-CALENDAR-COLOR', value: hex },
  ]
}
