import fc from 'fast-check'
import type { SimulatedSide } from './ledger.ts'

/** One step of a simulated history. */
export type SimulationCommand =
  | { readonly do: 'create'; readonly side: 'portal' | 'remote'; readonly kind: number }
  | { readonly do: 'edit'; readonly side: 'portal' | 'remote'; readonly pick: number; readonly field: number }
  | { readonly do: 'delete'; readonly side: 'portal' | 'remote'; readonly pick: number }
  | { readonly do: 'rename'; readonly pick: number }
  | {
      readonly do: 'mailbox'
      readonly trick: 'move' | 'copy' | 'touch' | 'undo' | 'expire' | 'migrate'
      readonly pick: number
    }
  /** `trouble` 0–3: how often calls go wrong; `crash`: the step at which the process dies. */
  | { readonly do: 'run'; readonly trouble: number; readonly crash: number | null; readonly edits: boolean }
  | { readonly do: 'race'; readonly trouble: number; readonly pause: boolean }
  | { readonly do: 'wait'; readonly seconds: number }
  /** All trouble ends for a while, and both sides come to agree. */
  | { readonly do: 'settle' }
  /** `backup` keeps what one side holds, the portal's database with the engine's state in it; `restore` goes back to it. */
  | { readonly do: 'backup'; readonly side: SimulatedSide }
  | { readonly do: 'restore'; readonly side: SimulatedSide }

/** What a person, or the administrator of a side, does: not a run, and not time. */
export type SimulatedEdit = Extract<SimulationCommand, { do: 'create' | 'edit' | 'delete' | 'rename' | 'mailbox' }>

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
