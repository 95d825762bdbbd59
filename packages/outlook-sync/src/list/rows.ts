import type { CalendarObject, CallOptions } from '@dayport/core'
import type { ItemBinding } from '../binding-store.ts'
import type { MappingContext } from '../item-mapping.ts'
import type { ItemKind, ListItem } from '../list-item.ts'
import type { ListRow } from '../list-service.ts'
import { contextOf, type ListParts, type OpenList, refOf } from './parts.ts'

const rowOf = (binding: ItemBinding, item: ListItem, siblings: readonly ItemBinding[]): ListRow => ({
  id: binding.id,
  version: binding.version,
  uniqueId: binding.uniqueId,
  seriesGuid: binding.seriesGuid,
  masterId: item.masterKey === null ? null : (siblings.find(({ key }) => key === item.masterKey)?.id ?? null),
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

const ranks: Readonly<Record<ItemKind, number>> = { master: 0, exception: 1, deleted: 1, single: 2 }

/** Each master before its exceptions: MS-LISTSWS 2.2.4.4. */
const inObject = ({ item: a }: ListRow, { item: b }: ListRow): number =>
  ranks[a.kind] - ranks[b.kind] || (a.recurrenceId ?? a.start).localeCompare(b.recurrenceId ?? b.start)

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
  const unkept = bindings.filter(({ item }) => item === null).map(({ objectName }) => objectName)
  const mapped = await mappedItems(parts, open, [...new Set(unkept)], options)
  const itemOf = ({ item, objectName, key }: ItemBinding): ListItem | undefined =>
    item ?? mapped.get(`${objectName} ${key}`)
  const inSeries = areWhole ? [] : bindings.filter((binding) => (itemOf(binding)?.masterKey ?? null) !== null)
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
    rows.push(...(found.length > 1 ? found.sort(inObject) : found))
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
