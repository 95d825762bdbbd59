import { ewsProfiles } from '@dayport/testkit'
import { describe, expect, it } from 'vitest'
import { expectTogether } from './describe-histories.ts'
import { openEwsWorld } from './ews-world.ts'
import { event, nine, weekly } from './world.ts'

const later = 22 * 60_000

describe.each(Object.entries(ewsProfiles))('a server %s', (_, traits) => {
  it('comes together with a calendar here, through every change of both sides, and nobody is mailed (exchange.md §7)', async () => {
    const world = await openEwsWorld(traits)
    const { side, put, drop, run } = world
    const { hand } = side
    const rest = async () => {
      for (let i = 0; i < 4; i += 1) await run(later)
      const before = side.writes()
      await run(later)
      expect(side.writes()).toBe(before)
      await expectTogether(world)
    }
    await put('a.ics', event('a@x', ...nine, 'SUMMARY:Here', 'CATEGORIES:One', 'CLASS:PRIVATE'))
    await put('s.ics', event('s@x', ...weekly))
    await put('o.ics', event('o@x', ...nine, 'RRULE:FREQ=MONTHLY;COUNT=5;BYMONTHDAY=12,26', 'SUMMARY:Odd'))
    hand.create('2026-01-13T09:00', 'There')
    await rest()

    const byTitle = (title: string) => hand.items.find((item) => item.title === title)!
    hand.rename(byTitle('There').id, 'There again')
    hand.renameOccurrence(byTitle('Stand-up').id, '2026-01-19', 'Changed there')
    hand.deleteOccurrence(byTitle('Stand-up').id, '2026-02-02')
    await put('a.ics', event('a@x', ...nine, 'SUMMARY:Here again'))
    await rest()

    const override = event(
      's@x',
      'RECURRENCE-ID;TZID=Europe/Moscow:20260126T090000',
      'DTSTART;TZID=Europe/Moscow:20260126T110000',
      'DTEND;TZID=Europe/Moscow:20260126T120000',
      'SUMMARY:Changed here',
    )
    await put('s.ics', [...event('s@x', ...weekly, 'EXDATE;TZID=Europe/Moscow:20260209T090000'), ...override])
    hand.rename(hand.items.filter(({ title }) => title === 'Odd')[1]!.id, 'Odd there')
    await rest()

    hand.delete(byTitle('There again').id)
    await drop('a.ics')
    await rest()
    expect((await world.texts()).size).toBe(2)
    expect(side.mails()).toBe(0)
  })

  it('is given no event twice when answers to creations are lost', async () => {
    const world = await openEwsWorld(traits)
    const { side, put, run } = world
    side.trouble = (seen) => (seen % 4 === 0 ? 'lost-answer' : null)
    for (let i = 0; i < 4; i += 1) await put(`e${i}.ics`, event(`e${i}@x`, ...nine, `SUMMARY:Event ${i}`))
    for (let i = 0; i < 6; i += 1) await run(later)
    side.trouble = null
    for (let i = 0; i < 4; i += 1) await run(later)
    expect(side.hand.items.map(({ title }) => title).sort()).toEqual(['Event 0', 'Event 1', 'Event 2', 'Event 3'])
    await expectTogether(world)
    expect(side.mails()).toBe(0)
  })
})
