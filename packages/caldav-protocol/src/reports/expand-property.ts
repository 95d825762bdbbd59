import { type ClarkName, clark, type XmlElement, type XmlWriter } from '@dayport/core/xml'
import { DavError } from '../errors.ts'
import type { Exchange } from '../exchange.ts'
import { createResponder, type Responder, type ValueWriter, writeProperty } from '../properties/respond.ts'
import { locate, type Resource } from '../resources.ts'
import { preferenceHeaders } from '../wire/headers.ts'
import { multistatusResponse, writeStatusResponse } from '../wire/multistatus.ts'
import { dav } from '../wire/names.ts'

/** Addresses followed for one request, and how deep: a hostile body could ask for the square of itself. */
const maxFollowed = 1_000
const maxDepth = 5

/** RFC 3253 §3.8: where a property holds addresses, what is there stands in their place. */
export const expandProperty = async (x: Exchange, resource: Resource, body: XmlElement): Promise<Response> => {
  const budget = { left: maxFollowed }
  const respond = expandingResponder(x, body, budget, 0)
  return multistatusResponse(
    x,
    async function* (writer) {
      await respond(writer, resource)
      yield
    },
    preferenceHeaders(x.prefer.minimal ? 'return=minimal' : null),
  )
}

const expandingResponder = (x: Exchange, element: XmlElement, budget: { left: number }, depth: number): Responder => {
  const nested = new Map<ClarkName, XmlElement>()
  for (const property of element.childrenNamed(dav('property'))) {
    const name = property.attributes.get('name')
    if (name === undefined || !/^[\p{L}_][\p{L}\p{N}._-]*$/u.test(name)) {
      throw new DavError(400, { message: 'Expected a property with a name' })
    }
    nested.set(clark(property.attributes.get('namespace') ?? 'DAV:', name), property)
  }
  const inner = new Map<ClarkName, Responder>()
  if (depth < maxDepth) {
    for (const [name, property] of nested) {
      if (property.elements.length > 0) inner.set(name, expandingResponder(x, property, budget, depth + 1))
    }
  }
  const write: ValueWriter = async (writer, name, value) => {
    const respond = inner.get(name)
    if (respond === undefined || typeof value !== 'object' || !('hrefs' in value)) {
      await writeProperty(writer, name, value)
      return
    }
    writer.open(name)
    for (const href of value.hrefs) await follow(x, writer, href, respond, budget)
    writer.close()
  }
  return createResponder(x, { kind: 'prop', names: [...nested.keys()] }, write)
}

const follow = async (
  x: Exchange,
  writer: XmlWriter,
  href: string,
  respond: Responder,
  budget: { left: number },
): Promise<void> => {
  const address = href.startsWith('/') ? x.hrefs.parse(href) : null
  const resource = address === null || budget.left-- <= 0 ? null : await locate(x, address)
  if (resource === null) writeStatusResponse(writer, href, 404)
  else await respond(writer, resource)
}
