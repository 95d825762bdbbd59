import { HttpError, readBody, writeCondition } from '@dayport/http'
import { DavError, refusal } from '../errors.ts'
import type { Exchange } from '../exchange.ts'
import { contentTypeOf } from '../properties/resource.ts'
import { locateCalendar } from '../resources.ts'
import { preferenceHeaders } from '../wire/headers.ts'
import { writeUnderIf } from '../wire/if-header.ts'
import { cal } from '../wire/names.ts'
import { allowedMethods } from './options.ts'

/** RFC 4791 §5.3.2. The name is the client's; what makes a valid object is core's business. */
export const put = async (x: Exchange): Promise<Response> => {
  const { address, request } = x
  if (address.kind !== 'object') {
    throw new DavError(405, {
      headers: { allow: allowedMethods(address) },
      message: 'Expected the address of an object',
    })
  }
  const contentType = request.headers.get('content-type') ?? 'text/calendar'
  if (contentType.split(';', 1)[0]?.trim().toLowerCase() !== 'text/calendar') {
    throw refusal(403, cal('supported-calendar-data'))
  }
  const condition = writeCondition(request.headers)
  const parent = await locateCalendar(x, address)
  // RFC 4918 §9.7.1.
  if (parent === null) throw new DavError(409, { message: 'The calendar is not there' })
  const bytes = await readObject(x)
  const ref = { calendar: parent.calendar.id, name: address.name }

  const { etag, created } = await writeUnderIf(x, (call) =>
    x.service.putObject(x.who, ref, bytes, { ...call, ...(condition === undefined ? {} : { condition }), contentType }),
  )
  const status = created ? 201 : 204
  if (x.prefer.representation) {
    const stored = await x.service.getObject(x.who, ref)
    if (stored !== null) {
      const headers = {
        etag: stored.etag,
        'content-type': contentTypeOf(stored.index.component),
        'content-location': x.href,
        ...preferenceHeaders('return=representation'),
      }
      return new Response(stored.data as Uint8Array<ArrayBuffer>, { status: created ? 201 : 200, headers })
    }
  }
  // RFC 4791 §5.3.4: an etag only when the stored bytes are the sent ones.
  const headers = etag === null ? preferenceHeaders(null) : { etag, ...preferenceHeaders(null) }
  return new Response(null, { status, headers })
}

/** RFC 4791 §5.3.2.1 has a condition of its own for what is too large. */
const readObject = async (x: Exchange): Promise<Uint8Array> => {
  try {
    return await readBody(x.request, { maxBytes: x.objectLimits.maxBytes })
  } catch (error) {
    throw HttpError.is(error) && error.status === 413 ? refusal(403, cal('max-resource-size')) : error
  }
}
