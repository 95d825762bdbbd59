import { bindAnew, forgetBinding, setClock, switchConnection, writesThere } from './simulated-administrator.ts'
import { backUp, restore } from './simulated-backups.ts'
import type { SimulationCommand } from './simulated-commands.ts'
import { agreeAfter, deliverLate } from './simulated-doubt.ts'
import { brokenInvariants } from './simulated-invariants.ts'
import { edit } from './simulated-people.ts'
import { createWorker } from './simulated-worker.ts'
import {
  createSimulatedWorld,
  historyHere,
  portalBytes,
  portalNames,
  type SimulatedWorld,
  type SimulationOptions,
} from './simulated-world.ts'

/**
 * A portal, a mailbox, people on both sides and workers that die, under one clock and one stream of chance. `play` runs a history, `heal`
 * ends all trouble and runs until nothing is left, `check` tells what is wrong then.
 */
export const createSimulation = async (options: SimulationOptions) => {
  const world = await createSimulatedWorld(options)
  return {
    play: async (commands: readonly SimulationCommand[]): Promise<void> => {
      for (const command of commands) await play(world, command)
    },
    heal: () => heal(world),
    check: () => check(world),
    world,
    mailbox: world.mailbox,
    portalNames: () => portalNames(world),
    portalBytes: (name: string) => portalBytes(world, name),
    createWorker: (crashAt: number | null) => createWorker(world, { crashAt }),
    wait: (ms: number): void => {
      world.nowMs += ms
    },
  }
}

export type Simulation = Awaited<ReturnType<typeof createSimulation>>

/** Clocks in Europe go from two to three. */
const summerMs = Date.UTC(2026, 2, 29, 1)

const play = async (world: SimulatedWorld, command: SimulationCommand): Promise<void> => {
  // Who has forgotten that an event was sent must be shown it, or can only send it again.
  if (world.hasForgotten) world.nowMs += world.hiddenMs
  switch (command.do) {
    case 'wait':
      world.nowMs += command.seconds * 1_000
      return
    case 'season':
      world.nowMs = Math.max(world.nowMs, summerMs - 2_000)
      return
    case 'run':
      return run(world, command)
    case 'race':
      return race(world, command)
    case 'settle':
      await heal(world)
      return
    case 'backup':
      return backUp(world, command.side)
    case 'restore':
      return restore(world, command.side)
    case 'rebind':
      await bindAnew(world)
      return forgetBinding(world)
    case 'clock':
      setClock(world, command.hours)
      return
    default:
      return edit(world, command)
  }
}

const run = async (
  world: SimulatedWorld,
  command: Extract<SimulationCommand, { readonly do: 'run' }>,
): Promise<void> => {
  world.trouble = command.trouble
  const { crash, edits, office = null } = command
  const worker = createWorker(world, { crashAt: crash, meddle: edits, ...(office === null ? {} : { office }) })
  const before = world.binding
  const result = await worker.run('manual')
  if (world.trouble === 0 && !edits && office === null && result?.kind === 'run') await agreeAfter(world, result)
  world.trouble = 0
  if (world.off !== null) {
    const writes = writesThere(world) - world.off.writes
    if (writes > 1) world.violations.push(`off: ${writes} writes after the connection was switched off`)
    await switchConnection(world, true)
  }
  if (world.binding !== before) await forgetBinding(world)
  if (world.chance(0.5)) deliverLate(world)
}

/** Two workers at once, one of which sleeps through its lease now and then. */
const race = async (
  world: SimulatedWorld,
  command: Extract<SimulationCommand, { readonly do: 'race' }>,
): Promise<void> => {
  world.trouble = command.trouble
  const pause = () => Math.floor(world.random() * 4)
  const first = createWorker(world, {
    pause: () => {
      if (command.pause && world.chance(0.02)) world.nowMs += 200_000
      return pause()
    },
  })
  const second = createWorker(world, { pause })
  await Promise.all([first.run('interval'), second.run('manual')])
  world.trouble = 0
}

/** Ends all trouble and runs until nothing is left; the runs that it took, without those that found the mailbox paused or locked. */
const heal = async (world: SimulatedWorld): Promise<number> => {
  world.trouble = 0
  world.mailbox.calmCursor()
  deliverLate(world)
  // Locks of the dead, pauses and doubts end with time; what a cursor that was restarted has not told is noticed the next day.
  // The day's listing begins once what was listed before is worked off.
  const least = world.mayMissUntilNextDay ? 4 : 1
  world.nowMs += world.mayMissUntilNextDay ? (world.wasSetBack ? 2 : 1) * 90_000_000 : 1_000_000
  world.mayMissUntilNextDay = false
  world.isMisinformed = false
  world.hasForgotten = false
  let runs = 0
  for (let i = 0; i < 12; i += 1) {
    const result = await createWorker(world, {}).run('manual')
    world.nowMs += 90_000
    if (result?.kind !== 'run') continue
    runs += 1
    if (result.run.outcome === 'confirmation') await confirm(world)
    else if (result.againMs === null && result.run.outcome === 'done' && runs > least) {
      await agreeAfter(world, result)
      return runs - least + 1
    }
  }
  world.violations.push('convergence: still not quiet after 12 runs')
  return runs
}

const confirm = async ({ memory, binding: id }: SimulatedWorld): Promise<void> => {
  const binding = await memory.state.getBinding(id)
  if (binding?.waiting !== null && binding?.waiting !== undefined) {
    await memory.state.putBinding({ ...binding, confirmed: binding.waiting, waiting: null })
  }
}

const livingStates = ['ok', 'conflict', 'quarantined', 'unsupported'] as const

/** Everything that is wrong, sync-engine.md §5. Empty is good. */
const check = async (world: SimulatedWorld): Promise<string[]> => {
  const { memory, mailbox, ledger, policy } = world
  const wrong = [...world.violations]
  const portal = new Map<string, Uint8Array>()
  for (const name of await portalNames(world)) portal.set(name, (await portalBytes(world, name))!)
  wrong.push(
    ...brokenInvariants({
      links: await memory.state.listLinks(world.binding, { states: livingStates }, 1_000),
      portal,
      remote: new Map([...mailbox.items].map(([name, { data }]) => [name, data])),
      history: await historyHere(world),
      ledger,
      isMisledByClocks: policy.conflicts === 'newest' && world.isMisled,
    }),
  )
  if (mailbox.traffic.mails > 0) wrong.push(`mail: ${mailbox.traffic.mails}`)
  const revision = async () => (await memory.store.getCalendar(world.calendar))?.revision
  const [writes, edits] = [writesThere(world), ledger.edits()]
  if (writes > 12 * (edits + 2) + 40 * (1 + world.restored)) wrong.push(`loops: ${writes} writes for ${edits} edits`)

  const before = await revision()
  await createWorker(world, {}).run('manual')
  if (writesThere(world) !== writes) wrong.push('idempotence: a quiet run wrote there')
  if ((await revision()) !== before) wrong.push('idempotence: a quiet run wrote here')
  return wrong
}
