import type { XmlElement } from '@dayport/core/xml'
import { DavError } from '../errors.ts'
import type { Exchange } from '../exchange.ts'
import { createResponder } from '../properties/respond.ts'
import {
  type CalendarResource,
  type HomeResource,
  locateCalendar,
  type ObjectResource,
  objectResource,
} from '../resources.ts'
import { preferenceHeaders } from '../wire/headers.ts'
import { type Address, objectHref } from '../wire/hrefs.ts'
import { isPiece, multistatusResponse, writeStatusResponse } from '../wire/multistatus.ts'
import { dav } from '../wire/names.ts'
import { requestZoneOf, zoneFor } from './data-context.ts'
import { readReportProperties } from './properties.ts'

/** Objects of one calendar that are asked for: by name, and how the client wrote each address. */
interface Wanted {
  readonly calendar: { readonly login: string; readonly calendar: string }
  readonly hrefs: Map<string, string>
}

/**
 * RFC 4791 §7.9: the named objects of each calendar in one look at the store, each once, in the store's order; then 404 for each address
 * that names nothing here. Depth is ignored.
 */
export const multiget = async (
  x: Exchange,
  resource: HomeResource | CalendarResource | ObjectResource,
  body: XmlElement,
): Promise<Response> => {
  const hrefs = body.childrenNamed(dav('href')).map(({ text }) => text.trim())
  if (hrefs.length === 0) throw new DavError(400, { message: 'Expected an href' })
  const requested = requestZoneOf(body)
  const { wanted, foreign } = sortOut(x, resource.href, hrefs)
  const groups: { parent: CalendarResource; names: ReadonlyMap<string, string> }[] = []
  for (const { calendar, hrefs: names } of wanted) {
    const parent =
      resource.kind === 'calendar'
        ? resource
        : resource.kind === 'object'
          ? resource.parent
          : await locateCalendar(x, calendar)
    if (parent === null) for (const href of names.values()) foreign.add(href)
    else groups.push({ parent, names })
  }
  const prepared = groups.map(({ parent, names }) => ({
    parent,
    names,
    respond: createResponder(x, readReportProperties(body, x, zoneFor(requested, parent))),
  }))
  if (prepared.length === 0) readReportProperties(body, x, requested ?? { tzid: 'UTC', vtimezone: null })

  return multistatusResponse(
    x,
    async function* (writer) {
      const { signal } = x.request
      for (const { parent, names, respond } of prepared) {
        const missing = new Set(names.keys())
        const found = x.service.findObjects(x.who, parent.calendar.id, { names: [...missing] }, { signal })
        for await (const object of found) {
          missing.delete(object.name)
          const written = respond(writer, objectResource(parent, object))
          if (written !== undefined) await written
          if (isPiece(writer)) yield
        }
        for (const name of missing) {
          writeStatusResponse(writer, objectHref(parent.href, name), 404)
          if (isPiece(writer)) yield
        }
      }
      for (const href of foreign) {
        writeStatusResponse(writer, href, 404)
        if (isPiece(writer)) yield
      }
    },
    preferenceHeaders(x.prefer.minimal ? 'return=minimal' : null),
  )
}

/** Objects below the request's address, by calendar, and addresses of anything else. */
const sortOut = (x: Exchange, canonical: string, hrefs: readonly string[]) => {
  // A program that was given ANNA keeps asking there, by the addresses of our answers, which say anna.
  const here = [x.address, x.hrefs.parse(canonical)]
  const wanted = new Map<string, Wanted>()
  const foreign = new Set<string>()
  for (const href of hrefs) {
    const there = x.hrefs.parse(href.startsWith('/') || href.includes('://') ? href : x.href + href)
    if (there?.kind !== 'object' || !here.some((each) => each !== null && isBelow(each, there))) {
      foreign.add(href)
      continue
    }
    let group = wanted.get(there.calendar)
    if (group === undefined) {
      group = { calendar: there, hrefs: new Map() }
      wanted.set(there.calendar, group)
    }
    group.hrefs.set(there.name, href)
  }
  return { wanted: [...wanted.values()], foreign }
}

/** An object has only itself. */
const isBelow = (here: Address, there: Extract<Address, { readonly kind: 'object' }>): boolean =>
  'login' in here &&
  here.login === there.login &&
  (!('calendar' in here) || here.calendar === there.calendar) &&
  (!('name' in here) || here.name === there.name)
