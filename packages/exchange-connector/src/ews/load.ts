import { CalendarError, type CallOptions, RemoteError } from '@dayport/core'
import type { MappingOptions } from '../event/options.ts'
import type { EwsClient } from './client.ts'
import { getItems } from './each-item.ts'
import { eventOfItem, type ItemEvent } from './event-of-item.ts'
import { failureAs, isPassing } from './failure.ts'
import type { EwsCalendarItem } from './item.ts'
import { resolveNames } from './operations/directory.ts'
import { type EwsItemResult, maxItemsPerGet } from './operations/read-items.ts'
import { createWays } from './ways.ts'

/** An item, read whole. */
export interface LoadedItem extends ItemEvent {
  readonly item: EwsCalendarItem
}

export interface ItemLoader {
  /** Items in batches of ten, each answered for itself; exceptions of their series come in batches of their own. */
  load(
    ids: readonly string[],
    options?: CallOptions,
  ): AsyncIterable<{ readonly name: string; readonly result: LoadedItem | null | Error }>
}

export interface ItemLoaderOptions {
  readonly client: EwsClient
  readonly mapping: MappingOptions
  readonly origin: string
}

/** Directory names that are remembered; beyond it the memory starts anew. */
const maxAddresses = 1000

export const createItemLoader = ({ client, mapping, origin }: ItemLoaderOptions): ItemLoader => {
  const addresses = new Map<string, string>()
  /** A server that does not know a property is not asked for the newer ones again, nor, if need be, for those that have a number for a name. */
  const ways = createWays([
    { isNew: true, numbered: true },
    { isNew: false, numbered: true },
    { isNew: false, numbered: false },
  ])
  const directory = createWays(['asked', 'not there'] as const)

  /** Once it has answered with ids alone, it is asked for everything. */
  let all = false

  const ask = (ids: readonly string[], options: CallOptions): Promise<readonly EwsItemResult[]> =>
    ways(async ({ isNew, numbered }) => {
      const legacy = !isNew || client.version === 'Exchange2010_SP2'
      const once = () => {
        const input = { ids: ids.map((id) => ({ id })), shape: 'full', legacy, numbered, all } as const
        return getItems(client, input, { ...options, divisible: ids.length > 1 })
      }
      const results = await once()
      if (!all && results.some(isBare)) {
        all = true
        return once()
      }
      const unknown = legacy ? undefined : results.find(isUnknownProperty)
      if (unknown !== undefined) throw unknown
      return results
    })

  const halves = async (ids: readonly string[], options: CallOptions): Promise<readonly EwsItemResult[]> => {
    const half = Math.ceil(ids.length / 2)
    return [...(await get(ids.slice(0, half), options)), ...(await get(ids.slice(half), options))]
  }

  /** Items by their ids. What takes too long is asked for in halves; what failed for the moment beside others, once more without them. */
  const get = async (ids: readonly string[], options: CallOptions): Promise<readonly EwsItemResult[]> => {
    let results: readonly EwsItemResult[]
    try {
      results = await ask(ids, options)
    } catch (error) {
      if (!RemoteError.is(error, 'too-big')) throw error
      return halves(ids, options)
    }
    const open = ids.filter((_, index) => isPassing(results[index]))
    if (open.length === 0 || ids.length === 1) return results
    if (open.length === ids.length) {
      return results.some((result) => RemoteError.is(result, 'too-big')) ? halves(ids, options) : results
    }
    const again = await get(open, options)
    // Others were answered, so it is these items' own trouble: it must not stop the mailbox.
    const settled = again.map((result) => (isPassing(result) ? failureAs('item', result) : result))
    return results.map((result, index) => (isPassing(result) ? settled[open.indexOf(ids[index]!)]! : result))
  }

  /** Organisers and attendees may come as directory names. */
  const resolveAddresses = async (items: readonly EwsCalendarItem[], options: CallOptions): Promise<void> => {
    const wanted = new Set(
      items
        .flatMap((item) => [...item.attendees, ...(item.organizer === null ? [] : [item.organizer])])
        .filter(({ routing, address }) => routing.toUpperCase() === 'EX' && address !== '' && !addresses.has(address))
        .map(({ address }) => address),
    )
    for (const entry of wanted) {
      const found = await directory(async (way) => {
        if (way === 'not there') return []
        return client.call(resolveNames, { entry }, options)
      }).catch((error: unknown) => {
        if (CalendarError.is(error) || RemoteError.is(error, 'item') || RemoteError.is(error, 'configuration'))
          return []
        throw error
      })
      const only = found.length === 1 && found[0]!.routing.toUpperCase() === 'SMTP' ? found[0]!.address : ''
      if (addresses.size >= maxAddresses) addresses.clear()
      addresses.set(entry, only)
    }
  }

  const finish = async (item: EwsCalendarItem, options: CallOptions): Promise<LoadedItem> => {
    const exceptions = new Map<string, EwsCalendarItem>()
    const refs = item.modified.flatMap(({ itemId }) => (itemId === null ? [] : [itemId.id]))
    for (let at = 0; at < refs.length; at += maxItemsPerGet) {
      const batch = refs.slice(at, at + maxItemsPerGet)
      for (const [index, result] of (await get(batch, options)).entries()) {
        // A series without one of its exceptions would read as if somebody had undone it; one that is gone by now was undone meanwhile.
        if (CalendarError.is(result, 'not-found')) throw failureAs('item', result)
        if (result instanceof Error) throw result
        exceptions.set(batch[index]!, result)
      }
    }
    const read = eventOfItem(item, exceptions, { mapping, origin, addresses })
    if (read === null) throw new CalendarError('invalid-calendar-data', 'expected an item with a start and an end')
    return { item, ...read }
  }

  return {
    async *load(ids, options = {}) {
      for (let at = 0; at < ids.length; at += maxItemsPerGet) {
        const batch = ids.slice(at, at + maxItemsPerGet)
        const results = await get(batch, options)
        await resolveAddresses(
          results.filter((result): result is EwsCalendarItem => !(result instanceof Error)),
          options,
        )
        for (const [index, result] of results.entries()) {
          const name = batch[index]!
          if (CalendarError.is(result, 'not-found')) yield { name, result: null }
          else if (result instanceof Error) yield { name, result }
          else {
            const loaded = await finish(result, options).catch((error: unknown) => {
              if (CalendarError.is(error, 'invalid-calendar-data') || RemoteError.is(error, 'item')) return error
              throw error
            })
            yield { name, result: loaded }
          }
        }
      }
    },
  }
}

/** An item of which nothing came but its id, although more was asked for. */
const isBare = (result: EwsItemResult): boolean =>
  !(result instanceof Error) && result.startMs === null && result.endMs === null && result.subject === null

/** A server that does not know, or does not tell here, a property that was asked for. */
const isUnknownProperty = (error: unknown): boolean =>
  RemoteError.is(error) && (error.code === 'ErrorInvalidPropertyRequest' || error.code === 'ErrorSchemaValidation')
