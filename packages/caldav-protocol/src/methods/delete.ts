import { assertCondition } from '@dayport/core'
import { writeCondition } from '@dayport/http'
import { DavError, needPrivileges, notFound } from '../errors.ts'
import type { Exchange } from '../exchange.ts'
import { locate, locateCalendar } from '../resources.ts'
import { readDepth } from '../wire/headers.ts'
import { writeUnderIf } from '../wire/if-header.ts'
import { dav } from '../wire/names.ts'

/** RFC 4918 §9.6: an object, or a calendar with everything in it. */
export const deleteResource = async (x: Exchange): Promise<Response> => {
  const { address, request } = x
  const condition = writeCondition(request.headers)
  if (address.kind === 'object') {
    const parent = await locateCalendar(x, address)
    if (parent === null) throw notFound()
    const ref = { calendar: parent.calendar.id, name: address.name }
    await writeUnderIf(x, (call) =>
      x.service.deleteObject(x.who, ref, condition === undefined ? call : { ...call, condition }),
    )
    return new Response(null, { status: 204 })
  }
  const depth = readDepth(request.headers)
  // §9.6.1: a client must not ask for anything else on a collection.
  if (depth !== null && depth !== 'infinity') throw new DavError(400, { message: 'Expected Depth: infinity' })
  const resource = await locate(x, address)
  if (resource === null) throw notFound()
  if (resource.kind !== 'calendar') throw needPrivileges(resource.href, dav('unbind'))
  // A collection has no etag: only If-Match: * can hold.
  assertCondition(condition, '')
  await writeUnderIf(x, (call) => x.service.deleteCalendar(x.who, resource.calendar.id, call))
  return new Response(null, { status: 204 })
}
