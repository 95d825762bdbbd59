import type { PortalData } from '../event/model.ts'
import { parsePortalData, serializePortalData } from '../event/portal-data.ts'
import type { GraphOccurrence } from './wire.ts'

/** The property set of ours, and the names in it. Copies of an item carry them too: they are hints. */
const propertySet = '{6f6dbf0c-2f7b-4e0b-9d53-3d1c6d6c5a71}'
const named = (name: string) => `String ${propertySet} Name ${name}`

/** Ids of our extended properties, as Graph writes them. */
export const properties = {
  /** UID of the event that the item was written from. */
  uid: named('PortalUid'),
  /** Name of the write that made the item. */
  operation: named('PortalOperation'),
  /** What Exchange has no field for. */
  data: named('PortalData'),
  /** `1` while single occurrences of a series are still to be written as `PortalData` says. */
  pending: named('PortalPending'),
} as const

/** PidLidAppointmentRecur, MS-OXOCAL §2.2.1.44: which days of a series are deleted. */
export const recurrenceBlob = 'Binary {00062002-0000-0000-c000-000000000046} Id 0x8216'

/** For `$expand`: our properties and the blob. */
export const expandedProperties = `singleValueExtendedProperties($filter=${[
  ...Object.values(properties),
  recurrenceBlob,
]
  .map((id) => `id eq '${id}'`)
  .join(' or ')})`

/** The value of a property; `null` when the item has none. Ids are compared without case: servers differ. */
export const propertyOf = (event: GraphOccurrence, id: string): string | null =>
  event.singleValueExtendedProperties?.find((property) => property.id.toLowerCase() === id.toLowerCase())?.value ?? null

export const portalDataOf = (event: GraphOccurrence): PortalData | null => {
  const text = propertyOf(event, properties.data)
  return text === null ? null : parsePortalData(text)
}

/** Values for a POST or PATCH. Data that would not fit leaves the item without, rather than with old ones. */
export const propertyValues = (values: {
  readonly data?: PortalData | null
  readonly operation?: string
  readonly pending?: boolean
}): readonly { readonly id: string; readonly value: string }[] => {
  const { data, operation, pending } = values
  return [
    ...(data === undefined || data === null
      ? []
      : [
          { id: properties.uid, value: data.uid.slice(0, 255) },
          {
            id: properties.data,
            value: serializePortalData(data) ?? serializePortalData({ ...data, source: null }) ?? '',
          },
        ]),
    ...(operation === undefined ? [] : [{ id: properties.operation, value: operation }]),
    ...(pending === undefined ? [] : [{ id: properties.pending, value: pending ? '1' : '0' }]),
  ]
}
