import { describe, expect, it } from 'vitest'
import { at, user } from './test-graph.ts'
import { openTestPeer } from './test-peer.ts'

describe('a first reading of 10 000 events', () => {
  it('takes a request for each 200 rows and each 20 events, and holds one page at a time (issue 5)', async () => {
    const test = openTestPeer()
    const hand = test.graph.mailbox(user)
    for (let i = 0; i < 10_000; i += 1) {
      hand.create({ ...at(`2026-0${1 + (i % 6)}-12T09:00`), subject: `Event ${i}` })
    }
    const window = { startMs: Date.UTC(2026, 0, 1), endMs: Date.UTC(2027, 0, 1) }
    let token: string | null = null
    let read = 0
    let widest = 0
    for (let more = true; more; ) {
      const page = await test.peer.changes(token, { window })
      widest = Math.max(widest, page.changes.length)
      for await (const { result } of test.peer.getMany!(page.changes.map(({ name }) => name))) {
        if (result !== null && !(result instanceof Error)) read += 1
      }
      token = page.token
      more = page.more
    }
    expect(read).toBe(10_000)
    expect(widest).toBe(200)
    // 50 pages, 500 batches; a request for each page, and none for a part.
    expect(test.graph.requests.filter(({ part }) => part === null)).toHaveLength(550)
    expect(test.graph.peak).toBeLessThanOrEqual(4)
  }, 180_000)
})
