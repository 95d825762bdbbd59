import type { PeerObject, PeerWrite } from '@dayport/core'
import { canonicalOf, changedGroups, sameGroups, uidOf, withOldGroups } from '../content/canonical.ts'
import type { LinkEnd, SentCreation, SyncLink, SyncOperation } from '../state/records.ts'
import { nowThere } from './clock.ts'
import { heardOf, type RunContext, untilTold } from './context.ts'
import { isInDoubt } from './errors.ts'
import { finishRows, type Unit } from './unit.ts'

/** One remote write, between its row in the journal and its answer. */
export const send = async (
  context: RunContext,
  operation: SyncOperation,
  request: () => Promise<PeerWrite>,
): Promise<PeerWrite> => {
  await context.holdLease()
  try {
    return await request()
  } catch (error) {
    const state = isInDoubt(error) ? 'unknown' : 'abandoned'
    await context.write(async (tx) => {
      await context.state.putOperation({ ...operation, state }, { tx })
      // What was not done is no echo: a server that is busy for a day is not another program that changes events back.
      const link = state === 'abandoned' ? await context.state.getLink(operation.link, { tx }) : null
      if (link !== null) await context.state.putLinks([{ ...link, echoes: link.echoes.slice(0, -1) }], { tx })
    })
    if (state === 'unknown') context.blocked.add(operation.link)
    throw error
  }
}

/** The last request of a creation has its answer: it may have left long after it was planned, where this process slept in between. */
const answeredNow = (context: RunContext, { sent }: SyncOperation): readonly SentCreation[] => {
  const answeredMs = nowThere(context)
  if (answeredMs === null) return sent
  return sent.map((one, index) => (index === sent.length - 1 ? { ...one, answeredMs } : one))
}

/**
 * Reads back what the other side made of the write: that is its base from now on, and whatever it normalised is no edit. If it
 * was written to in between, what we sent is the base, and the rest is looked at as an edit.
 */
export const recordWrite = async (
  context: RunContext,
  unit: Unit,
  link: SyncLink,
  operation: SyncOperation,
  written: PeerWrite,
  action: string,
): Promise<void> => {
  const { state, peers } = context
  const object: PeerObject | null = written.data === null ? await peers.remote.get(written.name) : null
  const data = written.data ?? object?.data ?? null
  const isOurs = data !== null && (object === null || object.etag === written.etag)
  const base = isOurs ? canonicalOf(data) : operation.expected
  // Asked for once before: what is there may be what was sent then. Whatever the portal says beyond it is still to be written.
  const isAgain = operation.kind === 'create' && operation.attempts > 1
  const portal = isAgain && operation.portal !== null ? { ...operation.portal, base } : operation.portal
  const waiting = Object.keys(link.conflict?.groups ?? {})
  await context.write(async (tx) => {
    const remote: LinkEnd = {
      name: written.name,
      etag: written.etag,
      base: withOldGroups(base, link.remote?.base ?? {}, waiting),
    }
    await state.putLinks(
      [
        {
          ...link,
          remoteUid: data === null ? link.remoteUid : uidOf(data),
          state: link.conflict === null ? 'ok' : 'conflict',
          portal,
          remote,
          updatedMs: context.now(),
        },
      ],
      { tx },
    )
    const sent = answeredNow(context, operation)
    await state.putOperation({ ...operation, state: 'confirmed', remoteName: written.name, sent }, { tx })
    await finishRows(context, unit, tx)
    if (isAgain && portal !== null) {
      await state.putInbox([heardOf(context, 'portal', portal.name, portal.etag, false)], { tx })
    }
    const before = link.remote?.name
    if (before !== undefined && before !== written.name) {
      await state.deleteInbox([{ binding: link.binding, side: 'remote', name: before }], { tx })
    }
    if (!isOurs) await state.putInbox([heardOf(context, 'remote', written.name, object?.etag ?? null, true)], { tx })
    else if (operation.kind === 'create') {
      await state.putInbox([untilTold(context, written.name, written.etag)], { tx })
    }
    const groups = operation.kind === 'update' ? changedGroups(link.remote?.base ?? {}, base) : []
    const replaced = operation.kind === 'update' ? (unit.remote?.object.data ?? null) : null
    const kept = isAgain && !sameGroups(base, operation.expected) ? data : replaced
    await context.note({ link: link.id, action, side: 'remote', groups, kept }, tx)
  })
}
