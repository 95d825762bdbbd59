import type { XmlElement } from '@dayport/core/xml'
import { calendarDataProperty } from '../data/calendar-data.ts'
import type { FloatingZone } from '../data/object-view.ts'
import type { Exchange } from '../exchange.ts'
import { type PropertyRequest, readPropertyRequest } from '../properties/select.ts'
import { cal, dav } from '../wire/names.ts'

/** The `prop` of a report; calendar-data becomes a property made for this request, RFC 4791 §9.6. */
export const readReportProperties = (body: XmlElement, x: Exchange, zone: FloatingZone): PropertyRequest => {
  const request = readPropertyRequest(body) ?? { kind: 'prop', names: [] }
  const element = body.child(dav('prop'))?.child(cal('calendar-data'))
  if (request.kind !== 'prop' || element === undefined) return request
  return { ...request, extra: calendarDataProperty(element, zone, x) }
}
