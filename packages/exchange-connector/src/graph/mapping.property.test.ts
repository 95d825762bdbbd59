import { CalendarError } from '@dayport/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arbitraryEvent } from '../../test/arbitrary-event.ts'
import { processZones, useProcessZone } from '../../test/process-zones.ts'
import { openTestPeer, textOf } from './test-peer.ts'

describe.each(processZones)('events in Graph, in a process at %s', (processZone, offset) => {
  useProcessZone(processZone, offset)
  const numRuns = processZone === 'UTC' ? 60 : 16

  it('come back as they were projected, from a server that rewrites them (sync-engine.md §2)', async () => {
    let held = 0
    await fc.assert(
      fc.asyncProperty(arbitraryEvent, async ({ data }) => {
        const { peer, graph } = openTestPeer()
        const expected = projected(peer.project, data)
        fc.pre(expected !== null)
        held += 1
        const { name, data: written } = await peer.put(null, data, undefined, { operationId: 'op-1' })
        expect(textOf(written)).toBe(textOf(expected))
        expect(textOf((await peer.get(name))?.data)).toBe(textOf(expected))
        expect(textOf(peer.project(expected))).toBe(textOf(expected))
        expect(graph.mails).toEqual([])
      }),
      { numRuns },
    )
    expect(held).toBeGreaterThan(numRuns / 2)
  })

  it('become any other event by a change, and a second change changes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryEvent, arbitraryEvent, async (one, other) => {
        const { peer, graph } = openTestPeer()
        const after = projected(peer.project, other.data)
        fc.pre(projected(peer.project, one.data) !== null && after !== null)
        const { name, etag } = await peer.put(null, one.data)
        const changed = await peer.put(name, other.data, { ifMatch: [etag] })
        expect(textOf(changed.data)).toBe(textOf(after))
        const writes = graph.requests.filter(({ method }) => method !== 'GET').length
        expect(await peer.put(name, other.data, { ifMatch: [changed.etag] })).toEqual(changed)
        expect(graph.requests.filter(({ method }) => method !== 'GET')).toHaveLength(writes)
      }),
      { numRuns: numRuns / 2 },
    )
  })
})

/** `null` when Exchange cannot hold it. */
const projected = (project: (data: Uint8Array) => Uint8Array, data: Uint8Array): Uint8Array | null => {
  try {
    return project(data)
  } catch (error) {
    if (CalendarError.is(error, 'unrepresentable')) return null
    throw error
  }
}
