import { type Component, type Property, readText, readTime } from '@dayport/core/ical'
import type { ObjectView } from '../data/object-view.ts'
import { componentOverlaps } from './component-time.ts'
import type { ComponentFilter, ParameterFilter, PropertyFilter } from './model.ts'
import { momentOverlaps } from './overlap.ts'
import { effectiveEndMs } from './times.ts'

/** Whether an object passes a filter of VCALENDAR, exactly as RFC 4791 §9.7 says. */
export const matchesFilter = (view: ObjectView, filter: ComponentFilter): boolean =>
  matchesComponent(view, filter, view.root, null)

const matchesComponent = (
  view: ObjectView,
  filter: ComponentFilter,
  component: Component,
  parent: Component | null,
): boolean =>
  filter.properties.every((property) => matchesProperties(view, property, component)) &&
  filter.components.every((inner) => matchesChildren(view, inner, component)) &&
  (filter.range === null || componentOverlaps(view, component, parent, filter.range))

/** One child has to pass all of the filter: a range and a text of two different overrides do not add up. */
const matchesChildren = (view: ObjectView, filter: ComponentFilter, parent: Component): boolean => {
  const children = parent.components.filter(({ name }) => name === filter.name)
  if (filter.isNotDefined) return children.length === 0
  return children.some((child) => matchesComponent(view, filter, child, parent))
}

const matchesProperties = (view: ObjectView, filter: PropertyFilter, component: Component): boolean => {
  const properties = component.propertiesNamed(filter.name)
  if (filter.isNotDefined) return properties.length === 0
  if (properties.some((property) => matchesProperty(view, filter, property))) return true
  // §9.9: a missing DTEND or DUE is the one that DURATION gives.
  if (properties.length > 0 || filter.range === null || filter.parameters.length > 0) return false
  const endMs = effectiveEndMs(view, component, filter.name)
  return endMs !== null && momentOverlaps(filter.range, endMs)
}

const matchesProperty = (view: ObjectView, filter: PropertyFilter, property: Property): boolean => {
  if (!filter.parameters.every((parameter) => matchesParameter(parameter, property))) return false
  if (filter.text !== null && !filter.text(readText(property))) return false
  if (filter.range === null) return true
  const time = readTime(property)
  return time !== null && momentOverlaps(filter.range, view.instantOf(time))
}

const matchesParameter = ({ name, isNotDefined, text }: ParameterFilter, { params }: Property): boolean => {
  const found = params.filter((parameter) => parameter.name === name)
  if (isNotDefined) return found.length === 0
  return found.length > 0 && (text === null || found.some(({ values }) => values.some(text)))
}
