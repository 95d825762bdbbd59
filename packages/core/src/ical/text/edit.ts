import { CR, createByteSink, decode, LF, toBytes } from './bytes.ts'
import { StoredComponent } from './component.ts'
import { createLineTable } from './line-table.ts'
import type { CalendarDocument, Component, ComponentDraft, Property, PropertyDraft } from './model.ts'
import { parseCalendar } from './parse.ts'
import { StoredProperty } from './property.ts'
import { LineScanner } from './scan.ts'
import { contentLine, serializeComponent, serializeProperty } from './serialize.ts'

/**
 * Collects changes to the components of one document and writes the patched bytes. Only the lines of touched properties and
 * components differ from the stored ones; every other line stays as it is, with its line end and its folds. New lines end in
 * CRLF and are folded at 75 octets. Later changes win; a change inside a removed or replaced component is without effect.
 *
 * All methods throw a `TypeError` for a component or property that is not of this document, for a name that cannot stand on
 * a content line, and for properties of a calendar that has no lines of its own (`no-calendar`).
 */
export interface CalendarEditor {
  /**
   * Gives the component exactly one property of the draft's name: the first one's lines are rewritten, further ones removed;
   * an absent one is added. A line that says the same already keeps its bytes.
   */
  set(component: Component, draft: PropertyDraft): void
  /** Gives the component exactly these properties of one name, in this order; lines that stay the same keep their bytes. */
  setAll(component: Component, name: string, drafts: readonly PropertyDraft[]): void
  /** Adds a property behind the component's last one that stands before its first child. */
  add(component: Component, draft: PropertyDraft): void
  /** Rewrites this very property. */
  replace(property: Property, draft: PropertyDraft): void
  /** Removes this very property. */
  remove(property: Property): void
  /** Removes all properties of that upper-case name. */
  removeNamed(component: Component, name: string): void
  /** Adds a child at the end; a VTIMEZONE before the first child. Bytes must be whole lines from BEGIN to END. */
  addComponent(parent: Component, child: ComponentDraft | Uint8Array): void
  replaceComponent(component: Component, next: ComponentDraft | Uint8Array): void
  removeComponent(component: Component): void
  /** The patched text. Without changes, the same octets. */
  toBytes(): Uint8Array
}

/** A draft that says what the stored property says; start from it to change only the value or one parameter. */
export function draftOf(property: Property): PropertyDraft {
  const params: Record<string, readonly string[]> = Object.create(null)
  for (const { name, values } of property.params) params[name] = [...(params[name] ?? []), ...values]
  const name = property instanceof StoredProperty ? property.nameText : property.name
  return { name, params, value: property.value }
}

/** Starts a patch of a parsed document. */
export function editCalendar(document: CalendarDocument): CalendarEditor {
  const { bytes } = document
  /** `null` removes. */
  const changed = new Map<StoredProperty | StoredComponent, Uint8Array | null>()
  const addedProperties = new Map<StoredComponent, { name: string; line: Uint8Array }[]>()
  const addedComponents = new Map<StoredComponent, { first: boolean; lines: Uint8Array }[]>()

  const ownComponent = (component: Component): StoredComponent => {
    if (component instanceof StoredComponent && component.isOf(bytes)) return component
    throw new TypeError('expected a component of the edited document')
  }
  const ownProperty = (property: Property): StoredProperty => {
    if (property instanceof StoredProperty && property.bytes === bytes) return property
    throw new TypeError('expected a property of the edited document')
  }
  const setAll = (component: Component, name: string, drafts: readonly PropertyDraft[]) => {
    const target = ownComponent(component)
    const wanted = name.toUpperCase()
    const stored = target.properties.filter((property) => property.name === wanted)
    const kept = (addedProperties.get(target) ?? []).filter((added) => added.name !== wanted)
    stored.forEach((property, index) => {
      const draft = drafts[index]
      if (draft !== undefined && baseName(draft) !== wanted)
        throw new TypeError(`expected ${wanted}, got ${draft.name}`)
      if (draft === undefined) changed.set(property, null)
      else if (saysTheSame(property, inGroupOf(property, draft))) changed.delete(property)
      else changed.set(property, serializeProperty(inGroupOf(property, draft)))
    })
    for (const draft of drafts.slice(stored.length)) {
      if (baseName(draft) !== wanted) throw new TypeError(`expected ${wanted}, got ${draft.name}`)
      kept.push({ name: wanted, line: serializeProperty(draft) })
    }
    if (kept.length > 0) requireLines(target)
    addedProperties.set(target, kept)
  }

  return {
    set: (component, draft) => setAll(component, baseName(draft), [draft]),
    setAll,
    add(component, draft) {
      const target = ownComponent(component)
      requireLines(target)
      const list = addedProperties.get(target) ?? []
      list.push({ name: baseName(draft), line: serializeProperty(draft) })
      addedProperties.set(target, list)
    },
    replace(property, draft) {
      const target = ownProperty(property)
      if (saysTheSame(target, draft)) changed.delete(target)
      else changed.set(target, serializeProperty(draft))
    },
    remove: (property) => void changed.set(ownProperty(property), null),
    removeNamed: (component, name) => setAll(component, name, []),
    addComponent(parent, child) {
      const target = ownComponent(parent)
      const lines = componentLines(child)
      const list = addedComponents.get(target) ?? []
      list.push({ first: isTimeZone(lines), lines })
      addedComponents.set(target, list)
    },
    replaceComponent: (component, next) => void changed.set(ownComponent(component), componentLines(next)),
    removeComponent: (component) => void changed.set(ownComponent(component), null),
    toBytes() {
      const splices: Splice[] = []
      for (const [item, lines] of changed) splices.push({ start: item.start, end: item.end, lines })
      for (const [component, list] of addedProperties) {
        const at = propertiesEnd(component)
        for (const { line } of list) splices.push({ start: at, end: at, lines: line })
      }
      for (const [component, list] of addedComponents) {
        const first = component.components[0]?.start ?? component.endStart
        for (const { first: early, lines } of list) {
          const at = early ? first : component.endStart
          splices.push({ start: at, end: at, lines })
        }
      }
      return applySplices(bytes, splices)
    },
  }
}

interface Splice {
  readonly start: number
  readonly end: number
  readonly lines: Uint8Array | null
}

/** Insertions keep their order; those at the start of a removed part come before it, those inside it are dropped. */
function applySplices(bytes: Uint8Array, splices: readonly Splice[]): Uint8Array {
  const order = splices.map((splice, index) => ({ ...splice, index }))
  order.sort(
    (a, b) =>
      a.start - b.start || Number(a.end > a.start) - Number(b.end > b.start) || b.end - a.end || a.index - b.index,
  )
  const sink = createByteSink(bytes.length + 1024)
  let at = 0
  for (const { start, end, lines } of order) {
    if (start < at) continue
    sink.write(bytes, at, start)
    at = end
    if (lines === null) continue
    const last = sink.last()
    // The stored text ended without a line end. Elsewhere a line follows another, or a byte order mark, which is no line.
    if (start === bytes.length && last !== undefined && last !== LF && last !== CR) sink.write(crlf)
    sink.write(lines)
  }
  sink.write(bytes, at, bytes.length)
  return sink.take()
}

const crlf = Uint8Array.of(CR, LF)

/** Behind the last property that stands before the first child, else behind the BEGIN line. */
function propertiesEnd(component: StoredComponent): number {
  const firstChild = component.components[0]?.start ?? component.endStart
  let at = component.beginEnd
  for (const property of component.properties) if (property.start < firstChild) at = property.end
  return at
}

function requireLines(component: StoredComponent): void {
  if (!component.hasLines) throw new TypeError('expected a calendar with BEGIN and END lines')
}

function baseName(draft: PropertyDraft): string {
  return draft.name.slice(draft.name.lastIndexOf('.') + 1).toUpperCase()
}

/** A property keeps its group when the draft names none. */
function inGroupOf(property: StoredProperty, draft: PropertyDraft): PropertyDraft {
  const { nameText } = property
  const dot = nameText.lastIndexOf('.')
  return dot < 0 || draft.name.includes('.') ? draft : { ...draft, name: nameText.slice(0, dot + 1) + draft.name }
}

/** Compared as a reader would: the case of names, quotes and folds do not matter. */
function saysTheSame(property: StoredProperty, draft: PropertyDraft): boolean {
  if (property.nameText.toUpperCase() !== draft.name.toUpperCase()) return false
  const written = unstored(contentLine(draft))
  return property.value === written.value && JSON.stringify(property.params) === JSON.stringify(written.params)
}

/** A property that stands in no document. */
function unstored(text: string): StoredProperty {
  const table = createLineTable(toBytes(text))
  const line = new LineScanner(table.bytes)
  const properties: StoredProperty[] = []
  while (line.next()) table.add(line)
  table.collect(0, 1, properties)
  return properties[0] as StoredProperty
}

/** Bytes are taken as they are, so they are read first: they must be one component and nothing else. */
function componentLines(component: ComponentDraft | Uint8Array): Uint8Array {
  if (!(component instanceof Uint8Array)) return serializeComponent(component)
  const { calendars, warnings } = parseCalendar(component)
  const only = calendars.length === 1 && calendars[0]?.components.length === 1
  if (!only || warnings.some(({ code }) => code !== 'no-calendar')) throw new TypeError('expected one whole component')
  const last = component.at(-1)
  if (last === LF || last === CR) return component
  const sink = createByteSink(component.length + 2)
  sink.write(component)
  sink.write(crlf)
  return sink.take()
}

function isTimeZone(lines: Uint8Array): boolean {
  return /^BEGIN:VTIMEZONE\r?\n/i.test(decode(lines, 0, Math.min(lines.length, 18)))
}
