import type { CalendarPeer, PeerObject } from '@dayport/core'
import { canonicalOf, sameGroups } from '@dayport/sync-engine'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { event, nine, type Trouble, type World, weekly } from './world.ts'

/** A back end to be tried. */
export interface HistorySide {
  readonly name: string
  /** `hidesNew`: what is new is missing from lists and searches for a while. */
  open(options: { readonly hidesNew: boolean }, broken?: (peer: CalendarPeer) => CalendarPeer): Promise<World>
  /** Ways to build this peer wrongly, beside those of every peer. */
  readonly mutants: Readonly<Record<string, (peer: CalendarPeer) => CalendarPeer>>
}

const override = (day: string, hour: string, summary: string) =>
  event(
    's@x',
    `RECURRENCE-ID;TZID=Europe/Moscow:202601${day}T090000`,
    `DTSTART;TZID=Europe/Moscow:202601${day}T${hour}0000`,
    `DTEND;TZID=Europe/Moscow:202601${day}T${hour}3000`,
    `SUMMARY:${summary}`,
  )

/** What the peer shows, and that each item of the calendar is one of those, or one occurrence of one. */
const allThere = async ({ side }: World): Promise<readonly Uint8Array[]> => {
  const names = new Set(side.hand.items.flatMap(({ id, isJoined }) => (isJoined ? [id] : [])))
  for (let token: string | null = null, more = true; more; ) {
    const page: Awaited<ReturnType<CalendarPeer['changes']>> = await side.remote.changes(token)
    for (const { name, etag } of page.changes) if (etag !== null) names.add(name)
    token = page.token
    more = page.more
  }
  const found: Uint8Array[] = []
  let singles = 0
  for (const name of names) {
    const object = await side.remote.get(name)
    if (object !== null) found.push(object.data)
    if (object !== null && name.startsWith('single-series:')) singles += Number(/"s(\d+)-/.exec(object.etag)?.[1])
  }
  const events = found.length - [...names].filter((name) => name.startsWith('single-series:')).length
  expect(side.hand.items.filter(({ isJoined }) => isJoined)).toHaveLength(events + singles)
  return found
}

/** Everything that both sides say: equal events in equal numbers. */
export const expectTogether = async (world: World): Promise<void> => {
  const { side, texts } = world
  const here = [...(await texts()).values()].map((text) => new TextEncoder().encode(text))
  const there = await allThere(world)
  expect(there).toHaveLength(here.length)
  const rest = [...there]
  for (const data of here) {
    const shown = canonicalOf(side.remote.project(data))
    const twin = rest.findIndex((other) => sameGroups(canonicalOf(other), shown))
    expect(twin, `no twin there of ${new TextDecoder().decode(data)}`).toBeGreaterThanOrEqual(0)
    rest.splice(twin, 1)
  }
}

/** Faults gone and time passed, with `aDay` more than that: what was left is done, and nothing more. */
const heal = async (world: World, aDay = false): Promise<void> => {
  const { side, run } = world
  side.trouble = null
  for (let i = 0; i < 5; i += 1) await run(3_720_000)
  // A day later everything there is compared once more: what a feed has kept to itself comes out, also what a broken peer has.
  if (aDay) for (const afterMs of [25 * 3_600_000, 3_720_000, 3_720_000]) await run(afterMs)
  const before = side.writes()
  for (let i = 0; i < 2; i += 1) await run()
  expect(side.writes()).toBe(before)
  expect(side.mails()).toBe(0)
  await expectTogether(world)
}

const later = 22 * 60_000

const seriesOf = ({ side }: World) => side.hand.items.find(({ isSeries }) => isSeries)

/** Creation, change, exception, deletion and move, both ways. */
const script = async (world: World): Promise<void> => {
  const { side, put, drop, run } = world
  const there = () => side.hand.items.find(({ title }) => title.startsWith('There'))
  await put('a.ics', event('a@x', ...nine, 'SUMMARY:Here'))
  await put('s.ics', [...event('s@x', ...weekly), ...override('19', '13', 'Moved')])
  side.hand.create('2026-01-13T09:00', 'There')
  for (let i = 0; i < 2; i += 1) await run(later)
  await put('a.ics', event('a@x', ...nine, 'SUMMARY:Here again'))
  await put('s.ics', [
    ...event('s@x', ...weekly, 'EXDATE;TZID=Europe/Moscow:20260202T090000'),
    ...override('19', '14', 'Moved again'),
    ...override('26', '10', 'Another'),
  ])
  if (there() !== undefined) side.hand.rename(there()!.id, 'There again')
  for (let i = 0; i < 2; i += 1) await run(later)
  const series = seriesOf(world)
  if (series !== undefined) side.hand.deleteOccurrence(series.id, '2026-02-09')
  await drop('a.ics')
  for (let i = 0; i < 2; i += 1) await run(later)
  // Away and back between two runs: an event that moves is neither lost nor doubled.
  for (let i = 0; i < 2; i += 1) if (there() !== undefined) side.hand.move(there()!.id)
  for (let i = 0; i < 2; i += 1) await run(later)
  if (there() !== undefined) side.hand.delete(there()!.id)
  for (let i = 0; i < 3; i += 1) await run(later)
}

const expectScript = ({ side }: World, why: string): void => {
  expect(
    side.hand.items.map(({ title }) => title),
    why,
  ).toEqual(['Stand-up'])
  expect(side.hand.exceptionsOf(side.hand.items[0]!.id), why).toEqual({
    changed: ['2026-01-19', '2026-01-26'],
    deleted: ['2026-02-02', '2026-02-09'],
  })
}

/** Not broken: a server that names events itself, so that only the operation tells which write made one. */
const withUidsOfItsOwn = (peer: CalendarPeer): CalendarPeer => {
  const dataOf = (data: Uint8Array): Uint8Array =>
    new TextEncoder().encode(new TextDecoder().decode(data).replaceAll(/^UID:/gm, 'UID:there-'))
  const renamed = (object: PeerObject): PeerObject => ({ ...object, data: dataOf(object.data) })
  const renamedOrNone = (object: PeerObject | null): PeerObject | null => (object === null ? null : renamed(object))
  return {
    ...peer,
    get: async (name, call) => renamedOrNone(await peer.get(name, call)),
    async *getMany(names, call) {
      for await (const { name, result } of peer.getMany!(names, call))
        yield { name, result: result === null || result instanceof Error ? result : renamed(result) }
    },
    findByOperation: async (id, call) => renamedOrNone(await peer.findByOperation(id, call)),
    put: async (...args) => {
      const written = await peer.put(...args)
      return { ...written, data: written.data === null ? null : dataOf(written.data) }
    },
  }
}

const mutantsOfAll: HistorySide['mutants'] = {
  // By our UID, too, an event is found again whose answer was lost.
  'forgets which write made an event': (peer) => {
    const named = withUidsOfItsOwn(peer)
    return { ...named, put: (name, data, condition) => named.put(name, data, condition) }
  },
  'takes a failed reading for an event that is gone': (peer) => {
    const { getMany: _none, ...rest } = peer
    return { ...rest, get: (name, call) => peer.get(name, call).catch(() => null) }
  },
}

type Step = (world: World) => unknown

const pick = <T>(list: readonly T[], n: number): T | undefined => list[n % Math.max(1, list.length)]

/** Over the object that has the UID already: it may have come back under another name. */
const putOver = async ({ texts, put }: World, uid: string, lines: readonly string[]): Promise<void> => {
  const found = [...(await texts())].find(([, text]) => text.includes(`UID:${uid}@x\r\n`))
  await put(found?.[0] ?? `${uid}.ics`, lines)
}

const troubles: readonly Trouble[] = [
  'lost-answer',
  'lost-request',
  'truncated',
  'throttled',
  'busy',
  'timed-out',
  'half-batch',
  'conflict',
]

const troubleOf = (a: number, b: number): World['side']['trouble'] => {
  if (a % 3 === 0) return null
  let begun: number | null = null
  return (seen) => {
    begun ??= seen - b
    return (seen - begun) % (2 + (a % 7)) === 0 ? (troubles[(a + seen - begun) % troubles.length] ?? null) : null
  }
}

/** What a person does to the series there, where it has more than one of its first days left. */
const onOccurrence = (world: World, b: number, work: (id: string, day: string) => void): void => {
  const series = seriesOf(world)
  if (series === undefined) return
  const { deleted } = world.side.hand.exceptionsOf(series.id)
  const days = ['2026-01-12', '2026-01-19', '2026-01-26', '2026-02-02'].filter((day) => !deleted.includes(day))
  const day = pick(days, b)
  if (day !== undefined && days.length > 1) work(series.id, day)
}

const steps: Readonly<Record<string, (a: number, b: number) => Step>> = {
  'put here': (a, b) => (world) => {
    const day = String(11 + (a % 18)).padStart(2, '0')
    const lines = [`DTSTART:202601${day}T090000Z`, `DTEND:202601${day}T100000Z`, `SUMMARY:T${a}-${b}`]
    return putOver(world, `p${a % 4}`, event(`p${a % 4}@x`, ...lines))
  },
  'put series here': (a, b) => (world) => {
    const overrides = b % 2 === 0 ? override('19', String(10 + (a % 8)), `T${a}-${b}`) : []
    const gone = a % 3 === 0 ? ['EXDATE;TZID=Europe/Moscow:20260126T090000'] : []
    return putOver(world, 's', [...event('s@x', ...weekly, ...gone), ...overrides])
  },
  // Two days of each month, which Exchange cannot say: single events there.
  'put odd series here': (a, b) => (world) => {
    const moved = b % 2 === 0 ? override('12', String(10 + (a % 8)), `T${a}-${b}`) : []
    const gone = a % 3 === 0 ? ['EXDATE;TZID=Europe/Moscow:20260126T090000'] : []
    const rule = `RRULE:FREQ=MONTHLY;COUNT=${3 + (a % 4)};BYMONTHDAY=${b % 5 === 0 ? '12,20' : '12,26'}`
    const lines = [...nine, rule, 'SUMMARY:Pay day', ...gone]
    const uid = a % 2 === 0 ? 'odd' : 's'
    const named = moved.map((line) => (line === 'UID:s@x' ? `UID:${uid}@x` : line))
    return putOver(world, uid, [...event(`${uid}@x`, ...lines), ...named])
  },
  'create there':
    (a, b) =>
    ({ side: { hand } }) => {
      const day = String(11 + (a % 18)).padStart(2, '0')
      if (hand.items.length < 8) hand.create(`2026-01-${day}T11:00`, `T${a}-${b}`)
    },
  'rename there':
    (a, b) =>
    ({ side: { hand } }) => {
      const found = pick(hand.items, a)
      if (found !== undefined) hand.rename(found.id, `T${a}-${b}`)
    },
  'delete there':
    (a) =>
    ({ side: { hand } }) => {
      const found = pick(hand.items, a)
      if (found !== undefined) hand.delete(found.id)
    },
  'delete here': (a) => async (world) => {
    const name = pick([...(await world.texts()).keys()], a)
    if (name !== undefined) await world.drop(name)
  },
  'rename occurrence there': (a, b) => (world) =>
    onOccurrence(world, b, (id, day) => world.side.hand.renameOccurrence(id, day, `T${a}-${b}`)),
  'delete occurrence there': (_a, b) => (world) =>
    onOccurrence(world, b, (id, day) => world.side.hand.deleteOccurrence(id, day)),
  trouble: (a, b) => (world) => {
    world.side.trouble = troubleOf(a, b)
  },
  'expire feeds': () => (world) => world.side.expireFeeds(),
  'touch there':
    (a) =>
    ({ side: { hand } }) => {
      const found = pick(hand.items, a)
      if (found !== undefined) hand.touch(found.id)
    },
  'copy there':
    (a) =>
    ({ side: { hand } }) => {
      const found = pick(hand.items, a)
      if (found !== undefined && hand.items.length < 10) hand.copy(found.id)
    },
  'move there':
    (a) =>
    ({ side: { hand } }) => {
      const found = pick(hand.items, a)
      if (found !== undefined) hand.move(found.id)
    },
  wait: () => () => undefined,
}

const arbitraryHistory = fc.array(fc.tuple(fc.constantFrom(...Object.keys(steps)), fc.nat(30), fc.nat(30)), {
  minLength: 4,
  maxLength: 24,
})

/** A fault at each request of one history, and peers that are broken on purpose. sync-engine.md §9.3, §9.4. */
export const describeFaults = ({ name, open, mutants }: HistorySide): void => {
  describe(`a history with one fault, over ${name}`, () => {
    it.each(['lost-answer', 'lost-request', 'conflict'] as const)(
      'ends the same wherever it has a %s (sync-engine.md §9.3, the enumerated test)',
      async (kind) => {
        const counted = await open({ hidesNew: false })
        await script(counted)
        await heal(counted)
        expectScript(counted, 'without a fault')
        const requests = counted.side.requests()
        expect(requests).toBeGreaterThan(40)
        for (let failing = 1; failing <= requests; failing += kind === 'lost-answer' ? 1 : 2) {
          const world = await open({ hidesNew: false })
          world.side.trouble = (seen) => (seen === failing ? kind : null)
          await script(world)
          await heal(world)
          expectScript(world, `${kind} at request ${failing}`)
        }
      },
      240_000,
    )
  })

  /** Whether the script with a fault at that request ends otherwise than it should. */
  const isNoticed = async (broken: (peer: CalendarPeer) => CalendarPeer, failing: number): Promise<boolean> => {
    const world = await open({ hidesNew: false }, broken)
    world.side.trouble = (seen) => (seen === failing ? 'lost-answer' : null)
    try {
      await script(world)
      await heal(world)
      expectScript(world, 'broken')
      return false
    } catch {
      return true
    }
  }

  it(`ends well over ${name} where a server names events itself, wherever an answer is lost`, async () => {
    for (let failing = 1; failing <= 61; failing += 3)
      expect(await isNoticed(withUidsOfItsOwn, failing), `${failing}`).toBe(false)
  }, 120_000)

  const all = { ...mutantsOfAll, ...mutants }

  describe(`a peer of ${name} that`, () => {
    it.each(Object.keys(all))(
      '%s is noticed',
      async (mutant) => {
        let noticed = false
        // Every seventh request, then those after them.
        for (let i = 0; i < 61 && !noticed; i += 1) noticed = await isNoticed(all[mutant]!, 1 + ((i * 7) % 61))
        expect(noticed).toBe(true)
      },
      120_000,
    )
  })
}

/** Random histories of two people and a server that fails, over the whole engine: sync-engine.md §5. */
export const describeHistories = ({ name, open }: Pick<HistorySide, 'name' | 'open'>): void => {
  describe(`any history of two people with faults, over ${name},`, () => {
    it('ends with both sides the same, nobody mailed, and nothing left to do (sync-engine.md §5)', async () => {
      await fc.assert(
        fc.asyncProperty(arbitraryHistory, async (done) => {
          const world = await open({ hidesNew: true })
          for (const [kind, a, b] of done) {
            await steps[kind]!(a, b)(world)
            await world.run(later)
          }
          await heal(world, true)
        }),
        { numRuns: Number(process.env.DAYPORT_EXCHANGE_HISTORIES ?? 60) },
      )
    }, 3_600_000)
  })
}
