import { CalendarError } from '@dayport/core'
import { canonicalOf, digestOfGroups, occursWithin, sameGroups, uidOf, viewEvent } from '../content/canonical.ts'
import { type EndState, planEvent } from '../plan/plan.ts'
import type { InboxRow, Side, SyncLink } from '../state/records.ts'
import { isLiving, type RunContext } from './context.ts'
import { type Content, contentOfRow, endState, portalContent, remoteContent } from './ends.ts'
import { isConfirmedGone, missedNow } from './missing.ts'
import { linksOf, movedPortal, movedRemote } from './moved.ts'
import { strayOf, tombstoneOf } from './stray.ts'
import type { GatherOptions, Unit } from './unit.ts'

/** What a row leads to: an event to work on, nothing any more, something to wait for, or content that the other side cannot say. */
export type Gathered =
  | { readonly kind: 'unit'; readonly unit: Unit }
  | { readonly kind: 'drop'; readonly rows: readonly InboxRow[] }
  | { readonly kind: 'wait'; readonly row: InboxRow; readonly untilMs: number }
  | { readonly kind: 'unsupported'; readonly unit: Unit; readonly reason: string }

export const gather = async (context: RunContext, row: InboxRow, options: GatherOptions): Promise<Gathered> => {
  const { state, binding } = context
  const link = await state.findLink(binding.id, row.side, row.name)
  if (isLiving(link)) return gatherLinked(context, link, row, options)
  return row.side === 'portal' ? gatherNewPortal(context, row, options) : gatherNewRemote(context, row, link, options)
}

const rowOf = async (context: RunContext, side: Side, name: string | undefined): Promise<InboxRow | null> =>
  name === undefined ? null : context.state.getInbox({ binding: context.binding.id, side, name })

const gatherLinked = async (
  context: RunContext,
  link: SyncLink,
  row: InboxRow,
  { fresh }: GatherOptions,
): Promise<Gathered> => {
  const nowMs = context.now()
  if (context.blocked.has(link.id)) return { kind: 'wait', row, untilMs: nowMs + context.limits.settleMs }
  const portalRow = await rowOf(context, 'portal', link.portal?.name)
  const remoteRow = await rowOf(context, 'remote', link.remote?.name)
  if (remoteRow?.state === 'listed') return { kind: 'wait', row, untilMs: Math.max(nowMs + 1, remoteRow.notBeforeMs) }
  const parts = { link, portalRow, remoteRow }

  let portal: Content | null = null
  let unsupported: string | null = null
  try {
    portal = link.portal === null ? null : await portalContent(context, link.portal.name)
  } catch (error) {
    if (!CalendarError.is(error, 'unrepresentable')) throw error
    unsupported = typeof error.details?.reason === 'string' ? error.details.reason : 'unrepresentable'
  }
  const nothing: Unit = { ...parts, portal, remote: null, action: 'nothing' }
  if (unsupported !== null) return { kind: 'unsupported', unit: nothing, reason: unsupported }
  // What was asked for and did not come to be is still to be made, whatever the portal says by now.
  const isAskedFor = link.remote === null && link.creation !== null && portal !== null
  const portalState = isAskedFor ? 'changed' : endState(link.portal, portal)

  let remote = remoteRow === null ? null : contentOfRow(remoteRow)
  let remoteState: EndState
  const mayWrite = portalState !== 'same' && context.policy.direction !== 'to-portal'
  if (link.remote === null) remoteState = 'none'
  else if (remoteRow?.state === 'gone' || remoteRow?.state === 'delete') {
    if (!isConfirmedGone(context, remoteRow)) {
      const untilMs = context.reads.isPartial ? nowMs + context.limits.settleMs : remoteRow.notBeforeMs
      return { kind: 'wait', row, untilMs: Math.max(untilMs, remoteRow.notBeforeMs) }
    }
    remoteState = remoteRow.state === 'gone' ? 'gone' : await stateOfDelete(context, link, fresh)
  } else if (fresh && (mayWrite || link.state !== 'ok')) {
    const object = await context.peers.remote.get(link.remote.name)
    if (object === null) return { kind: 'wait', row, untilMs: await missedNow(context, link.remote.name, remoteRow) }
    remote = remoteContent(object)
    remoteState = endState(link.remote, remote)
  } else remoteState = remote === null ? 'same' : endState(link.remote, remote)

  const action = planEvent(portalState, remoteState, context.policy)
  return { kind: 'unit', unit: { ...parts, portal, remote, action } }
}

/** Of a link whose remote end waits to be deleted: it may have been edited meanwhile. */
const stateOfDelete = async (context: RunContext, link: SyncLink, fresh: boolean): Promise<EndState> => {
  if (!fresh || link.remote === null) return 'same'
  const object = await context.peers.remote.get(link.remote.name)
  return object === null ? 'gone' : endState(link.remote, remoteContent(object))
}

const isEvent = (data: Uint8Array): boolean => {
  const { master, overrides } = viewEvent(data)
  return (master ?? [...overrides.values()][0])?.name === 'VEVENT'
}

/** Whether a new event is to be taken along, as its place in the window and the stated rule about earlier events have it. */
const isWanted = (context: RunContext, data: Uint8Array): boolean => {
  if (!isEvent(data)) return false
  if (context.binding.window !== null && !occursWithin(data, context.binding.window)) return false
  return !(context.binding.phase === 'initial' && context.policy.earlier === 'leave-out')
}

const gatherNewPortal = async (context: RunContext, row: InboxRow, options: GatherOptions): Promise<Gathered> => {
  const drop: Gathered = { kind: 'drop', rows: [row] }
  const object = await context.peers.portal.get(row.name)
  if (object === null) return drop
  let uid: string
  try {
    if (!isEvent(object.data)) return drop
    uid = uidOf(object.data)
  } catch (error) {
    if (CalendarError.is(error)) return drop
    throw error
  }
  const moved = await movedPortal(context, uid, row, options)
  if (moved !== null) return gatherLinked(context, moved, row, options)
  let portal: Content
  try {
    const shown = context.peers.remote.project(object.data)
    portal = { object, shown, groups: canonicalOf(shown) }
  } catch (error) {
    if (!CalendarError.is(error, 'unrepresentable')) throw error
    if (!isWanted(context, object.data)) return drop
    const unit: Unit = {
      link: null,
      portalRow: row,
      remoteRow: null,
      portal: { object, shown: object.data, groups: {} },
      remote: null,
      action: 'nothing',
    }
    const reason = typeof error.details?.reason === 'string' ? error.details.reason : 'unrepresentable'
    return { kind: 'unsupported', unit, reason }
  }
  const partner = await partnerOf(context, uid, portal)
  if (partner === null && context.reads.isPartial) {
    // What could not be read yet may be this very event.
    return { kind: 'wait', row, untilMs: context.now() + context.limits.settleMs }
  }
  if (partner === null && !isWanted(context, object.data)) return drop
  const remote = partner === null ? null : contentOfRow(partner)
  const action = planEvent('new', remote === null ? 'none' : 'new', context.policy)
  return { kind: 'unit', unit: { link: null, portalRow: row, remoteRow: partner, portal, remote, action } }
}

/**
 * The remote object that a new portal event is already: by UID, and by equal content where both sides are compared anew, or where the
 * object was made by an operation that is forgotten, as after a restored database. Never by title and time alone.
 */
const partnerOf = async (context: RunContext, uid: string, portal: Content): Promise<InboxRow | null> => {
  const { state, binding } = context
  const free = async (rows: readonly InboxRow[]): Promise<InboxRow | null> => {
    for (const row of rows) {
      if (row.data === null) continue
      if (!isLiving(await state.findLink(binding.id, 'remote', row.name))) return row
    }
    return null
  }
  const byUid = await free(await state.findInbox(binding.id, 'remote', { uid }))
  if (byUid !== null) return byUid
  const isComparedAnew = binding.phase === 'initial' || binding.phase === 'reconcile'
  const equal: InboxRow[] = []
  for (const row of await state.findInbox(binding.id, 'remote', { digest: digestOfGroups(portal.groups) })) {
    if (row.data === null || !sameGroups(canonicalOf(row.data), portal.groups)) continue
    const isForgotten = row.operationId !== null && (await state.getOperation(row.operationId)) === null
    if (isComparedAnew || isForgotten) equal.push(row)
  }
  return free(equal)
}

const gatherNewRemote = async (
  context: RunContext,
  row: InboxRow,
  tombstone: SyncLink | null,
  options: GatherOptions,
): Promise<Gathered> => {
  if (row.state === 'listed') return { kind: 'wait', row, untilMs: Math.max(context.now() + 1, row.notBeforeMs) }
  const remote = contentOfRow(row)
  if (remote === null || row.uid === null) return { kind: 'drop', rows: [row] }
  const unit: Unit = { link: null, portalRow: null, remoteRow: row, portal: null, remote, action: 'nothing' }
  const stray = await strayOf(context, row, remote, tombstone)
  if (stray !== null)
    return { kind: 'unit', unit: { ...unit, link: stray.link, stray: stray.why, action: 'delete-remote' } }

  for (const link of await linksOf(context, row)) {
    if (context.blocked.has(link.id)) return { kind: 'wait', row, untilMs: context.now() + context.limits.settleMs }
    const moved = await movedRemote(context, link, row, options)
    if (moved !== null) return gatherLinked(context, moved, row, options)
  }
  const old = await tombstoneOf(context, row, remote)
  if (old !== null) {
    return { kind: 'unit', unit: { ...unit, link: old, stray: 'restored-backup', action: 'delete-remote' } }
  }
  if (!isWanted(context, remote.object.data)) return { kind: 'drop', rows: [row] }
  return { kind: 'unit', unit: { ...unit, action: planEvent('none', 'new', context.policy) } }
}
