import { httpDate } from '@dayport/http'
import { reportsOf } from '../reports/supported.ts'
import type { ObjectResource } from '../resources.ts'
import { cal, dav } from '../wire/names.ts'
import { everywhere, property } from './property.ts'

/** `text/calendar; charset=utf-8; component=vevent`: of GET and of the property alike. RFC 5545 §8.1. */
export const contentTypeOf = (component: string): string =>
  `text/calendar; charset=utf-8; component=${component.toLowerCase()}`

/** RFC 4918 §15.9. */
export const resourceType = property({
  name: dav('resourcetype'),
  on: everywhere,
  allprop: true,
  get: ({ kind }) =>
    kind === 'object'
      ? ''
      : (writer) => {
          if (kind === 'principal') writer.element(dav('principal'))
          else writer.element(dav('collection'))
          if (kind === 'calendar') writer.element(cal('calendar'))
        },
})

/** RFC 4918 §15.6. */
export const etag = property({
  name: dav('getetag'),
  on: ['object'],
  allprop: true,
  get: (resource) => resource.etag,
})

/** RFC 4918 §15.5. In a calendar of one component kind it is known without reading the object. */
export const contentType = property({
  name: dav('getcontenttype'),
  on: ['object'],
  allprop: true,
  readsObject: ({ calendar }) => calendar.components.length !== 1,
  get: ({ object, parent }: ObjectResource) => {
    const component = object?.index.component ?? parent.calendar.components[0]
    return component === undefined ? null : contentTypeOf(component)
  },
})

/** RFC 4918 §15.4. */
export const contentLength = property({
  name: dav('getcontentlength'),
  on: ['object'],
  allprop: true,
  readsObject: () => true,
  get: ({ object }) => (object === null ? null : String(object.data.byteLength)),
})

/** RFC 4918 §15.7. */
export const lastModified = property({
  name: dav('getlastmodified'),
  on: ['object', 'calendar'],
  allprop: true,
  readsObject: () => true,
  get: (resource) => {
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
