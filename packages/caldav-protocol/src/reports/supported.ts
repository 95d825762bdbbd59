import type { ClarkName } from '@dayport/core/xml'
import type { ResourceKind } from '../resources.ts'
import { cal, cs, dav } from '../wire/names.ts'

/** The reports of each kind of resource: what supported-report-set says and what REPORT accepts. RFC 3253 §3.6. */
export const reportsOf = (kind: ResourceKind): readonly ClarkName[] => {
  switch (kind) {
    case 'calendar':
    case 'home':
      return collectionReports
    case 'object':
      return objectReports
    default:
      return otherReports
  }
}

/** RFC 3744 §9 asks for these on every resource; the search can be told to look in the principal collection from anywhere. */
const otherReports = [
  ...['expand-property', 'principal-match', 'principal-property-search', 'principal-search-property-set'].map(dav),
  dav('acl-principal-prop-set'),
  cs('calendarserver-principal-search'),
]
const objectReports = [cal('calendar-query'), cal('calendar-multiget'), ...otherReports]
const collectionReports = [...objectReports, cal('free-busy-query'), dav('sync-collection')]
