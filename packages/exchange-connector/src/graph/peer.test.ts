import { type PeerObject, RemoteError } from '@dayport/core'
import { describe, expect, it } from 'vitest'
import { at, user } from './test-graph.ts'
import { bodies, codeOf, ical, meeting, openTestPeer, textOf, weekly, writes } from './test-peer.ts'

describe('an event put into Exchange Online', () => {
  it('is made with its operation, our properties and an explicit reminder, and comes back as the server has it', async () => {
    const test = openTestPeer()
    const written = await test.peer.put(null, ical(meeting), undefined, { operationId: 'op-1' })
    const [body] = bodies(test, 'POST')
    expect(body).toMatchObject({ transactionId: 'op-1', isReminderOn: false, subject: 'Planning', showAs: 'busy' })
    expect(body).not.toHaveProperty('isOnlineMeeting')
    const found = await test.peer.get(written.name)
    expect(found).toEqual({
      name: written.name,
      etag: written.etag,
      data: written.data,
      modifiedMs: test.clock.ms,
      isOrganizer: null,
      operationId: 'op-1',
    })
    expect(textOf(written.data)).toBe(textOf(ical(meeting)))
  })

  it('is changed with If-Match, and only in the fields that differ', async () => {
    const test = openTestPeer()
    const { name, etag } = await test.peer.put(null, ical(meeting))
    await test.peer.put(name, ical([...meeting.slice(0, 2), 'SUMMARY:Planning again']), { ifMatch: [etag] })
    const [body] = bodies(test, 'PATCH')
    expect(Object.keys(body!).sort()).toEqual(['singleValueExtendedProperties', 'subject'])
    expect(test.graph.mailbox(user).event(name)?.fields.subject).toBe('Planning again')
  })

  it('is not written when it is another than expected, before or between (exchange.md §7.2)', async () => {
    const test = openTestPeer()
    const hand = test.graph.mailbox(user)
    const { name, etag } = await test.peer.put(null, ical(meeting))
    hand.edit(name, { subject: 'From Outlook' })
    expect(await codeOf(test.peer.put(name, ical(weekly), { ifMatch: [etag] }))).toBe('precondition-failed')
    expect(await codeOf(test.peer.delete(name, { ifMatch: [etag] }))).toBe('precondition-failed')
    const now = (await test.peer.get(name))!
    test.graph.faults = ({ method }) => {
      if (method === 'PATCH') hand.touch(name)
      return null
    }
    expect(await codeOf(test.peer.put(name, ical(meeting), { ifMatch: [now.etag] }))).toBe('precondition-failed')
    expect(hand.event(name)?.fields.subject).toBe('From Outlook')
  })

  it('is gone after its deletion, and deleting it again is no error', async () => {
    const test = openTestPeer()
    const { name, etag } = await test.peer.put(null, ical(meeting))
    await test.peer.delete(name, { ifMatch: [etag] })
    expect(await test.peer.get(name)).toBeNull()
    await test.peer.delete(name, { ifMatch: [etag] })
    expect(await codeOf(test.peer.put(name, ical(meeting), { ifMatch: [etag] }))).toBe('not-found')
  })

  it('has a subject and a place of at most 255 characters, and keeps the whole ones beside (exchange.md §5)', async () => {
    const test = openTestPeer()
    const long = 'Ω'.repeat(300)
    const data = ical([...meeting.slice(0, 2), `SUMMARY:${long}`, `LOCATION:${long}`])
    const { name, data: written } = await test.peer.put(null, data)
    const fields = test.graph.mailbox(user).event(name)!.fields
    expect(fields.subject).toHaveLength(255)
    expect(fields.subject.endsWith('…')).toBe(true)
    expect(textOf(written)).toBe(textOf(data))
  })
})

describe('nobody is mailed', () => {
  const withPeople = [
    ...meeting,
    'DESCRIPTION:Agenda',
    `ORGANIZER:mailto:${user}`,
    'ATTENDEE;CN=Boris;PARTSTAT=ACCEPTED:mailto:boris@example.com',
    'ATTENDEE;CN="Vera; Q":mailto:vera@example.com',
  ]

  it('by a meeting of the portal: Exchange hears of its people in the text only, and they come back (exchange.md §6.2)', async () => {
    const test = openTestPeer({ mapping: { ownerAddresses: [user], attendees: 'write', zone: 'UTC' } })
    const { name, data, etag } = await test.peer.put(null, ical(withPeople))
    const { fields } = test.graph.mailbox(user).event(name)!
    expect(fields.attendees).toEqual([])
    expect(fields.body.content).toBe('Agenda\n\nParticipants: Boris <boris@example.com>; Vera, Q <vera@example.com>')
    expect(textOf(data)).toBe(textOf(ical(withPeople)))
    const fewer = await test.peer.put(name, ical(withPeople.slice(0, -1)), { ifMatch: [etag] })
    expect(test.graph.mailbox(user).event(name)?.fields.body.content).toBe(
      'Agenda\n\nParticipants: Boris <boris@example.com>',
    )
    expect(textOf(fewer.data)).toBe(textOf(ical(withPeople.slice(0, -1))))
    expect(test.graph.mails).toEqual([])
  })

  it('by a change or deletion of a meeting that the owner organises in Exchange: it is refused', async () => {
    const test = openTestPeer()
    const hand = test.graph.mailbox(user)
    const id = hand.create({
      ...at('2026-01-12T09:00'),
      subject: 'Board',
      attendees: [{ type: 'required', emailAddress: { address: 'boris@example.com' } }],
    })
    const found = (await test.peer.get(id))!
    expect(found.isOrganizer).toBe(true)
    const edited = new TextEncoder().encode(textOf(found.data).replace('SUMMARY:Board', 'SUMMARY:Bored'))
    expect(await codeOf(test.peer.put(id, edited, { ifMatch: [found.etag] }))).toBe('forbidden')
    expect(await codeOf(test.peer.delete(id, { ifMatch: [found.etag] }))).toBe('forbidden')
    // What only we know of it is no reason either.
    const noted = new TextEncoder().encode(textOf(found.data).replace('SUMMARY:Board', 'SUMMARY:Board\r\nX-NOTE:1'))
    await test.peer.put(id, noted, { ifMatch: [found.etag] })
    expect(writes(test)).toEqual([])
    expect(test.graph.mails).toEqual([])
    const byPerson = { notify: { userAction: 'click-1' } } as const
    await test.peer.put(id, edited, { ifMatch: [found.etag] }, byPerson)
    expect(test.graph.mails).toEqual([{ kind: 'update', to: 'boris@example.com', event: id }])
    await test.peer.delete(id, undefined, byPerson)
    expect(test.graph.mails).toHaveLength(2)
  })

  it('by a change of a series of which one occurrence alone has guests, or that gets them while it is written', async () => {
    const test = openTestPeer()
    const hand = test.graph.mailbox(user)
    const guests = [{ type: 'required', emailAddress: { address: 'boris@example.com' } }] as const
    const { name, etag } = await test.peer.put(null, ical(weekly))
    const changed = ical(weekly, [
      [
        'RECURRENCE-ID;TZID=Europe/Moscow:20260126T090000',
        'DTSTART;TZID=Europe/Moscow:20260126T130000',
        'DTEND;TZID=Europe/Moscow:20260126T140000',
        'SUMMARY:Stand-up',
      ],
    ])
    // Somebody invites while the occurrence is looked for.
    test.graph.faults = ({ path }) => {
      if (path.endsWith('/instances')) hand.edit(name, { attendees: guests })
      return null
    }
    expect(await codeOf(test.peer.put(name, changed, { ifMatch: [etag] }))).toBe('forbidden')
    test.graph.faults = () => null
    hand.edit(name, { attendees: [] })
    hand.editOccurrence(name, '2026-01-12', { attendees: guests })
    const found = (await test.peer.get(name))!
    expect(
      await codeOf(test.peer.put(name, ical([...weekly.slice(0, 3), 'SUMMARY:X']), { ifMatch: [found.etag] })),
    ).toBe('forbidden')
    expect(await codeOf(test.peer.delete(name))).toBe('forbidden')
    expect(test.graph.mails).toEqual([])
  })

  it('by a person who invites, the invited are, once each', async () => {
    const test = openTestPeer({ mapping: { ownerAddresses: [user], attendees: 'write', zone: 'UTC' } })
    const { name, etag } = await test.peer.put(null, ical(withPeople))
    await test.peer.put(name, ical(withPeople), { ifMatch: [etag] }, { notify: { userAction: 'click-2' } })
    expect(test.graph.mails.map(({ kind, to }) => `${kind} ${to}`).sort()).toEqual([
      'invitation boris@example.com',
      'invitation vera@example.com',
    ])
    expect(test.graph.mailbox(user).event(name)?.fields.body.content).toBe('Agenda')
  })

  it('by an attendee’s copy: only what is the attendee’s own may be changed (exchange.md §6.3)', async () => {
    const test = openTestPeer()
    const id = test.graph
      .mailbox(user)
      .invite({ ...at('2026-01-12T09:00'), subject: 'Their meeting' }, 'chief@example.com')
    const found = (await test.peer.get(id))!
    expect(found.isOrganizer).toBe(false)
    expect(textOf(found.data)).toContain('ORGANIZER:mailto:chief@example.com')
    const change = (from: string, to: string) => new TextEncoder().encode(textOf(found.data).replace(from, to))
    expect(await codeOf(test.peer.put(id, change('Their meeting', 'Mine'), { ifMatch: [found.etag] }))).toBe(
      'forbidden',
    )
    await test.peer.put(id, change('END:VEVENT', 'CATEGORIES:Work\r\nEND:VEVENT'), { ifMatch: [found.etag] })
    expect(test.graph.mailbox(user).event(id)?.fields.categories).toEqual(['Work'])
    expect(test.graph.mails).toEqual([])
  })

  it('by an answer to an invitation that no person gave; by one that a person gave, the organiser is', async () => {
    const test = openTestPeer()
    const hand = test.graph.mailbox(user)
    const id = hand.invite({ ...at('2026-01-12T09:00') }, 'chief@example.com')
    await test.peer.respond(id, 'tentativelyAccept')
    expect(test.graph.mails).toEqual([])
    await test.peer.respond(id, 'accept', { notify: { userAction: 'click-3' } })
    expect(test.graph.mails).toEqual([{ kind: 'response', to: 'chief@example.com', event: id }])
    expect(hand.event(id)?.response).toBe('accepted')
    const own = hand.create(at('2026-01-12T09:00'))
    expect(await codeOf(test.peer.respond(own, 'decline'))).toBe('forbidden')
  })
})

describe('the text of an event', () => {
  const join = 'https://teams.microsoft.com/l/meetup-join/19%3ameeting_x'
  const block = `________________________________________________________________________________<br><a href="${join}">Join the meeting now</a><br>________________________________________________________________________________`

  it('keeps the way into its online meeting when the portal changes it (exchange.md §5.6)', async () => {
    const test = openTestPeer()
    const hand = test.graph.mailbox(user)
    const id = hand.create({
      ...at('2026-01-12T09:00'),
      subject: 'Call',
      body: { contentType: 'html', content: `<html><body><p>Old agenda</p>${block}</body></html>` },
      joinUrl: join,
      isOnlineMeeting: true,
    })
    const found = (await test.peer.get(id))!
    const text = textOf(found.data)
      .replace(/DESCRIPTION:[\s\S]*?\r\n(?=[A-Z])/, 'DESCRIPTION:New agenda\r\n')
      .replace(/X-ALT-DESC[\s\S]*?\r\n(?=[A-Z])/, '')
    await test.peer.put(id, new TextEncoder().encode(text), { ifMatch: [found.etag] })
    const { content } = hand.event(id)!.fields.body
    expect(content).toContain('New agenda')
    expect(content).not.toContain('Old agenda')
    expect(content).toContain(`href="${join}"`)
  })

  it('stays as Outlook formatted it when only the server rewrote it', async () => {
    const test = openTestPeer()
    const data = ical([...meeting, 'DESCRIPTION:Line one\\nLine <two> & more'])
    const { name, etag } = await test.peer.put(null, data)
    await test.peer.put(
      name,
      ical([...meeting.slice(0, 2), 'SUMMARY:Other', 'DESCRIPTION:Line one\\nLine <two> & more']),
      { ifMatch: [etag] },
    )
    expect(Object.keys(bodies(test, 'PATCH')[0]!)).not.toContain('body')
  })
})

describe('what is gone', () => {
  it('is an event that was moved to another calendar; it keeps its id there', async () => {
    for (const looseCalendars of [false, true]) {
      const test = openTestPeer({}, { traits: { looseCalendars } })
      const other = test.graph.addCalendar(user, 'Second')
      const { name } = await test.peer.put(null, ical(meeting))
      test.graph.mailbox(user).move(name, other)
      expect(await test.peer.get(name)).toBeNull()
      const there = openTestPeer({ calendar: other, client: test.client })
      expect((await there.peer.get(name))?.name).toBe(name)
    }
  })

  it('is no event when the whole calendar cannot be found', async () => {
    const test = openTestPeer()
    const other = test.graph.addCalendar(user, 'Second')
    const second = openTestPeer({ calendar: other, client: test.client })
    const { name } = await second.peer.put(null, ical(meeting))
    test.graph.removeCalendar(user, other)
    expect(await codeOf(second.peer.get(name))).toBe('remote configuration')
    const many = async () => {
      for await (const one of second.peer.getMany!([name])) expect(one).toBeUndefined()
    }
    expect(await codeOf(many())).toBe('remote configuration')
  })

  it('is nothing because of one throttled part of a batch', async () => {
    const test = openTestPeer()
    const hand = test.graph.mailbox(user)
    const ids = Array.from({ length: 30 }, () => hand.create(at('2026-01-12T09:00')))
    test.graph.faults = ({ path }) =>
      path.endsWith(encodeURIComponent(ids[3]!))
        ? { kind: 'status', status: 429, code: 'ApplicationThrottled', retryAfter: 600 }
        : null
    const results = new Map<string, PeerObject | null | Error>()
    for await (const { name, result } of test.peer.getMany!(ids)) results.set(name, result)
    expect(RemoteError.is(results.get(ids[3]!), 'throttled')).toBe(true)
    expect([...results.values()].filter((result) => result !== null && !(result instanceof Error))).toHaveLength(29)
  })
})

describe('a move of the window', () => {
  it('reads a second feed beside the first, which goes on until it is dropped', async () => {
    const test = openTestPeer()
    const hand = test.graph.mailbox(user)
    const near = hand.create(at('2026-01-12T09:00'))
    const far = hand.create(at('2027-03-12T09:00'))
    const first = await test.peer.changes(null, {
      window: { startMs: Date.UTC(2026, 0, 1), endMs: Date.UTC(2027, 0, 1) },
    })
    expect(first.changes.map(({ name }) => name)).toEqual([near])
    const second = await test.peer.changes(null, {
      window: { startMs: Date.UTC(2026, 6, 1), endMs: Date.UTC(2027, 6, 1) },
    })
    expect(second.changes.map(({ name }) => name)).toEqual([far])
    test.clock.ms += 86_400_000
    hand.touch(near)
    expect((await test.peer.changes(first.token)).changes.map(({ name }) => name)).toEqual([near])
  })
})

describe('what another portal wrote beside an item', () => {
  it('is not taken for ours: neither its operation, nor its text, nor its UID (exchange.md §5.9)', async () => {
    const test = openTestPeer()
    const other = openTestPeer({ client: test.client, origin: 'other.example/anna' })
    const { name } = await other.peer.put(null, ical([...meeting, 'X-NOTE:theirs']), undefined, { operationId: 'op-9' })
    const found = (await test.peer.get(name))!
    expect(found.operationId).toBeNull()
    expect(textOf(found.data)).not.toContain('X-NOTE')
    expect(textOf(found.data)).not.toContain('one@portal.example')
    expect(await test.peer.findByOperation('op-9')).toBeNull()
    expect((await other.peer.findByOperation('op-9'))?.name).toBe(name)
  })

  it('and a copy of our own item by a person leaves the operation with the first', async () => {
    const test = openTestPeer()
    const { name } = await test.peer.put(null, ical(meeting), undefined, { operationId: 'op-9' })
    test.clock.ms += 60_000
    test.graph.mailbox(user).copy(name)
    expect((await test.peer.findByOperation('op-9'))?.name).toBe(name)
  })
})

describe('a calendar that is only read', () => {
  it('refuses every write, without a request', async () => {
    const test = openTestPeer({ write: false })
    expect(test.peer.capabilities.write).toBe(false)
    expect(await codeOf(test.peer.put(null, ical(meeting)))).toBe('forbidden')
    expect(await codeOf(test.peer.delete('x'))).toBe('forbidden')
    expect(await codeOf(test.peer.respond('x', 'accept'))).toBe('forbidden')
    expect(test.graph.requests).toEqual([])
  })
})
