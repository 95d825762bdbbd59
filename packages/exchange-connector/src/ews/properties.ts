import type { XmlElement, XmlWriter } from '@dayport/core/xml'
import { portalSet } from '../event/portal-set.ts'
import { t } from './names.ts'

/** PSETID_Meeting of MS-OXPROPS. */
const meetingSet = '6ed8da90-450b-101b-98da-00aa003f1305'

/** A property that the schema has no element for. */
export type ExtendedField =
  | { readonly set: string; readonly name: string; readonly type: 'String' }
  | { readonly set: string; readonly id: number; readonly type: 'Binary' }

/**
 * `uid`: the UID that an item was made for; `operation`: the write that made it; `origin`: whose write; `data`: `PortalData`; `pending`: set
 * while the exceptions of a series are still being written; `calendar`, `group`, `part`: of a single event that stands for one occurrence of a
 * series, whose calendar it is in, which series, and its `SingleMark`.
 */
export const portalFields = {
  uid: { set: portalSet, name: 'PortalUid', type: 'String' },
  operation: { set: portalSet, name: 'PortalOperation', type: 'String' },
  origin: { set: portalSet, name: 'PortalOrigin', type: 'String' },
  data: { set: portalSet, name: 'PortalData', type: 'String' },
  pending: { set: portalSet, name: 'PortalPending', type: 'String' },
  calendar: { set: portalSet, name: 'PortalCalendar', type: 'String' },
  group: { set: portalSet, name: 'PortalGroup', type: 'String' },
  part: { set: portalSet, name: 'PortalPart', type: 'String' },
} as const satisfies Record<string, ExtendedField>

export type PortalField = keyof typeof portalFields

/** PidLidCleanGlobalObjectId: the identity of a meeting without the date of an occurrence. */
export const cleanGlobalObjectId: ExtendedField = { set: meetingSet, id: 0x23, type: 'Binary' }

export const writeExtendedFieldUri = (writer: XmlWriter, field: ExtendedField): void => {
  writer.element(t('ExtendedFieldURI'), '', {
    PropertySetId: field.set,
    PropertyName: 'name' in field ? field.name : undefined,
    PropertyId: 'id' in field ? String(field.id) : undefined,
    PropertyType: field.type,
  })
}

export const writeExtendedProperty = (writer: XmlWriter, field: ExtendedField, value: string): void => {
  writer.open(t('ExtendedProperty'))
  writeExtendedFieldUri(writer, field)
  writer.element(t('Value'), value).close()
}

/** The value of a property of an item; servers that list one twice say the same twice. `null` when absent. */
export const readExtended = (item: XmlElement, field: ExtendedField): string | null => {
  for (const property of item.childrenNamed(t('ExtendedProperty'))) {
    const uri = property.child(t('ExtendedFieldURI'))
    if (uri?.attributes.get('PropertySetId')?.toLowerCase() !== field.set) continue
    const isIt =
      'name' in field
        ? uri.attributes.get('PropertyName') === field.name
        : numberOf(uri.attributes.get('PropertyId') ?? '') === field.id
    if (isIt) return property.child(t('Value'))?.text ?? ''
  }
  return null
}

/** `35` or `0x23`. */
const numberOf = (text: string): number =>
  /^(?:0x[\da-f]+|\d+)$/i.test(text.trim()) ? Number(text.trim()) : Number.NaN
