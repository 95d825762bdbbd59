import type { CalendarTime } from '@dayport/core'
import { type Component, parseDuration, readTime } from '@dayport/core/ical'
import type { ObjectView } from '../data/object-view.ts'

/** A component's time property; `null` when it is missing or makes no sense. */
export const timeNamed = (component: Component, name: string): CalendarTime | null => {
  const property = component.property(name)
  return property === undefined ? null : readTime(property)
}

/** The same as an instant. */
export const momentOf = (view: ObjectView, component: Component, name: string): number | null => {
  const time = timeNamed(component, name)
  return time === null ? null : view.instantOf(time)
}

/** DTSTART + DURATION, standing for a DTEND of VEVENT or a DUE of VTODO that is not there. RFC 4791 §9.9. */
export const effectiveEndMs = (view: ObjectView, component: Component, name: string): number | null => {
  const stands = (name === 'DTEND' && component.name === 'VEVENT') || (name === 'DUE' && component.name === 'VTODO')
  if (!stands) return null
  const start = timeNamed(component, 'DTSTART')
  const duration = parseDuration(component.property('DURATION')?.value ?? '')
  return start === null || duration === null ? null : view.later(start, duration)
}
