import { describe, expect, it } from 'vitest'
import { expectTogether } from './describe-histories.ts'
import { event, nine, type World } from './world.ts'

const later = 22 * 60_000

/** How one request ends badly: the process dies before it is sent, or when it is done; its answer is lost; the item is another by then. */
const endings = ['death before', 'death after', 'lost-answer', 'conflict'] as const
type Ending = (typeof endings)[number]

/** A rule that Exchange cannot say, with five days of each month, or two. */
const oddRule = (count: number): string =>
  `RRULE:FREQ=MONTHLY;COUNT=${count};BYMONTHDAY=${count > 26 ? '2,7,12,17,22' : '12,26'}`

const series = (uid: string, count: number, title: string, ...more: readonly string[]) =>
  event(`${uid}@x`, ...nine, oddRule(count), `SUMMARY:${title}`, ...more)

const runs = async ({ run }: World, times = 3): Promise<void> => {
  for (let i = 0; i < times; i += 1) await run(later)
}

/** Creation, change, exceptions, moves and deletions, both ways, of series that are single items there; one had been an item first. */
const script = async (world: World, count: number): Promise<void> => {
  const { side, put, drop } = world
  const ofDay = (title: string, day: string) =>
    side.hand.items.find((item) => item.title.startsWith(title) && item.day === day)?.id
  const onDay = (title: string, day: string, work: (id: string) => void): void => {
    const id = ofDay(title, day)
    if (id !== undefined) work(id)
  }
  await put('a.ics', series('a', count, 'Alpha'))
  await put('b.ics', series('b', 3, 'Beta'))
  await put('c.ics', event('c@x', ...nine, 'RRULE:FREQ=WEEKLY;COUNT=4', 'SUMMARY:Gamma'))
  await runs(world)
  // A change of all of them, an exception, a deletion; and what was one item becomes several.
  const moved = [
    'RECURRENCE-ID;TZID=Europe/Moscow:20260212T090000',
    'DTSTART;TZID=Europe/Moscow:20260213T110000',
    'DTEND;TZID=Europe/Moscow:20260213T120000',
    'SUMMARY:Alpha moved',
  ]
  const exdate = 'EXDATE;TZID=Europe/Moscow:20260312T090000'
  await put('a.ics', [...series('a', count, 'Alpha', 'LOCATION:Bank', exdate), ...event('a@x', ...moved)])
  await put('c.ics', series('c', 3, 'Gamma'))
  await runs(world)
  // The same there, and of another series all of it.
  onDay('Alpha', '2026-01-12', (id) => side.hand.rename(id, 'Alpha there'))
  onDay('Gamma', '2026-01-26', (id) => side.hand.delete(id))
  for (const day of ['2026-01-12', '2026-01-26', '2026-02-12']) onDay('Beta', day, (id) => side.hand.delete(id))
  await runs(world)
  // Away for a while, and away and back at once.
  onDay('Alpha', '2026-04-12', (id) => side.hand.move(id))
  await runs(world)
  onDay('Alpha', '2026-04-12', (id) => side.hand.move(id))
  for (let i = 0; i < 2; i += 1) onDay('Alpha moved', '2026-02-13', (id) => side.hand.move(id))
  await runs(world)
  await drop('c.ics')
  await runs(world)
}

/** What is left on both sides, in an order of its own. */
const stateOf = async (world: World) => ({
  there: world.side.hand.items.map(({ title, day, isJoined }) => `${day} ${title} ${isJoined}`).sort(),
  here: [...(await world.texts()).values()].map((text) =>
    text
      .split('\r\n')
      .filter((line) => !/^(?:DTSTAMP|LAST-MODIFIED|CREATED|SEQUENCE)/.test(line))
      .join('\n'),
  ),
})

/** Nothing fails any more: after a while both sides hold the same, and rest. */
const heal = async (world: World): Promise<void> => {
  const { side, run } = world
  side.trouble = null
  for (let i = 0; i < 4; i += 1) await run(3_720_000)
  const before = side.writes()
  for (let i = 0; i < 2; i += 1) await run()
  expect(side.writes()).toBe(before)
  expect(side.mails()).toBe(0)
  await expectTogether(world)
}

const isWhole = process.env.DAYPORT_EXCHANGE_CRASHES === 'all'

interface Case {
  /** Number of the request, from 1. */
  readonly failing: number
  readonly ending: Ending
}

/** Each request with each ending, or a few of them: at these parts of the whole, each ending in its turn. */
const casesOf = (requests: number, sample: readonly number[]): readonly Case[] =>
  isWhole
    ? Array.from({ length: requests }, (_, i) => endings.map((ending) => ({ failing: i + 1, ending }))).flat()
    : sample.map((part, i) => ({ failing: Math.ceil(requests * part), ending: endings[i % endings.length]! }))

/**
 * One script, run as often as it has requests, with another one of them ending badly each time (sync-engine.md §9.3). A sample of them, unless
 * `DAYPORT_EXCHANGE_CRASHES=all`.
 */
export const describeCrashes = (name: string, open: () => Promise<World>): void => {
  describe(`series that are single items, over ${name}, with one request that ends badly`, () => {
    it.each([
      [6, [0.24, 0.5, 0.27, 0.8]],
      [60, [0.4]],
    ] as const)(
      'end as they do without, be they %i (sync-engine.md §9.3, the enumerated test)',
      async (count, sample) => {
        const counted = await open()
        await script(counted, count)
        const requests = counted.side.process.sent()
        await heal(counted)
        const wanted = await stateOf(counted)
        expect(wanted.there).toHaveLength(count - 1)
        expect(wanted.here).toHaveLength(1)
        for (const { failing, ending } of casesOf(requests, sample)) {
          const world = await open()
          if (ending === 'death before' || ending === 'death after') {
            world.side.process.dieAt(failing, ending === 'death after')
          } else {
            world.side.trouble = (seen) => (seen === failing ? ending : null)
          }
          await script(world, count)
          await heal(world)
          expect(await stateOf(world), `${ending} at request ${failing} of ${requests}`).toEqual(wanted)
        }
      },
      isWhole ? 7_200_000 : 240_000,
    )
  })
}
