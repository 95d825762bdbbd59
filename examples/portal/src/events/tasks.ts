import type { CalendarTime } from '@dayport/core'
import {
  type CalendarEditor,
  type Component,
  editCalendar,
  integerProperty,
  type RecurrenceInstance,
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

/** A task as an entry of the calendar: it stands where it is due, or where it begins when it is never due. */
export const taskTimes = (component: Component, instance: RecurrenceInstance) => {
  const has = (name: string): boolean => component.property(name) !== undefined
  // What has no DTSTART begins, for the recurrence, when it is due.
  const ends = has('DTSTART') && (has('DUE') || has('DURATION'))
  const [due, startMs] = ends ? [instance.end, instance.endMs] : [instance.start, instance.startMs]
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

/** The bytes of a new task. */
export const newTask = (
  draft: { readonly title: string; readonly description: string; readonly due: CalendarTime },
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
      timeProperty('DUE', draft.due),
      textProperty('STATUS', 'NEEDS-ACTION'),
    ],
  }
  return withZoneOf(calendarAround([task]), draft.due)
}

/**
 * Moves a task's due time; where it would be due before it begins, it begins no more.
 *
 * @throws {PortalError} `unsupported-change` for a task that repeats: its rule counts from its own first time.
 */
export const setDue = (
  editor: CalendarEditor,
  component: Component,
  { facts }: OpenObject,
  due: CalendarTime,
): void => {
  if (facts.rrules.length > 0) throw new PortalError('unsupported-change', 'A task that repeats keeps its times')
  const { start } = facts
  const begins = component.property('DTSTART') !== undefined && start !== null
  // RFC 5545 §3.8.2.3: of the same kind as DTSTART, and later.
  if (begins && (start.kind !== due.kind || wallDistance(start, due) <= 0)) editor.removeNamed(component, 'DTSTART')
  editor.removeNamed(component, 'DURATION')
  editor.set(component, timeProperty('DUE', due))
}

/** Says that a task is done, or that it is not. */
export const withDone = (object: OpenObject, component: Component, done: boolean, nowMs: number): Uint8Array => {
  const editor = editCalendar(object.document)
  editor.set(component, textProperty('STATUS', done ? 'COMPLETED' : 'NEEDS-ACTION'))
  if (done) {
    editor.set(component, timeProperty('COMPLETED', utcTime(nowMs)))
    editor.set(component, integerProperty('PERCENT-COMPLETE', 100))
  } else for (const name of ['COMPLETED', 'PERCENT-COMPLETE']) editor.removeNamed(component, name)
  editor.set(component, timeProperty('LAST-MODIFIED', utcTime(nowMs)))
  editor.set(component, timeProperty('DTSTAMP', utcTime(nowMs)))
  return editor.toBytes()
}
