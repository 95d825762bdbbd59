import { assertCondition } from '@dayport/core'
import { writeCondition } from '@dayport/http'
import { DavError, needPrivileges, notFound, refusedAs } from '../errors.ts'
import type { Exchange } from '../exchange.ts'
import { assertOwnFiles } from '../files/own-files.ts'
import { writeFile } from '../files/write-file.ts'
import { objectScope } from '../kept/kept-of.ts'
import { locate, locateCalendar } from '../resources.ts'
import { objectCondition } from '../wire/conditions.ts'
import { readDepth } from '../wire/headers.ts'
import type { Address } from '../wire/hrefs.ts'
import { writeUnderIf } from '../wire/if-header.ts'
import { dav } from '../wire/names.ts'

/** RFC 4918 §9.6: an object, or a calendar with everything in it. */
export const deleteResource = async (x: Exchange): Promise<Response> => {
  const { address, request } = x
  if (address.kind === 'object') {
    const parent = await locateCalendar(x, address)
    if (parent === null) throw notFound()
    const ref = { calendar: parent.calendar.id, name: address.name }
    const condition = await objectCondition(x, ref)
    const { properties } = x
    const removal = writeUnderIf(x, (call) =>
      x.service.transaction(async (tx) => {
        const joined = { ...call, tx }
        await x.service.deleteObject(x.who, ref, condition === undefined ? joined : { ...joined, condition })
        // A later object of the name must not come into them.
        await properties?.removeProperties(objectScope(ref.calendar), ref.name, joined)
      }, call),
    )
    const write = { href: parent.href, privilege: dav('unbind') }
    await refusedAs({ href: x.href, write }, () => removal)
    return new Response(null, { status: 204 })
  }
  if (address.kind === 'file') return deleteFile(x, address)
  const depth = readDepth(request.headers)
  // §9.6.1: a client must not ask for anything else on a collection.
  if (depth !== null && depth !== 'infinity') throw new DavError(400, { message: 'Expected Depth: infinity' })
  const resource = await locate(x, address)
  if (resource === null) throw notFound()
  if (resource.kind !== 'calendar') throw needPrivileges(resource.href, dav('unbind'))
  // A collection has no etag: only If-Match: * can hold.
  assertCondition(writeCondition(request.headers), '')
  const { id } = resource.calendar
  await writeUnderIf(x, (call) =>
    x.service.transaction(async (tx) => {
      await x.service.deleteCalendar(x.who, id, { ...call, tx })
      await x.properties?.removeProperties(objectScope(id), null, { ...call, tx })
    }, call),
  )
  return new Response(null, { status: 204 })
}

/** A file, or a collection with everything in it. */
const deleteFile = async (x: Exchange, { path }: Extract<Address, { kind: 'file' }>): Promise<Response> => {
  await assertOwnFiles(x)
  const node = await x.files?.getNode(x.me.id, path)
  if (node == null) throw notFound()
  const depth = readDepth(x.request.headers)
  if (node.kind === 'collection' && depth !== null && depth !== 'infinity') {
    throw new DavError(400, { message: 'Expected Depth: infinity' })
  }
  // The root is always there.
  if (path === '') throw needPrivileges(x.href, dav('unbind'))
  await writeFile(x, [{ path, tree: true, membership: 'leaves' }], (files, call) =>
    files.removeTree(x.me.id, path, call),
  )
  return new Response(null, { status: 204 })
}
