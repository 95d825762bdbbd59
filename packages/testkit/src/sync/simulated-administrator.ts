import { uidOf } from '@dayport/sync-engine'
import { originsIn, textOf } from './ledger.ts'
import { deliverLate } from './simulated-doubt.ts'
import { eventsHere, itemsThere, type SimulatedWorld } from './simulated-world.ts'
import { bindingOf } from './sync-records.ts'

export const switchConnection = async (world: SimulatedWorld, enabled: boolean): Promise<void> => {
  const { state } = world.memory
  const connection = await state.getConnection('c1')
  if (connection !== null) await state.putConnection({ ...connection, enabled })
  world.off = enabled ? null : { writes: writesThere(world) }
}

export const writesThere = ({ mailbox }: SimulatedWorld): number => mailbox.traffic.writes + mailbox.traffic.deletes

/** The calendar is unbound, and bound again under another id. */
export const bindAnew = async (world: SimulatedWorld): Promise<void> => {
  const { state } = world.memory
  await state.deleteBinding(world.binding)
  world.binding = world.newId()
  const same = { mailbox: 'b1@example.org', remote: 'b1/calendar' }
  await state.createBinding(bindingOf(world.binding, world.calendar, same))
}

/** What was known of a binding is forgotten with it: only UIDs and equal content tell what belongs together. */
export const forgetBinding = async (world: SimulatedWorld): Promise<void> => {
  deliverLate(world)
  world.nowMs += 600_000 // it takes its time
  const { ledger } = world
  const sides = { portal: await eventsHere(world), remote: itemsThere(world) }
  for (const data of [...sides.portal, ...sides.remote]) {
    for (const origin of originsIn(data)) {
      // Nothing is agreed any more: what either side says is news, and edits beat deletions.
      ledger.doubt('portal', origin)
      ledger.doubt('remote', origin)
      const related = (list: readonly Uint8Array[]) => list.filter((one) => originsIn(one).includes(origin))
      const [here, there] = [related(sides.portal), related(sides.remote)]
      const [one, other] = [here[0], there[0]]
      const isPair =
        here.length === 1 &&
        there.length === 1 &&
        one !== undefined &&
        other !== undefined &&
        uidOf(one) === uidOf(other)
      // Two that differ and have no UID in common are two events by now.
      if (!isPair) ledger.copy(data)
    }
  }
  ledger.forgetAllBut([...sides.portal, ...sides.remote].map(textOf))
  world.restored += 1
  world.hasForgotten = true
  world.mailbox.calmCursor()
}

/** The portal's own clock is set; the mailbox's goes on. */
export const setClock = (world: SimulatedWorld, hours: number): void => {
  world.nowMs += 30_000 + hours * 3_600_000 // it takes its time: what is hidden for seconds is to be seen by then
  world.skewMs -= hours * 3_600_000
  if (hours < 0) world.wasSetBack = true
  world.isMisled &&= world.skewMs !== 0
}
