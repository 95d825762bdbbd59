import fc from 'fast-check'
import type { SimulationCommand } from './simulation.ts'

const side = fc.constantFrom('portal' as const, 'remote' as const)
const pick = fc.nat(99)

const command: fc.Arbitrary<SimulationCommand> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('create' as const), side, kind: pick }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('edit' as const), side, pick, field: fc.nat(9) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('delete' as const), side, pick }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('rename' as const), pick }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('mailbox' as const),
      trick: fc.constantFrom('move', 'copy', 'touch', 'undo', 'expire', 'migrate'),
      pick,
    }),
  },
  {
    weight: 7,
    arbitrary: fc.record({
      do: fc.constant('run' as const),
      trouble: fc.nat(3),
      crash: fc.option(fc.integer({ min: 1, max: 120 }), { freq: 3 }),
      edits: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('race' as const), trouble: fc.nat(2), pause: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 7_200 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('settle' as const) }) },
  {
    weight: 1,
    arbitrary: fc.oneof(
      fc.record({ do: fc.constant('backup' as const), side }),
      fc.record({ do: fc.constant('restore' as const), side }),
    ),
  },
)

/** Histories of at most 40 steps, of every length alike. */
export const simulatedHistory: fc.Arbitrary<readonly SimulationCommand[]> = fc.array(command, {
  maxLength: 40,
  size: 'max',
})
