import type { CalendarObject, CallOptions } from '@dayport/core'
import type { ItemBinding } from '../binding-store.ts'
import type { MappingContext } from '../item-mapping.ts'
import type { ListItem } from '../list-item.ts'
import type { ListRow, RowItem } from '../list-service.ts'
import { itemOfKept } from '../wire/kept-row.ts'
import { contextOf, type ListParts, type OpenList, refOf } from './parts.ts'

/** Only masters have a digest of their recurrence. */
const isMasterOf = (binding: ItemBinding, other: ItemBinding): boolean =>
  other.recurrenceDigest !== null && other.seriesGuid === binding.seriesGuid

const isOccurrence = ({ kind }: RowItem): boolean => kind === 'deleted' || kind === 'exception'

export const rowOf = (binding: ItemBinding, item: RowItem, siblings: readonly ItemBinding[]): ListRow => ({
  id: binding.id,
  version: binding.version,
  uniqueId: binding.uniqueId,
  seriesGuid: binding.seriesGuid,
  masterId: isOccurrence(item) ? (siblings.find((other) => isMasterOf(binding, other))?.id ?? null) : null,
  createdMs: binding.createdMs,
  modifiedMs: binding.modifiedMs,
  item,
  bag: binding.replicationId === null ? binding.bag : { ...binding.bag, ReplicationID: binding.replicationId },
})

const itemsOf = (parts: ListParts, object: CalendarObject, context: MappingContext): readonly ListItem[] => {
  try {
    return parts.mapping.itemsOf(object.data, context).items
  } catch (error) {
    parts.onError(error) // one strange object must not hold up the list
    return []
  }
}

/** The items of objects that have too many of them to be kept, by `name key`. */
const mappedItems = async (
  parts: ListParts,
  open: OpenList,
  names: readonly string[],
  options: CallOptions | undefined,
): Promise<ReadonlyMap<string, ListItem>> => {
  const items = new Map<string, ListItem>()
  if (names.length === 0) return items
  const context = contextOf(parts, open)
  for await (const object of parts.service.findObjects(open.who, open.calendar.id, { names }, options)) {
    for (const item of itemsOf(parts, object, context)) items.set(`${object.name} ${item.key}`, item)
  }
  return items
}

const placeOf = (key: string): string => {
  const [, kind, recurrenceId] = /^(exception|deleted|instance):(.*)$/.exec(key) ?? []
  return kind === undefined ? `0${key}` : `${kind === 'instance' ? 2 : 1}${recurrenceId}`
}

/** The order of items of one object, by their keys: each master before its exceptions. MS-LISTSWS 2.2.4.4. */
export const inObject = (a: string, b: string): number => {
  const [one, other] = [placeOf(a), placeOf(b)]
  return one < other ? -1 : one > other ? 1 : 0
}

/** Rows of whole objects in the order of their names, each master before its exceptions. */
export const rowsOf = async (
  parts: ListParts,
  open: OpenList,
  bindings: readonly ItemBinding[],
  options?: CallOptions,
  /** Whether `bindings` has all living items of its objects; else they are looked up, for the masters among them. */
  { areWhole = false }: { readonly areWhole?: boolean } = {},
): Promise<ListRow[]> => {
  const byName = Map.groupBy(bindings, ({ objectName }) => objectName)
  const unkept = bindings.filter(({ row }) => row === null).map(({ objectName }) => objectName)
  const mapped = await mappedItems(parts, open, [...new Set(unkept)], options)
  const itemOf = ({ row, objectName, key, files }: ItemBinding): RowItem | undefined =>
    row === null ? mapped.get(`${objectName} ${key}`) : itemOfKept(row, key, files)
  const inSeries = areWhole ? [] : bindings.filter(({ key }) => /^(?:exception|deleted):/.test(key))
  const siblings =
    inSeries.length === 0
      ? byName
      : Map.groupBy(
          await parts.bindings.bindingsOf(refOf(open), [...new Set(inSeries.map((one) => one.objectName))], options),
          ({ objectName }) => objectName,
        )
  const rows: ListRow[] = []
  for (const [name, own] of byName) {
    const found = own.flatMap((binding) => {
      const item = itemOf(binding)
      return item === undefined ? [] : [rowOf(binding, item, siblings.get(name) ?? own)]
    })
    rows.push(...(found.length > 1 ? found.sort((a, b) => inObject(a.item.key, b.item.key)) : found))
  }
  return rows
}

/** The row of one living item; `null` when it is gone. */
export const rowWithId = async (
  parts: ListParts,
  open: OpenList,
  id: number,
  options?: CallOptions,
): Promise<ListRow | null> => {
  const binding = await parts.bindings.getBinding(refOf(open), id, options)
  if (binding === null || binding.deleted) return null
  return (await rowsOf(parts, open, [binding], options))[0] ?? null
}
