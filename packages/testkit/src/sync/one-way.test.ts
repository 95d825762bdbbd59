import { canonicalOf } from '@dayport/sync-engine'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SimulatedSide } from './ledger.ts'
import { projectForMailbox } from './mailbox-content.ts'
import { withText } from './person-edits.ts'
import { type SimulationCommand, simulatedHistory } from './simulated-commands.ts'
import { portalBytes, portalNames, type SimulatedWorld, simulatedPerson } from './simulated-world.ts'
import { createSimulation } from './simulation.ts'

const histories = Number(process.env.DAYPORT_SYNC_ONE_WAY ?? 300)

/** What forgets what came from where, and with it what is the target's own. */
const forgetful = new Set<SimulationCommand['do']>(['backup', 'restore', 'rebind'])

/** Gives each event of the source a title that no other has, as a person there. */
const retitle = async (world: SimulatedWorld, source: SimulatedSide): Promise<Map<string, string>> => {
  const titles = new Map<string, string>()
  const names = source === 'portal' ? await portalNames(world) : [...world.mailbox.items.keys()]
  for (const [i, name] of names.entries()) {
    const change = withText('SUMMARY', `last word ${i}`)
    titles.set(name, `last word ${i}`)
    if (source === 'remote') world.mailbox.edit(name, change)
    else {
      const data = change((await portalBytes(world, name))!)
      await world.service.putObject(simulatedPerson, { calendar: world.calendar, name }, data, {
        origin: { door: 'portal' },
      })
    }
  }
  return titles
}

/** How often each of these titles is in the target. */
const told = async (world: SimulatedWorld, target: SimulatedSide): Promise<string[]> => {
  const bytes =
    target === 'remote'
      ? [...world.mailbox.items.values()].map(({ data }) => data)
      : await Promise.all((await portalNames(world)).map(async (name) => (await portalBytes(world, name))!))
  return bytes.flatMap((data) => canonicalOf(projectForMailbox(data)).title ?? [])
}

describe('one direction (sync-engine.md §5)', () => {
  for (const direction of ['to-remote', 'to-portal'] as const) {
    const [source, target] =
      direction === 'to-remote' ? (['portal', 'remote'] as const) : (['remote', 'portal'] as const)
    it(
      `${direction}: all of the source arrives once, and neither it nor the target's own is touched, in ${histories} histories`,
      async () => {
        await fc.assert(
          fc.asyncProperty(simulatedHistory, fc.nat(), async (commands, seed) => {
            const simulation = await createSimulation({ seed, policy: { direction } })
            const { world } = simulation
            await simulation.play(
              commands.filter((one) => !forgetful.has(one.do) && !(one.do === 'run' && one.office?.what === 'rebind')),
            )
            await simulation.heal()
            const titles = await retitle(world, source)
            await simulation.heal()
            const found = await told(world, target)
            const counts = [...titles.values()].map((title) => [title, found.filter((one) => one === title).length])
            expect(counts.filter(([, count]) => count !== 1)).toEqual([])
            expect(world.violations).toEqual([])
            expect(world.mailbox.traffic.mails).toBe(0)
          }),
          { numRuns: histories },
        )
      },
      histories * 100_000,
    )
  }
})
