import type { CalendarId, CalendarObject, InstantRange } from '@dayport/core'
import {
  type CalendarDocument,
  type Component,
  expandSeries,
  masterComponent,
  overrideComponents,
  parseCalendar,
  type RecurrenceInstance,
  readText,
  type SeriesFacts,
  seriesFacts,
} from '@dayport/core/ical'
import type { z } from 'zod'
import type { Event as EventSchema } from '../api/schemas.ts'
import { marksOf } from './details.ts'
import { doneOf, isUndated, taskTimes } from './tasks.ts'
import { wallText, zoneName } from './times.ts'

export type EventJson = z.input<typeof EventSchema>

/** A stored object taken apart: the master and its overrides, as facts and as components. */
export interface OpenObject {
  readonly document: CalendarDocument
  readonly facts: SeriesFacts
  /** `null` when only overrides are there. */
  readonly master: Component | null
  /** In the order of `facts.overrides`. */
  readonly overrides: readonly Component[]
}

export const openObject = (bytes: Uint8Array): OpenObject => {
  const document = parseCalendar(bytes)
  return {
    document,
    facts: seriesFacts(document),
    master: masterComponent(document),
    overrides: overrideComponents(document),
  }
}

const textOf = (component: Component, name: string): string => {
  const property = component.property(name)
  return property === undefined ? '' : readText(property)
}

const upper = (component: Component, name: string): string => component.property(name)?.value.trim().toUpperCase() ?? ''

/** The component that gives an instance its content. */
export const componentOf = (object: OpenObject, instance: RecurrenceInstance): Component | null =>
  instance.override === null ? object.master : (object.overrides[instance.override] ?? object.master)

const eventTimes = ({ start, end, startMs, endMs }: RecurrenceInstance) => ({
  allDay: start.kind === 'date',
  start: wallText(start),
  end: wallText(end),
  timeZone: zoneName(start),
  startMs,
  endMs,
})

/** What is no occurrence stands nowhere: a task without a date. */
const noTimes = { allDay: false, start: '', end: '', timeZone: null, startMs: 0, endMs: 0 }

/** One occurrence as JSON; `null` when the object has no content for it. */
export const toEvent = (
  calendar: CalendarId,
  stored: CalendarObject,
  object: OpenObject,
  instance: RecurrenceInstance,
  /** The person's own addresses, lower case. */
  mine: ReadonlySet<string>,
): EventJson | null => {
  const component = componentOf(object, instance)
  if (component === null) return null
  return {
    ...contentOf(calendar, stored, object, component, mine),
    recurrenceId: stored.index.recurrence === null ? null : wallText(instance.recurrenceId),
    ...(component.name === 'VTODO' ? taskTimes(component, instance) : eventTimes(instance)),
  }
}

/** A task that has no date as JSON; `null` for everything else. */
export const toUndatedTask = (
  calendar: CalendarId,
  stored: CalendarObject,
  object: OpenObject,
  mine: ReadonlySet<string>,
): EventJson | null =>
  object.master !== null && isUndated(object)
    ? { ...contentOf(calendar, stored, object, object.master, mine), recurrenceId: null, ...noTimes }
    : null

/** Everything of an entry but when it is. */
const contentOf = (
  calendar: CalendarId,
  stored: CalendarObject,
  object: OpenObject,
  component: Component,
  mine: ReadonlySet<string>,
) => {
  const status = upper(component, 'STATUS')
  return {
    calendar,
    object: stored.name,
    uid: stored.index.uid,
    etag: stored.etag,
    component: stored.index.component,
    title: textOf(component, 'SUMMARY'),
    place: textOf(component, 'LOCATION'),
    description: textOf(component, 'DESCRIPTION'),
    repeat: object.facts.rrules[0] ?? null,
    status: status === '' ? null : status,
    transparent: upper(component, 'TRANSP') === 'TRANSPARENT',
    private: ['PRIVATE', 'CONFIDENTIAL'].includes(upper(component, 'CLASS')),
    done: doneOf(component),
    ...marksOf(component, mine),
  }
}

/** The instances of one object that overlap the range, at most `maxInstances`, in the order of their start. */
export const eventsOf = (
  calendar: CalendarId,
  stored: CalendarObject,
  range: InstantRange,
  options: { readonly floatingZone: string; readonly maxInstances: number; readonly mine: ReadonlySet<string> },
): { readonly events: readonly EventJson[]; readonly truncated: boolean } => {
  const object = openObject(stored.data)
  // A task ends when it is due: one that is due as the range begins ends before it.
  const startMs = stored.index.component === 'VTODO' ? range.startMs - 86_400_000 : range.startMs
  const { instances, truncated } = expandSeries(object.facts, {
    range: { startMs, endMs: range.endMs },
    floatingZone: options.floatingZone,
    maxInstances: options.maxInstances,
  })
  const events = instances
    .map((instance) => toEvent(calendar, stored, object, instance, options.mine))
    .filter((event) => event !== null)
    // A task is under way before it is due, but stands where it is due.
    .filter(({ done, startMs }) => done === null || (startMs >= range.startMs && startMs < range.endMs))
  return { events, truncated }
}
