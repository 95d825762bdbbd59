import { canonicalOf, type SyncLink, sameGroups } from '@dayport/sync-engine'
import { originsIn, type SimulatedSide, textOf } from './ledger.ts'
import { projectForMailbox } from './mailbox-content.ts'
import { deliverLate } from './simulated-doubt.ts'
import {
  eventsHere,
  historyHere,
  isAlone,
  itemsThere,
  portalBytes,
  portalNames,
  type SimulatedWorld,
} from './simulated-world.ts'

export const backUp = async (world: SimulatedWorld, side: SimulatedSide): Promise<void> => {
  const { backups, unsettledThen } = world
  if (side === 'remote') backups.remote = world.mailbox.snapshot()
  else {
    const { memory } = world
    backups.portal = { memory: memory.copy(memory.store.copy()), binding: world.binding }
    unsettledThen.clear()
    for (const origin of (await eventsHere(world)).flatMap(originsIn)) {
      if (world.ledger.isUnsettled('portal', origin)) unsettledThen.add(origin)
    }
  }
}

/** Whether the event is known to have said this at any time. */
const isKnown = async ({ memory, binding }: SimulatedWorld, link: SyncLink, data: Uint8Array): Promise<boolean> => {
  const groups = canonicalOf(data)
  if (sameGroups(link.remote?.base ?? {}, groups)) return true
  const history = await memory.state.listHistory(binding, { link: link.id }, 100)
  return history.some(({ kept }) => kept !== null && sameGroups(canonicalOf(projectForMailbox(kept)), groups))
}

/** One side is what it was at the time of its backup. What had been entered since, and is nowhere else, is lost with it. */
export const restore = async (world: SimulatedWorld, side: SimulatedSide): Promise<void> => {
  const { backups, unsettledThen } = world
  if (backups[side] === undefined) return
  deliverLate(world)
  const before = { portal: await eventsHere(world), remote: itemsThere(world) }
  if (side === 'remote') {
    world.mailbox.restore(backups.remote!, { reuses: world.chanceLately(0.5) })
    for (const { name, data } of world.mailbox.items.values()) {
      const isBack = isAlone(data, before.remote)
      const link = await world.memory.state.findLink(world.binding, 'remote', name)
      // What the engine has never heard of is somebody's edit.
      const isHeardOf = link?.state === 'tombstone' && (await isKnown(world, link, data))
      if (isBack && !isHeardOf) originsIn(data).forEach(world.ledger.undelete)
      else if (!isBack && !before.remote.includes(data)) world.ledger.edit('remote', data)
    }
  } else {
    world.nowMs += 600_000 // it takes its time
    const { memory, binding } = backups.portal!
    world.replaceMemory(memory.copy(memory.store.copy()))
    world.binding = binding
    world.hasForgotten = true
    world.mailbox.calmCursor()
    for (const name of await portalNames(world)) {
      const data = (await portalBytes(world, name))!
      const end = (await world.memory.state.findLink(world.binding, 'portal', name))?.remote ?? null
      const hasEnd = end !== null
      // Sent after the backup to a mailbox that gives UIDs of its own: nothing is left that tells that it was sent.
      if ((end === null || !world.mailbox.items.has(end.name)) && world.ownUids && !isAlone(data, before.remote))
        world.ledger.copy(data)
      // Whatever the mailbox says beyond the backup is news from there.
      if (!isAlone(data, before.remote)) world.ledger.edit('remote', data)
      const isUnsettled = originsIn(data).some((origin) => unsettledThen.has(origin))
      if (!hasEnd || isUnsettled) originsIn(data).forEach(world.ledger.undelete)
      // What the portal had not said by then it says again.
      if (isUnsettled) world.ledger.edit('portal', data)
      if (isAlone(data, before.portal) && !isAlone(data, before.remote)) originsIn(data).forEach(world.ledger.undelete)
    }
    // A deletion that was not carried out there is forgotten.
    before.remote.flatMap(originsIn).forEach(world.ledger.undelete)
    // What was asked for twice cannot be told from a copy by an engine that has forgotten it.
    const seen = new Set<string>()
    for (const data of before.remote) {
      if (originsIn(data).some((origin) => seen.has(origin))) world.ledger.copy(data)
      for (const origin of originsIn(data)) seen.add(origin)
    }
  }
  const kept = (await historyHere(world)).flatMap((entry) => entry.kept ?? [])
  const left = [...(await eventsHere(world)), ...itemsThere(world), ...kept]
  world.ledger.forgetAllBut(left.map(textOf))
  world.restored += 1
}
