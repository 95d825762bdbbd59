import { describe, expect, it } from 'vitest'
import { at, user } from './test-graph.ts'
import { codeOf, ical, meeting, mondays, openTestPeer, textOf, weekly } from './test-peer.ts'

describe('an answer that is lost', () => {
  it('leaves a created event that is found by its operation, and a second creation makes no second event (§7.4)', async () => {
    for (const refuseRepeatedTransaction of [false, true]) {
      const test = openTestPeer({}, { traits: { refuseRepeatedTransaction } })
      let lost = 0
      test.graph.faults = ({ method, path }) => {
        if (method !== 'POST' || !path.endsWith('/events') || lost > 0) return null
        lost += 1
        return { kind: 'lost-answer' }
      }
      const write = { operationId: 'op-7' }
      expect(await codeOf(test.peer.put(null, ical(meeting), undefined, write))).toBe('remote unknown-outcome')
      const found = await test.peer.findByOperation('op-7')
      expect(textOf(found?.data)).toBe(textOf(ical(meeting)))
      const again = await test.peer.put(null, ical(meeting), undefined, write)
      expect(again.name).toBe(found?.name)
      expect(test.graph.mailbox(user).events).toHaveLength(1)
    }
  })

  it('leaves a created event that is not listed yet; it is found later, and not made twice meanwhile', async () => {
    const test = openTestPeer({}, { traits: { listedAfterMs: 60_000 } })
    test.graph.faults = ({ method, path }) =>
      method === 'POST' && path.endsWith('/events') ? { kind: 'lost-answer' } : null
    await codeOf(test.peer.put(null, ical(meeting), undefined, { operationId: 'op-7' }))
    test.graph.faults = () => null
    expect(await test.peer.findByOperation('op-7')).toBeNull()
    const again = await test.peer.put(null, ical(meeting), undefined, { operationId: 'op-7' })
    test.clock.ms += 60_000
    expect((await test.peer.findByOperation('op-7'))?.name).toBe(again.name)
    expect(test.graph.mailbox(user).events).toHaveLength(1)
  })

  it('leaves an event that a person has moved away meanwhile: it was made, and is gone from here', async () => {
    for (const looseCalendars of [false, true]) {
      const test = openTestPeer({}, { traits: { looseCalendars } })
      const other = test.graph.addCalendar(user, 'Second')
      test.graph.faults = ({ method, path }) =>
        method === 'POST' && path.endsWith('/events') ? { kind: 'lost-answer' } : null
      await codeOf(test.peer.put(null, ical(meeting), undefined, { operationId: 'op-7' }))
      test.graph.faults = () => null
      const [made] = test.graph.mailbox(user).events
      test.graph.mailbox(user).move(made!.id, other)
      const again = await test.peer.put(null, ical(meeting), undefined, { operationId: 'op-7' })
      expect(again).toEqual({ name: made!.id, etag: '"~"', data: null })
      expect(await test.peer.get(made!.id)).toBeNull()
      expect(test.graph.mailbox(user).events).toHaveLength(1)
    }
  })

  it('at any step of writing a series with exceptions still leads to the whole series', async () => {
    const data = ical(
      [...weekly, 'EXDATE;TZID=Europe/Moscow:20260119T090000'],
      [
        [
          'RECURRENCE-ID;TZID=Europe/Moscow:20260112T090000',
          'DTSTART;TZID=Europe/Moscow:20260112T110000',
          'DTEND;TZID=Europe/Moscow:20260112T120000',
          'SUMMARY:Later',
        ],
        [
          'RECURRENCE-ID;TZID=Europe/Moscow:20260126T090000',
          'DTSTART;TZID=Europe/Moscow:20260126T090000',
          'DTEND;TZID=Europe/Moscow:20260126T100000',
          'SUMMARY:Renamed',
        ],
      ],
    )
    const counted = openTestPeer()
    await counted.peer.put(null, data, undefined, { operationId: 'op-1' })
    const steps = counted.graph.requests.length
    expect(steps).toBeGreaterThan(8)
    for (let failing = 0; failing < steps; failing += 1) {
      for (const kind of ['lost-answer', 'lost-request'] as const) {
        const test = openTestPeer()
        let seen = 0
        test.graph.faults = () => {
          seen += 1
          return seen === failing + 1 ? { kind } : null
        }
        await codeOf(test.peer.put(null, data, undefined, { operationId: 'op-1' }))
        test.graph.faults = () => null
        const found = await test.peer.findByOperation('op-1')
        const whole = found ?? (await test.peer.put(null, data, undefined, { operationId: 'op-1' }))
        expect(textOf(whole.data)).toBe(textOf(test.peer.project(data)))
        expect(test.graph.mailbox(user).events).toHaveLength(1)
        expect(test.graph.mails).toEqual([])
      }
    }
  })

  it('at any step of changing a series leads to the whole new series, whoever reads it next', async () => {
    const before = ical([...weekly, 'EXDATE;TZID=Europe/Moscow:20260202T090000'])
    const after = ical(
      [
        'DTSTART;TZID=Europe/Moscow:20260105T100000',
        'DTEND;TZID=Europe/Moscow:20260105T110000',
        ...weekly.slice(2),
        'EXDATE;TZID=Europe/Moscow:20260119T100000',
      ],
      [
        [
          'RECURRENCE-ID;TZID=Europe/Moscow:20260112T100000',
          'DTSTART;TZID=Europe/Moscow:20260112T100000',
          'DTEND;TZID=Europe/Moscow:20260112T110000',
          'SUMMARY:Renamed',
        ],
      ],
    )
    const counted = openTestPeer()
    const first = await counted.peer.put(null, before)
    const made = counted.graph.requests.length
    await counted.peer.put(first.name, after, { ifMatch: [first.etag] })
    const steps = counted.graph.requests.length - made
    expect(steps).toBeGreaterThan(6)
    for (let failing = 0; failing < steps; failing += 1) {
      const test = openTestPeer()
      const { name, etag } = await test.peer.put(null, before)
      let seen = 0
      test.graph.faults = () => {
        seen += 1
        return seen === failing + 1 ? { kind: 'lost-answer' } : null
      }
      await codeOf(test.peer.put(name, after, { ifMatch: [etag] }))
      test.graph.faults = () => null
      const found = (await test.peer.get(name))!
      const whole = [before, after].map((data) => textOf(test.peer.project(data)))
      expect(whole).toContain(textOf(found.data))
      const written = await test.peer.put(name, after, { ifMatch: [found.etag] })
      expect(textOf(written.data)).toBe(whole[1])
    }
  })
})

describe('occurrences of a series', () => {
  it('that Outlook changed or deleted come as overrides and EXDATEs', async () => {
    const test = openTestPeer()
    const hand = test.graph.mailbox(user)
    const id = hand.create({
      ...at('2026-01-05T09:00', 'Russian Standard Time'),
      subject: 'Stand-up',
      recurrence: mondays,
    })
    hand.editOccurrence(id, '2026-01-12', { ...at('2026-01-13T15:00', 'Russian Standard Time'), subject: 'Moved' })
    hand.deleteOccurrence(id, '2026-01-19')
    const text = textOf((await test.peer.get(id))?.data)
    expect(text).toMatch(/EXDATE[^\r]*:20260119T090000/)
    expect(text).toMatch(/RECURRENCE-ID[^\r]*:20260112T090000/)
    expect(text).toMatch(/DTSTART[^\r]*:20260113T150000/)
    expect(text).toContain('SUMMARY:Moved')
  })

  it('are read from the series’ own record where the list of deleted ones is missing (exchange.md §4)', async () => {
    const test = openTestPeer({}, { traits: { tellsCancelled: false, tellsBlob: true } })
    const hand = test.graph.mailbox(user)
    const id = hand.create({ ...at('2026-01-05T09:00'), subject: 'Stand-up', recurrence: mondays })
    hand.editOccurrence(id, '2026-01-12', { subject: 'Renamed' })
    hand.deleteOccurrence(id, '2026-01-19')
    expect(textOf((await test.peer.get(id))?.data)).toMatch(/EXDATE[^\r]*:20260119T090000/)
  })

  it('are found one by one where exceptions cannot be expanded, alone and in a batch', async () => {
    const test = openTestPeer({}, { traits: { expandsExceptions: false, tellsCancelled: false, tellsBlob: true } })
    const hand = test.graph.mailbox(user)
    const single = hand.create(at('2026-01-12T09:00'))
    const id = hand.create({ ...at('2026-01-05T09:00'), subject: 'Stand-up', recurrence: mondays })
    hand.editOccurrence(id, '2026-01-12', { ...at('2026-01-14T15:00'), subject: 'Moved' })
    hand.deleteOccurrence(id, '2026-01-19')
    const found = (await test.peer.get(id))!
    expect(textOf(found.data)).toContain('SUMMARY:Moved')
    expect(textOf(found.data)).toMatch(/EXDATE[^\r]*:20260119T090000/)
    const many: unknown[] = []
    for await (const { result } of test.peer.getMany!([single, id])) many.push(result)
    expect(many[1]).toEqual(found)
    expect(many[0]).toMatchObject({ name: single })
    // One that went further away than anybody looks is no reason to lose it.
    hand.editOccurrence(id, '2026-02-02', at('2026-05-20T15:00'))
    expect(await codeOf(test.peer.get(id))).toBe('invalid-calendar-data')
  })

  it('make the series unreadable, not shorter or longer, where neither can be read', async () => {
    const test = openTestPeer({}, { traits: { tellsCancelled: false, tellsBlob: false } })
    const id = test.graph.mailbox(user).create({ ...at('2026-01-05T09:00'), recurrence: mondays })
    expect(await codeOf(test.peer.get(id))).toBe('invalid-calendar-data')
  })

  it('are changed, deleted and brought back one by one, and the series’ etag tells it', async () => {
    const test = openTestPeer()
    const first = await test.peer.put(null, ical(weekly))
    const changed = ical(
      [...weekly, 'EXDATE;TZID=Europe/Moscow:20260119T090000'],
      [
        [
          'RECURRENCE-ID;TZID=Europe/Moscow:20260112T090000',
          'DTSTART;TZID=Europe/Moscow:20260112T130000',
          'DTEND;TZID=Europe/Moscow:20260112T140000',
          'SUMMARY:Stand-up',
        ],
      ],
    )
    const second = await test.peer.put(first.name, changed, { ifMatch: [first.etag] })
    const event = test.graph.mailbox(user).event(first.name)!
    expect([...event.cancelled]).toEqual(['2026-01-19'])
    expect(event.exceptions.get('2026-01-12')?.fields.start).toEqual({
      dateTime: '2026-01-12T13:00:00',
      timeZone: 'Russian Standard Time',
    })
    expect(second.etag).not.toBe(first.etag)
    const third = await test.peer.put(first.name, ical(weekly), { ifMatch: [second.etag] })
    expect(textOf(third.data)).toBe(textOf(ical(weekly)))
    expect(event.cancelled.size).toBe(0)
  })

  it('that change places wait for each other (ErrorOccurrenceCrossingBoundary)', async () => {
    const test = openTestPeer()
    const moved = (from: string, to: string) => [
      `RECURRENCE-ID;TZID=Europe/Moscow:${from}T090000`,
      `DTSTART;TZID=Europe/Moscow:${to}T090000`,
      `DTEND;TZID=Europe/Moscow:${to}T100000`,
      'SUMMARY:Stand-up',
    ]
    // The first can only go to the nineteenth when the second has left it.
    const data = ical(weekly, [moved('20260112', '20260119'), moved('20260119', '20260121')])
    const { data: written } = await test.peer.put(null, data)
    expect(textOf(written)).toBe(textOf(test.peer.project(data)))
  })

  it('are no objects of their own', async () => {
    const test = openTestPeer()
    const hand = test.graph.mailbox(user)
    const id = hand.create({ ...at('2026-01-05T09:00'), recurrence: mondays })
    hand.editOccurrence(id, '2026-01-12', { subject: 'Renamed' })
    const occurrence = hand.event(id)!.exceptions.get('2026-01-12')!.id
    expect(await test.peer.get(occurrence)).toBeNull()
  })
})
