import type { Change } from '@dayport/core'
import type { ClarkName, XmlElement } from '@dayport/core/xml'
import { DavError } from '../errors.ts'
import type { CalendarResource, ResourceKind } from '../resources.ts'
import { dav } from '../wire/names.ts'
import { propertiesOf } from './index.ts'
import type { Property } from './property.ts'

/** Which properties a request asks for. RFC 4918 §9.1. */
export type PropertyRequest =
  | { readonly kind: 'prop'; readonly names: readonly ClarkName[]; readonly extra?: Property }
  | { readonly kind: 'propname' }
  | { readonly kind: 'allprop'; readonly include: readonly ClarkName[] }

/** One property to answer: live, or only perhaps kept. */
export interface Selected {
  readonly name: ClarkName
  readonly live: Property | null
}

/**
 * Reads the `prop`, `propname` or `allprop` inside a body; `null` when there is none of them.
 *
 * @throws {DavError} 400 for two of them at once.
 */
export const readPropertyRequest = (body: XmlElement): PropertyRequest | null => {
  const prop = body.child(dav('prop'))
  const propname = body.child(dav('propname'))
  const allprop = body.child(dav('allprop'))
  if ([prop, propname, allprop].filter((part) => part !== undefined).length > 1) {
    throw new DavError(400, { message: 'Expected one of prop, propname and allprop' })
  }
  if (prop !== undefined) return { kind: 'prop', names: namesIn(prop) }
  if (propname !== undefined) return { kind: 'propname' }
  if (allprop === undefined) return null
  const include = body.child(dav('include'))
  return { kind: 'allprop', include: include === undefined ? [] : namesIn(include) }
}

const namesIn = (element: XmlElement): readonly ClarkName[] => [...new Set(element.elements.map(({ name }) => name))]

/** The request spelled out for one kind of resource; kept properties of `allprop` and `propname` are added where they are known. */
export const selectFor = (request: PropertyRequest, kind: ResourceKind): readonly Selected[] => {
  const live = propertiesOf(kind)
  switch (request.kind) {
    case 'prop':
      return request.names.map((name) => ({
        name,
        live:
          (request.extra?.name === name && request.extra.on.includes(kind) ? request.extra : live.get(name)) ?? null,
      }))
    case 'propname':
      return [...live.values()].map((property) => ({ name: property.name, live: property }))
    case 'allprop': {
      const always = [...live.values()].filter(({ allprop }) => allprop)
      const names = new Set([...always.map(({ name }) => name), ...request.include])
      return [...names].map((name) => ({ name, live: live.get(name) ?? null }))
    }
  }
}

/** Whether the objects of a calendar must be read for the answer, or what the change feed says of them is enough. */
export const needsObjects = (
  request: PropertyRequest,
  parent: CalendarResource,
  changes: readonly Change[],
): boolean => {
  const selected = selectFor(request, 'object')
  const reads = (knowsComponent: boolean) => selected.some(({ live }) => live?.readsObject(parent, knowsComponent))
  if (reads(true)) return true
  return reads(false) && changes.some(({ component }) => component === undefined)
}
