import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { openSqliteStore } from '@dayport/storage-sql/sqlite'
import { afterEach, describe, expect, it } from 'vitest'
import { ewsSide } from './ews-world.ts'
import { graphSide } from './graph-world.ts'
import { type Clock, openWorld, type Side } from './world.ts'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

const heapMb = (): number => {
  collectGarbage()
  return process.memoryUsage().heapUsed / 1024 / 1024
}

/** `DAYPORT_EXCHANGE_EVENTS=10000` for the whole size; what is held does not depend on it. */
const many = Number(process.env.DAYPORT_EXCHANGE_EVENTS ?? 1_000)
/** A title of 8 kB, so that all the texts together are more than may be held. */
const long = 'x'.repeat(8_000)

let close: () => Promise<void> = async () => {}
afterEach(() => close())

/** A mailbox of that many events beside an empty calendar, as the portal sets the engine up. */
const openFirst = async (openSide: (clock: Clock, newId: () => string) => Side, count: number) => {
  const world = await openWorld(({ clock, newId }) => openSide(clock, newId), {
    limits: { readSize: 100, maxFirstCreates: count },
    openStore: (parts) => {
      // Outside the heap that is measured.
      const store = openSqliteStore(':memory:', parts)
      close = () => store.close()
      return { store, state: store.syncState }
    },
  })
  for (let index = 0; index < count; index += 1) {
    const day = String(1 + (index % 28)).padStart(2, '0')
    const hour = String(8 + (index % 12)).padStart(2, '0')
    world.side.hand.create(
      `2026-0${1 + (index % 6)}-${day}T${hour}:00`,
      Buffer.from(`Event ${index} ${long}`).toString(),
    )
  }
  return world
}

/** Requests that the protocol needs for that many events: pages of ids, then items. */
const backEnds = [
  {
    name: 'Exchange Server',
    open: ewsSide,
    needed: (count: number) => Math.ceil(count / 500) + Math.ceil(count / 10),
  },
  {
    name: 'Exchange Online',
    open: graphSide,
    // A token, pages of 200 rows, batches of 20, and a search for series that are single events.
    needed: (count: number) => Math.ceil(count / 200) + Math.ceil(count / 20) + 2,
  },
] as const

describe.each(backEnds)('a first sync with $name', ({ open, needed }) => {
  it('takes in every event with the fewest requests, and holds what one page needs (sync-engine.md §9.8)', async () => {
    const count = many
    const world = await openFirst(open, count)
    const { side } = world
    const before = heapMb()
    let peakMb = 0
    side.trouble = (seen) => {
      side.forgetLog()
      if (seen % 50 === 0) peakMb = Math.max(peakMb, heapMb() - before)
      return null
    }
    const result = await world.run()
    expect(result).toMatchObject({ kind: 'run', run: { outcome: 'done', counts: { createdPortal: count } } })
    expect(side.requests()).toBeLessThanOrEqual(needed(count))
    // All the texts together are as much, and each is there several times on its way.
    expect(peakMb).toBeLessThan(8)
  }, 300_000)

  it('goes on where it was broken off, as often as that happens, and reads nothing much twice', async () => {
    const count = 600
    const world = await openFirst(open, count)
    const { side } = world
    side.trouble = (seen) => (seen % 8 === 0 ? 'throttled' : null)
    let runs = 0
    for (let rest = true; rest && runs < 60; runs += 1) {
      const result = await world.run()
      rest = result?.kind !== 'run' || result.run.outcome !== 'done'
    }
    expect(runs).toBeGreaterThan(3)
    expect((await world.texts()).size).toBe(count)
    // Each break costs the request that failed, and the looks at the feed that the next run begins with.
    expect(side.requests()).toBeLessThanOrEqual(needed(count) + runs * 4)
    expect(side.hand.items).toHaveLength(count)
  }, 120_000)
})
