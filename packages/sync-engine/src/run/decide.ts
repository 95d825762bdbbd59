import { mergeGroups, naturalWinner } from '../content/merge.ts'
import type { Side, SyncLink } from '../state/records.ts'
import { isClockTrusted } from './clock.ts'
import type { RunContext } from './context.ts'
import type { Content } from './ends.ts'

export interface Decision {
  readonly toPortal: readonly string[]
  readonly toRemote: readonly string[]
  /** Conflicts that are decided, by who lost. */
  readonly lost: Readonly<Record<Side, readonly string[]>>
  readonly pending: readonly string[]
  readonly categories: readonly string[] | null
}

export const decide = (context: RunContext, link: SyncLink, portal: Content, remote: Content): Decision => {
  const found = mergeGroups(
    { base: link.portal?.base ?? {}, now: portal.groups },
    { base: link.remote?.base ?? {}, now: remote.groups },
  )
  const toPortal = [...found.toPortal]
  const toRemote = [...found.toRemote]
  const lost: Record<Side, string[]> = { portal: [], remote: [] }
  const pending: string[] = []
  for (const group of found.conflicts) {
    const winner = winnerOf(context, link, group, portal, remote)
    if (winner === null) pending.push(group)
    else if (winner === 'portal') {
      toRemote.push(group)
      lost.remote.push(group)
    } else {
      toPortal.push(group)
      lost.portal.push(group)
    }
  }
  const { direction } = context.policy
  return {
    toPortal: direction === 'to-remote' ? [] : toPortal,
    toRemote: direction === 'to-portal' ? [] : toRemote,
    lost,
    pending,
    categories: found.categories,
  }
}

/** Which side wins a group that both have changed; `null` leaves it to a person. */
const winnerOf = (
  context: RunContext,
  link: SyncLink,
  group: string,
  portal: Content,
  remote: Content,
): Side | null => {
  const choice = link.conflict?.choice ?? null
  if (choice === 'keep-both') return 'portal'
  const chosen = choice?.[group]
  if (chosen !== undefined) return chosen
  const { direction, conflicts } = context.policy
  if (direction !== 'both') return direction === 'to-remote' ? 'portal' : 'remote'
  const natural = naturalWinner(group, portal.groups, remote.groups)
  if (natural !== null) return natural
  switch (conflicts) {
    case 'ask':
      return null
    case 'portal-wins':
      return 'portal'
    case 'remote-wins':
      return 'remote'
    case 'newest': {
      const [here, there] = [portal.object.modifiedMs, remote.object.modifiedMs]
      if (!isClockTrusted(context) || here === null || there === null) return 'remote'
      return here > there ? 'portal' : 'remote'
    }
    default:
      return remote.object.isOrganizer !== null ? 'remote' : link.origin
  }
}
