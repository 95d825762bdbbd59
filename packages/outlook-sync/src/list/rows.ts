import type { CalendarObject, CallOptions } from '@dayport/core'
import type { ItemBinding } from '../binding-store.ts'
import type { MappingContext } from '../item-mapping.ts'
import type { ListItem } from '../list-item.ts'
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

/** Rows of whole objects in the order of their names, each master before its exceptions. */
export const rowsOf = async (
  parts: ListParts,
  open: OpenList,
  bindings: readonly ItemBinding[],
  options?: CallOptions,
  /** Whether `bindings` has all living items of its objects; else they are looked up, for the masters among them. */
  { areWhole = false }: { readonly areWhole?: boolean } = {},
): Promise<ListRow[]> => {
  const names = [...new Set(bindings.map(({ objectName }) => objectName))]
  if (names.length === 0) return []
  const objects = new Map<string, CalendarObject>()
  for await (const object of parts.service.findObjects(open.who, open.calendar.id, { names }, options)) {
    objects.set(object.name, object)
  }
  const siblings = Map.groupBy(
    areWhole ? bindings : await parts.bindings.bindingsOf(refOf(open), names, options),
    ({ objectName }) => objectName,
  )
  const wanted = new Map(bindings.map((binding) => [`${binding.objectName} ${binding.key}`, binding]))
  const context = contextOf(parts, open)
  const rows: ListRow[] = []
  for (const name of names) {
    const object = objects.get(name)
    if (object === undefined) continue
    for (const item of itemsOf(parts, object, context)) {
      const binding = wanted.get(`${name} ${item.key}`)
      if (binding !== undefined) rows.push(rowOf(binding, item, siblings.get(name) ?? []))
    }
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
