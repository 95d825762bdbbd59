import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { outcomeOf } from './outcome-of.ts'
import { type SimulationCommand, simulatedHistory } from './simulated-commands.ts'

/** The long run of a release: `DAYPORT_SYNC_HISTORIES=100000`, with a `DAYPORT_FUZZ_SEED` of its own. */
const histories = Number(process.env.DAYPORT_SYNC_HISTORIES ?? 2_000)

describe('simulated histories of two calendars', () => {
  it(
    `keep every invariant of sync-engine.md §5, in ${histories} histories`,
    async () => {
      await fc.assert(
        fc.asyncProperty(simulatedHistory, fc.nat(), async (commands, seed) => {
          expect(await outcomeOf(commands, seed)).toEqual([])
        }),
        { numRuns: histories },
      )
    },
    histories * 1_000,
  )

  it('keep them where they once did not', async () => {
    for (const [commands, seed] of once) expect(await outcomeOf(commands, seed)).toEqual([])
  })
})

/** Shrunk failures of earlier days. */
const once: readonly (readonly [readonly SimulationCommand[], number])[] = [
  // An event that was loaded before the cursor was lost, and removed before the next listing, came to be here alone.
  [
    [
      { do: 'create', side: 'remote', kind: 0 },
      { do: 'wait', seconds: 20 },
      { do: 'run', trouble: 0, crash: 22, edits: false },
      { do: 'mailbox', trick: 'expire', pick: 0 },
      { do: 'delete', side: 'remote', pick: 0 },
    ],
    0,
  ],
  // A copy that kept its UID hid the link of the first one, which was renamed here while the mailbox migrated: it became a third event.
  [
    [
      { do: 'create', side: 'remote', kind: 0 },
      { do: 'mailbox', trick: 'copy', pick: 0 },
      { do: 'run', trouble: 0, crash: null, edits: true },
      { do: 'edit', side: 'portal', pick: 0, field: 0 },
      { do: 'run', trouble: 2, crash: null, edits: false },
      { do: 'create', side: 'portal', kind: 0 },
      { do: 'mailbox', trick: 'migrate', pick: 0 },
      { do: 'rename', pick: 0 },
      { do: 'run', trouble: 1, crash: null, edits: true },
    ],
    495_028_629,
  ],
  // A process died between a decision for the portal's side and its write; the portal then took its value back, and both ends differed.
  [
    [
      { do: 'run', trouble: 0, crash: null, edits: false },
      { do: 'run', trouble: 1, crash: null, edits: false },
      { do: 'create', side: 'remote', kind: 0 },
      { do: 'create', side: 'remote', kind: 17 },
      { do: 'delete', side: 'remote', pick: 0 },
      { do: 'edit', side: 'remote', pick: 0, field: 0 },
      { do: 'edit', side: 'remote', pick: 0, field: 0 },
      { do: 'run', trouble: 1, crash: null, edits: false },
      { do: 'edit', side: 'portal', pick: 0, field: 7 },
      { do: 'edit', side: 'remote', pick: 0, field: 8 },
      { do: 'run', trouble: 0, crash: 20, edits: false },
      { do: 'edit', side: 'portal', pick: 0, field: 5 },
    ],
    6,
  ],
  // A deletion that was not sent before the process died was taken for done when the mailbox migrated: the event came back under its new name.
  [
    [
      { do: 'create', side: 'portal', kind: 0 },
      { do: 'run', trouble: 0, crash: null, edits: true },
      { do: 'settle' },
      { do: 'edit', side: 'remote', pick: 0, field: 0 },
      { do: 'delete', side: 'portal', pick: 3 },
      { do: 'run', trouble: 0, crash: 31, edits: false },
      { do: 'mailbox', trick: 'migrate', pick: 0 },
    ],
    19,
  ],
  // An object that had moved was not read with the rest of its batch; it was taken for gone under its old name, and written again.
  [
    [
      { do: 'create', side: 'portal', kind: 0 },
      { do: 'run', trouble: 0, crash: null, edits: false },
      { do: 'mailbox', trick: 'move', pick: 0 },
      { do: 'run', trouble: 1, crash: null, edits: false },
      { do: 'wait', seconds: 19 },
      { do: 'edit', side: 'portal', pick: 0, field: 0 },
      { do: 'run', trouble: 0, crash: null, edits: false },
      { do: 'run', trouble: 1, crash: null, edits: false },
    ],
    0,
  ],
  // A copy with a UID of its own took the link of the object that it was made from, when all got new names.
  [
    [
      { do: 'create', side: 'portal', kind: 0 },
      { do: 'run', trouble: 0, crash: null, edits: false },
      { do: 'mailbox', trick: 'copy', pick: 57 },
      { do: 'run', trouble: 0, crash: null, edits: false },
      { do: 'mailbox', trick: 'move', pick: 0 },
      { do: 'edit', side: 'portal', pick: 53, field: 0 },
      { do: 'mailbox', trick: 'migrate', pick: 0 },
    ],
    176_823_033,
  ],
  // What a person made of an event before its creation was answered was overwritten by the creation's second try, and not kept.
  [
    [
      { do: 'create', side: 'remote', kind: 0 },
      { do: 'run', trouble: 1, crash: null, edits: true },
      { do: 'create', side: 'portal', kind: 0 },
      { do: 'edit', side: 'remote', pick: 0, field: 0 },
      { do: 'edit', side: 'portal', pick: 0, field: 6 },
      { do: 'create', side: 'remote', kind: 0 },
      { do: 'run', trouble: 1, crash: null, edits: false },
      { do: 'edit', side: 'remote', pick: 0, field: 0 },
      { do: 'run', trouble: 1, crash: null, edits: true },
      { do: 'edit', side: 'portal', pick: 0, field: 7 },
      { do: 'wait', seconds: 59 },
      { do: 'run', trouble: 3, crash: null, edits: true },
      { do: 'run', trouble: 0, crash: 8, edits: false },
      { do: 'wait', seconds: 180 },
      { do: 'run', trouble: 0, crash: 34, edits: false },
    ],
    22,
  ],
  // A process slept between its listing and its look at what was missing: what had moved meanwhile was taken for gone.
  [
    [
      { do: 'run', trouble: 0, crash: null, edits: false },
      { do: 'run', trouble: 0, crash: null, edits: false },
      { do: 'create', side: 'portal', kind: 0 },
      { do: 'create', side: 'portal', kind: 0 },
      { do: 'edit', side: 'portal', pick: 0, field: 0 },
      { do: 'edit', side: 'portal', pick: 0, field: 0 },
      { do: 'run', trouble: 0, crash: null, edits: false },
      { do: 'mailbox', trick: 'migrate', pick: 0 },
      { do: 'edit', side: 'portal', pick: 0, field: 0 },
      { do: 'run', trouble: 0, crash: null, edits: true },
      { do: 'race', trouble: 0, pause: true },
    ],
    594_661_074,
  ],
  // An event of a restored portal was sent a second time, as the first one could not be read with the rest of its batch.
  [
    [
      { do: 'create', side: 'remote', kind: 0 },
      { do: 'create', side: 'portal', kind: 0 },
      { do: 'run', trouble: 1, crash: null, edits: true },
      { do: 'create', side: 'portal', kind: 0 },
      { do: 'backup', side: 'portal' },
      { do: 'edit', side: 'remote', pick: 17, field: 0 },
      { do: 'settle' },
      { do: 'restore', side: 'portal' },
      { do: 'run', trouble: 1, crash: null, edits: false },
    ],
    20,
  ],
  // What a restored mailbox had again was not read before the comparison counted as done: it came back though it had been deleted.
  [
    [
      { do: 'create', side: 'remote', kind: 0 },
      { do: 'run', trouble: 1, crash: null, edits: false },
      { do: 'backup', side: 'remote' },
      { do: 'wait', seconds: 4776 },
      { do: 'run', trouble: 1, crash: null, edits: true },
      { do: 'delete', side: 'remote', pick: 0 },
      { do: 'settle' },
      { do: 'restore', side: 'remote' },
      { do: 'race', trouble: 1, pause: true },
    ],
    0,
  ],
  // A mailbox was restored and then moved: an event that had been deleted was new under its new name.
  [
    [
      { do: 'run', trouble: 0, crash: null, edits: false },
      { do: 'run', trouble: 0, crash: null, edits: true },
      { do: 'race', trouble: 1, pause: false },
      { do: 'race', trouble: 0, pause: true },
      { do: 'run', trouble: 1, crash: null, edits: false },
      { do: 'run', trouble: 1, crash: null, edits: true },
      { do: 'backup', side: 'remote' },
      { do: 'settle' },
      { do: 'restore', side: 'remote' },
      { do: 'mailbox', trick: 'move', pick: 0 },
    ],
    168_375_969,
  ],
  // A cursor that was refused on the day when the window moved was not asked again: the restored backup brought a deleted event back.
  [
    [
      { do: 'create', side: 'portal', kind: 0 },
      { do: 'run', trouble: 0, crash: null, edits: false },
      { do: 'backup', side: 'remote' },
      { do: 'delete', side: 'portal', pick: 0 },
      { do: 'mailbox', trick: 'restart', pick: 0 },
      { do: 'race', trouble: 0, pause: false },
      { do: 'restore', side: 'remote' },
    ],
    48_281_887,
  ],
  // A clock that was set back ended the time of grace of an event that had moved: it was taken for gone, and came back.
  [
    [
      { do: 'run', trouble: 0, crash: null, edits: false },
      { do: 'race', trouble: 0, pause: true },
      { do: 'run', trouble: 0, crash: null, edits: true },
      { do: 'settle' },
      { do: 'mailbox', trick: 'move', pick: 0 },
      { do: 'delete', side: 'portal', pick: 0 },
      { do: 'run', trouble: 0, crash: null, edits: false },
      { do: 'clock', hours: -24 },
      { do: 'run', trouble: 0, crash: null, edits: false },
    ],
    0,
  ],
  // A person put an event back that was about to be made again: it came twice.
  [
    [
      { do: 'run', trouble: 1, crash: null, edits: false },
      { do: 'create', side: 'remote', kind: 0 },
      { do: 'create', side: 'portal', kind: 0 },
      { do: 'run', trouble: 1, crash: null, edits: false },
      { do: 'mailbox', trick: 'move', pick: 0 },
      { do: 'run', trouble: 0, crash: null, edits: false, office: { what: 'rebind', at: 17 } },
      { do: 'edit', side: 'portal', pick: 0, field: 0 },
      { do: 'edit', side: 'portal', pick: 0, field: 0 },
      { do: 'edit', side: 'portal', pick: 0, field: 0 },
      { do: 'delete', side: 'remote', pick: 0 },
      { do: 'edit', side: 'portal', pick: 0, field: 0 },
      { do: 'run', trouble: 3, crash: null, edits: false },
      { do: 'mailbox', trick: 'unbin', pick: 0 },
    ],
    379_664_420,
  ],
  // The end that a new pair was made of was not looked at again before it was written, at a mailbox that does not mind: an edit was lost.
  [
    [
      { do: 'create', side: 'remote', kind: 0 },
      { do: 'create', side: 'portal', kind: 0 },
      { do: 'run', trouble: 0, crash: null, edits: true },
      { do: 'edit', side: 'portal', pick: 0, field: 0 },
      { do: 'run', trouble: 0, crash: null, edits: true },
      { do: 'edit', side: 'portal', pick: 0, field: 0 },
      { do: 'delete', side: 'remote', pick: 0 },
      { do: 'create', side: 'remote', kind: 0 },
      { do: 'edit', side: 'portal', pick: 0, field: 0 },
      { do: 'create', side: 'remote', kind: 0 },
      { do: 'rebind' },
      { do: 'run', trouble: 1, crash: null, edits: true },
    ],
    1_048_199_177,
  ],
  // A cursor that answered for another folder kept the new name of an event to itself: it was taken for gone, and made again for an edit.
  [
    [
      { do: 'run', trouble: 0, crash: null, edits: true },
      { do: 'clock', hours: -24 },
      { do: 'race', trouble: 0, pause: false },
      { do: 'mailbox', trick: 'move', pick: 0 },
      { do: 'run', trouble: 0, crash: null, edits: false },
      { do: 'mailbox', trick: 'mistake', pick: 0 },
      { do: 'wait', seconds: 20 },
      { do: 'run', trouble: 0, crash: null, edits: true },
    ],
    12,
  ],
  // An event was to be made again for an edit that was taken back before its creation was answered: it stayed in the portal alone.
  [
    [
      { do: 'race', trouble: 1, pause: true },
      { do: 'run', trouble: 0, crash: null, edits: false },
      { do: 'create', side: 'portal', kind: 0 },
      { do: 'create', side: 'remote', kind: 32 },
      { do: 'race', trouble: 1, pause: false },
      { do: 'race', trouble: 1, pause: false },
      { do: 'edit', side: 'portal', pick: 9, field: 0 },
      { do: 'rename', pick: 0 },
      { do: 'run', trouble: 1, crash: null, edits: false },
      { do: 'run', trouble: 1, crash: null, edits: false },
      { do: 'edit', side: 'remote', pick: 0, field: 4 },
      { do: 'delete', side: 'portal', pick: 0 },
      { do: 'delete', side: 'remote', pick: 15 },
      { do: 'edit', side: 'portal', pick: 0, field: 6 },
      { do: 'run', trouble: 2, crash: null, edits: false },
      { do: 'wait', seconds: 5373 },
      { do: 'run', trouble: 1, crash: 20, edits: false },
      { do: 'edit', side: 'portal', pick: 0, field: 9 },
      { do: 'edit', side: 'portal', pick: 0, field: 6 },
    ],
    25,
  ],
  // A creation that nobody had answered arrived just when its deletion here was to be worked off: it was taken for news, and came back.
  [
    [
      { do: 'create', side: 'remote', kind: 0 },
      { do: 'run', trouble: 2, crash: null, edits: false },
      { do: 'backup', side: 'portal' },
      { do: 'restore', side: 'portal' },
      { do: 'create', side: 'remote', kind: 0 },
      { do: 'edit', side: 'remote', pick: 0, field: 0 },
      { do: 'edit', side: 'remote', pick: 0, field: 0 },
      { do: 'run', trouble: 1, crash: null, edits: false },
      { do: 'run', trouble: 0, crash: null, edits: true },
      { do: 'edit', side: 'portal', pick: 0, field: 0 },
      { do: 'create', side: 'portal', kind: 0 },
      { do: 'rename', pick: 0 },
      { do: 'delete', side: 'remote', pick: 0 },
      { do: 'create', side: 'remote', kind: 0 },
      { do: 'create', side: 'portal', kind: 0 },
      { do: 'race', trouble: 2, pause: true },
      { do: 'create', side: 'portal', kind: 0 },
      { do: 'create', side: 'portal', kind: 0 },
      { do: 'delete', side: 'portal', pick: 22 },
      { do: 'run', trouble: 3, crash: null, edits: false },
    ],
    798_586_940,
  ],
  // An event that was to be made again for an edit of that very moment was refused for now, and nobody looked at it again.
  [
    [
      { do: 'create', side: 'remote', kind: 0 },
      { do: 'settle' },
      { do: 'edit', side: 'remote', pick: 0, field: 0 },
      { do: 'run', trouble: 0, crash: null, edits: true },
      { do: 'run', trouble: 1, crash: null, edits: false },
      { do: 'edit', side: 'portal', pick: 0, field: 4 },
      { do: 'create', side: 'portal', kind: 0 },
      { do: 'delete', side: 'remote', pick: 0 },
      { do: 'run', trouble: 1, crash: null, edits: false },
      { do: 'race', trouble: 1, pause: true },
      { do: 'create', side: 'portal', kind: 0 },
      { do: 'run', trouble: 3, crash: null, edits: true },
    ],
    1_160_645_829,
  ],
  // A process that slept before a request was delivered twice took the first item for a person's copy.
  [
    [
      { do: 'run', trouble: 1, crash: null, edits: true },
      { do: 'create', side: 'portal', kind: 0 },
      { do: 'race', trouble: 1, pause: true },
    ],
    1_652_899_634,
  ],
  [
    [
      { do: 'run', trouble: 0, crash: null, edits: false, office: { what: 'off', at: 1 } },
      { do: 'create', side: 'portal', kind: 0 },
      { do: 'race', trouble: 1, pause: true },
    ],
    2_147_483_623,
  ],
  // A creation that was delivered twice was deleted here before its second item was told, which came back.
  [
    [
      { do: 'run', trouble: 0, crash: null, edits: false },
      { do: 'create', side: 'portal', kind: 0 },
      { do: 'run', trouble: 2, crash: null, edits: false },
      { do: 'run', trouble: 1, crash: null, edits: true },
    ],
    2_147_483_636,
  ],
  // The second item of a creation that was delivered twice was edited between its reading and its deletion: the edit was lost.
  [
    [
      { do: 'create', side: 'remote', kind: 0 },
      { do: 'edit', side: 'remote', pick: 0, field: 0 },
      { do: 'run', trouble: 1, crash: null, edits: true },
      { do: 'mailbox', trick: 'move', pick: 0 },
      { do: 'run', trouble: 0, crash: null, edits: false },
      { do: 'create', side: 'portal', kind: 0 },
      { do: 'delete', side: 'remote', pick: 0 },
      { do: 'run', trouble: 2, crash: null, edits: false },
      { do: 'run', trouble: 1, crash: null, edits: true },
    ],
    2_147_483_636,
  ],
]
