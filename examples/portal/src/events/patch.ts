import type { CalendarTime } from '@dayport/core'
import {
  type CalendarEditor,
  type Component,
  draftOf,
  editCalendar,
  type PropertyDraft,
  type RecurrenceInstance,
  readTimes,
  textProperty,
  timeProperty,
} from '@dayport/core/ical'
import { PortalError } from '../problem.ts'
import { setAttendees } from './invite.ts'
import { componentOf, type OpenObject } from './read.ts'
import { setAnswer, setDetails } from './set-details.ts'
import { setDue } from './tasks.ts'
import { type ApiTimes, shifted, toCalendarTimes, wallDistance, wallText, zoneName } from './times.ts'
import {
  calendarAround,
  type EventDraft,
  eventComponent,
  repeatProperty,
  utcTime,
  withZoneOf,
  zoneLines,
} from './write.ts'

/** What of an event changes; absent fields stay. */
export type EventChange = { readonly [K in keyof EventDraft]?: EventDraft[K] | undefined }

/** The bytes of a new object. */
export const newObject = (draft: EventDraft, uid: string, nowMs: number): Uint8Array =>
  withZoneOf(calendarAround([eventComponent(draft, uid, nowMs)]), toCalendarTimes(draft).start)

const setText = (editor: CalendarEditor, component: Component, name: string, text: string | undefined): void => {
  if (text === undefined) return
  // Parameters such as LANGUAGE and ALTREP spoke of the old text.
  if (text === '' && name !== 'SUMMARY') editor.removeNamed(component, name)
  else editor.set(component, textProperty(name, text))
}

const setPeople = (editor: CalendarEditor, component: Component, { attendees, organizer }: EventChange): void => {
  if (attendees !== undefined && organizer !== undefined) setAttendees(editor, component, attendees, organizer)
}

const touch = (editor: CalendarEditor, component: Component, nowMs: number): void => {
  editor.set(component, timeProperty('LAST-MODIFIED', utcTime(nowMs)))
  editor.set(component, timeProperty('DTSTAMP', utcTime(nowMs)))
  const sequence = Number.parseInt(component.property('SEQUENCE')?.value ?? '0', 10)
  // RFC 5545 §3.8.7.4: a change that matters to attendees raises it; programs also use it to tell versions apart.
  editor.set(component, { name: 'SEQUENCE', value: String(Number.isFinite(sequence) ? sequence + 1 : 1) })
}

const setTimes = (editor: CalendarEditor, component: Component, start: CalendarTime, end: CalendarTime): void => {
  editor.set(component, timeProperty('DTSTART', start))
  editor.set(component, timeProperty('DTEND', end))
  editor.removeNamed(component, 'DURATION')
}

/** The zone's definition comes with its first use. */
const addZone = (editor: CalendarEditor, object: OpenObject, start: CalendarTime): void => {
  if (start.kind !== 'zoned') return
  const [calendar] = object.document.calendars
  const known = calendar?.components.some(
    (component) => component.name === 'VTIMEZONE' && component.property('TZID')?.value === start.tzid,
  )
  const lines = known ? null : zoneLines(start)
  if (calendar !== undefined && lines !== null) editor.addComponent(calendar, lines)
}

/** The times of an instance with the change laid over them; `null` when the change does not speak of times. */
const changedTimes = (instance: RecurrenceInstance, change: EventChange) => {
  const { allDay, start, end, timeZone } = change
  if (allDay === undefined && start === undefined && end === undefined && timeZone === undefined) return null
  const whole = allDay ?? instance.start.kind === 'date'
  const times: ApiTimes = {
    allDay: whole,
    start: start ?? wallText(instance.start),
    end: end ?? wallText(instance.end),
    timeZone: timeZone === undefined ? zoneName(instance.start) : timeZone,
  }
  return toCalendarTimes(times)
}

/** Exceptions are named by their original start: when the series moves on the clock, its exceptions move with it. */
const moveExceptions = (editor: CalendarEditor, object: OpenObject, master: Component, deltaMs: number): void => {
  const moveLine = (property: Component['properties'][number]): void => {
    const moved = readTimes(property).map((time) => timeProperty(property.name, shifted(time, deltaMs)).value)
    editor.replace(property, { ...draftOf(property), value: moved.join(',') })
  }
  for (const property of master.propertiesNamed('EXDATE')) moveLine(property)
  for (const override of object.overrides) {
    for (const property of override.propertiesNamed('RECURRENCE-ID')) moveLine(property)
  }
}

/**
 * Changes the whole object. `instance` is the occurrence whose times the change speaks of: the series moves by as much as it does.
 *
 * @throws {PortalError} `unsupported-change` when a series with exceptions would get another kind of time.
 */
export const patchSeries = (
  object: OpenObject,
  instance: RecurrenceInstance,
  change: EventChange,
  nowMs: number,
): Uint8Array => {
  const { master, facts } = object
  if (master === null || facts.start === null) {
    throw new PortalError('unsupported-change', 'This object holds single occurrences only')
  }
  const editor = editCalendar(object.document)
  setText(editor, master, 'SUMMARY', change.title)
  setText(editor, master, 'LOCATION', change.place)
  setText(editor, master, 'DESCRIPTION', change.description)
  setDetails(editor, master, change)
  setPeople(editor, master, change)
  const times = changedTimes(instance, change)
  if (times !== null && master.name === 'VTODO') {
    setDue(editor, master, object, times.start)
    addZone(editor, object, times.start)
  } else if (times !== null) {
    const deltaMs = wallDistance(instance.start, times.start)
    // The form (date, zone) is the new one; the day is the series' own first, moved as this occurrence was.
    const first = shifted(facts.start, deltaMs)
    const start = facts.rrules.length === 0 ? times.start : shifted(times.start, wallDistance(times.start, first))
    const end = shifted(start, wallDistance(times.start, times.end))
    const sameForm = start.kind === facts.start.kind && zoneName(start) === zoneName(facts.start)
    const hasExceptions = facts.exdates.length > 0 || facts.overrides.length > 0 || facts.rdates.length > 0
    if (hasExceptions && !sameForm) {
      throw new PortalError('unsupported-change', 'A series with exceptions keeps its kind of time')
    }
    setTimes(editor, master, start, end)
    addZone(editor, object, start)
    if (hasExceptions && deltaMs !== 0) moveExceptions(editor, object, master, deltaMs)
  }
  if (change.repeat === null) editor.removeNamed(master, 'RRULE')
  else if (change.repeat !== undefined) editor.set(master, repeatProperty(change.repeat))
  touch(editor, master, nowMs)
  return editor.toBytes()
}

/** What an override does not take from its master: the rules of the series. */
const seriesOnly = new Set([
  'RRULE',
  'RDATE',
  'EXDATE',
  'EXRULE',
  'RECURRENCE-ID',
  'DTSTART',
  'DTEND',
  'DUE',
  'DURATION',
])

const recurrenceIdOf = (instance: RecurrenceInstance): PropertyDraft =>
  timeProperty('RECURRENCE-ID', instance.recurrenceId)

/** A copy of the component as an override of this occurrence, with its alarms. */
export const addOverride = (object: OpenObject, instance: RecurrenceInstance): Uint8Array => {
  const editor = editCalendar(object.document)
  const source = componentOf(object, instance)
  const [calendar] = object.document.calendars
  if (source === null || calendar === undefined)
    throw new PortalError('unsupported-change', 'This occurrence has no content')
  editor.addComponent(calendar, {
    name: source.name,
    properties: [
      ...source.properties.filter(({ name }) => !seriesOnly.has(name)).map(draftOf),
      recurrenceIdOf(instance),
      timeProperty('DTSTART', instance.start),
      timeProperty(source.name === 'VTODO' ? 'DUE' : 'DTEND', instance.end),
    ],
    components: source.components.map((child) => ({
      name: child.name,
      properties: child.properties.map(draftOf),
    })),
  })
  return editor.toBytes()
}

/** The answer of one person, for the series or for one occurrence that has a component of its own. */
export const answered = (
  object: OpenObject,
  component: Component,
  mine: ReadonlySet<string>,
  answer: 'ACCEPTED' | 'DECLINED' | 'TENTATIVE',
  nowMs: number,
): Uint8Array => {
  const editor = editCalendar(object.document)
  setAnswer(editor, component, mine, answer)
  // An answer is not a new version of the event: SEQUENCE belongs to its organizer. RFC 5546 §2.1.4.
  editor.set(component, timeProperty('LAST-MODIFIED', utcTime(nowMs)))
  editor.set(component, timeProperty('DTSTAMP', utcTime(nowMs)))
  return editor.toBytes()
}

/** Whether this very occurrence has a component of its own; one that reaches further (THISANDFUTURE) does not count. */
export const ownOverride = (object: OpenObject, instance: RecurrenceInstance): Component | null => {
  if (instance.override === null || object.facts.overrides[instance.override]?.thisAndFuture === true) return null
  return object.overrides[instance.override] ?? null
}

/** Changes one occurrence; `reopen` reads the bytes again after an override was added to them. */
export const patchOccurrence = (
  object: OpenObject,
  instance: RecurrenceInstance,
  change: EventChange,
  nowMs: number,
  reopen: (bytes: Uint8Array) => { readonly object: OpenObject; readonly instance: RecurrenceInstance },
): Uint8Array => {
  const override = ownOverride(object, instance)
  if (override === null) {
    const next = reopen(addOverride(object, instance))
    if (ownOverride(next.object, next.instance) === null) {
      throw new PortalError('unsupported-change', 'This occurrence cannot be changed by itself')
    }
    return patchOccurrence(next.object, next.instance, change, nowMs, reopen)
  }
  const editor = editCalendar(object.document)
  setText(editor, override, 'SUMMARY', change.title)
  setText(editor, override, 'LOCATION', change.place)
  setText(editor, override, 'DESCRIPTION', change.description)
  setDetails(editor, override, change)
  setPeople(editor, override, change)
  const times = changedTimes(instance, change)
  if (times !== null) {
    setTimes(editor, override, times.start, times.end)
    addZone(editor, object, times.start)
  }
  touch(editor, override, nowMs)
  return editor.toBytes()
}

/**
 * Takes one occurrence out: its override goes, and the series excludes its original start.
 *
 * @returns `null` when nothing would be left: then the object is to be deleted.
 */
export const withoutOccurrence = (
  object: OpenObject,
  instance: RecurrenceInstance,
  nowMs: number,
): Uint8Array | null => {
  const editor = editCalendar(object.document)
  const override = ownOverride(object, instance)
  if (object.master === null) {
    if (object.overrides.length <= 1 || override === null) return null
    editor.removeComponent(override)
    return editor.toBytes()
  }
  if (override !== null) editor.removeComponent(override)
  editor.add(object.master, timeProperty('EXDATE', instance.recurrenceId))
  touch(editor, object.master, nowMs)
  return editor.toBytes()
}
