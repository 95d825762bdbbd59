import { CalendarError, type PeerObject } from '@dayport/core'
import {
  canonicalOf,
  digestOfGroups,
  markOfGroups,
  occursWithin,
  sameGroups,
  uidOf,
  viewEvent,
} from '../content/canonical.ts'
import type { Groups } from '../content/groups.ts'
import { type EndState, type PlanAction, planEvent } from '../plan/plan.ts'
import type { InboxRow, Side, SyncLink } from '../state/records.ts'
import { isLiving, type RunContext } from './context.ts'

/** One end of an event as it is now. */
export interface Content {
  readonly object: PeerObject
  /** As the remote side can hold it, canonical. */
  readonly groups: Groups
  /** The bytes behind `groups`. */
  readonly shown: Uint8Array
}

/** One event: its link, what is waiting for it, both ends, and what is to be done. */
export interface Unit {
  readonly link: SyncLink | null
  readonly portalRow: InboxRow | null
  readonly remoteRow: InboxRow | null
  readonly portal: Content | null
  readonly remote: Content | null
  readonly action: PlanAction
  /** Why a remote object of ours is not wanted: made twice, or come back from a backup. */
  readonly stray?: 'duplicate' | 'abandoned' | 'restored-backup'
}

/** What a row leads to: an event to work on, nothing any more, something to wait for, or content that the other side cannot say. */
export type Gathered =
  | { readonly kind: 'unit'; readonly unit: Unit }
  | { readonly kind: 'drop'; readonly rows: readonly InboxRow[] }
  | { readonly kind: 'wait'; readonly row: InboxRow; readonly untilMs: number }
  | { readonly kind: 'unsupported'; readonly unit: Unit; readonly reason: string }

export interface GatherOptions {
  /** Look at the remote side afresh where a write may follow. False for counting: then no request is made. */
  readonly fresh: boolean
}

export const gather = async (context: RunContext, row: InboxRow, options: GatherOptions): Promise<Gathered> => {
  const { state, binding } = context
  const link = await state.findLink(binding.id, row.side, row.name)
  if (isLiving(link)) return gatherLinked(context, link, row, options)
  return row.side === 'portal' ? gatherNewPortal(context, row, options) : gatherNewRemote(context, row, link, options)
}

/**
 * Finds the links of objects that have another name now, before anything is taken for gone: an event that both sides have moved at once
 * is still one event.
 */
export const relinkMoved = async (context: RunContext, row: InboxRow): Promise<void> => {
  const { state, binding } = context
  if (isLiving(await state.findLink(binding.id, row.side, row.name))) return
  if (row.side === 'remote') {
    if (row.state !== 'loaded' || row.uid === null) return
    for (const link of await linksOf(context, row)) {
      if (link.remote !== null && (await movedRemote(context, link, row, { fresh: true })) !== null) return
    }
    return
  }
  const object = row.etag === null ? null : await context.peers.portal.get(row.name)
  if (object === null) return
  try {
    await movedPortal(context, uidOf(object.data), row, { fresh: true })
  } catch (error) {
    if (!CalendarError.is(error)) throw error
  }
}

/**
 * Links that a remote object may be: by UID on either side, and by the operation that made it. Copies share both, so the likeliest comes
 * first, or two events of one series would take each other's place.
 */
const linksOf = async (context: RunContext, row: InboxRow): Promise<readonly SyncLink[]> => {
  const { state, binding } = context
  const byUid = row.uid === null ? [] : await state.findLinksByUid(binding.id, row.uid)
  const operation = row.operationId === null ? null : await state.getOperation(row.operationId)
  const made = operation === null || operation.binding !== binding.id ? null : await state.getLink(operation.link)
  const isKnown = made === null || byUid.some(({ id }) => id === made.id)
  const links = isKnown ? byUid : [...byUid, made].filter(isLiving)
  if (links.length < 2 || row.uid === null) return links
  const rows = await state.findInbox(binding.id, 'remote', { uid: row.uid })
  const others = new Set(rows.flatMap(({ name, digest }) => (name === row.name ? [] : [digest])))
  /**
   * What we asked for and have not seen yet; what says the same; what no other object says; what another says; and what has another UID:
   * then the object is a copy of it.
   */
  const rankOf = (link: SyncLink): number => {
    if (link.remote === null) return link.id === made?.id ? 0 : 2
    if (!isKnown && link.id === made.id) return 4
    const digest = digestOfGroups(link.remote.base)
    if (digest === row.digest) return 1
    return others.has(digest) ? 3 : 2
  }
  const ranked = links.map((link) => ({ link, rank: rankOf(link) }))
  return ranked.sort((one, other) => one.rank - other.rank).map(({ link }) => link)
}

const portalContent = async (context: RunContext, name: string): Promise<Content | null> => {
  const object = await context.peers.portal.get(name)
  if (object === null) return null
  const shown = context.peers.remote.project(object.data)
  return { object, shown, groups: canonicalOf(shown) }
}

const remoteContent = (object: PeerObject): Content => ({
  object,
  shown: object.data,
  groups: canonicalOf(object.data),
})

const contentOfRow = (row: InboxRow): Content | null =>
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
  const portalState = endState(link.portal, portal)

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

const endState = (end: SyncLink['portal'], content: Content | null): EndState => {
  if (end === null) return 'none'
  if (content === null) return 'gone'
  return sameGroups(end.base, content.groups) ? 'same' : 'changed'
}

/**
 * Gone is what a later run does not find either, whose listing was asked for once the time of grace was over, and only once everything
 * that was heard of is read: what could not be read yet may be the same object under another name.
 */
const isConfirmedGone = (context: RunContext, row: InboxRow): boolean =>
  row.state === 'delete' ||
  (row.goneRun !== context.run.id && row.notBeforeMs <= context.reads.listedMs && !context.reads.isPartial)

/** Found missing just when it was to be written. */
const missedNow = async (context: RunContext, name: string, row: InboxRow | null): Promise<number> => {
  const nowMs = context.now()
  const untilMs = nowMs + context.limits.goneGraceMs
  await context.write((tx) =>
    context.state.putInbox(
      [
        {
          ...(row ?? emptyRow(context, name)),
          state: 'gone',
          etag: null,
          data: null,
          goneRun: context.run.id,
          seenMs: nowMs,
          notBeforeMs: untilMs,
        },
      ],
      { tx },
    ),
  )
  return untilMs
}

const emptyRow = (context: RunContext, name: string): InboxRow => ({
  binding: context.binding.id,
  side: 'remote',
  name,
  etag: null,
  state: 'gone',
  generation: context.binding.generation,
  seenMs: context.now(),
  notBeforeMs: 0,
  attempts: 0,
  goneRun: null,
  byUser: true,
  uid: null,
  digest: null,
  operationId: null,
  data: null,
  modifiedMs: null,
  isOrganizer: null,
})

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
  if (moved !== null) return moved
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
  if (partner === null && !isWanted(context, object.data)) return drop
  const remote = partner === null ? null : contentOfRow(partner)
  const action = planEvent('new', remote === null ? 'none' : 'new', context.policy)
  return { kind: 'unit', unit: { link: null, portalRow: row, remoteRow: partner, portal, remote, action } }
}

/**
 * An object that its program has written again under another name is the same event. Only its own UID tells which: copies in the other
 * side's calendar may share one, and the links of those are other events here.
 */
const movedPortal = async (
  context: RunContext,
  uid: string,
  row: InboxRow,
  options: GatherOptions,
): Promise<Gathered | null> => {
  const { state, binding } = context
  for (const link of await state.findLinksByUid(binding.id, uid)) {
    if (link.uid !== uid || link.portal === null || link.portal.name === row.name) continue
    const before = link.portal.name
    if ((await context.peers.portal.get(before)) !== null) continue
    const relinked: SyncLink = { ...link, portal: { ...link.portal, name: row.name, etag: '' } }
    if (options.fresh) {
      await context.write(async (tx) => {
        await state.putLinks([relinked], { tx })
        await state.deleteInbox([{ binding: binding.id, side: 'portal', name: before }], { tx })
      })
    }
    return gatherLinked(context, relinked, row, options)
  }
  return null
}

/**
 * The remote object that a new portal event is already: by UID, and where both sides are compared anew by equal content. Never by title
 * and time alone.
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
  if (byUid !== null || (binding.phase !== 'initial' && binding.phase !== 'reconcile')) return byUid
  const equal = await state.findInbox(binding.id, 'remote', { digest: digestOfGroups(portal.groups) })
  return free(equal.filter(({ data }) => data !== null && sameGroups(canonicalOf(data), portal.groups)))
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
    if (moved !== null) return moved
  }
  if (!isWanted(context, remote.object.data)) return { kind: 'drop', rows: [row] }
  return { kind: 'unit', unit: { ...unit, action: planEvent('none', 'new', context.policy) } }
}

/** Objects of ours that nobody wants: their content is what we wrote, and what is deleted is kept in the history. */
const strayOf = async (
  context: RunContext,
  row: InboxRow,
  remote: Content,
  tombstone: SyncLink | null,
): Promise<{ readonly why: NonNullable<Unit['stray']>; readonly link: SyncLink | null } | null> => {
  const { state, binding } = context
  if (row.operationId !== null) {
    const operation = await state.getOperation(row.operationId)
    if (operation !== null && operation.binding === binding.id && operation.kind === 'create') {
      const link = await state.getLink(operation.link)
      const isTwin = operation.attempts > 1 && operation.state === 'confirmed' && operation.remoteName !== row.name
      // Of one event that was asked for twice, one is enough. What the other says is kept in the history.
      if (isTwin && operation.sent.some(({ mark }) => mark === markOfGroups(remote.groups))) {
        return { why: isLiving(link) ? 'duplicate' : 'abandoned', link: null }
      }
      const isUnwanted = operation.state === 'abandoned' && !isLiving(link)
      if (isUnwanted && operation.sent.some(({ all }) => all === digestOfGroups(remote.groups))) {
        return { why: 'abandoned', link: null }
      }
    }
  }
  const isBackup =
    tombstone?.remote?.name === row.name &&
    binding.phase === 'reconcile' &&
    sameGroups(tombstone.remote.base, remote.groups)
  return isBackup ? { why: 'restored-backup', link: tombstone } : null
}

/** A remote object that has another name now, or whose link has no remote end yet; `null` when it is a copy. */
const movedRemote = async (
  context: RunContext,
  link: SyncLink,
  row: InboxRow,
  options: GatherOptions,
): Promise<Gathered | null> => {
  const { state, binding } = context
  if (link.remote === null) {
    if (link.portal === null) return null
    const paired: SyncLink = { ...link, state: 'ok', remote: { name: row.name, etag: '', base: {} } }
    if (options.fresh) await context.write((tx) => state.putLinks([paired], { tx }))
    return gatherLinked(context, paired, row, options)
  }
  if (link.remote.name === row.name || context.there.has(link.remote.name)) return null
  if (options.fresh) {
    if ((await context.peers.remote.get(link.remote.name)) !== null) {
      context.there.add(link.remote.name)
      return null
    }
  } else {
    const before = await rowOf(context, 'remote', link.remote.name)
    if (before?.state !== 'gone') return null
  }
  const before = link.remote.name
  const relinked: SyncLink = { ...link, remote: { ...link.remote, name: row.name, etag: '' } }
  if (options.fresh) {
    await context.write(async (tx) => {
      await state.putLinks([relinked], { tx })
      await state.deleteInbox([{ binding: binding.id, side: 'remote', name: before }], { tx })
      await context.note({ link: link.id, action: 'moved', reason: 'name' }, tx)
    })
  }
  return gatherLinked(context, relinked, row, options)
}
