import { draftOf, masterComponent, parseCalendar, serializeCalendar, textProperty } from '@dayport/core/ical'
import { sensitivityOf } from '../event/content-of.ts'
import { draftOfComponent } from './split-series.ts'

/** What says when somebody is busy, and nothing else. */
const kept = new Set([
  'UID',
  'DTSTAMP',
  'DTSTART',
  'DTEND',
  'DURATION',
  'RRULE',
  'RDATE',
  'EXRULE',
  'EXDATE',
  'RECURRENCE-ID',
  'CLASS',
  'TRANSP',
  'STATUS',
  'X-MICROSOFT-CDO-BUSYSTATUS',
])

/**
 * A series of which anything is private, as others may read it: its times, under another title. The text that travels beside single events
 * says no more than they do. The same bytes for a series of which nothing is private.
 *
 * @throws {CalendarError} as `parseCalendar`.
 */
export const hiddenSeries = (data: Uint8Array, busyText: string): Uint8Array => {
  const document = parseCalendar(data)
  const [calendar] = document.calendars
  const events = calendar?.components.filter(({ name }) => name === 'VEVENT') ?? []
  if (calendar === undefined || masterComponent(document) === null) return data
  if (events.every((event) => sensitivityOf(event) === 'normal')) return data
  return serializeCalendar({
    name: 'VCALENDAR',
    properties: calendar.properties.filter(({ name }) => name === 'VERSION' || name === 'PRODID').map(draftOf),
    components: [
      ...calendar.components.filter(({ name }) => name === 'VTIMEZONE').map(draftOfComponent),
      ...events.map((event) => ({
        name: 'VEVENT',
        properties: [
          ...event.properties
            .filter(({ name }) => kept.has(name) && !(name === 'CLASS' && sensitivityOf(event) === 'normal'))
            .map(draftOf),
          ...(sensitivityOf(event) === 'normal' ? [textProperty('CLASS', 'PRIVATE')] : []),
          textProperty('SUMMARY', busyText),
        ],
        components: [],
      })),
    ],
  })
}
