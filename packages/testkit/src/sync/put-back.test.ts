import { describe, expect, it } from 'vitest'
import { newEvent, withText } from './person-edits.ts'
import { openOffice } from './simulated-office.ts'

const minute = 60_000

const meeting = (uid: string): Uint8Array =>
  newEvent({ uid, title: `Meeting ${uid}`, start: '20260312T090000', end: '20260312T100000' })

/** Two events in step, one of which is deleted then, on the side that is named. */
const afterDeletion = async (side: 'portal' | 'remote', clockAheadMs = 0) => {
  const office = await openOffice()
  const ann = await office.hire('ann', { now: () => office.clock.now() + clockAheadMs })
  await ann.put('a.ics', meeting('a'))
  await ann.put('b.ics', meeting('b'))
  await office.clock.advance(12 * minute)
  const [name] = [...ann.mailbox.items.values()].filter(({ data }) => new TextDecoder().decode(data).includes('UID:a'))
  const backup = ann.mailbox.snapshot()
  await office.clock.advance(minute)
  if (side === 'portal') await ann.remove('a.ics')
  else ann.mailbox.remove(name!.name)
  await office.clock.advance(18 * minute)
  expect([ann.mailbox.items.size, (await ann.names()).length]).toEqual([1, 1])
  return { office, ann, name: name!.name, backup }
}

describe.each(['portal', 'remote'] as const)('after an event was deleted in the %s, and the cursor lost', (side) => {
  it.each([0, 7 * 60 * minute, -7 * 60 * minute])(
    'it stays where somebody has put it back meanwhile, unchanged, by a clock that is %i ms ahead',
    async (aheadMs) => {
      const { office, ann, name } = await afterDeletion(side, aheadMs)
      ann.mailbox.undo(name, false)
      ann.mailbox.expireCursors()
      await office.clock.advance(18 * minute)
      expect([ann.mailbox.items.size, (await ann.names()).length]).toEqual([2, 2])
    },
  )

  it('it is deleted again where a backup was restored, and one click brings it back', async () => {
    const { office, ann, backup } = await afterDeletion(side)
    ann.mailbox.restore(backup)
    await office.clock.advance(18 * minute)
    expect([ann.mailbox.items.size, (await ann.names()).length]).toEqual([1, 1])
    const runs = await office.state.listRuns(ann.binding, 100)
    const trails = await Promise.all(runs.map(({ id }) => office.state.listHistory(ann.binding, { run: id }, 100)))
    const [entry] = trails.flat().filter(({ action }) => action === 'restored-backup')
    await office.sync.restore(ann.binding, entry!.id)
    await office.clock.advance(18 * minute)
    expect([ann.mailbox.items.size, (await ann.names()).length]).toEqual([2, 2])
  })
})

describe('a creation that the network delivers twice, to a server that does not know it again', () => {
  const created = async (facts: { readonly delivered: 'twice' | 'once' }) => {
    const office = await openOffice()
    const ann = await office.hire('ann', { deduplicates: false })
    ann.fault = (call) => (call === 'put' && facts.delivered === 'twice' ? 'twice' : 'none')
    await ann.put('a.ics', meeting('a'))
    while (ann.mailbox.items.size === 0) await office.clock.advance(100)
    ann.fault = () => 'none'
    return { office, ann }
  }

  it('is one event', async () => {
    const { office, ann } = await created({ delivered: 'twice' })
    await office.clock.advance(30 * minute)
    expect([ann.mailbox.items.size, (await ann.names()).length]).toEqual([1, 1])
  })

  it('is two where somebody has edited one of them', async () => {
    const { office, ann } = await created({ delivered: 'twice' })
    expect(ann.mailbox.items.size).toBe(2)
    for (const [i, name] of [...ann.mailbox.items.keys()].entries())
      if (i === 0) ann.mailbox.edit(name, withText('SUMMARY', 'Other'))
    await office.clock.advance(30 * minute)
    const texts = await ann.readAll()
    expect(texts.join()).toContain('SUMMARY:Other')
  })

  it('is no excuse to take a copy that a person has made, or what they have moved by a copy', async () => {
    const { office, ann } = await created({ delivered: 'once' })
    await office.clock.advance(5 * minute)
    const [name] = [...ann.mailbox.items.keys()]
    ann.mailbox.copy(name!, true)
    await office.clock.advance(18 * minute)
    expect([ann.mailbox.items.size, (await ann.names()).length]).toEqual([2, 2])
    const moved = await created({ delivered: 'once' })
    const [before] = [...moved.ann.mailbox.items.keys()]
    moved.ann.mailbox.copy(before!, true)
    moved.ann.mailbox.remove(before!)
    await moved.office.clock.advance(18 * minute)
    expect([moved.ann.mailbox.items.size, (await moved.ann.names()).length]).toEqual([1, 1])
  })
})

describe('an event that had to be asked for again when it was made', () => {
  const deleted = async () => {
    const office = await openOffice()
    const ann = await office.hire('ann', { deduplicates: false })
    ann.fault = (call) => (call === 'put' ? 'late-request' : 'none')
    await ann.put('a.ics', meeting('a'))
    await office.clock.advance(minute)
    ann.fault = () => 'none'
    await office.clock.advance(12 * minute)
    const [name] = [...ann.mailbox.items.keys()]
    expect(ann.mailbox.items.size).toBe(1)
    await ann.remove('a.ics')
    await office.clock.advance(12 * minute)
    expect(ann.mailbox.items.size).toBe(0)
    return { office, ann, name: name! }
  }

  it('stays where somebody puts it back after its deletion, though under another name', async () => {
    const { office, ann, name } = await deleted()
    ann.mailbox.undo(name, false)
    await office.clock.advance(18 * minute)
    expect([ann.mailbox.items.size, (await ann.names()).length]).toEqual([1, 1])
  })

  it('is deleted where its request is done after it was deleted here, and one click brings it back for good', async () => {
    const office = await openOffice()
    const ann = await office.hire('ann', { deduplicates: false })
    ann.fault = (call) => (call === 'put' ? 'late-request' : 'none')
    await ann.put('a.ics', meeting('a'))
    while (ann.mailbox.traffic.writes === 0) await office.clock.advance(100)
    await ann.remove('a.ics')
    await office.clock.advance(12 * minute)
    ann.fault = () => 'none'
    ann.mailbox.deliverLate()
    expect(ann.mailbox.items.size).toBe(1)
    await office.clock.advance(12 * minute)
    expect([ann.mailbox.items.size, (await ann.names()).length]).toEqual([0, 0])
    const runs = await office.state.listRuns(ann.binding, 100)
    const trails = await Promise.all(runs.map(({ id }) => office.state.listHistory(ann.binding, { run: id }, 100)))
    const [entry] = trails.flat().filter(({ action }) => action === 'abandoned')
    await office.sync.restore(ann.binding, entry!.id)
    await office.clock.advance(30 * minute)
    ann.mailbox.expireCursors()
    await office.clock.advance(30 * minute)
    expect([ann.mailbox.items.size, (await ann.names()).length]).toEqual([1, 1])
  })

  it('is one where the first request is done at last: the run tells of the deletion, and one click takes it back', async () => {
    const office = await openOffice()
    const ann = await office.hire('ann', { deduplicates: false })
    ann.fault = (call) => (call === 'put' ? 'late-request' : 'none')
    await ann.put('a.ics', meeting('a'))
    while (ann.mailbox.traffic.writes === 0) await office.clock.advance(100)
    ann.fault = () => 'none'
    await office.clock.advance(12 * minute)
    ann.mailbox.deliverLate()
    expect(ann.mailbox.items.size).toBe(2)
    await office.clock.advance(12 * minute)
    expect([ann.mailbox.items.size, (await ann.names()).length]).toEqual([1, 1])
    const runs = await office.state.listRuns(ann.binding, 100)
    const told = runs.filter(({ counts }) => counts.deletedRemote === 1)
    expect(told).toHaveLength(1)
    const [step] = await office.state.listHistory(ann.binding, { run: told[0]!.id }, 10)
    expect(step).toMatchObject({ action: 'duplicate', side: 'remote' })
    expect(step!.kept).not.toBeNull()
  })
})

describe('a change that the network delivers twice', () => {
  it('is nobody’s edit, though its second delivery meets another version and blanks have become one', async () => {
    const office = await openOffice()
    const ann = await office.hire('ann')
    await ann.put('a.ics', meeting('a'))
    await office.clock.advance(12 * minute)
    ann.fault = (call) => (call === 'put' ? 'twice' : 'none')
    await ann.put('a.ics', withText('DESCRIPTION', 'one  and  two')(meeting('a')))
    await office.clock.advance(minute)
    await ann.remove('a.ics')
    await office.clock.advance(30 * minute)
    expect([ann.mailbox.items.size, (await ann.names()).length]).toEqual([0, 0])
  })
})
