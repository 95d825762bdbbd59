import type { CallOptions } from '@dayport/core'
import { dayMs } from '../event/days.ts'
import type { EwsClient } from './client.ts'
import { remoteError } from './failure.ts'
import type { EwsFolder } from './ids.ts'
import type { EwsCalendarItem } from './item.ts'
import { findInView, maxViewItems } from './operations/read-items.ts'

/**
 * Everything that touches a span of time, with what tells the single events of a series: what a search by property misses is there too.
 *
 * @throws {RemoteError} `item` when a day has more than one view may return.
 */
export const partsInView = async (
  { client, folder }: { readonly client: EwsClient; readonly folder: EwsFolder },
  { startMs, endMs }: { readonly startMs: number; readonly endMs: number },
  call: CallOptions,
): Promise<readonly EwsCalendarItem[]> => {
  const input = { folder, startMs, endMs, shape: 'part' } as const
  const told = await client.call(findInView, input, call)
  // What is named alone does not come from every server.
  const isBare = told.items.length > 0 && told.items.every((item) => !item.isTypeTold && item.portal.calendar === null)
  const { items, count, last } = isBare ? await client.call(findInView, { ...input, all: true }, call) : told
  if (last !== false && count < maxViewItems) return items
  if (endMs - startMs <= dayMs) {
    const facts = { code: null, status: null, requestId: null, retryAfterMs: null, write: false }
    throw remoteError('item', facts, new Error('a day has more events than a view tells'))
  }
  const middleMs = startMs + Math.floor((endMs - startMs) / 2)
  const first = await partsInView({ client, folder }, { startMs, endMs: middleMs }, call)
  return [...first, ...(await partsInView({ client, folder }, { startMs: middleMs, endMs }, call))]
}
