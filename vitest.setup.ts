import fc from 'fast-check'

/**
 * The seed of every property test: one for all, so that a change is judged by what it changes and not by luck. Long runs look
 * further with `DAYPORT_FUZZ_SEED`; a failure prints its seed and path.
 */
export const propertySeed = Number(process.env.DAYPORT_FUZZ_SEED ?? 20_261_122)

fc.configureGlobal({ seed: propertySeed })
