import { CalendarError, type PeerChange } from '@dayport/core'
import { occursWithin } from '../content/canonical.ts'
import type { BindingCursor, InboxRow, Side, SyncLink } from '../state/records.ts'
import { clockOf, clockOffset } from './clock.ts'
import { heardOf, isLiving, type RunContext, windowAt } from './context.ts'

const cursorName = { portal: 'portalCursor', remote: 'remoteCursor' } as const

/** Begins a new listing of both sides when the window has moved on. Old links stay, whatever becomes of the window. */
export const openWindow = async (context: RunContext): Promise<void> => {
  const { limits, policy } = context
  const nowMs = context.now()
  const { window, phase } = context.binding
  if (window === null) {
    await context.write((tx) => context.patchBinding({ window: { ...windowAt(policy, nowMs), openedMs: nowMs } }, tx))
    return
  }
  const ageMs = nowMs - window.openedMs
  // One from a later time than now was opened before our clock was set back.
  if (phase !== 'incremental' || (ageMs >= -limits.windowMs / 24 && ageMs < limits.windowMs)) return
  // The old cursor is asked once more: one that is refused tells of a restored backup, and a new listing would not.
  await pull(context, 'remote')
  if (context.binding.phase !== 'incremental') return
  const fresh: BindingCursor = { token: null, listed: false, audit: false }
  await context.write((tx) =>
    context.patchBinding(
      {
        phase: 'window',
        generation: context.binding.generation + 1,
        portalCursor: fresh,
        remoteCursor: fresh,
        window: { ...windowAt(policy, nowMs), openedMs: nowMs },
      },
      tx,
    ),
  )
}

/**
 * Takes in one side's changes, page by page: the page and the cursor behind it are stored together, so that the cursor is never ahead of
 * the inbox.
 */
export const pull = async (context: RunContext, side: Side): Promise<void> => {
  const peer = context.peers[side]
  for (;;) {
    context.checkCancelled()
    await context.assertOn()
    const cursor = context.binding[cursorName[side]]
    const { window } = context.binding
    const options = {
      limit: context.limits.feedSize,
      ...(window === null ? {} : { window }),
      ...(context.signal === undefined ? {} : { signal: context.signal }),
    }
    let page: Awaited<ReturnType<typeof peer.changes>>
    const askedMs = context.now()
    try {
      page = await peer.changes(cursor.token, options)
    } catch (error) {
      if (!CalendarError.is(error, 'invalid-sync-token') || cursor.token === null) throw error
      await context.write((tx) =>
        context.patchBinding(
          {
            phase: context.binding.phase === 'initial' ? 'initial' : 'reconcile',
            generation: context.binding.generation + 1,
            [cursorName[side]]: { token: null, listed: false, audit: false },
          },
          tx,
        ),
      )
      continue
    }
    context.counts.pages += 1
    if (side === 'remote' && typeof page.serverMs === 'number') {
      context.clock.offsetMs = clockOffset(page.serverMs, askedMs, context.now())
    }
    const ended = !page.more
    await context.write(async (tx) => {
      await storePage(context, side, page.changes, tx)
      const next: BindingCursor = {
        token: page.token,
        listed: cursor.listed || ended,
        // A whole listing also tells what is missing: a feed that lost its place tells no deletion, nor does one that was left for it here.
        audit: cursor.audit || (ended && !cursor.listed),
      }
      await context.patchBinding({ [cursorName[side]]: next, clock: clockOf(context) }, tx)
    })
    if (ended) return
  }
}

type Tx = Parameters<Parameters<RunContext['write']>[0]>[0]

const storePage = async (context: RunContext, side: Side, changes: readonly PeerChange[], tx: Tx): Promise<void> => {
  const { state, binding } = context
  const rows: InboxRow[] = []
  const told: InboxRow[] = []
  // Several reports of one object are one: what it is now will be asked.
  const latest = new Map(changes.map((change) => [change.name, change]))
  for (const { name, etag, origin } of latest.values()) {
    const link = await state.findLink(binding.id, side, name, { tx })
    const waiting = await state.getInbox({ binding: binding.id, side, name }, { tx })
    // A side that lost our cursor may have lost versions too, and gives the same ones to other contents.
    const isKnown = isEcho(link, side, etag) && !(side === 'remote' && etag !== null && binding.phase === 'reconcile')
    // What cannot be kept in step may be again one day, though nobody has edited it.
    const isAside = side === 'remote' && !binding.remoteCursor.listed && link?.state === 'unsupported'
    if (isKnown && !isAside) {
      if (waiting === null) continue
      if (side === 'remote' && isUntilTold(waiting, etag)) {
        told.push(waiting)
        continue
      }
    }
    rows.push(heardOf(context, side, name, etag, origin === null || origin.door !== 'sync'))
  }
  await state.deleteInbox(told, { tx })
  await state.putInbox(rows, { tx })
  const there = [...latest.values()].filter(({ etag }) => etag !== null).map(({ name }) => name)
  await state.markSeen(binding.id, side, there, binding.generation, { tx })
}

/** Our own creation, waiting to be told. */
const isUntilTold = (row: InboxRow, etag: string | null): boolean =>
  row.state === 'listed' && !row.byUser && row.etag === etag

/** What we know already: our own writes come back like everybody's. */
const isEcho = (
  link: Awaited<ReturnType<RunContext['state']['findLink']>>,
  side: Side,
  etag: string | null,
): boolean => {
  if (etag === null) return !isLiving(link)
  return isLiving(link) && link[side]?.etag === etag
}

/** Puts the links that a complete listing has not met into the inbox: each of them is looked up before anything is believed. */
export const audit = async (context: RunContext, side: Side): Promise<void> => {
  const { state, binding, limits } = context
  if (!binding[cursorName[side]].audit) return
  let after: string | undefined
  for (;;) {
    const unseen = { side, generation: binding.generation }
    const links = await state.listLinks(
      binding.id,
      { unseen, ...(after === undefined ? {} : { after }) },
      limits.pageSize,
    )
    if (links.length === 0) break
    after = links.at(-1)!.id
    const outside = await outsideWindow(context, links)
    await context.write(async (tx) => {
      const rows: InboxRow[] = []
      for (const link of links) {
        const name = link[side]!.name
        const waiting = await state.getInbox({ binding: binding.id, side, name }, { tx })
        if (waiting === null && !outside.has(link.id)) rows.push(heardOf(context, side, name, null, true))
      }
      await state.putInbox(rows, { tx })
    })
  }
  await doubtOldRows(context, side)
  await context.write((tx) =>
    context.patchBinding({ [cursorName[side]]: { ...context.binding[cursorName[side]], audit: false } }, tx),
  )
}

/** Of a listing of the window alone: what lies outside of it by what is here was not to be met. */
const outsideWindow = async (context: RunContext, links: readonly SyncLink[]): Promise<ReadonlySet<string>> => {
  const { phase, window } = context.binding
  const outside = new Set<string>()
  if (phase !== 'window' || window === null) return outside
  for (const { id, portal } of links) {
    const object = portal === null ? null : await context.peers.portal.get(portal.name)
    if (object !== null && !occursWithin(object.data, window)) outside.add(id)
  }
  return outside
}

/** What was heard of before the listing, and not met by it, is asked for again: it may be gone by now. */
const doubtOldRows = async (context: RunContext, side: Side): Promise<void> => {
  const { state, binding, limits } = context
  let after: InboxRow | undefined
  for (;;) {
    const filter = { side, states: ['loaded'], ...(after === undefined ? {} : { after }) } as const
    const rows = await state.listInbox(binding.id, filter, limits.pageSize)
    if (rows.length === 0) return
    after = rows.at(-1)!
    const old = rows.filter(({ generation }) => generation < binding.generation)
    if (old.length === 0) continue
    const doubted = old.map((row) => ({ ...row, state: 'listed' as const, data: null, generation: binding.generation }))
    await context.write((tx) => state.putInbox(doubted, { tx }))
  }
}
