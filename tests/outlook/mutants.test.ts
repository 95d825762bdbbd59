import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HistoryFault, historyOf, runHistory } from './history.ts'
import { mutants } from './mutants.ts'
import { openGround } from './world.ts'

const most = 200

describe('the histories find out a server', () => {
  it.each(Object.entries(mutants))('where %s', async (_name, mutation) => {
    const ground = openGround('memory')
    let found: unknown = null
    for (const actions of fc.sample(historyOf(24), { numRuns: most, seed: 3 })) {
      found = await runHistory(ground, actions, mutation).catch((error: unknown) => error)
      if (found instanceof HistoryFault) break
    }
    expect(found).toBeInstanceOf(HistoryFault)
  })
})
