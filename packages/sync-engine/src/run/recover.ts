import type { PeerObject } from '@dayport/core'
import { canonicalOf, sameButBlanks, uidOf, withOldGroups } from '../content/canonical.ts'
import type { SyncLink, SyncOperation } from '../state/records.ts'
import { heardOf, isLiving, type RunContext, untilTold } from './context.ts'
import { failureOf } from './errors.ts'

/**
 * Finds out by reading whether writes happened whose answer was lost, with the process or on the way. Nothing else starts for those
 * events before.
 */
export const recover = async (context: RunContext): Promise<void> => {
  for (const operation of await context.state.listOperations(context.binding.id, ['sent', 'unknown'])) {
    context.checkCancelled()
    const link = await context.state.getLink(operation.link)
    if (link === null) {
      await settle(context, operation, 'abandoned', null)
      continue
    }
    try {
      if (operation.kind === 'create') await recoverCreate(context, operation, link)
      else await recoverChange(context, operation, link)
    } catch (error) {
      // One event that cannot be read must not hold up the others.
      if (failureOf(error)?.scope !== 'event') throw error
      context.blocked.add(link.id)
    }
  }
}

const recoverCreate = async (context: RunContext, operation: SyncOperation, link: SyncLink): Promise<void> => {
  const found = await context.peers.remote.findByOperation(operation.id)
  if (found !== null && (await isForeign(context, found, link))) {
    await settle(context, operation, 'abandoned', null)
    return
  }
  if (found !== null) {
    await confirmWrite(context, operation, link, found)
    return
  }
  if (context.now() < operation.sentMs + context.limits.settleMs) {
    // New objects may be hidden for a while: asking again too early makes a second one.
    context.blocked.add(link.id)
    return
  }
  await settle(context, operation, 'abandoned', link)
}

/** Copies carry our marks along: what another link holds is not the object that we made. */
const isForeign = async (context: RunContext, found: PeerObject, link: SyncLink): Promise<boolean> => {
  const holder = await context.state.findLink(context.binding.id, 'remote', found.name)
  return isLiving(holder) && holder.id !== link.id
}

const recoverChange = async (context: RunContext, operation: SyncOperation, link: SyncLink): Promise<void> => {
  if (operation.kind === 'delete') {
    // What is not found may be deleted, or moved: it is looked for like everything that is missing.
    await settle(context, operation, 'abandoned', link)
    return
  }
  const name = operation.remoteName ?? link.remote?.name ?? ''
  const now = await context.peers.remote.get(name)
  const isDone = now !== null && now.etag !== operation.etag && sameButBlanks(canonicalOf(now.data), operation.expected)
  if (isDone) await confirmWrite(context, operation, link, now)
  else await settle(context, operation, 'abandoned', link)
}

/** The write happened. What differs from what we sent may be somebody's edit since: it is looked at as such. */
const confirmWrite = (
  context: RunContext,
  operation: SyncOperation,
  link: SyncLink,
  found: PeerObject,
): Promise<void> =>
  context.write(async (tx) => {
    const { state } = context
    const groups = canonicalOf(found.data)
    const asSent = sameButBlanks(groups, operation.expected)
    // Sent more than once: it may be what the first one said. What the portal says beyond it is still to be written.
    const isAgain = operation.kind === 'create' && operation.attempts > 1
    const base = isAgain || asSent ? groups : operation.expected
    const waiting = Object.keys(link.conflict?.groups ?? {})
    const sent = operation.portal ?? link.portal
    const portal = isAgain && sent !== null ? { ...sent, base } : sent
    await state.putLinks(
      [
        {
          ...link,
          remoteUid: uidOf(found.data),
          portal,
          remote: {
            name: found.name,
            etag: asSent || isAgain ? found.etag : '',
            base: withOldGroups(base, link.remote?.base ?? {}, waiting),
          },
          updatedMs: context.now(),
        },
      ],
      { tx },
    )
    await state.putOperation({ ...operation, state: 'confirmed', remoteName: found.name }, { tx })
    const rows = asSent || isAgain ? [] : [heardOf(context, 'remote', found.name, found.etag, true)]
    if (rows.length === 0 && operation.kind === 'create') rows.push(untilTold(context, found.name, found.etag))
    // The portal's end may have changed since: it is looked at again, at no cost.
    if (portal !== null) rows.push(heardOf(context, 'portal', portal.name, portal.etag, false))
    await state.putInbox(rows, { tx })
    // Nobody can tell what of it somebody has edited since, and what the portal says is to be written over it.
    const kept = isAgain && !asSent ? found.data : null
    await context.note({ link: link.id, action: operation.kind, side: 'remote', reason: 'recovered', kept }, tx)
  })

/** Both ends are looked at afresh, and planned for what they are. */
const settle = (
  context: RunContext,
  operation: SyncOperation,
  state: 'abandoned',
  link: SyncLink | null,
): Promise<void> =>
  context.write(async (tx) => {
    await context.state.putOperation({ ...operation, state }, { tx })
    if (link === null || link.state === 'tombstone') return
    const rows = (['portal', 'remote'] as const).flatMap((side) =>
      link[side] === null ? [] : [heardOf(context, side, link[side].name, null, true)],
    )
    await context.state.putInbox(rows, { tx })
  })
