import { CalendarError } from '@dayport/core'
import { textProperty } from '@dayport/core/ical'
import { canonicalOf, sameButBlanks, sameGroups, uidOf, withOldGroups } from '../content/canonical.ts'
import type { Groups } from '../content/groups.ts'
import { transferGroups, withUid } from '../content/transfer.ts'
import type { ConflictValues, LinkEnd, SyncLink, SyncOperation } from '../state/records.ts'
import { heardOf, type RunContext } from './context.ts'
import { type Decision, decide } from './decide.ts'
import { type Content, endOf, freshRemote, remoteContent } from './ends.ts'
import { echoesAfter, isPingPong } from './ping-pong.ts'
import { recordWrite, send } from './remote-write.ts'
import { newLink } from './set-aside.ts'
import { deferShrink, isShrunk } from './shrink.ts'
import { finishRows, type Unit } from './unit.ts'

/** Brings both ends together, group by group: first here, in one unit of work with every decision, then there. */
export const merge = async (context: RunContext, unit: Unit): Promise<void> => {
  const { state, peers } = context
  const { portal } = unit
  const isPair = unit.action === 'pair'
  const remote = isPair ? await pairedRemote(context, unit) : (unit.remote ?? (await freshRemote(context, unit)))
  if (portal === null || remote === null) return
  const known = unit.link ?? newLink(context, uidOf(portal.object.data), 'portal')
  const link: SyncLink = {
    ...known,
    remoteUid: uidOf(remote.object.data),
    portal: endOf(portal, known.portal?.base ?? {}),
    remote: endOf(remote, known.remote?.base ?? {}),
    echoes: echoesAfter(context, known, unit),
  }
  const decision = decide(context, link, portal, remote)
  if (decision.toRemote.length > 0 && (await isPingPong(context, unit, link))) return
  const options = { shown: portal.shown, ...(decision.categories === null ? {} : { categories: decision.categories }) }
  const here = transferGroups(portal.object.data, remote.object.data, decision.toPortal, options)
  const shownHere = peers.remote.project(here.data)
  const groupsHere = canonicalOf(shownHere)
  // What a new pattern leaves no day for is gone on both sides: there is nothing to bring over.
  const toRemote = decision.toRemote.filter((group) => !here.lost.includes(group.slice('exception:'.length)))
  const isWritten = here.data !== portal.object.data && !isEqual(here.data, portal.object.data)
  const unsettled = new Set([...toRemote, ...decision.pending])
  const conflict =
    decision.pending.length === 0
      ? null
      : {
          groups: Object.fromEntries(decision.pending.map((group) => [group, valuesOf(link, group, portal, remote)])),
          sinceMs: known.conflict?.sinceMs ?? context.now(),
          choice: null,
        }

  if (unit.isReleased !== true) {
    const { data } = toRemote.length === 0 ? remote.object : thereOf(remote, shownHere, toRemote, decision)
    const written = isShrunk(context, portal.object.data, here.data, decision.toPortal)
      ? 'portal'
      : isShrunk(context, remote.object.data, data, toRemote)
        ? 'remote'
        : null
    if (written !== null) {
      await deferShrink(context, unit, written, { link, portal, remote })
      return
    }
  }

  let settled: SyncLink = link
  await context.write(async (tx) => {
    const stored = isWritten
      ? await peers.portal.put(portal.object.name, here.data, { ifMatch: [portal.object.etag] }, { tx })
      : { name: portal.object.name, etag: portal.object.etag }
    settled = {
      ...link,
      state: conflict === null ? 'ok' : 'conflict',
      reason: null,
      conflict,
      portal: {
        name: stored.name,
        etag: stored.etag,
        base: withOldGroups(groupsHere, link.portal?.base ?? {}, unsettled),
      },
      // What is decided against the other side is not agreed before it is written there: the portal may say something else by then.
      remote: endOf(
        remote,
        withOldGroups(remote.groups, link.remote?.base ?? {}, [...decision.pending, ...decision.lost.remote]),
      ),
      updatedMs: context.now(),
    }
    await state.putLinks([settled], { tx })
    if (known.conflict?.choice === 'keep-both') {
      // The copy is a new event of this calendar, and goes the way of every new one.
      const data = withUid(remote.object.data, textProperty('UID', context.newId()))
      await peers.portal.put(null, data, { ifNoneMatch: '*' }, { tx })
    }
    if (toRemote.length === 0) await finishRows(context, unit, tx)
    else if (unit.portalRow === null) {
      // The portal's end has more to say: if we end here, it is still in the inbox.
      await state.putInbox([heardOf(context, 'portal', stored.name, stored.etag, true)], { tx })
    }
    await noteMerge(context, { ...unit, remote }, settled, decision, { isWritten, isPair, lost: here.lost }, tx)
  })
  if (isWritten) context.counts.updatedPortal += 1
  if (isPair) context.counts.paired += 1
  if (decision.lost.portal.length + decision.lost.remote.length + decision.pending.length > 0)
    context.counts.conflicts += 1
  if (toRemote.length === 0) return

  const row =
    unit.portalRow ?? (await state.getInbox({ binding: link.binding, side: 'portal', name: portal.object.name }))
  await updateRemote(
    context,
    { ...unit, portalRow: row },
    settled,
    { remote, shownHere, groupsHere, toRemote },
    decision,
  )
}

/** The remote end with what it is to be given. */
const thereOf = (remote: Content, shownHere: Uint8Array, toRemote: readonly string[], { categories }: Decision) =>
  transferGroups(remote.object.data, shownHere, toRemote, categories === null ? {} : { categories })

/**
 * The remote end of a new pair. What was loaded before is looked at again where it differs: a write may follow, and not every server
 * minds that it is about another version.
 */
const pairedRemote = async (context: RunContext, { portal, remote }: Unit): Promise<Content | null> => {
  if (portal === null || remote === null || sameGroups(portal.groups, remote.groups)) return remote
  const object = await context.peers.remote.get(remote.object.name)
  if (object === null) throw new CalendarError('precondition-failed', 'the object to pair with has gone')
  return remoteContent(object)
}

const valuesOf = (link: SyncLink, group: string, portal: Content, remote: Content): ConflictValues => ({
  portal: portal.groups[group] ?? null,
  remote: remote.groups[group] ?? null,
  before: link.portal?.base[group] ?? link.remote?.base[group] ?? null,
})

const isEqual = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, i) => byte === b[i])

const noteMerge = async (
  context: RunContext,
  unit: Unit,
  link: SyncLink,
  decision: Decision,
  facts: { readonly isWritten: boolean; readonly isPair: boolean; readonly lost: readonly string[] },
  tx: Parameters<RunContext['patchBinding']>[1],
): Promise<void> => {
  const of = { link: link.id }
  const portalBytes = unit.portal?.object.data ?? null
  const remoteBytes = unit.remote?.object.data ?? null
  if (facts.isPair)
    await context.note({ ...of, action: 'pair', kept: portalBytes, side: facts.isWritten ? 'portal' : null }, tx)
  else if (facts.isWritten) {
    const entry = { action: 'to-portal', side: 'portal', groups: decision.toPortal, kept: portalBytes } as const
    await context.note({ ...of, ...entry }, tx)
  }
  if (decision.lost.portal.length > 0) {
    await context.note(
      { ...of, action: 'conflict', side: 'portal', groups: decision.lost.portal, kept: portalBytes },
      tx,
    )
  }
  if (decision.lost.remote.length > 0) {
    await context.note(
      { ...of, action: 'conflict', side: 'remote', groups: decision.lost.remote, kept: remoteBytes },
      tx,
    )
  }
  if (facts.lost.length > 0) {
    const groups = facts.lost.map((key) => `exception:${key}`)
    await context.note({ ...of, action: 'exceptions-dropped', side: 'portal', groups, kept: portalBytes }, tx)
    await context.note({ ...of, action: 'exceptions-dropped', side: 'remote', groups, kept: remoteBytes }, tx)
  }
  if (decision.pending.length > 0) await context.note({ ...of, action: 'ask', groups: decision.pending }, tx)
}

const updateRemote = async (
  context: RunContext,
  unit: Unit,
  link: SyncLink,
  parts: {
    readonly remote: Content
    readonly shownHere: Uint8Array
    readonly groupsHere: Groups
    readonly toRemote: readonly string[]
  },
  decision: Decision,
): Promise<void> => {
  const { state, peers } = context
  const { remote, shownHere, toRemote } = parts
  const there = thereOf(remote, shownHere, toRemote, decision)
  const portal: LinkEnd | null =
    link.portal === null
      ? null
      : { ...link.portal, base: withOldGroups(parts.groupsHere, link.portal.base, decision.pending) }
  if (isEqual(there.data, remote.object.data)) {
    // The other side cannot be told apart from it already.
    await context.write(async (tx) => {
      const base = withOldGroups(remote.groups, link.remote?.base ?? {}, decision.pending)
      await state.putLinks([{ ...link, portal, remote: endOf(remote, base) }], { tx })
      await finishRows(context, unit, tx)
    })
    return
  }
  const operation: SyncOperation = {
    id: context.newId(),
    binding: context.binding.id,
    kind: 'update',
    state: 'sent',
    link: link.id,
    remoteName: remote.object.name,
    etag: remote.object.etag,
    expected: canonicalOf(there.data),
    sent: [],
    portal,
    attempts: 1,
    sentMs: context.now(),
  }
  await context.write((tx) => state.putOperation(operation, { tx }))
  const { name, etag } = remote.object
  const written = await send(context, operation, async () => {
    try {
      return await peers.remote.put(name, there.data, { ifMatch: [etag] }, { operationId: operation.id })
    } catch (error) {
      const now = CalendarError.is(error, 'precondition-failed') ? await peers.remote.get(name) : null
      // Delivered twice: what the second delivery meets is what the first one has written.
      if (now === null || now.etag === etag || !sameButBlanks(canonicalOf(now.data), operation.expected)) throw error
      return { name, etag: now.etag, data: now.data }
    }
  })
  await recordWrite(context, { ...unit, remote }, link, operation, written, 'to-remote')
  context.counts.updatedRemote += 1
}
