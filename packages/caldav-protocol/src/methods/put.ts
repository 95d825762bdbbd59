import { CalendarError, type WriteCondition } from '@dayport/core'
import { parseCalendar } from '@dayport/core/ical'
import { HttpError, readBody } from '@dayport/http'
import { assertCalendarRoom } from '../access/calendar-room.ts'
import { bytesOfJcal, jcalType } from '../data/jcal.ts'
import { representationOf, representationVary } from '../data/representation.ts'
import { DavError, davErrorOf, type NeededPrivilege, refusal } from '../errors.ts'
import type { Exchange } from '../exchange.ts'
import { putFile } from '../files/put-file.ts'
import { objectScope } from '../kept/kept-of.ts'
import { supportedRscales } from '../properties/rscale.ts'
import { type CalendarResource, locateCalendar } from '../resources.ts'
import { objectCondition } from '../wire/conditions.ts'
import { preferenceHeaders } from '../wire/headers.ts'
import { objectHref } from '../wire/hrefs.ts'
import { writeUnderIf } from '../wire/if-header.ts'
import { cal, dav } from '../wire/names.ts'
import { methodNotAllowed } from './options.ts'

/** RFC 4791 §5.3.2. The name is the client's; what makes a valid object is core's business. */
export const put = async (x: Exchange): Promise<Response> => {
  const { address, request } = x
  if (address.kind === 'file') return putFile(x, address)
  if (address.kind !== 'object') throw methodNotAllowed(x, 'Expected the address of an object')
  const parent = await locateCalendar(x, address)
  // RFC 4918 §9.7.1.
  if (parent === null) throw new DavError(409, { message: 'The calendar is not there' })
  // RFC 9110 §14.4: a part of a meeting must not be taken for the whole.
  if (request.headers.has('content-range')) throw new DavError(400, { message: 'Expected a whole object' })
  const { name } = address
  return storeObject(x, parent, name, await objectCondition(x, { calendar: parent.calendar.id, name }))
}

/** Stores the request's body under a name, and answers as PUT does. */
export const storeObject = async (
  x: Exchange,
  parent: CalendarResource,
  name: string,
  condition: WriteCondition | undefined,
): Promise<Response> => {
  const sentType = x.request.headers.get('content-type') ?? 'text/calendar'
  const type = sentType.split(';', 1)[0]?.trim().toLowerCase()
  if (type !== 'text/calendar' && type !== jcalType) throw refusal(403, cal('supported-calendar-data'))
  const sent = await readObject(x)
  const isJcal = type === jcalType
  const bytes = isJcal ? bytesOfJcal(sent) : sent
  const contentType = isJcal ? 'text/calendar; charset=utf-8' : sentType
  assertTimes(bytes)
  await assertCalendarRoom(x, parent, name, bytes.length)
  const ref = { calendar: parent.calendar.id, name }
  const options = { ...(condition === undefined ? {} : { condition }), contentType, touch: true }
  let put: { readonly etag: string | null; readonly created: boolean }
  try {
    put = await writeUnderIf(x, (call) => x.service.putObject(x.who, ref, bytes, { ...call, ...options }))
  } catch (error) {
    if (CalendarError.is(error, 'forbidden')) {
      const taken = (await x.service.getObject(x.who, ref)) !== null
      throw davErrorOf(error, { href: x.href, write: writeNeeded(parent.href, name, taken) })
    }
    const failed = CalendarError.is(error, 'precondition-failed') || (error instanceof DavError && error.status === 412)
    // RFC 8144 §3.2: whoever lost a race sees at once what is there.
    const current = failed && x.prefer.representation ? await representation(x, ref, 412, isJcal) : null
    if (current === null) throw error
    return current
  }
  const { etag, created } = put
  if (created) await forgetKept(x, ref)
  if (x.prefer.representation) {
    const stored = await representation(x, ref, created ? 201 : 200, isJcal)
    if (stored !== null) return stored
  }
  // RFC 4791 §5.3.4: an etag only when the stored bytes are the sent ones.
  const headers = etag === null || isJcal ? preferenceHeaders(null) : { etag, ...preferenceHeaders(null) }
  return new Response(null, { status: created ? 201 : 204, headers })
}

/** RFC 3744 appendix B: bind of the calendar for a new object, write-content of one that is there. */
export const writeNeeded = (calendarHref: string, name: string, taken: boolean): NeededPrivilege =>
  taken
    ? { href: objectHref(calendarHref, name), privilege: dav('write-content') }
    : { href: calendarHref, privilege: dav('bind') }

/** Another door may have deleted an object of that name, and left what was kept with it. */
const forgetKept = async (
  { properties }: Exchange,
  { calendar, name }: { readonly calendar: string; readonly name: string },
): Promise<void> => {
  if (properties === null) return
  const left = await properties.getProperties(objectScope(calendar), name)
  if (Object.keys(left).length > 0) await properties.removeProperties(objectScope(calendar), name)
}

/** What is stored, RFC 8144 §3.1; `null` when nothing is there. */
const representation = async (
  x: Exchange,
  ref: { readonly calendar: string; readonly name: string },
  status: number,
  sentJcal: boolean,
): Promise<Response | null> => {
  const stored = await x.service.getObject(x.who, ref)
  if (stored === null) return null
  const { body, contentType } = representationOf(x.request, stored, sentJcal ? 'jcal' : 'text')
  const headers = {
    etag: stored.etag,
    'content-type': contentType,
    'content-location': x.href,
    ...preferenceHeaders('return=representation'),
    vary: `Prefer, Brief, ${representationVary}`,
  }
  return new Response(body, { status, headers })
}

/** RFC 4791 §5.3.2.1 has a condition of its own for what is too large. */
const readObject = async (x: Exchange): Promise<Uint8Array> => {
  try {
    return await readBody(x.request, { maxBytes: x.objectLimits.maxBytes })
  } catch (error) {
    throw HttpError.is(error) && error.status === 413 ? refusal(403, cal('max-resource-size')) : error
  }
}

const octets = new TextDecoder('latin1')

/** The year 0000 of a time that an object happens at. */
const beforeOurEra = /^(?:DTSTART|DTEND|DUE|RECURRENCE-ID|RDATE)(?:;[^\r\n]*)?:0000\d{4}/im

/** `2026-03-29` instead of `20260329`: files from elsewhere have it and are read, but other programs would choke on it. */
const extendedForm = /^(?:DTSTART|DTEND|DUE|RECURRENCE-ID)(?:;[^\r\n]*)?:\d{4}-\d\d-/im

/**
 * RFC 5545 §3.3.4 for the form of times; RFC 4791 §5.3.2.1 for times before §5.2.6 min-date-time; RFC 7529 §7 for a series in a calendar that is not reckoned in here, which
 * would be found on its first day only.
 */
const assertTimes = (bytes: Uint8Array): void => {
  const text = octets.decode(bytes)
  if (extendedForm.test(text)) throw refusal(403, cal('valid-calendar-data'))
  if (beforeOurEra.test(text)) throw refusal(403, cal('min-date-time'))
  if (!/RSCALE/i.test(text)) return
  for (const { components } of parseCalendar(bytes).calendars) {
    for (const component of components) {
      for (const { value } of component.propertiesNamed('RRULE')) {
        const rscale = /(?:^|;)RSCALE=([^;]*)/i.exec(value)?.[1]?.trim().toUpperCase()
        if (rscale !== undefined && !supportedRscales.includes(rscale)) throw refusal(403, cal('supported-rscale'))
      }
    }
  }
}
