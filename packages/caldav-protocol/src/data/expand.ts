import type { CalendarTime, InstantRange } from '@dayport/core'
import { type Component, type Property, type RecurrenceInstance, readTime, timeValue } from '@dayport/core/ical'
import { refusal } from '../errors.ts'
import { dav } from '../wire/names.ts'
import type { ObjectView } from './object-view.ts'
import { type ComponentSelection, childSelection, isSelected, selectedLine, selectLines } from './partial.ts'

/** What to expand to. */
export interface Expand {
  readonly selection: ComponentSelection | null
  readonly range: InstantRange
  readonly maxInstances: number
}

/** Each instance says these for itself; recurrence properties MUST NOT be there. RFC 4791 §9.6.5. */
const replaced: ReadonlySet<string> = new Set([
  ...['DTSTART', 'DTEND', 'DUE', 'DURATION', 'RECURRENCE-ID'],
  ...['RRULE', 'RDATE', 'EXDATE', 'EXRULE'],
])

/**
 * The object as one component for each instance in the range: zoned times in UTC, DATE and floating ones as they are, no
 * VTIMEZONE, and RECURRENCE-ID wherever there is a series. RFC 4791 §9.6.5.
 *
 * @throws {DavError} 507 number-of-matches-within-limits for more instances than one answer may hold.
 */
export const expandedCalendar = (view: ObjectView, { selection, range, maxInstances }: Expand): string => {
  const { bytes } = view.document
  const { instances, truncated } = view.expand(range, maxInstances)
  if (truncated) throw refusal(507, dav('number-of-matches-within-limits'))
  const { facts } = view
  const recurs = facts.rrules.length > 0 || facts.rdates.length > 0 || facts.overrides.length > 0

  let text = 'BEGIN:VCALENDAR\r\n'
  for (const property of view.root.properties) text += selectedLine(bytes, property, selection)
  for (const instance of instances) {
    const component = view.componentOf(instance)
    const inner = component === null ? undefined : childSelection(selection, component)
    if (component !== null && inner !== undefined) text += instanceText(view, component, instance, inner, recurs)
  }
  return `${text}END:VCALENDAR\r\n`
}

const everything = { component: () => true, property: () => true }

const instanceText = (
  view: ObjectView,
  component: Component,
  instance: RecurrenceInstance,
  selection: ComponentSelection | null,
  recurs: boolean,
): string => {
  const { bytes } = view.document
  let text = `BEGIN:${component.name}\r\n`
  const write = (name: string, time: CalendarTime, ms: number) => {
    const novalue = isSelected(selection, name)
    if (novalue !== undefined) text += novalue ? `${name}:\r\n` : timeLine(name, time, ms)
  }
  if (recurs) write('RECURRENCE-ID', instance.recurrenceId, instance.recurrenceIdMs)
  if (component.property('DTSTART') !== undefined || recurs) write('DTSTART', instance.start, instance.startMs)
  const end = endName(component)
  if (end !== null) write(end, instance.end, instance.endMs)
  for (const property of component.properties) {
    if (!replaced.has(property.name)) text += inUtc(view, property, selection)
  }
  for (const child of component.components) {
    const inner = childSelection(selection, child)
    if (inner !== undefined) text += selectLines(bytes, child, inner, everything)
  }
  return `${text}END:${component.name}\r\n`
}

/** Which property says the end of an instance; `null` when the component says none. */
const endName = (component: Component): 'DTEND' | 'DUE' | null => {
  const name = component.name === 'VTODO' ? 'DUE' : 'DTEND'
  const says = component.property(name) !== undefined || component.property('DURATION') !== undefined
  return says ? name : null
}

/** Another property with a TZID, which would point at a VTIMEZONE that is no longer there. */
const inUtc = (view: ObjectView, property: Property, selection: ComponentSelection | null): string => {
  if (property.param('TZID') === undefined || isSelected(selection, property.name) !== false) {
    return selectedLine(view.document.bytes, property, selection)
  }
  const time = readTime(property)
  return time === null ? '' : timeLine(property.name, time, view.instantOf(time))
}

const timeLine = (name: string, time: CalendarTime, ms: number): string => {
  switch (time.kind) {
    case 'date':
      return `${name};VALUE=DATE:${timeValue(time)}\r\n`
    case 'floating':
      return `${name}:${timeValue(time)}\r\n`
    default:
      return `${name}:${timeValue({ kind: 'utc', instant: `${new Date(ms).toISOString().slice(0, 19)}Z` })}\r\n`
  }
}
