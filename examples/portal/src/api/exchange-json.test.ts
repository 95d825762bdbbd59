import type { SyncRun } from '@dayport/sync-engine'
import { describe, expect, it } from 'vitest'
import { isRunAsked } from './exchange-json.ts'

const noCounts: SyncRun['counts'] = {
  createdPortal: 0,
  updatedPortal: 0,
  deletedPortal: 0,
  createdRemote: 0,
  updatedRemote: 0,
  deletedRemote: 0,
  paired: 0,
  conflicts: 0,
  quarantined: 0,
  unsupported: 0,
  failed: 0,
  pages: 0,
}
const nowMs = Date.UTC(2026, 10, 26, 12)
const run = (counts: Partial<SyncRun['counts']>, more: Partial<SyncRun> = {}): SyncRun => ({
  id: 'r',
  binding: 'b',
  trigger: 'interval',
  startedMs: nowMs - 3_600_000,
  endedMs: nowMs,
  outcome: 'done',
  error: null,
  counts: { ...noCounts, ...counts },
  ...more,
})
const everything = { show: 'all', direction: 'both', trigger: 'any', days: 30 } as const

describe('runs that are asked for', () => {
  it('are those that wrote something, to the side that is meant', () => {
    const changes = { ...everything, show: 'changes' } as const
    expect(isRunAsked(run({}), changes, nowMs)).toBe(false)
    expect(isRunAsked(run({ deletedPortal: 1 }), changes, nowMs)).toBe(true)
    expect(isRunAsked(run({ deletedPortal: 1 }), { ...changes, direction: 'to-exchange' }, nowMs)).toBe(false)
    expect(isRunAsked(run({ createdRemote: 1 }), { ...everything, direction: 'to-exchange' }, nowMs)).toBe(true)
  })

  it('need attention when they failed, wait for a word or left something open', () => {
    const attention = { ...everything, show: 'attention' } as const
    expect(isRunAsked(run({ updatedPortal: 3 }), attention, nowMs)).toBe(false)
    expect(isRunAsked(run({ unsupported: 1 }), attention, nowMs)).toBe(true)
    expect(isRunAsked(run({ conflicts: 1 }), attention, nowMs)).toBe(true)
    expect(isRunAsked(run({}, { outcome: 'failed' }), attention, nowMs)).toBe(true)
    expect(isRunAsked(run({}, { outcome: 'confirmation' }), attention, nowMs)).toBe(true)
  })

  it('began as is asked, and not before the period', () => {
    expect(isRunAsked(run({}), { ...everything, trigger: 'manual' }, nowMs)).toBe(false)
    expect(isRunAsked(run({}, { trigger: 'manual' }), { ...everything, trigger: 'manual' }, nowMs)).toBe(true)
    expect(isRunAsked(run({}, { startedMs: nowMs - 2 * 86_400_000 }), { ...everything, days: 1 }, nowMs)).toBe(false)
  })
})
