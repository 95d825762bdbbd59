import { type ClarkName, splitClark, type XmlWriter } from '@dayport/core/xml'
import { type Condition, refusalOf } from '../errors.ts'
import type { Exchange } from '../exchange.ts'
import { keptOf, keptXml } from '../kept/kept-of.ts'
import type { KeptProperties } from '../kept/property-store.ts'
import type { Resource, ResourceKind } from '../resources.ts'
import { writeErrorOf, writeStatus } from '../wire/multistatus.ts'
import { dav } from '../wire/names.ts'
import { propertiesOf } from './index.ts'
import type { PropertyValue } from './property.ts'
import { createQuickResponse } from './quick-response.ts'
import { type PropertyRequest, type Selected, selectFor } from './select.ts'

interface Found {
  readonly name: ClarkName
  readonly value: NonNullable<PropertyValue>
}

interface Refused {
  readonly name: ClarkName
  readonly status: number
  readonly condition: Condition | null
}

interface Selection {
  readonly properties: readonly Selected[]
  /** Whether what is only kept must be looked up. */
  readonly needsKept: boolean
}

const noneKept: KeptProperties = {}

/**
 * Writes response elements for one request: the selection is worked out once for each kind of resource. Nothing has to be awaited for the
 * plain ones, of which there are thousands.
 */
export type Responder = (writer: XmlWriter, resource: Resource) => void | Promise<void>

/** How a responder writes a value; `expand-property` has its own. */
export type ValueWriter = (
  writer: XmlWriter,
  name: ClarkName,
  value: NonNullable<PropertyValue>,
) => void | Promise<void>

export const createResponder = (
  x: Exchange,
  request: PropertyRequest,
  write: ValueWriter = writeProperty,
): Responder => {
  const selections = new Map<ResourceKind, Selection>()
  const isPlain = request.kind === 'prop' && write === writeProperty
  const quick = isPlain ? createQuickResponse(x, selectFor(request, 'object')) : null
  const respond = async (writer: XmlWriter, resource: Resource): Promise<void> => {
    let selection = selections.get(resource.kind)
    if (selection === undefined) {
      const properties = selectFor(request, resource.kind)
      selection = { properties, needsKept: request.kind !== 'prop' || properties.some(({ live }) => live === null) }
      selections.set(resource.kind, selection)
    }
    const found: Found[] = []
    const missing: ClarkName[] = []
    const refused: Refused[] = []
    const kept = selection.needsKept ? await keptOf(x, resource) : noneKept
    for (const { name, live } of withKept(request, selection.properties, resource.kind, kept)) {
      try {
        let value = live === null ? keptValue(kept, name) : live.get(resource, x)
        if (value instanceof Promise) value = await value
        if (value === null) missing.push(name)
        else found.push({ name, value })
      } catch (error) {
        refused.push(refusalFor(x, resource, name, error))
      }
    }
    writer.open(dav('response')).element(dav('href'), resource.href)
    const hideMissing = x.prefer.minimal || request.kind !== 'prop'
    // RFC 8144 §2.1: a response that would be left with nothing has an empty prop with 200.
    if (found.length > 0 || (refused.length === 0 && (hideMissing || missing.length === 0))) {
      writer.open(dav('propstat')).open(dav('prop'))
      for (const { name, value } of found) {
        if (request.kind === 'propname') writer.element(name)
        else {
          const written = write(writer, name, value)
          if (written instanceof Promise) await written
        }
      }
      writer.close()
      writeStatus(writer, 200)
      writer.close()
    }
    if (missing.length > 0 && !hideMissing) writePropstat(writer, missing, 404, null)
    for (const { name, status, condition } of refused) writePropstat(writer, [name], status, condition)
    writer.close()
  }
  return (writer, resource) => {
    if (quick === null || resource.kind !== 'object' || !quick(writer, resource)) return respond(writer, resource)
  }
}

/** One propstat whose properties have no content. RFC 4918 §14.22. */
export const writePropstat = (
  writer: XmlWriter,
  names: readonly ClarkName[],
  status: number,
  condition: Condition | null,
): void => {
  writer.open(dav('propstat')).open(dav('prop'))
  for (const name of names) writer.element(name)
  writer.close()
  writeStatus(writer, status)
  writeErrorOf(writer, condition)
  writer.close()
}

export const writeProperty: ValueWriter = (writer, name, value) => {
  if (typeof value === 'string') {
    writer.element(name, value)
    return
  }
  if ('raw' in value) {
    writer.raw(value.raw)
    return
  }
  writer.open(name)
  if (typeof value === 'function') value(writer)
  else for (const href of value.hrefs) writer.element(dav('href'), href)
  writer.close()
}

const keptValue = (kept: KeptProperties, name: ClarkName): PropertyValue => {
  const raw = keptXml(kept, name)
  return raw === null ? null : { raw }
}

const withKept = (
  request: PropertyRequest,
  selection: readonly Selected[],
  kind: ResourceKind,
  kept: KeptProperties,
): readonly Selected[] => {
  if (request.kind === 'prop') return selection
  const live = propertiesOf(kind)
  const known = new Set(selection.map(({ name }) => name))
  const names = Object.keys(kept).filter((name) => !live.has(name) && !known.has(name) && isName(name))
  return [...selection, ...names.map((name) => ({ name, live: null }))]
}

const isName = (name: ClarkName): boolean => splitClark(name).local !== ''

/** One broken object or property never spoils the whole answer. */
const refusalFor = (x: Exchange, resource: Resource, name: ClarkName, error: unknown): Refused => {
  const expected = refusalOf(error, { href: resource.href })
  if (expected !== null) return { name, status: expected.status, condition: expected.condition }
  x.onError(error)
  return { name, status: 500, condition: null }
}
