import { DavError, notFound, refusal } from '../errors.ts'
import type { Exchange } from '../exchange.ts'
import { createResponder } from '../properties/respond.ts'
import { type PropertyRequest, readPropertyRequest } from '../properties/select.ts'
import { writeChanges } from '../reports/write-changes.ts'
import { locate, membersOf } from '../resources.ts'
import { expectRoot, readXml } from '../wire/body.ts'
import { preferenceHeaders, readDepth } from '../wire/headers.ts'
import type { Address } from '../wire/hrefs.ts'
import { isPiece, multistatusResponse } from '../wire/multistatus.ts'
import { dav } from '../wire/names.ts'
import { davHeader } from './options.ts'

/**
 * RFC 4918 §9.1. Depth infinity, which a missing header means too, is answered where nothing lies deeper than one step (a calendar, a
 * principal, whatever is no collection) and refused elsewhere, as §9.1 allows.
 */
export const propfind = async (x: Exchange): Promise<Response> => {
  const depth = readDepth(x.request.headers)
  const body = await readXml(x)
  // An empty body asks for all properties: §9.1.
  const request: PropertyRequest | null =
    body === null ? { kind: 'allprop', include: [] } : readPropertyRequest(expectRoot(body, dav('propfind')))
  if (request === null) throw new DavError(400, { message: 'Expected prop, propname or allprop' })
  const infinite = depth !== '0' && depth !== '1'
  // Before anything is looked up: what is refused to everybody tells nothing.
  if (infinite && !flat.has(x.address.kind)) throw refusal(403, dav('propfind-finite-depth'))
  const resource = await locate(x, x.address)
  if (resource === null) throw notFound()
  if (infinite && resource.kind === 'folder') throw refusal(403, dav('propfind-finite-depth'))

  const respond = createResponder(x, request)
  const skipRoot = depth !== '0' && x.prefer.noRoot
  const applied = [...(x.prefer.minimal ? ['return=minimal'] : []), ...(skipRoot ? ['depth-noroot'] : [])]
  return multistatusResponse(
    x,
    async function* (writer) {
      if (!skipRoot) {
        await respond(writer, resource)
        if (isPiece(writer)) yield
      }
      if (depth === '0') return
      if (resource.kind === 'calendar') {
        const { changes } = await x.service.changes(x.who, resource.calendar.id, null, { signal: x.request.signal })
        yield* writeChanges(x, writer, { parent: resource, request, respond }, changes)
        return
      }
      for await (const member of membersOf(x, resource)) {
        await respond(writer, member)
        if (isPiece(writer)) yield
      }
    },
    {
      dav: davHeader(x.address),
      ...preferenceHeaders(applied.length === 0 ? null : applied.join(', ')),
    },
  )
}

/** Addresses of what has no members, or members without members. A file's may turn out to be a collection's. */
const flat: ReadonlySet<Address['kind']> = new Set(['principal', 'proxy', 'calendar', 'object', 'file'])
