import type { InstantRange } from '@dayport/core'
import { type Component, draftOf, expandSeries, type Property, readTime, serializeProperty } from '@dayport/core/ical'
import type { ObjectView } from './object-view.ts'
import { type ComponentSelection, type LineFilter, selectLines } from './partial.ts'
import { valuesWithin } from './periods.ts'

/** What is left out of an object. */
export interface Limits {
  readonly selection: ComponentSelection | null
  /** RFC 4791 §9.6.6: overrides that have nothing to do with this range. */
  readonly recurrence: InstantRange | null
  /** RFC 4791 §9.6.7: FREEBUSY periods that lie outside, and lines of nothing else. */
  readonly freeBusy: InstantRange | null
}

/** Overrides of one object are bounded when it is stored, so that this many instances reach all of them in a usual range. */
const maxInstances = 10_000

/** The object's lines as stored, without what the request leaves out. */
export const limitedCalendar = (view: ObjectView, { selection, recurrence, freeBusy }: Limits): string => {
  const kept = recurrence === null ? null : overridesIn(view, recurrence)
  const filter: LineFilter = {
    component: (component) => kept === null || component.property('RECURRENCE-ID') === undefined || kept.has(component),
    property: (property) => {
      if (freeBusy === null || property.name !== 'FREEBUSY') return true
      const values = valuesWithin(view, property, freeBusy)
      return values.length > 0 && lineWith(property, values)
    },
  }
  return selectLines(view.document.bytes, view.root, selection, filter)
}

const lineWith = (property: Property, values: readonly string[]): string =>
  decoder.decode(serializeProperty({ ...draftOf(property), value: values.join(',') }))

const decoder = new TextDecoder()

/** Overrides that stand in the range, or that took something out of it, or that change what comes after them. */
const overridesIn = (view: ObjectView, range: InstantRange): ReadonlySet<Component> => {
  const kept = new Set<Component>()
  for (const instance of view.expand(range, maxInstances).instances) {
    const component = view.componentOf(instance)
    if (component !== null) kept.add(component)
  }
  const original = expandSeries({ ...view.facts, overrides: [] }, { range, maxInstances })
  const originalIds = new Set(original.instances.map(({ recurrenceIdMs }) => recurrenceIdMs))
  for (const component of view.root.components) {
    const property = component.property('RECURRENCE-ID')
    const time = property === undefined ? null : readTime(property)
    if (property === undefined || time === null) continue
    const idMs = view.instantOf(time)
    const onwards = property.param('RANGE')?.toUpperCase() === 'THISANDFUTURE' && idMs < range.endMs
    if (onwards || originalIds.has(idMs)) kept.add(component)
  }
  return kept
}
