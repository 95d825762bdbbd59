import type { CalendarPeer, CallOptions } from '@dayport/core'
import {
  createSyncEngine,
  peerFromStore,
  type RunResult,
  type SyncEngine,
  type SyncStorage,
  type SyncTrigger,
} from '@dayport/sync-engine'
import type { SimulatedSide } from './ledger.ts'
import { bindAnew, switchConnection } from './simulated-administrator.ts'
import type { OfficeAct } from './simulated-commands.ts'
import { edit, randomEdit } from './simulated-people.ts'
import { type SimulatedParts, type SimulatedWorld, simulatedPerson } from './simulated-world.ts'

/** The death of a worker: everything that it still asks for fails, and nobody hears of it. */
class CrashError extends Error {}

/** The portal's database takes nothing more: what a unit of work has written is undone. */
class DatabaseFullError extends Error {}

/** Steps between the last look at an item and the write to it: the journal's, and those around each call. */
const lastLookSteps = 12

export interface WorkerOptions {
  /** The step at which the process dies; `null` when it does not. Default null. */
  readonly crashAt?: number | null
  /** Whether people are at work meanwhile. Default false. */
  readonly meddle?: boolean
  /** Turns of the event loop to wait at a step. Default none. */
  readonly pause?: () => number
  /** What the administrator does at which step. Default nothing. */
  readonly office?: OfficeAct
}

/** One process with an engine. Every call that it makes is a step at which it may die, wait, or somebody may edit. */
export const createWorker = (world: SimulatedWorld, options: WorkerOptions) => {
  const { crashAt = null, meddle = false, pause = () => 0, office } = options
  let isOfficeDone = office === undefined
  const { limits, now, newId, random } = world
  let steps = 0
  let alive = true
  let inTransaction = false
  let runId = ''
  const bindingId = world.binding
  const readAt = new Map<string, number>()
  const looked = <T>(name: string, result: T): T => {
    readAt.set(name, steps)
    return result
  }
  const step = async (): Promise<void> => {
    if (!alive) throw new CrashError('dead')
    steps += 1
    if (steps > 50_000) throw new Error('the run does not end')
    world.nowMs += 5 + Math.floor(world.random() * 50)
    if (crashAt !== null && steps >= crashAt) {
      alive = false
      throw new CrashError('crash')
    }
    if (office !== undefined && !isOfficeDone && steps >= office.at && !inTransaction) {
      isOfficeDone = true
      if (office.what === 'off') await switchConnection(world, false)
      else await bindAnew(world)
    }
    for (let i = pause(); i > 0; i -= 1) await null
    if (meddle && !inTransaction && world.chance(0.03)) await edit(world, randomEdit(world))
  }
  const around = async <T>(work: () => Promise<T>): Promise<T> => {
    await step()
    const result = await work()
    await step()
    return result
  }
  async function* stepping<T>(list: AsyncIterable<T>): AsyncIterable<T> {
    for await (const one of list) {
      await step()
      yield one
    }
  }
  const { direction } = world.policy
  /** In one direction the source is never written, and of the target only what came from there. */
  const assertDirection = async (side: SimulatedSide, name: string | null, call: CallOptions = {}): Promise<void> => {
    const source = direction === 'both' ? null : direction === 'to-remote' ? 'portal' : 'remote'
    if (side === source) world.violations.push(`one-way: the ${side} was written`)
    if (source === null || side === source || name === null) return
    const isOurs = side === 'remote' && (world.mailbox.items.get(name)?.operationId ?? null) !== null
    if (!isOurs && (await world.memory.state.findLink(bindingId, side, name, call)) === null)
      world.violations.push(`one-way: the ${side}'s own ${name} was written`)
  }
  /** Who writes to the mailbox must hold its lock. */
  const assertHolder = async (name: string | null): Promise<void> => {
    await assertDirection('remote', name)
    const state = await world.memory.state.getMailbox('b1@example.org')
    if (state?.holder !== runId) world.violations.push(`fencing: ${runId} wrote while ${state?.holder} held the lock`)
  }
  const { peer } = world.mailbox
  const remote: CalendarPeer = {
    ...peer,
    changes: (...args) => around(() => peer.changes(...args)),
    get: (...args) => around(async () => looked(args[0], await peer.get(...args))),
    ...(peer.getMany === undefined ? {} : { getMany: (...args) => stepping(peer.getMany!(...args)) }),
    findByOperation: (...args) => around(() => peer.findByOperation(...args)),
    put: (...args) =>
      around(async () => {
        await assertHolder(args[0])
        world.isJustRead = (name) => steps - (readAt.get(name) ?? Number.NEGATIVE_INFINITY) <= lastLookSteps
        return peer.put(...args)
      }),
    delete: (...args) =>
      around(async () => {
        await assertHolder(args[0])
        world.isJustRead = (name) => steps - (readAt.get(name) ?? Number.NEGATIVE_INFINITY) <= lastLookSteps
        return peer.delete(...args)
      }),
  }
  const storage: SyncStorage = {
    state: world.memory.state,
    transaction: (work, call) =>
      call?.tx !== undefined
        ? world.service.transaction(work, call)
        : around(() =>
            world.service.transaction(async (tx) => {
              inTransaction = true
              try {
                const result = await work(tx)
                if (!alive) throw new CrashError('dead')
                if (world.trouble > 0 && world.chanceLately(world.trouble * 0.004)) throw new DatabaseFullError('full')
                return result
              } finally {
                inTransaction = false
              }
            }, call),
          ),
  }
  const store = peerFromStore({
    service: world.service,
    calendar: world.calendar,
    who: simulatedPerson,
    connection: 'c1',
    newId,
  })
  const portal: CalendarPeer = {
    ...store,
    changes: (...args) => around(() => store.changes(...args)),
    get: async (...args) => {
      if (args[1]?.tx === undefined) await step()
      return store.get(...args)
    },
    put: async (...args) => {
      await assertDirection('portal', args[0], args[3])
      return store.put(...args)
    },
    delete: async (...args) => {
      await assertDirection('portal', args[0], args[2])
      return store.delete(...args)
    },
  }
  const whole: SimulatedParts = { storage, remote }
  const parts = world.options.sabotage?.(whole) ?? whole
  const engine: SyncEngine = createSyncEngine({
    storage: parts.storage,
    limits,
    now,
    newId,
    random,
    onError: (error) => {
      if (alive && !(error instanceof CrashError) && !(error instanceof DatabaseFullError))
        world.violations.push(`internal: ${String((error as Error)?.stack ?? error)}`)
    },
  })
  return {
    steps: () => steps,
    run: async (trigger: SyncTrigger): Promise<RunResult | null> => {
      runId = world.newId()
      try {
        return await engine.run(bindingId, { portal, remote: parts.remote }, { trigger, runId })
      } catch (error) {
        if (error instanceof CrashError || error instanceof DatabaseFullError || !alive) return null
        throw error
      }
    },
  }
}
