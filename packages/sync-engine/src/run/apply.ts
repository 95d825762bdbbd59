import type { InboxRow, LinkEnd } from '../state/records.ts'
import type { RunContext } from './context.ts'
import { createPortal, createRemote } from './create.ts'
import { bury, deferDelete, removeStray } from './delete.ts'
import { type Content, endOf } from './ends.ts'
import { merge } from './merge-unit.ts'
import { finishRows, type Unit } from './unit.ts'

/** Does what the unit's plan says, except deletions, which wait for their turn. */
export const applyUnit = async (context: RunContext, unit: Unit): Promise<void> => {
  if (unit.stray === 'duplicate' || unit.stray === 'abandoned') {
    await removeStray(context, unit)
    return
  }
  switch (unit.action) {
    case 'nothing':
      await accept(context, unit)
      return
    case 'forget-remote':
    case 'forget-portal':
      await forget(context, unit)
      return
    case 'tombstone':
      await bury(context, unit)
      return
    case 'create-portal':
    case 'restore-portal':
      await createPortal(context, unit)
      return
    case 'create-remote':
    case 'restore-remote':
      await createRemote(context, unit)
      return
    case 'delete-portal':
    case 'delete-remote':
      await deferDelete(context, unit)
      return
    default:
      await merge(context, unit)
  }
}

/** Both ends say what they said: only their versions are new. */
const accept = (context: RunContext, unit: Unit): Promise<void> =>
  context.write(async (tx) => {
    const { link, portal, remote } = unit
    if (link !== null) {
      const healed = link.portal !== null && link.remote !== null && link.state !== 'conflict'
      await context.state.putLinks(
        [
          {
            ...link,
            state: healed ? 'ok' : link.state,
            reason: healed ? null : link.reason,
            portal:
              portal === null || link.portal === null ? link.portal : { ...link.portal, etag: portal.object.etag },
            remote:
              remote === null || link.remote === null ? link.remote : { ...link.remote, etag: remote.object.etag },
          },
        ],
        { tx },
      )
    }
    await finishRows(context, unit, tx)
  })

/** In a one-way direction the other side's own doings are left as they are. */
const forget = (context: RunContext, unit: Unit): Promise<void> =>
  context.write(async (tx) => {
    const { link, portal, remote } = unit
    if (link !== null) {
      const after = (end: LinkEnd | null, content: Content | null, row: InboxRow | null): LinkEnd | null => {
        if (end === null || content !== null) return content === null ? end : endOf(content)
        return row === null ? end : null
      }
      const left = {
        portal: unit.action === 'forget-portal' ? after(link.portal, portal, unit.portalRow) : link.portal,
        remote: unit.action === 'forget-remote' ? after(link.remote, remote, unit.remoteRow) : link.remote,
      }
      const creation = left.remote === null ? null : link.creation
      await context.state.putLinks([{ ...link, ...left, creation }], { tx })
    }
    await finishRows(context, unit, tx)
  })
