import { CalendarError } from '@dayport/core'
import {
  type CalendarEditor,
  type Component,
  editCalendar,
  masterComponent,
  overrideComponents,
  parseCalendar,
  readText,
  textProperty,
} from '@dayport/core/ical'

const kept = new Set([
  'UID',
  'DTSTAMP',
  'DTSTART',
  'DTEND',
  'DURATION',
  'RRULE',
  'EXDATE',
  'RECURRENCE-ID',
  'SUMMARY',
  'LOCATION',
  'DESCRIPTION',
  'CLASS',
  'TRANSP',
  'STATUS',
  'CATEGORIES',
  'ORGANIZER',
  'ATTENDEE',
])

const titleLength = 60

/** The same bytes are asked for again and again; they are never written to in place. */
const remembering = (work: (data: Uint8Array) => Uint8Array): ((data: Uint8Array) => Uint8Array) => {
  const known = new WeakMap<Uint8Array, Uint8Array>()
  return (data) => {
    const before = known.get(data)
    if (before !== undefined) return before
    const result = work(data)
    known.set(data, result)
    return result
  }
}

/** What such a mailbox can hold: a title of 60 characters, one alarm, and none of the properties that it does not know. */
export const projectForMailbox = remembering((data) => {
  const document = parseCalendar(data)
  const master = masterComponent(document)
  if (master?.property('RRULE')?.value.includes('FREQ=HOURLY') === true) {
    throw new CalendarError('unrepresentable', 'the mailbox has no hourly series', { details: { reason: 'rule' } })
  }
  const editor = editCalendar(document)
  for (const component of [...(master === null ? [] : [master]), ...overrideComponents(document)]) {
    projectComponent(editor, component)
  }
  return editor.toBytes()
})

const projectComponent = (editor: CalendarEditor, component: Component): void => {
  for (const property of component.properties) if (!kept.has(property.name)) editor.remove(property)
  const title = component.property('SUMMARY')
  if (title !== undefined && readText(title).length > titleLength) {
    editor.set(component, textProperty('SUMMARY', readText(title).slice(0, titleLength).trim()))
  }
  const alarms = component.components.filter(({ name }) => name === 'VALARM')
  const triggers = alarms.map((alarm) => alarm.property('TRIGGER')?.value ?? '')
  const first = [...triggers].sort()[0]
  let isKept = false
  for (const [i, alarm] of alarms.entries()) {
    if (!isKept && triggers[i] === first) isKept = true
    else editor.removeComponent(alarm)
  }
}

/** What such a mailbox makes of a text without saying so: runs of blanks become one. */
export const normaliseForMailbox = remembering((data) => {
  const document = parseCalendar(data)
  const editor = editCalendar(document)
  const master = masterComponent(document)
  for (const component of [...(master === null ? [] : [master]), ...overrideComponents(document)]) {
    const body = component.property('DESCRIPTION')
    if (body !== undefined) editor.set(component, textProperty('DESCRIPTION', readText(body).replace(/ +/g, ' ')))
  }
  return editor.toBytes()
})

/** The same event under another UID. */
export const withUidOf = (data: Uint8Array, uid: string): Uint8Array => {
  const document = parseCalendar(data)
  const editor = editCalendar(document)
  const master = masterComponent(document)
  for (const component of [...(master === null ? [] : [master]), ...overrideComponents(document)]) {
    editor.set(component, textProperty('UID', uid))
  }
  return editor.toBytes()
}
