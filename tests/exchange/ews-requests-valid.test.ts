import { describe, expect, it } from 'vitest'
import { schemaFaults, schemas } from '../../packages/exchange-connector/test/valid-requests.ts'
import { openEwsWorld } from './ews-world.ts'
import { event, nine, weekly } from './world.ts'

const later = 22 * 60_000

/** One request of each build: the same elements in the same order with the same attributes. */
const oneOfEach = (bodies: readonly string[]): ReadonlyMap<string, string> => {
  const found = new Map<string, string>()
  for (const body of bodies) {
    const shape = body.replaceAll(/"[^"]*"/g, '""').replaceAll(/>[^<]*</g, '><')
    if (!found.has(shape)) found.set(shape, body)
  }
  return new Map([...found.values()].map((body, index) => [`request ${index}`, body]))
}

describe.skipIf(schemas === undefined)('requests of a synchronisation with Exchange Server', () => {
  it('are all valid by the official schemas, whatever there is to do (DAYPORT_EWS_SCHEMAS)', async () => {
    const bodies: string[] = []
    for (const traits of [{}, { hidesOccurrences: true, ignoresAdditional: true }, { feed: 'ids' } as const]) {
      const world = await openEwsWorld(traits)
      const { side, put, drop, run } = world
      const { hand } = side
      const rest = async () => {
        for (let i = 0; i < 3; i += 1) await run(later)
      }
      const override = event(
        's@x',
        'RECURRENCE-ID;TZID=Europe/Moscow:20260126T090000',
        'DTSTART;TZID=Europe/Moscow:20260126T110000',
        'DTEND;TZID=Europe/Moscow:20260126T120000',
        'SUMMARY:Changed here',
      )
      const odd = [...nine, 'RRULE:FREQ=MONTHLY;COUNT=5;BYMONTHDAY=12,26', 'SUMMARY:Odd']
      await put('s.ics', [...event('s@x', ...weekly, 'EXDATE;TZID=Europe/Moscow:20260209T090000'), ...override])
      await put('o.ics', event('o@x', ...odd))
      await put(
        'd.ics',
        event('d@x', 'DTSTART;VALUE=DATE:20260113', 'SUMMARY:All day', 'CLASS:PRIVATE', 'CATEGORIES:A'),
      )
      await put(
        'z.ics',
        event('z@x', 'DTSTART;TZID=Antarctica/Troll:20260113T090000', 'DURATION:PT1H', 'SUMMARY:Far away'),
      )
      hand.create('2026-01-13T09:00', 'There')
      await rest()
      const ofTitle = (title: string) => hand.items.filter((item) => item.title === title)
      await put('s.ics', event('s@x', ...nine, 'RRULE:FREQ=WEEKLY;BYDAY=MO,TU', 'SUMMARY:Stand-up', 'LOCATION:R&D'))
      await put('o.ics', event('o@x', ...odd, 'LOCATION:Bank', 'EXDATE;TZID=Europe/Moscow:20260212T090000'))
      await put('z.ics', event('z@x', ...nine, 'RRULE:FREQ=MONTHLY;COUNT=3;BYMONTHDAY=12,26', 'SUMMARY:Split'))
      hand.rename(ofTitle('There')[0]!.id, 'There again')
      await rest()
      for (const { id } of ofTitle('Odd').slice(0, 2)) hand.unsearched.add(id)
      hand.touch(ofTitle('Odd')[2]!.id)
      hand.copy(ofTitle('Odd')[3]!.id)
      await rest()
      hand.unsearched.clear()
      side.expireFeeds()
      for (const name of ['d.ics', 'o.ics']) await drop(name)
      hand.delete(ofTitle('There again')[0]!.id)
      await rest()
      bodies.push(...side.ews.requests.map(({ body }) => body))
    }
    const requests = oneOfEach(bodies)
    expect(requests.size).toBeGreaterThan(20)
    expect(schemaFaults(requests)).toBe('')
  }, 120_000)
})
