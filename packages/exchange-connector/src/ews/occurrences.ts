import type { CallOptions } from '@dayport/core'
import { differingFields, exceptionFields, isSameSpan } from '../event/compare.ts'
import { addDays, minuteMs } from '../event/days.ts'
import type { ExchangeContent, ExchangeEvent, ExchangeException } from '../event/model.ts'
import { nominalSpan } from '../event/nominal-span.ts'
import { recurrenceDates } from '../event/recurrence-of.ts'
import type { EwsClient } from './client.ts'
import { deleteItems, getItems } from './each-item.ts'
import { uidOf } from './event-of-item.ts'
import { remoteError } from './failure.ts'
import type { EwsFolder, EwsItemId } from './ids.ts'
import type { EwsCalendarItem } from './item.ts'
import { instantsOf, type WritableField } from './item-fields.ts'
import type { LoadedItem } from './load.ts'
import { findInView } from './operations/read-items.ts'
import { updateItem } from './operations/write-items.ts'
import { createWays } from './ways.ts'

export interface OccurrenceWriterOptions {
  readonly client: EwsClient
  readonly folder: EwsFolder
  /** Reads the series again, after each change that may have given its occurrences other ids. */
  readonly reload: (id: string, options: CallOptions) => Promise<LoadedItem>
}

/** Brings the exceptions of a series to what is wanted. Nobody is mailed. */
export type OccurrenceWriter = (series: LoadedItem, wanted: ExchangeEvent, options?: CallOptions) => Promise<void>

/** The fields of one occurrence, inherited ones included. */
const merged = (event: ExchangeEvent, date: string): ExchangeContent => ({
  ...event,
  ...event.exceptions.find(({ originalDate }) => originalDate === date)?.fields,
})

const spanAt = (event: ExchangeEvent, date: string) =>
  event.exceptions.find(({ originalDate }) => originalDate === date)?.span ?? nominalSpan(event.span, date)

/** Moves that go later are done from the end, so that none meets its neighbour on the way. */
const inSafeOrder = (dates: readonly string[], from: ExchangeEvent, to: ExchangeEvent): readonly string[] => {
  const isLater = (date: string): boolean =>
    instantsOf(spanAt(to, date)).startMs > instantsOf(spanAt(from, date)).startMs
  const sorted = [...dates].sort()
  return [...sorted.filter(isLater).reverse(), ...sorted.filter((date) => !isLater(date))]
}

export const createOccurrenceWriter = ({ client, folder, reload }: OccurrenceWriterOptions): OccurrenceWriter => {
  const numbered = createWays([true, false])
  const views = createWays(['view', 'none'] as const)

  /** Occurrences are told by their day, never by their number alone, which servers count differently. */
  const findOccurrence = async (series: LoadedItem, date: string, options: CallOptions): Promise<EwsItemId | null> => {
    const known = series.exceptionIds.get(date)
    if (known !== undefined) return known
    const { startMs, endMs } = instantsOf(nominalSpan(series.event.span, date))
    const input = { folder, startMs, endMs: Math.max(endMs, startMs + minuteMs), shape: 'short' } as const
    const items = await views(async (way) => {
      if (way === 'none') return []
      const told = await client.call(findInView, input, options)
      // What is named alone does not come from every server.
      const isBare = told.items.some((item) => item.startMs === null)
      return (isBare ? await client.call(findInView, { ...input, all: true }, options) : told).items
    })
    const uid = uidOf(series.item)
    const isOfSeries = (item: EwsCalendarItem): boolean => uid === null || (uidOf(item) ?? uid) === uid
    const found = items.filter((item) => item.type === 'Occurrence' && item.startMs === startMs && isOfSeries(item))
    const [only, ...others] = found
    if (only !== undefined && others.length === 0 && uid !== null && uidOf(only) === uid) return only.itemId
    for (const item of found) if (await isOccurrenceOf(series, item, options)) return item.itemId
    return findByNumber(series, date, startMs, options)
  }

  /** Two series may have one UID. */
  const isOccurrenceOf = async (series: LoadedItem, item: EwsCalendarItem, options: CallOptions): Promise<boolean> => {
    const [master] = await getItems(client, { ids: [{ masterOf: item.itemId.id }], shape: 'id' }, options)
    return master !== undefined && !(master instanceof Error) && master.itemId.id === series.item.itemId.id
  }

  /** For servers whose views show no occurrences (Gromox): by both ways to count, and by what then came. */
  const findByNumber = async (
    { item, event }: LoadedItem,
    date: string,
    startMs: number,
    options: CallOptions,
  ): Promise<EwsItemId | null> => {
    if (event.recurrence === null) return null
    const dates = recurrenceDates(event.recurrence, { before: addDays(date, 1), limit: 20_000 })
    if (dates.at(-1) !== date) return null
    const gone = event.deleted.filter((other) => other < date).length
    const numbers = [...new Set([dates.length, dates.length - gone])]
    const ids = numbers.map((index) => ({ masterId: item.itemId.id, index }))
    const ask = (all: boolean) =>
      numbered((way) => getItems(client, { ids, shape: 'short', all, numbered: way }, options))
    const told = await ask(false)
    const isBare = told.some((result) => !(result instanceof Error) && result.startMs === null)
    const results = isBare ? await ask(true) : told
    const found = results.find((result) => !(result instanceof Error) && result.startMs === startMs)
    return found === undefined || found instanceof Error ? null : found.itemId
  }

  const need = async (series: LoadedItem, date: string, options: CallOptions): Promise<EwsItemId> => {
    const id = await findOccurrence(series, date, options)
    if (id !== null) return id
    const facts = { code: null, status: null, requestId: null, retryAfterMs: null, write: true }
    throw remoteError('item', facts, new Error('the series has no occurrence on a day that its rule has'))
  }

  return async (given, wanted, options = {}) => {
    let series = given
    const deleted = new Set(series.event.deleted)
    for (const date of wanted.deleted) {
      if (deleted.has(date)) continue
      const itemId = await findOccurrence(series, date, options)
      if (itemId !== null) {
        await deleteItems(client, [itemId], 'none', options)
      }
      series = await reload(series.item.itemId.id, options)
    }
    const before = series.event
    // A day that is deleted there and not here was deleted by a person since the series was written: that stands.
    const gone = new Set([...wanted.deleted, ...before.deleted])
    const touched = new Set([...wanted.exceptions, ...before.exceptions].map(({ originalDate }) => originalDate))
    const open = [...touched].filter((date) => !gone.has(date))
    for (const date of inSafeOrder(open, before, wanted)) {
      const fields = changesAt(series.event, wanted, date)
      if (fields.size === 0) continue
      const itemId = await need(series, date, options)
      const event: ExchangeEvent = { ...wanted, ...merged(wanted, date), span: spanAt(wanted, date), recurrence: null }
      await client.call(updateItem, { itemId, changes: { event, fields, portal: {} }, mailing: 'none' }, options)
      series = await reload(series.item.itemId.id, options)
    }
  }
}

const changesAt = (current: ExchangeEvent, wanted: ExchangeEvent, date: string): ReadonlySet<WritableField> => {
  const differing = differingFields(merged(current, date), merged(wanted, date))
  const fields = new Set<WritableField>(exceptionFields.filter((field) => differing.has(field)))
  if (!isSameSpan(spanAt(current, date), spanAt(wanted, date))) fields.add('span')
  return fields
}

/** Whether two lists of exceptions ask for other writes. */
export const isSameExceptions = (current: ExchangeEvent, wanted: ExchangeEvent): boolean => {
  if ([...current.deleted].sort().join() !== [...wanted.deleted].sort().join()) return false
  const dates = new Set(
    [...current.exceptions, ...wanted.exceptions].map(({ originalDate }: ExchangeException) => originalDate),
  )
  const gone = new Set(wanted.deleted)
  return [...dates].every((date) => gone.has(date) || changesAt(current, wanted, date).size === 0)
}
