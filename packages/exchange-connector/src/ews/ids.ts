import type { XmlElement, XmlWriter } from '@dayport/core/xml'
import { m, t } from './names.ts'

/** `Id` is case-sensitive and opaque; `ChangeKey` names a state of the item, `''` when the server did not say. */
export interface EwsItemId {
  readonly id: string
  readonly changeKey: string
}

/** A folder: well known by name, in the own mailbox or in that of `mailbox`, or by its id. */
export type EwsFolder =
  | { readonly distinguished: string; readonly mailbox?: string }
  | { readonly id: string; readonly changeKey?: string }

export const writeFolder = (writer: XmlWriter, folder: EwsFolder): void => {
  if ('id' in folder) {
    writer.element(t('FolderId'), '', { Id: folder.id, ChangeKey: folder.changeKey })
    return
  }
  writer.open(t('DistinguishedFolderId'), { Id: folder.distinguished })
  if (folder.mailbox !== undefined) {
    writer.open(t('Mailbox')).element(t('EmailAddress'), folder.mailbox).close()
  }
  writer.close()
}

export const writeItemId = (
  writer: XmlWriter,
  { id, changeKey }: { readonly id: string; readonly changeKey?: string },
): void => {
  writer.element(t('ItemId'), '', { Id: id, ChangeKey: changeKey === '' ? undefined : changeKey })
}

/** The id in an element of that local name; `null` when there is none. */
export const readId = (parent: XmlElement | undefined, local: string): EwsItemId | null => {
  const element = parent?.child(t(local)) ?? parent?.child(m(local))
  const id = element?.attributes.get('Id')
  return id === undefined || id === '' ? null : { id, changeKey: element?.attributes.get('ChangeKey') ?? '' }
}

/** Text of the first child of that local name in the types namespace; `null` when it is absent. */
export const readText = (parent: XmlElement | undefined, local: string): string | null =>
  parent?.child(t(local))?.text ?? null

/** xs:boolean; `null` when absent. */
export const readFlag = (parent: XmlElement | undefined, local: string): boolean | null => {
  const text = readText(parent, local)?.trim().toLowerCase()
  return text === undefined || text === '' ? null : text === 'true' || text === '1'
}

/** xs:int; `null` when absent or none. */
export const readNumber = (parent: XmlElement | undefined, local: string): number | null => {
  const text = readText(parent, local)?.trim() ?? ''
  return /^-?\d{1,12}$/.test(text) ? Number(text) : null
}

/**
 * The instant of an xs:dateTime in ms: with `Z`, an offset, or none, which is read as UTC, the zone of our requests; up to
 * twelve decimals, without seconds, or without a time of day.
 * `null` when absent or none.
 */
export const readInstant = (parent: XmlElement | undefined, local: string): number | null =>
  parseInstant(readText(parent, local) ?? '')

export const parseInstant = (text: string): number | null => {
  const match = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d)(:\d\d)?(?:\.\d{1,12})?)?(Z|[+-]\d\d:?\d\d)?$/i.exec(text.trim())
  if (match === null) return null
  const [, date, time = '00:00', seconds = ':00', offset = 'Z'] = match
  const ms = Date.parse(`${date}T${time}${seconds}${offset.toUpperCase().replace(/^([+-]\d\d):?(\d\d)$/, '$1:$2')}`)
  return Number.isNaN(ms) ? null : ms
}
