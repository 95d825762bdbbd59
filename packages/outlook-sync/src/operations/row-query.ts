import type { XmlElement } from '@dayport/core/xml'
import type { ListIdentity, ListRow } from '../list-service.ts'
import { type CamlContext, type RowTest, readContains, readOrder, readWhere } from '../wire/caml.ts'
import { dateForm } from '../wire/dates.ts'
import { type QueryOptions, readQueryOptions, readRowLimit, readViewFields } from '../wire/query-options.ts'
import { createRowWriter, type RowForm } from '../wire/row.ts'
import { childNamed, fragmentOf } from '../wire/soap.ts'
import { type Exchange, plainForm } from './exchange.ts'

/** How a request wants its rows, read once. */
export interface RowQuery {
  readonly options: QueryOptions
  readonly form: RowForm
  readonly fields: readonly string[] | null
  readonly limit: number | undefined
  readonly test: RowTest | null
  readonly order: ((a: ListRow, b: ListRow) => number) | null
}

const both = (one: RowTest | null, other: RowTest | null): RowTest | null =>
  one === null || other === null ? (one ?? other) : (row) => one(row) && other(row)

/** Outlook asks for `MetaInfo` by `Properties`, others by name. */
const wantsBag = (names: readonly string[] | null, isProperties: boolean): boolean =>
  isProperties && (names === null || names.includes('MetaInfo'))

/** @throws {SoapFault} for a query that cannot be answered. */
export const readRowQuery = (x: Exchange, list: ListIdentity): RowQuery => {
  const { operation } = x
  const options = readQueryOptions(operation)
  const view = readViewFields(operation)
  const form: RowForm = {
    ...plainForm(x, list, options.dateInUtc),
    properties: wantsBag(view.names, view.properties),
    expandUserField: options.expandUserField,
    attachmentUrls: options.includeAttachmentUrls,
    attachmentVersions: options.includeAttachmentVersion,
    v3: options.v3,
  }
  const context: CamlContext = {
    form: { ...form, dates: dateForm(true, list.timeZone) },
    dates: form.dates,
    nowMs: options.calendarDate === null ? x.nowMs : Date.parse(`${options.calendarDate}T12:00:00Z`) || x.nowMs,
  }
  const query: XmlElement | undefined = fragmentOf(childNamed(operation, 'query'))
  const contains = fragmentOf(childNamed(operation, 'contains'))
  return {
    options,
    form,
    fields: view.names,
    limit: readRowLimit(operation),
    test: both(readWhere(query, context), readContains(contains, context)),
    order: readOrder(query, context),
  }
}

/** With the namespaces of MS-LISTSWS 2.2.1 that its rows use, in SharePoint's order. */
export const listItemsStart = (attributes: string): string =>
  '<listitems xmlns:s="uuid:BDC6E3F0-6DA3-11d1-A2A3-00AA00C14882" xmlns:dt="uuid:C2F41010-65B3-11d1-A29F-00AA00C14882"' +
  ` xmlns:rs="urn:schemas-microsoft-com:rowset" xmlns:z="#RowsetSchema"${attributes}>`

/** UTF-16 code units of a piece, about: rows one by one would cost more on their way than in their making. */
const pieceLength = 16_384

/** `rs:data` in pieces. */
export async function* rowsXml(
  count: number,
  rows: AsyncIterable<ListRow>,
  query: Pick<RowQuery, 'form' | 'fields'>,
  attributes = '',
): AsyncGenerator<string> {
  const write = createRowWriter(query.form, query.fields)
  let piece = `<rs:data ItemCount="${count}"${attributes}>`
  for await (const row of rows) {
    piece += write(row)
    if (piece.length < pieceLength) continue
    yield piece
    piece = ''
  }
  yield `${piece}</rs:data>`
}
