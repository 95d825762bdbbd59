import type { CalendarPeer } from '@dayport/core'
import {
  createSyncEngine,
  peerFromStore,
  type RunResult,
  type SyncEngine,
  type SyncStorage,
  type SyncTrigger,
} from '@dayport/sync-engine'
import { edit, randomEdit } from './simulated-people.ts'
import { type SimulatedParts, type SimulatedWorld, simulatedPerson } from './simulated-world.ts'

/** The death of a worker: everything that it still asks for fails, and nobody hears of it. */
class CrashError extends Error {}

/** Steps between the last look at an item and the write to it: the journal's, and those around each call. */
const lastLookSteps = 12

export interface WorkerOptions {
  /** The step at which the process dies; `null` when it does not. Default null. */
  readonly crashAt?: number | null
  /** Whether people are at work meanwhile. Default false. */
  readonly meddle?: boolean
  /** Turns of the event loop to wait at a step. Default none. */
  readonly pause?: () => number
}

/** One process with an engine. Every call that it makes is a step at which it may die, wait, or somebody may edit. */
export const createWorker = (world: SimulatedWorld, options: WorkerOptions) => {
  const { crashAt = null, meddle = false, pause = () => 0 } = options
  const { limits, now, newId, random } = world
  let steps = 0
  let alive = true
  let inTransaction = false
  let runId = ''
  const readAt = new Map<string, number>()
  const looked = <T>(name: string, result: T): T => {
    readAt.set(name, steps)
    return result
  }
  const step = async (): Promise<void> => {
    if (!alive) throw new CrashError('dead')
    steps += 1
    world.nowMs += 5 + Math.floor(world.random() * 50)
    if (crashAt !== null && steps >= crashAt) {
      alive = false
      throw new CrashError('crash')
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
  /** Who writes to the mailbox must hold its lock. */
  const assertHolder = async (): Promise<void> => {
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
        await assertHolder()
        world.isJustRead = (name) => steps - (readAt.get(name) ?? Number.NEGATIVE_INFINITY) <= lastLookSteps
        return peer.put(...args)
      }),
    delete: (...args) =>
      around(async () => {
        await assertHolder()
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
      if (alive && !(error instanceof CrashError))
        world.violations.push(`internal: ${String((error as Error)?.stack ?? error)}`)
    },
  })
  return {
    steps: () => steps,
    run: async (trigger: SyncTrigger): Promise<RunResult | null> => {
      runId = world.newId()
      try {
        return await engine.run('b1', { portal, remote: parts.remote }, { trigger, runId })
      } catch (error) {
        if (error instanceof CrashError || !alive) return null
        throw error
      }
    },
  }
}
