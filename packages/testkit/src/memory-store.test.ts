import { createMemoryStore } from '@dayport/core/memory'
import { describeCalendarStore } from './describe-calendar-store.ts'

describeCalendarStore('memory', async () => {
  const store = createMemoryStore({ now: monotonic() })
  return { store, pruneTombstones: (calendar) => store.pruneTombstones(calendar, { olderThanMs: 0 }) }
})

/** A clock that moves on by 1 ms whenever it is read. */
function monotonic(): () => number {
  let nowMs = Date.UTC(2026, 0, 1)
  return () => {
    nowMs += 1
    return nowMs
  }
}
