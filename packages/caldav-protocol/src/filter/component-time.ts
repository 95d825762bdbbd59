import type { InstantRange } from '@dayport/core'
import { type Component, parseDuration, parseInteger, type RecurrenceInstance, readTime } from '@dayport/core/ical'
import type { ObjectView } from '../data/object-view.ts'
import { periodsOf } from '../data/periods.ts'
import {
  eventOverlaps,
  freeBusyOverlaps,
  journalOverlaps,
  momentOverlaps,
  periodOverlaps,
  type TodoTimes,
  todoOverlaps,
} from './overlap.ts'
import { momentOf, timeNamed } from './times.ts'

/**
 * Instances looked at for one object: mostly one of the first counts, and an endless series has no last one. A series that has more
 * in the range than the second number surely has one that counts.
 */
const instanceSteps = [16, 5_000] as const

/** The tables of §9.9 include some ends that a half-open expansion leaves out: it is asked for a little more. */
const margin = 1_000

/** Whether a component, or any instance of the series that it gives the content of, overlaps the range. RFC 4791 §9.9. */
export const componentOverlaps = (
  view: ObjectView,
  component: Component,
  parent: Component | null,
  range: InstantRange,
): boolean => {
  switch (component.name) {
    case 'VEVENT':
      return someInstance(view, component, range, ({ startMs, endMs }) => eventOverlaps(range, startMs, endMs))
    case 'VTODO':
      return todoComponentOverlaps(view, component, range)
    case 'VJOURNAL':
      return someInstance(view, component, range, ({ start, startMs, endMs }) =>
        journalOverlaps(range, startMs, start.kind === 'date' ? endMs : startMs),
      )
    case 'VFREEBUSY':
      return freeBusyComponentOverlaps(view, component, range)
    case 'VALARM':
      return parent !== null && alarmOverlaps(view, component, parent, range)
    default:
      return false
  }
}

const someInstance = (
  view: ObjectView,
  component: Component,
  range: InstantRange,
  test: (instance: RecurrenceInstance) => boolean,
): boolean => {
  if (isUndated(component) && component.property('DUE') === undefined) return false
  const asked = { startMs: range.startMs - margin, endMs: range.endMs + margin }
  let cut = false
  for (const most of instanceSteps) {
    const { instances, truncated } = view.expand(asked, most)
    if (instances.some((instance) => view.componentOf(instance) === component && test(instance))) return true
    if (!truncated) return false
    cut = truncated
  }
  return cut && component.property('RECURRENCE-ID') === undefined
}

/** Without a start of its own, and no instance of a series that has one. */
const isUndated = (component: Component): boolean =>
  component.property('DTSTART') === undefined && component.property('RECURRENCE-ID') === undefined

const todoComponentOverlaps = (view: ObjectView, component: Component, range: InstantRange): boolean => {
  const completed = momentOf(view, component, 'COMPLETED')
  const created = momentOf(view, component, 'CREATED')
  const times: TodoTimes = { start: null, due: null, startPlusDuration: null, completed, created }
  if (isUndated(component)) {
    const due = momentOf(view, component, 'DUE')
    // Task programs repeat a DUE without a DTSTART; each instance then has that DUE alone. Without it there is nothing to repeat.
    const repeats = component.property('RRULE') !== undefined || component.property('RDATE') !== undefined
    if (due === null || !repeats) return todoOverlaps(range, { ...times, due })
    return someInstance(view, component, range, ({ startMs }) => todoOverlaps(range, { ...times, due: startMs }))
  }
  const hasDuration = component.property('DURATION') !== undefined
  const hasDue = component.property('DUE') !== undefined
  return someInstance(view, component, range, ({ startMs, endMs }) =>
    todoOverlaps(range, {
      ...times,
      start: startMs,
      due: hasDue ? endMs : null,
      startPlusDuration: hasDuration && !hasDue ? endMs : null,
    }),
  )
}

const freeBusyComponentOverlaps = (view: ObjectView, component: Component, range: InstantRange): boolean => {
  const from = momentOf(view, component, 'DTSTART')
  const to = momentOf(view, component, 'DTEND')
  if (from !== null && to !== null) return freeBusyOverlaps(range, from, to)
  return component
    .propertiesNamed('FREEBUSY')
    .some((property) => periodsOf(view, property).some(({ startMs, endMs }) => periodOverlaps(range, startMs, endMs)))
}

/** An offset of days by the calendar may be an hour longer or shorter: looked for in a day more than needed. */
const dayMs = 86_400_000

const alarmOverlaps = (view: ObjectView, alarm: Component, parent: Component, range: InstantRange): boolean => {
  const trigger = alarm.property('TRIGGER')
  if (trigger === undefined) return false
  const repeats = repetition(alarm)
  const offset = parseDuration(trigger.value)
  if (offset === null) {
    const time = readTime(trigger)
    return time !== null && triggersIn(range, view.instantOf(time), repeats)
  }
  if (isUndated(parent)) {
    // RFC 5545 §3.8.6.3: a VTODO without DTSTART has only its DUE to count from.
    const due = timeNamed(parent, 'DUE')
    return due !== null && triggersIn(range, view.later(due, offset), repeats)
  }
  const atEnd = trigger.param('RELATED')?.toUpperCase() === 'END'
  const offsetMs = offset.days * dayMs + offset.seconds * 1000
  const reachMs = repeats.count * repeats.everyMs
  const asked = { startMs: range.startMs - offsetMs - reachMs - dayMs, endMs: range.endMs - offsetMs + dayMs }
  return someInstance(view, parent, asked, ({ start, end }) =>
    triggersIn(range, view.later(atEnd ? end : start, offset), repeats),
  )
}

interface Repetition {
  readonly count: number
  readonly everyMs: number
}

/** RFC 5545 §3.8.6.2: REPEAT more triggers, each a DURATION after the one before. */
const repetition = (alarm: Component): Repetition => {
  const count = parseInteger(alarm.property('REPEAT')?.value ?? '') ?? 0
  const every = parseDuration(alarm.property('DURATION')?.value ?? '')
  const everyMs = every === null ? 0 : every.days * dayMs + every.seconds * 1000
  return count > 0 && everyMs > 0 ? { count, everyMs } : { count: 0, everyMs: 0 }
}

/** The first trigger that is not before the range decides: worked out, since REPEAT may be any number. */
const triggersIn = (range: InstantRange, firstMs: number, { count, everyMs }: Repetition): boolean => {
  if (firstMs >= range.startMs || count === 0) return momentOverlaps(range, firstMs)
  const step = Math.ceil((range.startMs - firstMs) / everyMs)
  return step <= count && momentOverlaps(range, firstMs + step * everyMs)
}
