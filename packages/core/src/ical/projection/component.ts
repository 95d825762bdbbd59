import type { CalendarTime } from '../../time.ts'
import type { RecurrenceDate } from '../recurrence/model.ts'
import { recurrenceDateLines, timeLines } from '../text/date-lists.ts'
import { textProperty, timeProperty } from '../text/drafts.ts'
import type { Component, ComponentDraft, PropertyDraft } from '../text/model.ts'
import { parseInteger } from '../text/values.ts'
import { durationValue, parseDuration } from '../text/values-duration.ts'
import { readText } from '../text/values-text.ts'
import { parseTime, readPeriods, readTime, readTimes } from '../text/values-time.ts'
import { type ProjectedZones, projectedRule } from './zones.ts'

/** What the components of one projection have in common. */
export interface ComponentTerms {
  readonly uid: string
  /** `null`: its own. */
  readonly summary: string | null
  readonly zones: ProjectedZones
}

/** STATUS by kind, RFC 5545 §3.8.1.11. */
const statuses: ReadonlyMap<string, readonly string[]> = new Map([
  ['VEVENT', ['TENTATIVE', 'CONFIRMED', 'CANCELLED']],
  ['VTODO', ['NEEDS-ACTION', 'COMPLETED', 'IN-PROCESS', 'CANCELLED']],
  ['VJOURNAL', ['DRAFT', 'FINAL', 'CANCELLED']],
])

/**
 * A component written anew from the values of the allowed properties: when it happens, what it counts for, and a title. Nothing is
 * copied as a line, so no parameter, comment or odd form comes along.
 *
 * @param removed occurrences that the series shall not have, besides its own EXDATEs.
 */
export const projectComponent = (
  component: Component,
  removed: readonly CalendarTime[],
  { uid, summary, zones }: ComponentTerms,
): ComponentDraft => {
  const { name } = component
  const properties: PropertyDraft[] = [textProperty('UID', uid), { name: 'DTSTAMP', value: stampOf(component) }]
  const addTime = (as: string, time: CalendarTime | null, params: Readonly<Record<string, string>> = {}): void => {
    if (time !== null) properties.push(timeProperty(as, zones.rename(time), params))
  }
  const id = component.property('RECURRENCE-ID')
  const onwards = id?.param('RANGE')?.toUpperCase() === 'THISANDFUTURE'
  addTime('RECURRENCE-ID', timeOf(component, 'RECURRENCE-ID'), onwards ? { RANGE: 'THISANDFUTURE' } : {})
  addTime('DTSTART', timeOf(component, 'DTSTART'))
  const end = timeOf(component, 'DTEND') ?? timeOf(component, 'DUE')
  addTime(name === 'VTODO' ? 'DUE' : 'DTEND', end)
  const duration = parseDuration(component.property('DURATION')?.value ?? '')
  if (end === null && duration !== null) properties.push({ name: 'DURATION', value: durationValue(duration) })
  if (id === undefined) properties.push(...recurrenceLines(component, removed, zones))
  properties.push(...markLines(component))
  properties.push(textProperty('SUMMARY', summary ?? titleOf(component)))
  return { name, properties }
}

const titleOf = (component: Component): string => {
  const property = component.property('SUMMARY')
  return property === undefined ? '' : readText(property)
}

const recurrenceLines = (
  component: Component,
  removed: readonly CalendarTime[],
  zones: ProjectedZones,
): PropertyDraft[] => {
  const lines: PropertyDraft[] = []
  for (const name of ['RRULE', 'EXRULE']) {
    for (const { value } of component.propertiesNamed(name)) {
      const rule = projectedRule(value)
      if (rule !== null) lines.push({ name, value: rule })
    }
  }
  const dates = component.propertiesNamed('RDATE').flatMap<RecurrenceDate>(readPeriods)
  const renamed = dates.map((date) => ({
    ...date,
    start: zones.rename(date.start),
    ...(date.end === undefined ? {} : { end: zones.rename(date.end) }),
  }))
  const exdates = [...component.propertiesNamed('EXDATE').flatMap<CalendarTime>(readTimes), ...removed]
  lines.push(
    ...recurrenceDateLines(renamed),
    ...timeLines(
      'EXDATE',
      exdates.map((time) => zones.rename(time)),
    ),
  )
  return lines
}

/** Which state of the component it is, and whether its time counts. */
const markLines = (component: Component): PropertyDraft[] => {
  const lines: PropertyDraft[] = []
  const sequence = parseInteger(component.property('SEQUENCE')?.value ?? '')
  if (sequence !== null) lines.push({ name: 'SEQUENCE', value: String(sequence) })
  const status = component.property('STATUS')?.value.trim().toUpperCase() ?? ''
  if (statuses.get(component.name)?.includes(status) === true) lines.push({ name: 'STATUS', value: status })
  const transparent = component.property('TRANSP')?.value.trim().toUpperCase() === 'TRANSPARENT'
  if (transparent) lines.push({ name: 'TRANSP', value: 'TRANSPARENT' })
  return lines
}

/** RFC 5545 §3.8.7.2 wants one. It also tells which of two states of an override is the newer. */
const stampOf = (component: Component): string => {
  const stamp = component.property('DTSTAMP')?.value.trim() ?? ''
  return parseTime(stamp)?.kind === 'utc' && /^\d{8}T\d{6}Z$/.test(stamp) ? stamp : '19700101T000000Z'
}

const timeOf = (component: Component, name: string): CalendarTime | null => {
  const property = component.property(name)
  return property === undefined ? null : readTime(property)
}
