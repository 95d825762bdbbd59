import { CalendarError } from '@dayport/core'
import type { XmlElement } from '@dayport/core/xml'
import type { ListAccess, ListIdentity, ListService } from '../list-service.ts'
import { dateForm } from '../wire/dates.ts'
import type { Place } from '../wire/place.ts'
import type { RowForm } from '../wire/row.ts'
import { childNamed, listMissing, parameterMissing, textOf } from '../wire/soap.ts'

/** One call of one operation. */
export interface Exchange {
  readonly lists: ListService
  readonly access: ListAccess
  readonly operation: XmlElement
  readonly place: Place
  /** Shown as author of items. */
  readonly author: string
  readonly minMinutesBetweenSyncs: number
  readonly recommendedSecondsBetweenSyncs: number
  /** ms since the Unix epoch. */
  readonly nowMs: number
  readonly signal: AbortSignal
}

/** The inside of the operation's response element; in pieces where there may be many rows. */
export type Answer = string | AsyncIterable<string | Uint8Array>

/** A parameter that has to be there. @throws {SoapFault} 0x82000001. */
export const required = ({ operation }: Exchange, name: string): string => {
  const value = textOf(childNamed(operation, name))
  if (value === '') throw parameterMissing(name)
  return value
}

const guidShape = /^\{?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\}?$/i

/**
 * The list, if the call names it: by its GUID in any case, with or without braces, or by its title. MS-LISTSWS 3.1.4.15.
 *
 * @throws {SoapFault} 0x82000001 without a name, 0x82000006 for another list, and for people to whom this one is not open.
 */
export const namedList = async (x: Exchange): Promise<ListIdentity> => {
  const name = required(x, 'listName')
  const list = await x.lists.identify(x.access, { signal: x.signal })
  if (list === null) throw listMissing()
  const guid = guidShape.exec(name)?.[1]?.toUpperCase()
  if (guid !== list.guid && name.toLowerCase() !== list.title.trim().toLowerCase()) throw listMissing()
  return list
}

/** An item's id. @throws {SoapFault} 0x82000001 for what is none. */
export const itemId = (x: Exchange): number => {
  const id = Number(required(x, 'listItemID'))
  if (!Number.isSafeInteger(id) || id < 1) throw parameterMissing('listItemID')
  return id
}

/** What a list's calls throw when it is gone since it was looked for. */
export const isGone = (error: unknown): boolean => CalendarError.is(error, 'not-found')

/** How rows are written unless the request says otherwise. */
export const plainForm = (x: Exchange, list: ListIdentity, dateInUtc: boolean): RowForm => ({
  dates: dateForm(dateInUtc, list.timeZone),
  place: x.place,
  listGuid: list.guid,
  mayWrite: list.mayWrite,
  author: x.author,
  properties: false,
  expandUserField: false,
  attachmentUrls: false,
  attachmentVersions: false,
  v3: true,
})
