import type { SimulationCommand } from './simulated-commands.ts'
import { createSimulation } from './simulation.ts'

/** Plays one history to its end; what is wrong then, sync-engine.md §5. Empty is good. */
export const outcomeOf = async (commands: readonly SimulationCommand[], seed: number): Promise<string[]> => {
  const simulation = await createSimulation({ seed })
  await simulation.play(commands)
  const runs = await simulation.heal()
  const most = simulation.world.wasSetBack ? 12 : 4
  return [...(runs > most ? [`convergence: quiet after ${runs} runs`] : []), ...(await simulation.check())]
}
