import type { Component, Property } from '@dayport/core/ical'
import type { XmlElement } from '@dayport/core/xml'
import { refusal } from '../errors.ts'
import { cal } from '../wire/names.ts'

/** Which parts of a component CALDAV:calendar-data asks for. RFC 4791 §9.6.1–9.6.4. */
export interface ComponentSelection {
  /** Upper case. */
  readonly name: string
  /** `null`: all of them. The value is whether only the name is wanted (`novalue`). */
  readonly properties: ReadonlyMap<string, boolean> | null
  /** `null`: all of them, whole. */
  readonly components: ReadonlyMap<string, ComponentSelection> | null
}

/** @throws {DavError} 403 valid-filter's sibling for a body without a name: supported-calendar-data. */
export const parseSelection = (comp: XmlElement): ComponentSelection => {
  const name = nameOf(comp)
  const properties = comp.childrenNamed(cal('prop'))
  const components = comp.childrenNamed(cal('comp')).map(parseSelection)
  return {
    name,
    properties:
      comp.child(cal('allprop')) === undefined
        ? new Map(properties.map((prop) => [nameOf(prop), prop.attributes.get('novalue') === 'yes']))
        : null,
    components:
      comp.child(cal('allcomp')) === undefined
        ? new Map(components.map((component) => [component.name, component]))
        : null,
  }
}

const nameOf = (element: XmlElement): string => {
  const name = element.attributes.get('name')
  if (name === undefined) throw refusal(403, cal('supported-calendar-data'))
  return name.toUpperCase()
}

/** What else is left out, besides what was not selected. */
export interface LineFilter {
  readonly component: (component: Component) => boolean
  /** A text is the line to write instead. */
  readonly property: (property: Property) => boolean | string
}

/** The selected lines of a component, each as it is stored; `null` selects all. */
export const selectLines = (
  bytes: Uint8Array,
  component: Component,
  selection: ComponentSelection | null,
  filter: LineFilter,
): string => {
  let text = `BEGIN:${component.name}\r\n`
  for (const property of component.properties) {
    const kept = filter.property(property)
    if (kept === true) text += selectedLine(bytes, property, selection)
    else if (kept !== false && isSelected(selection, property.name) === false) text += kept
  }
  for (const child of component.components) {
    const inner = childSelection(selection, child)
    if (inner !== undefined && filter.component(child)) text += selectLines(bytes, child, inner, filter)
  }
  return `${text}END:${component.name}\r\n`
}

/** The line of a property, or its bare name, or nothing. */
export const selectedLine = (bytes: Uint8Array, property: Property, selection: ComponentSelection | null): string => {
  const novalue = isSelected(selection, property.name)
  if (novalue === undefined) return ''
  return novalue ? `${property.name}:\r\n` : lineOf(bytes, property)
}

/** Whether only the name is wanted; `undefined` when the property is not. */
export const isSelected = (selection: ComponentSelection | null, name: string): boolean | undefined =>
  selection === null || selection.properties === null ? false : selection.properties.get(name)

/** The selection inside a child; `null`: all of it; `undefined`: none. */
export const childSelection = (
  selection: ComponentSelection | null,
  { name }: Component,
): ComponentSelection | null | undefined =>
  selection === null || selection.components === null ? null : selection.components.get(name)

/** A stored line ends as its sender ended it, the last one of a file perhaps not at all. */
const lineOf = (bytes: Uint8Array, { start, end }: Property): string => {
  const line = decoder.decode(bytes.subarray(start, end))
  return line.endsWith('\n') ? line : `${line}\r\n`
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
