import { CalendarError } from '@dayport/core'
import { canonicalOf, digestAsSent, digestOfGroups, sameButBlanks, uidOf } from '../content/canonical.ts'
import type { InboxRow, SyncLink } from '../state/records.ts'
import { isLiving, type RunContext } from './context.ts'
import type { GatherOptions } from './unit.ts'

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
      // What was asked for is there: a restored database may ask again. So is what somebody has put back before it was made again.
      const isAskedFor = link.creation !== null && (link.creation === row.operationId || isPutBack(context, link, row))
      if ((link.remote !== null || isAskedFor) && (await movedRemote(context, link, row, { fresh: true })) !== null)
        return
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

/** The very event, by the UID of the portal, where its own creation is not in doubt. */
const isPutBack = ({ blocked, policy }: RunContext, link: SyncLink, row: InboxRow): boolean =>
  policy.direction === 'both' && row.uid === link.uid && !blocked.has(link.id)

/**
 * Links that a remote object may be: by UID on either side, and by the operation that made it. Copies share both, so the likeliest comes
 * first, or two events of one series would take each other's place.
 */
export const linksOf = async (context: RunContext, row: InboxRow): Promise<readonly SyncLink[]> => {
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

/**
 * An object that its program has written again under another name is the same event. Only its own UID tells which: copies in the other
 * side's calendar may share one, and the links of those are other events here.
 */
export const movedPortal = async (
  context: RunContext,
  uid: string,
  row: InboxRow,
  { fresh }: GatherOptions,
): Promise<SyncLink | null> => {
  const { state, binding } = context
  for (const link of await state.findLinksByUid(binding.id, uid)) {
    if (link.uid !== uid || link.portal === null || link.portal.name === row.name) continue
    const before = link.portal.name
    if ((await context.peers.portal.get(before)) !== null) continue
    const relinked: SyncLink = { ...link, portal: { ...link.portal, name: row.name, etag: '' } }
    if (fresh) {
      await context.write(async (tx) => {
        await state.putLinks([relinked], { tx })
        await state.deleteInbox([{ binding: binding.id, side: 'portal', name: before }], { tx })
      })
    }
    return relinked
  }
  return null
}

/**
 * The ends of a link whose remote end has come to be at last. Where it says what we asked for then, both are agreed about that: what the
 * portal says since is an edit, and a deletion here is one. What says anything else was edited by somebody, who is heard.
 */
const endsOfLate = async (
  { state }: RunContext,
  link: SyncLink,
  row: InboxRow,
): Promise<Pick<SyncLink, 'portal' | 'remote'>> => {
  const operation = link.creation === null ? null : await state.getOperation(link.creation)
  const groups = row.data === null ? {} : canonicalOf(row.data)
  const isAsSent =
    operation !== null &&
    row.operationId === operation.id &&
    operation.sent.some(({ all }) => all === digestAsSent(groups))
  if (!isAsSent || link.portal === null) return { portal: link.portal, remote: { name: row.name, etag: '', base: {} } }
  const here = sameButBlanks(operation.expected, groups) ? operation.expected : groups
  return { portal: { ...link.portal, base: here }, remote: { name: row.name, etag: '', base: groups } }
}

/** A remote object that has another name now, or whose link has no remote end yet; `null` when it is a copy. */
export const movedRemote = async (
  context: RunContext,
  link: SyncLink,
  row: InboxRow,
  { fresh }: GatherOptions,
): Promise<SyncLink | null> => {
  const { state, binding } = context
  if (link.remote === null) {
    if (link.portal === null) return null
    const paired: SyncLink = { ...link, state: 'ok', ...(await endsOfLate(context, link, row)) }
    if (fresh) await context.write((tx) => state.putLinks([paired], { tx }))
    return paired
  }
  if (link.remote.name === row.name || context.there.has(link.remote.name)) return null
  if (fresh) {
    if ((await context.peers.remote.get(link.remote.name)) !== null) {
      context.there.add(link.remote.name)
      return null
    }
  } else {
    const before = await state.getInbox({ binding: binding.id, side: 'remote', name: link.remote.name })
    if (before?.state !== 'gone') return null
  }
  const before = link.remote.name
  const relinked: SyncLink = { ...link, remote: { ...link.remote, name: row.name, etag: '' } }
  if (fresh) {
    await context.write(async (tx) => {
      await state.putLinks([relinked], { tx })
      await state.deleteInbox([{ binding: binding.id, side: 'remote', name: before }], { tx })
      await context.note({ link: link.id, action: 'moved', reason: 'name' }, tx)
    })
  }
  return relinked
}
