import {
  type CalendarDocument,
  type Component,
  type ComponentDraft,
  draftOf,
  editCalendar,
  serializeCalendar,
} from '@dayport/core/ical'

/** What is left out of an object that may be seen whole. */
export interface Omissions {
  readonly alarms: boolean
  readonly attendees: boolean
  readonly descriptions: boolean
}

/** When an event is and whether it blocks the time; nothing else of it may be known. */
const times = [
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
  'SEQUENCE',
  'STATUS',
  'TRANSP',
]
const allowed = { 'free-busy': new Set(times), titles: new Set([...times, 'SUMMARY']) } as const
const params = new Set(['TZID', 'VALUE', 'RANGE'])

const attendees = ['ATTENDEE', 'ORGANIZER']
const descriptions = ['DESCRIPTION', 'COMMENT', 'X-ALT-DESC', 'STYLED-DESCRIPTION']

/** Master and overrides alike, without anything that the level's list does not name: components, properties, parameters. */
export const projectTo = (document: CalendarDocument, level: 'free-busy' | 'titles'): Uint8Array => {
  const names = allowed[level]
  const shown = (component: Component): ComponentDraft => ({
    name: component.name,
    properties: component.properties
      .filter(({ name }) => names.has(name))
      .map((property) => {
        const draft = draftOf(property)
        const kept = Object.entries(draft.params ?? {}).filter(([name]) => params.has(name.toUpperCase()))
        return { name: property.name, params: Object.fromEntries(kept), value: draft.value }
      }),
  })
  const components = document.calendars
    .flatMap((calendar) => calendar.components)
    .filter(({ name }) => name === 'VEVENT')
    .map(shown)
  const calendar = serializeCalendar({ name: 'VCALENDAR', properties: [], components })
  // The zones that the times name, as they are: they say nothing of the event.
  const zones = document.calendars.flatMap((whole) => whole.components).filter(({ name }) => name === 'VTIMEZONE')
  const head = new TextEncoder().encode('BEGIN:VCALENDAR\r\n')
  const parts = [
    head,
    ...zones.map(({ start, end }) => document.bytes.subarray(start, end)),
    calendar.subarray(head.length),
  ]
  return joined(parts)
}

/** The object without what is to be left out; every other line as it was. */
export const omitFrom = (document: CalendarDocument, omit: Omissions): Uint8Array => {
  const editor = editCalendar(document)
  const names = [...(omit.attendees ? attendees : []), ...(omit.descriptions ? descriptions : [])]
  const walk = (component: Component): void => {
    for (const name of names) editor.removeNamed(component, name)
    for (const child of component.components) {
      if (omit.alarms && child.name === 'VALARM') editor.removeComponent(child)
      else walk(child)
    }
  }
  for (const calendar of document.calendars) for (const component of calendar.components) walk(component)
  return editor.toBytes()
}

const joined = (parts: readonly Uint8Array[]): Uint8Array => {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
