import type { InstantRange } from '@dayport/core'
import { type PropertyDraft, serializeComponent } from '@dayport/core/ical'
import type { XmlElement } from '@dayport/core/xml'
import { DavError } from '../../errors.ts'
import type { Exchange } from '../../exchange.ts'
import { parseTimeRange } from '../../filter/parse.ts'
import { type CalendarResource, calendarsOf, type HomeResource } from '../../resources.ts'
import { readDepth } from '../../wire/headers.ts'
import { cal } from '../../wire/names.ts'
import { zoneFor } from '../data-context.ts'
import { type BusyTimes, busyTypes, createBusyTimes } from './busy-times.ts'

/** Periods of one FREEBUSY line: many programs read a line into a buffer of theirs. */
const periodsPerLine = 50

/**
 * RFC 4791 §7.10: when the calendar's owner, or the home's, is busy. Who sees only busy times of a calendar is answered by them. A missing
 * Depth should mean 0, which would call everybody free: it is read as reaching the objects.
 */
export const freeBusyQuery = async (
  x: Exchange,
  resource: HomeResource | CalendarResource,
  body: XmlElement,
): Promise<Response> => {
  const range = rangeIn(body)
  const depth = readDepth(x.request.headers)
  const busy = createBusyTimes(range, x.limits.maxFreeBusyInstances)
  if (depth !== '0') {
    const calendars = resource.kind === 'home' ? await calendarsOf(x, resource.owner) : [resource]
    for (const parent of calendars) await collect(x, parent, range, busy)
  }
  const headers = { 'content-type': 'text/calendar; charset=utf-8; component=vfreebusy', 'cache-control': 'no-store' }
  return new Response(freeBusyCalendar(range, busy, x) as Uint8Array<ArrayBuffer>, { headers })
}

/** @throws {DavError} 400 without a range that has both its ends: nobody is free or busy for ever. */
const rangeIn = (body: XmlElement): InstantRange => {
  const element = body.child(cal('time-range'))
  const range = element === undefined ? null : parseTimeRange(element)
  if (range === null || !Number.isFinite(range.startMs) || !Number.isFinite(range.endMs)) {
    throw new DavError(400, { message: 'Expected a time-range in UTC with a start before its end' })
  }
  return range
}

const collect = async (x: Exchange, parent: CalendarResource, range: InstantRange, busy: BusyTimes): Promise<void> => {
  const { calendar } = parent
  const zone = zoneFor(null, parent)
  const emails = (await x.principalOf(calendar.owner))?.emails ?? []
  const owner = new Set(emails.map((email) => `mailto:${email.toLowerCase()}`))
  for (const component of ['VEVENT', 'VFREEBUSY']) {
    if (component === 'VFREEBUSY' && !calendar.components.includes(component)) continue
    const { signal } = x.request
    for await (const object of x.service.findObjects(x.who, calendar.id, { component, range }, { signal })) {
      try {
        busy.add(object, zone, owner)
      } catch (error) {
        x.onError(error) // a broken object must not hide the others
      }
    }
  }
}

const utcText = (ms: number): string =>
  `${new Date(ms).toISOString().slice(0, 19).replaceAll('-', '').replaceAll(':', '')}Z`

const freeBusyCalendar = (range: InstantRange, busy: BusyTimes, x: Exchange): Uint8Array => {
  const [start, end] = [utcText(range.startMs), utcText(range.endMs)]
  const properties: PropertyDraft[] = [
    { name: 'UID', value: `${start}-${end}-${x.href}` },
    { name: 'DTSTAMP', value: utcText(x.now()) },
    { name: 'DTSTART', value: start },
    { name: 'DTEND', value: end },
  ]
  for (const type of busyTypes) {
    const periods = busy.periods(type).map(({ startMs, endMs }) => `${utcText(startMs)}/${utcText(endMs)}`)
    for (let at = 0; at < periods.length; at += periodsPerLine) {
      const value = periods.slice(at, at + periodsPerLine).join(',')
      properties.push({ name: 'FREEBUSY', params: type === 'BUSY' ? {} : { FBTYPE: type }, value })
    }
  }
  return serializeComponent({
    name: 'VCALENDAR',
    properties: [
      { name: 'VERSION', value: '2.0' },
      { name: 'PRODID', value: '-//Dayport//CalDAV//EN' },
    ],
    components: [{ name: 'VFREEBUSY', properties }],
  })
}
