import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CalendarError } from './errors.ts'
import { formatSyncToken, parseSyncToken } from './sync-token.ts'

const refuses = (calendar: string, token: string, bounds = { current: 10, pruned: 0 }): boolean => {
  try {
    parseSyncToken(calendar, token, bounds)
    return false
  } catch (error) {
    return CalendarError.is(error, 'invalid-sync-token')
  }
}

describe('a sync token', () => {
  it('gives back its state for its own calendar, and is refused for every other one', () => {
    const revision = fc.integer({ min: 0, max: 10 ** 12 })
    fc.assert(
      fc.property(fc.string(), fc.string(), revision, revision, (calendar, other, a, b) => {
        const state = { revision: Math.min(a, b), base: Math.max(a, b) }
        const token = formatSyncToken(calendar, state)
        const bounds = { current: state.base, pruned: state.base }
        expect(parseSyncToken(calendar, token, bounds)).toEqual(state)
        if (other !== calendar) expect(refuses(other, token, bounds)).toBe(true)
      }),
    )
  })

  it('has one spelling for each state', () => {
    for (const token of ['03-c', '3:3-c', '3:2-c', '+3-c', '3.0-c', ' 3-c', '3-c ', '3:-c', ':3-c', '-c', '1e1-c']) {
      expect([token, refuses('c', token)]).toEqual([token, true])
    }
  })

  it('is refused when it is of the future, or older than what was pruned', () => {
    expect(refuses('c', '11-c')).toBe(true)
    expect(refuses('c', '3:11-c')).toBe(true)
    expect(refuses('c', '4-c', { current: 10, pruned: 5 })).toBe(true)
    expect(refuses('c', '5-c', { current: 10, pruned: 5 })).toBe(false)
    expect(refuses('c', '1:5-c', { current: 10, pruned: 5 })).toBe(false)
  })
})
