import { describe, expect, it } from 'vitest'
import { newEvent, withText } from './person-edits.ts'
import { openOffice } from './simulated-office.ts'
import { createSimulation } from './simulation.ts'

const minute = 60_000
const day = 1_440 * minute

const meeting = (uid: string, title = uid): Uint8Array =>
  newEvent({ uid, title, start: '20260316T090000', end: '20260316T100000' })

/** One person, in step, with so many events that were made in the mailbox. */
const withItems = async (count: number, options: Parameters<typeof openOffice>[0] = {}) => {
  const office = await openOffice(options)
  const ann = await office.hire('ann')
  const names = Array.from({ length: count }, (_, i) => ann.mailbox.create(meeting(`m${i}`)))
  await office.clock.advance(18 * minute)
  expect(await ann.names()).toHaveLength(count)
  return { office, ann, names }
}

describe('what happens to cursors (sync-engine.md §7)', () => {
  it('one that starts over without a word deletes nothing, and what it has not told is noticed the next day', async () => {
    const { office, ann, names } = await withItems(4)
    ann.mailbox.restartCursor()
    ann.mailbox.remove(names[1]!)
    await office.clock.advance(60 * minute)
    expect(await ann.names()).toHaveLength(4)
    await office.clock.advance(day)
    expect((await ann.readAll()).join()).not.toContain('UID:m1')
    expect(await ann.names()).toHaveLength(3)
    expect(ann.mailbox.items.size).toBe(3)
  })

  it('a deletion on either side is not lost on the day when the window moves, and both sides are listed anew', async () => {
    for (const side of ['portal', 'remote'] as const) {
      const simulation = await createSimulation({ seed: 1 })
      await simulation.play([
        { do: 'create', side: 'portal', kind: 0 },
        { do: 'create', side: 'remote', kind: 0 },
        { do: 'settle' },
        { do: 'delete', side, pick: 0 },
        { do: 'wait', seconds: 90_000 },
      ])
      await simulation.heal()
      expect([await simulation.check(), simulation.mailbox.items.size, side]).toEqual([[], 1, side])
    }
  })

  it('one of another folder brings nothing in and takes nothing out, and what happened meanwhile is found', async () => {
    const { office, ann, names } = await withItems(4)
    ann.mailbox.mistakeCursor()
    ann.mailbox.edit(names[0]!, withText('SUMMARY', 'Edited'))
    ann.mailbox.remove(names[1]!)
    await office.clock.advance(60 * minute)
    const texts = (await ann.readAll()).join()
    expect(await ann.names()).toHaveLength(3)
    expect(texts).toContain('SUMMARY:Edited')
    expect(texts).not.toContain('UID:m1')
  })

  it('of a restored mailbox, which gives the same versions to other contents, loses no edit', async () => {
    const { office, ann, names } = await withItems(1)
    const backup = ann.mailbox.snapshot()
    ann.mailbox.edit(names[0]!, withText('SUMMARY', 'Before'))
    const version = ann.mailbox.items.get(names[0]!)?.version
    await office.clock.advance(18 * minute)
    ann.mailbox.restore(backup, { reuses: true })
    ann.mailbox.edit(names[0]!, withText('SUMMARY', 'After'))
    expect(ann.mailbox.items.get(names[0]!)?.version).toBe(version)
    await office.clock.advance(60 * minute)
    expect((await ann.readAll()).join()).toContain('SUMMARY:After')
  })

  it('what is missing after a lost one goes in portions, each with a new look, with one word for all of them (§3)', async () => {
    const { office, ann, names } = await withItems(30, { limits: { deletePortion: 5 } })
    ann.mailbox.expireCursors()
    for (const name of names.slice(0, 12)) ann.mailbox.remove(name)
    await office.clock.advance(18 * minute)
    expect(await office.sync.status(ann.binding)).toMatchObject({ kind: 'confirmation', waiting: { deletePortal: 12 } })
    await office.sync.confirm(ann.binding)
    await office.clock.advance(18 * minute)
    expect(await ann.names()).toHaveLength(18)
    expect((await office.sync.status(ann.binding)).state).toBe('connected')
    const deleted = (await office.sync.runs(ann.binding)).map(({ counts }) => counts.deletedPortal).filter((n) => n > 0)
    expect(deleted).toEqual([2, 5, 5])
  })
})

describe('what the administrator does while a run is under way (sync-engine.md §7)', () => {
  const interrupted = async (act: (office: Awaited<ReturnType<typeof openOffice>>) => Promise<unknown>) => {
    const { office, ann } = await withItems(2)
    for (let i = 0; i < 8; i += 1) await ann.put(`p${i}.ics`, meeting(`p${i}`))
    let done: Promise<unknown> | null = null
    ann.fault = (call) => {
      if (call === 'put') done ??= act(office)
      return 'none'
    }
    await office.clock.advance(30 * minute)
    await done
    return { office, ann }
  }

  it('a connection that is switched off is written to no more, and goes on where it ended', async () => {
    const connection = async (office: Awaited<ReturnType<typeof openOffice>>, enabled: boolean) => {
      const known = await office.state.getConnection('c1')
      await office.sync.putConnection({ ...known!, enabled })
    }
    const { office, ann } = await interrupted((it) => connection(it, false))
    expect(ann.mailbox.items.size).toBeLessThan(5)
    expect((await office.sync.status(ann.binding)).state).toBe('not-configured')
    await connection(office, true)
    await office.clock.advance(30 * minute)
    expect([ann.mailbox.items.size, (await ann.names()).length]).toEqual([10, 10])
    expect((await office.sync.status(ann.binding)).state).toBe('connected')
  })

  it('a calendar that is unbound, and bound again, has each event once', async () => {
    const { office, ann } = await interrupted(async (it) => {
      const [binding] = await it.state.listBindings({ principal: 'ann' })
      await it.sync.unbind(binding!.id)
    })
    expect(ann.mailbox.items.size).toBeLessThan(5)
    const { calendar } = ann
    await office.sync.bind({
      connection: 'c1',
      principal: 'ann',
      calendar,
      mailbox: 'ann@example.org',
      remote: 'again',
    })
    await office.clock.advance(30 * minute)
    expect([ann.mailbox.items.size, (await ann.names()).length]).toEqual([10, 10])
  })

  it('a person who leaves takes their calendar along, and leaves the mailbox as it is', async () => {
    const { office, ann } = await interrupted(async (it) => {
      const [binding] = await it.state.listBindings({ principal: 'ann' })
      await it.service.deleteCalendar({ id: 'ann', groups: [] }, binding!.calendar)
    })
    await office.clock.advance(day)
    const texts = [...ann.mailbox.items.values()].map(({ data }) => new TextDecoder().decode(data)).join()
    expect(texts).toContain('UID:m0')
    expect(texts).toContain('UID:m1')
    expect(ann.mailbox.traffic.deletes).toBe(0)
    expect(await office.state.listBindings({ principal: 'ann' })).toEqual([])
  })
})

describe('a clock that is set back (sync-engine.md §7)', () => {
  it('does not leave the mailbox locked by a dead process, nor keep anything waiting for a day', async () => {
    const simulation = await createSimulation({ seed: 1 })
    await simulation.play([
      { do: 'create', side: 'portal', kind: 0 },
      { do: 'settle' },
      { do: 'edit', side: 'portal', pick: 0, field: 0 },
    ])
    await simulation.createWorker(12).run('manual')
    await simulation.play([{ do: 'clock', hours: -24 }])
    expect((await simulation.createWorker(null).run('manual'))?.kind).toBe('run')
    await simulation.heal()
    expect(await simulation.check()).toEqual([])
  })

  it('makes a pause that the other side has asked for no longer', async () => {
    const { office, ann } = await withItems(1)
    ann.fault = () => 'throttled'
    await (await office.sync.syncNow(ann.binding)).done
    ann.fault = () => 'none'
    const mailbox = await office.state.getMailbox('ann@example.org')
    const aheadMs = 30 * 60 * minute
    await office.state.putMailbox({
      ...mailbox!,
      pausedAtMs: mailbox!.pausedAtMs! + aheadMs,
      pausedUntilMs: mailbox!.pausedUntilMs + aheadMs,
    })
    await (await office.sync.syncNow(ann.binding)).done
    await office.clock.advance(minute)
    await (await office.sync.syncNow(ann.binding)).done
    expect((await office.sync.status(ann.binding)).state).toBe('connected')
  })
})
