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
import { type Answer, setAnswer, setDetails } from './set-details.ts'
import { dueOf, moveSeriesDue, ownTaskTimes, removeDue, setDone, setDue } from './tasks.ts'
import { type ApiTimes, shifted, toCalendarTime, toCalendarTimes, wallDistance, wallText, zoneName } from './times.ts'
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
export type EventChange = { readonly [K in keyof Omit<EventDraft, 'start'>]?: EventDraft[K] | undefined } & {
  /** `null`: of a task, that it has no date any more. */
  readonly start?: string | null | undefined
  /** Of a task, whether it is done. */
  readonly done?: boolean | undefined
}

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

/** Marks a new version of a component. */
export const touch = (editor: CalendarEditor, component: Component, nowMs: number): void => {
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
const changedTimes = (instance: Pick<RecurrenceInstance, 'start' | 'end'>, change: EventChange) => {
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

/** When a task is due with the change laid over it; `undefined`: as before. `null`: it has no date. */
const changedDue = (due: CalendarTime | null, change: EventChange): CalendarTime | null | undefined => {
  const { allDay, start, timeZone } = change
  if (allDay === undefined && start === undefined && timeZone === undefined) return undefined
  if (start === null) return null
  const text = start ?? (due === null ? null : wallText(due))
  if (text === null) return undefined
  const whole = allDay ?? (due === null ? text.length === 10 : due.kind === 'date')
  const zone = timeZone === undefined ? due && zoneName(due) : timeZone
  return toCalendarTime(text, whole, zone)
}

/** What changes of a component other than its times. */
const setContent = (editor: CalendarEditor, component: Component, change: EventChange, nowMs: number): void => {
  setText(editor, component, 'SUMMARY', change.title)
  setText(editor, component, 'LOCATION', change.place)
  setText(editor, component, 'DESCRIPTION', change.description)
  setDetails(editor, component, change)
  setPeople(editor, component, change)
  if (change.done !== undefined) setDone(editor, component, change.done, nowMs)
  if (change.start === null && component.name !== 'VTODO') {
    throw new PortalError('invalid-request', 'An event has a start', { field: 'start' })
  }
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

/** Moves a series by as much as one occurrence moves, into the form (day, zone) that it has now. @returns its first start. */
const moveSeries = (
  editor: CalendarEditor,
  master: Component,
  first: CalendarTime,
  instance: RecurrenceInstance,
  times: { readonly start: CalendarTime; readonly end: CalendarTime },
): CalendarTime => {
  const start = shifted(times.start, wallDistance(instance.start, first))
  setTimes(editor, master, start, shifted(start, wallDistance(times.start, times.end)))
  return start
}

/** Changes when a task or a series of tasks is due. @returns the start of the series now; `null` where it stays as it is. */
const changeDue = (
  editor: CalendarEditor,
  master: Component,
  { facts, overrides }: OpenObject,
  instance: RecurrenceInstance | null,
  change: EventChange,
): CalendarTime | null => {
  const before = instance === null ? null : dueOf(master, instance)
  const due = changedDue(before, change)
  if (due === undefined) return null
  const repeats = facts.rrules.length + facts.rdates.length + overrides.length > 0
  if (due === null) {
    if (repeats) throw new PortalError('unsupported-change', 'A task that repeats has a date')
    removeDue(editor, master)
    return null
  }
  if (repeats && instance !== null && before !== null && facts.start !== null) {
    const end = facts.end ?? shifted(facts.start, wallDistance(instance.start, instance.end))
    return moveSeriesDue(editor, master, { start: facts.start, end }, before, due)
  }
  setDue(editor, master, due)
  return due
}

/**
 * Changes the whole object. `instance` is the occurrence whose times the change speaks of: the series moves by as much as it does;
 * `null` for a task without a date.
 *
 * @throws {PortalError} `unsupported-change` when a series with exceptions would get another kind of time.
 */
export const patchSeries = (
  object: OpenObject,
  instance: RecurrenceInstance | null,
  change: EventChange,
  nowMs: number,
): Uint8Array => {
  const { master, facts } = object
  if (master === null) throw new PortalError('unsupported-change', 'This object holds single occurrences only')
  const editor = editCalendar(object.document)
  setContent(editor, master, change, nowMs)
  const isTask = master.name === 'VTODO'
  const times = isTask || instance === null ? null : changedTimes(instance, change)
  const start = isTask
    ? changeDue(editor, master, object, instance, change)
    : times === null || instance === null || facts.start === null
      ? null
      : moveSeries(editor, master, facts.start, instance, times)
  if (start !== null) {
    addZone(editor, object, start)
    const hasExceptions = facts.exdates.length > 0 || object.overrides.length > 0 || facts.rdates.length > 0
    if (hasExceptions && facts.start !== null) {
      if (start.kind !== facts.start.kind || zoneName(start) !== zoneName(facts.start)) {
        throw new PortalError('unsupported-change', 'A series with exceptions keeps its kind of time')
      }
      const deltaMs = wallDistance(facts.start, start)
      if (deltaMs !== 0) moveExceptions(editor, object, master, deltaMs)
    }
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
export const addOverride = (object: OpenObject, instance: RecurrenceInstance): Uint8Array =>
  addOverrides(object, [instance])

/** The same for several occurrences that have none. */
export const addOverrides = (object: OpenObject, instances: readonly RecurrenceInstance[]): Uint8Array => {
  const editor = editCalendar(object.document)
  for (const instance of instances) addOverrideOf(editor, object, instance)
  return editor.toBytes()
}

const addOverrideOf = (editor: CalendarEditor, object: OpenObject, instance: RecurrenceInstance): void => {
  const source = componentOf(object, instance)
  const [calendar] = object.document.calendars
  if (source === null || calendar === undefined)
    throw new PortalError('unsupported-change', 'This occurrence has no content')
  editor.addComponent(calendar, {
    name: source.name,
    properties: [
      ...source.properties.filter(({ name }) => !seriesOnly.has(name)).map(draftOf),
      recurrenceIdOf(instance),
      ...(source.name === 'VTODO'
        ? ownTaskTimes(source, instance)
        : [timeProperty('DTSTART', instance.start), timeProperty('DTEND', instance.end)]),
    ],
    components: source.components.map((child) => ({
      name: child.name,
      properties: child.properties.map(draftOf),
    })),
  })
}

/** The answer of one person, for components that they are invited by: the series, or occurrences with components of their own. */
export const answered = (
  object: OpenObject,
  components: readonly Component[],
  mine: ReadonlySet<string>,
  answer: Answer,
  nowMs: number,
): Uint8Array => {
  const editor = editCalendar(object.document)
  for (const component of components) {
    setAnswer(editor, component, mine, answer)
    // An answer is not a new version of the event: SEQUENCE belongs to its organizer. RFC 5546 §2.1.4.
    editor.set(component, timeProperty('LAST-MODIFIED', utcTime(nowMs)))
    editor.set(component, timeProperty('DTSTAMP', utcTime(nowMs)))
  }
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
  setContent(editor, override, change, nowMs)
  if (override.name === 'VTODO') {
    const due = changedDue(dueOf(override, instance), change)
    if (due === null) throw new PortalError('unsupported-change', 'A task that repeats has a date')
    if (due !== undefined) {
      setDue(editor, override, due)
      addZone(editor, object, due)
    }
  } else {
    const times = changedTimes(instance, change)
    if (times !== null) {
      setTimes(editor, override, times.start, times.end)
      addZone(editor, object, times.start)
    }
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
