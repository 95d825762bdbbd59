import type { XmlElement } from '@dayport/core/xml'
import { refusal } from '../errors.ts'
import type { Exchange } from '../exchange.ts'
import { parseFilter } from '../filter/parse.ts'
import { type FilterPlan, planFilter } from '../filter/plan.ts'
import { createResponder } from '../properties/respond.ts'
import { needsObjects } from '../properties/select.ts'
import { type CalendarResource, membersOf, type ObjectResource, objectResource } from '../resources.ts'
import { preferenceHeaders, readDepth } from '../wire/headers.ts'
import { multistatusResponse } from '../wire/multistatus.ts'
import { cal } from '../wire/names.ts'
import { floatingZoneOf } from './data-context.ts'
import { readReportProperties } from './properties.ts'

/**
 * RFC 4791 §7.8. A missing Depth should mean 0, which selects nothing in a calendar: it is read as 1 there, as programs mean it.
 * The store looks through its index, and what it hands over is tested exactly.
 */
export const calendarQuery = async (
  x: Exchange,
  resource: CalendarResource | ObjectResource,
  body: XmlElement,
): Promise<Response> => {
  const depth = readDepth(x.request.headers)
  const parent = resource.kind === 'object' ? resource.parent : resource
  const filter = body.child(cal('filter'))
  if (filter === undefined) throw refusal(403, cal('valid-filter'))
  const zone = floatingZoneOf(parent, body)
  const plan = planFilter(parseFilter(filter), zone, x.series)
  const request = readReportProperties(body, x, zone)
  const respond = createResponder(x, request)

  return multistatusResponse(
    x,
    async function* (writer) {
      if (resource.kind === 'object') {
        if (resource.object !== null && plan.matches(resource.object)) await respond(writer, resource)
        return
      }
      if (depth === '0') return
      if (plan.everyObjectOf(parent.calendar.components) && !needsObjects(request, parent)) {
        for await (const member of membersOf(x, parent, false)) {
          await respond(writer, member)
          yield
        }
        return
      }
      for await (const object of x.service.findObjects(x.who, parent.calendar.id, plan.index, {
        signal: x.request.signal,
      })) {
        if (!matchesSafely(x, plan, object)) continue
        await respond(writer, objectResource(parent, object))
        yield
      }
    },
    preferenceHeaders(x.prefer.minimal ? 'return=minimal' : null),
  )
}

/** An object that cannot be tested is reported to the host and left out: it must not hide all the others. */
const matchesSafely = (x: Exchange, plan: FilterPlan, object: Parameters<FilterPlan['matches']>[0]): boolean => {
  try {
    return plan.matches(object)
  } catch (error) {
    x.onError(error)
    return false
  }
}
