import { type CalendarDocument, editCalendar, objectComponents } from '@dayport/core/ical'
import type { PortalData } from './model.ts'
import { serializePortalData } from './portal-data.ts'

/** A line longer than this is left out when the whole would not fit. */
const longLine = 400

/** Without these a component would be another event. */
const needed = new Set(['UID', 'DTSTART', 'DTEND', 'DURATION', 'RRULE', 'EXDATE', 'RECURRENCE-ID', 'STATUS', 'CLASS'])

/**
 * The text of an event that goes along with its item: whole when it fits our property, else without its long lines, which are
 * attachments and texts that Exchange holds itself; `null` when not even that fits.
 */
export const carriedSource = (document: CalendarDocument): string | null => {
  const fits = (source: string): boolean => {
    const widest: PortalData = { source, uid: 'x'.repeat(255), zone: 'x'.repeat(64) }
    return serializePortalData(widest) !== null
  }
  // A text that cannot be read back byte for byte is not carried.
  const whole = new TextDecoder().decode(document.bytes)
  if (fits(whole)) return whole
  const editor = editCalendar(document)
  for (const component of document.calendars.flatMap(objectComponents)) {
    for (const property of component.properties) {
      if (property.end - property.start > longLine && !needed.has(property.name)) editor.remove(property)
    }
  }
  const short = new TextDecoder().decode(editor.toBytes())
  return fits(short) ? short : null
}
