import { CalendarError } from '@dayport/core'
import type { ListChanges, ListIdentity } from '../list-service.ts'
import { isKeptForm } from '../wire/kept-row.ts'
import { listXml } from '../wire/list-xml.ts'
import { attributesText, braced } from '../wire/markup.ts'
import { permissionsOf } from '../wire/row.ts'
import { childNamed, listMissing, parameterMissing, textOf } from '../wire/soap.ts'
import { type Answer, type Exchange, namedList } from './exchange.ts'
import { keptRowsXml } from './kept-rows.ts'
import { listItemsStart, type RowQuery, readRowQuery, rowsXml } from './row-query.ts'
import { filtered, type RowSource, sorted } from './row-source.ts'

/** Rows that are sorted in memory when a client asks for an order of its own. */
const maxSorted = 5_000

const syncAttributes = (x: Exchange, { mayWrite }: ListIdentity): string =>
  attributesText([
    ['MinTimeBetweenSyncs', `${x.minMinutesBetweenSyncs}`],
    ['RecommendedTimeBetweenSyncs', `${x.recommendedSecondsBetweenSyncs}`],
    ['MaxBulkDocumentSyncSize', '500'],
    ['MaxRecommendedEmbeddedFileSize', '500'],
    ['AlternateUrls', `${new URL(x.place.baseUrl).origin}/`],
    ['EffectivePermMask', permissionsOf(mayWrite).effective],
  ])

/** What a client shall forget (deleted items, and those that its filter no longer shows), and what came back under its old id. */
interface NamedChange {
  readonly type: 'Delete' | 'MoveAway' | 'Restore'
  readonly id: number
  readonly uniqueId: string
}

const changeXml = ({ type, id, uniqueId }: NamedChange): string =>
  `<Id ChangeType="${type}" UniqueId="${braced(uniqueId)}">${id}</Id>`

/** The rows to be sent, in the order asked for where that can be done; series before their exceptions come first. */
const rowsFor = async (open: () => Promise<RowSource>, { test, order, options }: RowQuery): Promise<RowSource> => {
  const source = await filtered(open, test)
  if (order === null || options.recurrenceOrderBy || source.count > maxSorted) return source
  return (await sorted(source, order, maxSorted)) ?? source
}

async function* changesXml(
  start: string,
  rows: AsyncIterable<string | Uint8Array>,
): AsyncGenerator<string | Uint8Array> {
  yield start
  yield* rows
  yield '</listitems></GetListItemChangesSinceTokenResult>'
}

const invalidToken = (x: Exchange, list: ListIdentity): string =>
  `<GetListItemChangesSinceTokenResult>${listItemsStart(syncAttributes(x, list))}` +
  '<Changes><Id ChangeType="InvalidToken"/></Changes><rs:data ItemCount="0"></rs:data>' +
  '</listitems></GetListItemChangesSinceTokenResult>'

/** MS-LISTSWS 3.1.4.22. Specification section 5. */
export const getListItemChangesSinceToken = async (x: Exchange): Promise<Answer> => {
  const list = await namedList(x)
  const query = readRowQuery(x, list)
  const token = textOf(childNamed(x.operation, 'changeToken')) || null
  const { position } = query.options
  const read = async (): Promise<ListChanges | null> => {
    try {
      return await x.lists.changes(x.access, token, {
        signal: x.signal,
        ...(query.limit === undefined ? {} : { limit: query.limit }),
        ...(position === null || token !== null ? {} : { position }),
      })
    } catch (error) {
      if (CalendarError.is(error, 'invalid-sync-token')) {
        throw parameterMissing(token === null ? 'ListItemCollectionPositionNext' : 'changeToken')
      }
      throw error
    }
  }
  const changes = await read()
  if (changes === null) return invalidToken(x, list)

  const named: NamedChange[] = changes.deleted.map((item) => ({ type: 'Delete', ...item }))
  const hidden = new Set<number>()
  let next: ListChanges | null = changes
  const open = async (): Promise<RowSource> => {
    const page = next ?? (await read())
    next = null
    return page === null ? { count: 0, rows: changes.rows } : { count: page.rowCount, rows: page.rows }
  }
  if (token !== null && query.test !== null) {
    // An item that a filter no longer shows has left the client's view. Its rows are few: they are what changed since the token.
    for await (const row of (await open()).rows) {
      if (query.test(row)) continue
      named.push({ type: 'MoveAway', id: row.id, uniqueId: row.uniqueId })
      hidden.add(row.id)
    }
  }
  for (const item of changes.restored) if (!hidden.has(item.id)) named.push({ type: 'Restore', ...item })
  let schema = ''
  if (token === null) {
    const description = await x.lists.describe(x.access, { signal: x.signal })
    if (description === null) throw listMissing()
    schema = listXml(description, x.place, x.nowMs)
  }
  const changesStart = attributesText([
    ['LastChangeToken', changes.token],
    ['MoreChanges', changes.more ? 'TRUE' : undefined],
  ])
  // Outlook's own question, to which rows are kept.
  const isPlain = query.test === null && (query.order === null || query.options.recurrenceOrderBy)
  const start =
    `<GetListItemChangesSinceTokenResult>${listItemsStart(syncAttributes(x, list))}<Changes${changesStart}>` +
    `${schema}${named.map(changeXml).join('')}</Changes>`
  const paging = attributesText([['ListItemCollectionPositionNext', changes.nextPosition ?? undefined]])
  if (isPlain && isKeptForm(query.form, query.fields)) return changesXml(start, keptRowsXml(changes, query, paging))
  const source = await rowsFor(open, query)
  return changesXml(start, rowsXml(source.count, source.rows, query, paging))
}
