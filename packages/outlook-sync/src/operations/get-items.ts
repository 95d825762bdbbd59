import { CalendarError } from '@dayport/core'
import type { ListRow } from '../list-service.ts'
import { isoOf } from '../mapping/instants.ts'
import { readDate } from '../wire/dates.ts'
import { attributesText } from '../wire/markup.ts'
import { childNamed, parameterMissing, SoapFault, textOf } from '../wire/soap.ts'
import { type Answer, type Exchange, namedList } from './exchange.ts'
import { listItemsStart, type RowQuery, readRowQuery, rowsXml } from './row-query.ts'
import { filtered, type RowSource, sorted } from './row-source.ts'

/** Items of a list that are sorted for one answer: `MaxItemsPerThrottledOperation`. */
const maxSorted = 5_000

interface Page extends RowSource {
  readonly next: string | null
}

async function* itemsXml(name: string, attributes: string, page: Page, query: RowQuery): AsyncGenerator<string> {
  yield `<${name}Result>${listItemsStart(attributes)}`
  const paging = attributesText([['ListItemCollectionPositionNext', page.next ?? undefined]])
  yield* rowsXml(page.count, page.rows, query, paging)
  yield `</listitems></${name}Result>`
}

const whole = async (x: Exchange): Promise<RowSource> => {
  const changes = await x.lists.changes(x.access, null, { signal: x.signal })
  if (changes === null) throw new TypeError('expected a whole list without a token')
  return { count: changes.rowCount, rows: changes.rows }
}

/** A page in the list's own order. */
const plainPage = async (x: Exchange, { options, limit, test }: RowQuery): Promise<Page> => {
  let next: string | null = null
  const open = async (): Promise<RowSource> => {
    const { position } = options
    const call = {
      signal: x.signal,
      ...(limit === undefined ? {} : { limit }),
      ...(position === null ? {} : { position }),
    }
    try {
      const changes = await x.lists.changes(x.access, null, call)
      if (changes === null) throw new TypeError('expected a whole list without a token')
      next = changes.nextPosition
      return { count: changes.rowCount, rows: changes.rows }
    } catch (error) {
      if (CalendarError.is(error, 'invalid-sync-token')) throw parameterMissing('ListItemCollectionPositionNext')
      throw error
    }
  }
  const source = await filtered(open, test)
  return { ...source, next }
}

async function* part(rows: AsyncIterable<ListRow>, from: number, to: number) {
  let at = 0
  for await (const row of rows) {
    if (at >= to) return
    if (at++ >= from) yield row
  }
}

/** A page in an order of the client's: the whole list is sorted, and the place in it is what the client brings back. */
const sortedPage = async (
  x: Exchange,
  { options, limit, test }: RowQuery,
  order: (a: ListRow, b: ListRow) => number,
): Promise<Page> => {
  const source = await sorted(await filtered(() => whole(x), test), order, maxSorted)
  if (source === null) {
    throw new SoapFault(
      'Server',
      '0x80070024',
      'The attempted operation is prohibited because it exceeds the list view threshold.',
    )
  }
  const from = options.position === null ? 0 : Number(/^at:(\d{1,9})$/.exec(options.position)?.[1] ?? Number.NaN)
  if (Number.isNaN(from)) throw parameterMissing('ListItemCollectionPositionNext')
  const to = limit === undefined ? source.count : Math.min(source.count, from + limit)
  return {
    count: Math.max(0, to - from),
    rows: part(source.rows, from, to),
    next: to < source.count ? `at:${to}` : null,
  }
}

/** MS-LISTSWS 3.1.4.23. */
export const getListItems = async (x: Exchange): Promise<Answer> => {
  const list = await namedList(x)
  const query = readRowQuery(x, list)
  const page = query.order === null ? await plainPage(x, query) : await sortedPage(x, query, query.order)
  return itemsXml('GetListItems', '', page, query)
}

/** For Outlook 2003: no deletions, only what was modified since an instant. MS-LISTSWS 3.1.4.21. */
export const getListItemChanges = async (x: Exchange): Promise<Answer> => {
  const list = await namedList(x)
  const read = readRowQuery(x, list)
  const query: RowQuery = { ...read, form: { ...read.form, dates: { ...read.form.dates, utc: true } } }
  const sent = textOf(childNamed(x.operation, 'since'))
  const sinceMs = sent === '' ? null : Date.parse(readDate(sent, query.form.dates, false))
  if (sinceMs !== null && Number.isNaN(sinceMs)) throw parameterMissing('since')
  const { test } = query
  const isWanted = (row: ListRow): boolean =>
    (sinceMs === null || row.modifiedMs >= sinceMs) && (test === null || test(row))
  const source = await filtered(() => whole(x), sinceMs === null && test === null ? null : isWanted)
  const attributes = attributesText([['TimeStamp', isoOf(x.nowMs)]])
  return itemsXml('GetListItemChanges', attributes, { ...source, next: null }, query)
}
