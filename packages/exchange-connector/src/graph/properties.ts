import type { PortalData } from '../event/model.ts'
import { parsePortalData, serializePortalData } from '../event/portal-data.ts'
import { portalSet } from '../event/portal-set.ts'
import type { GraphOccurrence } from './wire.ts'

const named = (name: string) => `String {${portalSet}} Name ${name}`

/** Ids of our extended properties, as Graph writes them. Copies of an item carry them too: they are hints. */
export const properties = {
  /** UID of the event that the item was written from. */
  uid: named('PortalUid'),
  /** Name of the write that made the item. */
  operation: named('PortalOperation'),
  /** Which portal, and whose calendar in it, wrote the item: what another one wrote is not ours. */
  origin: named('PortalOrigin'),
  /** What Exchange has no field for. */
  data: named('PortalData'),
  /** `1` while single occurrences of a series are still to be written as `PortalData` says. */
  pending: named('PortalPending'),
  /** Of a single event that stands for one occurrence of a series: whose calendar it is in, which series, and its `SingleMark`. */
  calendar: named('PortalCalendar'),
  group: named('PortalGroup'),
  part: named('PortalPart'),
} as const

/** PidLidAppointmentRecur, MS-OXOCAL §2.2.1.44: which days of a series are deleted. */
export const recurrenceBlob = 'Binary {00062002-0000-0000-c000-000000000046} Id 0x8216'

const expanded = (ids: readonly string[]): string =>
  `singleValueExtendedProperties($filter=${ids.map((id) => `id eq '${id}'`).join(' or ')})`

/** For `$expand`: our properties and the blob. */
export const expandedProperties = expanded([...Object.values(properties), recurrenceBlob])

/** For `$expand`: what tells the single events of a series. */
export const expandedParts = expanded([properties.calendar, properties.group, properties.part])

/** The value of a property; `null` when the item has none. Ids are compared without case: servers differ. */
export const propertyOf = (event: GraphOccurrence, id: string): string | null =>
  event.singleValueExtendedProperties?.find((property) => property.id.toLowerCase() === id.toLowerCase())?.value ?? null

/** Whether this portal wrote the item for this calendar. */
export const isOurs = (event: GraphOccurrence, origin: string): boolean =>
  propertyOf(event, properties.origin) === origin

/** Whether it stands, or stood, for one occurrence of a series: then the text beside it is that of the series. */
export const isPart = (event: GraphOccurrence): boolean => (propertyOf(event, properties.group) ?? '') !== ''

/**
 * What travels beside an item of ours; `null` when there is nothing, or when it is somebody else's, or, unless `asPart`, that of the series
 * that it is part of.
 */
export const portalDataOf = (event: GraphOccurrence, origin: string, asPart = false): PortalData | null => {
  const text = isOurs(event, origin) && (asPart || !isPart(event)) ? propertyOf(event, properties.data) : null
  return text === null ? null : parsePortalData(text)
}

/** Values for a POST or PATCH. Data that would not fit leaves the item without, rather than with old ones. */
export const propertyValues = (values: {
  readonly data?: PortalData | null
  readonly origin?: string
  readonly operation?: string
  readonly pending?: boolean
}): readonly { readonly id: string; readonly value: string }[] => {
  const { data, origin, operation, pending } = values
  const found: { readonly id: string; readonly value: string }[] = []
  if (data !== undefined && data !== null) {
    const text = serializePortalData(data) ?? serializePortalData({ ...data, source: null })
    found.push({ id: properties.uid, value: data.uid.slice(0, 255) }, { id: properties.data, value: text ?? '' })
  }
  if (origin !== undefined) found.push({ id: properties.origin, value: origin })
  if (operation !== undefined) found.push({ id: properties.operation, value: operation })
  if (pending !== undefined) found.push({ id: properties.pending, value: pending ? '1' : '0' })
  return found
}
