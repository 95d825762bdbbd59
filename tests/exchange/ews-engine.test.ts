import { describe, expect, it } from 'vitest'
import { attendees, element, openEwsWorld } from './ews-world.ts'
import { event, nine, weekly } from './world.ts'

describe('a calendar here and one in Exchange Server', () => {
  it('come together with creations, changes, exceptions and deletions of both sides, and then rest', async () => {
    const { side, put, drop, settle, texts } = await openEwsWorld()
    const { hand } = side
    await put('a.ics', event('a@x', ...nine, 'SUMMARY:From here'))
    await put('s.ics', event('s@x', ...weekly))
    const there = hand.create('2026-01-13T09:00', 'From there')
    await settle()
    expect(hand.items.map(({ title }) => title).sort()).toEqual(['From here', 'From there', 'Stand-up'])
    expect((await texts()).size).toBe(3)

    const series = hand.items.find(({ isSeries }) => isSeries)!.id
    hand.renameOccurrence(series, '2026-01-19', 'Only this one')
    hand.deleteOccurrence(series, '2026-01-26')
    hand.rename(there, 'Changed there')
    await settle()
    const all = [...(await texts()).values()].join('\n')
    expect(all).toContain('SUMMARY:Only this one')
    expect(all).toMatch(/EXDATE[^\r]*20260126/)
    expect(all).toContain('SUMMARY:Changed there')

    hand.delete(there)
    await drop('a.ics')
    await settle()
    expect(hand.items.map(({ title }) => title)).toEqual(['Stand-up'])
    expect((await texts()).size).toBe(1)

    const before = side.writes()
    await settle()
    expect(side.writes()).toBe(before)
    expect(side.mails()).toBe(0)
  })

  it('part with an event that was written there and deleted by a person before the feed told of it', async () => {
    const { side, put, run, settle, texts } = await openEwsWorld()
    await put('a.ics', event('a@x', ...nine, 'SUMMARY:From here'))
    await run()
    side.hand.delete(side.hand.items[0]!.id)
    await settle()
    expect((await texts()).size).toBe(0)
    expect(side.hand.items).toEqual([])
  })

  it('read nothing twice for an event that was written there and told once more', async () => {
    const { side, put, run } = await openEwsWorld()
    await put('a.ics', event('a@x', ...nine, 'SUMMARY:From here'))
    await run()
    const before = side.ews.requests.length
    await run()
    expect(side.ews.requests.slice(before).map(({ operation }) => operation)).toEqual(['SyncFolderItems'])
  })

  it('part within a day with what was deleted before the server began its feed anew without a word (Gromox)', async () => {
    const { side, put, run, settle, texts } = await openEwsWorld({ restartsInvalidState: true })
    await put('a.ics', event('a@x', ...nine, 'SUMMARY:Stays'))
    await put('b.ics', event('b@x', ...nine, 'SUMMARY:Goes'))
    await put('old.ics', event('old@x', 'DTSTART:20251231T090000Z', 'SUMMARY:Long ago'))
    await settle()
    side.hand.delete(side.hand.items.find(({ title }) => title === 'Goes')!.id)
    side.expireFeeds()
    await settle()
    // Everything is told once more as created, and the deletion not at all.
    expect((await texts()).size).toBe(3)
    await run(24 * 3_600_000)
    await settle()
    expect([...(await texts()).values()].join('\n')).not.toContain('SUMMARY:Goes')
    expect((await texts()).size).toBe(2)
    // What has left the window meanwhile is not asked for.
    await run(30 * 24 * 3_600_000)
    const before = side.ews.requests.length
    await run(24 * 3_600_000)
    await settle()
    expect(side.ews.requests.slice(before).map(({ operation }) => operation)).not.toContain('GetItem')
    expect((await texts()).size).toBe(2)
  })

  it('mail nobody, whatever is changed of meetings on either side (sync-engine.md §5.7)', async () => {
    const { side, put, drop, settle, texts } = await openEwsWorld()
    const { hand } = side.ews
    const people = ['ORGANIZER:mailto:anna@example.com', 'ATTENDEE:mailto:boris@example.com']
    await put('m.ics', event('m@x', ...nine, 'SUMMARY:With Boris', ...people))
    const startMs = Date.parse('2026-01-13T09:00:00+03:00')
    const times = { startMs, endMs: startMs + 3_600_000 }
    const own = hand.add({ subject: 'Board', ...times, more: [attendees('boris@example.com')] })
    const foreign = [
      attendees('anna@example.com'),
      element('IsOrganizer', 'false'),
      element('MyResponseType', 'NoResponseReceived'),
    ]
    const invited = hand.add({ subject: 'Theirs', ...times, more: foreign })
    await settle()
    for (const [name, text] of await texts()) {
      const lines = text
        .replace(/SUMMARY:([^\r]*)/, 'SUMMARY:$1 changed')
        .split('\r\n')
        .slice(3, -2)
      await put(name, lines)
    }
    await settle()
    const titles = new Map(side.hand.items.map(({ id, title }) => [id, title]))
    expect(titles.get(own)).toBe('Board changed')
    expect(titles.get(invited)).toBe('Theirs')
    expect([...titles.values()]).toContain('With Boris changed')
    expect(side.mails()).toBe(0)
    for (const name of (await texts()).keys()) await drop(name)
    await settle()
    expect(side.mails()).toBe(0)
  })
})
