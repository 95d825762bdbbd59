import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { DayportStore } from '@dayport/core'
import { indexObject, parseCalendar, splitCalendar } from '@dayport/core/ical'
import { createMemoryStore } from '@dayport/core/memory'
import { expect, it } from 'vitest'
import { setUpFeeds } from './test-feeds.ts'

const root = fileURLToPath(new URL('../../core/test/fixtures/icalendar/', import.meta.url))

/** Every sample in one calendar: with faults and without, with known zones and with those that only a VTIMEZONE explains. */
const filled = async () => {
  const store = createMemoryStore({ now: () => 0, newId: () => 'c1' })
  await store.createCalendar({ owner: 'anna', name: 'work', exportAllowed: true })
  await store.transaction(async (tx) => {
    for (const file of readdirSync(root, { recursive: true, encoding: 'utf8' }).sort()) {
      if (!file.endsWith('.ics')) continue
      for (const [i, data] of objectsIn(`${root}${file}`).entries()) {
        const draft = { data, index: indexObject(data) }
        const ref = { calendar: 'c1', name: `${file}-${i}` }
        await store.putObject(ref, draft, undefined, { tx }).catch(() => null) // some bear the same UID
      }
    }
  })
  return store
}

const objectsIn = (path: string): readonly Uint8Array[] => {
  try {
    return [...splitCalendar(parseCalendar(new Uint8Array(readFileSync(path))), () => path)].map(({ data }) => data)
  } catch {
    return [] // no calendar text
  }
}

it('A feed says the same from joined bodies as from objects one by one, whatever is stored and however little is kept', async () => {
  const store = await filled()
  const { getCalendar, findObjects, findBodies } = store
  const feedOf = async (
    source: Pick<DayportStore, 'getCalendar' | 'findObjects' | 'findBodies'>,
    cacheBytes: number,
  ) => {
    const { get, newLink, world } = setUpFeeds({ store: source, cacheBytes })
    const text = await (await get((await newLink()).address)).text()
    expect(world.errors).toEqual([])
    return text
  }
  let joined = 0
  const counting: typeof findBodies = async function* (...call) {
    for await (const read of findBodies?.(...call) ?? []) {
      if ('bytes' in read) joined += read.objects
      yield read
    }
  }
  const one = await feedOf({ getCalendar, findObjects }, 1e8)
  expect(one.length).toBeGreaterThan(100_000)
  expect(await feedOf({ getCalendar, findObjects, findBodies: counting }, 1e8)).toBe(one)
  expect(joined).toBeGreaterThan(50)
  expect(await feedOf(store, 10_000)).toBe(one)
})
