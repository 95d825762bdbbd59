import type { CalendarObject } from '@dayport/core'
import { contentTypeOf } from '../properties/resource.ts'
import { jcalOf, jcalType, prefersJcal } from './jcal.ts'
import { readTimezones, withTimezones } from './timezones.ts'

/** What the answer depends on besides the address. */
export const representationVary = 'Accept, CalDAV-Timezones'

/** What GET and a preferred representation send. The etag is the object's in both formats: it is what a condition has to name. */
export interface Representation {
  readonly body: Uint8Array<ArrayBuffer>
  readonly contentType: string
}

/**
 * An object in the format that the request accepts: jCal by RFC 7265, else the stored bytes; with the time zones that it wishes. Who sent
 * jCal and says nothing of the answer (`unasked`) gets it back.
 */
export const representationOf = (
  { headers }: Pick<Request, 'headers'>,
  object: CalendarObject,
  unasked: 'text' | 'jcal' = 'text',
): Representation => {
  const { component } = object.index
  const data = withTimezones(object, readTimezones(headers))
  const isJcal = headers.has('accept') ? prefersJcal(headers) : unasked === 'jcal'
  if (!isJcal) return { body: data as Uint8Array<ArrayBuffer>, contentType: contentTypeOf(component) }
  return { body: encoder.encode(jcalOf(data)), contentType: contentTypeOf(component, jcalType) }
}

const encoder = new TextEncoder()
