import type { CalendarPatch, PrincipalInfo } from '@dayport/core'
import { type ClarkName, parseXml, serializeElement, type XmlElement } from '@dayport/core/xml'
import { jcalType } from '../data/jcal.ts'
import { DavError } from '../errors.ts'
import type { Exchange } from '../exchange.ts'
import { nameOf } from '../files/file-store.ts'
import { keptXml } from '../kept/kept-of.ts'
import { homeToken, knownOf } from '../reports/home-state.ts'
import { type CalendarResource, calendarsOf, type HomeResource } from '../resources.ts'
import { apple, cal, cs, dav } from '../wire/names.ts'
import { tokenUri } from '../wire/sync-token.ts'
import { type PropertyValue, property } from './property.ts'

/** RFC 4918 §15.2. On a calendar the host's name for it; removing it brings back the name in the address. */
export const displayName = property({
  name: dav('displayname'),
  on: ['calendar', 'home', 'principal', 'proxy', 'folder', 'file'],
  keeps: ['folder', 'file'],
  allprop: true,
  get: (resource) => {
    switch (resource.kind) {
      case 'calendar':
        return shaped(dav('displayname'), resource, resource.calendar.displayName)
      case 'folder':
      case 'file': {
        const raw = keptXml(resource.node.properties, dav('displayname'))
        return raw === null ? nameOf(resource.node.path) || resource.owner.displayName : { raw }
      }
      case 'home':
        return resource.owner.displayName
      case 'proxy':
        return `calendar-proxy-${resource.access}`
      case 'principal':
        return resource.info.displayName
    }
  },
  change: (value, { name }) => ({
    displayName: value === null ? name : value.text,
    ...shape(dav('displayname'), value),
  }),
})

/** RFC 4791 §5.2.1; `xml:lang` is kept. */
export const calendarDescription = property({
  name: cal('calendar-description'),
  on: ['calendar'],
  get: (resource) =>
    resource.calendar.description === ''
      ? null
      : shaped(cal('calendar-description'), resource, resource.calendar.description),
  change: (value) => ({ description: value?.text ?? '', ...shape(cal('calendar-description'), value) }),
})

/** Apple's: `#RRGGBB`, `#RRGGBBAA` or a name, given back as stored with its `symbolic-color`. */
export const calendarColor = property({
  name: apple('calendar-color'),
  on: ['calendar'],
  get: (resource) => {
    const own = keptXml(resource.personal, apple('calendar-color'))
    if (own !== null) return { raw: own }
    return resource.calendar.color === null ? null : shaped(apple('calendar-color'), resource, resource.calendar.color)
  },
  change: (value) => ({ color: value?.text.trim() ?? null, ...shape(apple('calendar-color'), value) }),
})

/** Apple's: position in the list. */
export const calendarOrder = property({
  name: apple('calendar-order'),
  on: ['calendar'],
  get: ({ calendar, personal }) => {
    const own = keptXml(personal, apple('calendar-order'))
    return own === null ? String(calendar.order) : { raw: own }
  },
  change: (value) => {
    const order = value === null ? 0 : Number(value.text.trim() || 'NaN')
    if (!Number.isSafeInteger(order)) throw new DavError(409, { message: 'Expected a whole number' })
    return { order }
  },
})

/** RFC 4791 §5.2.3; fixed when the calendar is made. */
export const supportedComponents = property({
  name: cal('supported-calendar-component-set'),
  on: ['calendar'],
  get:
    ({ calendar }) =>
    (writer) => {
      for (const name of calendar.components) writer.element(cal('comp'), '', { name })
    },
})

async function homeState(x: Exchange, owner: PrincipalInfo): Promise<string> {
  return homeToken((await calendarsOf(x, owner)).map(knownOf))
}

function stateToken(resource: CalendarResource | HomeResource, x: Exchange): string | Promise<string> {
  return resource.kind === 'home' ? homeState(x, resource.owner) : tokenUri(resource.calendar.syncToken)
}

/** RFC 6578 §4. */
export const syncToken = property({
  name: dav('sync-token'),
  on: ['calendar', 'home'],
  get: stateToken,
})

/** calendarserver.org's older sign of a change: the same token. */
export const ctag = property({
  name: cs('getctag'),
  on: ['calendar', 'home'],
  get: stateToken,
})

/** RFC 4791 §5.2.4. */
export const supportedCalendarData = property({
  name: cal('supported-calendar-data'),
  on: ['calendar'],
  get: () => (writer) => {
    for (const type of ['text/calendar', jcalType]) {
      writer.element(cal('calendar-data'), '', { 'content-type': type, version: '2.0' })
    }
  },
})

/** RFC 4791 §5.2.5, in bytes. */
export const maxResourceSize = property({
  name: cal('max-resource-size'),
  on: ['calendar'],
  get: (_, x) => String(x.objectLimits.maxBytes),
})

/** RFC 4791 §5.2.6: what four digits of a year can say, and nothing before our era. */
export const minDateTime = property({
  name: cal('min-date-time'),
  on: ['calendar'],
  get: () => '00010101T000000Z',
})

/** RFC 4791 §5.2.7. */
export const maxDateTime = property({
  name: cal('max-date-time'),
  on: ['calendar'],
  get: () => '99991231T235959Z',
})

/** RFC 4791 §5.2.9. */
export const maxAttendees = property({
  name: cal('max-attendees-per-instance'),
  on: ['calendar'],
  get: (_, x) => String(x.objectLimits.maxAttendees),
})

/** RFC 4791 §7.5.1. */
export const supportedCollationSet = property({
  name: cal('supported-collation-set'),
  on: ['calendar', 'object'],
  get: () => (writer) => {
    for (const name of ['i;ascii-casemap', 'i;octet', 'i;unicode-casemap']) {
      writer.element(cal('supported-collation'), name)
    }
  },
})

/**
 * core keeps the text of these properties; what else the client put on the element (a language, a symbolic colour) is kept beside
 * it, as XML, and counts only while the text is still the same: another door may have changed it.
 */
const shape = (name: ClarkName, value: XmlElement | null): Pick<CalendarPatch, 'deadProperties'> => {
  const plain = value === null || (value.attributes.size === 0 && value.lang === null && value.elements.length === 0)
  return { deadProperties: { [name]: plain ? null : serializeElement(value) } }
}

const shaped = (name: ClarkName, { calendar, personal }: CalendarResource, text: string): PropertyValue => {
  const own = keptXml(personal, name)
  if (own !== null) return { raw: own }
  const raw = keptXml(calendar.deadProperties, name)
  return raw !== null && parseXml(raw).text.trim() === text.trim() ? { raw } : text
}
