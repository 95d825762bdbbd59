import { DavError, notFound, refusal } from '../errors.ts'
import type { Exchange } from '../exchange.ts'
import { calendarQuery } from '../reports/calendar-query.ts'
import { expandProperty } from '../reports/expand-property.ts'
import { freeBusyQuery } from '../reports/free-busy/free-busy-query.ts'
import { multiget } from '../reports/multiget.ts'
import { reportsOf } from '../reports/supported.ts'
import { syncCollection } from '../reports/sync-collection.ts'
import { locate } from '../resources.ts'
import { readXml } from '../wire/body.ts'
import { cal, dav } from '../wire/names.ts'

/** RFC 3253 §3.6: the body's root names the report. */
export const report = async (x: Exchange): Promise<Response> => {
  const body = await readXml(x)
  if (body === null) throw new DavError(400, { message: 'Expected a report body' })
  const resource = await locate(x, x.address)
  if (resource === null) throw notFound()
  if (!reportsOf(resource.kind).includes(body.name)) throw refusal(403, dav('supported-report'))
  if (body.name === dav('expand-property')) return expandProperty(x, resource, body)
  if (resource.kind === 'home' || resource.kind === 'calendar' || resource.kind === 'object') {
    if (body.name === cal('calendar-query')) return calendarQuery(x, resource, body)
    if (body.name === cal('calendar-multiget')) return multiget(x, resource, body)
    if (resource.kind !== 'object' && body.name === cal('free-busy-query')) return freeBusyQuery(x, resource, body)
  }
  if (resource.kind === 'calendar') return syncCollection(x, resource, body)
  throw refusal(403, dav('supported-report'))
}
