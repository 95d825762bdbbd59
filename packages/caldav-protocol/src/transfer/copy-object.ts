import { assertCondition, CalendarError, type CalendarObject, type WriteOptions } from '@dayport/core'
import { assertCalendarRoom } from '../access/calendar-room.ts'
import { refusalIfHidden } from '../access/hidden.ts'
import { representationOf, representationVary } from '../data/representation.ts'
import { DavError, notFound, refusedAs } from '../errors.ts'
import type { Exchange } from '../exchange.ts'
import { assertOwnFiles } from '../files/own-files.ts'
import { assertRoom } from '../files/quota.ts'
import { writeFile } from '../files/write-file.ts'
import { objectScope } from '../kept/kept-of.ts'
import { writeNeeded } from '../methods/put.ts'
import { contentTypeOf } from '../properties/resource.ts'
import { type CalendarResource, locate, locateCalendar, type ObjectResource } from '../resources.ts'
import { objectCondition } from '../wire/conditions.ts'
import { preferenceHeaders } from '../wire/headers.ts'
import { type Address, objectHref } from '../wire/hrefs.ts'
import { writeUnderIf } from '../wire/if-header.ts'
import { dav } from '../wire/names.ts'
import { isTo, type Transfer } from './transfer.ts'

/** An object to the same or another calendar. Its kept properties go with it; who moves it needs both calendars' right to write. */
export const copyObject = async (x: Exchange, transfer: Transfer): Promise<Response> => {
  if (!isTo(transfer, 'object')) throw notFound()
  const { moves, overwrite, destination } = transfer
  const source = await sourceOf(x)
  const target = await locateCalendar(x, destination)
  // RFC 4918 §9.8.5.
  if (target === null) throw await noTarget(x, destination)
  const from = { calendar: source.parent.calendar.id, name: source.name }
  const to = { calendar: target.calendar.id, name: destination.name }
  if (from.calendar === to.calendar && from.name === to.name) {
    throw new DavError(403, { message: 'Expected a destination that is not the source' })
  }
  const condition = await objectCondition(x, from)
  const { created, stored } = await writeUnderIf(x, (call) =>
    x.service.transaction(async (tx) => {
      const joined = { ...call, tx }
      const object = await x.service.getObject(x.who, from, joined)
      if (object === null) throw notFound()
      assertCondition(condition, object.etag)
      const taken = (await x.service.getObject(x.who, to, joined)) !== null
      if (taken && !overwrite) throw new DavError(412, { message: 'Something is at the destination' })
      if (!moves || from.calendar !== to.calendar) {
        await assertCalendarRoom(x, target, destination.name, object.data.length, joined)
      }
      // First, so that its UID is free again in its own calendar.
      if (moves) await atSource(source, () => x.service.deleteObject(x.who, from, joined))
      await writeObject(x, target, destination.name, object, taken, joined)
      await transferKept(x, from, to, moves, joined)
      return { created: !taken, stored: await x.service.getObject(x.who, to, joined) }
    }, call),
  )
  return answer(x, objectHref(target.href, destination.name), created, stored)
}

/** An object becomes a file of the person's own. */
export const objectToFile = async (x: Exchange, transfer: Transfer): Promise<Response> => {
  if (!isTo(transfer, 'file')) throw notFound()
  const { moves, overwrite, destination } = transfer
  const source = await sourceOf(x)
  await assertOwnFiles(x, destination)
  const { path } = destination
  const ref = { calendar: source.parent.calendar.id, name: source.name }
  const condition = await objectCondition(x, ref)
  const created = await writeFile(x, [{ path, tree: true, membership: 'comes' }], async (files, call) => {
    const object = await x.service.getObject(x.who, ref, call)
    if (object === null) throw notFound()
    assertCondition(condition, object.etag)
    const node = await files.getNode(x.me.id, path, call)
    if (node !== null && (!overwrite || node.kind === 'collection')) {
      throw new DavError(overwrite ? 403 : 412, { message: 'Something is at the destination' })
    }
    const more = { bytes: object.data.length - (node?.bytes ?? 0), nodes: node === null ? 1 : 0 }
    await assertRoom(x, files, more, call)
    const draft = { data: object.data, contentType: contentTypeOf(object.index.component) }
    await files.putFile(x.me.id, path, draft, call).catch(asParentMissing)
    if (moves) await atSource(source, () => x.service.deleteObject(x.who, ref, call))
    return node === null
  })
  return new Response(null, { status: created ? 201 : 204, headers: preferenceHeaders(null) })
}

/** A file becomes an object, when it is one. */
export const fileToObject = async (x: Exchange, transfer: Transfer): Promise<Response> => {
  const { address } = x
  if (address.kind !== 'file' || !isTo(transfer, 'object')) throw notFound()
  const { moves, overwrite, destination } = transfer
  await assertOwnFiles(x)
  if ((await x.files?.getNode(x.me.id, address.path))?.kind !== 'file') throw notFound()
  const target = await locateCalendar(x, destination)
  if (target === null) throw await noTarget(x, destination)
  const ref = { calendar: target.calendar.id, name: destination.name }
  const targets = moves ? [{ path: address.path, membership: 'leaves' } as const] : []
  const { created, stored } = await writeFile(x, targets, async (files, call) => {
    const node = await files.getNode(x.me.id, address.path, call)
    const data = await files.readFile(x.me.id, address.path, call)
    if (node === null || data === null) throw notFound()
    const taken = (await x.service.getObject(x.who, ref, call)) !== null
    if (taken && !overwrite) throw new DavError(412, { message: 'Something is at the destination' })
    await assertCalendarRoom(x, target, destination.name, data.length, call)
    const contentType = node.contentType ?? undefined
    await atTarget(target, destination.name, taken, () =>
      x.service.putObject(x.who, ref, data, { ...call, contentType, touch: true }),
    )
    if (moves) await files.removeTree(x.me.id, address.path, call)
    return { created: !taken, stored: await x.service.getObject(x.who, ref, call) }
  })
  return answer(x, objectHref(target.href, destination.name), created, stored)
}

/** RFC 4918 §9.8.5: 409 without the calendar, or a refusal where others' calendars may be. */
const noTarget = async (x: Exchange, destination: Address): Promise<DavError> =>
  (await refusalIfHidden(x, destination)) ?? new DavError(409, { message: 'The calendar is not there' })

const sourceOf = async (x: Exchange): Promise<ObjectResource> => {
  const source = await locate(x, x.address)
  if (source?.kind !== 'object') throw notFound()
  return source
}

const writeObject = (
  x: Exchange,
  target: CalendarResource,
  name: string,
  object: CalendarObject,
  taken: boolean,
  call: WriteOptions,
): Promise<unknown> =>
  atTarget(target, name, taken, () =>
    x.service.putObject(x.who, { calendar: target.calendar.id, name }, object.data, { ...call, touch: true }),
  )

/** What the service refuses, told of the destination and not of the request's own address. */
const atTarget = <T>({ href }: CalendarResource, name: string, taken: boolean, work: () => Promise<T>): Promise<T> => {
  const sibling = (holder: string) => objectHref(href, holder)
  return refusedAs({ href: sibling(name), sibling, write: writeNeeded(href, name, taken) }, work)
}

/** A move takes its source away. */
const atSource = <T>({ href, parent }: ObjectResource, work: () => Promise<T>): Promise<T> =>
  refusedAs({ href, write: { href: parent.href, privilege: dav('unbind') } }, work)

const transferKept = async (
  x: Exchange,
  from: { readonly calendar: string; readonly name: string },
  to: { readonly calendar: string; readonly name: string },
  moves: boolean,
  call: WriteOptions,
): Promise<void> => {
  const { properties } = x
  if (properties === null) return
  const kept = await properties.getProperties(objectScope(from.calendar), from.name, call)
  await properties.removeProperties(objectScope(to.calendar), to.name, call)
  if (moves) await properties.removeProperties(objectScope(from.calendar), from.name, call)
  if (Object.keys(kept).length > 0) await properties.patchProperties(objectScope(to.calendar), to.name, kept, call)
}

const asParentMissing = (error: unknown): never => {
  if (CalendarError.is(error, 'not-found')) throw new DavError(409, { message: 'The parent is not there' })
  throw error
}

/** RFC 8144 §3.1: the copy itself, when it is wished for. */
const answer = (x: Exchange, href: string, created: boolean, stored: CalendarObject | null): Response => {
  if (!x.prefer.representation || stored === null) {
    const headers = { ...(stored === null ? {} : { etag: stored.etag }), ...preferenceHeaders(null) }
    return new Response(null, { status: created ? 201 : 204, headers })
  }
  const { body, contentType } = representationOf(x.request, stored)
  const headers = {
    etag: stored.etag,
    'content-type': contentType,
    'content-location': href,
    ...preferenceHeaders('return=representation'),
    vary: `Prefer, Brief, ${representationVary}`,
  }
  return new Response(body, { status: created ? 201 : 200, headers })
}
