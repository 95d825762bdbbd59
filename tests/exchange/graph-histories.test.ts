import type { CalendarPeer } from '@dayport/core'
import { canonicalOf, sameGroups } from '@dayport/sync-engine'
import type { FakeFault } from '@dayport/testkit'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { at, event, nine, openGraphEngine, weekly, who } from './test-graph-engine.ts'

type World = Awaited<ReturnType<typeof openGraphEngine>>

const override = (day: string, hour: string, summary: string) =>
  event(
    's@x',
    `RECURRENCE-ID;TZID=Europe/Moscow:202601${day}T090000`,
    `DTSTART;TZID=Europe/Moscow:202601${day}T${hour}0000`,
    `DTEND;TZID=Europe/Moscow:202601${day}T${hour}3000`,
    `SUMMARY:${summary}`,
  )

/** Everything that both sides say: equal events in equal numbers. */
const expectTogether = async (world: World): Promise<void> => {
  const here = [...(await world.texts()).values()].map((text) => new TextEncoder().encode(text))
  const there: Uint8Array[] = []
  for (const { id } of world.outlook.events.filter(({ calendar }) => calendar === 'calendar'))
    there.push((await world.remote.get(id))!.data)
  expect(there).toHaveLength(here.length)
  const rest = [...there]
  for (const data of here) {
    const shown = canonicalOf(world.remote.project(data))
    const twin = rest.findIndex((other) => sameGroups(canonicalOf(other), shown))
    expect(twin, `no twin there of ${new TextDecoder().decode(data)}`).toBeGreaterThanOrEqual(0)
    rest.splice(twin, 1)
  }
}

/** Faults gone and time passed: what was left is done, and nothing more. */
const heal = async (world: World): Promise<void> => {
  world.graph.faults = () => null
  for (let i = 0; i < 5; i += 1) {
    world.clock.ms += 3_600_000
    await world.run()
  }
  const before = world.writes()
  for (let i = 0; i < 2; i += 1) await world.run()
  expect(world.writes()).toBe(before)
  expect(world.graph.mails).toEqual([])
  await expectTogether(world)
}

const run = async (world: World): Promise<void> => {
  world.clock.ms += 20 * 60_000
  await world.run()
}

/** Creation, change, exception, deletion and move, both ways. */
const script = async (world: World): Promise<void> => {
  await world.put('a.ics', event('a@x', ...nine, 'SUMMARY:Here'))
  await world.put('s.ics', [...event('s@x', ...weekly), ...override('19', '13', 'Moved')])
  const there = world.outlook.create({ ...at('2026-01-13T09:00'), subject: 'There' })
  for (let i = 0; i < 2; i += 1) await run(world)
  await world.put('a.ics', event('a@x', ...nine, 'SUMMARY:Here again'))
  await world.put('s.ics', [
    ...event('s@x', ...weekly, 'EXDATE;TZID=Europe/Moscow:20260202T090000'),
    ...override('19', '14', 'Moved again'),
    ...override('26', '10', 'Another'),
  ])
  if (world.outlook.event(there) !== undefined) world.outlook.edit(there, { subject: 'There again' })
  for (let i = 0; i < 2; i += 1) await run(world)
  const series = world.outlook.events.find(({ recurrence }) => recurrence !== null)
  if (series !== undefined) world.outlook.deleteOccurrence(series.id, '2026-02-09')
  await world.service.deleteObject(who, { calendar: world.calendar, name: 'a.ics' })
  for (let i = 0; i < 2; i += 1) await run(world)
  world.outlook.delete(there)
  for (let i = 0; i < 3; i += 1) await run(world)
}

describe('a history with one fault', () => {
  it.each(['lost-answer', 'lost-request'] as const)(
    'ends the same wherever it has a %s (sync-engine.md §9.3, the enumerated test)',
    async (kind) => {
      const counted = await openGraphEngine()
      await script(counted)
      await heal(counted)
      const steps = counted.graph.requests.filter(({ part }) => part === null).length
      expect(steps).toBeGreaterThan(40)
      for (let failing = 1; failing <= steps; failing += kind === 'lost-answer' ? 1 : 2) {
        const world = await openGraphEngine()
        let seen = 0
        world.graph.faults = ({ part }) => {
          if (part !== null) return null
          seen += 1
          return seen === failing ? { kind } : null
        }
        await script(world)
        await heal(world)
        const subjects = world.outlook.events.map(({ fields }) => fields.subject)
        expect(subjects, `${kind} at request ${failing}`).toEqual(['Stand-up'])
        const series = world.outlook.events[0]!
        expect([...series.exceptions.keys()].sort()).toEqual(['2026-01-19', '2026-01-26'])
        expect([...series.cancelled].sort()).toEqual(['2026-02-02', '2026-02-09'])
      }
    },
    180_000,
  )
})

/** Ways to build the peer wrongly, each of which the histories have to notice. */
const mutants: Readonly<Record<string, (peer: CalendarPeer) => CalendarPeer>> = {
  'forgets which write made an event': (peer) => ({
    ...peer,
    put: (name, data, condition) => peer.put(name, data, condition),
  }),
  'takes a failed reading for an event that is gone': (peer) => ({
    ...peer,
    get: (name, call) => peer.get(name, call).catch(() => null),
  }),
  'does not look for touched series': (peer) => ({
    ...peer,
    changes: async (since, call) => {
      const page = await peer.changes(since, call)
      return since?.includes('"phase":"series"') === true ? { ...page, changes: [] } : page
    },
  }),
}

/** Whether the script with a fault at that request ends otherwise than it should. */
const isNoticed = async (broken: (peer: CalendarPeer) => CalendarPeer, failing: number): Promise<boolean> => {
  const world = await openGraphEngine({ traits: { listedAfterMs: 0 } }, broken)
  let seen = 0
  world.graph.faults = ({ part }) => {
    if (part !== null) return null
    seen += 1
    return seen === failing ? { kind: 'lost-answer' } : null
  }
  try {
    await script(world)
    await heal(world)
    return world.outlook.events.map(({ fields }) => fields.subject).join() !== 'Stand-up'
  } catch {
    return true
  }
}

describe('a peer that', () => {
  it.each(Object.keys(mutants))(
    '%s is noticed',
    async (name) => {
      let noticed = false
      // Every seventh request, then those after them.
      for (let i = 0; i < 61 && !noticed; i += 1) noticed = await isNoticed(mutants[name]!, 1 + ((i * 7) % 61))
      expect(noticed).toBe(true)
    },
    120_000,
  )
})

type Step = (world: World) => Promise<void> | void

const pick = <T>(list: readonly T[], n: number): T | undefined => list[n % Math.max(1, list.length)]

const step: fc.Arbitrary<{ readonly text: string; readonly apply: Step }> = fc
  .tuple(fc.nat(11), fc.nat(30), fc.nat(30))
  .map(([kind, a, b]) => ({ text: `${kind}:${a}:${b}`, apply: stepOf(kind, a, b) }))

/** Over the object that has the UID already: it may have come back under another name. */
const putOver = async (world: World, uid: string, lines: readonly string[]): Promise<void> => {
  const found = [...(await world.texts())].find(([, text]) => text.includes(`UID:${uid}@x\r\n`))
  await world.put(found?.[0] ?? `${uid}.ics`, lines)
}

const stepOf = (kind: number, a: number, b: number): Step => {
  const day = String(11 + (a % 18)).padStart(2, '0')
  const title = `T${a}-${b}`
  switch (kind) {
    case 0:
      return async (world) => {
        const lines = [`DTSTART:202601${day}T090000Z`, `DTEND:202601${day}T100000Z`, `SUMMARY:${title}`]
        await putOver(world, `p${a % 4}`, event(`p${a % 4}@x`, ...lines))
      }
    case 1:
      return async (world) => {
        const overrides = b % 2 === 0 ? override('19', String(10 + (a % 8)), title) : []
        const gone = a % 3 === 0 ? ['EXDATE;TZID=Europe/Moscow:20260126T090000'] : []
        await putOver(world, 's', [...event('s@x', ...weekly, ...gone), ...overrides])
      }
    case 2:
      return (world) => {
        if (world.outlook.events.length < 8) world.outlook.create({ ...at(`2026-01-${day}T11:00`), subject: title })
      }
    case 3:
      return (world) => {
        const found = pick(world.outlook.events, a)
        if (found !== undefined) world.outlook.edit(found.id, { subject: title })
      }
    case 4:
      return (world) => {
        const found = pick(world.outlook.events, a)
        if (found !== undefined) world.outlook.delete(found.id)
      }
    case 5:
      return async (world) => {
        const name = pick([...(await world.texts()).keys()], a)
        if (name !== undefined) await world.service.deleteObject(who, { calendar: world.calendar, name })
      }
    case 6:
      return (world) => {
        const series = world.outlook.events.find(({ recurrence }) => recurrence !== null)
        const days = ['2026-01-12', '2026-01-19', '2026-01-26', '2026-02-02'].filter(
          (one) => series?.cancelled.has(one) === false,
        )
        const which = pick(days, b)
        if (series === undefined || which === undefined) return
        if (a % 2 === 0) world.outlook.editOccurrence(series.id, which, { subject: title })
        else if (days.length > 1) world.outlook.deleteOccurrence(series.id, which)
      }
    case 7:
      return (world) => {
        world.graph.faults = faultsOf(a, b)
      }
    case 8:
      return (world) => {
        if (a % 6 === 0) world.graph.expireFeeds()
        if (a % 6 === 1) world.graph.expireTokens()
        const found = pick(world.outlook.events, b)
        if (a % 6 === 2 && found !== undefined) world.outlook.touch(found.id)
      }
    case 9:
      return (world) => {
        const found = pick(world.outlook.events, a)
        if (found !== undefined && world.outlook.events.length < 10) world.outlook.copy(found.id)
      }
    case 10:
      return (world) => {
        const found = pick(world.outlook.events, a)
        if (found !== undefined) world.outlook.move(found.id, found.calendar === 'calendar' ? world.second : 'calendar')
      }
    default:
      return run
  }
}

const kinds: readonly FakeFault[] = [
  { kind: 'lost-answer' },
  { kind: 'lost-request' },
  { kind: 'truncated' },
  { kind: 'status', status: 429, code: 'ApplicationThrottled', retryAfter: 3 },
  { kind: 'status', status: 503, code: 'ErrorServerBusy' },
  { kind: 'status', status: 504, code: 'UnknownError' },
]

const faultsOf = (a: number, b: number) => {
  if (a % 3 === 0) return () => null
  let seen = b
  return (): FakeFault | null => {
    seen += 1
    return seen % (2 + (a % 7)) === 0 ? (kinds[(a + seen) % kinds.length] ?? null) : null
  }
}

describe('any history of two people, with faults', () => {
  it('ends with both sides the same, nobody mailed, and nothing left to do (sync-engine.md §5)', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 24 }), async (steps) => {
        const world = await openGraphEngine({ traits: { listedAfterMs: 30_000, repeats: true } })
        for (const one of steps) {
          await one.apply(world)
          if (one.text.startsWith('11:')) continue
          await run(world)
        }
        await heal(world)
      }),
      { numRuns: 60 },
    )
  }, 240_000)
})
