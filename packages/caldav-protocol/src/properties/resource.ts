import type { Calendar } from '@dayport/core'
import type { ClarkName } from '@dayport/core/xml'
import { httpDate } from '@dayport/http'
import type { Exchange } from '../exchange.ts'
import { keptXml } from '../kept/kept-of.ts'
import { addMemberName } from '../methods/options.ts'
import { reportsOf } from '../reports/supported.ts'
import type { CalendarResource } from '../resources.ts'
import type { CalendarSource } from '../subscriptions.ts'
import { apple, cal, cs, dav } from '../wire/names.ts'
import { everywhere, type PropertyValue, property } from './property.ts'

/** `text/calendar; charset=utf-8; component=vevent`: of GET and of the property alike. RFC 5545 §8.1. */
export const contentTypeOf = (component: string, type = 'text/calendar'): string =>
  `${type}; charset=utf-8; component=${component.toLowerCase()}`

/** A list of thousands says the same few again and again. */
const usualTypes: ReadonlyMap<string, string> = new Map(
  ['VEVENT', 'VTODO', 'VJOURNAL', 'VFREEBUSY'].map((component) => [component, contentTypeOf(component)]),
)

/** RFC 4918 §15.9. */
export const resourceType = property({
  name: dav('resourcetype'),
  on: everywhere,
  allprop: true,
  get: (resource) => {
    const { kind } = resource
    if (kind === 'object' || kind === 'file') return ''
    // RFC 3744 §2: a principal may be a collection too, as that of a person is of their proxies.
    const single = kind === 'principal' && resource.info.kind === 'group'
    return (writer) => {
      if (kind === 'principal' || kind === 'proxy') writer.element(dav('principal'))
      if (!single) writer.element(dav('collection'))
      if (kind === 'calendar') writer.element(cal('calendar'))
      if (kind === 'proxy') writer.element(cs(`calendar-proxy-${resource.access}`))
    }
  },
})

/** RFC 4918 §15.6. */
export const etag = property({
  name: dav('getetag'),
  on: ['object', 'file'],
  allprop: true,
  get: (resource) => (resource.kind === 'object' ? resource.etag : resource.node.etag),
})

/** RFC 4918 §15.5. In a calendar of one component kind, and mostly from the change feed, it is known without reading the object. */
export const contentType = property({
  name: dav('getcontenttype'),
  on: ['object', 'file'],
  allprop: true,
  readsObject: ({ calendar }, knowsComponent) => !knowsComponent && calendar.components.length !== 1,
  get: (resource) => {
    if (resource.kind === 'file') return resource.node.contentType ?? 'application/octet-stream'
    const component = resource.component ?? resource.parent.calendar.components[0]
    return component === undefined ? null : (usualTypes.get(component) ?? contentTypeOf(component))
  },
})

/** RFC 4918 §15.4. */
export const contentLength = property({
  name: dav('getcontentlength'),
  on: ['object', 'file'],
  allprop: true,
  readsObject: () => true,
  get: (resource) => {
    if (resource.kind === 'file') return String(resource.node.bytes)
    return resource.object === null ? null : String(resource.object.data.byteLength)
  },
})

/** RFC 4918 §15.7. */
export const lastModified = property({
  name: dav('getlastmodified'),
  on: ['object', 'calendar', 'folder', 'file'],
  allprop: true,
  readsObject: () => true,
  get: (resource) => {
    if (resource.kind === 'folder' || resource.kind === 'file') {
      return resource.node.modifiedMs === 0 ? null : httpDate(resource.node.modifiedMs)
    }
    const modifiedMs = resource.kind === 'calendar' ? resource.calendar.modifiedMs : resource.object?.modifiedMs
    return modifiedMs === undefined ? null : httpDate(modifiedMs)
  },
})

/** RFC 3253 §3.1.5: exactly what the REPORT method accepts here. */
export const supportedReportSet = property({
  name: dav('supported-report-set'),
  on: everywhere,
  get:
    ({ kind }) =>
    (writer) => {
      for (const name of reportsOf(kind)) {
        writer.open(dav('supported-report')).open(dav('report')).element(name).close().close()
      }
    },
})

/** RFC 5842 §3.1: the same however the resource is renamed. Objects have none: a move makes another one of them. */
export const resourceId = property({
  name: dav('resource-id'),
  on: ['calendar', 'home', 'principal'],
  get: (resource) => {
    if (resource.kind === 'home') return { hrefs: [`data:,home-${encodeURIComponent(resource.owner.id)}`] }
    const id = resource.kind === 'calendar' ? resource.calendar.id : resource.info.id
    const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)
    return { hrefs: [uuid ? `urn:uuid:${id.toLowerCase()}` : `data:,${encodeURIComponent(id)}`] }
  },
})

/** RFC 5995 §3.2.1: where POST makes a member whose name is ours. */
export const addMember = property({
  name: dav('add-member'),
  on: ['calendar'],
  get: async ({ calendar, href }, x) =>
    !calendar.readOnly && (await x.may('write', calendar)) ? { hrefs: [href + addMemberName] } : null,
})

/** calendarserver.org: the outside address that a calendar follows, for its owner; else what a program keeps there. */
export const source = property({
  name: cs('source'),
  on: ['calendar'],
  keptOnCalendars: true,
  get: async (resource, x) => {
    const from = await sourceOf(resource.calendar, x)
    return from === null ? keptOn(resource, cs('source')) : { hrefs: [from.url] }
  },
})

/** Apple's: how often it is fetched. */
export const refreshRate = property({
  name: apple('refreshrate'),
  on: ['calendar'],
  keptOnCalendars: true,
  get: async (resource, x) => {
    const minutes = (await sourceOf(resource.calendar, x))?.refreshMinutes ?? null
    return minutes === null ? keptOn(resource, apple('refreshrate')) : `PT${minutes}M`
  },
})

const keptOn = ({ calendar, personal }: CalendarResource, name: ClarkName): PropertyValue => {
  const raw = keptXml(personal, name) ?? keptXml(calendar.deadProperties, name)
  return raw === null ? null : { raw }
}

const sourceOf = async (calendar: Calendar, x: Exchange): Promise<CalendarSource | null> =>
  calendar.readOnly && calendar.owner === x.me.id
    ? ((await x.subscriptions?.sourceOf(x.who, calendar.id, { signal: x.request.signal })) ?? null)
    : null
