import fc from 'fast-check'
import { propertySeed } from '../../vitest.setup.ts'

/**
 * How long all fuzz properties together may run, in seconds, and the seed they start from: `DAYPORT_FUZZ_SECONDS` (default 20) and
 * `DAYPORT_FUZZ_SEED` (default: see `vitest.setup.ts`). A failure prints the seed and the path to repeat it.
 */
const seconds = Number(process.env.DAYPORT_FUZZ_SECONDS ?? 20)
export const fuzzSeed = propertySeed

/** Time for a test of the given share of the whole. */
export const fuzzTimeout = (share: number): number => share * seconds * 1000 * 3 + 60_000

/** Runs a property for its share of the time, and says how often it ran: a property that never ran is a failure. */
export const fuzz = async <T>(
  share: number,
  inputs: fc.Arbitrary<T>,
  law: (input: T) => void | Promise<void>,
): Promise<number> => {
  let runs = 0
  await fc.assert(
    fc.asyncProperty(inputs, async (input) => {
      runs++
      await law(input)
    }),
    {
      seed: fuzzSeed,
      numRuns: 1_000_000,
      interruptAfterTimeLimit: share * seconds * 1000,
      markInterruptAsFailure: false,
    },
  )
  if (runs === 0) throw new Error('expected the time to suffice for one run at least')
  return runs
}
