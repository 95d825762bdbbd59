import { describe, expect, it } from 'vitest'
import type { AppPassword } from './api.ts'
import { deviceState } from './devices.ts'

const dayMs = 86_400_000
const nowMs = Date.UTC(2026, 10, 25)
const password = (more: Partial<AppPassword>): AppPassword => ({
  id: 'one',
  name: 'Phone',
  scopes: ['caldav'],
  createdMs: 0,
  lastUsedMs: null,
  lastUserAgent: null,
  revokedMs: null,
  lastRefusedMs: null,
  ...more,
})
const stateOf = (more: Partial<AppPassword>, revokedHere: readonly string[] = []) =>
  deviceState(password(more), { nowMs, revokedHere: new Set(revokedHere) })

describe('the state of a device (M63)', () => {
  it('is told as unused, working, or gone once it was revoked', () => {
    expect(stateOf({})).toBe('unused')
    expect(stateOf({ lastUsedMs: nowMs - 90 * dayMs })).toBe('works')
    expect(stateOf({ lastUsedMs: nowMs - 1, lastUserAgent: 'iOS/26.0', revokedMs: nowMs - 1 })).toBeNull()
    expect(stateOf({ revokedMs: nowMs - 1 }, ['one'])).toBe('revoked')
  })

  it('keeps Android listed for seven days after its last call, since it does not tell that it was removed', () => {
    const android = { lastUserAgent: 'DAVx5/4.4.5 (Linux; Android 15)', revokedMs: nowMs - 1 }
    expect(stateOf({ ...android, lastUsedMs: nowMs - 7 * dayMs + 1 })).toBe('revoked')
    expect(stateOf({ ...android, lastUsedMs: nowMs - 7 * dayMs })).toBeNull()
  })

  it('asks for a new password while the device tries one that was revoked', () => {
    expect(stateOf({ revokedMs: nowMs - 9 * dayMs, lastRefusedMs: nowMs - dayMs })).toBe('wrong-password')
    expect(stateOf({ revokedMs: nowMs - 9 * dayMs, lastRefusedMs: nowMs - 7 * dayMs })).toBeNull()
  })
})
