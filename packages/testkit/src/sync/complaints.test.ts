import { expandSeries, parseCalendar, rawProperty, seriesFacts } from '@dayport/core/ical'
import { describe, expect, it } from 'vitest'
import { newEvent, withException, withHour, withoutOccurrence, withProperty, withText } from './person-edits.ts'
import { partlyHeldLines } from './person-events.ts'
import { openOffice } from './simulated-office.ts'
import { createSimulation } from './simulation.ts'

const minute = 60_000

const decode = (data: Uint8Array | undefined): string => new TextDecoder().decode(data)

const weekly = (uid: string, lines: readonly string[] = [], zone = 'Europe/Berlin'): Uint8Array =>
  newEvent({
    uid,
    title: `Weekly ${uid}`,
    start: '20260312T090000',
    end: '20260312T100000',
    rule: 'FREQ=WEEKLY;COUNT=8',
    zone,
    lines,
  })

const instants = (data: Uint8Array): readonly (readonly [number, number])[] =>
  expandSeries(seriesFacts(parseCalendar(data)), {
    range: { startMs: Date.UTC(2026, 0, 1), endMs: Date.UTC(2027, 0, 1) },
  }).instances.map(({ startMs, endMs }) => [startMs, endMs] as const)

/** One person, with an event on each side, in step. */
const inStep = async () => {
  const office = await openOffice()
  const ann = await office.hire('ann')
  await ann.put('a.ics', weekly('a', ['X-OWN:kept', 'ATTENDEE:mailto:bob@example.org', ...partlyHeldLines]))
  ann.mailbox.create(weekly('b'))
  await office.clock.advance(6 * minute)
  const [own] = [...ann.mailbox.items.values()].filter(({ data }) => decode(data).includes('UID:a\r\n'))
  const there = () => ann.mailbox.items.get(own!.name)!.data
  return { office, ann, name: own!.name, there, settle: () => office.clock.advance(18 * minute) }
}

describe('what people complained about elsewhere (sync-engine.md §1)', () => {
  it('mass deletion: an empty list, after a failure or for no reason, deletes nothing', async () => {
    const office = await openOffice()
    const ann = await office.hire('ann')
    for (let i = 0; i < 8; i += 1) ann.mailbox.create(weekly(`m${i}`))
    await office.clock.advance(6 * minute)
    expect(await ann.names()).toHaveLength(8)
    const backup = ann.mailbox.snapshot()
    // A new cursor, and a mailbox that says that it is empty.
    ann.mailbox.restore(new Map())
    await office.clock.advance(60 * minute)
    expect(await ann.names()).toHaveLength(8)
    expect(await office.sync.status(ann.binding)).toMatchObject({ state: 'error', kind: 'confirmation' })
    ann.mailbox.restore(backup)
    await office.clock.advance(60 * minute)
    expect(await ann.names()).toHaveLength(8)
    expect(ann.mailbox.items.size).toBe(8)
    expect((await office.sync.status(ann.binding)).state).toBe('connected')
  })

  it('a read error taken for a deletion: events that cannot be read for a while stay', async () => {
    const { ann, office, name } = await inStep()
    ann.mailbox.edit(name, withText('SUMMARY', 'New'))
    ann.fault = (call) => (call === 'get' ? 'transient' : 'none')
    await office.clock.advance(60 * minute)
    expect(await ann.names()).toHaveLength(2)
    ann.fault = () => 'none'
    await office.clock.advance(60 * minute)
    expect(await ann.read('a.ics')).toContain('SUMMARY:New')
  })

  it('mails to attendees: not one, through creation, edits, deletion, conflict and first sync', async () => {
    const { ann, settle, name } = await inStep()
    ann.mailbox.edit(name, withText('SUMMARY', 'There'))
    await ann.put('a.ics', withText('LOCATION', 'Here')(new TextEncoder().encode(await ann.read('a.ics'))))
    await settle()
    await ann.remove('a.ics')
    await settle()
    expect(ann.mailbox.items.size).toBe(1)
    expect(ann.mailbox.traffic.mails).toBe(0)
  })

  it('duplicates after reconnect: a calendar that is unbound and bound again pairs what is the same', async () => {
    const { ann, office, settle } = await inStep()
    await office.sync.unbind(ann.binding)
    await office.sync.bind({
      connection: 'c1',
      principal: 'ann',
      calendar: ann.calendar,
      mailbox: 'again',
      remote: 'again',
    })
    await settle()
    expect(await ann.names()).toHaveLength(2)
    expect(ann.mailbox.items.size).toBe(2)
  })

  it('duplicates after a restored database: what was sent since the backup is known again, by its mark and its content', async () => {
    // Mailboxes that keep our UIDs, and such that give their own, as Graph does.
    const uids = new Set<boolean>()
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      const simulation = await createSimulation({ seed })
      await simulation.play([
        { do: 'settle' },
        { do: 'create', side: 'portal', kind: 1 },
        { do: 'backup', side: 'portal' },
        { do: 'settle' },
        { do: 'restore', side: 'portal' },
      ])
      await simulation.heal()
      const items = [...simulation.mailbox.items.values()].map(({ data }) => decode(data))
      uids.add(items.some((text) => text.includes('UID:srv-')))
      expect([seed, (await simulation.portalNames()).length, items.length]).toEqual([seed, 1, 1])
    }
    expect(uids.size).toBe(2)
  })

  it('duplicates through two syncs at once: a mailbox has one at a time, whoever asks', async () => {
    const { ann, office } = await inStep()
    for (let i = 0; i < 5; i += 1) ann.mailbox.create(weekly(`n${i}`))
    const runs = await Promise.all([1, 2, 3].map(() => office.sync.syncNow(ann.binding)))
    await office.sync.hint('ann@example.org')
    await Promise.all(runs.map(({ done }) => done))
    await office.clock.advance(minute)
    expect(await ann.names()).toHaveLength(7)
  })

  it('mixed-up copies: events of one UID stay each what they are through a migration', async () => {
    const { ann, settle } = await inStep()
    const [first] = [...ann.mailbox.items.values()].filter(({ data }) => decode(data).includes('UID:b\r\n'))
    for (const hour of [11, 13, 15]) {
      ann.mailbox.copy(first!.name, true)
      ann.mailbox.edit([...ann.mailbox.items.keys()].sort().at(-1)!, withHour(hour))
    }
    await settle()
    const startsByName = async () =>
      Promise.all((await ann.names()).map(async (name) => [name, /DTSTART.*/.exec(await ann.read(name))?.[0]] as const))
    const before = await startsByName()
    expect(before).toHaveLength(5)
    // One of them is also edited there before anybody has looked.
    ann.mailbox.edit(first!.name, withText('LOCATION', 'Hall'))
    ann.mailbox.migrate()
    await settle()
    expect(await startsByName()).toEqual(before)
    expect(ann.mailbox.items.size).toBe(5)
    const edited = (await ann.readAll()).filter((text) => text.includes('LOCATION:Hall'))
    expect(edited).toEqual([expect.stringContaining('UID:b\r\n')])
  })

  it('doubled copies: of more than ten with one UID each stays itself, though one is renamed here as all get new names', async () => {
    const { ann, settle } = await inStep()
    const [first] = [...ann.mailbox.items.values()].filter(({ data }) => decode(data).includes('UID:b\r\n'))
    for (let i = 0; i < 12; i += 1) {
      ann.mailbox.copy(first!.name, true)
      ann.mailbox.edit([...ann.mailbox.items.keys()].sort().at(-1)!, withText('LOCATION', `Room ${i}`))
    }
    await settle()
    // Each has something here that the mailbox cannot hold.
    for (const name of await ann.names()) {
      await ann.put(
        name,
        withProperty('X-OWN', rawProperty('X-OWN', name))(new TextEncoder().encode(await ann.read(name))),
      )
    }
    await settle()
    const said = async () =>
      (await ann.readAll())
        .map((text) => ['UID', 'LOCATION', 'X-OWN'].map((name) => new RegExp(`^${name}:.*`, 'm').exec(text)?.[0]))
        .sort()
    const before = await said()
    expect(before).toHaveLength(14)
    const renamed = (await ann.names()).map(async (name) => [name, await ann.read(name)] as const)
    const [name, text] = (await Promise.all(renamed)).find(([, data]) => data.includes('UID:b\r\n'))!
    ann.mailbox.migrate()
    await ann.remove(name)
    await ann.put('renamed.ics', new TextEncoder().encode(text))
    await settle()
    expect(await said()).toEqual(before)
    expect(ann.mailbox.items.size).toBe(14)
  })

  it('resurrected events: what was deleted stays so, when an old cursor is played again too', async () => {
    const { ann, office, settle } = await inStep()
    await ann.remove('a.ics')
    await settle()
    expect(ann.mailbox.items.size).toBe(1)
    ann.mailbox.expireCursors()
    await settle()
    expect(ann.mailbox.items.size).toBe(1)
    expect(await ann.names()).toHaveLength(1)
    expect((await office.sync.status(ann.binding)).state).toBe('connected')
  })

  it('resurrected events: a backup of the mailbox brings back no event that was deleted since, in no version of it', async () => {
    const { ann, office, name, settle } = await inStep()
    const backup = ann.mailbox.snapshot()
    ann.mailbox.edit(name, withText('SUMMARY', 'Newer'))
    await settle()
    await ann.remove('a.ics')
    await settle()
    expect(ann.mailbox.items.has(name)).toBe(false)
    ann.mailbox.restore(backup)
    await office.clock.advance(60 * minute)
    expect(ann.mailbox.items.has(name)).toBe(false)
    expect(await ann.names()).toHaveLength(1)
    // An edit in the mailbox is an edit, backup or not.
    ann.mailbox.restore(backup)
    ann.mailbox.edit(name, withText('SUMMARY', 'Once more'))
    await office.clock.advance(60 * minute)
    expect((await ann.readAll()).join()).toContain('SUMMARY:Once more')
    expect(ann.mailbox.items.size).toBe(2)
  })

  it('resurrected events: not under another name either, when the restored mailbox moves before the next run', async () => {
    for (const ownUids of [false, true]) {
      for (const side of ['portal', 'mailbox'] as const) {
        const office = await openOffice()
        const ann = await office.hire('ann', { ownUids })
        const text = withText('SUMMARY', 'Old')(weekly('x'))
        if (side === 'portal') await ann.put('x.ics', text)
        else ann.mailbox.create(text)
        await ann.put('stays.ics', weekly('stays'))
        await office.clock.advance(18 * minute)
        const backup = ann.mailbox.snapshot()
        const name = async (): Promise<string> => {
          const texts = await Promise.all((await ann.names()).map(async (one) => [one, await ann.read(one)] as const))
          return texts.find(([, one]) => one.includes('SUMMARY:Old'))?.[0] ?? ''
        }
        await ann.put(
          await name(),
          withText('LOCATION', 'Hall')(new TextEncoder().encode(await ann.read(await name()))),
        )
        await office.clock.advance(18 * minute)
        await ann.remove(await name())
        await office.clock.advance(18 * minute)
        expect(ann.mailbox.items.size).toBe(1)
        ann.mailbox.restore(backup)
        ann.mailbox.migrate()
        await office.clock.advance(60 * minute)
        expect([ownUids, side, ann.mailbox.items.size, (await ann.names()).length]).toEqual([ownUids, side, 1, 1])
        // It is kept: a person may take it back, and then it is a new event on both sides.
        const trail = (await office.sync.runs(ann.binding)).map(({ id }) => office.sync.trail(ann.binding, { run: id }))
        // One that is still as it was sent is the same as a second delivery of its creation.
        const words = ['restored-backup', 'abandoned']
        const entry = (await Promise.all(trail)).flat().find(({ action }) => words.includes(action))
        expect(decode(entry?.kept ?? undefined)).toContain('SUMMARY:Old')
        await office.sync.restore(ann.binding, entry!.id)
        await office.clock.advance(18 * minute)
        expect([ann.mailbox.items.size, (await ann.names()).length]).toEqual([2, 2])
        // What somebody has edited since lives.
        await ann.remove(await name())
        await office.clock.advance(18 * minute)
        ann.mailbox.restore(backup)
        ann.mailbox.migrate()
        const again = [...ann.mailbox.items.values()].find(({ data }) => decode(data).includes('SUMMARY:Old'))
        ann.mailbox.edit(again!.name, withText('SUMMARY', 'Edited'))
        await office.clock.advance(60 * minute)
        expect((await ann.readAll()).join()).toContain('SUMMARY:Edited')
        expect(ann.mailbox.items.size).toBe(2)
      }
    }
  })

  it('deleted occurrences that come back: they stay out of the series, on both sides', async () => {
    const { ann, settle, name, there } = await inStep()
    ann.mailbox.edit(name, withoutOccurrence(2))
    await settle()
    expect(instants(new TextEncoder().encode(await ann.read('a.ics')))).toHaveLength(7)
    await ann.put('a.ics', withText('SUMMARY', 'Renamed')(new TextEncoder().encode(await ann.read('a.ics'))))
    await settle()
    expect(instants(there())).toHaveLength(7)
    expect(decode(there())).toContain('Renamed')
  })

  it('the wrong hour: series keep their wall-clock across summer time, wherever they are', async () => {
    for (const zone of ['Europe/Berlin', 'America/New_York', 'Pacific/Apia', 'America/St_Johns', 'Pacific/Pago_Pago']) {
      const office = await openOffice()
      const ann = await office.hire('ann')
      await ann.put('z.ics', weekly('z', [], zone))
      await office.clock.advance(6 * minute)
      const name = [...ann.mailbox.items.keys()][0]!
      const here = async () => new TextEncoder().encode(await ann.read('z.ics'))
      expect(instants(ann.mailbox.items.get(name)!.data)).toEqual(instants(await here()))
      ann.mailbox.edit(name, withHour(15))
      await office.clock.advance(6 * minute)
      expect(instants(ann.mailbox.items.get(name)!.data)).toEqual(instants(await here()))
      expect(decode(await here())).toContain(`DTSTART;TZID=${zone}:20260312T150000`)
    }
  })

  it('all-day events a day off: dates are dates on both sides', async () => {
    const { ann, settle } = await inStep()
    const day = new TextEncoder().encode(
      decode(newEvent({ uid: 'day', title: 'Day', start: '20260329T000000', end: '20260330T000000' }))
        .replace('DTSTART;TZID=Europe/Berlin:20260329T000000', 'DTSTART;VALUE=DATE:20260329')
        .replace('DTEND;TZID=Europe/Berlin:20260330T000000', 'DTEND;VALUE=DATE:20260330'),
    )
    await ann.put('day.ics', day)
    await settle()
    const found = [...ann.mailbox.items.values()]
      .map(({ data }) => decode(data))
      .find((text) => text.includes('UID:day'))
    expect(found).toContain('DTSTART;VALUE=DATE:20260329\r\n')
    expect(found).toContain('DTEND;VALUE=DATE:20260330\r\n')
  })

  it('lost exceptions: each side’s own survive an edit of the other’s, and of the series’ title', async () => {
    const { ann, settle, name, there } = await inStep()
    const here = async () => new TextEncoder().encode(await ann.read('a.ics'))
    await ann.put('a.ics', withException(1, 'Mine')(await here()))
    ann.mailbox.edit(name, withException(3, 'Theirs'))
    await settle()
    await ann.put('a.ics', withText('LOCATION', 'Hall')(await here()))
    await settle()
    expect((await ann.read('a.ics')).match(/X-OWN:kept/g)).toHaveLength(3)
    for (const text of [await ann.read('a.ics'), decode(there())]) {
      expect(text).toContain('SUMMARY:Mine')
      expect(text).toContain('SUMMARY:Theirs')
      expect(text).toContain('LOCATION:Hall')
    }
  })

  it('lost formatting and unknown properties: what the other side cannot hold stays to the byte', async () => {
    const { ann, settle, name } = await inStep()
    const before = await ann.read('a.ics')
    ann.mailbox.edit(name, withText('LOCATION', 'Hall'))
    await settle()
    const after = await ann.read('a.ics')
    expect(after.replace('LOCATION:Hall\r\n', '')).toBe(before)
    expect(after).toContain('X-ALT-DESC;FMTTYPE=text/html:<b>Agenda</b>')
  })

  it('lost reminders: of several the other side has one, and an edit of that one leaves the rest', async () => {
    const { ann, settle, name, there } = await inStep()
    expect(decode(there()).match(/BEGIN:VALARM/g)).toHaveLength(1)
    ann.mailbox.edit(name, (data) => new TextEncoder().encode(decode(data).replace('TRIGGER:-PT15M', 'TRIGGER:-PT30M')))
    await settle()
    const text = await ann.read('a.ics')
    expect(text).toContain('TRIGGER:-PT30M')
    expect(text).toContain('TRIGGER:-PT1H')
    expect(text).not.toContain('TRIGGER:-PT15M')
  })

  it('private titles in the open: runs, trails, status and problems hold none', async () => {
    const { ann, office, name, settle } = await inStep()
    ann.mailbox.edit(name, withText('SUMMARY', 'Secret plan'))
    await ann.put(
      'h.ics',
      newEvent({
        uid: 'h',
        title: 'Secret hours',
        start: '20260316T090000',
        end: '20260316T091000',
        rule: 'FREQ=HOURLY;COUNT=3',
      }),
    )
    await settle()
    const runs = await office.sync.runs(ann.binding)
    const trails = await Promise.all(runs.map(({ id }) => office.sync.trail(ann.binding, { run: id })))
    const shown = trails.flat().map(({ kept: _, ...entry }) => entry)
    expect(shown.length).toBeGreaterThan(2)
    const all = JSON.stringify([
      runs,
      shown,
      await office.sync.problems(ann.binding),
      await office.sync.status(ann.binding),
    ])
    expect(all).not.toMatch(/Secret|Weekly/)
  })

  it('silence: what is wrong is shown within three intervals, since when, and goes when it is mended', async () => {
    const { ann, office } = await inStep()
    ann.refuses = 'rights'
    await office.clock.advance(15 * minute)
    const status = await office.sync.status(ann.binding)
    expect(status).toMatchObject({ state: 'error', kind: 'rights' })
    ann.refuses = null
    await (await office.sync.syncNow(ann.binding)).done
    expect((await office.sync.status(ann.binding)).state).toBe('connected')
  })

  it('two calendars joined to one mailbox folder, or a ring of them, do not happen or do not turn (§5.6)', async () => {
    const { ann, office } = await inStep()
    const other = (await office.service.createCalendar(ann.who, { owner: 'ann', name: 'home' })).id
    const draft = { connection: 'c1', principal: 'ann', mailbox: 'x' }
    await expect(office.sync.bind({ ...draft, calendar: other, remote: 'ann/calendar' })).rejects.toMatchObject({
      code: 'already-exists',
    })
    // The same folder under another name, as through another portal: P1–R–P2.
    await office.sync.bind({ ...draft, calendar: other, remote: 'another way to the same' })
    await office.clock.advance(18 * minute)
    const writes = ann.mailbox.traffic.writes
    await ann.put('a.ics', withText('SUMMARY', 'Round')(new TextEncoder().encode(await ann.read('a.ics'))))
    await office.clock.advance(120 * minute)
    expect(ann.mailbox.traffic.writes - writes).toBe(1)
    expect(ann.mailbox.items.size).toBe(2)
    const page = await office.service.changes(ann.who, other, null)
    const texts = await Promise.all(
      page.changes.map(async ({ name }) =>
        decode((await office.service.getObject(ann.who, { calendar: other, name }))?.data),
      ),
    )
    expect(texts.filter((text) => text.includes('SUMMARY:Round'))).toHaveLength(1)
    expect(texts).toHaveLength(2)
  })
})
