import type { XmlElement } from '@dayport/core/xml'
import { DavError } from '../errors.ts'
import type { Exchange } from '../exchange.ts'
import { createResponder } from '../properties/respond.ts'
import { type CalendarResource, type ObjectResource, objectResource } from '../resources.ts'
import { preferenceHeaders } from '../wire/headers.ts'
import { objectHref } from '../wire/hrefs.ts'
import { multistatusResponse, writeStatusResponse } from '../wire/multistatus.ts'
import { dav } from '../wire/names.ts'
import { floatingZoneOf } from './data-context.ts'
import { readReportProperties } from './properties.ts'

/**
 * RFC 4791 §7.9: the named objects in one look at the store, each once, in the store's order; then 404 for each address that names
 * nothing here. Depth is ignored.
 */
export const multiget = async (
  x: Exchange,
  resource: CalendarResource | ObjectResource,
  body: XmlElement,
): Promise<Response> => {
  const parent = resource.kind === 'object' ? resource.parent : resource
  const hrefs = body.childrenNamed(dav('href')).map(({ text }) => text.trim())
  if (hrefs.length === 0) throw new DavError(400, { message: 'Expected an href' })
  const { names, foreign } = sortOut(x, resource, hrefs)
  const respond = createResponder(x, readReportProperties(body, x, floatingZoneOf(parent, body)))

  return multistatusResponse(
    x,
    async function* (writer) {
      const missing = new Set(names)
      const found = x.service.findObjects(
        x.who,
        parent.calendar.id,
        { names: [...names] },
        { signal: x.request.signal },
      )
      if (names.size > 0) {
        for await (const object of found) {
          missing.delete(object.name)
          await respond(writer, objectResource(parent, object))
          yield
        }
      }
      for (const name of missing) writeStatusResponse(writer, objectHref(parent.href, name), 404)
      for (const href of foreign) writeStatusResponse(writer, href, 404)
    },
    preferenceHeaders(x.prefer.minimal ? 'return=minimal' : null),
  )
}

/** Names of this calendar, and addresses of anything else; an object has only itself. */
const sortOut = (x: Exchange, resource: CalendarResource | ObjectResource, hrefs: readonly string[]) => {
  const names = new Set<string>()
  const foreign = new Set<string>()
  const { address: here } = x
  for (const href of hrefs) {
    const there = x.hrefs.parse(href.startsWith('/') || href.includes('://') ? href : x.href + href)
    const inCalendar =
      there?.kind === 'object' &&
      (here.kind === 'calendar' || here.kind === 'object') &&
      there.login === here.login &&
      there.calendar === here.calendar
    if (inCalendar && (resource.kind === 'calendar' || there.name === resource.name)) names.add(there.name)
    else foreign.add(href)
  }
  return { names, foreign }
}
