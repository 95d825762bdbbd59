import type { CalendarTime } from '@dayport/core'
import {
  type CalendarEditor,
  type Component,
  formatRule,
  rawProperty,
  readTime,
  timeProperty,
  timesProperty,
  vtimezoneText,
} from '@dayport/core/ical'
import { dateMs, dateOf, dayMs, instantText, localText } from './days.ts'
import type { ExchangeRecurrence, ExchangeSpan } from './model.ts'
import { localMs, type OpenEvent } from './open-event.ts'
import { untilOf } from './recurrence-of.ts'
import { ruleOfPattern } from './rule-of-pattern.ts'
import { isSameZone, utcZone, zoneNamed } from './zones.ts'

const timeOf = (component: Component, name: string): CalendarTime | null => {
  const property = component.property(name)
  return property === undefined ? null : readTime(property)
}

/** An instant in the form of a time that was there, when its zone is the same; else in the zone's own. */
const inForm = (event: OpenEvent, ms: number, zoneName: string | null, before: CalendarTime | null): CalendarTime => {
  const floating = before?.kind === 'floating' && isSameZone(event.floating.name, zoneName)
  if (floating) return { kind: 'floating', local: localText(event.floating.zone.toLocal(ms)) }
  if (before?.kind === 'utc' && isSameZone('UTC', zoneName)) return { kind: 'utc', instant: instantText(ms) }
  const own = before?.kind === 'zoned' ? event.resolver.resolve(before.tzid) : null
  if (before?.kind === 'zoned' && own !== null && isSameZone(own.id, zoneName)) {
    return { kind: 'zoned', local: localText(own.toLocal(ms)), tzid: before.tzid }
  }
  const zone = zoneNamed(zoneName)
  if (zone === null || zone.id === 'UTC' || zone.id === 'Etc/UTC') return { kind: 'utc', instant: instantText(ms) }
  return { kind: 'zoned', local: localText(zone.toLocal(ms)), tzid: zone.id }
}

/** DTSTART and DTEND of a span. */
export const timesOfSpan = (
  event: OpenEvent,
  span: ExchangeSpan,
  component: Component | null,
): { readonly start: CalendarTime; readonly end: CalendarTime } => {
  if (span.kind === 'days') {
    return { start: { kind: 'date', date: span.startDate }, end: { kind: 'date', date: span.endDate } }
  }
  const before = component === null ? null : timeOf(component, 'DTSTART')
  const form = before === null || before.kind === 'date' ? event.start : before
  const start = inForm(event, span.startMs, span.startZone, form)
  const end = inForm(event, span.endMs, span.endZone, (component && timeOf(component, 'DTEND')) ?? start)
  return { start, end }
}

/** Writes a span; a length of nothing has no DTEND. RFC 5545 §3.6.1. */
export const setSpan = (
  editor: CalendarEditor,
  event: OpenEvent,
  component: Component,
  span: ExchangeSpan,
): CalendarTime => {
  const { start, end } = timesOfSpan(event, span, component)
  editor.set(component, timeProperty('DTSTART', start))
  editor.removeNamed(component, 'DURATION')
  if (span.kind === 'instants' && span.startMs === span.endMs) editor.removeNamed(component, 'DTEND')
  else editor.set(component, timeProperty('DTEND', end))
  addZones(editor, event, [start, end])
  return start
}

/** VTIMEZONEs for TZIDs that the calendar does not explain yet. */
export const addZones = (editor: CalendarEditor, event: OpenEvent, times: readonly CalendarTime[]): void => {
  const known = new Set(
    event.calendar.components
      .filter(({ name }) => name === 'VTIMEZONE')
      .map((component) => component.property('TZID')?.value.trim() ?? ''),
  )
  for (const time of times) {
    if (time.kind !== 'zoned' || known.has(time.tzid)) continue
    known.add(time.tzid)
    const fromMs = localMs(time) - 366 * dayMs
    const text = vtimezoneText(time.tzid, { fromMs, toMs: localMs(time) + 5 * 366 * dayMs })
    editor.addComponent(event.calendar, new TextEncoder().encode(text))
  }
}

/** RRULE of a recurrence, for a series that starts at `start`. */
export const setRule = (
  editor: CalendarEditor,
  component: Component,
  recurrence: ExchangeRecurrence,
  start: CalendarTime,
): void => {
  const { pattern, range } = recurrence
  const zone = start.kind === 'zoned' ? (zoneNamed(start.tzid) ?? utcZone) : utcZone
  const rule = ruleOfPattern(pattern)
  const count = range.kind === 'numbered' ? range.count : null
  editor.set(component, rawProperty('RRULE', formatRule({ ...rule, count, until: untilOf(range, start, zone) })))
}

/** The time of a series' occurrence of a day, in the form of its DTSTART. */
export const occurrenceTime = (start: CalendarTime, date: string): CalendarTime => {
  if (start.kind === 'date') return { kind: 'date', date }
  const local = localMs(start)
  const text = localText(dateMs(date) + local - dateMs(dateOf(local)))
  if (start.kind === 'utc') return { kind: 'utc', instant: `${text}Z` }
  return start.kind === 'zoned' ? { kind: 'zoned', local: text, tzid: start.tzid } : { kind: 'floating', local: text }
}

/** EXDATEs of those days and of no others. */
export const setDeleted = (
  editor: CalendarEditor,
  component: Component,
  start: CalendarTime,
  dates: readonly string[],
): void => {
  const times = dates.map((date) => occurrenceTime(start, date))
  if (times.length === 0) editor.removeNamed(component, 'EXDATE')
  else editor.setAll(component, 'EXDATE', [timesProperty('EXDATE', times)])
}
