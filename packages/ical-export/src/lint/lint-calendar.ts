import { CalendarError } from '@dayport/core'
import {
  type CalendarDocument,
  createZoneResolver,
  importLimits,
  parseCalendar,
  type TextWarning,
  toUtf8,
} from '@dayport/core/ical'
import { createLintLog, type LintCode, type LintFinding, type Subscriber, subscribers } from './findings.ts'
import { hasAlarm, lintContent } from './lint-content.ts'
import { lintHeader } from './lint-header.ts'
import { lineStarts, lintLines } from './lint-lines.ts'
import { entriesOf, lintObjects } from './lint-objects.ts'
import { lintSeries } from './lint-series.ts'
import { lintTimes } from './lint-times.ts'
import { lintZones } from './lint-zones.ts'

/** How a calendar is judged. */
export interface LintOptions {
  /** Only what trips one of these; default: all four. */
  readonly for?: readonly Subscriber[]
}

/**
 * Says over what a subscriber would trip in a feed, in the order of its lines: at most twenty findings of each code, of which the last
 * says how many more there are. It reads what it is given and nothing else, in time proportional to its size, and never throws for what stands in it.
 *
 * @param calendar the feed as it came, octets where there are any: a text has lost its charset.
 */
export const lintCalendar = (calendar: Uint8Array | string, options: LintOptions = {}): readonly LintFinding[] => {
  const given = typeof calendar === 'string' ? new TextEncoder().encode(calendar) : calendar
  const { bytes, converted } = toUtf8(given)
  const starts = lineStarts(bytes)
  const log = createLintLog((offset) => lineAt(starts, offset), options.for ?? subscribers)
  if (converted) log.add('not-utf-8', 0, 'The file is not in UTF-8, the only charset that every program reads.')
  lintLines(bytes, starts, log)
  const document = documentOf(bytes, (message) => log.add('not-a-calendar', 0, message))
  if (document === null) return log.take()
  for (const warning of document.warnings) {
    log.add(warningCode(warning), starts[warning.line - 1] ?? 0, `${sentence(warning.message)}.`)
  }
  const entries = entriesOf(document)
  const zones = createZoneResolver()
  lintHeader(document, log)
  lintObjects(entries, log)
  lintZones(document, entries, log)
  for (const entry of entries) {
    lintTimes(entry, zones, log)
    lintSeries(entry, log)
    lintContent(entry, log)
  }
  const reminding = entries.find(hasAlarm)
  if (reminding !== undefined) {
    const message =
      'Reminders of subscribed calendars are ignored by Google, and by Outlook and Apple unless people ask for them.'
    log.add('alarms-ignored', reminding.start, message)
  }
  return log.take()
}

const documentOf = (bytes: Uint8Array, refuse: (message: string) => void): CalendarDocument | null => {
  try {
    return parseCalendar(bytes, { limits: importLimits })
  } catch (error) {
    if (!CalendarError.is(error)) throw error
    const isPage = /^\s*<(?:!doctype|html)/i.test(new TextDecoder().decode(bytes.subarray(0, 200)))
    refuse(
      isPage ? 'This is a web page and no calendar; the address may ask for a sign-in.' : `${sentence(error.message)}.`,
    )
    return null
  }
}

const warningCode = ({ code }: TextWarning): LintCode =>
  code === 'malformed-line' || code === 'unbalanced-quote' ? code : 'broken-structure'

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** The number of the physical line that holds an offset. */
const lineAt = (starts: readonly number[], offset: number): number => {
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((starts[middle] ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return low + 1
}
