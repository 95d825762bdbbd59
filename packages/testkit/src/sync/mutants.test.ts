import type { PeerObject } from '@dayport/core'
import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type * as timeGroups from '../../../sync-engine/src/content/time-group.ts'
import type * as plans from '../../../sync-engine/src/plan/plan.ts'
import { type SimulationCommand, simulatedHistory } from './simulated-commands.ts'
import type { SimulationOptions } from './simulated-world.ts'
import type { createSimulation } from './simulation.ts'

/** Histories that a broken engine may survive before the simulator counts as too weak. */
const most = 400

/** Every run meets trouble and people: what is broken breaks soon. */
const histories = fc.sample(fc.tuple(simulatedHistory, fc.nat()), { numRuns: most, seed: 1_143 }).map(
  ([commands, seed]) =>
    [
      commands
        // What is forgotten with a binding nobody can miss.
        .filter((one) => one.do !== 'rebind')
        .map((one) => (one.do === 'run' ? { ...one, trouble: 2, edits: true, office: null } : one)),
      seed,
    ] as const,
)

/** What the first history that the broken engine does not survive is told to be wrong; '' when it survives all. */
const firstHarm = async (
  create: typeof createSimulation,
  sabotage?: SimulationOptions['sabotage'],
  end: readonly SimulationCommand[] = [],
): Promise<string> => {
  for (const [commands, seed] of histories) {
    const simulation = await create({ seed, ...(sabotage === undefined ? {} : { sabotage }) })
    await simulation.play([...commands, ...end])
    await simulation.heal()
    const wrong = await simulation.check()
    if (wrong[0] !== undefined) return wrong.join('; ')
  }
  return ''
}

const engine = '../../../sync-engine/src'

/** The simulation over an engine one of whose files is another. */
const broken = async <T extends object>(
  file: string,
  parts: Partial<T> | ((whole: T) => Partial<T>),
): Promise<typeof createSimulation> => {
  vi.resetModules()
  vi.doMock(file, async (original) => {
    const whole = await original<T>()
    return { ...whole, ...(typeof parts === 'function' ? parts(whole) : parts) }
  })
  return (await import('./simulation.ts')).createSimulation
}

const intact = async (): Promise<typeof createSimulation> => (await import('./simulation.ts')).createSimulation

afterEach(() => {
  vi.doUnmock(`${engine}/run/lease.ts`)
  vi.doUnmock(`${engine}/run/clock.ts`)
  vi.doUnmock(`${engine}/content/time-group.ts`)
  vi.doUnmock(`${engine}/plan/plan.ts`)
  vi.resetModules()
})

describe('the simulator finds an engine that is broken on purpose (sync-engine.md §9.4)', () => {
  it('without a journal', async () => {
    const harm = await firstHarm(await intact(), ({ storage, remote, ...rest }) => ({
      ...rest,
      remote,
      storage: {
        ...storage,
        state: {
          ...storage.state,
          putOperation: async () => {},
          getOperation: async () => null,
          listOperations: async () => [],
          // The link of a creation that is not answered yet is part of it.
          putLinks: (links, options) =>
            storage.state.putLinks(
              links.filter((link) => link.remote !== null || link.creation === null),
              options,
            ),
        },
      },
    }))
    expect(harm).toMatch(/duplicates|convergence|loss/)
  })

  it('that forgets under which operation it created', async () => {
    const harm = await firstHarm(await intact(), ({ storage, remote, ...rest }) => ({
      ...rest,
      storage,
      remote: {
        ...remote,
        put: (name, data, condition) => remote.put(name, data, condition, {}),
        findByOperation: async () => null,
      },
    }))
    expect(harm).toMatch(/duplicates|convergence|loss/)
  })

  it('that does not remember what the other side made of its writes', async () => {
    const harm = await firstHarm(await intact(), ({ storage, remote, ...rest }) => ({
      ...rest,
      remote,
      storage: {
        ...storage,
        state: {
          ...storage.state,
          putLinks: (links, options) =>
            storage.state.putLinks(
              links.map((link) => (link.remote === null ? link : { ...link, remote: { ...link.remote, base: {} } })),
              options,
            ),
        },
      },
    }))
    expect(harm).not.toBe('')
  })

  it('that takes part of a list for all of it, and what is not in it for gone', async () => {
    const harm = await firstHarm(await intact(), ({ storage, remote, ...rest }) => {
      const listed = new Set<string>()
      return {
        ...rest,
        storage,
        remote: {
          ...remote,
          changes: async (since, options) => {
            const page = await remote.changes(since, options)
            for (const { name } of page.changes) listed.add(name)
            return since === null ? { ...page, more: false } : page
          },
          get: async (name, options) => (listed.has(name) ? remote.get(name, options) : null),
        },
      }
    })
    expect(harm).not.toBe('')
  })

  it('that names exceptions by their number', async () => {
    const create = await broken(`${engine}/content/time-group.ts`, {
      exceptionKey: (time: { readonly kind: string; readonly local?: string }) =>
        `2026-04-0${(Number(time.local?.slice(8, 10) ?? 0) % 3) + 1}`,
    })
    expect(await firstHarm(create)).not.toBe('')
  })

  it('that stores its cursor before the changes behind it', async () => {
    const harm = await firstHarm(await intact(), ({ storage, remote, ...rest }) => {
      let behind: (() => Promise<void>)[] = []
      return {
        ...rest,
        remote,
        storage: {
          state: {
            ...storage.state,
            putInbox: async (rows, options) => {
              if (!rows.every(({ state }) => state === 'listed')) return storage.state.putInbox(rows, options)
              behind.push(() => storage.transaction((tx) => storage.state.putInbox(rows, { tx })))
            },
          },
          transaction: async (work, options) => {
            const result = await storage.transaction(work, options)
            const late = behind
            behind = []
            for (const write of late) await write()
            return result
          },
        },
      }
    })
    expect(harm).toMatch(/convergence|duplicates|loss/)
  })

  it('that tells the attendees', async () => {
    const harm = await firstHarm(await intact(), ({ storage, remote, ...rest }) => ({
      ...rest,
      storage,
      remote: {
        ...remote,
        put: (name, data, condition, options) =>
          remote.put(name, data, condition, { ...options, notify: { userAction: 'none' } }),
      },
    }))
    expect(harm).toMatch(/mail/)
  })

  it('that writes without a lock', async () => {
    const create = await broken(`${engine}/run/lease.ts`, {
      assertLease: async () => null,
      renewLease: async (_: unknown, lease: unknown) => lease,
      acquireLease: async (_: unknown, mailbox: string, __: string, nowMs: number) => ({
        mailbox,
        fence: 0,
        untilMs: nowMs + 1_000_000,
      }),
    })
    expect(await firstHarm(create)).toMatch(/fencing/)
  })

  it('that keeps nothing of what it replaces', async () => {
    const harm = await firstHarm(await intact(), ({ storage, remote, ...rest }) => ({
      ...rest,
      remote,
      storage: {
        ...storage,
        state: {
          ...storage.state,
          putHistory: (entries, options) =>
            storage.state.putHistory(
              entries.map((entry) => ({ ...entry, kept: null })),
              options,
            ),
        },
      },
    }))
    expect(harm).toMatch(/loss/)
  })

  it('that writes over what it has not seen', async () => {
    const harm = await firstHarm(await intact(), ({ storage, remote, ...rest }) => ({
      ...rest,
      storage,
      remote: { ...remote, put: (name, data, _, options) => remote.put(name, data, undefined, options) },
    }))
    expect(harm).not.toBe('')
  })

  it('that does not look again before it writes, at a mailbox that does not mind', async () => {
    const harm = await firstHarm(await intact(), ({ remote, ...rest }) => {
      const known = new Map<string, PeerObject>()
      return {
        ...rest,
        remote: {
          ...remote,
          get: async (name, options) => {
            const object = known.get(name) ?? (await remote.get(name, options))
            if (object !== null) known.set(name, object)
            return object
          },
          put: async (name, data, condition, options) => {
            if (name !== null) known.delete(name)
            return remote.put(name, data, condition, options)
          },
        },
      }
    })
    expect(harm).toMatch(/loss/)
  })

  it('that takes what a batch has not answered for gone', async () => {
    const harm = await firstHarm(await intact(), ({ remote, ...rest }) => ({
      ...rest,
      remote: {
        ...remote,
        ...(remote.getMany === undefined
          ? {}
          : {
              getMany: async function* getMany(names, options) {
                const left = new Set(names)
                for await (const one of remote.getMany!(names, options)) {
                  if (one.result instanceof Error) continue
                  left.delete(one.name)
                  yield one
                }
                for (const name of left) yield { name, result: null }
              },
            }),
      },
    }))
    expect(harm).toMatch(/convergence|duplicates|loss/)
  })

  it('that knows zones by their names only', async () => {
    const create = await broken<typeof timeGroups>(`${engine}/content/time-group.ts`, ({ timeGroup }) => ({
      timeGroup: (...args) => timeGroup(...args).replace(/^offset .*\n/m, ''),
    }))
    // An event in such a zone, and another definition of it for whatever is there.
    const zones = Array.from({ length: 12 }, (_, pick) => ({ do: 'edit', side: 'portal', pick, field: 9 }) as const)
    const end = [{ do: 'create', side: 'portal', kind: 10 }, { do: 'settle' }, ...zones, { do: 'settle' }] as const
    expect(await firstHarm(create, undefined, end)).toMatch(/occurrences/)
  })

  it('that trusts a clock that is wrong', async () => {
    const create = await broken(`${engine}/run/clock.ts`, { isClockTrusted: () => true })
    const harm = await firstHarm((options) => create({ ...options, policy: { conflicts: 'newest' } }))
    expect(harm).toMatch(/policy/)
  })

  it('that forgets what was deleted, when a backup brings it back', async () => {
    const create = await intact()
    const forget: SimulationOptions['sabotage'] = ({ storage, ...rest }) => ({
      ...rest,
      storage: {
        ...storage,
        state: {
          ...storage.state,
          findLink: async (...args) => {
            const link = await storage.state.findLink(...args)
            return link?.state === 'tombstone' ? null : link
          },
          getLink: async (...args) => {
            const link = await storage.state.getLink(...args)
            return link?.state === 'tombstone' ? null : link
          },
          findTombstonesByUid: async () => [],
        },
      },
    })
    expect(
      await firstHarm(create, forget, [
        { do: 'settle' },
        { do: 'backup', side: 'remote' },
        { do: 'delete', side: 'portal', pick: 0 },
        { do: 'settle' },
        { do: 'restore', side: 'remote' },
      ]),
    ).toMatch(/resurrection/)
  })

  it('that takes what the network has delivered twice for a copy', async () => {
    const harm = await firstHarm(await intact(), ({ storage, ...rest }) => ({
      ...rest,
      storage: {
        ...storage,
        state: {
          ...storage.state,
          putOperation: (operation, options) =>
            storage.state.putOperation(
              { ...operation, sent: operation.sent.map(({ thereMs: _, ...sent }) => sent) },
              options,
            ),
        },
      },
    }))
    expect(harm).toMatch(/duplicates/)
  })

  it('that makes again what one side has deleted', async () => {
    const create = await broken<typeof plans>(`${engine}/plan/plan.ts`, ({ planEvent }) => ({
      planEvent: (...args) => {
        const action = planEvent(...args)
        if (action === 'delete-portal') return 'restore-remote'
        return action === 'delete-remote' ? 'restore-portal' : action
      },
    }))
    expect(await firstHarm(create)).toMatch(/resurrection/)
  })

  it('and survives where the engine is whole', async () => {
    const create = await intact()
    for (const [commands, seed] of histories.slice(0, 40)) {
      const simulation = await create({ seed })
      await simulation.play(commands)
      await simulation.heal()
      expect(await simulation.check()).toEqual([])
    }
  })
})
