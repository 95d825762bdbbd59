import type { PeerObject } from '@dayport/core'
import { canonicalOf, sameGroups } from '../content/canonical.ts'
import type { Side, SyncLink, SyncOperation } from '../state/records.ts'
import { nowThere } from './clock.ts'
import { heardOf, type RunContext } from './context.ts'
import { send } from './remote-write.ts'
import { finishRows, rowsOf, type Unit } from './unit.ts'

/** Why a link is a tombstone: its event was deleted in the portal. */
export const deletedHere = 'deleted-here'

/** A link both of whose ends are gone, from now on. */
const tombstoneFrom = (context: RunContext, link: SyncLink, { action }: Unit): SyncLink => {
  const { buriedMs: _, ...rest } = link
  const atMs = nowThere(context)
  const buried = atMs === null ? {} : { buriedMs: atMs }
  const reason = action === 'delete-remote' ? deletedHere : null
  return { ...rest, state: 'tombstone', reason, conflict: null, updatedMs: context.now(), ...buried }
}

export const bury = (context: RunContext, unit: Unit): Promise<void> =>
  context.write(async (tx) => {
    if (unit.link !== null) {
      await context.state.putLinks([tombstoneFrom(context, unit.link, unit)], { tx })
      await context.note({ link: unit.link.id, action: 'tombstone' }, tx)
    }
    await finishRows(context, unit, tx)
  })

/**
 * All other writes come first, and the guard counts before anything is deleted: a row of the side that is gone, in state `delete`, stands
 * for one deletion on the other side.
 */
export const deferDelete = (context: RunContext, unit: Unit): Promise<void> =>
  context.write(async (tx) => {
    const { state } = context
    const { link, portalRow, remoteRow } = unit
    const goneSide: Side = unit.action === 'delete-remote' && unit.stray === undefined ? 'portal' : 'remote'
    const name = link?.[goneSide]?.name
    const row = goneSide === 'portal' ? portalRow : remoteRow
    const other = goneSide === 'portal' ? remoteRow : portalRow
    if (row !== null) await state.putInbox([{ ...row, state: 'delete' }], { tx })
    else if (name !== undefined) {
      await state.putInbox([{ ...heardOf(context, goneSide, name, null, true), state: 'delete' }], { tx })
    }
    if (other !== null) await state.deleteInbox([other], { tx })
  })

/** Deletes what a plan has put off, once the guard has let it pass. */
export const applyDelete = async (context: RunContext, unit: Unit): Promise<void> => {
  const { state, peers } = context
  const { link } = unit
  if (link === null) return
  if (unit.action === 'delete-portal' && unit.portal !== null) {
    const { object } = unit.portal
    await context.write(async (tx) => {
      await peers.portal.delete(object.name, { ifMatch: [object.etag] }, { tx })
      await state.putLinks([tombstoneFrom(context, link, unit)], { tx })
      await finishRows(context, unit, tx)
      await context.note({ link: link.id, action: 'delete-portal', side: 'portal', kept: object.data }, tx)
    })
    context.counts.deletedPortal += 1
    return
  }
  // What came back from a backup may have got another name.
  const name = unit.stray === undefined ? link.remote?.name : unit.remoteRow?.name
  const object = name === undefined ? null : await peers.remote.get(name)
  if (object === null) {
    await bury(context, unit)
    return
  }
  const known = unit.remote?.groups ?? link.remote?.base
  if (!sameGroups(canonicalOf(object.data), known ?? {}) && context.policy.deletes === 'edit-wins') {
    // Edited after it was looked at: edits beat deletions.
    await context.write(async (tx) => {
      await state.deleteInbox(rowsOf(unit), { tx })
      await state.putInbox(
        [
          heardOf(context, 'remote', object.name, object.etag, true),
          ...(link.portal === null ? [] : [heardOf(context, 'portal', link.portal.name, null, true)]),
        ],
        { tx },
      )
    })
    return
  }
  await removeRemote(context, unit, object, link)
  context.counts.deletedRemote += 1
}

/** Deletes an object of ours that nobody wants, after a last look: somebody may have made something of it. */
export const removeStray = async (context: RunContext, unit: Unit): Promise<void> => {
  if (unit.remote === null) return
  const { name } = unit.remote.object
  const object = await context.peers.remote.get(name)
  if (object !== null && sameGroups(canonicalOf(object.data), unit.remote.groups)) {
    await removeRemote(context, unit, object, null)
    context.counts.deletedRemote += 1
    return
  }
  await context.write(async (tx) => {
    await finishRows(context, unit, tx)
    if (object !== null) await context.state.putInbox([heardOf(context, 'remote', name, object.etag, true)], { tx })
  })
}

const removeRemote = async (
  context: RunContext,
  unit: Unit,
  object: PeerObject,
  link: SyncLink | null,
): Promise<void> => {
  const { state, peers } = context
  const operation: SyncOperation = {
    id: context.newId(),
    binding: context.binding.id,
    kind: 'delete',
    state: 'sent',
    link: link?.id ?? '',
    remoteName: object.name,
    etag: object.etag,
    expected: {},
    sent: [],
    portal: null,
    attempts: 1,
    sentMs: context.now(),
  }
  const action = unit.stray ?? 'delete-remote'
  const entry = { link: link?.id ?? '', action, side: 'remote', kept: object.data } as const
  // What is nowhere else is kept before it goes: the answer may never come.
  const groups = canonicalOf(object.data)
  const bases = link === null ? [{}] : [link.remote?.base ?? {}, link.portal?.base ?? {}]
  const isOnlyThere = bases.some((base) => !sameGroups(base, groups))
  await context.write(async (tx) => {
    await state.putOperation(operation, { tx })
    if (isOnlyThere) await context.note(entry, tx)
  })
  await send(context, operation, async () => {
    await peers.remote.delete(object.name, { ifMatch: [object.etag] }, { operationId: operation.id })
    return { name: object.name, etag: object.etag, data: object.data }
  })
  await context.write(async (tx) => {
    if (link !== null) {
      const remote = link.remote === null ? null : { ...link.remote, name: object.name }
      await state.putLinks([tombstoneFrom(context, { ...link, remote }, unit)], { tx })
    }
    await state.putOperation({ ...operation, state: 'confirmed' }, { tx })
    await finishRows(context, unit, tx)
    if (!isOnlyThere) await context.note(entry, tx)
  })
}
