import { describe, expect, it } from 'vitest'
import { connectMailboxes } from '../../bench/exchange/mailboxes.ts'

describe.each(['Exchange Server', 'Exchange Online'] as const)('many mailboxes at %s, over HTTP', (backEnd) => {
  it('are all connected although one is throttled, which is asked once and waits (sync-engine.md §8, §9.8)', async () => {
    const [mailboxes, events] = [20, 3]
    const result = await connectMailboxes(backEnd, { mailboxes, events, throttled: 1 })
    expect(result.events).toBe((mailboxes - 1) * events)
    expect(result.throttledRuns.map(({ outcome, error }) => [outcome, error?.kind])).toEqual([['failed', 'throttled']])
    // A first synchronisation of three events takes a few requests; nobody asks again and again.
    expect(result.requests).toBeLessThan(mailboxes * 8)
  }, 60_000)
})
