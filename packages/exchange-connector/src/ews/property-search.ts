import type { CallOptions } from '@dayport/core'
import type { EwsClient } from './client.ts'
import type { EwsFolder } from './ids.ts'
import type { EwsCalendarItem } from './item.ts'
import { findByProperty } from './operations/read-items.ts'
import { type PortalField, portalFields } from './properties.ts'
import { createWays } from './ways.ts'

export interface PropertySearch {
  /** Items of a folder that carry a value of one of our properties. A new one may be missing for a while. */
  (field: PortalField, value: string, options: CallOptions): Promise<readonly EwsCalendarItem[]>
  /** The same by looking through the folder, which does not miss what a search finds late. */
  lookThrough(field: PortalField, value: string, options: CallOptions): Promise<readonly EwsCalendarItem[]>
}

/** Most items that are looked through. */
const mostItems = 100_000

/**
 * Servers answer such a search from the store. One that refuses the restriction, or does not heed it, is asked for all items from then
 * on, and they are looked through here: slower, and right.
 *
 * Where no item tells the property that it was searched by, all are given: the reader tests them.
 */
export const createPropertySearch = ({
  client,
  folder,
}: {
  readonly client: EwsClient
  readonly folder: EwsFolder
}): PropertySearch => {
  const ways = createWays(['restricted', 'looked through'] as const)
  let isHeeded = true
  /** Whether everything is asked for, since what is named alone did not come. */
  let all = false

  const pages = async (
    field: PortalField,
    value: string | null,
    options: CallOptions,
  ): Promise<readonly EwsCalendarItem[]> => {
    const found: EwsCalendarItem[] = []
    const met = new Set<string>()
    for (let offset = 0; offset < mostItems; ) {
      const input = { folder, field: portalFields[field], value, offset, all }
      const { items, count, last } = await client.call(findByProperty, input, options)
      const fresh = items.filter(({ itemId }) => !met.has(itemId.id))
      found.push(...fresh)
      for (const { itemId } of fresh) met.add(itemId.id)
      offset += count
      // Where the answer does not say whether it is the last, one with nothing new is: all of them may come with each page.
      if (last === true || count === 0 || (last === null && items.length > 0 && fresh.length === 0)) break
    }
    if (all || found.length === 0 || found.some((item) => item.portal[field] !== null || item.isTypeTold)) return found
    all = true
    return pages(field, value, options)
  }

  const lookThrough = async (field: PortalField, value: string, options: CallOptions) =>
    (await pages(field, null, options)).filter((item) => item.portal[field] === value)

  const search = (field: PortalField, value: string, options: CallOptions): Promise<readonly EwsCalendarItem[]> =>
    ways(async (way) => {
      if (way === 'looked through' || !isHeeded) return lookThrough(field, value, options)
      const found = await pages(field, value, options)
      isHeeded = found.every((item) => item.portal[field] === null || item.portal[field] === value)
      return isHeeded ? found : lookThrough(field, value, options)
    })

  return Object.assign(search, { lookThrough })
}
