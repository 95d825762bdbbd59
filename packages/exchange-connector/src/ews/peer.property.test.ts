import { CalendarError } from '@dayport/core'
import { expandSeries, parseCalendar, seriesFacts } from '@dayport/core/ical'
import { documentedEwsTraits, oddEwsTraits } from '@dayport/testkit'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arbitraryEvent } from '../../test/arbitrary-event.ts'
import { processZones, useProcessZone } from '../../test/process-zones.ts'
import { schemaFaults, schemas } from '../../test/valid-requests.ts'
import { testPeer, textOf } from './test-peer.ts'

const occurrences = (data: Uint8Array) =>
  expandSeries(seriesFacts(parseCalendar(data)), {
    range: { startMs: Date.UTC(2019, 0, 1), endMs: Date.UTC(2036, 0, 1) },
    floatingZone: 'Europe/Moscow',
    maxInstances: 100,
  }).instances.map(({ startMs, endMs }) => [startMs, endMs])

const servers = [
  ['as it is documented', documentedEwsTraits],
  ['with every quirk that was seen', oddEwsTraits],
] as const

const cases = processZones.flatMap(([zone, offset]) =>
  servers.map(([name, traits]) => ({ zone, offset, name, traits })),
)

describe.each(cases)('a peer over a server $name, in a process at $zone', ({ zone, offset, traits }) => {
  useProcessZone(zone, offset)
  const numRuns = zone === 'UTC' ? 40 : 10

  it('gives back the projection of what was put and of what was put over it, by valid requests that mail nobody', async () => {
    let written = 0
    const sent = new Map<string, string>()
    await fc.assert(
      fc.asyncProperty(arbitraryEvent, arbitraryEvent, async (one, other) => {
        const { peer, server } = testPeer({ server: { traits } })
        const projections = [one, other].map(({ data }) => {
          try {
            return peer.project(data)
          } catch (error) {
            if (CalendarError.is(error, 'unrepresentable')) return null
            throw error
          }
        })
        fc.pre(projections.every((projection) => projection !== null))
        written += 1
        const made = await peer.put(null, one.data, undefined, { operationId: 'op' })
        expect(textOf(made.data)).toBe(textOf(projections[0]))
        const changed = await peer.put(made.name, other.data, { ifMatch: [made.etag] })
        expect(textOf(changed.data)).toBe(textOf(projections[1]))
        expect(occurrences(changed.data!)).toEqual(occurrences(other.data))
        const before = server.requests.length
        const again = await peer.put(made.name, other.data, { ifMatch: [changed.etag] })
        // Nothing to say, nothing said: no loop begins here.
        expect(again.etag).toBe(changed.etag)
        expect(server.requests.slice(before).map(({ operation }) => operation)).not.toContain('UpdateItem')
        expect(server.mails).toEqual([])
        for (const { body } of server.requests) sent.set(`request ${sent.size}`, body)
      }),
      { numRuns },
    )
    expect(written).toBeGreaterThan(numRuns / 2)
    const writes = [...sent.values()].filter((body) => /<m:(?:Create|Update|Delete|Move)Item[ >]/.test(body))
    expect(writes.length).toBeGreaterThan(numRuns)
    // Each write says of itself that nobody is to be mailed.
    expect(writes.filter((body) => !/ SendMeeting\w+="SendToNone"/.test(body))).toEqual([])
    if (schemas !== undefined) expect(schemaFaults(sent)).toBe('')
  }, 120_000)
})
