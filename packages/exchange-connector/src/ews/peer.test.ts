import { CalendarError, type PeerChange } from '@dayport/core'
import { parseXml } from '@dayport/core/xml'
import { describe, expect, it } from 'vitest'
import { calendar, testPeer, textOf } from './test-peer.ts'

const single = (summary = 'Review', ...more: string[]) =>
  calendar([
    'DTSTART;TZID=Europe/Berlin:20261201T100000',
    'DTEND;TZID=Europe/Berlin:20261201T110000',
    `SUMMARY:${summary}`,
    ...more,
  ])

const master = (...more: string[]) => [
  'DTSTART;TZID=Europe/Berlin:20261201T100000',
  'DTEND;TZID=Europe/Berlin:20261201T110000',
  'RRULE:FREQ=WEEKLY;COUNT=6',
  'SUMMARY:Weekly',
  ...more,
]
const moved = [
  'RECURRENCE-ID;TZID=Europe/Berlin:20261208T100000',
  'DTSTART;TZID=Europe/Berlin:20261209T160000',
  'DTEND;TZID=Europe/Berlin:20261209T170000',
  'SUMMARY:Weekly\\, moved',
]
const series = () => calendar(master('EXDATE;TZID=Europe/Berlin:20261215T100000'), moved)

const allChanges = async (peer: ReturnType<typeof testPeer>['peer'], since: string | null = null, limit = 512) => {
  const changes: PeerChange[] = []
  let token = since
  for (let more = true; more; ) {
    const page = await peer.changes(token, { limit })
    changes.push(...page.changes)
    token = page.token
    more = page.more
  }
  return { changes, token: token! }
}

const codeOf = async (work: Promise<unknown>): Promise<string> => {
  const error: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  )
  return CalendarError.is(error) ? error.code : String((error as { kind?: unknown } | null)?.kind)
}

const attendees = [
  'ORGANIZER:mailto:owner@portal.test',
  'ATTENDEE;CN=A;PARTSTAT=ACCEPTED:mailto:a@portal.test',
  'ATTENDEE;ROLE=OPT-PARTICIPANT:mailto:b@portal.test',
]

describe('a calendar in Exchange Server as a peer', () => {
  it('gives back what was put, with all that Exchange has no field for', async () => {
    const { peer, operations } = testPeer()
    const data = single('R&D <plan>', 'X-PORTAL-NOTE:kept', 'GEO:59.9;30.3', 'DESCRIPTION:a\\nb')
    const { name, etag, data: read } = await peer.put(null, data, undefined, { operationId: 'op-1' })
    expect(textOf(read)).toBe(textOf(data))
    expect(operations()).toEqual(['FindItem', 'CreateItem', 'GetItem'])
    expect(await peer.get(name)).toMatchObject({ etag, data, operationId: 'op-1', isOrganizer: null })
  })

  it('tells the server’s clock with each page of its feed, where it says it (sync-engine.md §6, clock guard)', async () => {
    const serverMs = Date.UTC(2026, 10, 26, 12)
    const { peer } = testPeer({ server: { now: () => serverMs } })
    expect((await peer.changes(null)).serverMs).toBe(serverMs)
  })

  it('writes a series with a moved and a deleted occurrence, and reads them so', async () => {
    const { peer, server } = testPeer()
    const { data } = await peer.put(null, series(), undefined, { operationId: 'op-1' })
    expect(textOf(data)).toBe(textOf(series()))
    const [item] = server.hand.items
    expect([...item!.deletedDates]).toEqual(['2026-12-15'])
    expect(item!.exceptions.get('2026-12-08')).toMatchObject({ startMs: Date.UTC(2026, 11, 9, 15) })
    expect(server.mails).toEqual([])
  })

  it('sends only the fields that changed, with the time zones whenever the time does', async () => {
    const { peer, server } = testPeer()
    const { name, etag } = await peer.put(null, single())
    await peer.put(name, single('Review two'), { ifMatch: [etag] })
    const last = server.requests.filter(({ operation }) => operation === 'UpdateItem').at(-1)!
    expect(last.body.match(/FieldURI="[^"]+"/g)).toEqual(['FieldURI="item:Subject"'])
    expect(last.body).toContain('PropertyName="PortalData"')
    const later = calendar([
      'DTSTART;TZID=Europe/Berlin:20261201T120000',
      'DTEND;TZID=Europe/Berlin:20261201T130000',
      'SUMMARY:Review two',
    ])
    await peer.put(name, later)
    const timed = server.requests.filter(({ operation }) => operation === 'UpdateItem').at(-1)!
    expect(timed.body.match(/FieldURI="calendar:[^"]+"/g)).toEqual([
      'FieldURI="calendar:Start"',
      'FieldURI="calendar:End"',
      'FieldURI="calendar:IsAllDayEvent"',
      'FieldURI="calendar:StartTimeZone"',
      'FieldURI="calendar:EndTimeZone"',
    ])
  })

  it('refuses a write over a change that it has not seen, also where the server would overwrite', async () => {
    for (const ignoresChangeKeys of [false, true]) {
      const { peer, server } = testPeer({ server: { traits: { ignoresChangeKeys } } })
      const { name, etag } = await peer.put(null, single())
      server.hand.touch(name)
      expect(await codeOf(peer.put(name, single('x'), { ifMatch: [etag] }))).toBe('precondition-failed')
      expect(await codeOf(peer.delete(name, { ifMatch: [etag] }))).toBe('precondition-failed')
    }
  })

  it('re-applies the exceptions that Exchange drops when the time of a series changes', async () => {
    const { peer, server } = testPeer()
    const { name } = await peer.put(null, series())
    const later = calendar(
      [
        'DTSTART;TZID=Europe/Berlin:20261201T110000',
        'DTEND;TZID=Europe/Berlin:20261201T120000',
        'RRULE:FREQ=WEEKLY;COUNT=6',
        'SUMMARY:Weekly',
        'EXDATE;TZID=Europe/Berlin:20261215T110000',
      ],
      ['RECURRENCE-ID;TZID=Europe/Berlin:20261208T110000', ...moved.slice(1)],
    )
    const { data } = await peer.put(name, later)
    expect(textOf(data)).toBe(textOf(later))
    const [item] = server.hand.items
    expect([...item!.deletedDates]).toEqual(['2026-12-15'])
    expect([...item!.exceptions.keys()]).toEqual(['2026-12-08'])
  })

  it.each(['lost', 'refused'] as const)(
    'ends a series that was left between its rule and its exceptions (%s)',
    async (kind) => {
      const { peer, server } = testPeer()
      server.failNext({ kind }, { operation: 'DeleteItem' })
      expect(await codeOf(peer.put(null, series(), undefined, { operationId: 'op-1' }))).toBe('unknown-outcome')
      const [item] = server.hand.items
      // A feed that meets the half reads the whole: nobody has undone the exceptions.
      const read = await peer.get(item!.id)
      expect(textOf(read?.data)).toBe(textOf(series()))
      expect([...item!.exceptions.keys()]).toEqual(['2026-12-08'])
      expect((await peer.findByOperation('op-1'))?.name).toBe(item!.id)
    },
  )

  it('brings a deleted occurrence back, and takes back a changed one', async () => {
    const { peer, server } = testPeer()
    const { name } = await peer.put(null, series())
    const { data } = await peer.put(name, calendar(master(), moved))
    expect(textOf(data)).toBe(textOf(calendar(master(), moved)))
    expect(server.hand.items[0]!.deletedDates.size).toBe(0)
    const plain = await peer.put(name, calendar(master()))
    expect(textOf(plain.data)).toBe(textOf(calendar(master())))
  })

  it('turns a single event into a series and back', async () => {
    const { peer } = testPeer()
    const { name } = await peer.put(null, single('Weekly'))
    expect(textOf((await peer.put(name, series())).data)).toBe(textOf(series()))
    expect(textOf((await peer.put(name, single('Weekly'))).data)).toBe(textOf(single('Weekly')))
  })

  it('finds a creation whose answer was lost, and does not make it twice', async () => {
    const { peer, server } = testPeer()
    server.failNext({ kind: 'lost' }, { operation: 'CreateItem' })
    expect(await codeOf(peer.put(null, single(), undefined, { operationId: 'op-1' }))).toBe('unknown-outcome')
    const found = await peer.findByOperation('op-1')
    expect(textOf(found?.data)).toBe(textOf(single()))
    const again = await peer.put(null, single(), undefined, { operationId: 'op-1' })
    expect(again.name).toBe(found?.name)
    expect(server.hand.items).toHaveLength(1)
    expect(await peer.findByOperation('op-2')).toBeNull()
  })

  it('leaves the outcome of a torn answer open, and of a refused connection too', async () => {
    const { peer, server } = testPeer()
    const { name } = await peer.put(null, single())
    server.failNext({ kind: 'torn' }, { operation: 'UpdateItem' })
    expect(await codeOf(peer.put(name, single('x')))).toBe('unknown-outcome')
    expect(textOf((await peer.get(name))?.data)).toBe(textOf(single('x')))
  })

  it('tells what the server says of its load, under any status (section 8)', async () => {
    for (const faultStatus of [200, 500] as const) {
      const { peer, server } = testPeer({ server: { traits: { faultStatus } } })
      server.failNext({ kind: 'fault', code: 'ErrorServerBusy', backOffMs: 12_000 })
      await expect(peer.changes(null)).rejects.toMatchObject({ kind: 'throttled', retryAfterMs: 12_000 })
      server.failNext({ kind: 'status', status: 503, retryAfter: '30' })
      await expect(peer.changes(null)).rejects.toMatchObject({ kind: 'throttled', retryAfterMs: 30_000, status: 503 })
      server.failNext({ kind: 'html' })
      await expect(peer.changes(null)).rejects.toMatchObject({ kind: 'configuration' })
    }
  })

  it('names the account as the cause when it is refused, and tells no secret', async () => {
    const { peer } = testPeer({ server: { accounts: new Map([['portal', 'other']]) } })
    const error = await peer.changes(null).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ kind: 'credentials', status: 401, retryable: false })
    expect(JSON.stringify(error) + String(error)).not.toMatch(/secret|cG9ydGFs/)
  })

  it('asks for a new listing when the state is no longer known', async () => {
    const { peer, server } = testPeer()
    const { token } = await allChanges(peer)
    server.hand.forgetStates()
    expect(await codeOf(peer.changes(token))).toBe('invalid-sync-token')
    expect(await codeOf(peer.changes('12-abc'))).toBe('invalid-sync-token')
  })

  it('tells changes page by page, deletions without a claim that the object is gone', async () => {
    const { peer, server } = testPeer()
    const names: string[] = []
    for (let day = 1; day <= 5; day++) {
      names.push(
        server.hand.add({ subject: `e${day}`, startMs: Date.UTC(2026, 11, day), endMs: Date.UTC(2026, 11, day, 1) }),
      )
    }
    const first = await allChanges(peer, null, 2)
    expect(first.changes.map(({ name }) => name).sort()).toEqual([...names].sort())
    server.hand.remove(names[0]!)
    server.hand.touch(names[1]!)
    const { changes, token } = await allChanges(peer, first.token)
    expect(changes).toEqual([
      { name: names[0], etag: null, origin: null },
      { name: names[1], etag: (await peer.get(names[1]!))?.etag, origin: null },
    ])
    expect(await peer.get(names[0]!)).toBeNull()
    expect((await peer.changes(token)).changes).toEqual([])
  })

  it('leaves single events outside the window out of a first listing, on every page', async () => {
    const { peer, server } = testPeer()
    for (let year = 2020; year <= 2030; year++) {
      server.hand.add({ subject: `${year}`, startMs: Date.UTC(year, 5, 1), endMs: Date.UTC(year, 5, 1, 1) })
    }
    const window = { startMs: Date.UTC(2026, 0, 1), endMs: Date.UTC(2028, 0, 1) }
    const page = await peer.changes(null, { window, limit: 4 })
    const rest = await allChanges(peer, page.token, 4)
    expect([...page.changes, ...rest.changes]).toHaveLength(2)
  })

  it('reads many items in batches of ten, and one bad item fails alone', async () => {
    const { peer, server, operations } = testPeer()
    const names = Array.from({ length: 25 }, (_, index) =>
      server.hand.add({ subject: `e${index}`, startMs: Date.UTC(2026, 11, 1), endMs: Date.UTC(2026, 11, 1, 1) }),
    )
    server.hand.remove(names[3]!)
    operations()
    const results = new Map<string, unknown>()
    for await (const { name, result } of peer.getMany!([...names, 'nonsense'])) results.set(name, result)
    expect(operations()).toEqual(['GetItem', 'GetItem', 'GetItem'])
    expect(results.get(names[3]!)).toBeNull()
    expect(results.get('nonsense')).toBeNull()
    expect(results.size).toBe(26)
  })
})

describe('meetings in Exchange Server', () => {
  it('are written, changed and deleted without a mail to anybody', async () => {
    const { peer, server } = testPeer()
    const { name } = await peer.put(null, single('Meeting', ...attendees))
    expect(server.hand.items[0]!.elements.get('RequiredAttendees')).toBeDefined()
    await peer.put(name, single('Meeting two', ...attendees))
    await peer.delete(name)
    expect(server.hand.items).toHaveLength(0)
    expect(server.mails).toEqual([])
  })

  it('mail only for what a person did, and only where the administrator lets Exchange invite', async () => {
    const notify = { userAction: 'send-1' }
    const quiet = testPeer()
    expect(await codeOf(quiet.peer.put(null, single('Meeting', ...attendees), undefined, { notify }))).toBe('forbidden')
    expect(quiet.server.requests).toHaveLength(0)
    const { peer, server } = testPeer({ peer: { invitations: 'on-request' } })
    const { name } = await peer.put(null, single('Meeting', ...attendees), undefined, { notify })
    expect(server.mails.map(({ to, kind }) => `${kind} ${to}`)).toEqual([
      'request a@portal.test',
      'request b@portal.test',
    ])
    await peer.delete(name)
    expect(server.mails).toHaveLength(2)
  })

  it('keep the people out of Exchange when the meeting is somebody else’s or the portal invites', async () => {
    const foreign = attendees.map((line) => line.replace('owner@', 'boss@'))
    for (const [lines, mode] of [
      [foreign, 'write'],
      [attendees, 'carry'],
    ] as const) {
      const { peer, server } = testPeer({ peer: { mapping: { attendees: mode } } })
      const { data } = await peer.put(null, single('Meeting', ...lines))
      expect(server.hand.items[0]!.elements.has('RequiredAttendees')).toBe(false)
      expect(textOf(data)).toBe(textOf(single('Meeting', ...lines)))
    }
  })

  it('take answers from Exchange and never write one', async () => {
    const { peer, server } = testPeer()
    const { name } = await peer.put(null, single('Meeting', ...attendees))
    const required = server.hand.items[0]!.elements.get('RequiredAttendees')!
    const xml = `<x xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"><t:RequiredAttendees><t:Attendee><t:Mailbox><t:EmailAddress>a@portal.test</t:EmailAddress></t:Mailbox><t:ResponseType>Decline</t:ResponseType></t:Attendee></t:RequiredAttendees></x>`
    expect(required).toBeDefined()
    server.hand.edit(name, parseXml(xml).elements)
    const read = textOf((await peer.get(name))?.data)
    expect(read).toContain('ATTENDEE;CN=A;PARTSTAT=DECLINED:mailto:a@portal.test')
    expect(server.requests.some(({ body }) => /<t:ResponseType>/.test(body))).toBe(false)
  })

  it('let an invited person change only what is theirs (section 6.3)', async () => {
    const xml = `<x xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"><t:IsMeeting>true</t:IsMeeting><t:MyResponseType>Accept</t:MyResponseType><t:AppointmentState>3</t:AppointmentState><t:Organizer><t:Mailbox><t:Name>Boss</t:Name><t:EmailAddress>/O=ORG/CN=BOSS</t:EmailAddress><t:RoutingType>EX</t:RoutingType></t:Mailbox></t:Organizer></x>`
    const directory = new Map([['/O=ORG/CN=BOSS', 'boss@portal.test']])
    const { peer, server } = testPeer({ server: { directory } })
    const name = server.hand.add({
      subject: 'Invited',
      startMs: Date.UTC(2026, 11, 1, 9),
      endMs: Date.UTC(2026, 11, 1, 10),
      more: parseXml(xml).elements,
    })
    const read = await peer.get(name)
    expect(read?.isOrganizer).toBe(false)
    const text = textOf(read?.data)
    expect(text).toContain('ORGANIZER;CN=Boss:mailto:boss@portal.test')
    const bytes = (value: string) => new TextEncoder().encode(value)
    expect(await codeOf(peer.put(name, bytes(text.replace('SUMMARY:Invited', 'SUMMARY:Mine'))))).toBe('forbidden')
    const reminded = await peer.put(name, bytes(text.replace(/TRIGGER:[^\r]+/, 'TRIGGER:-PT45M')))
    expect(textOf(reminded.data)).toContain('TRIGGER:-PT45M')
    expect(server.mails).toEqual([])
  })
})

describe('what other servers and people do', () => {
  it('reads and writes the same on a server with every quirk that was seen', async () => {
    const traits = {
      ignoresChangeKeys: true,
      renumbersOccurrences: true,
      hidesOccurrences: true,
      originalStartAtMidnight: true,
      duplicatesExtended: true,
      hidesUid: true,
      restartsInvalidState: true,
      recurrenceDateTimes: true,
      withoutCharset: true,
      faultStatus: 200,
    } as const
    const { peer } = testPeer({ server: { traits } })
    const named = calendar(master('EXDATE;TZID=Europe/Berlin:20261215T100000', 'LOCATION:Кабинет'), moved)
    const { name, data } = await peer.put(null, named)
    expect(textOf(data)).toBe(textOf(named))
    expect(textOf((await peer.get(name))?.data)).toBe(textOf(named))
  })

  it('takes a copy that carries our properties for another event', async () => {
    const { peer, server } = testPeer()
    const { name } = await peer.put(null, single('Review', 'X-PORTAL-NOTE:kept'), undefined, { operationId: 'op-1' })
    const copy = await peer.get(server.hand.copy(name))
    expect(textOf(copy?.data)).not.toContain('u-1@portal.test')
    expect(textOf(copy?.data)).toContain('SUMMARY:Review')
    expect((await peer.findByOperation('op-1'))?.name).toBe(name)
  })

  it('lays an edit from Outlook over the portal’s text and keeps the rest', async () => {
    const { peer, server } = testPeer()
    const { name } = await peer.put(null, single('Review', 'X-PORTAL-NOTE:kept', 'PRIORITY:3'))
    const xml = `<x xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"><t:Subject>Edited &amp; kept</t:Subject></x>`
    server.hand.edit(name, parseXml(xml).elements)
    expect(textOf((await peer.get(name))?.data)).toBe(
      textOf(single('Edited & kept', 'X-PORTAL-NOTE:kept', 'PRIORITY:3')),
    )
  })

  it('asks a server that does not know a newer property for the older ones, and remembers it', async () => {
    for (const kind of ['item', 'fault'] as const) {
      const { peer, server, operations } = testPeer()
      const name = server.hand.add({ subject: 'Old', startMs: Date.UTC(2026, 11, 1), endMs: Date.UTC(2026, 11, 1, 1) })
      server.failNext({ kind, code: 'ErrorInvalidPropertyRequest' })
      expect(textOf((await peer.get(name))?.data)).toContain('SUMMARY:Old')
      await peer.get(name)
      expect(operations()).toEqual(['GetItem', 'GetItem', 'GetItem'])
      expect(server.requests.map(({ body }) => body.includes('calendar:IsOrganizer'))).toEqual([true, false, false])
    }
  })

  it('keeps an all-day event on its day for an owner at +03:00', async () => {
    const { peer, server } = testPeer()
    const day = calendar(['DTSTART;VALUE=DATE:20261210', 'DTEND;VALUE=DATE:20261211', 'SUMMARY:Off'])
    const { name } = await peer.put(null, day)
    expect(server.hand.items[0]).toMatchObject({
      startMs: Date.UTC(2026, 11, 9, 21),
      endMs: Date.UTC(2026, 11, 10, 21),
    })
    expect(textOf((await peer.get(name))?.data)).toBe(textOf(day))
  })

  it('reports what Exchange cannot hold, before any request', async () => {
    const { peer, server } = testPeer()
    const yearday = calendar(['DTSTART:20261201T100000Z', 'RRULE:FREQ=YEARLY;BYYEARDAY=335', 'SUMMARY:x'])
    await expect(peer.put(null, yearday)).rejects.toMatchObject({
      code: 'unrepresentable',
      details: { reason: 'rule-pattern' },
    })
    expect(() => peer.project(yearday)).toThrow(CalendarError)
    expect(server.requests).toHaveLength(0)
  })
})
