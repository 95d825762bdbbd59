import { type SyncRun, type SyncStatus, statusTransitions, textOfStatus } from '@dayport/sync-engine'
import { describe, expect, it } from 'vitest'
import { codeOf } from '../drafts.ts'
import { newEvent, withText } from './person-edits.ts'
import { officeStartMs, openOffice } from './simulated-office.ts'

const minute = 60_000

const meeting = (title: string, uid = `u-${title}`): Uint8Array =>
  newEvent({ uid, title, start: '20260316T090000', end: '20260316T100000' })

const titles = (texts: readonly string[]): string[] =>
  texts.map((text) => /SUMMARY:(.*)\r\n/.exec(text)?.[1] ?? '').sort()

const textsOf = (mailbox: { readonly items: ReadonlyMap<string, { readonly data: Uint8Array }> }): string[] =>
  [...mailbox.items.values()].map(({ data }) => new TextDecoder().decode(data))

describe('automatic runs', () => {
  it('bring new events to both sides within the interval', async () => {
    const office = await openOffice()
    const ann = await office.hire('ann')
    await ann.put('a.ics', meeting('Here'))
    ann.mailbox.create(meeting('There'))
    await office.clock.advance(6 * minute)
    expect(titles(await ann.readAll())).toEqual(['Here', 'There'])
    expect(titles(textsOf(ann.mailbox))).toEqual(['Here', 'There'])
    ann.mailbox.create(meeting('Later'))
    await office.clock.advance(6 * minute)
    expect(titles(await ann.readAll())).toEqual(['Here', 'Later', 'There'])
  })

  it('follow five seconds after a change here, and ten after a hint, many of them as one', async () => {
    const office = await openOffice({ policy: { intervalMs: 60 * minute } })
    const ann = await office.hire('ann')
    await office.clock.advance(minute)
    const before = (await office.sync.runs(ann.binding)).length
    for (const title of ['A', 'B', 'C']) await ann.put(`${title}.ics`, meeting(title))
    await office.clock.advance(4_900)
    expect(ann.mailbox.items.size).toBe(0)
    await office.clock.advance(200)
    expect(titles(textsOf(ann.mailbox))).toEqual(['A', 'B', 'C'])
    ann.mailbox.create(meeting('D'))
    for (let i = 0; i < 5; i += 1) await office.sync.hint('ann@example.org')
    await office.clock.advance(9_000)
    expect(await ann.names()).toHaveLength(3)
    await office.clock.advance(2_000)
    expect(await ann.names()).toHaveLength(4)
    const runs = await office.sync.runs(ann.binding)
    expect(runs.slice(0, runs.length - before).map(({ trigger }) => trigger)).toEqual(['hint', 'local-change'])
  })

  it('are told to the host when they end, each with its counts (§8)', async () => {
    const told: SyncRun[] = []
    const office = await openOffice({ service: { onRun: (run) => told.push(run) } })
    const ann = await office.hire('ann')
    await ann.put('a.ics', meeting('Here'))
    ann.mailbox.create(meeting('There'))
    await office.clock.advance(6 * minute)
    ann.refuses = 'rights'
    await office.clock.advance(6 * minute)
    expect(told.map(({ outcome, error, counts }) => [outcome, error?.kind, counts.createdPortal])).toEqual(
      [...(await office.sync.runs(ann.binding))]
        .reverse()
        .map(({ outcome, error, counts }) => [outcome, error?.kind, counts.createdPortal]),
    )
    expect(told.some(({ counts }) => counts.createdPortal === 1)).toBe(true)
    expect(told.at(-1)).toMatchObject({ outcome: 'failed', error: { kind: 'rights' } })
    expect(JSON.stringify(told)).not.toMatch(/Here|There/)
  })

  it('do not begin again after their own writes', async () => {
    const office = await openOffice({ policy: { intervalMs: 60 * minute } })
    const ann = await office.hire('ann')
    ann.mailbox.create(meeting('There'))
    await office.clock.advance(10 * minute)
    expect(await office.sync.runs(ann.binding)).toHaveLength(1)
  })

  it('keep a pause to the time that the other side asked for, through a restart too, and a person is told it (§8)', async () => {
    const office = await openOffice()
    const ann = await office.hire('ann')
    await office.clock.advance(minute)
    ann.fault = () => 'throttled' // retry after 5 s
    const first = await (await office.sync.syncNow(ann.binding)).done
    expect(first).toMatchObject({ kind: 'run', run: { outcome: 'failed', error: { kind: 'throttled' } } })
    const asked = ann.mailbox.traffic.requests
    const manual = await (await office.sync.syncNow(ann.binding)).done
    expect(manual.kind).toBe('paused')
    const untilMs = manual.kind === 'paused' ? manual.untilMs : 0
    expect(untilMs - office.clock.now()).toBeGreaterThanOrEqual(5_000)
    expect(untilMs - office.clock.now()).toBeLessThanOrEqual(6_000)
    expect(await office.sync.status(ann.binding)).toMatchObject({
      state: 'error',
      kind: 'throttled',
      pausedUntilMs: untilMs,
    })
    await office.restart()
    await office.clock.advance(4_900)
    expect(ann.mailbox.traffic.requests).toBe(asked)
    ann.fault = () => 'none'
    await office.clock.advance(2_000)
    expect((await office.sync.status(ann.binding)).state).toBe('connected')
  })

  it('stop after a refused sign-in until a person acts: no account is locked out', async () => {
    const office = await openOffice()
    const ann = await office.hire('ann', { bind: false })
    ann.refuses = 'credentials'
    const binding = await office.sync.bind({
      connection: 'c1',
      principal: 'ann',
      calendar: ann.calendar,
      mailbox: 'ann@example.org',
      remote: 'ann/calendar',
    })
    await office.clock.advance(24 * 60 * minute)
    expect(await office.sync.runs(binding.id)).toHaveLength(1)
    const status = await office.sync.status(binding.id)
    expect(status).toMatchObject({ state: 'error', kind: 'credentials' })
    const options = { language: 'ru' as const, nowMs: office.clock.now() }
    expect(textOfStatus(status, options).text).toBe('Exchange не принял вход портала.')
    ann.refuses = null
    const connection = await office.state.getConnection('c1')
    await office.sync.putConnection(connection!)
    await office.clock.advance(minute)
    expect((await office.sync.status(binding.id)).state).toBe('connected')
  })
})

describe('Sync now', () => {
  it('joins the run under way, and tells its id and its progress', async () => {
    const office = await openOffice({ policy: { intervalMs: 600 * minute } })
    const ann = await office.hire('ann')
    await office.clock.advance(minute)
    for (const title of ['A', 'B', 'C']) ann.mailbox.create(meeting(title))
    const [first, second] = await Promise.all([office.sync.syncNow(ann.binding), office.sync.syncNow(ann.binding)])
    expect(second).toMatchObject({ runId: first.runId, joined: true })
    expect((await office.sync.status(ann.binding)).state).toBe('syncing')
    const result = await first.done
    expect(result).toMatchObject({
      kind: 'run',
      run: { id: first.runId, trigger: 'manual', counts: { createdPortal: 3 } },
    })
    expect(await office.sync.status(ann.binding)).toMatchObject({ state: 'connected', lastChanges: 3 })
  })

  it('is cancelled between two events: what is done is kept, the rest comes next time', async () => {
    let told = -1
    const office = await openOffice({
      policy: { intervalMs: 600 * minute },
      service: {
        onStatus: (id) => {
          if (told >= 0) told += 1
          if (told === 5) expect(office.sync.cancel(id)).toBe(true)
        },
      },
    })
    const ann = await office.hire('ann')
    await office.clock.advance(minute)
    for (let i = 0; i < 8; i += 1) ann.mailbox.create(meeting(`E${i}`))
    told = 0
    const run = await office.sync.syncNow(ann.binding)
    expect(await run.done).toMatchObject({ kind: 'run', run: { outcome: 'stopped' } })
    const kept = (await ann.names()).length
    expect(kept).toBeGreaterThanOrEqual(2)
    expect(kept).toBeLessThan(8)
    told = -1
    await (await office.sync.syncNow(ann.binding)).done
    expect(await ann.names()).toHaveLength(8)
  })
})

describe('guards (sync-engine.md §6)', () => {
  it('a first sync that would create very much asks first, with a dry run, and goes on when a person agrees', async () => {
    const office = await openOffice({ limits: { maxFirstCreates: 20 } })
    const ann = await office.hire('ann', { bind: false })
    for (let i = 0; i < 105; i += 1) ann.mailbox.create(meeting(`E${i}`))
    await ann.put('both.ics', meeting('E7'))
    await ann.put('own.ics', meeting('Own'))
    const { id } = await office.sync.bind({
      connection: 'c1',
      principal: 'ann',
      calendar: ann.calendar,
      mailbox: 'm',
      remote: 'r',
    })
    await office.clock.advance(minute)
    expect(await office.sync.status(id)).toMatchObject({
      state: 'error',
      kind: 'confirmation',
      waiting: { createPortal: 104 },
    })
    // The pair and the other side's one creation go on.
    expect(await ann.names()).toEqual(['both.ics', 'own.ics'])
    expect(ann.mailbox.items.size).toBe(106)
    expect(await office.sync.dryRun(id)).toMatchObject({ createPortal: 104, createRemote: 0, pair: 0 })
    await office.sync.confirm(id)
    await office.clock.advance(minute)
    expect(await ann.names()).toHaveLength(106)
    expect((await office.sync.status(id)).state).toBe('connected')
  })

  it('many deletions stop, the rest goes on, and a person’s word lets them pass', async () => {
    const office = await openOffice()
    const ann = await office.hire('ann')
    for (let i = 0; i < 30; i += 1) ann.mailbox.create(meeting(`E${i}`))
    await office.clock.advance(6 * minute)
    expect(await ann.names()).toHaveLength(30)
    for (const name of [...ann.mailbox.items.keys()].slice(0, 20)) ann.mailbox.remove(name)
    ann.mailbox.create(meeting('New'))
    await office.clock.advance(12 * minute)
    expect(await ann.names()).toHaveLength(31)
    const status = await office.sync.status(ann.binding)
    expect(status).toMatchObject({ state: 'error', kind: 'confirmation', waiting: { deletePortal: 20 } })
    expect(textOfStatus(status, { language: 'en', nowMs: office.clock.now() }).text).toBe(
      'Sync would delete 20 events. We stopped: please check that this is right.',
    )
    await office.sync.confirm(ann.binding)
    await office.clock.advance(minute)
    expect(await ann.names()).toHaveLength(11)
  })

  it('an event that another program keeps changing back is set aside after three writes in a day', async () => {
    const office = await openOffice()
    const ann = await office.hire('ann')
    await ann.put('a.ics', meeting('A'))
    await office.clock.advance(6 * minute)
    for (let i = 0; i < 8; i += 1) {
      // A program of ours, not a person, writes the portal's side again and again.
      const found = await office.service.getObject(ann.who, { calendar: ann.calendar, name: 'a.ics' })
      const data = withText('LOCATION', `Room ${i}`)(found!.data)
      await office.service.putObject(ann.who, { calendar: ann.calendar, name: 'a.ics' }, data, {
        origin: { door: 'sync', connection: 'other' },
      })
      await office.clock.advance(6 * minute)
    }
    expect(await office.sync.problems(ann.binding)).toMatchObject([{ kind: 'quarantined', reason: 'ping-pong' }])
    expect(ann.mailbox.traffic.writes).toBeLessThan(6)
    await ann.put('a.ics', meeting('By hand', 'u-A'))
    await office.clock.advance(6 * minute)
    expect(titles(textsOf(ann.mailbox))).toEqual(['By hand'])
    expect(await office.sync.problems(ann.binding)).toEqual([])
  })
})

describe('conflicts', () => {
  const both = async (conflicts: 'ask' | 'portal-wins' | 'remote-wins' | 'newest' | 'organizer') => {
    const office = await openOffice({ policy: { conflicts }, service: { clocksTrusted: () => true } })
    const ann = await office.hire('ann')
    await ann.put('a.ics', meeting('Old'))
    await office.clock.advance(6 * minute)
    const name = [...ann.mailbox.items.keys()][0]!
    ann.mailbox.edit(name, withText('SUMMARY', 'Theirs'))
    ann.mailbox.edit(name, withText('LOCATION', 'Their room'))
    await office.clock.advance(1_000)
    await ann.put('a.ics', withText('DESCRIPTION', 'Our text')(meeting('Ours', 'u-Old')))
    await office.clock.advance(6 * minute)
    return { office, ann, name }
  }

  it('merge what differs by field, and go by the policy where both changed one field (§4)', async () => {
    for (const [policy, title] of [
      ['portal-wins', 'Ours'],
      ['remote-wins', 'Theirs'],
      ['newest', 'Ours'],
      ['organizer', 'Ours'],
    ] as const) {
      const { ann, office } = await both(policy)
      const [here] = await ann.readAll()
      const [there] = textsOf(ann.mailbox)
      for (const text of [here, there]) {
        expect(text).toContain(`SUMMARY:${title}`)
        expect(text).toContain('LOCATION:Their room')
        expect(text).toContain('DESCRIPTION:Our text')
      }
      const runs = await office.sync.runs(ann.binding)
      const trails = await Promise.all(runs.map(({ id }) => office.sync.trail(ann.binding, { run: id })))
      const lost = trails.flat().find(({ action }) => action === 'conflict')
      expect(new TextDecoder().decode(lost?.kept ?? new Uint8Array())).toContain(title === 'Ours' ? 'Theirs' : 'Ours')
    }
  })

  it('are not decided by time while the clocks differ, which the status tells until they agree again (§6)', async () => {
    for (const [hours, title] of [
      [0, 'Ours'],
      [-0.025, 'Ours'],
      [-0.05, 'Theirs'],
      [26, 'Theirs'],
      [-26, 'Theirs'],
    ] as const) {
      const office = await openOffice({ policy: { conflicts: 'newest' } })
      let aheadMs = hours * 60 * minute
      const ann = await office.hire('ann', { now: () => office.clock.now() + aheadMs })
      await ann.put('a.ics', meeting('Old'))
      await office.clock.advance(6 * minute)
      ann.mailbox.edit([...ann.mailbox.items.keys()][0]!, withText('SUMMARY', 'Theirs'))
      await office.clock.advance(1_000)
      await ann.put('a.ics', meeting('Ours', 'u-Old'))
      await office.clock.advance(6 * minute)
      expect([hours, titles(await ann.readAll())]).toEqual([hours, [title]])
      const words = async (language: 'ru' | 'en') =>
        textOfStatus(await office.sync.status(ann.binding), { language, nowMs: office.clock.now() }).hint
      if (Math.abs(hours) > 1) {
        expect(await office.sync.status(ann.binding)).toMatchObject({
          state: 'connected',
          clock: { offsetMs: expect.closeTo(hours * 60 * minute, -4) },
        })
        expect(await words('en')).toContain('The clocks of the portal and Exchange differ (1 day)')
        expect(await words('ru')).toContain('Часы портала и Exchange расходятся (1 день)')
        aheadMs = 0
        await office.clock.advance(6 * minute)
      }
      expect(await office.sync.status(ann.binding)).toMatchObject({ state: 'connected', clock: null })
      expect(await words('en')).not.toContain('clock')
    }
  })

  it('wait for a person where the policy asks, with both values and the one before, and take the choice', async () => {
    const { office, ann } = await both('ask')
    const [conflict] = await office.sync.conflicts(ann.binding)
    expect(conflict?.groups).toEqual({ title: { portal: 'Ours', remote: 'Theirs', before: 'Old' } })
    expect((await ann.readAll())[0]).toContain('LOCATION:Their room')
    expect(textsOf(ann.mailbox)[0]).toContain('DESCRIPTION:Our text')
    expect(titles(await ann.readAll())).toEqual(['Ours'])
    expect(titles(textsOf(ann.mailbox))).toEqual(['Theirs'])
    await office.sync.resolve(ann.binding, conflict!.link, { title: 'remote' })
    await office.clock.advance(minute)
    expect(titles(await ann.readAll())).toEqual(['Theirs'])
    expect(await office.sync.conflicts(ann.binding)).toEqual([])
  })

  it('become two events where a person keeps both', async () => {
    const { office, ann } = await both('ask')
    const [conflict] = await office.sync.conflicts(ann.binding)
    await office.sync.resolve(ann.binding, conflict!.link, 'keep-both')
    await office.clock.advance(12 * minute)
    expect(titles(await ann.readAll())).toEqual(['Ours', 'Theirs'])
    expect(titles(textsOf(ann.mailbox))).toEqual(['Ours', 'Theirs'])
  })

  it('what was replaced comes back with Undo, as an edit that goes to both sides (hist)', async () => {
    const { office, ann } = await both('remote-wins')
    const runs = await office.sync.runs(ann.binding)
    const trails = await Promise.all(runs.map(({ id }) => office.sync.trail(ann.binding, { run: id })))
    const lost = trails.flat().find(({ action }) => action === 'conflict')
    await office.sync.restore(ann.binding, lost!.id)
    await office.clock.advance(6 * minute)
    expect(titles(await ann.readAll())).toEqual(['Ours'])
    expect(titles(textsOf(ann.mailbox))).toEqual(['Ours'])
    expect(textsOf(ann.mailbox)[0]).toContain('LOCATION:Their room')
    expect(await codeOf(office.sync.restore(ann.binding, 'none'))).toBe('not-found')
  })

  it('an edit beats a deletion by default, and both sides have the event again', async () => {
    const office = await openOffice()
    const ann = await office.hire('ann')
    await ann.put('a.ics', meeting('A'))
    await ann.put('b.ics', meeting('B'))
    await office.clock.advance(6 * minute)
    const [a, b] = [...ann.mailbox.items.keys()]
    ann.mailbox.remove(a!)
    ann.mailbox.edit(b!, withText('SUMMARY', 'B2'))
    await ann.put('a.ics', meeting('A2', 'u-A'))
    await ann.remove('b.ics')
    await office.clock.advance(18 * minute)
    expect(titles(await ann.readAll())).toEqual(['A2', 'B2'])
    expect(titles(textsOf(ann.mailbox))).toEqual(['A2', 'B2'])
  })
})

describe('policies', () => {
  it('one direction writes one side only, and leaves the other side’s doings as they are', async () => {
    for (const direction of ['to-remote', 'to-portal'] as const) {
      const office = await openOffice({ policy: { direction } })
      const ann = await office.hire('ann')
      await ann.put('a.ics', meeting('Here'))
      ann.mailbox.create(meeting('There'))
      await office.clock.advance(18 * minute)
      const [here, there] = [titles(await ann.readAll()), titles(textsOf(ann.mailbox))]
      expect(here).toEqual(direction === 'to-remote' ? ['Here'] : ['Here', 'There'])
      expect(there).toEqual(direction === 'to-remote' ? ['Here', 'There'] : ['There'])
    }
  })

  it('one direction deletes what was deleted on its side, though the other has edited it, and then rests', async () => {
    const office = await openOffice({ policy: { direction: 'to-remote' } })
    const ann = await office.hire('ann')
    await ann.put('a.ics', meeting('Here'))
    await office.clock.advance(18 * minute)
    const [name = ''] = ann.mailbox.items.keys()
    await ann.remove('a.ics')
    ann.mailbox.edit(name, withText('SUMMARY', 'Theirs'))
    await office.clock.advance(18 * minute)
    expect(ann.mailbox.items.size).toBe(0)
    const before = (await office.sync.runs(ann.binding)).length
    await office.clock.advance(20 * minute)
    expect((await office.sync.runs(ann.binding)).length - before).toBeLessThan(6)
    expect((await office.sync.status(ann.binding)).state).toBe('connected')
  })

  it('a deletion that wins over an edit keeps the edit, though nobody answers it (§4)', async () => {
    const office = await openOffice({ policy: { deletes: 'delete-wins' } })
    const ann = await office.hire('ann')
    await ann.put('a.ics', meeting('Here'))
    await office.clock.advance(18 * minute)
    const [name = ''] = ann.mailbox.items.keys()
    await ann.remove('a.ics')
    ann.mailbox.edit(name, withText('SUMMARY', 'Theirs'))
    ann.fault = (call) => (call === 'delete' ? 'lost-answer' : 'none')
    await office.clock.advance(18 * minute)
    expect(ann.mailbox.items.size).toBe(0)
    const runs = await office.sync.runs(ann.binding)
    const trails = await Promise.all(runs.map(({ id }) => office.sync.trail(ann.binding, { run: id })))
    const kept = trails.flat().map((entry) => new TextDecoder().decode(entry.kept ?? new Uint8Array()))
    expect(kept.join()).toContain('SUMMARY:Theirs')
  })

  it('earlier events can be left out until somebody edits them (M75)', async () => {
    const office = await openOffice({ policy: { earlier: 'leave-out' } })
    const ann = await office.hire('ann', { bind: false })
    await ann.put('old.ics', meeting('Old here'))
    const name = ann.mailbox.create(meeting('Old there'))
    const draft = { connection: 'c1', principal: 'ann', calendar: ann.calendar, mailbox: 'm', remote: 'r' }
    await office.sync.bind(draft)
    await office.clock.advance(6 * minute)
    expect(await ann.names()).toHaveLength(1)
    expect(ann.mailbox.items.size).toBe(1)
    await ann.put('new.ics', meeting('New'))
    ann.mailbox.edit(name, withText('SUMMARY', 'Edited'))
    await office.clock.advance(6 * minute)
    expect(titles(await ann.readAll())).toEqual(['Edited', 'New', 'Old here'])
    expect(titles(textsOf(ann.mailbox))).toEqual(['Edited', 'New'])
  })

  it('the window decides what is taken along, and leaving it is no deletion (§3)', async () => {
    const office = await openOffice({ policy: { intervalMs: 2 * 24 * 60 * minute } })
    const ann = await office.hire('ann')
    const far = newEvent({ uid: 'far', title: 'Far', start: '20290316T090000', end: '20290316T100000' })
    await ann.put('far.ics', far)
    await ann.put('near.ics', meeting('Near'))
    await office.clock.advance(minute)
    expect(titles(textsOf(ann.mailbox))).toEqual(['Near'])
    await office.clock.advance(90 * 24 * 60 * minute)
    expect(titles(textsOf(ann.mailbox))).toEqual(['Near'])
    expect(await ann.names()).toEqual(['far.ics', 'near.ics'])
    await office.clock.advance(3 * 365 * 24 * 60 * minute)
    expect(titles(textsOf(ann.mailbox))).toEqual(['Far', 'Near'])
  })
})

describe('the status (sync-engine.md §8)', () => {
  it('follows facts: only allowed states follow each other, and connected is never shown when nothing came for three intervals', async () => {
    let available = false
    const office = await openOffice({ service: { available: () => available } })
    const seen: SyncStatus['state'][] = []
    const look = async (id: string | null) => {
      const { state } = await office.sync.status(id)
      const before = seen.at(-1)
      if (before !== undefined && before !== state) expect(statusTransitions[before]).toContain(state)
      seen.push(state)
      return state
    }
    expect(await look(null)).toBe('not-available')
    available = true
    expect(await look(null)).toBe('not-configured')
    const ann = await office.hire('ann')
    expect(await look(ann.binding)).toBe('syncing')
    await office.clock.advance(minute)
    expect(await look(ann.binding)).toBe('connected')
    ann.fault = () => 'transient'
    await office.clock.advance(6 * minute)
    expect(await look(ann.binding)).toBe('error')
    ann.fault = () => 'none'
    await office.clock.advance(30 * minute)
    expect(await look(ann.binding)).toBe('connected')
    await office.sync.stop()
    await office.clock.advance(16 * minute)
    expect(await office.sync.status(ann.binding)).toMatchObject({ state: 'error', kind: 'late' })
    await office.sync.setEnabled(ann.binding, false)
    expect(await look(ann.binding)).toBe('not-configured')
  })

  it('tells the cause, since when, and that nothing is lost, in both languages', async () => {
    const office = await openOffice()
    const ann = await office.hire('ann')
    await office.clock.advance(minute)
    ann.fault = () => 'lost-request'
    await office.clock.advance(20 * minute)
    const status = await office.sync.status(ann.binding)
    expect(status).toMatchObject({ state: 'error', kind: 'unreachable' })
    const since = status.state === 'error' ? status.sinceMs : 0
    expect(since - officeStartMs).toBeLessThan(8 * minute)
    const at = { nowMs: office.clock.now(), timeZone: 'Europe/Moscow' }
    expect(textOfStatus(status, { ...at, language: 'ru' }).text).toMatch(
      /^Exchange не отвечает с 12:0\d\. Повторим сами, ничего не потеряно\.$/,
    )
    expect(textOfStatus(status, { ...at, language: 'en' }).text).toMatch(
      /^No answer from Exchange since 12:0\d\. We keep trying; nothing is lost\.$/,
    )
  })

  it('one bad event turns nothing red: it is counted, told why, and tried again when it changes', async () => {
    const office = await openOffice()
    const ann = await office.hire('ann')
    const hourly = newEvent({
      uid: 'h',
      title: 'Hourly',
      start: '20260316T090000',
      end: '20260316T091000',
      rule: 'FREQ=HOURLY;COUNT=4',
    })
    await ann.put('h.ics', hourly)
    await ann.put('a.ics', meeting('A'))
    await office.clock.advance(6 * minute)
    expect(titles(textsOf(ann.mailbox))).toEqual(['A'])
    expect(await office.sync.status(ann.binding)).toMatchObject({ state: 'connected', problems: { unsupported: 1 } })
    expect(await office.sync.problems(ann.binding)).toMatchObject([
      { kind: 'unsupported', reason: 'rule', portalName: 'h.ics', remoteName: null },
    ])
    await ann.put('h.ics', newEvent({ uid: 'h', title: 'Daily', start: '20260316T090000', end: '20260316T091000' }))
    await office.clock.advance(6 * minute)
    expect(titles(textsOf(ann.mailbox))).toEqual(['A', 'Daily'])
  })
})

describe('many mailboxes', () => {
  it('200 of them are not slowed by one that is throttled, and no server is asked by more than its share (§8)', async () => {
    let running = 0
    let most = 0
    const office = await openOffice({
      policy: { intervalMs: 5 * minute },
      service: { maxRuns: 8, maxRunsPerConnection: 4 },
    })
    const desks = []
    for (let i = 0; i < 200; i += 1) {
      const desk = await office.hire(`p${i}`)
      const begun = desk.mailbox.peer.changes
      Object.assign(desk.mailbox.peer, {
        changes: async (...args: Parameters<typeof begun>) => {
          running += 1
          most = Math.max(most, running)
          try {
            return await begun(...args)
          } finally {
            running -= 1
          }
        },
      })
      desks.push(desk)
    }
    const slow = desks[17]!
    slow.fault = () => 'throttled'
    for (const desk of desks) desk.mailbox.create(meeting('There'))
    await office.clock.advance(6 * minute)
    const done = await Promise.all(desks.map(async (desk) => (await desk.names()).length))
    expect(done.filter((count) => count === 1)).toHaveLength(199)
    expect(done[17]).toBe(0)
    expect(most).toBeLessThanOrEqual(4)
    expect(await office.sync.status(desks[3]!.binding)).toMatchObject({ state: 'connected' })
    expect(await office.sync.status(slow.binding)).toMatchObject({ state: 'error', kind: 'throttled' })
    // Every pause of 5 s is kept: at most one request in each.
    expect(slow.mailbox.traffic.requests).toBeLessThanOrEqual((6 * minute) / 5_000 + 1)
  })
})
