import fc from 'fast-check'
import { afterAll, describe, it } from 'vitest'
import { historyOf, runHistory } from './history.ts'
import { regressions } from './regressions.ts'
import { openGround } from './world.ts'

/** Times the usual number of histories: `DAYPORT_OUTLOOK_HISTORIES=50` for a long look, with `DAYPORT_FUZZ_SEED` for another one. */
const times = Number(process.env.DAYPORT_OUTLOOK_HISTORIES ?? 1)

/** Declares the histories over one kind of store. A failing one is printed with its seed, as short as it can be made. */
export const testHistories = (kind: 'memory' | 'sqlite', runs: number): void => {
  describe(`two Outlooks, a CalDAV program and the portal over ${kind}`, () => {
    const ground = openGround(kind)
    afterAll(() => ground.close())

    it.each(Object.entries(regressions))('agree after quiet when %s', (_name, actions) => runHistory(ground, actions))

    it(
      'agree after quiet, whatever they did and whatever the network lost: nothing is lost, overwritten unseen or doubled',
      () =>
        fc.assert(
          fc.asyncProperty(historyOf(16), (actions) => runHistory(ground, actions)),
          { numRuns: Math.ceil(runs * times) },
        ),
      600_000 * Math.max(1, times),
    )
  })
}
