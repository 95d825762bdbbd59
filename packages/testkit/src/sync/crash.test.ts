import { describe, expect, it } from 'vitest'
import type { SimulationCommand } from './simulated-commands.ts'
import { createSimulation, type Simulation } from './simulation.ts'

const field = { title: 0, hour: 5, exception: 7, occurrence: 8 } as const

/** What a person does to a synchronised weekly series, on one side. */
const scenarios = (side: 'portal' | 'remote'): Readonly<Record<string, readonly SimulationCommand[]>> => ({
  'a creation': [{ do: 'create', side, kind: 4 }],
  'an edit': [{ do: 'edit', side, pick: 0, field: field.title }],
  'a deletion': [{ do: 'delete', side, pick: 0 }],
  'an exception': [{ do: 'edit', side, pick: 0, field: field.exception }],
  'a deleted occurrence': [{ do: 'edit', side, pick: 0, field: field.occurrence }],
  'a move in time': [{ do: 'edit', side, pick: 0, field: field.hour }],
  'a move of the object': [
    side === 'portal' ? { do: 'rename', pick: 0 } : { do: 'mailbox', trick: 'move', pick: 0 },
    { do: 'edit', side, pick: 0, field: field.title },
  ],
})

/** Events on each side afterwards, where not the two of before. */
const left: Readonly<Record<string, number>> = { 'a creation': 3, 'a deletion': 1 }

const prepared = async (edits: readonly SimulationCommand[], seed: number): Promise<Simulation> => {
  const simulation = await createSimulation({ seed })
  await simulation.play([
    { do: 'create', side: 'portal', kind: 2 },
    { do: 'create', side: 'remote', kind: 7 },
  ])
  await simulation.heal()
  await simulation.play(edits)
  return simulation
}

/** Runs twice, a minute apart: a deletion is believed by the second run only. Tells the steps of each. */
const runTwice = async (simulation: Simulation, crash: readonly [number | null, number | null]): Promise<number[]> => {
  const steps: number[] = []
  for (const at of crash) {
    const worker = simulation.createWorker(at)
    await worker.run('manual')
    steps.push(worker.steps())
    simulation.wait(at === null ? 60_000 : 400_000)
  }
  return steps
}

describe('a process that dies at any step (sync-engine.md §9.3)', () => {
  for (const side of ['portal', 'remote'] as const) {
    for (const [name, edits] of Object.entries(scenarios(side))) {
      it(`leaves ${name} in the ${side === 'portal' ? 'portal' : 'mailbox'} to be finished once`, async () => {
        for (const seed of [1, 5]) {
          const whole = await prepared(edits, seed)
          const [first = 0, second = 0] = await runTwice(whole, [null, null])
          expect(first).toBeGreaterThan(10)
          const crashes = [
            ...Array.from({ length: first }, (_, i) => [i + 1, null] as const),
            ...Array.from({ length: second }, (_, i) => [null, i + 1] as const),
          ]
          for (const crash of crashes) {
            const simulation = await prepared(edits, seed)
            await runTwice(simulation, crash)
            const runs = await simulation.heal()
            const wrong = await simulation.check()
            const events = (await simulation.portalNames()).length
            expect({ crash, seed, wrong, events, quiet: runs <= 4 }).toEqual({
              crash,
              seed,
              wrong: [],
              events: left[name] ?? 2,
              quiet: true,
            })
          }
        }
      })
    }
  }
})
