import type { CalendarObject, Change } from '@dayport/core'
import type { XmlElement, XmlWriter } from '@dayport/core/xml'
import { refusal } from '../errors.ts'
import type { Exchange } from '../exchange.ts'
import { parseFilter } from '../filter/parse.ts'
import { type FilterPlan, type ObjectKind, planFilter } from '../filter/plan.ts'
import { createResponder } from '../properties/respond.ts'
import { needsObjects } from '../properties/select.ts'
import {
  type CalendarResource,
  calendarsOf,
  type HomeResource,
  type ObjectResource,
  objectResource,
} from '../resources.ts'
import { type Depth, preferenceHeaders, readDepth } from '../wire/headers.ts'
import { isPiece, multistatusResponse } from '../wire/multistatus.ts'
import { cal } from '../wire/names.ts'
import { requestZoneOf, zoneFor } from './data-context.ts'
import { readReportProperties } from './properties.ts'
import { writeChanges } from './write-changes.ts'

/** A filter that has to look into every object of a large calendar must not keep everybody else waiting. */
const longTurnMs = 20

const nextTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0))

/**
 * RFC 4791 §7.8. A missing Depth should mean 0, which selects nothing in a collection: it is read as reaching the objects, as programs
 * mean it. The store looks through its index, and what it hands over is tested exactly.
 */
export const calendarQuery = async (
  x: Exchange,
  resource: HomeResource | CalendarResource | ObjectResource,
  body: XmlElement,
): Promise<Response> => {
  const element = body.child(cal('filter'))
  if (element === undefined) throw refusal(403, cal('valid-filter'))
  const filter = parseFilter(element)
  const requested = requestZoneOf(body)
  const prepare = (parent: CalendarResource) => {
    const zone = zoneFor(requested, parent)
    const request = readReportProperties(body, x, zone)
    return { parent, request, plan: planFilter(filter, zone, x.series), respond: createResponder(x, request) }
  }
  type Prepared = ReturnType<typeof prepare>

  async function* answerCalendar(writer: XmlWriter, { parent, request, plan, respond }: Prepared): AsyncIterable<void> {
    const { signal } = x.request
    const listed = plan.kind === null ? null : await listKind(x, parent, plan.kind, signal)
    if (listed !== null && !needsObjects(request, parent, listed)) {
      yield* writeChanges(x, writer, { parent, request, respond }, listed)
      return
    }
    let turnMs = performance.now()
    for await (const object of x.service.findObjects(x.who, parent.calendar.id, plan.index, { signal })) {
      if (performance.now() - turnMs > longTurnMs) {
        await nextTurn()
        signal.throwIfAborted()
        turnMs = performance.now()
      }
      if (!matchesSafely(x, plan, object)) continue
      const written = respond(writer, objectResource(parent, object))
      if (written !== undefined) await written
      if (isPiece(writer)) yield
    }
  }

  const single = resource.kind === 'object' ? prepare(resource.parent) : null
  const calendars = await calendarsIn(x, resource, readDepth(x.request.headers))
  // What is wrong with the request is said for a home without calendars as well.
  const prepared = calendars.map(prepare)
  if (prepared.length === 0) readReportProperties(body, x, requested ?? { tzid: 'UTC', vtimezone: null })
  return multistatusResponse(
    x,
    async function* (writer) {
      if (single !== null && resource.kind === 'object') {
        if (resource.object !== null && single.plan.matches(resource.object)) await single.respond(writer, resource)
        return
      }
      for (const one of prepared) yield* answerCalendar(writer, one)
    },
    preferenceHeaders(x.prefer.minimal ? 'return=minimal' : null),
  )
}

/** All objects of a kind, from the change feed; `null` when that does not tell kinds. */
const listKind = async (
  x: Exchange,
  { calendar }: CalendarResource,
  kind: ObjectKind,
  signal: AbortSignal,
): Promise<readonly Change[] | null> => {
  const { changes } = await x.service.changes(x.who, calendar.id, null, { signal })
  if (kind === 'any' || calendar.components.every((name) => name === kind)) return changes
  if (changes.some(({ component }) => component === undefined)) return null
  return changes.filter(({ component }) => component === kind)
}

/** The calendars whose objects the depth reaches. */
const calendarsIn = async (
  x: Exchange,
  resource: HomeResource | CalendarResource | ObjectResource,
  depth: Depth | null,
): Promise<readonly CalendarResource[]> => {
  switch (resource.kind) {
    case 'object':
      return []
    case 'calendar':
      return depth === '0' ? [] : [resource]
    case 'home':
      return depth === '0' || depth === '1' ? [] : calendarsOf(x, resource.owner)
  }
}

/** An object that cannot be tested is reported to the host and left out: it must not hide all the others. */
const matchesSafely = (x: Exchange, plan: FilterPlan, object: CalendarObject): boolean => {
  try {
    return plan.matches(object)
  } catch (error) {
    x.onError(error)
    return false
  }
}
