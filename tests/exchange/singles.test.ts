import { createEwsPeer } from '@dayport/exchange-connector/ews'
import { createGraphPeer } from '@dayport/exchange-connector/graph'
import { afterEach, describe, expect, it } from 'vitest'
import { ewsSide, openEwsWorld } from './ews-world.ts'
import { at, graphSide, openGraphWorld } from './graph-world.ts'
import { event, nine, openWorld, user, type World } from './world.ts'

const backEnds: readonly { readonly name: string; readonly open: () => Promise<World> }[] = [
  { name: 'Exchange Server', open: () => openEwsWorld() },
  { name: 'Exchange Online', open: () => openGraphWorld() },
]

/** The 12th and the 26th of each month, at nine in Moscow. */
const odd = [...nine, 'RRULE:FREQ=MONTHLY;BYMONTHDAY=12,26', 'SUMMARY:Pay day', 'X-KEPT:as it was']

const dayMs = 86_400_000

describe('a mailbox that moves from Exchange Server to Exchange Online', () => {
  it('has the single events of a series there as those of that series, and no event of its own (sync-engine.md §7: all ids new)', async () => {
    const server = await openEwsWorld()
    const online = await openGraphWorld()
    const calendar = online.side.graph.addCalendar(user, 'Calendar')
    const singles = { pastDays: 31, futureDays: 366, now: () => server.clock.ms, calendar: 'calendar' }
    const mapping = { zone: 'Europe/Moscow', ownerAddresses: [user] }
    const shared = { origin: 'portal.example/anna', mapping, singles }
    const before = createEwsPeer({ client: server.side.client, folder: { distinguished: 'calendar' }, ...shared })
    const data = new TextEncoder().encode(
      ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//P//P//EN', ...event('o@x', ...odd), 'END:VCALENDAR', ''].join(
        '\r\n',
      ),
    )
    const made = await before.put(null, before.project(data), undefined, { operationId: 'op-1' })
    // The move of a mailbox takes our properties along.
    for (const item of server.side.ews.hand.items) {
      const text = (local: string) => item.elements.get(local)?.text ?? ''
      const local = new Date(item.startMs + 3 * 3_600_000).toISOString().slice(0, 16)
      const id = online.side.outlook.create({ ...at(local), subject: text('Subject'), calendar })
      for (const [key, property] of item.extended) {
        const [set, name] = key.split(' ')
        const graphId = `String {${set}} Name ${name}`
        const value = property.elements.at(-1)?.text ?? ''
        online.side.outlook.event(id)!.properties.set(graphId.toLowerCase(), { id: graphId, value })
      }
    }
    const after = createGraphPeer({
      client: online.side.client,
      user,
      calendar,
      now: () => server.clock.ms,
      ...shared,
    })
    server.clock.ms += 180_000
    const { changes } = await after.changes(null)
    expect(changes.map((change) => change.name)).toEqual([made.name])
    const read = await after.get(made.name)
    expect(new TextDecoder().decode(read!.data)).not.toContain('EXDATE')
  })
})

describe.each([
  { name: 'Exchange Server', open: () => openWorld(({ clock, newId }) => ewsSide(clock, newId, {}, 'busy')) },
  { name: 'Exchange Online', open: () => openWorld(({ clock, newId }) => graphSide(clock, newId, {}, 'busy')) },
])('a series that $name cannot say, in a calendar that others read (exchange.md §5.7)', ({ open }) => {
  it('says there only when somebody is busy once it is private, while its words stay here', async () => {
    const world: World = await open()
    const textOf = async () => [...(await world.texts()).values()].join()
    await world.put('o.ics', event('o@x', ...odd, 'LOCATION:Bank'))
    await world.settle()
    expect(world.side.hand.items[0]!.title).toBe('Pay day')
    await world.put('o.ics', event('o@x', ...odd, 'LOCATION:Bank', 'CLASS:PRIVATE'))
    await world.settle()
    expect(world.side.hand.items).toHaveLength(26)
    expect(new Set(world.side.hand.items.map(({ title }) => title))).toEqual(new Set(['Busy']))
    const text = await textOf()
    expect(text).toContain('SUMMARY:Pay day')
    expect(text).not.toContain('Busy')
    world.side.hand.delete(world.side.hand.items[2]!.id)
    await world.settle()
    expect(await textOf()).toMatch(/EXDATE[^\r]*20260212T090000/)
    expect(await textOf()).toContain('LOCATION:Bank')
    expect(await textOf()).not.toContain('Busy')
    world.side.hand.rename(world.side.hand.items[4]!.id, 'Not busy')
    await world.settle()
    expect(await textOf()).toContain('SUMMARY:Not busy')
    const writes = world.side.writes()
    await world.settle()
    expect(world.side.writes()).toBe(writes)
    expect(world.side.mails()).toBe(0)
  })
})

describe.each(backEnds)('a series that $name cannot say (exchange.md §5.4)', ({ open }) => {
  let world: World
  afterEach(() => expect(world.side.mails()).toBe(0))

  const textOf = async (uid: string) =>
    [...(await world.texts()).values()].find((text) => text.includes(`UID:${uid}\r\n`)) ?? ''
  const rest = async () => {
    await world.settle()
    const before = world.side.writes()
    await world.settle()
    expect(world.side.writes()).toBe(before)
  }

  it('is there as single events in the window, a month ahead of it, and then both sides rest', async () => {
    world = await open()
    await world.put('o.ics', event('o@x', ...odd))
    await rest()
    // From 12 January 2026 to 10 February 2027, and nobody has been told of more.
    expect(world.side.hand.items).toHaveLength(26)
    expect(new Set(world.side.hand.items.map(({ title }) => title))).toEqual(new Set(['Pay day']))
    expect((await world.texts()).size).toBe(1)
    expect(await textOf('o@x')).toContain('RRULE:FREQ=MONTHLY;BYMONTHDAY=12,26')
  })

  it('takes an edit of one of them for an exception, and a deletion for an EXDATE', async () => {
    world = await open()
    await world.put('o.ics', event('o@x', ...odd))
    await rest()
    const [first, second, third] = world.side.hand.items
    world.side.hand.rename(second!.id, 'Pay day moved to Monday')
    world.side.hand.delete(third!.id)
    await rest()
    const text = await textOf('o@x')
    expect(text).toContain('SUMMARY:Pay day moved to Monday')
    expect(text).toMatch(/RECURRENCE-ID[^\r]*20260126T090000/)
    expect(text).toMatch(/EXDATE[^\r]*20260212T090000/)
    expect(text.match(/X-KEPT:as it was/g)?.length).toBe(2)
    expect(world.side.hand.items.find(({ id }) => id === first!.id)?.title).toBe('Pay day')
    expect((await world.texts()).size).toBe(1)
  })

  it('is made anew when its rule changes here, keeps what stays, and goes with it', async () => {
    world = await open()
    await world.put('o.ics', event('o@x', ...odd))
    await rest()
    const before = new Set(world.side.hand.items.map(({ id }) => id))
    await world.put('o.ics', event('o@x', ...odd.map((line) => line.replace('12,26', '12,20'))))
    await rest()
    expect(world.side.hand.items).toHaveLength(26)
    expect(world.side.hand.items.filter(({ id }) => before.has(id))).toHaveLength(13)
    await world.drop('o.ics')
    await rest()
    expect(world.side.hand.items).toEqual([])
    expect((await world.texts()).size).toBe(0)
  })

  it('follows the window as time goes on, and what a person deleted at its end stays deleted', async () => {
    world = await open()
    await world.put('o.ics', event('o@x', ...odd))
    await rest()
    world.side.hand.delete(world.side.hand.items.at(-1)!.id)
    await rest()
    for (let day = 0; day < 70; day += 5) await world.run(5 * dayMs)
    await rest()
    // 25, and the five of ten weeks more.
    expect(world.side.hand.items.length).toBeGreaterThanOrEqual(28)
    const text = await textOf('o@x')
    expect(text.match(/EXDATE/g)?.length).toBe(1)
    expect((await world.texts()).size).toBe(1)
  })

  it('is what a series becomes whose rule nobody there can say any more, and what it stays', async () => {
    world = await open()
    await world.put('o.ics', event('o@x', ...nine, 'RRULE:FREQ=WEEKLY;BYDAY=MO', 'SUMMARY:Monday'))
    await rest()
    expect(world.side.hand.items).toHaveLength(1)
    await world.put('o.ics', event('o@x', ...odd))
    await rest()
    expect(world.side.hand.items).toHaveLength(26)
    expect((await world.texts()).size).toBe(1)
    await world.put('o.ics', event('o@x', ...nine, 'RRULE:FREQ=WEEKLY;COUNT=3', 'SUMMARY:Thrice'))
    await rest()
    expect(world.side.hand.items.map(({ title }) => title)).toEqual(['Thrice', 'Thrice', 'Thrice'])
    expect((await world.texts()).size).toBe(1)
  })

  it('leaves a copy of one of them an event of its own', async () => {
    world = await open()
    await world.put('o.ics', event('o@x', ...odd))
    await rest()
    const [first] = world.side.hand.items
    world.side.hand.copy(first!.id)
    await world.run()
    const copy = world.side.hand.items.at(-1)!
    world.side.hand.rename(copy.id, 'A copy')
    await rest()
    expect((await world.texts()).size).toBe(2)
    expect([...(await world.texts()).values()].filter((text) => text.includes('SUMMARY:A copy'))).toHaveLength(1)
    expect(world.side.hand.items).toHaveLength(27)
  })

  it('takes none of them for deleted that a search alone does not find (sync-engine.md §3.3)', async () => {
    world = await open()
    await world.put('o.ics', event('o@x', ...odd))
    await rest()
    const ids = world.side.hand.items.map(({ id }) => id)
    for (const id of ids.slice(3, 9)) world.side.hand.unsearched.add(id)
    world.side.hand.rename(ids[0]!, 'Pay day, early')
    await world.settle()
    expect(await textOf('o@x')).not.toContain('EXDATE')
    world.side.hand.unsearched.clear()
    world.side.hand.delete(ids[4]!)
    await rest()
    const text = await textOf('o@x')
    expect(text).toContain('SUMMARY:Pay day\\, early')
    expect(text.match(/EXDATE/g)?.length).toBe(1)
    expect(world.side.hand.items).toHaveLength(25)
  })

  it('is not gone while a search finds nothing of it', async () => {
    world = await open()
    await world.put('o.ics', event('o@x', ...odd))
    await rest()
    const ids = world.side.hand.items.map(({ id }) => id)
    for (const id of ids) world.side.hand.unsearched.add(id)
    world.side.hand.touch(ids[0]!)
    await world.settle()
    expect(await textOf('o@x')).toContain('RRULE')
    expect(world.side.hand.items.map(({ id }) => id)).toEqual(ids)
    world.side.hand.unsearched.clear()
    await rest()
    expect((await world.texts()).size).toBe(1)
    for (const id of ids) world.side.hand.delete(id)
    await rest()
    expect((await world.texts()).size).toBe(0)
  })

  it('loses what a person moves to another calendar, and has it again when they put it back', async () => {
    world = await open()
    await world.put('o.ics', event('o@x', ...odd))
    await rest()
    const third = world.side.hand.items[2]!
    world.side.hand.move(third.id)
    await rest()
    expect((await textOf('o@x')).match(/EXDATE/g)?.length).toBe(1)
    expect((await world.texts()).size).toBe(1)
    world.side.hand.move(world.side.hand.items.find(({ isJoined }) => !isJoined)!.id)
    await rest()
    expect(await textOf('o@x')).not.toContain('EXDATE')
    expect(world.side.hand.items.filter(({ isJoined }) => isJoined)).toHaveLength(26)
    expect((await world.texts()).size).toBe(1)
  })

  it('has one again that was put back after the series was edited here, with what it says since', async () => {
    world = await open()
    await world.put('o.ics', event('o@x', ...odd))
    await rest()
    world.side.hand.move(world.side.hand.items[2]!.id)
    await rest()
    const without = (await textOf('o@x')).split('\r\n').filter((line) => line.includes('EXDATE'))
    expect(without).toHaveLength(1)
    await world.put('o.ics', event('o@x', ...odd.map((line) => line.replace('Pay day', 'Wages')), ...without))
    await rest()
    world.side.hand.move(world.side.hand.items.find(({ isJoined }) => !isJoined)!.id)
    await rest()
    expect(await textOf('o@x')).not.toContain('EXDATE')
    const items = world.side.hand.items.filter(({ isJoined }) => isJoined)
    expect(items.map(({ title }) => title)).toEqual(items.map(() => 'Wages'))
    expect(items).toHaveLength(26)
    expect((await world.texts()).size).toBe(1)
  })

  it('leaves one that was put back an event of its own where the series has no such day any more', async () => {
    world = await open()
    await world.put('o.ics', event('o@x', ...odd))
    await rest()
    world.side.hand.rename(world.side.hand.items[1]!.id, 'Only here')
    await world.settle()
    const [, , , fourth] = world.side.hand.items
    world.side.hand.move(fourth!.id)
    await rest()
    await world.put('o.ics', event('o@x', ...odd.map((line) => line.replace('12,26', '12,20'))))
    await rest()
    world.side.hand.move(world.side.hand.items.find(({ isJoined }) => !isJoined)!.id)
    await rest()
    expect((await world.texts()).size).toBe(2)
    expect(world.side.hand.items.filter(({ isJoined, title }) => isJoined && title === 'Pay day')).toHaveLength(27)
  })

  it.each(['cut', 'deleted'])(
    'is told of when it comes to have more than sixty of them as time goes on, and can still be %s',
    async (how) => {
      world = await open()
      const days = Array.from({ length: 12 }, (_, i) => `202703${String(i + 3).padStart(2, '0')}T090000`)
      const growing = (dates: readonly string[]) =>
        event(
          'o@x',
          ...nine,
          'RRULE:FREQ=MONTHLY;BYMONTHDAY=5,12,19,26',
          `RDATE;TZID=Europe/Moscow:${dates.join(',')}`,
          'SUMMARY:Growing',
        )
      await world.put('o.ics', growing(days))
      await world.settle()
      const asides = () => world.state.listLinks('b1', { states: ['unsupported'] }, 10)
      expect(await asides()).toEqual([])
      for (let day = 0; day < 75; day += 25) await world.run(25 * dayMs)
      expect((await asides()).map(({ reason }) => reason)).toEqual(['too-many-singles'])
      const runs = await world.state.listRuns('b1', 100)
      const trails = await Promise.all(runs.map(({ id }) => world.state.listHistory('b1', { run: id }, 100)))
      expect(trails.flat().filter(({ reason }) => reason === 'too-many-singles')).toHaveLength(1)
      expect((await world.texts()).size).toBe(1)
      if (how === 'cut') await world.put('o.ics', growing(days.slice(0, 2)))
      else await world.drop('o.ics')
      await world.settle()
      expect(await asides()).toEqual([])
      expect((await world.texts()).size).toBe(how === 'cut' ? 1 : 0)
      // With those of the past.
      expect(world.side.hand.items.length > 55).toBe(how === 'cut')
    },
    60_000,
  )

  it('is set aside when there are more than sixty of them', async () => {
    world = await open()
    await world.put('o.ics', event('o@x', ...nine, 'RRULE:FREQ=HOURLY;INTERVAL=5', 'SUMMARY:Often'))
    await rest()
    expect(world.side.hand.items).toEqual([])
    expect((await world.texts()).size).toBe(1)
  })
})
