import { describe, expect, it } from 'vitest'
import { expectTogether } from './describe-histories.ts'
import { openEwsWorld } from './ews-world.ts'
import { openGraphWorld } from './graph-world.ts'
import { event, nine, type World } from './world.ts'

const later = 22 * 60_000
const oneItem = event('o@x', ...nine, 'RRULE:FREQ=WEEKLY;COUNT=4', 'SUMMARY:Pay day')
const severalItems = event('o@x', ...nine, 'RRULE:FREQ=MONTHLY;COUNT=3;BYMONTHDAY=12,26', 'SUMMARY:Pay day')

const rest = async (world: World) => {
  world.side.trouble = null
  for (let i = 0; i < 5; i += 1) await world.run(later)
  const before = world.side.writes()
  await world.run(later)
  expect(world.side.writes()).toBe(before)
  expect(world.side.mails()).toBe(0)
  await expectTogether(world)
}

/** A series that is one item there gets a rule that Exchange cannot say, and one of the requests of that run is not answered. */
const brokenOff = async (open: () => Promise<World>, failing: number): Promise<World> => {
  const world = await open()
  await world.put('o.ics', oneItem)
  await rest(world)
  await world.put('o.ics', severalItems)
  const before = world.side.requests()
  world.side.trouble = (seen) => (seen === before + failing ? 'lost-answer' : null)
  await world.run(later)
  return world
}

const uidsOf = async (world: World) =>
  [...(await world.texts()).values()].map((text) => /^UID:(.*)\r$/m.exec(text)?.[1]).sort()

describe.each([
  { name: 'Exchange Server', open: () => openEwsWorld() },
  { name: 'Exchange Online', open: () => openGraphWorld() },
])('a series that becomes single items at $name, and whose writing is broken off', ({ open }) => {
  it('is one series on both sides, whichever answer is lost', async () => {
    for (let failing = 1; failing <= 13; failing += 1) {
      const world = await brokenOff(open, failing)
      await rest(world)
      expect(await uidsOf(world), `${failing}`).toEqual(['o@x'])
      expect(world.side.hand.items.map(({ day }) => day).sort(), `${failing}`).toEqual([
        '2026-01-12',
        '2026-01-26',
        '2026-02-12',
      ])
    }
  }, 120_000)

  it('is never left half, when meanwhile its rule is taken back, or it is deleted', async () => {
    for (let failing = 6; failing <= 13; failing += 1) {
      const back = await brokenOff(open, failing)
      await back.put('o.ics', event('o@x', ...nine, 'RRULE:FREQ=WEEKLY;COUNT=3', 'SUMMARY:Pay day'))
      await rest(back)
      expect(await uidsOf(back), `${failing}`).toEqual(['o@x'])
      expect([1, 3], `${failing}`).toContain(back.side.hand.items.length)

      const gone = await brokenOff(open, failing)
      await gone.drop('o.ics')
      await rest(gone)
      // Once the item itself had gone, its singles are news that nobody had deleted.
      expect([0, 3], `${failing}`).toContain(gone.side.hand.items.length)
      expect(await uidsOf(gone), `${failing}`).toEqual(gone.side.hand.items.length === 0 ? [] : ['o@x'])
    }
  }, 120_000)
})
