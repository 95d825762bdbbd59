import { changedGroups } from '../content/canonical.ts'
import type { SyncLink } from '../state/records.ts'
import type { RunContext } from './context.ts'
import { finishRows, type Unit } from './unit.ts'

const dayMs = 86_400_000

/** Times of writes that no person's edit caused: a person's edit ends the count. */
export const echoesAfter = (context: RunContext, link: SyncLink, { portalRow }: Unit): readonly number[] => {
  if (portalRow === null || portalRow.byUser) return []
  const nowMs = context.now()
  return [...link.echoes.filter((at) => at > nowMs - dayMs), nowMs]
}

/** Two programs that correct each other would go on for ever. */
export const isPingPong = async (context: RunContext, unit: Unit, link: SyncLink): Promise<boolean> => {
  if (link.echoes.length <= context.limits.maxEchoes) return false
  await context.write(async (tx) => {
    const { portal, remote } = unit
    await context.state.putLinks(
      [
        {
          ...link,
          state: 'quarantined',
          reason: 'ping-pong',
          portal: portal === null || link.portal === null ? link.portal : { ...link.portal, etag: portal.object.etag },
          remote: remote === null || link.remote === null ? link.remote : { ...link.remote, etag: remote.object.etag },
          updatedMs: context.now(),
        },
      ],
      { tx },
    )
    await finishRows(context, unit, tx)
    const groups = portal === null || remote === null ? [] : changedGroups(remote.groups, portal.groups)
    await context.note({ link: link.id, action: 'quarantined', reason: 'ping-pong', groups }, tx)
  })
  context.counts.quarantined += 1
  return true
}
