import { CalendarError } from '@dayport/core'
import { textProperty } from '@dayport/core/ical'
import { canonicalOf, digestAsSent, markOfGroups, uidOf } from '../content/canonical.ts'
import { withUid } from '../content/transfer.ts'
import type { LinkEnd, SentCreation, SyncLink, SyncOperation } from '../state/records.ts'
import { nowThere } from './clock.ts'
import { heardOf, type RunContext } from './context.ts'
import { type Content, endOf, freshRemote } from './ends.ts'
import { merge } from './merge-unit.ts'
import { echoesAfter, isPingPong } from './ping-pong.ts'
import { recordWrite, send } from './remote-write.ts'
import { newLink } from './set-aside.ts'
import { finishRows, type Unit } from './unit.ts'

/** An event that came from the remote side, or that was deleted here and edited there. */
export const createPortal = async (context: RunContext, unit: Unit): Promise<void> => {
  const { state, peers } = context
  const remote = unit.remote ?? (await freshRemote(context, unit))
  if (remote === null) return
  const link = unit.link ?? newLink(context, uidOf(remote.object.data), 'remote')
  const isRestored = unit.action === 'restore-portal'
  let data = unit.link === null ? remote.object.data : withUid(remote.object.data, textProperty('UID', link.uid))
  for (let round = 0; ; round += 1) {
    try {
      const uid = uidOf(data)
      await context.write(async (tx) => {
        const stored = await peers.portal.put(null, data, { ifNoneMatch: '*' }, { tx })
        const portal: LinkEnd = { name: stored.name, etag: stored.etag, base: canonicalOf(peers.remote.project(data)) }
        await state.putLinks(
          [
            {
              ...link,
              uid,
              remoteUid: uidOf(remote.object.data),
              state: 'ok',
              reason: null,
              portal,
              remote: endOf(remote),
              updatedMs: context.now(),
            },
          ],
          { tx },
        )
        await finishRows(context, unit, tx)
        await context.note({ link: link.id, action: unit.action, side: 'portal' }, tx)
      })
      if (isRestored) context.counts.conflicts += 1
      context.counts.createdPortal += 1
      return
    } catch (error) {
      if (!CalendarError.is(error, 'uid-conflict') || round > 0) throw error
      const holder = typeof error.details?.name === 'string' ? error.details.name : null
      const other = holder === null ? null : await state.findLink(context.binding.id, 'portal', holder)
      if (holder !== null && (other === null || other.state === 'tombstone' || other.remote === null)) {
        if (await pairWithHolder(context, unit, holder, other, remote)) return
      }
      // A copy that kept its UID: both are events of their own.
      data = withUid(remote.object.data, textProperty('UID', context.newId()))
    }
  }
}

/** The calendar has this event already, outside of what was listed. */
const pairWithHolder = async (
  context: RunContext,
  unit: Unit,
  holder: string,
  other: SyncLink | null,
  remote: Content,
): Promise<boolean> => {
  const object = await context.peers.portal.get(holder)
  if (object === null) return false
  const shown = context.peers.remote.project(object.data)
  const portal: Content = { object, shown, groups: canonicalOf(shown) }
  const link = other === null || other.state === 'tombstone' ? null : other
  await merge(context, { ...unit, link: link ?? unit.link, portal, remote, action: 'pair' })
  return true
}

const sentNow = (context: RunContext, { groups }: Content): SentCreation => {
  const thereMs = nowThere(context)
  const digests = { all: digestAsSent(groups), mark: markOfGroups(groups) }
  return thereMs === null ? digests : { ...digests, thereMs }
}

/** An event that is new here, or that was deleted there and edited here. */
export const createRemote = async (context: RunContext, unit: Unit): Promise<void> => {
  const { state } = context
  const portal = unit.portal
  if (portal === null) return
  const known = unit.link ?? newLink(context, uidOf(portal.object.data), 'portal')
  const isAgain = unit.action === 'create-remote' && known.creation !== null && known.remote === null
  const operationId = isAgain && known.creation !== null ? known.creation : context.newId()
  const before = isAgain ? await state.getOperation(operationId) : null
  const link: SyncLink = {
    ...known,
    state: 'ok',
    reason: null,
    creation: operationId,
    portal: { ...endOf(portal), base: known.portal?.base ?? {} },
    remote: null,
    echoes: echoesAfter(context, known, unit),
  }
  if (await isPingPong(context, unit, link)) return
  const operation: SyncOperation = {
    id: operationId,
    binding: context.binding.id,
    kind: 'create',
    state: 'sent',
    link: link.id,
    remoteName: null,
    etag: null,
    expected: portal.groups,
    sent: [...(before?.sent ?? []), sentNow(context, portal)],
    portal: endOf(portal),
    attempts: (before?.attempts ?? 0) + 1,
    sentMs: context.now(),
  }
  // An edit that came in after the feed was asked has no row, and its version is known from here on: if we end here, it is in the inbox.
  const row = unit.portalRow ?? heardOf(context, 'portal', portal.object.name, portal.object.etag, true)
  // The journal knows before the other side does.
  await context.write(async (tx) => {
    await state.putLinks([link], { tx })
    await state.putOperation(operation, { tx })
    if (unit.portalRow === null) await state.putInbox([row], { tx })
  })
  const written = await send(context, operation, () =>
    context.peers.remote.put(null, portal.object.data, { ifNoneMatch: '*' }, { operationId }),
  )
  await recordWrite(context, { ...unit, portalRow: row }, link, operation, written, unit.action)
  context.counts.createdRemote += 1
  if (unit.action === 'restore-remote') context.counts.conflicts += 1
}
