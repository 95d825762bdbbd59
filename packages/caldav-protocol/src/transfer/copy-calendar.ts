import { CalendarError, type WriteOptions } from '@dayport/core'
import { DavError, davErrorOf, needPrivileges, notFound, refusal } from '../errors.ts'
import type { Exchange } from '../exchange.ts'
import { objectScope } from '../kept/kept-of.ts'
import { assertCalendarName } from '../methods/make-calendar.ts'
import { type CalendarResource, locate, locateCalendar } from '../resources.ts'
import { preferenceHeaders } from '../wire/headers.ts'
import { writeUnderIf } from '../wire/if-header.ts'
import { dav } from '../wire/names.ts'
import { isTo, type Transfer } from './transfer.ts'

/**
 * A calendar within its owner's home: MOVE gives it another address, and its id, objects, tokens and grants stay; COPY makes a
 * second one, which is shared with nobody. A calendar is never replaced by another, whatever Overwrite says: nobody loses all their
 * meetings by one request.
 */
export const copyCalendar = async (x: Exchange, transfer: Transfer): Promise<Response> => {
  if (!isTo(transfer, 'calendar')) throw notFound()
  const { destination, moves, overwrite, deep } = transfer
  const source = await locate(x, x.address)
  if (source?.kind !== 'calendar') throw notFound()
  const { calendar } = source
  if (moves && !(await x.may('own', calendar))) throw needPrivileges(source.href, dav('unbind'))
  const owner = destination.login === x.me.login ? x.me : await x.principals.findPrincipal(destination.login)
  if (owner === null) throw new DavError(409, { message: 'The parent is not there' })
  if (owner.id !== x.me.id) throw needPrivileges(x.hrefs.of({ kind: 'home', login: destination.login }), dav('bind'))
  // Others' calendars stay in their homes.
  if (moves && calendar.owner !== x.me.id) throw needPrivileges(source.href, dav('unbind'))
  if (calendar.owner === x.me.id && calendar.name === destination.calendar) {
    throw new DavError(403, { message: 'Expected a destination that is not the source' })
  }
  if ((await locateCalendar(x, destination)) !== null) throw occupied(overwrite)
  assertCalendarName(destination.calendar)
  try {
    await writeUnderIf<unknown>(x, (call) =>
      moves
        ? x.service.updateCalendar(x.who, calendar.id, { name: destination.calendar }, call)
        : x.service.transaction((tx) => copyInto(x, source, destination.calendar, deep, { ...call, tx }), call),
    )
  } catch (error) {
    if (CalendarError.is(error, 'already-exists')) throw occupied(overwrite)
    if (CalendarError.is(error)) throw davErrorOf(error, { href: source.href })
    throw error
  }
  return new Response(null, { status: 201, headers: preferenceHeaders(null) })
}

const occupied = (overwrite: boolean): DavError =>
  overwrite
    ? refusal(403, dav('resource-must-be-null'))
    : new DavError(412, { message: 'Something is at the destination' })

const copyInto = async (
  x: Exchange,
  { calendar }: CalendarResource,
  name: string,
  deep: boolean,
  call: WriteOptions,
): Promise<void> => {
  const { displayName, description, color, order, components, timezone, deadProperties } = calendar
  const draft = { displayName, description, color, order, components, timezone, deadProperties }
  const copy = await x.service.createCalendar(x.who, { ...draft, owner: x.me.id, name }, call)
  if (!deep) return
  const kept = await x.properties?.listProperties(objectScope(calendar.id), call)
  for await (const object of x.service.findObjects(x.who, calendar.id, {}, call)) {
    await x.service.putObject(x.who, { calendar: copy.id, name: object.name }, object.data, call)
    // Only what belongs to a name that was seen: who sees but a projection does not get the others' notes.
    const properties = kept?.get(object.name)
    if (properties !== undefined) {
      await x.properties?.patchProperties(objectScope(copy.id), object.name, properties, call)
    }
  }
}
