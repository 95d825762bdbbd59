import type { XmlElement } from '@dayport/core/xml'
import { childNamed, fragmentOf, localName, textOf } from './soap.ts'

/** `QueryOptions` of a request. MS-LISTSWS 2.2.4.4; what is not named here changes nothing. */
export interface QueryOptions {
  readonly dateInUtc: boolean
  readonly expandUserField: boolean
  readonly includeAttachmentUrls: boolean
  readonly includeAttachmentVersion: boolean
  readonly recurrenceOrderBy: boolean
  readonly v3: boolean
  /** `Paging ListItemCollectionPositionNext`; `null` on the first page. */
  readonly position: string | null
  /** Day that `DateRangesOverlap` is about: `2026-03-02`; `null` for today. */
  readonly calendarDate: string | null
}

const isTrue = (text: string): boolean => /^(?:true|1|-1)$/i.test(text)

/** @throws {SoapFault} for text that is no XML. */
export const readQueryOptions = (operation: XmlElement): QueryOptions => {
  const options = fragmentOf(childNamed(operation, 'queryOptions'))
  const flag = (name: string): boolean => isTrue(textOf(childNamed(options, name)))
  const position = childNamed(options, 'Paging')?.attributes.get('ListItemCollectionPositionNext')
  return {
    dateInUtc: flag('DateInUtc'),
    expandUserField: flag('ExpandUserField'),
    includeAttachmentUrls: flag('IncludeAttachmentUrls'),
    includeAttachmentVersion: flag('IncludeAttachmentVersion'),
    recurrenceOrderBy: flag('RecurrenceOrderBy'),
    v3: textOf(childNamed(options, 'RecurrencePatternXMLVersion')).toLowerCase() === 'v3',
    position: position === undefined || position.trim() === '' ? null : position.trim(),
    calendarDate: /^\d{4}-\d\d-\d\d/.exec(textOf(childNamed(options, 'CalendarDate')))?.[0] ?? null,
  }
}

/** Names that `ViewFields` asks for, in their order; `null` for all. MS-LISTSWS 2.2.4.5. */
export interface ViewFields {
  readonly names: readonly string[] | null
  readonly properties: boolean
}

/** @throws {SoapFault} for text that is no XML. */
export const readViewFields = (operation: XmlElement): ViewFields => {
  const view = fragmentOf(childNamed(operation, 'viewFields'))
  if (view === undefined) return { names: null, properties: false }
  const names = view.elements
    .filter((element) => localName(element) === 'FieldRef')
    .map((element) => element.attributes.get('Name') ?? '')
    .filter((name) => name !== '')
  return {
    names: names.length === 0 ? null : [...new Set(names)],
    properties: isTrue(view.attributes.get('Properties') ?? ''),
  }
}

/** Rows of one page at most, whatever the client asks: a page is held in memory, a whole list is streamed. */
const maxPage = 1_000

/** `rowLimit`; `undefined` for none. Zero and what is no number bound nothing. */
export const readRowLimit = (operation: XmlElement): number | undefined => {
  const limit = Number(textOf(childNamed(operation, 'rowLimit')) || 'x')
  return Number.isSafeInteger(limit) && limit > 0 ? Math.min(limit, maxPage) : undefined
}
