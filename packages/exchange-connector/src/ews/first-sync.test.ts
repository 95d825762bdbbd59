import { describe, expect, it } from 'vitest'
import { testPeer } from './test-peer.ts'

describe('the first synchronisation of a calendar in Exchange Server', () => {
  it('lists and reads 10 000 events in the fewest requests that the protocol allows', async () => {
    const { peer, server, operations } = testPeer()
    for (let index = 0; index < 10_000; index++) {
      const startMs = Date.UTC(2026, 0, 1 + (index % 700), index % 24)
      server.hand.add({ subject: `event ${index}`, startMs, endMs: startMs + 3_600_000 })
    }
    operations()
    let token: string | null = null
    let read = 0
    let most = 0
    for (let more = true; more; ) {
      const page = await peer.changes(token)
      token = page.token
      more = page.more
      most = Math.max(most, page.changes.length)
      for await (const { result } of peer.getMany!(page.changes.map(({ name }) => name))) if (result !== null) read++
    }
    const asked = operations()
    expect(read).toBe(10_000)
    expect(most).toBe(512)
    expect(asked.filter((name) => name === 'SyncFolderItems')).toHaveLength(Math.ceil(10_000 / 512))
    // A page of 512 is 52 batches, the last one 28 of 10.
    expect(asked.filter((name) => name === 'GetItem').length).toBeLessThanOrEqual(19 * 52 + 28)
  }, 240_000)
})
