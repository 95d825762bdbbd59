import type { ClarkName } from '@dayport/core/xml'
import type { ResourceKind } from '../resources.ts'
import { cal, dav } from '../wire/names.ts'

/** The reports of each kind of resource: what supported-report-set says and what REPORT accepts. RFC 3253 §3.6. */
export const reportsOf = (kind: ResourceKind): readonly ClarkName[] => {
  switch (kind) {
    case 'calendar':
      return calendarReports
    case 'home':
      return homeReports
    case 'object':
      return objectReports
    default:
      return otherReports
  }
}

const otherReports = [dav('expand-property')]
const objectReports = [cal('calendar-query'), cal('calendar-multiget'), ...otherReports]
const homeReports = [...objectReports, cal('free-busy-query')]
const calendarReports = [...homeReports, dav('sync-collection')]
