import { describe, expect, it } from 'vitest'
import { readFeed } from './read-feed.ts'
import { SubscriptionError } from './subscription-error.ts'
import { defaultSubscriptionLimits } from './subscription-limits.ts'
import { ics, vevent } from './test-subscriptions.ts'

const read = (bytes: Uint8Array) =>
  readFeed(bytes, {
    contentType: null,
    limits: defaultSubscriptionLimits,
    importLimits: {},
    alarms: false,
    uidOf: (position) => `made-${position}`,
  })

describe('readFeed', () => {
  it('takes a file for whole only with its very last END: cut anywhere before, it is refused', async () => {
    const whole = new TextEncoder().encode(ics(...vevent('a', 'Ёлка'), ...vevent('b', 'Two')))
    const lastEnd = whole.length - '\r\n'.length
    const taken: number[] = []
    for (let length = 0; length <= whole.length; length += 1) {
      try {
        expect((await read(whole.subarray(0, length))).objects.length).toBe(2)
        taken.push(length)
      } catch (error) {
        if (!SubscriptionError.is(error)) throw error
      }
    }
    expect(taken).toEqual([lastEnd, lastEnd + 1, lastEnd + 2])
  })

  it('refuses a file of more lines, components or depth than its bounds, as too large', async () => {
    const nested = [...Array(20).fill('BEGIN:X'), ...Array(20).fill('END:X')]
    await expect(read(new TextEncoder().encode(ics(...nested)))).rejects.toMatchObject({ code: 'too-large' })
  })
})
