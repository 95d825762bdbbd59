import fc from 'fast-check'
import type { SimulatedSide } from './ledger.ts'

const tricks = [
  'move',
  'copy',
  'touch',
  'undo',
  'expire',
  'migrate',
  'restart',
  'mistake',
  'rekey',
  'unbin',
  'zones',
] as const

/** What the administrator does while a run is under way, by number of step: switches the connection off, or binds the calendar anew. */
export interface OfficeAct {
  readonly what: 'off' | 'rebind'
  readonly at: number
}

/** One step of a simulated history. */
export type SimulationCommand =
  /** The calendar is unbound, and bound again: everything that was known of it is forgotten. */
  | { readonly do: 'rebind' }
  /** The portal's own clock is set. */
  | { readonly do: 'clock'; readonly hours: number }
  | { readonly do: 'create'; readonly side: 'portal' | 'remote'; readonly kind: number }
  | { readonly do: 'edit'; readonly side: 'portal' | 'remote'; readonly pick: number; readonly field: number }
  | { readonly do: 'delete'; readonly side: 'portal' | 'remote'; readonly pick: number }
  | { readonly do: 'rename'; readonly pick: number }
  | {
      readonly do: 'mailbox'
      readonly trick: (typeof tricks)[number]
      readonly pick: number
    }
  /** `trouble` 0–3: how often calls go wrong; `crash`: the step at which the process dies. */
  | {
      readonly do: 'run'
      readonly trouble: number
      readonly crash: number | null
      readonly edits: boolean
      readonly office?: OfficeAct | null
    }
  | { readonly do: 'race'; readonly trouble: number; readonly pause: boolean }
  | { readonly do: 'wait'; readonly seconds: number }
  /** It is the night in which clocks change, some seconds before they do. */
  | { readonly do: 'season' }
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
  { weight: 8, arbitrary: fc.record({ do: fc.constant('edit' as const), side, pick, field: fc.nat(14) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('delete' as const), side, pick }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('rename' as const), pick }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('mailbox' as const),
      trick: fc.constantFrom(...tricks),
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
      office: fc.option(
        fc.record({ what: fc.constantFrom('off' as const, 'rebind' as const), at: fc.integer({ min: 1, max: 120 }) }),
        { freq: 10 },
      ),
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
      fc.record({ do: fc.constant('rebind' as const) }),
      fc.record({ do: fc.constant('season' as const) }),
      fc.record({ do: fc.constant('clock' as const), hours: fc.constantFrom(-24, -1, 1, 24) }),
    ),
  },
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
