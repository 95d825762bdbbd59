import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HistoryFault, historyOf, runHistory } from './history.ts'
import { mutants } from './mutants.ts'
import { regressions } from './regressions.ts'
import { openGround } from './world.ts'

const most = 200
/** Each is found within some forty histories of it. */
const seed = 5

describe('the histories find out a server', () => {
  it.each(Object.entries(mutants))('where %s', { timeout: 180_000 }, async (_name, mutation) => {
    const ground = openGround('memory')
    let found: unknown = null
    const histories = [...Object.values(regressions), ...fc.sample(historyOf(24), { numRuns: most, seed })]
    for (const actions of histories) {
      found = await runHistory(ground, actions, mutation).catch((error: unknown) => error)
      if (found instanceof HistoryFault) break
    }
    expect(found).toBeInstanceOf(HistoryFault)
  })
})
