import type { PeerObject } from '@dayport/core'
import type { InboxRow, LinkEnd, LinkState, SyncLink } from '../state/records.ts'
import type { RunContext } from './context.ts'

/** What is there of an event. */
export interface UnitParts {
  readonly link?: SyncLink | null
  readonly portalRow?: InboxRow | null
  readonly remoteRow?: InboxRow | null
  readonly portal?: PeerObject | null
  readonly remote?: PeerObject | null
}

/** A link that has neither end yet. */
export const newLink = (context: RunContext, uid: string, origin: SyncLink['origin']): SyncLink => ({
  id: context.newId(),
  binding: context.binding.id,
  uid,
  remoteUid: null,
  state: 'ok',
  reason: null,
  portal: null,
  remote: null,
  origin,
  seenPortal: context.binding.generation,
  seenRemote: context.binding.generation,
  conflict: null,
  echoes: [],
  creation: null,
  updatedMs: context.now(),
})

/**
 * Leaves one event alone until either of its ends changes: it must not hold up the others. What both sides say stays as it is, and the
 * bases too, so that nothing is forgotten when it is taken up again.
 */
export const setAside = async (
  context: RunContext,
  why: { readonly state: Extract<LinkState, 'quarantined' | 'unsupported'>; readonly reason: string },
  parts: UnitParts,
): Promise<void> => {
  const { state, binding } = context
  const { portalRow, remoteRow, portal, remote } = parts
  const name = { portal: portal?.name ?? portalRow?.name, remote: remote?.name ?? remoteRow?.name }
  const known =
    parts.link ??
    (name.remote === undefined ? null : await state.findLink(binding.id, 'remote', name.remote)) ??
    (name.portal === undefined ? null : await state.findLink(binding.id, 'portal', name.portal))
  const link =
    known !== null && known.state !== 'tombstone'
      ? known
      : newLink(context, remoteRow?.uid ?? '', name.portal === undefined ? 'remote' : 'portal')
  const end = (before: LinkEnd | null, called: string | undefined, etag: string | null | undefined): LinkEnd | null => {
    if (called === undefined) return before
    return { name: called, etag: etag ?? before?.etag ?? '', base: before?.name === called ? before.base : {} }
  }
  const rows = [portalRow, remoteRow].filter((row): row is InboxRow => row !== null && row !== undefined)
  await context.write(async (tx) => {
    await state.putLinks(
      [
        {
          ...link,
          state: why.state,
          reason: why.reason,
          portal: end(link.portal, name.portal, portal?.etag ?? portalRow?.etag),
          remote: end(link.remote, name.remote, remote?.etag ?? remoteRow?.etag),
          updatedMs: context.now(),
        },
      ],
      { tx },
    )
    await state.deleteInbox(rows, { tx })
    // Once, however often it is looked at.
    const isKnown = link.state === why.state && link.reason === why.reason
    if (!isKnown) await context.note({ link: link.id, action: why.state, reason: why.reason }, tx)
  })
  context.counts[why.state] += 1
}
