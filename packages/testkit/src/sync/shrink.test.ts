import { editCalendar, masterComponent, parseCalendar, rawProperty, timeProperty } from '@dayport/core/ical'
import { textOfStatus } from '@dayport/sync-engine'
import { describe, expect, it } from 'vitest'
import { newEvent, occurrencesOf, withText } from './person-edits.ts'
import { openOffice } from './simulated-office.ts'

const minute = 60_000

const decode = (data: Uint8Array | undefined): string => new TextDecoder().decode(data)

const weekly = (uid: string): Uint8Array =>
  newEvent({
    uid,
    title: `Weekly ${uid}`,
    start: '20260312T090000',
    end: '20260312T100000',
    rule: 'FREQ=WEEKLY;COUNT=8',
  })

/** Without its first occurrences, each by an EXDATE. */
const without = (count: number) => (data: Uint8Array) => {
  const document = parseCalendar(data)
  const editor = editCalendar(document)
  for (const { recurrenceId } of occurrencesOf(data).slice(0, count))
    editor.add(masterComponent(document)!, timeProperty('EXDATE', recurrenceId))
  return editor.toBytes()
}

/** Ends with its first occurrence. */
const endedAtOnce = (data: Uint8Array): Uint8Array => {
  const document = parseCalendar(data)
  const editor = editCalendar(document)
  editor.setAll(masterComponent(document)!, 'RRULE', [rawProperty('RRULE', 'FREQ=WEEKLY;COUNT=1')])
  return editor.toBytes()
}

/** So many series, in step. */
const inStep = async (count: number) => {
  const office = await openOffice()
  const ann = await office.hire('ann')
  for (let i = 0; i < count; i += 1) ann.mailbox.create(weekly(`s${i}`))
  await office.clock.advance(6 * minute)
  expect(await ann.names()).toHaveLength(count)
  const shown = async () => (await ann.readAll()).map((text) => occurrencesOf(new TextEncoder().encode(text)).length)
  const status = () => office.sync.status(ann.binding)
  return { office, ann, shown, status }
}

const all = (count: number, shown: number): readonly number[] => Array.from({ length: count }, () => shown)

describe('occurrences that are taken out in masses (sync-engine.md §6)', () => {
  it.each([
    ['an EXDATE for half of them', without(4), 4],
    ['a rule that ends at once', endedAtOnce, 1],
  ])('stop like deletions, by %s, the rest goes on, and a person’s word lets them pass', async (_, change, left) => {
    const { office, ann, shown, status } = await inStep(30)
    for (const name of [...ann.mailbox.items.keys()].slice(0, 20)) ann.mailbox.edit(name, change)
    ann.mailbox.create(weekly('new'))
    await office.clock.advance(12 * minute)
    expect(await shown()).toEqual(all(31, 8))
    const stopped = await status()
    expect(stopped).toMatchObject({ kind: 'confirmation', waiting: { deletePortal: 20, shrink: 20 } })
    expect(textOfStatus(stopped, { language: 'en', nowMs: office.clock.now() }).text).toBe(
      'Sync would take most occurrences out of 20 series. We stopped: please check that this is right.',
    )
    expect(textOfStatus(stopped, { language: 'ru', nowMs: office.clock.now() }).text).toContain(
      'убрала бы большинство повторений 20 серий.',
    )
    await office.sync.confirm(ann.binding)
    await office.clock.advance(6 * minute)
    expect([...(await shown())].sort()).toEqual([...all(20, left), ...all(11, 8)])
    expect((await status()).state).toBe('connected')
    // What was taken away is in the history.
    const kept = (await office.state.listRuns(ann.binding, 100)).map(({ id }) =>
      office.state.listHistory(ann.binding, { run: id }, 1_000),
    )
    expect((await Promise.all(kept)).flat().filter((entry) => entry.kept !== null).length).toBeGreaterThanOrEqual(20)
  })

  it('count together with deletions, and on the side that loses them', async () => {
    const { office, ann, status } = await inStep(30)
    const names = await ann.names()
    for (const name of names.slice(0, 6)) await ann.remove(name)
    for (const name of names.slice(6, 12))
      await ann.put(name, endedAtOnce(new TextEncoder().encode(await ann.read(name))))
    await office.clock.advance(12 * minute)
    const stopped = await status()
    expect(stopped).toMatchObject({ waiting: { deletePortal: 0, deleteRemote: 12, shrink: 6 } })
    expect(textOfStatus(stopped, { language: 'en', nowMs: office.clock.now() }).text).toContain(
      'delete 6 events and take most occurrences out of 6 series.',
    )
    expect([...ann.mailbox.items.values()].filter(({ data }) => occurrencesOf(data).length === 8)).toHaveLength(30)
  })

  it('are an edit where they are few: one day of every series, and of one series all but one', async () => {
    const { office, ann, shown, status } = await inStep(30)
    const [first, ...others] = [...ann.mailbox.items.keys()]
    ann.mailbox.edit(first!, without(7))
    for (const name of others) ann.mailbox.edit(name, without(1))
    await office.clock.advance(12 * minute)
    expect([...(await shown())].sort()).toEqual([1, ...all(29, 7)])
    expect((await status()).state).toBe('connected')
  })

  it('are taken back as long as nobody has confirmed them, and lose no edit that waits with them', async () => {
    const { office, ann, shown, status } = await inStep(15)
    const before = ann.mailbox.snapshot()
    for (const name of ann.mailbox.items.keys()) ann.mailbox.edit(name, endedAtOnce)
    await office.clock.advance(12 * minute)
    const [name] = await ann.names()
    await ann.put(name!, withText('LOCATION', 'Room 5')(new TextEncoder().encode(await ann.read(name!))))
    await office.clock.advance(12 * minute)
    expect(await status()).toMatchObject({ kind: 'confirmation' })
    for (const item of before.values()) ann.mailbox.edit(item.name, () => item.data)
    await office.clock.advance(18 * minute)
    expect(await shown()).toEqual(all(15, 8))
    expect((await status()).state).toBe('connected')
    expect([...ann.mailbox.items.values()].filter(({ data }) => decode(data).includes('LOCATION:Room 5'))).toHaveLength(
      1,
    )
  })
})
