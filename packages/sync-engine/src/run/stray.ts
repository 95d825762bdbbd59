import { CalendarError } from '@dayport/core'
import { canonicalOf, digestAsSent, markOfGroups, sameGroups } from '../content/canonical.ts'
import type { InboxRow, SentCreation, SyncLink, SyncOperation } from '../state/records.ts'
import { isLiving, type RunContext } from './context.ts'
import { deletedHere } from './delete.ts'
import type { Content } from './ends.ts'
import type { Unit } from './unit.ts'

/** Objects of ours that nobody wants: their content is what we wrote, and what is deleted is kept in the history. */
export const strayOf = async (
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
      const isOurs = isTwin && !isTakenOutOfBin(context, operation, link, remote)
      if (isOurs && operation.sent.some(({ mark }) => mark === markOfGroups(remote.groups))) {
        return { why: isLiving(link) ? 'duplicate' : 'abandoned', link: null }
      }
      if (link !== null && (await isDeliveredTwice(context, operation, link, remote))) {
        return { why: isLiving(link) ? 'duplicate' : 'abandoned', link: null }
      }
      const isUnwanted = operation.state === 'abandoned' && !isLiving(link)
      if (isUnwanted && operation.sent.some(({ all }) => all === digestAsSent(remote.groups))) {
        return { why: 'abandoned', link: null }
      }
    }
  }
  if (tombstone === null || !isComparedAnew(context) || !(await isOld(context, tombstone, remote))) return null
  return { why: 'restored-backup', link: tombstone }
}

/**
 * The tombstone of an event that came back under another name: of our own operation, or of its UID. A backup of the other side was
 * restored and the mailbox moved. It is the old thing only where both sides are compared anew and it says what the event once said:
 * otherwise a person put it there.
 */
export const tombstoneOf = async (context: RunContext, row: InboxRow, remote: Content): Promise<SyncLink | null> => {
  const { state, binding } = context
  if (!isComparedAnew(context)) return null
  const operation = row.operationId === null ? null : await state.getOperation(row.operationId)
  const made = operation === null || operation.binding !== binding.id ? null : await state.getLink(operation.link)
  const byUid = row.uid === null ? [] : await state.findTombstonesByUid(binding.id, row.uid)
  for (const link of made?.state === 'tombstone' ? [made, ...byUid] : byUid) {
    if (await isOld(context, link, remote)) return link
  }
  return null
}

/** A cursor was lost: only then the other side may be older than what we know of it. */
const isComparedAnew = ({ binding }: RunContext): boolean =>
  binding.phase === 'reconcile' || (binding.phase === 'initial' && binding.generation > 1)

const isOld = async (context: RunContext, link: SyncLink, remote: Content): Promise<boolean> =>
  link.remote !== null &&
  !isPutBack(link, remote) &&
  (sameGroups(link.remote.base, remote.groups) || (await saidBefore(context, link, remote)))

/** By how much stamps of the other side may be off: its clock is told in whole seconds. */
const stampMs = 2_000

/** Whether somebody has put it there since it was deleted: a backup has nothing that is younger. Losing an event is worse than keeping one. */
const isPutBack = ({ buriedMs }: SyncLink, { object: { modifiedMs } }: Content): boolean =>
  buriedMs !== undefined && modifiedMs !== null && modifiedMs > buriedMs + stampMs

/** When the last copy of a request can have come there, by the clock there; `null` where that is not known. */
const lastArrivalMs = ({ thereMs, answeredMs }: SentCreation, requestTimeoutMs: number): number | null =>
  thereMs === undefined ? null : Math.max(thereMs, answeredMs ?? thereMs) + requestTimeoutMs

/**
 * Whether an item of a deleted event, under another name, is one that somebody has put back since, and none that was made late: it is
 * younger than the deletion, and than any request for it can be.
 */
const isTakenOutOfBin = (
  { limits }: RunContext,
  { sent }: SyncOperation,
  link: SyncLink | null,
  remote: Content,
): boolean => {
  const { modifiedMs } = remote.object
  if (link === null || isLiving(link) || modifiedMs === null || !isPutBack(link, remote)) return false
  return sent.every((request) => {
    const lastMs = lastArrivalMs(request, limits.requestTimeoutMs)
    return lastMs !== null && modifiedMs > lastMs
  })
}

/**
 * Whether the network has delivered one creation twice, to a server that does not know it again: it says what was sent, was made as long
 * after as a request may take, and the one that we know is there, or was deleted here. A person's copy says something else, or comes later.
 */
const isDeliveredTwice = async (
  { limits, peers }: RunContext,
  operation: SyncOperation,
  link: SyncLink,
  remote: Content,
): Promise<boolean> => {
  const { name, modifiedMs } = remote.object
  if (operation.state !== 'confirmed' || link.remote === null || modifiedMs === null) return false
  if (operation.remoteName === name || link.remote.name === name) return false
  const isOurs = operation.sent.some((request) => {
    const { all, thereMs } = request
    const lastMs = lastArrivalMs(request, limits.requestTimeoutMs)
    if (thereMs === undefined || lastMs === null || all !== digestAsSent(remote.groups)) return false
    return modifiedMs >= thereMs - stampMs && modifiedMs <= lastMs
  })
  if (!isOurs || !isLiving(link)) return isOurs && link.reason === deletedHere
  // What was moved by a copy and a deletion must not go as well.
  return (await peers.remote.get(link.remote.name)) !== null
}

/** Whether the event said the same at an earlier time, as far as what was replaced is kept: a backup may be older than its last edit. */
const saidBefore = async ({ state, binding, peers }: RunContext, link: SyncLink, remote: Content): Promise<boolean> => {
  for (const { kept, side } of await state.listHistory(binding.id, { link: link.id }, maxEarlier)) {
    if (kept === null) continue
    try {
      if (sameGroups(canonicalOf(side === 'portal' ? peers.remote.project(kept) : kept), remote.groups)) return true
    } catch (error) {
      if (!CalendarError.is(error)) throw error
    }
  }
  return false
}

/** Steps of an event's trail that are looked through. */
const maxEarlier = 100
