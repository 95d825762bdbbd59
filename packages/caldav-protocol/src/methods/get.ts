import type { Calendar, Privilege } from '@dayport/core'
import { httpDate, isNotModified, streamBody } from '@dayport/http'
import { representationOf, representationVary } from '../data/representation.ts'
import { notFound } from '../errors.ts'
import type { Exchange } from '../exchange.ts'
import { getFile, getFolder } from '../files/get-file.ts'
import { type CalendarResource, locate, type ObjectResource } from '../resources.ts'
import { assertUnchanged } from '../wire/conditions.ts'
import { assertIfHolds } from '../wire/if-header.ts'
import { reported } from '../wire/multistatus.ts'
import { methodNotAllowed } from './options.ts'

/** GET and HEAD: an object, or a calendar as one file. There are no pages to show for other collections. */
export const get = async (x: Exchange): Promise<Response> => {
  await assertIfHolds(x)
  const resource = await locate(x, x.address)
  if (resource === null) throw notFound()
  if (resource.kind === 'object') return getObject(x, resource)
  if (resource.kind === 'calendar') return getCalendar(x, resource)
  if (resource.kind === 'file') return getFile(x, resource)
  if (resource.kind === 'folder') return getFolder(x, resource)
  throw methodNotAllowed(x, 'There is nothing to download here')
}

const getObject = (x: Exchange, { object, etag }: ObjectResource): Response => {
  if (object === null) throw notFound()
  assertUnchanged(x.request.headers, object)
  const headers: Record<string, string> = {
    etag,
    'last-modified': httpDate(object.modifiedMs),
    'cache-control': 'private, no-cache',
    vary: representationVary,
  }
  if (isNotModified(x.request, { etag, lastModifiedMs: object.modifiedMs })) {
    return new Response(null, { status: 304, headers })
  }
  const { body, contentType } = representationOf(x.request, object)
  headers['content-type'] = contentType
  headers['content-length'] = String(body.byteLength)
  return new Response(isHead(x) ? null : body, { headers })
}

/** RFC 4791 leaves it open; many programs subscribe to such an address, and ask again every few minutes. */
const getCalendar = async (x: Exchange, { calendar }: CalendarResource): Promise<Response> => {
  const etag = await calendarTag(x, calendar)
  const headers = {
    etag,
    'last-modified': httpDate(calendar.modifiedMs),
    'cache-control': 'private, no-cache',
  }
  if (isNotModified(x.request, { etag, lastModifiedMs: calendar.modifiedMs })) {
    return new Response(null, { status: 304, headers })
  }
  const pieces = x.service.exportCalendar(x.who, calendar.id, { signal: x.request.signal })
  const type = { 'content-type': 'text/calendar; charset=utf-8' }
  return new Response(isHead(x) ? null : streamBody(reported(x, pieces)), { headers: { ...headers, ...type } })
}

/** Of the state of the calendar, and of how much the person sees of it: a level may come and go with a group. Weak, as no bytes were compared. */
const calendarTag = async (x: Exchange, calendar: Calendar): Promise<string> => {
  const held = await Promise.all(sights.map((privilege) => x.may(privilege, calendar)))
  return `W/"${calendar.revision}-${calendar.modifiedMs}-${held.indexOf(true)}"`
}

/** From the most to the least that somebody may see. */
const sights: readonly Privilege[] = ['own', 'write', 'read', 'read-titles', 'read-free-busy']

const isHead = ({ request }: Exchange): boolean => request.method === 'HEAD'
