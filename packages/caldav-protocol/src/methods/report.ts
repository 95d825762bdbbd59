import type { ClarkName, XmlElement } from '@dayport/core/xml'
import { HttpError } from '@dayport/http'
import { DavError, notFound, refusal } from '../errors.ts'
import type { Exchange } from '../exchange.ts'
import { calendarQuery } from '../reports/calendar-query.ts'
import { expandProperty } from '../reports/expand-property.ts'
import { freeBusyQuery } from '../reports/free-busy/free-busy-query.ts'
import { multiget } from '../reports/multiget.ts'
import { aclPrincipalPropSet } from '../reports/principals/acl-principal-prop-set.ts'
import { principalMatch } from '../reports/principals/principal-match.ts'
import {
  calendarserverPrincipalSearch,
  principalPropertySearch,
  principalSearchPropertySet,
} from '../reports/principals/principal-property-search.ts'
import { reportsOf } from '../reports/supported.ts'
import { syncCollection } from '../reports/sync-collection.ts'
import { syncHome } from '../reports/sync-home.ts'
import { locate, type Resource } from '../resources.ts'
import { readXml } from '../wire/body.ts'
import { readDepth } from '../wire/headers.ts'
import { cal, cs, dav } from '../wire/names.ts'

interface CommonReport {
  run(x: Exchange, resource: Resource, body: XmlElement): Promise<Response>
}

/** Reports that every resource has. */
const commonReports: ReadonlyMap<ClarkName, CommonReport> = new Map<ClarkName, CommonReport>([
  [dav('expand-property'), { run: expandProperty }],
  [dav('principal-match'), { run: principalMatch }],
  [dav('principal-property-search'), { run: principalPropertySearch }],
  [dav('principal-search-property-set'), { run: async () => principalSearchPropertySet() }],
  [dav('acl-principal-prop-set'), { run: aclPrincipalPropSet }],
  [cs('calendarserver-principal-search'), { run: calendarserverPrincipalSearch }],
])

/** RFC 3253 §3.6: the body's root names the report. */
export const report = async (x: Exchange): Promise<Response> => {
  const body = await readXml(x)
  if (body === null) throw new DavError(400, { message: 'Expected a report body' })
  const resource = await locate(x, x.address)
  if (resource === null) {
    // RFC 4791 §7.10: 404 for who sees nothing, also where the other reports say 403.
    throw body.name === cal('free-busy-query') ? new HttpError(404, 'There is nothing here') : notFound()
  }
  if (!reportsOf(resource.kind).includes(body.name)) throw refusal(403, dav('supported-report'))
  const common = commonReports.get(body.name)
  if (common !== undefined) {
    // RFC 3253 §3.6: without the header it is 0. RFC 3744 §9.2–9.5 have no other, and addresses are followed from one resource.
    const depth = readDepth(x.request.headers)
    if (depth !== null && depth !== '0') throw new DavError(400, { message: 'Expected Depth: 0' })
    return common.run(x, resource, body)
  }
  if (resource.kind === 'home' || resource.kind === 'calendar' || resource.kind === 'object') {
    if (body.name === cal('calendar-query')) return calendarQuery(x, resource, body)
    if (body.name === cal('calendar-multiget')) return multiget(x, resource, body)
    if (resource.kind !== 'object' && body.name === cal('free-busy-query')) return freeBusyQuery(x, resource, body)
  }
  if (resource.kind === 'calendar') return syncCollection(x, resource, body)
  if (resource.kind === 'home') return syncHome(x, resource, body)
  throw refusal(403, dav('supported-report'))
}
