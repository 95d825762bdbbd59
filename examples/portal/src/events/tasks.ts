import type { CalendarTime } from '@dayport/core'
import {
  type CalendarEditor,
  type Component,
  editCalendar,
  integerProperty,
  type PropertyDraft,
  type RecurrenceInstance,
  readTime,
  textProperty,
  timeProperty,
} from '@dayport/core/ical'
import { PortalError } from '../problem.ts'
import type { OpenObject } from './read.ts'
import { shifted, wallDistance, wallText, zoneName } from './times.ts'
import { calendarAround, utcTime, withZoneOf } from './write.ts'

const dayMs = 86_400_000

const word = (component: Component, name: string): string => component.property(name)?.value.trim().toUpperCase() ?? ''

/** Whether a task is done; `null` for what is no task. Programs say it in three ways. RFC 5545 §3.8.1.11, §3.8.2.1, §3.8.1.8. */
export const doneOf = (component: Component): boolean | null =>
  component.name === 'VTODO'
    ? word(component, 'STATUS') === 'COMPLETED' ||
      component.property('COMPLETED') !== undefined ||
      word(component, 'PERCENT-COMPLETE') === '100'
    : null

const has = (component: Component, name: string): boolean => component.property(name) !== undefined

/** Whether a task begins before it is due. What has no DTSTART begins, for the recurrence, when it is due. */
const beginsAndEnds = (component: Component): boolean =>
  has(component, 'DTSTART') && (has(component, 'DUE') || has(component, 'DURATION'))

/** A task that says nowhere when it is: it has no occurrence either. */
export const isUndated = ({ master, overrides, facts }: OpenObject): boolean =>
  master?.name === 'VTODO' && overrides.length === 0 && facts.start === null

/** When an occurrence of a task is due; when it begins, for one that is never due. */
export const dueOf = (component: Component, instance: RecurrenceInstance): CalendarTime =>
  beginsAndEnds(component) ? instance.end : instance.start

/** A task as an entry of the calendar: it stands where it is due, or where it begins when it is never due. */
export const taskTimes = (component: Component, instance: RecurrenceInstance) => {
  const due = dueOf(component, instance)
  const startMs = beginsAndEnds(component) ? instance.endMs : instance.startMs
  const allDay = due.kind === 'date'
  return {
    allDay,
    start: wallText(due),
    end: wallText(allDay ? shifted(due, dayMs) : due),
    timeZone: zoneName(due),
    startMs,
    endMs: allDay ? startMs + dayMs : startMs,
  }
}

/** The lines that say when one occurrence of a task is, in the form that its series has. */
export const ownTaskTimes = (component: Component, { start, end }: RecurrenceInstance): PropertyDraft[] =>
  has(component, 'DTSTART')
    ? [timeProperty('DTSTART', start), ...(beginsAndEnds(component) ? [timeProperty('DUE', end)] : [])]
    : [timeProperty('DUE', start)]

/** The bytes of a new task. */
export const newTask = (
  draft: { readonly title: string; readonly description: string; readonly due: CalendarTime | null },
  uid: string,
  nowMs: number,
): Uint8Array => {
  const task = {
    name: 'VTODO',
    properties: [
      textProperty('UID', uid),
      timeProperty('DTSTAMP', utcTime(nowMs)),
      timeProperty('CREATED', utcTime(nowMs)),
      timeProperty('LAST-MODIFIED', utcTime(nowMs)),
      textProperty('SUMMARY', draft.title),
      ...(draft.description === '' ? [] : [textProperty('DESCRIPTION', draft.description)]),
      ...(draft.due === null ? [] : [timeProperty('DUE', draft.due)]),
      textProperty('STATUS', 'NEEDS-ACTION'),
    ],
  }
  const bytes = calendarAround([task])
  return draft.due === null ? bytes : withZoneOf(bytes, draft.due)
}

/** Moves the due time of one task, or of one occurrence; where it would be due before it begins, it begins no more. */
export const setDue = (editor: CalendarEditor, component: Component, due: CalendarTime): void => {
  const begins = component.property('DTSTART')
  const start = begins === undefined ? null : readTime(begins)
  // RFC 5545 §3.8.2.3: of the same kind as DTSTART, and later.
  if (start !== null && (start.kind !== due.kind || wallDistance(start, due) <= 0)) {
    editor.removeNamed(component, 'DTSTART')
  }
  editor.removeNamed(component, 'DURATION')
  editor.set(component, timeProperty('DUE', due))
}

/** Takes away everything that says when a task is. */
export const removeDue = (editor: CalendarEditor, component: Component): void => {
  for (const name of ['DTSTART', 'DUE', 'DURATION']) editor.removeNamed(component, name)
}

/**
 * Moves a task that repeats by as much as one of its occurrences moves; each begins as long before it is due as it did.
 *
 * @param from when the occurrence was due. @param to when it is due now, perhaps in another form.
 * @returns the start of the series now.
 */
export const moveSeriesDue = (
  editor: CalendarEditor,
  master: Component,
  { start, end }: { readonly start: CalendarTime; readonly end: CalendarTime },
  from: CalendarTime,
  to: CalendarTime,
): CalendarTime => {
  const firstDue = shifted(to, wallDistance(from, beginsAndEnds(master) ? end : start))
  if (!beginsAndEnds(master)) {
    editor.set(master, timeProperty(has(master, 'DTSTART') ? 'DTSTART' : 'DUE', firstDue))
    return firstDue
  }
  const length = wallDistance(start, end)
  const first = shifted(firstDue, firstDue.kind === 'date' ? -Math.max(1, Math.ceil(length / dayMs)) * dayMs : -length)
  editor.set(master, timeProperty('DTSTART', first))
  editor.removeNamed(master, 'DURATION')
  editor.set(master, timeProperty('DUE', firstDue))
  return first
}

/** Says that a task, or an occurrence of it, is done, or that it is not. */
export const setDone = (editor: CalendarEditor, component: Component, done: boolean, nowMs: number): void => {
  if (component.name !== 'VTODO') throw new PortalError('unsupported-change', 'Only a task can be done')
  editor.set(component, textProperty('STATUS', done ? 'COMPLETED' : 'NEEDS-ACTION'))
  if (done) {
    editor.set(component, timeProperty('COMPLETED', utcTime(nowMs)))
    editor.set(component, integerProperty('PERCENT-COMPLETE', 100))
  } else for (const name of ['COMPLETED', 'PERCENT-COMPLETE']) editor.removeNamed(component, name)
}

/** @throws {PortalError} `unsupported-change` for what is no task. */
export const withDone = (object: OpenObject, component: Component, done: boolean, nowMs: number): Uint8Array => {
  const editor = editCalendar(object.document)
  setDone(editor, component, done, nowMs)
  editor.set(component, timeProperty('LAST-MODIFIED', utcTime(nowMs)))
  editor.set(component, timeProperty('DTSTAMP', utcTime(nowMs)))
  return editor.toBytes()
}
