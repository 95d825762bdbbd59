import { appendFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { outcomeOf } from './outcome-of.ts'
import { simulatedHistory } from './simulated-commands.ts'

/** Histories of one block, which is a seed. */
const size = 1_000

/** `9000-9099`: so many blocks, each with its seed. `9023:175`: one history of one block, to be shrunk. */
const wanted = process.env.DAYPORT_SYNC_BLOCKS ?? ''
/** A file that gets a line for each block; so a run that is ended early is not lost. */
const log = process.env.DAYPORT_SYNC_LOG ?? null

const arbitrary = fc.tuple(simulatedHistory, fc.nat())

describe('the long run (sync-engine.md §9.3)', () => {
  const [, first, last] = /^(\d+)-(\d+)$/.exec(wanted) ?? []
  it.skipIf(first === undefined)(
    'keeps every invariant in every block',
    async () => {
      const failures: string[] = []
      for (let block = Number(first); block <= Number(last); block += 1) {
        const before = failures.length
        const startMs = performance.now()
        for (const [index, [commands, seed]] of fc.sample(arbitrary, { numRuns: size, seed: block }).entries()) {
          const wrong = await outcomeOf(commands, seed).catch((error: unknown) => [`thrown: ${String(error)}`])
          if (wrong.length > 0) failures.push(`${block}:${index} ${wrong.join('; ')}`)
        }
        const seconds = ((performance.now() - startMs) / 1_000).toFixed(0)
        const line = `block ${block}: ${size} histories, ${failures.length - before} failures, ${seconds} s`
        if (log !== null) appendFileSync(log, `${[line, ...failures.slice(before)].join('\n')}\n`)
      }
      expect(failures).toEqual([])
    },
    100_000_000,
  )

  const [, block, index] = /^(\d+):(\d+)$/.exec(wanted) ?? []
  it.skipIf(block === undefined)(
    'fails by this, at its shortest',
    async () => {
      const property = fc.asyncProperty(arbitrary, async ([commands, seed]) => {
        expect(await outcomeOf(commands, seed)).toEqual([])
      })
      await fc.assert(property, { seed: Number(block), path: index ?? '', numRuns: 1 })
    },
    100_000_000,
  )
})
