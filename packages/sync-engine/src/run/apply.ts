import { CalendarError, type PeerObject, type PeerWrite } from '@dayport/core'
import { textProperty } from '@dayport/core/ical'
import {
  canonicalOf,
  changedGroups,
  digestOfGroups,
  markOfGroups,
  sameGroups,
  uidOf,
  withOldGroups,
} from '../content/canonical.ts'
import type { Groups } from '../content/groups.ts'
import { mergeGroups, naturalWinner } from '../content/merge.ts'
import { transferGroups, withUid } from '../content/transfer.ts'
import type { ConflictValues, InboxRow, LinkEnd, Side, SyncLink, SyncOperation } from '../state/records.ts'
import { heardOf, type RunContext, untilTold } from './context.ts'
import { isInDoubt } from './errors.ts'
import { newLink } from './set-aside.ts'
import type { Content, Unit } from './unit.ts'

/** Does what the unit's plan says, except deletions, which wait for their turn. */
export const applyUnit = async (context: RunContext, unit: Unit): Promise<void> => {
  if (unit.stray === 'duplicate' || unit.stray === 'abandoned') {
    await removeStray(context, unit)
    return
  }
  switch (unit.action) {
    case 'nothing':
      await accept(context, unit)
      return
    case 'forget-remote':
    case 'forget-portal':
      await forget(context, unit)
      return
    case 'tombstone':
      await bury(context, unit)
      return
    case 'create-portal':
    case 'restore-portal':
      await createPortal(context, unit)
      return
    case 'create-remote':
    case 'restore-remote':
      await createRemote(context, unit)
      return
    case 'delete-portal':
    case 'delete-remote':
      await deferDelete(context, unit)
      return
    default:
      await merge(context, unit)
  }
}

const rowsOf = ({ portalRow, remoteRow }: Unit): InboxRow[] =>
  [portalRow, remoteRow].filter((row): row is InboxRow => row !== null)

/** Deletes the rows that the unit was gathered from, unless something newer has come in for them. */
const finishRows = async (
  context: RunContext,
  unit: Unit,
  tx: Parameters<RunContext['patchBinding']>[1],
): Promise<void> => {
  const { state } = context
  const done: InboxRow[] = []
  for (const row of rowsOf(unit)) {
    const now = await state.getInbox(row, { tx })
    if (now !== null && now.seenMs === row.seenMs && now.etag === row.etag) done.push(row)
  }
  await state.deleteInbox(done, { tx })
}

const endOf = (content: Content, base: Groups = content.groups): LinkEnd => ({
  name: content.object.name,
  etag: content.object.etag,
  base,
})

/** Both ends say what they said: only their versions are new. */
const accept = (context: RunContext, unit: Unit): Promise<void> =>
  context.write(async (tx) => {
    const { link, portal, remote } = unit
    if (link !== null) {
      const healed = link.portal !== null && link.remote !== null && link.state !== 'conflict'
      await context.state.putLinks(
        [
          {
            ...link,
            state: healed ? 'ok' : link.state,
            reason: healed ? null : link.reason,
            portal:
              portal === null || link.portal === null ? link.portal : { ...link.portal, etag: portal.object.etag },
            remote:
              remote === null || link.remote === null ? link.remote : { ...link.remote, etag: remote.object.etag },
          },
        ],
        { tx },
      )
    }
    await finishRows(context, unit, tx)
  })

/** In a one-way direction the other side's own doings are left as they are. */
const forget = (context: RunContext, unit: Unit): Promise<void> =>
  context.write(async (tx) => {
    const { link, portal, remote } = unit
    if (link !== null) {
      const after = (end: LinkEnd | null, content: Content | null, row: InboxRow | null): LinkEnd | null => {
        if (end === null || content !== null) return content === null ? end : endOf(content)
        return row === null ? end : null
      }
      await context.state.putLinks(
        [
          {
            ...link,
            portal: unit.action === 'forget-portal' ? after(link.portal, portal, unit.portalRow) : link.portal,
            remote: unit.action === 'forget-remote' ? after(link.remote, remote, unit.remoteRow) : link.remote,
          },
        ],
        { tx },
      )
    }
    await finishRows(context, unit, tx)
  })

const bury = (context: RunContext, unit: Unit): Promise<void> =>
  context.write(async (tx) => {
    if (unit.link !== null) {
      await context.state.putLinks(
        [{ ...unit.link, state: 'tombstone', reason: null, conflict: null, updatedMs: context.now() }],
        { tx },
      )
      await context.note({ link: unit.link.id, action: 'tombstone' }, tx)
    }
    await finishRows(context, unit, tx)
  })

/**
 * All other writes come first, and the guard counts before anything is deleted: a row of the side that is gone, in state `delete`, stands
 * for one deletion on the other side.
 */
const deferDelete = (context: RunContext, unit: Unit): Promise<void> =>
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

/** An event that came from the remote side, or that was deleted here and edited there. */
const createPortal = async (context: RunContext, unit: Unit): Promise<void> => {
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

const freshRemote = async (context: RunContext, unit: Unit): Promise<Content | null> => {
  const name = unit.link?.remote?.name
  const object = name === undefined ? null : await context.peers.remote.get(name)
  return object === null ? null : { object, shown: object.data, groups: canonicalOf(object.data) }
}

/** An event that is new here, or that was deleted there and edited here. */
const createRemote = async (context: RunContext, unit: Unit): Promise<void> => {
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
    sent: [...(before?.sent ?? []), { all: digestOfGroups(portal.groups), mark: markOfGroups(portal.groups) }],
    portal: endOf(portal),
    attempts: (before?.attempts ?? 0) + 1,
    sentMs: context.now(),
  }
  // The journal knows before the other side does.
  await context.write(async (tx) => {
    await state.putLinks([link], { tx })
    await state.putOperation(operation, { tx })
  })
  const written = await send(context, operation, () =>
    context.peers.remote.put(null, portal.object.data, { ifNoneMatch: '*' }, { operationId }),
  )
  await recordWrite(context, unit, link, operation, written, unit.action)
  context.counts.createdRemote += 1
  if (unit.action === 'restore-remote') context.counts.conflicts += 1
}

/** One remote write, between its row in the journal and its answer. */
const send = async (
  context: RunContext,
  operation: SyncOperation,
  request: () => Promise<PeerWrite>,
): Promise<PeerWrite> => {
  await context.holdLease()
  try {
    return await request()
  } catch (error) {
    const state = isInDoubt(error) ? 'unknown' : 'abandoned'
    await context.write((tx) => context.state.putOperation({ ...operation, state }, { tx }))
    if (state === 'unknown') context.blocked.add(operation.link)
    throw error
  }
}

/**
 * Reads back what the other side made of the write: that is its base from now on, and whatever it normalised is no edit. If it
 * was written to in between, what we sent is the base, and the rest is looked at as an edit.
 */
const recordWrite = async (
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
    await state.putOperation({ ...operation, state: 'confirmed', remoteName: written.name }, { tx })
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

const dayMs = 86_400_000

/** Times of writes that no person's edit caused: a person's edit ends the count. */
const echoesAfter = (context: RunContext, link: SyncLink, { portalRow }: Unit): readonly number[] => {
  if (portalRow === null || portalRow.byUser) return []
  const nowMs = context.now()
  return [...link.echoes.filter((at) => at > nowMs - dayMs), nowMs]
}

/** Two programs that correct each other would go on for ever. */
const isPingPong = async (context: RunContext, unit: Unit, link: SyncLink): Promise<boolean> => {
  if (link.echoes.length <= context.limits.maxEchoes) return false
  await context.write(async (tx) => {
    const { portal, remote } = unit
    await context.state.putLinks(
      [
        {
          ...link,
          state: 'quarantined',
          reason: 'ping-pong',
          portal: portal === null || link.portal === null ? link.portal : { ...link.portal, etag: portal.object.etag },
          remote: remote === null || link.remote === null ? link.remote : { ...link.remote, etag: remote.object.etag },
          updatedMs: context.now(),
        },
      ],
      { tx },
    )
    await finishRows(context, unit, tx)
    const groups = portal === null || remote === null ? [] : changedGroups(remote.groups, portal.groups)
    await context.note({ link: link.id, action: 'quarantined', reason: 'ping-pong', groups }, tx)
  })
  context.counts.quarantined += 1
  return true
}

/** Which side wins a group that both have changed; `null` leaves it to a person. */
const winnerOf = (
  context: RunContext,
  link: SyncLink,
  group: string,
  portal: Content,
  remote: Content,
): Side | null => {
  const choice = link.conflict?.choice ?? null
  if (choice === 'keep-both') return 'portal'
  const chosen = choice?.[group]
  if (chosen !== undefined) return chosen
  const { direction, conflicts } = context.policy
  if (direction !== 'both') return direction === 'to-remote' ? 'portal' : 'remote'
  const natural = naturalWinner(group, portal.groups, remote.groups)
  if (natural !== null) return natural
  switch (conflicts) {
    case 'ask':
      return null
    case 'portal-wins':
      return 'portal'
    case 'remote-wins':
      return 'remote'
    case 'newest': {
      const [here, there] = [portal.object.modifiedMs, remote.object.modifiedMs]
      if (!context.clocksTrusted || here === null || there === null) return 'remote'
      return here > there ? 'portal' : 'remote'
    }
    default:
      return remote.object.isOrganizer !== null ? 'remote' : link.origin
  }
}

interface Decision {
  readonly toPortal: readonly string[]
  readonly toRemote: readonly string[]
  /** Conflicts that are decided, by who lost. */
  readonly lost: Readonly<Record<Side, readonly string[]>>
  readonly pending: readonly string[]
  readonly categories: readonly string[] | null
}

const decide = (context: RunContext, link: SyncLink, portal: Content, remote: Content): Decision => {
  const found = mergeGroups(
    { base: link.portal?.base ?? {}, now: portal.groups },
    { base: link.remote?.base ?? {}, now: remote.groups },
  )
  const toPortal = [...found.toPortal]
  const toRemote = [...found.toRemote]
  const lost: Record<Side, string[]> = { portal: [], remote: [] }
  const pending: string[] = []
  for (const group of found.conflicts) {
    const winner = winnerOf(context, link, group, portal, remote)
    if (winner === null) pending.push(group)
    else if (winner === 'portal') {
      toRemote.push(group)
      lost.remote.push(group)
    } else {
      toPortal.push(group)
      lost.portal.push(group)
    }
  }
  const { direction } = context.policy
  return {
    toPortal: direction === 'to-remote' ? [] : toPortal,
    toRemote: direction === 'to-portal' ? [] : toRemote,
    lost,
    pending,
    categories: found.categories,
  }
}

/** Brings both ends together, group by group: first here, in one unit of work with every decision, then there. */
const merge = async (context: RunContext, unit: Unit): Promise<void> => {
  const { state, peers } = context
  const { portal } = unit
  const remote = unit.remote ?? (await freshRemote(context, unit))
  if (portal === null || remote === null) return
  const isPair = unit.action === 'pair'
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
    await noteMerge(context, unit, settled, decision, { isWritten, isPair, lost: here.lost }, tx)
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
  const options = decision.categories === null ? {} : { categories: decision.categories }
  const there = transferGroups(remote.object.data, shownHere, toRemote, options)
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
  const written = await send(context, operation, () =>
    peers.remote.put(remote.object.name, there.data, { ifMatch: [remote.object.etag] }, { operationId: operation.id }),
  )
  await recordWrite(context, { ...unit, remote }, link, operation, written, 'to-remote')
  context.counts.updatedRemote += 1
}

/** Deletes what a plan has put off, once the guard has let it pass. */
export const applyDelete = async (context: RunContext, unit: Unit): Promise<void> => {
  const { state, peers } = context
  const { link } = unit
  if (link === null) return
  if (unit.action === 'delete-portal' && unit.portal !== null) {
    const { object } = unit.portal
    await context.write(async (tx) => {
      await peers.portal.delete(object.name, { ifMatch: [object.etag] }, { tx })
      await state.putLinks([{ ...link, state: 'tombstone', conflict: null, updatedMs: context.now() }], { tx })
      await finishRows(context, unit, tx)
      await context.note({ link: link.id, action: 'delete-portal', side: 'portal', kept: object.data }, tx)
    })
    context.counts.deletedPortal += 1
    return
  }
  const name = link.remote?.name
  const object = name === undefined ? null : await peers.remote.get(name)
  if (object === null) {
    await bury(context, unit)
    return
  }
  if (!sameGroups(canonicalOf(object.data), link.remote?.base ?? {}) && context.policy.deletes === 'edit-wins') {
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

const removeStray = async (context: RunContext, unit: Unit): Promise<void> => {
  if (unit.remote !== null) await removeRemote(context, unit, unit.remote.object, null)
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
  await context.write((tx) => state.putOperation(operation, { tx }))
  await send(context, operation, async () => {
    await peers.remote.delete(object.name, { ifMatch: [object.etag] }, { operationId: operation.id })
    return { name: object.name, etag: object.etag, data: object.data }
  })
  await context.write(async (tx) => {
    if (link !== null) {
      await state.putLinks([{ ...link, state: 'tombstone', conflict: null, updatedMs: context.now() }], { tx })
    }
    await state.putOperation({ ...operation, state: 'confirmed' }, { tx })
    await finishRows(context, unit, tx)
    const action = unit.stray ?? 'delete-remote'
    await context.note({ link: link?.id ?? '', action, side: 'remote', kept: object.data }, tx)
  })
}
