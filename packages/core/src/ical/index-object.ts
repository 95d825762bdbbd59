import type { ObjectIndex } from '../object.ts'
import { boundsOfComponent, type ObjectBounds, unbounded } from './object-bounds.ts'
import { plainBody } from './object-slice.ts'
import { seriesBounds } from './recurrence/expand-series.ts'
import { factsToJson } from './recurrence/facts.ts'
import type { SeriesFacts } from './recurrence/model.ts'
import { needsRepair } from './repair-object.ts'
import { namedZones, seriesFacts } from './series-facts.ts'
import type { CalendarDocument } from './text/model.ts'
import { parseCalendar } from './text/parse.ts'
import { readText } from './text/values-text.ts'
import { objectComponents } from './validate-object.ts'
import { createZoneResolver } from './zones/resolver.ts'

/**
 * Computes the facts by which a store finds an object without parsing it. Bounds follow RFC 4791 §9.9, for tasks, journals and
 * free/busy too, without alarms. A value that cannot be read widens the bounds: a query may meet too many objects, never too few.
 *
 * @param object a parsed object, or its bytes (then `@throws` as `parseCalendar`).
 */
export function indexObject(object: CalendarDocument | Uint8Array): ObjectIndex {
  const document = object instanceof Uint8Array ? parseCalendar(object) : object
  const components = document.calendars.flatMap(objectComponents)
  const [first] = components
  const uid = first?.property('UID')
  const facts = seriesFacts(document)
  const repeats = components.length > 1 || isSeries(facts)
  const bounds =
    first === undefined
      ? unbounded
      : repeats
        ? boundsOfSeries(facts, components.length)
        : boundsOfComponent(first, createZoneResolver({ vtimezones: facts.zones }))
  return {
    uid: uid === undefined ? '' : readText(uid).trim(),
    component: first?.name ?? '',
    firstStartMs: bounds.firstStartMs,
    lastEndMs: bounds.lastEndMs,
    recurrence: repeats ? factsToJson(facts) : null,
    tzids: [...namedZones(components)],
    needsRepair: needsRepair(document),
    body: plainBody(document.bytes),
  }
}

function isSeries(facts: SeriesFacts): boolean {
  const { start, rrules, rdates, exdates, overrides } = facts
  if (overrides.length > 0) return true
  // A task with a rule but no date has nothing to repeat.
  return start !== null && rrules.length + rdates.length + exdates.length > 0
}

function boundsOfSeries(facts: SeriesFacts, components: number): ObjectBounds {
  // A component that is neither the master nor a readable override: nobody knows when it is.
  const understood = facts.overrides.length + (facts.start === null ? 0 : 1)
  if (understood < components) return unbounded
  try {
    return seriesBounds(facts)
  } catch {
    return unbounded
  }
}
