import type { PeerObject } from '@dayport/core'
import { canonicalOf, sameGroups } from '../content/canonical.ts'
import type { Groups } from '../content/groups.ts'
import type { EndState } from '../plan/plan.ts'
import type { InboxRow, LinkEnd, SyncLink } from '../state/records.ts'
import type { RunContext } from './context.ts'
import type { Unit } from './unit.ts'

/** One end of an event as it is now. */
export interface Content {
  readonly object: PeerObject
  /** As the remote side can hold it, canonical. */
  readonly groups: Groups
  /** The bytes behind `groups`. */
  readonly shown: Uint8Array
}

export const portalContent = async (context: RunContext, name: string): Promise<Content | null> => {
  const object = await context.peers.portal.get(name)
  if (object === null) return null
  const shown = context.peers.remote.project(object.data)
  return { object, shown, groups: canonicalOf(shown) }
}

export const remoteContent = (object: PeerObject): Content => ({
  object,
  shown: object.data,
  groups: canonicalOf(object.data),
})

export const contentOfRow = (row: InboxRow): Content | null =>
  row.data === null
    ? null
    : remoteContent({
        name: row.name,
        etag: row.etag ?? '',
        data: row.data,
        modifiedMs: row.modifiedMs,
        isOrganizer: row.isOrganizer,
        operationId: row.operationId,
      })

export const freshRemote = async (context: RunContext, unit: Unit): Promise<Content | null> => {
  const name = unit.link?.remote?.name
  const object = name === undefined ? null : await context.peers.remote.get(name)
  return object === null ? null : { object, shown: object.data, groups: canonicalOf(object.data) }
}

export const endOf = (content: Content, base: Groups = content.groups): LinkEnd => ({
  name: content.object.name,
  etag: content.object.etag,
  base,
})

export const endState = (end: SyncLink['portal'], content: Content | null): EndState => {
  if (end === null) return 'none'
  if (content === null) return 'gone'
  return sameGroups(end.base, content.groups) ? 'same' : 'changed'
}
