import type { FakeFault, FakeGraphOptions } from '@dayport/testkit'
import { describe, expect, it } from 'vitest'
import { at, openGraphWorld } from './graph-world.ts'
import { event, nine, weekly, who } from './world.ts'

const open = async (options: Partial<FakeGraphOptions> = {}) => {
  const world = await openGraphWorld(options)
  const { graph, outlook, writes } = world.side
  return { ...world, graph, outlook, writes }
}

describe('a calendar here and one in Exchange Online', () => {
  it('come together with creations, changes, exceptions and deletions of both sides, and then rest', async () => {
    const test = await open()
    await test.put('a.ics', event('a@x', ...nine, 'SUMMARY:From here'))
    await test.put('s.ics', event('s@x', ...weekly))
    const there = test.outlook.create({ ...at('2026-01-13T09:00'), subject: 'From there' })
    await test.settle()
    expect(test.outlook.events.map(({ fields }) => fields.subject).sort()).toEqual([
      'From here',
      'From there',
      'Stand-up',
    ])
    expect([...(await test.texts()).values()].filter((text) => text.includes('SUMMARY:From there'))).toHaveLength(1)

    const series = test.outlook.events.find(({ recurrence }) => recurrence !== null)!
    test.outlook.editOccurrence(series.id, '2026-01-19', { subject: 'Only this one' })
    test.outlook.deleteOccurrence(series.id, '2026-01-26')
    test.outlook.edit(there, { subject: 'Changed there' })
    await test.settle()
    const all = [...(await test.texts()).values()].join('\n')
    expect(all).toContain('SUMMARY:Only this one')
    expect(all).toMatch(/EXDATE[^\r]*20260126/)
    expect(all).toContain('SUMMARY:Changed there')

    await test.put('a.ics', event('a@x', ...nine, 'SUMMARY:Changed here'))
    await test.put('s.ics', [
      ...event('s@x', ...weekly, 'EXDATE;TZID=Europe/Moscow:20260126T090000'),
      ...event(
        's@x',
        'RECURRENCE-ID;TZID=Europe/Moscow:20260119T090000',
        'DTSTART;TZID=Europe/Moscow:20260119T130000',
        'DTEND;TZID=Europe/Moscow:20260119T140000',
        'SUMMARY:Only this one',
      ),
    ])
    await test.settle()
    expect(test.outlook.events.map(({ fields }) => fields.subject)).toContain('Changed here')
    expect(test.outlook.event(series.id)?.exceptions.get('2026-01-19')?.fields).toMatchObject({
      start: { dateTime: '2026-01-19T13:00:00' },
      subject: 'Only this one',
    })

    test.outlook.delete(there)
    await test.service.deleteObject(who, { calendar: test.calendar, name: 'a.ics' })
    await test.settle()
    expect(test.outlook.events).toHaveLength(1)
    expect((await test.texts()).size).toBe(1)

    const before = test.writes()
    await test.settle()
    expect(test.writes()).toBe(before)
    expect(test.graph.mails).toEqual([])
  })

  it('mail nobody, whatever is changed of meetings on either side (sync-engine.md §5.7)', async () => {
    const test = await open()
    const people = ['ORGANIZER:mailto:anna@example.com', 'ATTENDEE:mailto:boris@example.com']
    await test.put('m.ics', event('m@x', ...nine, 'SUMMARY:With Boris', ...people))
    const own = test.outlook.create({
      ...at('2026-01-13T09:00'),
      subject: 'Board',
      attendees: [{ type: 'required', emailAddress: { address: 'boris@example.com' } }],
    })
    const invited = test.outlook.invite({ ...at('2026-01-14T09:00'), subject: 'Theirs' }, 'chief@example.com')
    await test.settle()
    for (const [name, text] of await test.texts()) {
      const changed = text.replace(/SUMMARY:([^\r]*)/, 'SUMMARY:$1 changed')
      await test.service.putObject(who, { calendar: test.calendar, name }, new TextEncoder().encode(changed))
    }
    await test.settle()
    expect(test.outlook.event(own)?.fields.subject).toBe('Board')
    expect(test.outlook.event(invited)?.fields.subject).toBe('Theirs')
    expect(test.outlook.events.map(({ fields }) => fields.subject)).toContain('With Boris changed')
    for (const name of (await test.texts()).keys()) {
      await test.service.deleteObject(who, { calendar: test.calendar, name })
    }
    await test.settle()
    expect(test.graph.mails).toEqual([])
  })

  it.each([
    ['lost answers', { kind: 'lost-answer' }],
    ['lost requests', { kind: 'lost-request' }],
    ['truncated answers', { kind: 'truncated' }],
    ['throttling', { kind: 'status', status: 429, code: 'ApplicationThrottled', retryAfter: 5 }],
    ['gateway time-outs', { kind: 'status', status: 504, code: 'UnknownError' }],
    ['sign-in pages', { kind: 'login-page' }],
  ] satisfies readonly (readonly [string, FakeFault])[])(
    'lose and double nothing over %s at every third request',
    async (_, fault) => {
      const test = await open({ traits: { listedAfterMs: 30_000 } })
      await test.put('a.ics', event('a@x', ...nine, 'SUMMARY:From here'))
      await test.put('s.ics', [
        ...event('s@x', ...weekly, 'EXDATE;TZID=Europe/Moscow:20260126T090000'),
        ...event(
          's@x',
          'RECURRENCE-ID;TZID=Europe/Moscow:20260119T090000',
          'DTSTART;TZID=Europe/Moscow:20260119T130000',
          'DTEND;TZID=Europe/Moscow:20260119T140000',
          'SUMMARY:Later',
        ),
      ])
      for (let i = 0; i < 5; i += 1) test.outlook.create({ ...at(`2026-01-1${i + 2}T09:00`), subject: `Theirs ${i}` })
      let seen = 0
      test.graph.faults = () => {
        seen += 1
        return seen % 3 === 0 ? fault : null
      }
      for (let i = 0; i < 12; i += 1) {
        test.clock.ms += 20 * 60_000
        await test.run()
      }
      test.graph.faults = () => null
      test.clock.ms += 30 * 60_000
      await test.settle()
      test.clock.ms += 30 * 60_000
      await test.settle()
      expect(test.outlook.events.map(({ fields }) => fields.subject).sort()).toEqual([
        'From here',
        'Stand-up',
        ...Array.from({ length: 5 }, (_unused, i) => `Theirs ${i}`),
      ])
      expect((await test.texts()).size).toBe(7)
      const series = test.outlook.events.find(({ recurrence }) => recurrence !== null)!
      expect([...series.cancelled]).toEqual(['2026-01-26'])
      expect([...series.exceptions.keys()]).toEqual(['2026-01-19'])
      expect(test.graph.mails).toEqual([])
    },
  )

  it('compare anew when the feed is given up, and delete nothing for it', async () => {
    const test = await open()
    for (let i = 0; i < 8; i += 1) test.outlook.create({ ...at(`2026-01-1${i + 1}T09:00`), subject: `Theirs ${i}` })
    await test.settle()
    test.graph.expireFeeds('resyncRequired')
    await test.settle()
    expect(test.outlook.events).toHaveLength(8)
    expect((await test.texts()).size).toBe(8)
  })
})
