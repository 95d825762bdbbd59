import type { CalendarObject, InstantRange } from '@dayport/core'
import { normalizeCalendar, parseCalendar } from '@dayport/core/ical'
import { createXmlWriter, type XmlElement } from '@dayport/core/xml'
import { DavError, refusal } from '../errors.ts'
import type { Exchange } from '../exchange.ts'
import { parseTimeRange } from '../filter/parse.ts'
import { type Property, type PropertyValue, property } from '../properties/property.ts'
import { cal, calDavNamespace } from '../wire/names.ts'
import { expandedCalendar } from './expand.ts'
import { jcalOf, jcalType } from './jcal.ts'
import { limitedCalendar } from './limit.ts'
import { createObjectView, type FloatingZone } from './object-view.ts'
import { type ComponentSelection, parseSelection } from './partial.ts'
import { readTimezones, withTimezones } from './timezones.ts'

/**
 * CALDAV:calendar-data as a property of one request, RFC 4791 §9.6: the whole object unless parts, an expansion or a limited
 * recurrence set are asked for.
 *
 * @throws {DavError} 403 supported-calendar-data for another format; 400 for a bad range.
 */
export const calendarDataProperty = (
  element: XmlElement,
  zone: FloatingZone,
  { limits, request }: Pick<Exchange, 'limits' | 'request'>,
): Property => {
  const timezones = readTimezones(request.headers)
  const type = element.attributes.get('content-type')?.toLowerCase() ?? 'text/calendar'
  const version = element.attributes.get('version') ?? '2.0'
  if ((type !== 'text/calendar' && type !== jcalType) || version !== '2.0')
    throw refusal(403, cal('supported-calendar-data'))
  const comp = element.child(cal('comp'))
  const selection = comp === undefined ? null : rootSelection(comp)
  const expand = rangeOf(element, 'expand')
  const recurrence = rangeOf(element, 'limit-recurrence-set')
  const freeBusy = rangeOf(element, 'limit-freebusy-set')
  // §9.6: expand or limit-recurrence-set.
  if (expand !== null && recurrence !== null) throw new DavError(400, { message: 'Expected expand or a limit' })
  const whole = selection === null && expand === null && recurrence === null && freeBusy === null

  return property({
    name: cal('calendar-data'),
    on: ['object'],
    readsObject: () => true,
    get: ({ object }) => {
      if (object === null) return null
      const wished = timezones === 'stored' ? object : { ...object, data: withTimezones(object, timezones) }
      if (whole) return type === jcalType ? asJcal(jcalOf(wished.data)) : wholeText(wished)
      const view = createObjectView(wished, zone)
      const text =
        expand === null
          ? limitedCalendar(view, { selection, recurrence, freeBusy })
          : expandedCalendar(view, { selection, range: expand, maxInstances: limits.maxExpandedInstances })
      return type === jcalType ? asJcal(jcalOf(encoder.encode(text))) : text
    },
  })
}

/** RFC 4791 §9.6: an answer in another format than text/calendar says so. */
const asJcal = (json: string): PropertyValue => {
  const writer = createXmlWriter({ namespaces: { C: calDavNamespace }, declaration: false })
  return { raw: writer.element(cal('calendar-data'), json, { 'content-type': jcalType, version: '2.0' }).take() }
}

const rootSelection = (comp: XmlElement): ComponentSelection => {
  const selection = parseSelection(comp)
  if (selection.name !== 'VCALENDAR') throw new DavError(400, { message: 'Expected the selection of a VCALENDAR' })
  return selection
}

const rangeOf = (element: XmlElement, name: string): InstantRange | null => {
  const child = element.child(cal(name))
  if (child === undefined) return null
  const range = parseTimeRange(child)
  if (range === null || !Number.isFinite(range.startMs) || !Number.isFinite(range.endMs)) {
    throw new DavError(400, { message: `Expected ${name} to have a start before its end` })
  }
  return range
}

/** A fold may stand inside a letter: then the lines are folded anew, since XML carries letters and not bytes. */
const wholeText = ({ data }: CalendarObject): string => {
  try {
    return strict.decode(data)
  } catch {
    return lenient.decode(normalizeCalendar(parseCalendar(data)))
  }
}

const encoder = new TextEncoder()
const strict = new TextDecoder('utf-8', { fatal: true })
const lenient = new TextDecoder('utf-8')
