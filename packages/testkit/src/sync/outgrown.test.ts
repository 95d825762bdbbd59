import { CalendarError } from '@dayport/core'
import { textOfReason } from '@dayport/sync-engine'
import { describe, expect, it } from 'vitest'
import { newEvent } from './person-edits.ts'
import { openOffice } from './simulated-office.ts'

const minute = 60_000
const day = 86_400_000

describe('an event that the other side can be given no longer, though nobody has edited it (sync-engine.md §1: silence)', () => {
  it('is told with its reason, in both languages, and goes on by itself when it can', async () => {
    const office = await openOffice()
    const ann = await office.hire('ann')
    await ann.put('a.ics', newEvent({ uid: 'a', title: 'Pay day', start: '20260312T090000', end: '20260312T100000' }))
    await office.clock.advance(6 * minute)
    const [name] = [...ann.mailbox.items.keys()]
    const { get } = ann.mailbox.peer
    Object.assign(ann.mailbox.peer, {
      get: async () => {
        throw new CalendarError('unrepresentable', 'more than is given', { details: { reason: 'too-many-singles' } })
      },
    })
    ann.mailbox.touch(name!)
    await office.clock.advance(12 * minute)
    const [problem] = await office.sync.problems(ann.binding)
    expect(problem).toMatchObject({ kind: 'unsupported', reason: 'too-many-singles', portalName: 'a.ics' })
    expect(textOfReason(problem!.reason, 'en')).toContain('more than 60')
    expect(textOfReason(problem!.reason, 'ru')).toContain('больше 60')
    expect((await office.sync.status(ann.binding)).state).toBe('connected')

    await office.clock.advance(3 * day)
    const runs = await office.state.listRuns(ann.binding, 1_000)
    const trails = await Promise.all(runs.map(({ id }) => office.state.listHistory(ann.binding, { run: id }, 100)))
    expect(trails.flat().filter(({ reason }) => reason === 'too-many-singles')).toHaveLength(1)
    expect(await ann.names()).toEqual(['a.ics'])

    Object.assign(ann.mailbox.peer, { get })
    await office.clock.advance(2 * day)
    expect(await office.sync.problems(ann.binding)).toEqual([])
  })
})
